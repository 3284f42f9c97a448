"""A table of the practice queue as its file: columns as the scanner saw them, and the suggestions to judge."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.model.evidence import Finding, sentence
from catalog.model.runs import ColumnResult
from scanners import written
from training.practice_answers import Suggestion

_HEAD = "# Made by `python -m training.practice` from made-up tables: nothing here is anybody's, and no value is kept."


@dataclass(frozen=True, slots=True)
class ScannedTable:
    """A table as it was seen, with the suggestions that are to be judged, by the column's place and the type."""

    name: str
    comments: tuple[str, ...]
    columns: tuple[ColumnResult, ...]
    answered: Mapping[tuple[int, str], Suggestion]


def text(table: ScannedTable) -> str:
    """The file of a table, in TOML."""
    return "\n".join([_HEAD, *_pairs(name=table.name), *_columns(table), ""])


def _columns(table: ScannedTable) -> Iterator[str]:
    for place, column in enumerate(table.columns):
        yield "\n[[column]]"
        yield from _pairs(
            name=written.as_written(column.name),
            declared=column.declared_type,
            comment=table.comments[place],
            empty=column.empty.value,
            distinct=column.distinct.value,
            shapes=list(column.shapes),
        )
        for finding in column.findings:
            yield "[[column.found]]"
            yield from _finding(finding, table.answered.get((place, finding.type_code)))


def _finding(finding: Finding, suggestion: Suggestion | None) -> Iterator[str]:
    yield from _pairs(type=finding.type_code, form=finding.form.value, strength=round(finding.strength, 4))
    if suggestion is None:
        return
    share = finding.share
    evidence = sorted(finding.evidence, key=lambda one: -abs(one.weight))  # as the pages have it
    yield from _pairs(
        share=[round(each, 4) for each in (share.low, share.mid, share.high)],
        without_name=round(finding.without_name, 4),
        reasons=[sentence(one) for one in evidence if one.weight >= 0],
        against=[sentence(one) for one in evidence if one.weight < 0],
        answers=list(suggestion.answers),
        because=suggestion.because,
    )


def _pairs(**fields: object) -> Iterator[str]:
    """``key = value`` lines: what JSON writes of texts, numbers and lists, TOML reads."""
    for key, value in fields.items():
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
