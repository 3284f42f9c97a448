"""What is told as strength: how often such a finding is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.calibration import likelihood
from scanners.combine import FOUND

STRENGTHS = st.floats(0, 1)


def test_every_point_lies_above_the_one_before() -> None:
    told = [likelihood(raw / 1000) for raw in range(1001)]
    assert told == sorted(told)


@given(STRENGTHS, STRENGTHS)
def test_what_is_stronger_is_told_as_no_weaker(one: float, other: float) -> None:
    weaker, stronger = sorted((one, other))
    assert 0 <= likelihood(weaker) <= likelihood(stronger) <= 1


@pytest.mark.parametrize("strength", [0.0, FOUND, 1.0])
def test_nothing_found_and_certain_stay_where_they_are(strength: float) -> None:
    assert likelihood(strength) == strength


@given(STRENGTHS)
def test_what_counts_as_found_is_the_same(strength: float) -> None:
    assert (likelihood(strength) >= FOUND) == (round(strength, 4) >= FOUND) or abs(strength - FOUND) < 0.0001
