"""Judges a whole table: every column by its name, its values and what stands beside it."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form
from catalog.model.holdings import Band, ColumnSchema
from catalog.model.identifiers import Grade
from catalog.model.runs import ColumnResult
from catalog.model.sample import Sample
from catalog.taxonomy.loader import Taxonomy
from scanners import askings, header, names, neighbours, persons, places, text, values
from scanners.combine import FOUND, combine
from scanners.fits import against
from scanners.looks import Look, Sort
from scanners.naming import NameGuard
from scanners.shapes import folded

_RULES = "columns 3"


def _version() -> str:
    """The rules' number and a digest of the vocabulary: moves whenever findings may differ for the same sample."""
    folder = files("scanners").joinpath("data")
    texts = [entry.read_bytes() for entry in sorted(folder.iterdir(), key=lambda entry: entry.name) if entry.is_file()]
    return f"{_RULES}.{hashlib.sha256(bytes(1).join(texts)).hexdigest()[:8]}"


DETECTOR = _version()

_FEWEST_DISTINCT = 50
_FEWEST_ROWS = 11
_MOST_SHAPES = 5
_PROSE_SHARE = 0.25
_SUSPECTED = 0.4
_LONGEST_BODY = 120
#: Types whose values are digests by nature.
_STAYS_WHOLE = frozenset({"CREDENTIAL", "DEVICE_ID", "CASE_ID", "BIO_FINGERPRINT", "BIO_FACE", "SIGNATURE"})
#: Types that are certain enough to be believed inside a cell that is no prose, and what they look like.
_EMBEDDED = frozenset({"SSN", "EMAIL", "PHONE", "PAYMENT_CARD"})
_EMBEDDED_FORM = re.compile(r"\b\d{3}-\d{2}-\d{4}\b|[\w.+-]+@[\w-]+\.\w{2,}|\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b")
_NARRATIVE = "FREE_TEXT_NARRATIVE"


def judge(sample: Sample, guard: NameGuard) -> tuple[ColumnResult, ...]:
    """Judge every column of a table. The result holds no value."""
    settled = header.settle(sample)
    looks = [Look(settled.values(position)) for position in range(len(settled.columns))]
    said = [_said(column, look) for column, look in zip(settled.columns, looks, strict=True)]
    seen = [
        _seen(look, spoken, settled.values(position))
        for position, (look, spoken) in enumerate(zip(looks, said, strict=True))
    ]
    own = [(*spoken, *found) for spoken, found in zip(said, seen, strict=True)]
    first = [_combined(evidence, look) for evidence, look in zip(own, looks, strict=True)]
    unnamed = [column.name_is_made_up or names.says_nothing(column.name) for column in settled.columns]
    beside = neighbours.beside(own, first, unnamed)
    results = [
        _combined((*evidence, *more), look) if more else findings
        for evidence, more, look, findings in zip(own, beside, looks, first, strict=True)
    ]
    return tuple(
        _result(column, look, findings, guard)
        for column, look, findings in zip(settled.columns, looks, results, strict=True)
    )


def grade(findings: Sequence[Finding], taxonomy: Taxonomy) -> Grade:
    """The grade of a column: the highest among the types found in it."""
    found = [finding for finding in findings if finding.strength >= FOUND]
    if any(_is_direct(finding, taxonomy) for finding in found):
        return Grade.DIRECT
    return Grade.QUASI if found else Grade.NONE


def _is_direct(finding: Finding, taxonomy: Taxonomy) -> bool:
    """Whole direct types; prose counts by what was found in it, not for being prose."""
    if finding.type_code == _NARRATIVE or finding.form not in {Form.FULL, Form.FREE_TEXT}:
        return False
    return taxonomy.grade(finding.type_code) is Grade.DIRECT


def _combined(evidence: Sequence[Evidence], look: Look) -> tuple[Finding, ...]:
    return combine(evidence, rows=look.rows, filled=look.filled)


def _said(column: ColumnSchema, look: Look) -> tuple[Evidence, ...]:
    """What name and description say; a made-up name says nothing."""
    by_name = () if column.name_is_made_up else names.from_name(column.name)
    said = (*by_name, *names.from_comment(column.comment))
    if values.are_initials(look):
        return tuple(map(_in_part, said))
    return tuple(_whole(item, look) for item in said)


def _whole(item: Evidence, look: Look) -> Evidence:
    """A name that means a part, over values that are whole: ``PREF_NM`` over many names is no prefix."""
    if item.form is Form.PARTIAL and item.weight > 0 and values.are_whole(item.type_code, look):
        return replace(item, form=Form.FULL)
    return item


def _in_part(item: Evidence) -> Evidence:
    return replace(item, form=Form.PARTIAL) if item.type_code == "NAME" else item


def _seen(look: Look, said: Sequence[Evidence], cells: Sequence[str | None]) -> tuple[Evidence, ...]:
    """What the values say, and whether they can be what the name says."""
    if look.filled and values.is_concealed(look):
        return tuple(_concealed(item) for item in said if item.weight > 0 and item.type_code not in _STAYS_WHOLE)
    seen = values.from_values(look)
    read = _read(look, cells)
    if any(item.type_code == _NARRATIVE for item in read):
        seen = tuple(item for item in seen if item.weight > 0)
    found = [*seen, *_asked(look, said, seen), *askings.fitting(said, look), *read]
    whole = {(item.type_code, item.form) for item in said if item.weight > 0}
    found.extend(item for code, form in sorted(whole) if (item := against(code, form, look)))
    return tuple(found)


def _concealed(item: Evidence) -> Evidence:
    return replace(item, kind=EvidenceKind.SHAPE, clue="digests", form=Form.HASHED, weight=min(1.0, item.weight + 0.05))


def _asked(look: Look, said: Sequence[Evidence], seen: Sequence[Evidence]) -> list[Evidence]:
    """Ask the sequence models, on a few values, about what a name (or, of addresses, a street word) made us suspect."""
    suspected = {item.type_code for item in said if item.weight >= _SUSPECTED and item.form is Form.FULL}
    asked: list[Evidence] = []
    if "NAME" in suspected and look.share(Sort.WORDS) > 0.5:
        some = [value for value in look.some() if " " in value]
        if some:
            asked.append(_pattern("NAME", "person names", 0.5, len(some), persons.parsed_as_person(some), 0.5))
    hinted = any(item.type_code == "ADDR_HOME" and item.form is Form.FULL for item in seen)
    if (hinted or {"ADDR_HOME", "ADDR_WORK"} & suspected) and look.share(Sort.MIXED, Sort.PROSE) > 0.2:
        some = look.some()
        asked.append(_pattern("ADDR_HOME", "street addresses", 0.6, len(some), places.parsed_as_address(some), 0.05))
    return [item for item in asked if item.agreed]


def _pattern(code: str, clue: str, weight: float, looked_at: int, agreed: int, by_chance: float) -> Evidence:
    return Evidence(
        code,
        EvidenceKind.PATTERN,
        clue,
        weight,
        looked_at=looked_at,
        agreed=agreed,
        distinct=agreed,
        by_chance=by_chance,
    )


def _read(look: Look, cells: Sequence[str | None]) -> tuple[Evidence, ...]:
    """Read prose, every text of it: one number in a thousand notes counts."""
    texts = [cell for cell in cells if cell]
    if not _is_prose(look, texts) or _are_organizations(look):
        return _embedded(look, texts)
    prose = Evidence(
        _NARRATIVE,
        EvidenceKind.SHAPE,
        "sentences",
        0.3,
        form=Form.FREE_TEXT,
        looked_at=look.filled,
        agreed=look.sorts[Sort.PROSE],
    )
    return (prose, *text.judge_text(texts))


def _is_prose(look: Look, texts: Sequence[str]) -> bool:
    """Long texts that read like sentences, or short ones that end like them."""
    long = sum(look.sort_of(value) is Sort.PROSE for value in look.counts)
    is_long = look.share(Sort.PROSE) >= _PROSE_SHARE or long >= _PROSE_SHARE * len(look.counts)
    return (is_long and text.looks_like_prose(texts)) or text.ends_like_sentences(texts)


def _are_organizations(look: Look) -> bool:
    """Whether most of the longer texts are names of bodies: they may hold a person's name, as a street does."""
    some = look.some()
    return sum(len(value) <= _LONGEST_BODY and persons.names_company(value) for value in some) > 0.7 * len(some)


def _embedded(look: Look, texts: Sequence[str]) -> tuple[Evidence, ...]:
    """Read cells that are no prose where a number or address of a person stands among other words."""
    if not any(map(_holds_more, look.counts)):
        return ()
    return tuple(item for item in text.judge_text(texts) if item.type_code in _EMBEDDED)


def _holds_more(value: str) -> bool:
    hit = _EMBEDDED_FORM.search(value)
    return hit is not None and len(hit.group()) < 0.7 * len(value)


def _result(column: ColumnSchema, look: Look, findings: tuple[Finding, ...], guard: NameGuard) -> ColumnResult:
    return ColumnResult(
        name=guard.name(column.name),
        position=column.position,
        declared_type=column.declared_type,
        comment=guard.comment(column.comment),
        nullable=column.nullable,
        in_key=column.in_key,
        values_looked_at=look.filled,
        empty=band(look.rows - look.filled, look.rows),
        distinct=band(len(look.counts), look.filled),
        shapes=shapes(look),
        findings=findings,
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
    if len(look.counts) < _FEWEST_DISTINCT:
        return ()
    rows: Counter[str] = Counter()
    for shape, count in look.shape_counts().items():
        rows[folded(shape)] += count
    enough = [(-count, shape) for shape, count in rows.items() if count >= max(_FEWEST_ROWS, 0.01 * look.rows)]
    return tuple(shape for _, shape in sorted(enough)[:_MOST_SHAPES])
