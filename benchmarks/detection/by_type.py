"""Precision and recall of each identifier type, with how many columns stand behind them."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from benchmarks.detection.judged import NOTHING_SAID, Judged, Judgements
from benchmarks.detection.labelled import Label
from benchmarks.detection.markdown import of, table
from benchmarks.detection.scoring import Counts
from catalog.model.identifiers import Grade
from catalog.taxonomy.loader import load

#: What stands behind the code of a type that identifies on its own, where a column holds a part of it.
IN_PART = ", in part"
_HEADER = ("Type", "said rightly (precision)", "found (recall)", "missed as")


def shown(labels: Sequence[Label], judgements: Judgements) -> str:
    """A line for each type that a column holds or was said to hold, the best supported first."""
    counts, missed_as = counted(labels, judgements)
    order = sorted(counts, key=lambda code: (-_support(counts[code]), code))
    return table(_HEADER, [_row(code, counts[code], missed_as[code]) for code in order])


def counted(labels: Sequence[Label], judgements: Judgements) -> tuple[dict[str, Counts], dict[str, Counter[str]]]:
    """Counts by type, and what stands in the place of those missed.

    A column is said to hold the type of its strongest finding, if it is told at all. Where a label takes several types
    for right, it counts for the one said, or if none of them is, for the first it lists.
    """
    counts: dict[str, Counts] = defaultdict(Counts)
    missed_as: dict[str, Counter[str]] = defaultdict(Counter)
    for label in labels:
        if label.is_open:
            continue
        judged = judgements.get(label.key, NOTHING_SAID)
        said = _line(judged.strongest, judged.grade)
        if said == (true := _true(label, judged)):
            if said:
                counts[said] += Counts(right=1)
            continue
        if said:
            counts[said] += Counts(false=1)
        if true:
            counts[true] += Counts(missed=1)
            missed_as[true][said or "nothing"] += 1
    return counts, missed_as


def _true(label: Label, judged: Judged) -> str:
    accepted = judged.strongest if judged.strongest in label.codes else label.codes[0]
    return _line(accepted, label.grade)


def _line(code: str | None, grade: Grade) -> str:
    """The line a type counts for: types that identify on their own have a second one for parts of them."""
    if code is None or grade is Grade.NONE:
        return ""
    return f"{code}{IN_PART}" if grade is Grade.QUASI and load().grade(code) is Grade.DIRECT else code


def _support(counts: Counts) -> int:
    return counts.right + counts.missed


def _row(code: str, counts: Counts, missed_as: Counter[str]) -> tuple[str, ...]:
    instead = ", ".join(f"{said} {count}" for said, count in missed_as.most_common())
    said = of(counts.right, counts.right + counts.false)
    return code, said, of(counts.right, _support(counts)), instead
