"""Small counts, attacked: by a reader who knows the rules, the categories and all that is told, and lists every way in
which the events could have been for just that to be told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.cell_suppression import Telling, Told, may_follow, overlapping, partition, total

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


@pytest.mark.parametrize(("floor", "categories", "most"), [(3, 2, 14), (3, 3, 9), (4, 2, 15), (5, 2, 17)])
def test_nothing_follows_from_two_issues_even_where_nothing_was_taken_out(
    floor: int, categories: int, most: int
) -> None:
    """Neither a small cell of either issue nor a small number of what was added in a category."""
    known: dict[object, list[tuple[Row, Row]]] = defaultdict(list)
    for before in range(most + 1):
        for first in rows(before, categories):
            told = partition(named(first), floor)
            for added in (row for more in range(most - before + 1) for row in rows(more, categories)):
                second = tuple(a + b for a, b in zip(first, added, strict=True))
                again = in_issue(told, before, second, floor)
                known[seen(told, before, floor), seen(again, sum(second), floor)].append((first, second))
    for pairs in known.values():
        for at in range(categories):
            for numbers in (
                {first[at] for first, _ in pairs},
                {second[at] for _, second in pairs},
                {second[at] - first[at] for first, second in pairs},
            ):
                assert len(numbers) > 1 or not 0 < next(iter(numbers)) < floor, (pairs[0], at)


def in_issue(before: Told, events_before: int, row: Row, floor: int) -> Told:
    """A breakdown as a corrected issue tells it."""
    now, events = partition(named(row), floor), sum(row)
    if min(events, events_before) < floor or may_follow(now, events, before, total(events_before, floor), floor):
        return now
    return Told(Telling.BESIDE_EARLIER, {}, None)


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
    again = in_issue(told, sum(old[:8]), new[:8], 5)
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
