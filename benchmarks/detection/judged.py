"""What a tool says of columns, in one form for all tools."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.detection.labelled import Key, Label, LabelledFolder, key
from catalog.model.identifiers import Grade
from catalog.taxonomy.loader import Taxonomy


@dataclass(frozen=True, slots=True)
class Judged:
    """The grade given to a column, and the types found in it with their strengths, strongest first."""

    grade: Grade = Grade.NONE
    found: tuple[tuple[str, float], ...] = ()

    @property
    def strongest(self) -> str | None:
        """The type that is most likely held."""
        return self.found[0][0] if self.found else None


Judgements = Mapping[Key, Judged]

NOTHING_SAID = Judged()


def from_document(document: Mapping[str, Any]) -> Judgements:
    """Our own answer, as ``classify --json`` gives it; of columns that are called alike the first counts."""
    judgements: dict[Key, Judged] = {}
    for table in document["tables"]:
        for column in table["columns"]:
            found = ((finding["type"], finding["strength"]) for finding in column["findings"])
            judged = Judged(Grade(column["grade"]), strongest_first(found))
            judgements.setdefault(key(Path(table["path"]).name, column["name"]), judged)
    return judgements


def from_words(columns: Iterable[Mapping[str, Any]], words: Mapping[str, str], taxonomy: Taxonomy) -> Judgements:
    """A peer's answer: its own words for what it found, best first, read as codes of the taxonomy."""
    judgements: dict[Key, Judged] = {}
    for column in columns:
        codes = [words[word] for word in column["words"] if word in words]
        judgements.setdefault(key(column["file"], column["column"]), _in_order(codes, taxonomy))
    return judgements


def pooled(judged: Sequence[tuple[LabelledFolder, Judgements]]) -> tuple[list[Label], Judgements]:
    """The columns of several folders, whose files may be called alike, as those of one."""
    labels = [replace(one, file=f"{at}/{one.file}") for at, (folder, _) in enumerate(judged) for one in folder.labels]
    found = {(f"{at}/{file}", name): one for at, (_, said) in enumerate(judged) for (file, name), one in said.items()}
    return labels, found


def strongest_first(found: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Findings in the order of their strengths."""
    return tuple(sorted(found, key=lambda one: -one[1]))


def _in_order(codes: list[str], taxonomy: Taxonomy) -> Judged:
    """Peers give an order and no strengths that compare: the first is given 1, the next a half, and so on."""
    grades = {taxonomy.grade(code) for code in codes}
    grade = next((one for one in (Grade.DIRECT, Grade.QUASI) if one in grades), Grade.NONE)
    return Judged(grade, tuple((code, 1 / place) for place, code in enumerate(codes, 1)))
