"""Choosing rows and holding them within bounds."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from connectors.rows import Window, choose, columns_of


@given(st.lists(st.integers(), max_size=200), st.integers(1, 50), st.integers(0, 2**32))
def test_chosen_items_keep_their_order_and_number(items: list[int], count: int, seed: int) -> None:
    chosen, seen = choose(enumerate(items), count, seed)
    assert (seen, len(chosen)) == (len(items), min(count, len(items)))
    assert chosen == sorted(set(chosen))
    assert all(items[place] == item for place, item in chosen)
    assert choose(enumerate(items), count, seed) == (chosen, seen)


def test_every_item_has_the_same_chance() -> None:
    met = Counter(item for seed in range(2000) for item in choose(range(20), 5, seed)[0])
    # 500 times each on average; the bounds are five standard deviations wide.
    assert all(400 < met[item] < 600 for item in range(20))


def test_a_window_ends_before_its_bound_and_says_so() -> None:
    rows = [("ab", None), ("cd", "e"), ("f", "g")]
    open_window, narrow = Window(rows, 7), Window(rows, 5)
    assert (list(open_window), open_window.cut) == (rows, False)
    assert (list(narrow), narrow.cut) == (rows[:2], True)


def test_short_rows_lack_values() -> None:
    assert columns_of([("a", "b"), ("c",)], 3) == [["a", "c"], ["b", None], [None, None]]
