"""Approvals through the services: each class by the people it takes, what is shown to whom, and what puts one up for
review.
"""

import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Role
from catalog.model.approval_views import Waits
from catalog.model.decisions import Verdict
from catalog.model.designations import (
    Designation,
    Signature,
)
from catalog.model.differences import Match
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.procedure import Outcome, Question
from catalog.model.reconciliation import Approval
from catalog.model.register import CLASSIFICATION_TEXT, Classification, Ground
from catalog.model.revisions import RecordKind
from catalog.services import (
    approval_pages,
    approval_queue,
    approvals,
    designation_watch,
    flows,
    histories,
    history,
    mirrors,
    policy_rules,
    reconciling,
    recording,
    register,
    review,
    sources,
)
from catalog.store import designations, law
from catalog.store.schema import columns
from tests.support.approval_case import (
    AGAIN,
    EXCUSED,
    INTAKE,
    NO_GROUND,
    ONCE,
    PERMITS,
    PRESS,
    ROUTINE,
    STUDY,
    TO_BETA,
    TOGETHER,
    Case,
    E,
    S,
    refused,
)
from tests.support.approval_world import ANSWERS, PEOPLE, a_base
from tests.support.builders import CPO, OPERATOR, a_column, a_finding, a_result, an_activity, listed


def test_routine_is_proposed_by_one_and_approved_by_the_officer(case: Case) -> None:
    one = case.draft("steward-alpha", INTAKE, ROUTINE)
    assert (one.state, one.classification, one.submitted_by) == (
        S.SUBMITTED,
        Classification.ROUTINE_AGENCY,
        "steward-alpha",
    )
    for person in ("steward-alpha", "head-alpha", "chief", "staff", "auditor"):
        refused(NotAllowed, "privacy officer of the agency", lambda person=person: case.move(person, one, E.APPROVE))
    refused(NotFound, "nothing here", lambda: case.move("officer-beta", one, E.APPROVE))
    refused(Conflict, "looked at", lambda: case.move("officer-alpha", one, E.APPROVE, seen="another"))
    refused(Conflict, "waits", lambda: case.edit(INTAKE, purpose="Other"))
    given = case.move("officer-alpha", one, E.APPROVE)
    assert (given.state, given.approved_on) == (S.ACTIVE, case.today)
    assert case.activity(INTAKE).classification is Classification.ROUTINE_AGENCY
    refused(Conflict, "no such move", lambda: case.move("officer-alpha", one, E.APPROVE))
    refused(Conflict, "in force", lambda: case.draft("steward-alpha", INTAKE, ROUTINE))
    with case.catalog.reading() as connection:
        assert history.latest(connection, RecordKind.ACTIVITY, given.activity_id) == 2


def test_two_agencies_sign_the_same_content_by_two_people(case: Case) -> None:
    one = case.draft("steward-alpha", TO_BETA, TOGETHER)
    refused(NotFound, "nothing here", lambda: approval_pages.page(PEOPLE["officer-beta"], case.catalog, one.id))
    refused(RequestError, "statement", lambda: case.move("officer-alpha", one, E.APPROVE, statement=" "))
    waits = case.move("officer-both", one, E.APPROVE, "It gets people to a doctor")
    assert waits.state is S.PENDING_COUNTERPART
    refused(RequestError, "same person", lambda: case.move("officer-both", one, E.COUNTERSIGN))
    refused(NotAllowed, "other agency", lambda: case.move("officer-alpha", one, E.COUNTERSIGN))
    page = approval_pages.page(PEOPLE["officer-beta"], case.catalog, one.id)
    assert [step.event for step in page.steps] == [E.APPROVE], "what the agency did before is its own matter"
    assert ("Title", "Refer people of alpha") in page.content
    assert {move.event for move in page.possible if not move.refused} == {E.COUNTERSIGN, E.DECLINE}
    given = case.move("officer-beta", one, E.COUNTERSIGN, "It brings us who needs us")
    assert given.state is S.ACTIVE
    second = case.draft("steward-alpha", AGAIN, TOGETHER)
    case.move("officer-alpha", second, E.APPROVE)
    refused(RequestError, "same purpose and party", lambda: case.move("officer-beta", second, E.COUNTERSIGN))


def test_what_both_signed_covers_the_other_side_too(case: Case) -> None:
    """As much as the one discloses the other collects: one flow, one approval of both officers (§23-1201)."""
    mirror = mirrors.record(PEOPLE["officer-beta"], case.catalog, case.base.activities[TO_BETA])

    def said(key: str) -> list[Match]:
        reconciling.run(OPERATOR, case.catalog)
        page = reconciling.find(PEOPLE["officer-beta"], case.catalog, {"activity": [str(mirror.id)]})
        return [line.difference.match for line in page.lines if line.difference.key.endswith(key)]

    def shown() -> list[int]:
        page = flows.flow(PEOPLE["officer-beta"], case.catalog, mirror.id)
        return [each.designation.id for each in page.approvals]

    assert said("approval") == [Match.NO_PROTOCOL]
    one = case.draft("steward-alpha", TO_BETA, TOGETHER)
    assert shown() == [], "what the other agency prepares is its own"
    case.move("officer-alpha", one, E.APPROVE, "It furthers ours")
    assert said("approval") == [Match.NO_PROTOCOL], "one signature is none"
    case.move("officer-beta", one, E.COUNTERSIGN, "It brings us who needs us")
    assert (said("approval"), shown()) == ([], [one.id])
    queue = approval_queue.queue(PEOPLE["officer-beta"], case.catalog)
    assert [line.designation.id for line in queue.lines].count(one.id) == 1, "of both sides, and still one"
    flow = flows.flow(PEOPLE["officer-beta"], case.catalog, mirror.id).line.view
    assert (flow.approval, flow.activity.classification) == (Approval.IN_FORCE, Classification.ROUTINE_INTERAGENCY)
    case.move("officer-alpha", one, E.REVOKE)
    assert said("approval") == [Match.PROTOCOL_EXPIRED]


def test_who_declines_sends_it_to_the_cpo(case: Case) -> None:
    one = case.draft("steward-alpha", TO_BETA, TOGETHER)
    case.move("officer-alpha", one, E.APPROVE)
    assert case.move("officer-beta", one, E.DECLINE).state is S.DECLINED
    referred = case.move("officer-alpha", one, E.REFER)
    assert (referred.state, referred.classification) == (S.REFERRED_TO_CPO, Classification.CPO_BEST_INTEREST)
    refused(NotAllowed, "Chief", lambda: case.move("staff", one, E.DETERMINE))
    refused(RequestError, "statement", lambda: case.move("chief", one, E.DETERMINE, statement=""))
    assert case.move("chief", one, E.DETERMINE, "It is in the best interests of the city").state is S.ACTIVE
    assert case.activity(TO_BETA).classification is Classification.CPO_BEST_INTEREST


def test_the_cpo_permits_no_disclosure_outside_the_city(case: Case) -> None:
    refused(RequestError, "may not take place", lambda: case.draft("steward-alpha", STUDY, NO_GROUND))
    one = case.draft("steward-alpha", STUDY, ONCE, days=50)
    refused(RequestError, "agencies of the city alone", lambda: case.move("officer-alpha", one, E.REFER))


def test_case_by_case_needs_an_end_and_an_agreement_or_why_not(case: Case) -> None:
    one = case.draft("steward-alpha", STUDY, ONCE)
    refused(RequestError, "the day it ends", lambda: case.move("officer-alpha", one, E.APPROVE))
    case.move("officer-alpha", one, E.RETURN)
    again = case.draft("steward-alpha", STUDY, ONCE, days=50)
    assert again.id == one.id, "what was returned is filled in anew"
    refused(RequestError, "agreement", lambda: case.move("officer-alpha", one, E.APPROVE))
    case.move("officer-alpha", one, E.RETURN)
    case.draft("steward-alpha", STUDY, ONCE, days=50, **EXCUSED)
    assert case.move("officer-alpha", one, E.APPROVE).state is S.ACTIVE
    assert case.pass_days(50) == 0, "its last day is a day of it"
    assert case.pass_days(1) == 1
    assert case.now(one).state is S.EXPIRED
    foil = case.draft("steward-alpha", PRESS, ONCE, days=9, **EXCUSED)
    assert case.move("records-alpha", foil, E.APPROVE).state is S.ACTIVE


def test_a_policy_asks_for_a_second_reviewer(case: Case) -> None:
    rule = PolicyRule(
        0, RuleKind.NOT_ROUTINE, "Applicants", "", "Policies 5", None, (PartyKind.INDIVIDUAL.value,), (),
        Role.AGENCY_HEAD, date(2020, 1, 1), None,
    )  # fmt: skip
    active = case.active()
    refused(NotAllowed, "may not", lambda: policy_rules.add(PEOPLE["officer-alpha"], case.catalog, rule))
    refused(
        RequestError, "who gives it", lambda: policy_rules.add(CPO, case.catalog, replace(rule, second_reviewer=None))
    )
    kept = policy_rules.add(CPO, case.catalog, rule)
    assert designation_watch.look_around(OPERATOR, case.catalog) == 1
    assert "not routine: Applicants" in case.reasons(active)[-1]
    refused(RequestError, "not routine", lambda: case.move("officer-alpha", active, E.REAFFIRM))
    case.move("steward-alpha", active, E.AMEND)
    one = case.draft("steward-alpha", INTAKE, ROUTINE, days=60)
    assert (one.classification, one.second_reviewer, one.supersedes_id) == (
        Classification.CASE_BY_CASE, Role.AGENCY_HEAD, active.id,
    )  # fmt: skip
    assert case.move("officer-alpha", one, E.APPROVE).state is S.PENDING_REVIEW
    assert case.now(active).state is S.AMENDING, "it stays in force until then"
    refused(NotAllowed, "Head of agency", lambda: case.move("chief", one, E.SECOND))
    assert case.move("head-alpha", one, E.SECOND).state is S.ACTIVE
    assert case.now(active).state is S.SUPERSEDED
    page = policy_rules.one(CPO, case.catalog, kept.id)
    over = replace(kept, to_on=date(2020, 1, 2))
    refused(Conflict, "changed since", lambda: policy_rules.revise(CPO, case.catalog, over, reason="", expected=7))
    policy_rules.revise(CPO, case.catalog, over, reason="Over", expected=page.expected)
    assert [one.to_on for one in policy_rules.every(CPO, case.catalog)] == [date(2020, 1, 2)]


def test_an_amendment_that_comes_to_nothing_leaves_the_old_one_to_be_reviewed(case: Case) -> None:
    active = case.active()
    case.edit(INTAKE, purpose="Intake, and a study")
    assert case.now(active).state is S.REVIEW_DUE
    assert case.reasons(active)[-1] == "The record was changed: Purpose"
    page = approval_pages.page(PEOPLE["officer-alpha"], case.catalog, active.id)
    assert [(one.name, one.before, one.after) for one in page.differs] == [("Purpose", "Intake", "Intake, and a study")]
    refused(RequestError, "not what was", lambda: case.move("officer-alpha", active, E.REAFFIRM))
    case.move("steward-alpha", active, E.AMEND)
    page = approval_pages.page(PEOPLE["officer-alpha"], case.catalog, active.id)
    with case.catalog.reading() as connection:
        (draft,) = law.where(connection, Designation, supersedes_id=active.id)
    assert page.amended_by == draft.id
    case.move("steward-alpha", draft, E.SUBMIT)
    case.move("officer-alpha", draft, E.DENY)
    assert case.now(active).state is S.REVIEW_DUE
    case.edit(INTAKE, purpose="Intake")
    refused(
        RequestError, "next review",
        lambda: case.move("officer-alpha", active, E.REAFFIRM, review_due_on=case.today),
    )  # fmt: skip
    assert case.move("officer-alpha", active, E.REAFFIRM).state is S.ACTIVE


def test_what_the_cpo_suspends_the_cpo_lifts(case: Case) -> None:
    active = case.active()
    assert case.move("officer-alpha", active, E.SUSPEND).state is S.SUSPENDED
    assert case.move("officer-alpha", active, E.LIFT).state is S.ACTIVE
    case.move("chief", active, E.SUSPEND)
    refused(NotAllowed, "Chief", lambda: case.move("officer-alpha", active, E.LIFT))
    case.edit(INTAKE, purpose="Other")
    assert case.move("chief", active, E.LIFT).state is S.REVIEW_DUE, "its content is another by now"
    assert case.move("officer-alpha", active, E.REVOKE).state is S.REVOKED


def test_dates_put_it_up_for_review(case: Case) -> None:
    active = case.active()
    assert case.pass_days(299) == 0
    assert case.pass_days(1) == 1
    assert case.now(active).state is S.REVIEW_DUE
    assert case.pass_days(1) == 0
    refused(RequestError, "next review", lambda: case.move("officer-alpha", active, E.REAFFIRM))
    later = case.today + timedelta(400)
    assert case.move("officer-alpha", active, E.REAFFIRM, review_due_on=later).review_due_on == later
    refused(NotAllowed, "may not", lambda: designation_watch.look_around(PEOPLE["officer-alpha"], case.catalog))


def test_what_was_reaffirmed_meanwhile_is_left_as_it_is(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    one = case.active()
    stale = replace(case.now(one), review_due_on=case.today)
    monkeypatch.setattr(designations, "in_states", lambda *_: [stale, stale])
    assert case.pass_days(0) == 0
    assert case.now(one) == one


def test_a_type_confirmed_in_its_data_puts_it_up_for_review_and_a_suggested_one_does_not(case: Case) -> None:
    system = sources.add_system(OPERATOR, case.catalog, "alpha", "System")
    source = sources.add_source(OPERATOR, case.catalog, system.id, "alpha-db", "sqlite", {"path": "/srv/a.db"})
    run = recording.begin(OPERATOR, case.catalog, source.id, seed=1)
    ((key, dataset_id),) = recording.record_listing(OPERATOR, case.catalog, run, [listed("clients")], []).items()
    made = replace(
        an_activity("alpha", "Register", purpose="Keep a list", party_id=case.base.parties[2], retention="A year")
    )
    activity = register.add_activity(CPO, case.catalog, made, type_codes=["NAME"], dataset_ids=[dataset_id])
    one = approvals.draft(
        PEOPLE["steward-alpha"], case.catalog, activity.id, answers=ANSWERS[ROUTINE], review_due_on=None,
        expires_on=None, submit=True,
    )  # fmt: skip
    case.move("officer-alpha", one, E.APPROVE)
    result = a_result([a_column("ssn", [a_finding("SSN")])])
    recording.record_result(OPERATOR, case.catalog, run, dataset_id, key, result)
    recording.finish(OPERATOR, case.catalog, run, recording.RunState.DONE)
    assert case.now(one).state is S.ACTIVE, "a machine's suggestion reviews nothing"
    with case.catalog.reading() as connection:
        column_id = connection.execute(select(columns.c.id).where(columns.c.dataset_id == dataset_id)).scalar_one()
    review.decide(PEOPLE["chief"], case.catalog, column_id, "SSN", Verdict.CONFIRMED)
    assert case.now(one).state is S.REVIEW_DUE
    assert "Social Security" in case.reasons(one)[-1]
    case.move("officer-alpha", one, E.REAFFIRM)
    review.decide(PEOPLE["chief"], case.catalog, column_id, "SSN", Verdict.CONFIRMED)
    assert case.now(one).state is S.ACTIVE, "what was told once is not told again"


def test_one_person_alone_approves_what_they_submitted_and_says_why(case: Case) -> None:
    person = PEOPLE["officer-gamma"]
    answers = ANSWERS[ROUTINE]
    guide = approval_pages.guide(person, case.catalog, case.base.activities[PERMITS], answers)
    assert guide.question is Question.SINGLE_OFFICER
    one = approvals.draft(
        person, case.catalog, case.base.activities[PERMITS], answers=answers | {"single_officer": "yes"},
        review_due_on=None, expires_on=None, submit=True,
    )  # fmt: skip
    (move,) = [each for each in approval_pages.page(person, case.catalog, one.id).possible if each.event is E.APPROVE]
    assert (move.refused, move.needs_reason) == ("", True)
    refused(RequestError, "needs a reason", lambda: case.move("officer-gamma", one, E.APPROVE, reason=""))
    assert case.move("officer-gamma", one, E.APPROVE).state is S.ACTIVE
    own = case.draft("officer-alpha", INTAKE, ROUTINE)
    refused(RequestError, "submitted themselves", lambda: case.move("officer-alpha", own, E.APPROVE))
    assert case.move("officer-both", own, E.APPROVE).state is S.ACTIVE


def test_the_guide_ends_with_what_is_needed(case: Case) -> None:
    person = PEOPLE["steward-alpha"]
    page = approval_pages.guide(person, case.catalog, case.base.activities[STUDY], ANSWERS[ONCE])
    assert isinstance(page.outcome, Outcome)
    assert (page.outcome.classification, page.outcome.needs_agreement) == (Classification.CASE_BY_CASE, True)
    assert [one.question for one in page.answered][:2] == [Question.IDENTIFYING, Question.CHAPTER]
    assert (page.question, page.open, page.agreements) == (None, None, ())
    for stranger in ("officer-beta", "deputy-beta"):
        refused(
            NotFound, "nothing here",
            lambda who=stranger: approval_pages.guide(PEOPLE[who], case.catalog, case.base.activities[TO_BETA], {}),
        )  # fmt: skip
    refused(
        RequestError, "not answered",
        lambda: approvals.draft(
            person, case.catalog, case.base.activities[STUDY], answers={}, review_due_on=None, expires_on=None
        ),
    )  # fmt: skip


def test_the_queue_says_what_waits_for_whom(case: Case) -> None:
    one = case.draft("steward-alpha", TO_BETA, TOGETHER)
    active = case.active()

    def waits(person: str) -> dict[int, Waits]:
        page = approval_pages.queue(PEOPLE[person], case.catalog)
        return {line.designation.id: line.waits for line in page.lines}

    assert waits("officer-alpha") == {one.id: Waits.FOR_ME, active.id: Waits.NOTHING}
    assert waits("steward-alpha")[one.id] is Waits.FOR_OTHERS
    assert waits("officer-beta") == {}, "it is asked for nothing yet"
    case.move("officer-alpha", one, E.APPROVE)
    assert waits("officer-beta") == {one.id: Waits.FOR_ME}
    case.pass_days(300)
    page = approval_pages.queue(PEOPLE["chief"], case.catalog, {"waits": ["review_due"]}, "intake")
    assert [(line.designation.id, line.days) for line in page.lines] == [(active.id, 0)]
    assert (page.total, page.known, page.for_me) == (1, 2, 0)


def test_a_paper_keeps_the_place_of_its_flow(case: Case) -> None:
    case.move(
        "officer-beta",
        case.move("officer-alpha", case.draft("steward-alpha", TO_BETA, TOGETHER), E.APPROVE),
        E.COUNTERSIGN,
    )
    case.edit(AGAIN, classification=Classification.ROUTINE_AGENCY)
    paper = Designation(
        0, case.base.activities[AGAIN], Classification.ROUTINE_AGENCY, S.ACTIVE, "", "", case.today, None, None
    )
    own = Signature(0, 0, "alpha", "Officer", "Privacy officer", "", case.today)
    refused(
        Conflict, "in force already",
        lambda: approvals.record(PEOPLE["officer-alpha"], case.catalog, paper, [own]),
    )  # fmt: skip


def test_what_was_approved_in_one_class_is_not_recorded_in_another(case: Case) -> None:
    one = case.active()
    exempt, law_requires = Classification.EXEMPT_POLICE, Ground.REQUIRED_BY_LAW
    for moved in ({"classification": exempt, "ground": None}, {"ground": law_requires}, {"ground": None}):
        refused(Conflict, "an approval of it holds, in the class", lambda moved=moved: case.edit(INTAKE, **moved))
    flow = case.base.activities[INTAKE]
    refused(
        Conflict, "an approval of it holds, in the class",
        lambda: histories.restore(CPO, case.catalog, RecordKind.ACTIVITY, flow, 1, "As it was", 2),
    )  # fmt: skip
    assert case.now(one).state is S.ACTIVE
    case.move("officer-alpha", one, E.REVOKE)
    case.edit(INTAKE, classification=exempt, ground=None)
    assert case.activity(INTAKE).classification is exempt


def test_a_class_that_is_recorded_otherwise_all_the_same_is_seen(case: Case) -> None:
    one = case.active()
    with case.catalog.changing(CPO, "revise_activity", "test") as change:
        law.put(change.connection, replace(case.activity(INTAKE), classification=Classification.EXEMPT_POLICE))
        shown = approval_pages.page(PEOPLE["officer-alpha"], case.catalog, one.id).differs
        assert [(each.name, each.before) for each in shown] == [
            ("How it may take place", CLASSIFICATION_TEXT[Classification.ROUTINE_AGENCY])
        ]
        designation_watch.activity_changed(change, one.activity_id)
    assert case.now(one).state is S.REVIEW_DUE
    refused(RequestError, "not what was submitted", lambda: case.move("officer-alpha", one, E.REAFFIRM))
    case.edit(INTAKE, classification=Classification.ROUTINE_AGENCY)  # what was approved may be recorded again
    assert approval_pages.page(PEOPLE["officer-alpha"], case.catalog, one.id).differs == ()


def test_two_approvals_of_one_flow_at_the_same_moment(postgres_cluster: str, tmp_path: Path) -> None:
    base = a_base(tmp_path, postgres_cluster)
    case = Case(base, base.catalog)
    both = [case.draft("steward-alpha", flow, TOGETHER) for flow in (TO_BETA, AGAIN)]
    for one in both:
        case.move("officer-alpha", one, E.APPROVE)
    outcomes: list[str] = []
    start = threading.Barrier(len(both))

    def sign(one: Designation) -> None:
        start.wait()
        try:
            outcomes.append(case.move("officer-beta", one, E.COUNTERSIGN).state.value)
        except (Conflict, RequestError) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=sign, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("active") == 1, outcomes
    assert sorted(case.now(one).state.value for one in both) == ["active", "pending_counterpart"]
    case.catalog.close()
