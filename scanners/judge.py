"""Judges a whole table: every column by its name, its values and what stands beside it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.resources import files

from catalog.model import headcount
from catalog.model.coverage import SampleMethod
from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form
from catalog.model.holdings import Band, ColumnSchema, Magnitude
from catalog.model.runs import ColumnResult
from catalog.model.sample import Sample
from scanners import (
    askings,
    composite,
    concealed,
    header,
    inner,
    local,
    model,
    names,
    neighbours,
    pairs,
    reading,
    recognisers,
    values,
)
from scanners.calibration import calibrated
from scanners.combine import combine
from scanners.fits import against, against_declared
from scanners.grading import NARRATIVE
from scanners.inner import Judge, Part
from scanners.looks import Look
from scanners.naming import NameGuard
from scanners.recognisers import Recognisers
from scanners.shapes import folded

_RULES = "columns 5"


def _version() -> str:
    """The rules' number and a digest of the vocabulary: moves whenever findings may differ for the same sample."""
    folder = files("scanners").joinpath("data")
    texts = [entry.read_bytes() for entry in sorted(folder.iterdir(), key=lambda entry: entry.name) if entry.is_file()]
    return f"{_RULES}.{hashlib.sha256(bytes(1).join(texts)).hexdigest()[:8]}"


DETECTOR = _version()


def detector(by: Recognisers) -> str:
    """What moves whenever findings may differ for the same sample, a city's own recognisers included."""
    return f"{DETECTOR}+{by.digest}" if by.digest else DETECTOR


_FEWEST_DISTINCT = 50
_FEWEST_ROWS = 11
#: So many shapes among so few values, and hardly two of them are written alike.
_HARDLY_SHARED = 0.8
_MOST_SHAPES = 5


def judge(sample: Sample, guard: NameGuard, by: Recognisers | None = None) -> tuple[ColumnResult, ...]:
    """Judge every column of a table. The result holds no value.

    Parameters:
        sample: of the table's rows.
        guard: looks at every name before it is kept.
        by: what looks into texts; the usual where none is given.
    """
    by = by or recognisers.standard()
    settled = header.settle(sample)
    columns = [settled.column(position) for position in range(len(settled.columns))]
    looks = Look.together(columns)
    said = [_said(column, look) for column, look in zip(settled.columns, looks, strict=True)]
    of_parts = partial(_of_parts, by=by)
    turned = pairs.told(looks, columns, said, of_parts)
    held = [
        (*local.told(look, _name(column), by), *_within(look, of_parts), *turned.get(position, ()))
        for position, (column, look) in enumerate(zip(settled.columns, looks, strict=True))
    ]
    unnamed = [
        column.name_is_made_up or (names.says_nothing(column.name) and not column.comment) for column in settled.columns
    ]
    are_texts = [
        column.holds_passages or composite.are_mailboxes(look)
        for column, look in zip(settled.columns, looks, strict=True)
    ]
    results = _side_by_side(looks, said, held, unnamed, are_texts, by)
    return tuple(
        _result(column, look, findings, guard, _amount(look, settled))
        for column, look, findings in zip(settled.columns, looks, results, strict=True)
    )


def _side_by_side(
    looks: Sequence[Look],
    said: Sequence[Sequence[Evidence]],
    held: Sequence[Sequence[Evidence]],
    unnamed: Sequence[bool],
    are_texts: Sequence[bool],
    by: Recognisers,
) -> list[tuple[Finding, ...]]:
    """What is found in columns that stand side by side: by names, by values, by what is ``held`` within them."""
    own = [
        concealed.told((*spoken, *_seen(look, spoken, by, are_texts=are), *more), look)
        for look, spoken, more, are in zip(looks, said, held, are_texts, strict=True)
    ]
    first = [_combined(evidence, look) for evidence, look in zip(own, looks, strict=True)]
    beside = neighbours.beside(own, first, unnamed)
    return [
        _combined((*evidence, *more), look) if more else findings
        for evidence, more, look, findings in zip(own, beside, looks, first, strict=True)
    ]


def _within(look: Look, of_parts: Judge) -> tuple[Evidence, ...]:
    """What is found where each cell holds several things."""
    parts = composite.parts(look)
    return tuple(inner.told(parts, of_parts(parts), EvidenceKind.PART, look)) if parts else ()


def _of_parts(parts: Sequence[Part], *, by: Recognisers) -> list[tuple[Finding, ...]]:
    """The parts of a column, judged as a table of their own."""
    looks = [part.look for part in parts]
    said = [concealed.told(names.from_value(part.name), part.look) for part in parts]
    return _side_by_side(looks, said, [()] * len(parts), [not part.name for part in parts], [False] * len(parts), by)


def _combined(evidence: Sequence[Evidence], look: Look) -> tuple[Finding, ...]:
    return combine(evidence, rows=look.rows, filled=look.filled)


def _name(column: ColumnSchema) -> str:
    return "" if column.name_is_made_up else column.name


def _said(column: ColumnSchema, look: Look) -> tuple[Evidence, ...]:
    """What name and description say; a made-up name says nothing."""
    by_name = () if column.name_is_made_up else names.from_name(column.name)
    said = (*by_name, *names.from_comment(column.comment))
    if not look.filled:
        said = tuple(map(askings.unanswered, said))
        said += tuple(filter(None, (against_declared(item.type_code, column.declared_type) for item in said)))
    if values.are_initials(look):
        return tuple(map(_in_part, said))
    return concealed.told([_whole(item, look) for item in said], look)


def _whole(item: Evidence, look: Look) -> Evidence:
    """A name that means a part, over values that are whole: ``PREF_NM`` over many names is no prefix."""
    if item.form is Form.PARTIAL and item.weight > 0 and values.are_whole(item.type_code, look):
        return replace(item, form=Form.FULL)
    return item


def _in_part(item: Evidence) -> Evidence:
    return replace(item, form=Form.PARTIAL) if item.type_code == "NAME" else item


def _seen(look: Look, said: Sequence[Evidence], by: Recognisers, *, are_texts: bool) -> tuple[Evidence, ...]:
    """What the values say, and whether they can be what the name says."""
    if concealed.are_replaced(said) or (look.filled and values.is_concealed(look)):
        return ()
    shown = concealed.shown(said)
    hidden = {code for code, _ in shown}
    seen = tuple(item for item in values.from_values(look) if item.weight > 0 or item.type_code not in hidden)
    read = reading.read(look, by, said, are_texts=are_texts)
    if are_texts or any(item.type_code == NARRATIVE for item in read):
        seen = tuple(item for item in seen if item.weight > 0)
    else:
        seen = model.heard(look, said, seen)
    found = [*seen, *reading.asked(look, said, seen), *askings.fitting(said, look), *read]
    asked = {(item.type_code, item.form) for item in said if item.weight > 0} - shown
    found.extend(item for code, form in sorted(asked) if (item := against(code, form, look)))
    return tuple(found)


def _result(
    column: ColumnSchema, look: Look, findings: tuple[Finding, ...], guard: NameGuard, amount: Magnitude
) -> ColumnResult:
    return ColumnResult(
        name=guard.name(column.name),
        position=column.position,
        declared_type=column.declared_type,
        comment=guard.comment(column.comment),
        nullable=column.nullable,
        in_key=column.in_key,
        values_looked_at=look.filled,
        empty=band(look.rows - look.filled, look.rows),
        distinct=band(look.distinct, look.filled),
        shapes=shapes(look),
        findings=calibrated(findings),
        amount=amount,
    )


def _amount(look: Look, sample: Sample) -> Magnitude:
    return headcount.amount(
        distinct=look.distinct,
        filled=look.filled,
        rows_seen=sample.row_count,
        rows_total=sample.rows_total,
        all_rows=sample.method is SampleMethod.ALL_ROWS and not sample.partly,
    )


def band(part: int, whole: int) -> Band:
    """A share as a word: exact ones can single people out."""
    if not part or not whole:
        return Band.NONE
    if part >= whole:
        return Band.ALL
    return Band.FEW if part < 0.1 * whole else Band.SOME if part < 0.6 * whole else Band.MOST


def shapes(look: Look) -> tuple[str, ...]:
    """The shapes many rows share, most frequent first; none where few distinct values could be told apart by them."""
    if look.distinct < _FEWEST_DISTINCT or len(look.outlines) > _HARDLY_SHARED * look.distinct:
        return ()
    rows: Counter[str] = Counter()
    for shape, count in look.shape_counts().items():
        rows[folded(shape)] += count
    enough = [(-count, shape) for shape, count in rows.items() if count >= max(_FEWEST_ROWS, 0.01 * look.rows)]
    return tuple(shape for _, shape in sorted(enough)[:_MOST_SHAPES])
