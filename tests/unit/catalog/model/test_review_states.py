"""Where an item stands in review, against a replay of all that was said of it, word by word."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.decisions import Decision, Standing, Verdict
from catalog.model.review import ActKind, ReviewState
from catalog.model.review_states import Proposed, PutOff, Said, state

START = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = START.date()
DAYS = st.one_of(st.none(), st.integers(-2, 2).map(lambda days: TODAY + timedelta(days=days)))


@dataclass(frozen=True)
class Word:
    """One thing that somebody said of the item."""

    what: str
    until: date | None = None
    digest: str = "full:high"


WORDS = st.lists(
    st.builds(
        Word, st.sampled_from(["decide", "defer", "ask", "take up", "propose", "answer"]), DAYS,
        st.sampled_from(["full:high", "full:low"]),
    ),
    max_size=6,
)  # fmt: skip


def replayed(words: list[Word], digest: str) -> str:
    """What the words leave, each taken in turn."""
    off, proposed = "", False
    for word in words:
        if word.what == "decide":
            off, proposed = "", False
        elif word.what in {"defer", "ask"}:
            gone = word.digest != digest or (word.what == "defer" and word.until is not None and word.until <= TODAY)
            off = "" if gone else word.what
        elif word.what == "take up":
            off = ""
        else:
            proposed = word.what == "propose"
    return "propose" if proposed else off


def on_record(words: list[Word], *, acts: bool) -> Said:
    """The records that the words leave: every act has a number, and a decision may be of before there were acts."""
    last, put_off, proposed = None, None, None
    for number, word in enumerate(words, 1):
        at = START + timedelta(minutes=number)
        if word.what == "decide":
            act_id = number if acts else None
            last = Decision(number, 1, "SSN", Verdict.CONFIRMED, "ana", "", word.digest, at, act_id)
        elif word.what in {"defer", "ask"}:
            kind = ActKind.DEFER if word.what == "defer" else ActKind.ASK
            until = word.until if word.what == "defer" else None
            put_off = PutOff(number, number, kind, at, until, None, word.digest, ends=False)
        elif word.what == "take up":
            put_off = PutOff(number, number, ActKind.UNDO, at, None, None, word.digest, ends=True)
        else:
            proposed = Proposed(number, at) if word.what == "propose" else None
    return Said(last, False, put_off, proposed, held=last)


@given(WORDS, st.booleans(), st.sampled_from(Standing))
def test_an_item_stands_where_the_last_word_left_it(words: list[Word], acts: bool, standing: Standing) -> None:
    now = state(standing, "full:high", on_record(words, acts=acts), TODAY)
    expected = {
        "": ReviewState(standing.value),
        "defer": ReviewState.DEFERRED,
        "ask": ReviewState.ASKED,
        "propose": ReviewState.PROPOSED,
    }
    assert now is expected[replayed(words, "full:high")]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing.CONFIRMED, ReviewState.DISPUTED),
        (Standing.REJECTED, ReviewState.DISPUTED),
        (Standing.REOPENED, ReviewState.REOPENED),
        (Standing.SUGGESTED, ReviewState.SUGGESTED),
    ],
)
def test_a_second_readers_no_waits_while_the_decision_holds(standing: Standing, expected: ReviewState) -> None:
    assert state(standing, "full:high", Said(contradicted=True), TODAY) is expected


def test_what_is_put_off_until_a_day_waits_again_on_that_day() -> None:
    put_off = PutOff(1, 1, ActKind.DEFER, START, TODAY, None, "full:high", ends=False)
    before = state(Standing.SUGGESTED, "full:high", Said(put_off=put_off), TODAY - timedelta(days=1))
    assert before is ReviewState.DEFERRED
    assert state(Standing.SUGGESTED, "full:high", Said(put_off=put_off), TODAY) is ReviewState.SUGGESTED
