"""Counts told to the public without small ones: which cells of a breakdown are told, and no other follows from them.

The promise, with a floor of five. Of a breakdown with a total of five or more, where the reader knows the rules of this
module, the categories, the total and every other breakdown of the same events:

* a number that is told is none, or five or more;
* in a breakdown of which anything is told, every category that is not told may have had any number from none to four,
  so that the reader learns nothing of it but that it is not among those that are told;
* in one of which nothing is told, every category may have had any number from one to four.

Of a total from one to four nothing is told but that it is fewer than five, and nothing is broken down.

Why it holds. Each event is in one category of a *partition*. Small cells and those with none are told together as the
rest. Where the rest is itself small, the smallest cell that is told joins it. It is told only while it is at most four
times one fewer than the cells in it: then any one of them may be anything from none to four and the others still make
up the rest, and each of these would have been told in just the same way. Breakdowns of the same events by different
things share nothing but their total, for any numbers with the same total go together. In an *overlapping* breakdown an
event counts in each category that it is of, and no rest is told; but events that no cell told accounts for are in
the others, so that the same bound is asked of how many they are.

When the same thing is told again (a report and its correction), a breakdown that was told is told only where the same
categories are, and neither a number in it nor the total has moved by one to four; one that was kept back under a total
that was told stays so, and nobody is told whether it could be told now: see :func:`beside`. So neither what was added
nor a cell that was not told before follows from both, even where the reader knows that nothing was taken out. The
totals are always told anew: of what was added that says only how much it was.

What readers know from elsewhere (that a category is impossible, or what they reported themselves) is not part of the
promise. Where the floor is not five, read it in its place; below three nothing is promised, for fewer than two are one.

After the practice of statistical offices: complementary suppression, and cells that count none hidden with small ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Telling(StrEnum):
    """Whether a breakdown is told; or nothing of it: too few would follow from it, now or when it was first kept back;
    or it was told before, and too few would follow from both.
    """

    TOLD = "told"
    TOO_FEW = "too_few"
    BESIDE_EARLIER = "beside_earlier"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a breakdown: cells of the floor or more, and how many events all the others have together (None
    where nothing is told, or events count in several categories).
    """

    telling: Telling
    cells: Mapping[str, int]
    rest: int | None


_TOO_FEW, _BESIDE_EARLIER = Told(Telling.TOO_FEW, {}, None), Told(Telling.BESIDE_EARLIER, {}, None)


def total(count: int, floor: int) -> int | None:
    """A total as it is told: None where it is from one to fewer than the floor."""
    return None if 0 < count < floor else count


def partition(counts: Mapping[str, int], floor: int) -> Told:
    """What is told of a breakdown in which each event is in one category.

    Parameters:
        counts: how many events each category has that there could be, those with none among them.
    """
    every = sum(counts.values())
    told = {name: count for name, count in counts.items() if count >= floor}
    if told and 0 < every - sum(told.values()) < floor:
        del told[min(told, key=told.__getitem__)]
    rest = every - sum(told.values())
    if not told or rest > _most(len(counts) - len(told), floor):
        return _TOO_FEW
    return Told(Telling.TOLD, told, rest)


def overlapping(counts: Mapping[str, int], events: int, floor: int) -> Told:
    """What is told of a breakdown in which an event may count in several categories; see :func:`partition`.

    Parameters:
        events: how many there are.
    """
    told = {name: count for name, count in counts.items() if count >= floor}
    unaccounted = events - sum(told.values())
    if events < floor or unaccounted > _most(len(counts) - len(told), floor):
        return _TOO_FEW
    return Told(Telling.TOLD, told, None)


def beside(now: Told, events: int, before: Told, events_before: int | None, floor: int) -> Told:
    """What is told of a breakdown beside what was told of it before.

    Where nothing was, nothing is: that it could be told now would say how few were missing. Where it was, it is told
    anew unless something that was told has moved by fewer than the floor.

    Parameters:
        events_before: the total as it was told then.
    """
    if events_before is None:
        return now
    if before.telling is not Telling.TOLD:
        return before
    moved = [events - events_before, (now.rest or 0) - (before.rest or 0)]
    moved += [now.cells.get(name, 0) - count for name, count in before.cells.items()]
    is_alike = now.telling is Telling.TOLD and now.cells.keys() == before.cells.keys()
    return now if is_alike and all(one == 0 or abs(one) >= floor for one in moved) else _BESIDE_EARLIER


def _most(untold: int, floor: int) -> int:
    """How many events so many untold categories may have together while any one may still have any small number."""
    return (floor - 1) * max(untold - 1, 0)
