"""Days as agencies write them, and the years they spread over."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners import births
from scanners.looks import Look


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2029, 12, 31)), st.sampled_from([
    "%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m/%d/%y", "%m%d%y", "%d-%b-%y", "%d %B %Y", "%Y-%m-%dT00:00:00",
]))  # fmt: skip
def test_a_day_is_read_however_it_is_written(day, form):
    assert births.day_of(day.strftime(form)) == day


@pytest.mark.parametrize("text", ["2026-08-18 18:45:00", "13/45/2020", "12-Foo-87", "1980-02-30", "soon", "123"])
def test_times_and_other_things_are_no_days(text):
    assert births.day_of(text) is None


def test_years_are_counted_where_nearly_all_are_days():
    days = [f"{year}-05-06" for year in range(1940, 2000)]
    assert births.years_of(Look(days)) == 60
    assert births.years_of(Look([*days, *(["n/k yet"] * 20)])) == 0
    assert births.years_of(Look([*days, *(f"{n:08}" for n in range(99_999_900, 99_999_920))])) == 0
    assert births.years_of(Look(days[:5])) == 0


def test_years_nobody_alive_was_born_in_count_for_nothing():
    assert births.years_of(Look([f"{year}-05-06" for year in range(1700, 1760)])) == 0
