"""What each step of an exigent event and of a violation asks for, by hand from §23-1202(c)(4), (d) and §10-502."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model.event_duties import breach_duties, exigent_lacks, violation_lacks
from catalog.model.event_machine import (
    EXIGENT_MOVES,
    VIOLATION_MOVES,
    BreachStep,
    By,
    Need,
    Told,
    breach_after,
    breach_done,
    exigent_acted,
    exigent_after,
    exigent_moves,
    found_not_exigent,
    kept_until,
    violation_acted,
    violation_after,
    violation_moves,
)
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState
from catalog.model.register import Verb

DAY = date(2026, 2, 3)
LATER = date(2026, 2, 9)
EVENT = ExigentEvent(
    0, "dso", 4, Verb.DISCLOSURE, "A person in the cold", "Life was at risk", 7, ("NAME",), "under 5",
    ExigentState.OCCURRED, DAY, None, category="Risk to life",
)  # fmt: skip
VIOLATION = Violation(
    0, "dso", None, "Letters to the wrong printer", "A list was attached", "", 7, ("NAME",), "100 to 1,000",
    False, ViolationState.REPORTED, DAY, LATER, None, None,
)  # fmt: skip


def steps_of(event: ExigentEvent) -> set[ExigentState]:
    """The steps that nothing is lacking for."""
    return {move.to for move in exigent_moves(event) if not move.lacks}


def paths_of(violation: Violation, *, due: bool = False) -> set[ViolationState]:
    return {move.to for move in violation_moves(violation, notice_is_due=due) if not move.lacks}


@pytest.mark.parametrize(
    "missing", [{"title": " "}, {"explanation": ""}, {"party_id": None}, {"type_codes": ()}, {"people": ""}]
)
def test_an_event_is_explained_when_it_says_why_what_whom_which_and_how_many(missing: dict[str, object]) -> None:
    assert ExigentState.EXPLAINED in steps_of(EVENT)
    assert ExigentState.EXPLAINED not in steps_of(replace(EVENT, **missing))  # type: ignore[arg-type]  # one of each


def test_the_cpo_is_told_or_need_not_be_for_one_of_three_reasons() -> None:
    explained = replace(EVENT, state=ExigentState.EXPLAINED)
    assert steps_of(explained) == {
        ExigentState.CPO_NOTIFIED,
        ExigentState.NOTICE_NOT_REQUIRED,
        ExigentState.RECLASSIFIED,
    }
    needs = {move.to: move.needs for move in exigent_moves(explained)}
    assert needs[ExigentState.CPO_NOTIFIED] == {Need.DAY}
    assert needs[ExigentState.NOTICE_NOT_REQUIRED] == {Need.EXEMPTION}
    assert exigent_lacks(replace(explained, state=ExigentState.NOTICE_NOT_REQUIRED))
    assert not exigent_lacks(
        replace(explained, state=ExigentState.NOTICE_NOT_REQUIRED, exemption=NoticeExemption.WELFARE)
    )
    assert exigent_lacks(replace(explained, state=ExigentState.CPO_NOTIFIED))
    # One in place of the other is neither.
    assert exigent_lacks(replace(explained, state=ExigentState.NOTICE_NOT_REQUIRED, cpo_notified_on=LATER))
    assert exigent_lacks(replace(explained, state=ExigentState.CPO_NOTIFIED, exemption=NoticeExemption.NORMAL_COURSE))


def test_the_way_of_an_event_that_the_cpo_is_told_of() -> None:
    told = exigent_after(replace(EVENT, state=ExigentState.EXPLAINED), ExigentState.CPO_NOTIFIED, Told(LATER))
    assert told.cpo_notified_on == LATER
    assert steps_of(told) == {ExigentState.CPO_REVIEWED, ExigentState.RECLASSIFIED}
    reviewed = exigent_after(told, ExigentState.CPO_REVIEWED, Told(LATER, "It could not wait"))
    assert (reviewed.reviewed_on, reviewed.review) == (LATER, "It could not wait")
    assert steps_of(reviewed) == {ExigentState.INCLUDED_IN_QUARTERLY, ExigentState.RECLASSIFIED}
    included = exigent_after(reviewed, ExigentState.INCLUDED_IN_QUARTERLY, Told(LATER))
    assert ExigentState.CLOSED in steps_of(included)


def test_the_quarterly_report_counts_by_kind_of_reason() -> None:
    reviewed = replace(
        EVENT, state=ExigentState.CPO_REVIEWED, cpo_notified_on=LATER, reviewed_on=LATER, review="Rightly", category=""
    )
    assert ExigentState.INCLUDED_IN_QUARTERLY not in steps_of(reviewed)


def test_an_event_nobody_need_be_told_of_can_be_closed_at_once_and_no_other() -> None:
    excepted = replace(EVENT, state=ExigentState.NOTICE_NOT_REQUIRED, exemption=NoticeExemption.POLICE)
    assert ExigentState.CLOSED in steps_of(excepted)
    assert exigent_lacks(replace(EVENT, state=ExigentState.CLOSED))
    assert exigent_lacks(replace(EVENT, state=ExigentState.CLOSED, cpo_notified_on=LATER))


@pytest.mark.parametrize("state", [one for one in ExigentState if one is not ExigentState.RECLASSIFIED])
def test_that_it_was_no_exigent_event_may_be_found_at_any_time_and_once(state: ExigentState) -> None:
    assert ExigentState.RECLASSIFIED in EXIGENT_MOVES[state]
    assert EXIGENT_MOVES[ExigentState.RECLASSIFIED] == ()
    assert exigent_lacks(replace(EVENT, state=ExigentState.RECLASSIFIED))
    assert exigent_lacks(replace(EVENT, violation_id=3))


def test_what_an_event_was_found_to_be_tells_what_the_event_told() -> None:
    found = found_not_exigent(EVENT, Told(LATER, "An hour's delay would have done no harm"))
    assert found == Violation(
        0, "dso", 4, "A person in the cold", "An hour's delay would have done no harm", "", 7, ("NAME",), "under 5",
        False, ViolationState.REPORTED, DAY, LATER, None, None,
    )  # fmt: skip


def test_the_office_reviews_and_reports_and_the_officer_reclassifies() -> None:
    by = {move.to: move.by for state in ExigentState for move in exigent_moves(replace(EVENT, state=state))}
    assert by[ExigentState.CPO_REVIEWED] is by[ExigentState.INCLUDED_IN_QUARTERLY] is By.OFFICE
    assert by[ExigentState.RECLASSIFIED] is By.OFFICER
    assert by[ExigentState.EXPLAINED] is by[ExigentState.CPO_NOTIFIED] is by[ExigentState.CLOSED] is By.KEEPER


def test_who_had_to_act_for_what_is_entered_late() -> None:
    assert exigent_acted(EVENT) == {By.KEEPER}
    assert exigent_acted(replace(EVENT, reviewed_on=LATER)) == {By.KEEPER, By.OFFICE}
    assert exigent_acted(replace(EVENT, state=ExigentState.INCLUDED_IN_QUARTERLY)) == {By.KEEPER, By.OFFICE}
    assert violation_acted(VIOLATION) == {By.KEEPER}
    assert violation_acted(replace(VIOLATION, state=ViolationState.NOT_A_VIOLATION)) == {By.KEEPER, By.OFFICER}
    assert violation_acted(replace(VIOLATION, state=ViolationState.CLOSED)) == {By.KEEPER, By.OFFICER, By.OFFICE}


def test_an_officer_confirms_a_violation_or_finds_that_it_is_none() -> None:
    assert paths_of(VIOLATION) == {ViolationState.APO_CONFIRMED, ViolationState.NOT_A_VIOLATION}
    assert {move.by for move in violation_moves(VIOLATION)} == {By.OFFICER}
    assert violation_lacks(replace(VIOLATION, state=ViolationState.NOT_A_VIOLATION))
    none = violation_after(VIOLATION, ViolationState.NOT_A_VIOLATION, Told(LATER, "It was a public record"))
    assert (none.notice_reason, violation_lacks(none)) == ("It was a public record", ())
    assert violation_after(none, ViolationState.REPORTED, Told(LATER, "Seen again")) == VIOLATION


ASSESSED = replace(VIOLATION, state=ViolationState.NOTICE_ASSESSED, cpo_notified_on=LATER)


def test_the_individuals_are_told_or_need_not_be_or_may_not_be() -> None:
    assert paths_of(ASSESSED) == {
        ViolationState.INDIVIDUAL_NOTICE_SENT,
        ViolationState.NOTICE_NOT_REQUIRED,
        ViolationState.NOTICE_BARRED,
    }
    needs = {move.to: move.needs for move in violation_moves(ASSESSED)}
    assert needs[ViolationState.INDIVIDUAL_NOTICE_SENT] == {Need.DAY, Need.WORDS}
    assert needs[ViolationState.NOTICE_NOT_REQUIRED] == needs[ViolationState.NOTICE_BARRED] == {Need.WORDS}
    unsaid = replace(ASSESSED, type_codes=())
    assert ViolationState.INDIVIDUAL_NOTICE_SENT not in paths_of(unsaid)


def test_where_a_rule_asks_that_they_be_told_they_are_told_unless_it_is_barred() -> None:
    assert paths_of(ASSESSED, due=True) == {ViolationState.INDIVIDUAL_NOTICE_SENT, ViolationState.NOTICE_BARRED}
    unsent = violation_after(ASSESSED, ViolationState.NOTICE_NOT_REQUIRED, Told(LATER, "No policy asks for it"))
    assert ViolationState.INCLUDED_IN_QUARTERLY in paths_of(unsent)
    assert paths_of(unsent, due=True) == {ViolationState.NOTICE_ASSESSED}
    assert violation_after(unsent, ViolationState.NOTICE_ASSESSED, Told(LATER, "A new rule")) == ASSESSED


@pytest.mark.parametrize("missing", [{"cause": ""}, {"type_codes": ()}, {"people": ""}])
def test_the_quarterly_report_needs_cause_types_and_people(missing: dict[str, object]) -> None:
    told = violation_after(ASSESSED, ViolationState.NOTICE_BARRED, Told(LATER, "It would hinder an investigation"))
    assert ViolationState.INCLUDED_IN_QUARTERLY in paths_of(told)
    short = replace(told, **missing)  # type: ignore[arg-type]  # one of each
    assert ViolationState.INCLUDED_IN_QUARTERLY not in paths_of(short)


def test_the_end_of_a_violation() -> None:
    included = replace(
        ASSESSED, state=ViolationState.INCLUDED_IN_QUARTERLY, individuals_notified_on=LATER, notice_reason=""
    )
    assert violation_lacks(included) == ()
    assert violation_lacks(replace(included, individuals_notified_on=None))
    mended = violation_after(included, ViolationState.REMEDIATED, Told(LATER, "The list was destroyed"))
    assert mended.remedy == "The list was destroyed"
    assert violation_lacks(replace(mended, remedy=" "))
    assert paths_of(mended) == {ViolationState.CLOSED}
    again = violation_after(replace(mended, state=ViolationState.CLOSED), ViolationState.REMEDIATED, Told(LATER, "Why"))
    assert again == mended
    assert VIOLATION_MOVES[ViolationState.CLOSED] == (ViolationState.REMEDIATED,)


CLOSING = replace(
    ASSESSED, state=ViolationState.REMEDIATED, notice_reason="No policy asks for it", remedy="Destroyed", breach=True
)


def test_a_breach_is_closed_when_authorities_and_individuals_were_told() -> None:
    assert ViolationState.CLOSED not in paths_of(CLOSING)
    told = breach_after(CLOSING, BreachStep.AUTHORITIES, Told(LATER))
    assert ViolationState.CLOSED not in paths_of(told)
    assert ViolationState.CLOSED in paths_of(breach_after(told, BreachStep.INDIVIDUALS, Told(LATER)))


def test_of_many_residents_the_consumer_reporting_agencies_are_told_too() -> None:
    many = replace(CLOSING, many_residents=True, breach_told_on=LATER, individuals_notified_on=LATER)
    assert ViolationState.CLOSED not in paths_of(many)
    assert ViolationState.CLOSED in paths_of(breach_after(many, BreachStep.BUREAUS, Told(LATER)))
    assert BreachStep.BUREAUS in breach_done(many)
    assert BreachStep.BUREAUS not in breach_done(CLOSING)
    assert breach_done(replace(many, breach=False)) == {}


def test_a_written_determination_takes_the_place_of_telling_people_but_not_the_authorities() -> None:
    harmless = breach_after(CLOSING, BreachStep.NO_HARM, Told(LATER, "The disk was encrypted"))
    assert list(breach_duties(harmless)) == [
        "the day the CPO, Cyber Command and the Office of Technology and Innovation were told"
    ]
    many = replace(harmless, many_residents=True)
    assert ViolationState.CLOSED in paths_of(breach_after(many, BreachStep.AUTHORITIES, Told(LATER)))
    assert list(breach_duties(replace(harmless, no_harm_reason=" ", breach_told_on=LATER)))


@pytest.mark.parametrize(
    ("made", "until"),
    [(date(2026, 2, 3), date(2031, 2, 3)), (date(2028, 2, 29), date(2033, 3, 1))],
)
def test_a_determination_is_kept_five_years(made: date, until: date) -> None:
    assert kept_until(made) == until


def test_every_state_can_be_reached_and_every_move_names_a_state() -> None:
    assert {to for moves in EXIGENT_MOVES.values() for to in moves} == set(ExigentState) - {ExigentState.OCCURRED}
    assert {to for moves in VIOLATION_MOVES.values() for to in moves} == set(ViolationState)
    assert set(EXIGENT_MOVES) == set(ExigentState)
    assert set(VIOLATION_MOVES) == set(ViolationState)


def told_of(data: st.DataObject, now: Violation) -> Violation:
    """The violation with its facts corrected to whatever."""
    return replace(
        now,
        type_codes=data.draw(st.sampled_from([("SSN",), ()])),
        people=data.draw(st.sampled_from(["under 5", ""])),
        cause=data.draw(st.sampled_from(["By mistake", ""])),
        breach=data.draw(st.booleans()),
        many_residents=data.draw(st.booleans()),
    )


@given(st.data())
@settings(max_examples=60)
def test_whatever_is_told_of_a_violation_it_is_closed_when_every_duty_is_done_or_excused(data: st.DataObject) -> None:
    now = VIOLATION
    for _ in range(25):
        match data.draw(st.sampled_from(["move", "move", "move", "breach", "facts"])):
            case "move":
                due = data.draw(st.booleans())
                free = [move.to for move in violation_moves(now, notice_is_due=due) if not move.lacks]
                if free:
                    now = violation_after(now, data.draw(st.sampled_from(free)), Told(LATER, "So it was"))
            case "breach":
                now = breach_after(now, data.draw(st.sampled_from(BreachStep)), Told(LATER, "No harm"))
            case _:
                told = told_of(data, now)
                now = told if not violation_lacks(told) else now
        if now.state is ViolationState.CLOSED:
            harmless = now.no_harm_on and now.no_harm_reason
            assert all((now.cause, now.remedy, now.cpo_notified_on, now.people, now.type_codes))
            assert now.individuals_notified_on or now.notice_reason
            assert not now.breach or (now.breach_told_on and (harmless or now.individuals_notified_on))
            assert not (now.breach and now.many_residents) or harmless or now.bureaus_told_on
