"""What "nothing found" is worth."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.coverage import Coverage, Look, SampleMethod

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def coverage(rows: int, method: SampleMethod | None) -> Coverage:
    return Coverage(1, Look.SCANNED, None, rows, method, 1, "columns", NOW, NOW, 1)


@given(st.integers(30, 10**6), st.integers(1, 10**6))
def test_more_rows_leave_less_room(rows: int, more: int) -> None:
    few, many = coverage(rows, SampleMethod.RANDOM_ROWS), coverage(rows + more, SampleMethod.RANDOM_ROWS)
    assert few.missed_at_most is not None
    assert many.missed_at_most is not None
    assert 0 < many.missed_at_most < few.missed_at_most <= 0.1
    # So rare, it would have been missed in one sample of twenty at most.
    assert (1 - few.missed_at_most) ** rows <= 0.05


@pytest.mark.parametrize(
    ("rows", "method", "most"),
    [
        (1000, SampleMethod.FIRST_ROWS, None),
        (29, SampleMethod.RANDOM_ROWS, None),
        (0, None, None),
        (5, SampleMethod.ALL_ROWS, 0.0),
    ],
)
def test_only_rows_drawn_at_random_say_something_of_the_others(
    rows: int, method: SampleMethod | None, most: float | None
) -> None:
    assert coverage(rows, method).missed_at_most == most
