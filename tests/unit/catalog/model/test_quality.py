"""How often suggestions are right, how often two people agree, and which decisions are read twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.decisions import ABSENT, Decision, Verdict
from catalog.model.quality import (
    EDGES,
    LEAST,
    LEAST_ACTS,
    MOST_OF_ONE,
    READ_TWICE,
    Tally,
    agreement,
    bar,
    drawn,
    finding,
    lot,
    percent,
    reliability,
    wilson,
)
from catalog.model.review import ActKind
from catalog.model.review_views import Reliability

KEY = bytes(range(32))
SIZES = st.lists(st.integers(1, 1000), min_size=1, max_size=40)


def made(number: int, act_id: int | None = 1, code: str = "SSN") -> Decision:
    return Decision(
        id=number,
        column_id=number,
        type_code=code,
        verdict=Verdict.CONFIRMED,
        person_id="apo",
        reason="",
        evidence_digest="full:high",
        at=datetime(2026, 11, 22, tzinfo=UTC),
        act_id=act_id,
    )


def tally(sizes: Sequence[int], confirmed: int) -> Tally:
    return Tally(sum(sizes), confirmed, len(sizes), sum(size * size for size in sizes))


def bars(**tallies: Tally) -> list[Reliability]:
    counted = {int(key[1:]): one for key, one in tallies.items()}
    none = Tally(0, 0, 0, 0)
    return [reliability(counted.get(place, none), EDGES[place], EDGES[place + 1]) for place in range(10)]


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_an_interval_ends_where_the_share_seen_is_just_not_surprising(part: int, whole: int) -> None:
    share = min(part, whole) / whole
    low, high = wilson(share, whole)
    assert 0 <= low <= share <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            assert isclose(abs(share - bound), 1.959964 * sqrt(bound * (1 - bound) / whole), abs_tol=1e-6)


def test_nothing_read_bounds_nothing() -> None:
    assert wilson(0.0, 0) == (0.0, 1.0)


@given(st.integers(0, 60))
def test_agreement_is_told_from_twenty_readings_on(read: int) -> None:
    low, high = agreement(read, read)
    assert (low is None, high is None) == ((read < LEAST), (read < LEAST))


@given(SIZES)
def test_columns_decided_together_are_worth_no_more_than_the_acts_that_decided_them(sizes: Sequence[int]) -> None:
    worth = tally(sizes, 0).worth
    assert 1 - 1e-9 <= worth <= len(sizes) + 1e-9
    assert isclose(tally([7] * len(sizes), 0).worth, len(sizes))


@given(SIZES, st.data())
def test_a_share_is_bounded_only_where_columns_and_acts_are_enough(sizes: Sequence[int], data: st.DataObject) -> None:
    counted = tally(sizes, data.draw(st.integers(0, sum(sizes))))
    told = reliability(counted, 0.9, 1.0)
    assert (told.decided, told.confirmed, told.acts) == (sum(sizes), counted.confirmed, len(sizes))
    assert (told.low is not None) == (sum(sizes) >= LEAST and len(sizes) >= LEAST_ACTS)
    if told.low is not None and told.high is not None:
        assert told.low <= counted.confirmed / counted.decided <= told.high
        narrow = wilson(counted.confirmed / counted.decided, counted.decided)
        assert told.high - told.low >= narrow[1] - narrow[0] - 1e-9, "columns of one act are not words of their own"


@given(st.floats(0, 1))
def test_every_strength_is_of_the_bar_that_begins_with_it_or_below(strength: float) -> None:
    place = bar(strength)
    assert EDGES[place] <= strength
    assert strength < EDGES[place + 1] or (place == 9 and strength == 1)


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "0%"), (0, 9, "0%"), (9, 9, "100%"), (412, 443, "93%"), (1, 999, "under 1%"), (999, 1000, "over 99%"),
        (1, 200, "under 1%"), (199, 200, "over 99%"), (1, 2, "50%"),
    ],
)  # fmt: skip
def test_all_and_nothing_are_said_of_all_and_nothing_alone(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


def test_the_finding_is_of_the_highest_scores_that_were_decided_often_enough() -> None:
    often = Tally(443, 412, 38, 10_000)
    said = "Of columns scored 0.9 or more, your officers confirmed 93% (412 of 443, in 38 decisions)."
    assert finding(bars(b9=often, b8=often)) == said
    said = "Of columns scored 0.7 to 0.8, your officers confirmed 93% (412 of 443, in 38 decisions)."
    assert finding(bars(b9=Tally(LEAST, 4, LEAST_ACTS - 1, 100), b7=often, b2=often)) == said


def test_the_finding_says_what_is_missing() -> None:
    assert finding(bars()).startswith("Nobody has decided on a suggestion yet")
    assert "1 column was decided so far. It is told once 20 suggestions" in finding(bars(b9=Tally(1, 1, 1, 1)))
    assert "1,001 columns were decided" in finding(bars(b9=Tally(1000, 1000, 1, 1_000_000), b1=Tally(1, 0, 1, 1)))


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["SSN", "NAME"])), max_size=60), st.integers(0, 100))
def test_of_one_act_and_type_few_come_back_and_no_other_decision_moves_a_lot(
    of: Sequence[tuple[int, str]], share: int
) -> None:
    given_ = [(made(number, act_id, code), ActKind.CONFIRM) for number, (act_id, code) in enumerate(of, 1)]
    back = list(drawn(KEY, given_, share))
    assert all(many <= MOST_OF_ONE for many in Counter((one.act_id, one.type_code) for one in back).values())
    assert {one.id for one in back} <= {one.id for one, _ in given_ if lot(KEY, one.id) < share / 100}
    lucky = Counter((one.act_id, one.type_code) for one, _ in given_ if lot(KEY, one.id) < share / 100)
    assert len(back) == sum(min(many, MOST_OF_ONE) for many in lucky.values())


def test_as_many_come_back_as_the_setting_says_and_which_is_known_only_with_the_key() -> None:
    given_ = [(made(number, number), ActKind.REJECT) for number in range(1, 10_001)]
    back = {one.id for one in drawn(KEY, given_, 5)}
    assert 430 <= len(back) <= 570  # three standard deviations around 500
    other = {one.id for one in drawn(bytes(32), given_, 5)}
    assert len(back & other) <= 60
    assert not list(drawn(KEY, given_, 0))
    assert len(list(drawn(KEY, given_, 100))) == len(given_)


@pytest.mark.parametrize("kind", list(ActKind))
def test_only_what_people_newly_say_of_what_was_found_comes_back(kind: ActKind) -> None:
    one = made(1)
    assert bool(list(drawn(KEY, [(one, kind)], 100))) == (kind in READ_TWICE)
    for other in (
        replace(one, restores=7),
        replace(one, verdict=Verdict.WITHDRAWN),
        replace(one, evidence_digest=ABSENT),
    ):
        assert not list(drawn(KEY, [(other, ActKind.CONFIRM)], 100))


@given(st.integers(1, 10**9), st.text(max_size=5))
def test_a_lot_lies_between_nothing_and_one_and_is_each_persons_own(number: int, whose: str) -> None:
    assert 0 <= lot(KEY, number, whose) < 1
    assert lot(KEY, number, whose) != lot(KEY, number, whose + "x")
