"""No number below the floor is told, and none from which such a number follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.holdings import Magnitude
from catalog.model.small_counts import told

BANDS = st.sampled_from(list(Magnitude))
FLOORS = st.integers(1, 100)
NOT_KNOWN, FEWER, FROM_5, FROM_100, FROM_1000, FROM_10000 = Magnitude


@pytest.mark.parametrize(
    ("people", "rows", "fewest", "expected"),
    [
        (FROM_100, FROM_1000, 5, (FROM_100, FROM_1000)),
        (FROM_5, FROM_5, 5, (FROM_5, FROM_5)),
        (FEWER, FROM_100, 5, (None, FROM_100)),
        (FEWER, FROM_5, 5, (None, None)),  # its rows are about these people
        (NOT_KNOWN, FROM_5, 5, (None, None)),
        (FROM_5, FEWER, 5, (FROM_5, None)),
        (FEWER, FEWER, 1, (None, None)),  # "fewer than 5" may be one
        (FROM_5, FROM_100, 11, (None, None)),  # "5 to 99" may be ten
        (FROM_5, FROM_1000, 11, (None, FROM_1000)),
        (FROM_10000, NOT_KNOWN, 100, (FROM_10000, None)),
    ],
)
def test_what_is_told(
    people: Magnitude, rows: Magnitude, fewest: int, expected: tuple[Magnitude | None, Magnitude | None]
) -> None:
    assert told(people, rows, fewest) == expected


@given(BANDS, BANDS, FLOORS)
def test_nothing_told_may_be_smaller_than_the_floor(people: Magnitude, rows: Magnitude, fewest: int) -> None:
    assert all(shown is None or shown.at_least >= fewest for shown in told(people, rows, fewest))


@given(BANDS, BANDS, FLOORS)
def test_what_is_told_is_true(people: Magnitude, rows: Magnitude, fewest: int) -> None:
    shown = told(people, rows, fewest)
    assert shown[0] in {None, people}
    assert shown[1] in {None, rows}


@given(BANDS, BANDS, BANDS, FLOORS)
def test_people_kept_back_and_not_known_are_told_alike(
    people: Magnitude, other: Magnitude, rows: Magnitude, fewest: int
) -> None:
    """Whoever sees the answer cannot tell a small number from another one, nor from none known."""
    if told(people, rows, fewest)[0] is told(other, rows, fewest)[0] is None:
        assert told(people, rows, fewest) == told(other, rows, fewest)


@given(BANDS, BANDS, FLOORS)
def test_rows_told_are_no_bound_on_people_kept_back(people: Magnitude, rows: Magnitude, fewest: int) -> None:
    shown = told(people, rows, fewest)
    if shown[0] is None and shown[1] is not None:
        possible = [band for band in Magnitude if told(band, rows, fewest) == shown]
        assert FEWER in possible
        assert NOT_KNOWN in possible
        assert all(band <= shown[1] for band in possible)


@given(BANDS, BANDS, FLOORS, FLOORS)
def test_a_higher_floor_tells_no_more(people: Magnitude, rows: Magnitude, one: int, other: int) -> None:
    lower, higher = told(people, rows, min(one, other)), told(people, rows, max(one, other))
    assert all(after in {None, before} for before, after in zip(lower, higher, strict=True))
