"""Exigent events and violations, step by step: who may take each, what is kept of it, and what goes together."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.event_machine import BreachStep
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.register import Verb
from catalog.model.revisions import RecordKind, Revision
from catalog.services import event_pages, law_records, reporting
from catalog.services.catalog import Catalog
from catalog.store import audit as log
from catalog.store import law
from tests.integration.services.conftest import DATABASES, two_agencies
from tests.support.builders import CPO, RESEARCHER, officer

OCCURRED, TOLD = date(2026, 11, 2), date(2026, 11, 5)
OFFICER = officer("dso")
STAFF = Actor("staff", "Lior Abrams", frozenset({Grant(Role.CPO_STAFF)}))
DEPUTY = Actor("deputy", "Noor Haddad", frozenset({Grant(Role.DEPUTY, "dso")}))
STEWARD = Actor("steward", "Ivo Petrov", frozenset({Grant(Role.STEWARD, "dso")}))
HEAD = Actor("head", "Carla Diaz", frozenset({Grant(Role.AGENCY_HEAD, "dso")}))
FOREIGN = officer("dch")


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@pytest.fixture
def hospital(catalog: Catalog) -> int:
    return law_records.add_party(CPO, catalog, Party(0, "St. Anselm Hospital", PartyKind.NONPROFIT, None)).id


@pytest.fixture
def event(catalog: Catalog, hospital: int) -> ExigentEvent:
    new = ExigentEvent(
        0, "dso", None, Verb.DISCLOSURE, "A person in the cold", "Life was at risk", hospital, ("NAME", "HEALTH_INFO"),
        "under 5", ExigentState.OCCURRED, OCCURRED, None, category="Risk to life",
    )  # fmt: skip
    return reporting.add_exigent_event(OFFICER, catalog, new)


@pytest.fixture
def violation(catalog: Catalog, hospital: int) -> Violation:
    new = Violation(
        0, "dso", None, "A list went astray", "It was attached by mistake", "", hospital, ("SSN", "NAME"),
        "100 to 1,000", False, ViolationState.REPORTED, OCCURRED, OCCURRED, None, None,
    )  # fmt: skip
    return reporting.add_violation(DEPUTY, catalog, new)


def revisions(catalog: Catalog, kind: RecordKind, key: int) -> list[Revision]:
    with catalog.reading() as connection:
        return [one for one in law.every(connection, Revision) if (one.kind, one.record_id) == (kind, key)]


def go(catalog: Catalog, event: ExigentEvent, *steps: tuple[Actor, ExigentState]) -> ExigentEvent:
    """Take these steps on the day the CPO was told."""
    for actor, to in steps:
        seen = event_pages.exigent(actor, catalog, event.id).expected
        event = reporting.move_exigent(
            actor, catalog, event.id, to, on=TOLD, words="It could not wait", exemption=NoticeExemption.POLICE,
            expected=seen,
        )  # fmt: skip
    return event


def walk(catalog: Catalog, violation: Violation, *steps: tuple[Actor, ViolationState]) -> Violation:
    for actor, to in steps:
        seen = event_pages.violation(actor, catalog, violation.id).expected
        violation = reporting.move_violation(actor, catalog, violation.id, to, on=TOLD, words="Said so", expected=seen)
    return violation


TO_REVIEW = ((DEPUTY, ExigentState.EXPLAINED), (OFFICER, ExigentState.CPO_NOTIFIED))
TO_NOTICE = (
    (OFFICER, ViolationState.APO_CONFIRMED),
    (DEPUTY, ViolationState.CPO_NOTIFIED),
    (DEPUTY, ViolationState.NOTICE_ASSESSED),
)


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_an_event_goes_all_the_way_and_every_step_is_kept(catalog: Catalog, event: ExigentEvent) -> None:
    done = go(
        catalog,
        event,
        *TO_REVIEW,
        (STAFF, ExigentState.CPO_REVIEWED),
        (CPO, ExigentState.INCLUDED_IN_QUARTERLY),
        (OFFICER, ExigentState.CLOSED),
    )
    assert (done.state, done.cpo_notified_on, done.review) == (ExigentState.CLOSED, TOLD, "It could not wait")
    page = event_pages.exigent(HEAD, catalog, event.id)
    assert page.line.event == done
    assert (page.days_to_cpo, page.days_open) == (3, 20)
    kept = revisions(catalog, RecordKind.EXIGENT_EVENT, event.id)
    assert [one.person_id for one in kept] == ["apo-dso", "deputy", "apo-dso", "staff", "cpo", "apo-dso"]
    with catalog.reading() as connection:
        entries = [one for one in log.events(connection) if one.action == "revise_exigent_event"]
    assert [(one.thing, one.agency_id) for one in entries] == [(f"exigent_event:{event.id}", "dso")] * 5
    assert "state" in entries[0].after


def test_the_days_run_until_the_cpo_is_told(catalog: Catalog, event: ExigentEvent) -> None:
    page = event_pages.exigent(OFFICER, catalog, event.id)
    assert (page.days_to_cpo, page.days_open) == (None, 20)


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [(OFFICER, {"reclassified_as_violation"}), (DEPUTY, set()), (STAFF, {"cpo_reviewed"}),
     (CPO, {"cpo_reviewed", "reclassified_as_violation"}), (HEAD, set())],
)  # fmt: skip
def test_who_may_take_which_step(catalog: Catalog, event: ExigentEvent, actor: Actor, allowed: set[str]) -> None:
    go(catalog, event, *TO_REVIEW)
    page = event_pages.exigent(actor, catalog, event.id)
    assert {one.move.to.value for one in page.moves if one.allowed} == allowed
    for one in page.moves:
        if not one.allowed:
            with pytest.raises(NotAllowed):
                go(catalog, event, (actor, one.move.to))


@pytest.mark.parametrize("stranger", [FOREIGN, STEWARD, RESEARCHER])
def test_whom_nothing_is_told_of(catalog: Catalog, event: ExigentEvent, violation: Violation, stranger: Actor) -> None:
    for read in (
        lambda: event_pages.exigent(stranger, catalog, event.id),
        lambda: event_pages.violation(stranger, catalog, violation.id),
        lambda: reporting.revise_exigent(stranger, catalog, event, "Why", 1),
        lambda: reporting.move_violation(
            stranger, catalog, violation.id, ViolationState.APO_CONFIRMED, on=TOLD, expected=1
        ),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            read()


def test_a_foreign_event_is_answered_as_one_that_is_not_there(catalog: Catalog, event: ExigentEvent) -> None:
    answers = set()
    for key in (event.id, 99_999):
        with pytest.raises(NotFound) as refused:
            event_pages.exigent(FOREIGN, catalog, key)
        answers.add(str(refused.value))
    assert len(answers) == 1


def test_what_was_no_exigent_event_becomes_a_violation_linked_both_ways(catalog: Catalog, event: ExigentEvent) -> None:
    found = go(catalog, event, *TO_REVIEW, (CPO, ExigentState.RECLASSIFIED))
    page = event_pages.exigent(OFFICER, catalog, event.id)
    assert page.violation is not None
    assert page.violation.id == found.violation_id
    assert (page.violation.state, page.violation.cause) == (ViolationState.REPORTED, "It could not wait")
    assert event_pages.violation(OFFICER, catalog, page.violation.id).event == found
    assert page.moves == ()
    with pytest.raises(Conflict):
        go(catalog, event, (CPO, ExigentState.RECLASSIFIED))


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_it_is_reclassified_with_its_violation_or_not_at_all(catalog: Catalog, event: ExigentEvent) -> None:
    with pytest.raises(Conflict):
        reporting.move_exigent(
            OFFICER, catalog, event.id, ExigentState.RECLASSIFIED, on=TOLD, words="No risk", expected=0
        )
    with catalog.reading() as connection:
        assert law.every(connection, Violation) == []
        assert law.one(connection, ExigentEvent, event.id) == event


@pytest.mark.parametrize(
    ("told", "to"),
    [
        ({"on": date(2026, 11, 1)}, ExigentState.CPO_NOTIFIED),
        ({"on": date(2026, 11, 23)}, ExigentState.CPO_NOTIFIED),
        ({"on": TOLD}, ExigentState.NOTICE_NOT_REQUIRED),
        ({"on": TOLD, "words": "  "}, ExigentState.RECLASSIFIED),
    ],
)
def test_steps_that_lack_something_change_nothing(
    catalog: Catalog, event: ExigentEvent, told: dict[str, object], to: ExigentState
) -> None:
    explained = go(catalog, event, TO_REVIEW[0])
    with pytest.raises(RequestError):
        reporting.move_exigent(OFFICER, catalog, event.id, to, expected=2, **told)  # type: ignore[arg-type]  # as a form has them
    assert event_pages.exigent(OFFICER, catalog, event.id).line.event == explained


def test_who_saw_an_older_state_is_told_so(catalog: Catalog, event: ExigentEvent) -> None:
    go(catalog, event, TO_REVIEW[0])
    with pytest.raises(Conflict):
        reporting.move_exigent(OFFICER, catalog, event.id, ExigentState.CPO_NOTIFIED, on=TOLD, expected=1)
    with pytest.raises(Conflict):
        reporting.revise_exigent(OFFICER, catalog, replace(event, people="5 to 99"), "Counted again", 1)


def test_a_correction_keeps_state_and_agency_and_says_why(catalog: Catalog, event: ExigentEvent) -> None:
    explained = go(catalog, event, TO_REVIEW[0])
    sent = replace(explained, people="5 to 99", agency_id="dch", state=ExigentState.CLOSED, violation_id=4)
    with pytest.raises(RequestError, match="reason"):
        reporting.revise_exigent(DEPUTY, catalog, sent, " ", 2)
    kept = reporting.revise_exigent(DEPUTY, catalog, sent, "Counted again", 2)
    assert kept == replace(explained, people="5 to 99")
    assert revisions(catalog, RecordKind.EXIGENT_EVENT, event.id)[-1].reason == "Counted again"
    with pytest.raises(RequestError, match="how many people"):
        reporting.revise_exigent(DEPUTY, catalog, replace(kept, people=""), "Wrong", 3)


def test_only_the_office_changes_what_the_review_found(catalog: Catalog, event: ExigentEvent) -> None:
    reviewed = go(catalog, event, *TO_REVIEW, (STAFF, ExigentState.CPO_REVIEWED))
    with pytest.raises(NotAllowed):
        reporting.revise_exigent(OFFICER, catalog, replace(reviewed, review="All was well"), "Why not", 4)
    reporting.revise_exigent(STAFF, catalog, replace(reviewed, review="It was at night"), "Added", 4)


def test_what_was_confirmed_or_reviewed_is_corrected_by_who_may_do_that(
    catalog: Catalog, event: ExigentEvent, violation: Violation
) -> None:
    reviewed = go(catalog, event, *TO_REVIEW, (STAFF, ExigentState.CPO_REVIEWED))
    otherwise = replace(reviewed, explanation="It was otherwise")
    for actor in (DEPUTY, OFFICER):
        with pytest.raises(NotAllowed):
            reporting.revise_exigent(actor, catalog, otherwise, "Better", 4)
    assert reporting.revise_exigent(STAFF, catalog, otherwise, "Better", 4).explanation == "It was otherwise"
    confirmed = walk(catalog, violation, (OFFICER, ViolationState.APO_CONFIRMED))
    breach = replace(confirmed, breach=not confirmed.breach)
    with pytest.raises(NotAllowed):
        reporting.revise_violation(DEPUTY, catalog, breach, "Better", 2)
    assert reporting.revise_violation(DEPUTY, catalog, replace(confirmed, remedy="Locks"), "Mended", 2)
    assert reporting.revise_violation(OFFICER, catalog, breach, "Better", 3).breach is breach.breach


def test_an_officer_says_that_the_cpo_need_not_be_told(catalog: Catalog, event: ExigentEvent) -> None:
    explained = go(catalog, event, (DEPUTY, ExigentState.EXPLAINED))
    moved = {"on": TOLD, "exemption": NoticeExemption.POLICE, "expected": 2}
    excused = ExigentState.NOTICE_NOT_REQUIRED
    with pytest.raises(NotAllowed):
        reporting.move_exigent(DEPUTY, catalog, explained.id, excused, **moved)  # type: ignore[arg-type]  # its own
    assert reporting.move_exigent(OFFICER, catalog, explained.id, excused, **moved).state is excused  # type: ignore[arg-type]  # its own


def test_what_is_entered_late_says_what_its_state_rests_on(catalog: Catalog, event: ExigentEvent) -> None:
    late = replace(event, id=0, state=ExigentState.CPO_NOTIFIED)
    with pytest.raises(RequestError, match="the day the CPO was told"):
        reporting.add_exigent_event(OFFICER, catalog, late)
    reviewed = replace(
        late, state=ExigentState.CPO_REVIEWED, cpo_notified_on=TOLD, reviewed_on=TOLD, review="Rightly so"
    )
    with pytest.raises(NotAllowed):
        reporting.add_exigent_event(OFFICER, catalog, reviewed)
    assert reporting.add_exigent_event(CPO, catalog, reviewed).state is ExigentState.CPO_REVIEWED
    with pytest.raises(RequestError):
        reporting.add_exigent_event(CPO, catalog, replace(late, state=ExigentState.RECLASSIFIED, violation_id=1))


def test_a_violation_goes_all_the_way(catalog: Catalog, violation: Violation) -> None:
    done = walk(
        catalog,
        violation,
        *TO_NOTICE,
        (DEPUTY, ViolationState.INDIVIDUAL_NOTICE_SENT),
        (STAFF, ViolationState.INCLUDED_IN_QUARTERLY),
        (OFFICER, ViolationState.REMEDIATED),
        (OFFICER, ViolationState.CLOSED),
    )
    assert (done.individuals_notified_on, done.remedy) == (TOLD, "Said so")
    assert event_pages.violation(CPO, catalog, violation.id).days_to_cpo == 3
    assert len(revisions(catalog, RecordKind.VIOLATION, violation.id)) == 8


@pytest.mark.parametrize("actor", [DEPUTY, STAFF, HEAD])
def test_only_an_officer_or_the_cpo_confirms_a_violation(catalog: Catalog, violation: Violation, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        walk(catalog, violation, (actor, ViolationState.APO_CONFIRMED))
    assert walk(catalog, violation, (CPO, ViolationState.APO_CONFIRMED)).state is ViolationState.APO_CONFIRMED


def test_only_the_office_says_what_is_in_its_report(catalog: Catalog, violation: Violation) -> None:
    walk(catalog, violation, *TO_NOTICE, (DEPUTY, ViolationState.NOTICE_BARRED))
    with pytest.raises(NotAllowed):
        walk(catalog, violation, (OFFICER, ViolationState.INCLUDED_IN_QUARTERLY))


def test_a_rule_of_the_policies_decides_whether_notice_is_due(catalog: Catalog, violation: Violation) -> None:
    with catalog.changing(CPO, "add_policy_rule", "city") as change:
        rule = law.add(
            change.connection,
            PolicyRule(
                0, RuleKind.NOTICE_OF_VIOLATION, "Numbers of people", "", "", None, ("nonprofit",), ("SSN",), None,
                date(2025, 1, 1), None,
            ),
        )  # fmt: skip
    walk(catalog, violation, *TO_NOTICE)
    assert event_pages.violation(OFFICER, catalog, violation.id).rules == (rule,)
    with pytest.raises(RequestError, match="23-1203"):
        walk(catalog, violation, (OFFICER, ViolationState.NOTICE_NOT_REQUIRED))
    walk(catalog, violation, (OFFICER, ViolationState.NOTICE_BARRED))


def test_a_breach_is_suggested_by_its_types_and_closed_when_its_duties_are_done(
    catalog: Catalog, violation: Violation
) -> None:
    page = event_pages.violation(OFFICER, catalog, violation.id)
    assert page.breach_is_likely
    assert page.breach == ()
    with pytest.raises(RequestError, match="not recorded as a breach"):
        reporting.record_breach_step(OFFICER, catalog, violation.id, BreachStep.AUTHORITIES, on=TOLD, expected=1)
    reporting.revise_violation(OFFICER, catalog, replace(violation, breach=True, many_residents=True), "A breach", 1)
    walk(
        catalog,
        violation,
        *TO_NOTICE,
        (OFFICER, ViolationState.NOTICE_NOT_REQUIRED),
        (CPO, ViolationState.INCLUDED_IN_QUARTERLY),
        (OFFICER, ViolationState.REMEDIATED),
    )
    for step in (BreachStep.AUTHORITIES, BreachStep.INDIVIDUALS, BreachStep.BUREAUS):
        with pytest.raises(RequestError):
            walk(catalog, violation, (OFFICER, ViolationState.CLOSED))
        seen = event_pages.violation(OFFICER, catalog, violation.id).expected
        reporting.record_breach_step(DEPUTY, catalog, violation.id, step, on=TOLD, expected=seen)
    assert event_pages.violation(OFFICER, catalog, violation.id).breach_lacks == ()
    assert walk(catalog, violation, (OFFICER, ViolationState.CLOSED)).state is ViolationState.CLOSED


def test_a_determination_of_no_harm_is_written_and_kept(catalog: Catalog, violation: Violation) -> None:
    reporting.revise_violation(OFFICER, catalog, replace(violation, breach=True), "A breach", 1)
    with pytest.raises(RequestError, match="determination"):
        reporting.record_breach_step(OFFICER, catalog, violation.id, BreachStep.NO_HARM, on=TOLD, expected=2)
    reporting.record_breach_step(
        OFFICER, catalog, violation.id, BreachStep.NO_HARM, on=TOLD, words="Nobody opened it", expected=2
    )
    page = event_pages.violation(OFFICER, catalog, violation.id)
    assert page.kept_until == date(2031, 11, 5)
    with pytest.raises(RequestError, match="before"):
        reporting.record_breach_step(
            OFFICER, catalog, violation.id, BreachStep.AUTHORITIES, on=date(2026, 11, 1), expected=3
        )


def test_what_was_found_to_be_no_violation_may_be_looked_at_again(catalog: Catalog, violation: Violation) -> None:
    none = walk(catalog, violation, (OFFICER, ViolationState.NOT_A_VIOLATION))
    assert none.notice_reason == "Said so"
    with pytest.raises(NotAllowed):
        reporting.revise_violation(DEPUTY, catalog, replace(none, notice_reason="Other"), "Better", 2)
    assert walk(catalog, violation, (OFFICER, ViolationState.REPORTED)) == violation
