"""How an inventory cycle goes on, against a table written by hand from its description: open, in progress, to be signed
by the officer, by the head, submitted, with the committee, recommended, closed; sent back from every look at it.
"""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.cycle_machine import MOVES, SIGNED, WRITABLE, By, is_late, moves
from catalog.model.cycles import Cycle, CycleEvent, CycleState

#: (from, step, to, by whom, whether it has to be told in words).
TABLE = [
    ("open", "started", "in_progress", "answerer", False),
    ("in_progress", "ready", "apo_review", "answerer", False),
    ("apo_review", "signed_by_officer", "agency_head_signoff", "officer", False),
    ("apo_review", "taken_back", "in_progress", "answerer", False),
    ("agency_head_signoff", "signed_by_head", "submitted", "head", False),
    ("agency_head_signoff", "returned", "returned", "head", True),
    ("agency_head_signoff", "taken_back", "in_progress", "officer", True),
    ("submitted", "to_committee", "under_committee_review", "office", False),
    ("submitted", "returned", "returned", "office", True),
    ("under_committee_review", "recommended", "recommendations_received", "office", True),
    ("under_committee_review", "returned", "returned", "office", True),
    ("recommendations_received", "closed", "closed", "office", False),
    ("returned", "started", "in_progress", "answerer", False),
]
DUE = date(2028, 7, 31)


def a_cycle(state: CycleState = CycleState.OPEN, submitted_on: date | None = None) -> Cycle:
    return Cycle(1, "dso", date(2026, 8, 1), DUE, DUE, state, "", None, submitted_on, "")


def test_the_steps_are_those_of_the_table_and_no_others() -> None:
    found = {
        (state.value, one.event.value, one.to.value, one.by.value, one.needs_words)
        for state, steps in MOVES.items()
        for one in steps
    }
    assert found == set(TABLE)
    assert sum(len(steps) for steps in MOVES.values()) == len(TABLE)
    assert set(MOVES) == set(CycleState)


def test_one_step_of_a_name_leads_from_each_state() -> None:
    assert len({(state, event) for state, event, *_ in TABLE}) == len(TABLE)


@given(st.sampled_from(CycleState), st.sets(st.sampled_from(By)))
def test_each_is_offered_their_own_steps_alone(state: CycleState, who: set[By]) -> None:
    offered = {one.event.value for one in moves(a_cycle(state), *who)}
    assert offered == {event for before, event, _, by, _ in TABLE if before == state.value and By(by) in who}


def test_every_state_is_reached_and_the_end_is_reached_from_everywhere() -> None:
    ways: dict[str, set[str]] = {}
    for before, _, after, *_ in TABLE:
        ways.setdefault(before, set()).add(after)

    def reached(first: str) -> set[str]:
        seen, left = {first}, [first]
        while left:
            fresh = ways.get(left.pop(), set()) - seen
            seen |= fresh
            left += fresh
        return seen

    assert reached("open") == {one.value for one in CycleState}
    assert all("closed" in reached(one.value) for one in CycleState)


def test_what_is_submitted_was_signed_by_both() -> None:
    """No way leads into what counts as signed but the head's signature, and none to that but the officer's."""
    signed = {one.value for one in SIGNED}
    assert signed == {"submitted", "under_committee_review", "recommendations_received", "closed"}
    into = {event for before, event, after, *_ in TABLE if after in signed and before not in signed}
    assert into == {"signed_by_head"}
    assert {event for _, event, after, *_ in TABLE if after == "agency_head_signoff"} == {"signed_by_officer"}


def test_what_is_signed_is_not_written_in() -> None:
    assert {one.value for one in WRITABLE} == {"open", "in_progress", "apo_review", "returned"}
    assert not WRITABLE & SIGNED


@pytest.mark.parametrize(
    ("submitted_on", "today", "late"),
    [
        (None, DUE, False),
        (None, date(2028, 8, 1), True),
        (DUE, date(2029, 1, 1), False),
        (date(2028, 8, 1), date(2028, 8, 1), True),
        (date(2028, 7, 1), date(2028, 7, 2), False),
    ],
)
def test_it_is_late_the_day_after_it_was_due(submitted_on: date | None, today: date, late: bool) -> None:
    state = CycleState.SUBMITTED if submitted_on else CycleState.IN_PROGRESS
    assert is_late(replace(a_cycle(state), submitted_on=submitted_on), today) is late


@pytest.mark.parametrize("state", sorted(set(CycleState) - SIGNED))
def test_a_report_that_was_in_time_and_is_sent_back_is_late_until_it_is_submitted_again(state: CycleState) -> None:
    back = replace(a_cycle(state), submitted_on=DUE)
    assert (is_late(back, DUE), is_late(back, date(2035, 1, 1))) == (False, True)
    assert not is_late(replace(back, state=CycleState.SUBMITTED), date(2035, 1, 1))


@given(st.lists(st.sampled_from(CycleEvent), max_size=30))
def test_no_history_leads_anywhere_else(events: list[CycleEvent]) -> None:
    """Steps in any order: each leads where the table says, and what it does not have leads nowhere."""
    table = {(before, event): after for before, event, after, *_ in TABLE}
    state = CycleState.OPEN
    for event in events:
        step = next((one for one in MOVES[state] if one.event is event), None)
        assert (step.to.value if step else None) == table.get((state.value, event.value))
        state = step.to if step else state
