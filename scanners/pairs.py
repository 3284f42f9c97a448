"""Tables of attributes and values: one column says ``first_name``, ``SSN``, ``dob``, the one beside it holds each.

Such a table is another one turned on its side. Its values are judged attribute by attribute, as columns of those names;
it is taken for one where names say what is held and values of at least one attribute bear it out by themselves.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from catalog.model.evidence import Evidence, EvidenceKind, Finding
from scanners import arrays, inner, names
from scanners.combine import FOUND
from scanners.inner import Judge, Part
from scanners.looks import Look, Sort

_MOST_ATTRIBUTES = 60
#: Each attribute comes back so often at least.
_REPEATED = 3
_AT_FIRST = 6
_CLEAR = 0.5
#: So many of the attributes at least name personal data.
_SAYING = 0.3
_BESIDE = 3


def told(
    looks: Sequence[Look], columns: Sequence[Any], said: Sequence[Sequence[Evidence]], judge: Judge
) -> dict[int, tuple[Evidence, ...]]:
    """Evidence on columns of values, by their places.

    Parameters:
        columns: the values as they stand, row by row.
        said: what the columns' own names say: one that has something to say holds no values of others.
    """
    open_ = [place for place, own in enumerate(said) if _says_nothing(own)]
    found: dict[int, tuple[Evidence, ...]] = {}
    for attribute in open_:
        if not _are_attributes(looks[attribute]):
            continue
        for place in _beside(attribute, open_, looks):
            evidence = _judged(looks[place], columns[attribute], columns[place], judge)
            found[place] = (*found.get(place, ()), *evidence)
    return found


def _says_nothing(own: Sequence[Evidence]) -> bool:
    return not any(item.weight >= _CLEAR for item in own)


def _beside(attribute: int, open_: Sequence[int], looks: Sequence[Look]) -> Iterator[int]:
    """The nearest columns that may hold the values: of texts, of numbers, of dates."""
    near = sorted((place for place in open_ if place != attribute), key=lambda place: abs(place - attribute))
    yield from (place for place in near[:_BESIDE] if looks[place].rows == looks[attribute].rows)


def _are_attributes(look: Look) -> bool:
    """Few words that come back again and again, enough of which would name a column of personal data."""
    if not 1 < look.distinct <= _MOST_ATTRIBUTES or look.filled < _REPEATED * look.distinct:
        return False
    if look.share(Sort.WORDS, Sort.MIXED) < 1:
        return False
    held = list(look.counts)
    return any(map(_names_something, held[:_AT_FIRST])) and sum(map(_names_something, held)) >= _SAYING * len(held)


def _names_something(text: str) -> bool:
    return any(item.weight >= _CLEAR for item in names.from_value(text))


def _judged(whole: Look, attributes: Any, values: Any, judge: Judge) -> Iterator[Evidence]:
    parts = _parts(arrays.texts_of(attributes), arrays.texts_of(values))
    findings = [list(filter(_is_said, each)) for each in judge(parts)]
    if any(finding.without_name >= FOUND for each in findings for finding in each):
        yield from inner.told(parts, findings, EvidenceKind.ATTRIBUTE, whole)


def _is_said(finding: Finding) -> bool:
    """Whether the attribute itself speaks for it."""
    return any(item.kind is EvidenceKind.NAME and item.weight > 0 for item in finding.evidence)


def _parts(attributes: Any, values: Any) -> list[Part]:
    """The values of each attribute."""
    coded = attributes.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return [
        Part(name.strip(), Look(values.filter(np.equal(codes, code))))
        for code, name in enumerate(coded.dictionary.to_pylist())
    ]
