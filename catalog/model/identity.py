"""Which column of a new look is which of those known: by key, by name, else by the single best match, or none.

What could mean two is none: a column nobody recognises keeps its decisions, and a person is asked where they belong.
Whatever is recognised, decisions hold only as long as the evidence does (:mod:`catalog.model.decisions`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from catalog.model.holdings import Band
from catalog.model.words import split

#: From here on two columns are alike; whatever else could be meant has to be further off than the margin, which is more
#: than where they stand can tell: of two alike in all else, neither is taken for its place.
ALIKE = 0.75
MARGIN = 0.25
#: Where more pairs than this are left over, so much has changed that likeness says nothing (and takes long to ask).
MOST_PAIRS = 40_000

_ENGINE_KEY = re.compile(r"[a-z_]+:\d+(?!\w)")
_BANDS = tuple(Band)


class Trait(StrEnum):
    """Something two columns may have in common."""

    NAME = "name"
    TYPE = "type"
    POSITION = "position"
    NEIGHBOURS = "neighbours"
    EMPTY = "empty"
    DISTINCT = "distinct"
    SHAPES = "shapes"


_WEIGHTS: Mapping[Trait, float] = {
    Trait.NAME: 4.0,
    Trait.TYPE: 1.5,
    Trait.POSITION: 0.25,
    Trait.NEIGHBOURS: 1.25,
    Trait.EMPTY: 0.5,
    Trait.DISTINCT: 0.5,
    Trait.SHAPES: 3.0,
}
#: From here on a trait is told to a person as one that speaks for a candidate.
_AGREES = 0.5


@dataclass(frozen=True, slots=True)
class Face:
    """What a column is recognised by.

    Parameters:
        key: as :func:`key_within` gives it.
        empty: None, as for ``distinct``, where no rows were looked at.
        shapes: without their shares, which move with every sample.
        is_live: whether the last look saw it; one gone for longer comes back by key or name alone.
    """

    key: str
    name: str
    name_withheld: bool
    position: int
    declared_type: str
    empty: Band | None = None
    distinct: Band | None = None
    shapes: frozenset[str] = frozenset()
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two columns are, 0 to 1, and the traits that speak for it, the weightiest first."""

    score: float
    traits: tuple[Trait, ...]


def key_within(dataset_key: str, key: str, name: str) -> str:
    """A column's key as it is kept.

    An engine's number of a column means something inside one table only: a table dropped and made again counts from
    one, over other columns. So it is kept with the table's own id; a key that is the name, or stands for it, is not.
    """
    return f"{dataset_key}/{key}" if key != name and _ENGINE_KEY.match(key) else key


def plain_shapes(shapes: Iterable[str]) -> frozenset[str]:
    """Shapes without their shares."""
    return frozenset(shape.rpartition(" ")[0] or shape for shape in shapes)


def matches(known: Sequence[Face], found: Sequence[Face]) -> dict[int, int]:
    """Which of the columns found is which of those known.

    A column dropped and another added under its name are the same by their name; what tells them apart is evidence.

    Returns:
        Places in ``found``, each with its place in ``known``; each known one at most once.
    """
    by_key = {face.key: place for place, face in enumerate(known)}
    pairs = {place: by_key[face.key] for place, face in enumerate(found) if face.key in by_key}
    pairs |= _by_name(known, found, pairs)
    return pairs | _by_likeness(known, found, pairs)


def likeness(one: Face, other: Face, neighbours: float | None = None) -> Likeness:
    """How alike two columns are by all that is known of both; a withheld name is like no other.

    Parameters:
        neighbours: share of the columns beside them that are the same, None where that is not known.
    """
    shared = {trait: value for trait, value in _traits(one, other, neighbours) if value is not None}
    score = sum(_WEIGHTS[trait] * value for trait, value in shared.items()) / sum(_WEIGHTS[trait] for trait in shared)
    agreeing = [trait for trait, value in shared.items() if value >= _AGREES]
    return Likeness(score, tuple(sorted(agreeing, key=lambda trait: -_WEIGHTS[trait])))


def alike_names(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: the words they share, one written out where the other abbreviates.

    Numbers tell one of several, so other numbers are another name; words each has to itself count against both.
    """
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs or _numbers(mine) != _numbers(theirs):
        return 0.0
    if "".join(mine) == "".join(theirs):
        return 1.0
    if _stands_for("".join(mine), theirs) or _stands_for("".join(theirs), mine):
        return 0.9
    shared = _shared(mine, theirs)
    similar = 2 * shared / (len(mine) + len(theirs))
    return similar if shared == min(len(mine), len(theirs)) else similar / 4


def _by_name(known: Sequence[Face], found: Sequence[Face], pairs: Mapping[int, int]) -> dict[int, int]:
    """One known and one found of a name, neither paired; what was there at the last look before what was not."""
    live = _names(known, [place for place in _rest(known, pairs.values()) if known[place].is_live])
    gone = _names(known, [place for place in _rest(known, pairs.values()) if not known[place].is_live])
    paired = {}
    for name, places in _names(found, _rest(found, pairs)).items():
        candidates = live.get(name) or gone.get(name, [])
        if len(places) == len(candidates) == 1:
            paired[places[0]] = candidates[0]
    return paired


def _by_likeness(known: Sequence[Face], found: Sequence[Face], pairs: Mapping[int, int]) -> dict[int, int]:
    """Pairs of columns left over of which each is the other's only candidate, by a margin.

    One gone for longer is nobody's match here, but it could be meant, so it stands in the way of others.
    """
    old = [place for place in _rest(known, pairs.values()) if not known[place].name_withheld]
    new = [place for place in _rest(found, pairs) if not found[place].name_withheld]
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return {}
    scores = _scores(known, found, pairs, [(n, k) for n in new for k in old])
    best_old = {n: _only({k: scores[n, k] for k in old}) for n in new}
    best_new = {k: _only({n: scores[n, k] for n in new}) for k in old}
    return {n: k for n, k in best_old.items() if k is not None and best_new[k] == n and known[k].is_live}


def _scores(
    known: Sequence[Face], found: Sequence[Face], pairs: Mapping[int, int], those: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], float]:
    beside_old, beside_new = _neighbours(known), _neighbours(found)
    taken = set(pairs.values())
    scores = {}
    for n, k in those:
        same = _same_neighbours(beside_old[k], beside_new[n], pairs, taken) if known[k].is_live else None
        scores[n, k] = likeness(known[k], found[n], same).score
    return scores


def _only(scores: Mapping[int, float]) -> int | None:
    """The single best, if it is alike and nothing else comes near it."""
    (best, place), *rest = sorted(((score, place) for place, score in scores.items()), reverse=True)
    is_clear = best >= ALIKE and not any(best - score < MARGIN for score, _ in rest[:1])
    return place if is_clear else None


def _rest(faces: Sequence[Face], taken: Collection[int]) -> list[int]:
    used = set(taken)
    return [place for place in range(len(faces)) if place not in used]


def _names(faces: Sequence[Face], places: Iterable[int]) -> dict[str, list[int]]:
    named: dict[str, list[int]] = {}
    for place in places:
        if not faces[place].name_withheld:
            named.setdefault(faces[place].name, []).append(place)
    return named


def _neighbours(faces: Sequence[Face]) -> dict[int, tuple[int | None, int | None]]:
    """The places of the columns to the left and right of each."""
    row = sorted((place for place in range(len(faces)) if faces[place].is_live), key=lambda p: faces[p].position)
    ends = [None, *row, None]
    return {place: (ends[i], ends[i + 2]) for i, place in enumerate(row)}


def _same_neighbours(
    known: tuple[int | None, int | None],
    found: tuple[int | None, int | None],
    pairs: Mapping[int, int],
    taken: Collection[int],
) -> float:
    """The share of sides on which the same column stands; where both are unknown it may be."""
    return sum(_same_side(k, f, pairs, taken) for k, f in zip(known, found, strict=True)) / 2


def _same_side(known: int | None, found: int | None, pairs: Mapping[int, int], taken: Collection[int]) -> float:
    if known is None or found is None:
        return float(known is found)
    if found in pairs:
        return float(pairs[found] == known)
    return 0.5 if known not in taken else 0.0


def _traits(one: Face, other: Face, neighbours: float | None) -> Iterator[tuple[Trait, float | None]]:
    withheld = one.name_withheld or other.name_withheld
    yield Trait.NAME, 0.0 if withheld else alike_names(one.name, other.name)
    yield Trait.TYPE, _alike_types(one.declared_type, other.declared_type)
    yield Trait.POSITION, max(0.0, 1 - abs(one.position - other.position) / 4)
    yield Trait.NEIGHBOURS, neighbours
    yield Trait.EMPTY, _alike_bands(one.empty, other.empty)
    yield Trait.DISTINCT, _alike_bands(one.distinct, other.distinct)
    yield (
        Trait.SHAPES,
        len(one.shapes & other.shapes) / len(one.shapes | other.shapes) if (one.shapes and other.shapes) else None,
    )


def _alike_types(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.8 if one.partition("(")[0].strip() == other.partition("(")[0].strip() else 0.0


def _alike_bands(one: Band | None, other: Band | None) -> float | None:
    if one is None or other is None:
        return None
    return max(0.0, 1 - abs(_BANDS.index(one) - _BANDS.index(other)) / 2)


@lru_cache(maxsize=1024)
def _words(name: str) -> tuple[str, ...]:
    return split(name)


def _numbers(words: Sequence[str]) -> list[str]:
    return [word for word in words if word.isdigit()]


def _stands_for(short: str, words: Sequence[str]) -> bool:
    """Whether a text is the words, each written out or abbreviated: ``dob``, ``fname``, ``clntid``."""
    if len(short) < 2:
        return False
    ends = {0}
    for word in words:
        ends = {
            end
            for start in ends
            for end in range(start + 1, min(start + len(word), len(short)) + 1)
            if _abbreviates(short[start:end], word)
        }
    return len(short) in ends


def _abbreviates(short: str, word: str) -> bool:
    """A word's beginning, or its first letter and consonants of it in order."""
    if word.startswith(short):
        return True
    if short[0] != word[0]:
        return False
    consonants = iter([letter for letter in word[1:] if letter not in "aeiou"])
    return all(letter in consonants for letter in short[1:])


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> int:
    """How many words of one stand for words of the other, each once; the same words first."""
    rest = list(theirs)
    unlike = [word for word in mine if not _taken(rest, [other for other in rest if other == word])]
    abbreviated = sum(_taken(rest, [other for other in rest if _is_short_for(word, other)]) for word in unlike)
    return len(mine) - len(unlike) + abbreviated


def _taken(rest: list[str], fitting: Sequence[str]) -> bool:
    """Take the first that fits out of the rest."""
    if fitting:
        rest.remove(fitting[0])
    return bool(fitting)


def _is_short_for(one: str, other: str) -> bool:
    short, word = sorted((one, other), key=len)
    return len(short) > 1 and not word.isdigit() and _abbreviates(short, word)
