"""Small counts, attacked: by a reader who knows the rules, the categories and all that is told, and lists every way in
which the events could have been for just that to be told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.cell_suppression import Telling, Told, beside, overlapping, partition, total

Row = tuple[int, ...]
NAMES = "abcdefgh"
#: Floors, how many categories there are, and how many events at most: as much as can be listed.
SIZES = [(3, 2, 18), (3, 3, 12), (3, 4, 9), (4, 3, 14), (5, 2, 22), (5, 3, 22), (5, 4, 15), (5, 5, 11)]


def named(row: Row) -> dict[str, int]:
    return dict(zip(NAMES, row, strict=False))


def seen(told: Told, events: int, floor: int) -> object:
    """All that a reader sees of a breakdown and its total."""
    return total(events, floor), told.telling, tuple(sorted(told.cells.items())), told.rest


def rows(events: int, categories: int) -> Iterator[Row]:
    """Every way in which so many events may fall into so many categories."""
    if categories == 1:
        yield (events,)
        return
    for first in range(events + 1):
        yield from ((first, *rest) for rest in rows(events - first, categories - 1))


@cache
def worlds(floor: int, categories: int, events: int) -> dict[object, list[Row]]:
    """What is told, with every way in which the events could have been for that to be told."""
    found: dict[object, list[Row]] = defaultdict(list)
    for row in rows(events, categories):
        found[seen(partition(named(row), floor), events, floor)].append(row)
    return dict(found)


def feasible(known: Iterable[Row], at: int) -> set[int]:
    return {row[at] for row in known}


def untold(told: Told, categories: int) -> list[int]:
    return [at for at in range(categories) if NAMES[at] not in told.cells]


@pytest.mark.parametrize(("floor", "categories", "most"), SIZES)
def test_whatever_is_not_told_may_have_been_any_small_number(floor: int, categories: int, most: int) -> None:
    for events in range(floor, most + 1):
        for known in worlds(floor, categories, events).values():
            told = partition(named(known[0]), floor)
            least = 0 if told.telling is Telling.TOLD else 1
            for at in untold(told, categories):
                if told.rest == 0:
                    assert feasible(known, at) == {0}
                else:
                    assert feasible(known, at) >= set(range(least, floor)), (known[0], at)


@pytest.mark.parametrize(("floor", "categories", "most"), SIZES)
def test_what_is_told_is_true_and_none_or_no_small_number(floor: int, categories: int, most: int) -> None:
    for events in range(most + 1):
        for row in rows(events, categories):
            told = partition(named(row), floor)
            assert all(count >= floor and named(row)[name] == count for name, count in told.cells.items())
            if told.telling is Telling.TOLD:
                assert told.rest == 0 or (told.rest or 0) >= floor
                assert sum(told.cells.values()) + (told.rest or 0) == events
            else:
                assert (told.cells, told.rest) == ({}, None)


@pytest.mark.parametrize(("floor", "categories", "most"), [(3, 2, 12), (3, 3, 8), (5, 2, 13), (5, 3, 10), (5, 4, 8)])
def test_nothing_small_follows_where_an_event_counts_in_several(floor: int, categories: int, most: int) -> None:
    for events in range(floor, most + 1):
        known: dict[object, list[Row]] = defaultdict(list)
        for row in product(range(events + 1), repeat=categories):
            if sum(row) >= events:  # each of them is of something
                known[seen(overlapping(named(row), events, floor), events, floor)].append(row)
        for rows_ in known.values():
            told = overlapping(named(rows_[0]), events, floor)
            least = 0 if told.telling is Telling.TOLD else 1
            for at in untold(told, categories):
                assert feasible(rows_, at) >= set(range(least, floor)), (rows_[0], at)


#: Kinds of event: the category of each in a breakdown by two, in one by three, and its types.
KINDS = tuple(product((0, 1), (0, 1, 2))), tuple(product((0, 1), ((0,), (1,), (0, 1))))


@pytest.mark.parametrize("events", range(3, 10))
def test_two_breakdowns_of_the_same_events_tell_nothing_of_each_other(events: int) -> None:
    floor = 3
    known: dict[object, list[tuple[Row, Row]]] = defaultdict(list)
    for counts in rows(events, len(KINDS[0])):
        pairs = list(zip(KINDS[0], counts, strict=True))
        by_two = tuple(sum(count for (first, _), count in pairs if first == at) for at in range(2))
        by_three = tuple(sum(count for (_, second), count in pairs if second == at) for at in range(3))
        told = partition(named(by_two), floor), partition(named(by_three), floor)
        known[tuple(seen(one, events, floor) for one in told)].append((by_two, by_three))
    for worlds_ in known.values():
        for which in range(2):
            mine = [world[which] for world in worlds_]
            leaves_free(partition(named(mine[0]), floor), mine, floor)


@pytest.mark.parametrize("events", range(3, 10))
def test_types_and_another_breakdown_tell_nothing_of_each_other(events: int) -> None:
    floor = 3
    known: dict[object, list[tuple[Row, Row]]] = defaultdict(list)
    for counts in rows(events, len(KINDS[1])):
        pairs = list(zip(KINDS[1], counts, strict=True))
        by_two = tuple(sum(count for (first, _), count in pairs if first == at) for at in range(2))
        by_type = tuple(sum(count for (_, types), count in pairs if at in types) for at in range(2))
        told = partition(named(by_two), floor), overlapping(named(by_type), events, floor)
        known[tuple(seen(one, events, floor) for one in told)].append((by_two, by_type))
    for worlds_ in known.values():
        leaves_free(partition(named(worlds_[0][0]), floor), [world[0] for world in worlds_], floor)
        leaves_free(overlapping(named(worlds_[0][1]), events, floor), [world[1] for world in worlds_], floor)


def leaves_free(told: Told, known: Sequence[Row], floor: int) -> None:
    least = 0 if told.telling is Telling.TOLD else 1
    for at in untold(told, len(known[0])):
        if told.rest != 0:
            assert feasible(known, at) >= set(range(least, floor)), (known[0], at)


#: One way in which the events of each issue could have been.
World = tuple[Row, ...]
Issue = tuple[Told, int]


@pytest.mark.parametrize(("floor", "categories", "most"), [(3, 2, 14), (3, 3, 9), (4, 2, 15), (5, 2, 17)])
def test_nothing_follows_from_two_issues_even_where_nothing_was_taken_out(
    floor: int, categories: int, most: int
) -> None:
    """Neither a small cell of either issue nor a small number of what was added in a category."""
    issues: dict[object, list[Issue]] = {}
    known: dict[object, list[World]] = defaultdict(list)
    for first in (row for before in range(most + 1) for row in rows(before, categories)):
        was = partition(named(first), floor), sum(first)
        for second in grown(first, most - sum(first)):
            now = in_issue([was], partition(named(second), floor), sum(second), floor)
            what = tuple(seen(*one, floor) for one in (was, now))
            known[what].append((first, second))
            issues[what] = [was, now]
    for what, worlds_ in known.items():
        leave_free(issues[what], worlds_, floor)


@pytest.mark.parametrize(("floor", "most"), [(3, 9), (4, 9), (5, 11)])
def test_nothing_follows_from_two_issues_where_an_event_counts_in_several(floor: int, most: int) -> None:
    """Of two categories: events are of the one, of the other, or of both; so is what was added."""
    issues: dict[object, list[Issue]] = {}
    known: dict[object, list[World]] = defaultdict(list)
    for first in (row for before in range(most + 1) for row in rows(before, 3)):
        was = overlapping(named(of_either(first)), sum(first), floor), sum(first)
        for second in grown(first, most - sum(first)):
            made = overlapping(named(of_either(second)), sum(second), floor)
            now = in_issue([was], made, sum(second), floor)
            what = tuple(seen(*one, floor) for one in (was, now))
            known[what].append((of_either(first), of_either(second)))
            issues[what] = [was, now]
    for what, worlds_ in known.items():
        leave_free(issues[what], worlds_, floor)


@pytest.mark.parametrize(("floor", "most"), [(3, 9), (4, 10)])
def test_nothing_follows_from_three_issues(floor: int, most: int) -> None:
    issues: dict[object, list[Issue]] = {}
    known: dict[object, list[World]] = defaultdict(list)
    for first in (row for before in range(most + 1) for row in rows(before, 2)):
        was = partition(named(first), floor), sum(first)
        for second in grown(first, most - sum(first)):
            then = in_issue([was], partition(named(second), floor), sum(second), floor)
            for third in grown(second, most - sum(second)):
                now = in_issue([was, then], partition(named(third), floor), sum(third), floor)
                what = tuple(seen(*one, floor) for one in (was, then, now))
                known[what].append((first, second, third))
                issues[what] = [was, then, now]
    for what, worlds_ in known.items():
        leave_free(issues[what], worlds_, floor)


def test_what_was_kept_back_stays_so_without_saying_that_it_could_be_told() -> None:
    before, now = partition({"yes": 4, "no": 5}, 5), partition({"yes": 5, "no": 5}, 5)
    assert (before.telling, now.telling) == (Telling.TOO_FEW, Telling.TOLD)
    assert beside(now, 10, before, 9, 5) == before
    # That it could be told would say: five and five, of which one was four.


def of_either(kinds: Row) -> Row:
    """How many events each of two categories has, of those in the one alone, the other alone, and both."""
    return kinds[0] + kinds[2], kinds[1] + kinds[2]


def grown(row: Row, most: int) -> Iterator[Row]:
    """What may be there once up to so many more were added."""
    for more in range(most + 1):
        for added in rows(more, len(row)):
            yield tuple(a + b for a, b in zip(row, added, strict=True))


def leave_free(issues: Sequence[Issue], known: Sequence[World], floor: int) -> None:
    """Issues say no small number together; and where none of them told a category, they say nothing of it at all."""
    for at in range(len(known[0][0])):
        cells = [feasible((world[which] for world in known), at) for which in range(len(issues))]
        added = [{now[at] - was[at] for was, now in pairs} for pairs in zip(*map(pairwise, known), strict=True)]
        for numbers in (*cells, *added):
            assert len(numbers) > 1 or not 0 < next(iter(numbers)) < floor, (known[0], at)
        if not all(hides(*one, at, floor) for one in issues):
            continue
        for (told, events), numbers in zip(issues, cells, strict=True):
            least = 0 if told.telling is Telling.TOLD else 1
            assert events < floor or numbers >= set(range(least, floor)), (known[0], at)


def hides(told: Told, events: int, at: int, floor: int) -> bool:
    """Whether an issue tells nothing of a category: neither its number, nor that it has none."""
    return events != 0 and (events < floor or (NAMES[at] not in told.cells and told.rest != 0))


def in_issue(earlier: Sequence[Issue], now: Told, events: int, floor: int) -> Issue:
    """A breakdown as a corrected issue tells it."""
    for before, events_before in earlier:
        if min(events, events_before) >= floor:
            now = beside(now, events, before, total(events_before, floor), floor)
    return now, events


COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=16)


@given(COUNTS)
def test_any_breakdown_leaves_its_untold_cells_free(counts: Sequence[int]) -> None:
    """Too large to list: another way, with the same told, is made by hand for every untold cell and small number."""
    row, events, floor = tuple(counts), sum(counts), 5
    told = partition({str(at): count for at, count in enumerate(row)}, floor)
    hidden = [at for at in range(len(row)) if str(at) not in told.cells]
    if events < floor or told.rest == 0:
        return
    for at, number in product(hidden, range(0 if told.cells else 1, floor)):
        other = list(row)
        left = (told.rest if told.cells else events) - number  # type: ignore[operator]  # told where cells are
        others = [one for one in hidden if one != at]
        other[at] = number
        for one in others:
            other[one] = min(floor - 1, left) if told.cells else 0
            left -= other[one]
        if not told.cells:
            other[others[0]], left = left, 0
        assert left == 0
        assert partition({str(i): count for i, count in enumerate(other)}, floor) == told


@given(COUNTS, COUNTS)
def test_a_corrected_breakdown_moves_no_told_number_by_a_few(before: Sequence[int], after: Sequence[int]) -> None:
    size = min(len(before), len(after))
    old, new = tuple(before[:size]), tuple(after[:size])
    told = partition(named(old[:8]), 5)
    again, _ = in_issue([(told, sum(old[:8]))], partition(named(new[:8]), 5), sum(new[:8]), 5)
    if told.telling is not Telling.TOLD or again.telling is not Telling.TOLD:
        return
    moved = [again.cells[name] - told.cells[name] for name in told.cells]
    moved += [(again.rest or 0) - (told.rest or 0), sum(new[:8]) - sum(old[:8])]
    assert again.cells.keys() == told.cells.keys()
    assert not [one for one in moved if 0 < abs(one) < 5]


def test_a_total_is_told_unless_it_is_small() -> None:
    assert [total(count, 5) for count in (0, 1, 4, 5, 12)] == [0, None, None, 5, 12]


def test_the_smallest_told_cell_joins_a_small_rest() -> None:
    told = partition({"a": 20, "b": 6, "c": 1, "d": 1, "e": 0}, 5)
    assert (dict(told.cells), told.rest) == ({"a": 20}, 8)


def test_a_rest_that_would_bind_its_cells_is_not_told() -> None:
    assert partition({"a": 20, "b": 4, "c": 4}, 5).telling is Telling.TOO_FEW  # eight in two: four each
    assert partition({"a": 6, "b": 1}, 5).telling is Telling.TOO_FEW


def test_where_none_is_small_all_is_told() -> None:
    told = partition({"a": 20, "b": 6, "c": 0}, 5)
    assert (dict(told.cells), told.rest) == ({"a": 20, "b": 6}, 0)
