"""How well texts were read: spans, rows, the shares of whole columns, and whose an identifier is. Pure functions.

What is found of types that are not examined counts for nothing, neither right nor wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, NamedTuple, Self

from benchmarks.notes.templates import EXAMINED, Mark

#: Of a thousand rows in which a type was not seen, no more than this share may hold it (at 95 % confidence).
UNSEEN: Final = 3 / 1000
_HALF = 0.5


class Range(NamedTuple):
    """The share of rows a type is said to be in, from the lowest to the highest."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Counted:
    """Counts that can be added to others of their kind."""

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Counts(_Counted):
    """How often something was found rightly, found falsely, and missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was found that is so; None where nothing was found."""
        return _part(self.right, self.right + self.false)

    @property
    def recall(self) -> float | None:
        """The share of what is so that was found; None where there was nothing to find."""
        return _part(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where there was nothing to find and nothing was found."""
        return _part(2 * self.right, 2 * self.right + self.false + self.missed)


@dataclass(frozen=True, slots=True)
class Told(_Counted):
    """Whose an identifier is: of true spans that were found, and whose words around tell it.

    Attributes:
        found: such spans.
        told: those of which something was told.
        right: those of which the truth was told.
        made_up: found spans of which something was told though the words around tell nothing.
    """

    found: int = 0
    told: int = 0
    right: int = 0
    made_up: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was told that is so; what the words around leave open counts neither way."""
        return _part(self.right, self.told)

    @property
    def share_told(self) -> float | None:
        """The share of what the words around tell that was told at all."""
        return _part(self.told, self.found)


@dataclass(frozen=True, slots=True)
class Coverage(_Counted):
    """How many true shares lay inside what was said of them: types that occur, and types that do not."""

    occurring: int = 0
    occurring_inside: int = 0
    absent: int = 0
    absent_inside: int = 0

    @property
    def of_occurring(self) -> float | None:
        """The share of the types that occur of which the truth was said."""
        return _part(self.occurring_inside, self.occurring)

    @property
    def of_all(self) -> float | None:
        """The same of all types, also those that do not occur."""
        return _part(self.occurring_inside + self.absent_inside, self.occurring + self.absent)


def spans(truth: Sequence[Sequence[Mark]], found: Sequence[Sequence[Mark]]) -> dict[str, Counts]:
    """Per type, spans found: a span counts when it and a true one of its type share at least half of either."""
    counts: dict[str, Counts] = defaultdict(Counts)
    for true, said in zip(truth, map(_examined, found), strict=True):
        pairs = matched(true, said)
        for mark, _ in pairs:
            counts[mark.code] += Counts(right=1)
        for mark in _without(said, [pair[1] for pair in pairs]):
            counts[mark.code] += Counts(false=1)
        for mark in _without(true, [pair[0] for pair in pairs]):
            counts[mark.code] += Counts(missed=1)
    return dict(counts)


def rows(truth: Sequence[Sequence[Mark]], found: Sequence[Sequence[Mark]]) -> dict[str, Counts]:
    """Per type, rows in which it was found, wherever in the row it stands."""
    counts: dict[str, Counts] = defaultdict(Counts)
    for true, said in zip(map(_codes, truth), map(_codes, map(_examined, found)), strict=True):
        for code in true | said:
            counts[code] += Counts(right=code in true & said, false=code in said - true, missed=code in true - said)
    return dict(counts)


def is_inside(share: float, said: Range | None) -> bool:
    """Whether the true share of a type in a whole column lies inside what a sample of it led to.

    A type that was not found (None) may be in no more rows than such a sample leaves open; one that was found and
    is in no row at all is wrong, however low the range begins.
    """
    if said is None:
        return share <= UNSEEN
    return share > 0 and said.low <= share <= said.high


def coverage(shares: Mapping[str, float], said: Mapping[str, Range]) -> dict[str, Coverage]:
    """Per type, whether the true share in one column lies inside what was said of it."""
    counted = {}
    for code, share in shares.items():
        inside = is_inside(share, said.get(code))
        counted[code] = Coverage(1, inside) if share > 0 else Coverage(absent=1, absent_inside=inside)
    return counted


def whose(truth: Sequence[Sequence[Mark]], found: Sequence[Sequence[Mark]]) -> dict[str, Told]:
    """Per type, whether it was told whose an identifier is, among those that were found."""
    counts: dict[str, Told] = defaultdict(Told)
    for true, said in zip(truth, map(_examined, found), strict=True):
        for mark, other in matched(true, said):
            told = other.who is not None
            if mark.who is None:
                counts[mark.code] += Told(made_up=told)
            else:
                counts[mark.code] += Told(found=1, told=told, right=told and mark.who == other.who)
    return dict(counts)


def matched(true: Iterable[Mark], found: Iterable[Mark]) -> list[tuple[Mark, Mark]]:
    """True spans with the found ones that count for them, best overlap first, each span once."""
    said = list(found)
    overlaps = [(_overlap(mark, other), mark, other) for mark in true for other in said if mark.code == other.code]
    pairs: list[tuple[Mark, Mark]] = []
    for overlap, mark, other in sorted(overlaps, key=lambda each: (-each[0], each[1].start, each[2].start)):
        if overlap >= _HALF and all(mark is not one and other is not two for one, two in pairs):
            pairs.append((mark, other))
    return pairs


def total(counts: Iterable[Counts]) -> Counts:
    """All types together."""
    return sum(counts, Counts())


def _overlap(one: Mark, other: Mark) -> float:
    """The shared part, of the longer of the two."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / max(one.end - one.start, other.end - other.start, 1)


def _examined(marks: Iterable[Mark]) -> list[Mark]:
    """Marks of the types examined; the same one said twice is said once."""
    return list(dict.fromkeys(mark for mark in marks if mark.code in EXAMINED))


def _without(marks: Iterable[Mark], others: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if all(mark is not other for other in others)]


def _codes(marks: Iterable[Mark]) -> set[str]:
    return {mark.code for mark in marks}


def _part(some: int, of: int) -> float | None:
    return some / of if of else None
