"""When, and with whom, something may be put off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.putting_off import LONGEST, amiss
from catalog.model.review import ActKind, Order

TODAY = date(2026, 11, 28)


@given(st.integers(-800, 800))
def test_a_day_is_one_to_come_and_within_a_year(days: int) -> None:
    found = amiss(Order(ActKind.DEFER, until=TODAY + timedelta(days)), TODAY)
    assert (found is None) == (1 <= days <= LONGEST.days)


@pytest.mark.parametrize(("until", "person"), [(None, None), (TODAY + timedelta(1), "ada")])
def test_it_is_put_off_to_a_day_or_to_a_person_and_not_to_both(until: date | None, person: str | None) -> None:
    found = amiss(Order(ActKind.DEFER, until=until, to_person_id=person), TODAY)
    assert found is not None
    assert "neither to a day nor to a person, or to both" in found[0]


def test_whoever_it_is_handed_to_needs_no_day() -> None:
    assert amiss(Order(ActKind.DEFER, to_person_id="ada"), TODAY) is None


@given(st.sampled_from([kind for kind in ActKind if kind is not ActKind.DEFER]))
def test_nothing_else_needs_either(kind: ActKind) -> None:
    assert amiss(Order(kind), TODAY) is None
