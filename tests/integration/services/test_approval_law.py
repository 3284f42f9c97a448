"""What the law lets no approval do: come into force by another way, go round a refusal, outlive what it rests on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Role
from catalog.model.agreements import Agreement, OnwardDisclosure
from catalog.model.approval_views import Waits
from catalog.model.designations import Designation, Signature
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.register import Classification, Ground, ProtocolType
from catalog.services import approval_pages, policy_rules, register
from catalog.store import law
from tests.support.approval_case import (
    AGAIN,
    EXCUSED,
    INTAKE,
    ONCE,
    ROUTINE,
    STUDY,
    TO_BETA,
    TOGETHER,
    Case,
    E,
    S,
    refused,
)
from tests.support.approval_world import PEOPLE
from tests.support.builders import CPO, a_protocol


def test_what_was_withdrawn_is_approved_no_more(case: Case) -> None:
    flow = case.base.activities[INTAKE]
    draft = case.draft("steward-alpha", INTAKE, ROUTINE, submit=False)
    register.withdraw_activity(CPO, case.catalog, flow, "It never took place")
    assert case.now(draft).state is S.WITHDRAWN
    assert case.reasons(draft)[-1] == "Its record was withdrawn"
    refused(NotFound, "no such activity", lambda: case.paper(INTAKE, Classification.ROUTINE_AGENCY))


def test_what_waits_of_a_withdrawn_record_goes_no_further(case: Case) -> None:
    one = case.draft("steward-alpha", INTAKE, ROUTINE)
    with case.catalog.changing(CPO, "withdraw_activity", "test") as change:
        law.put(change.connection, replace(case.activity(INTAKE), withdrawn_on=case.today))
    for event in (E.APPROVE, E.REFER):
        refused(RequestError, "its record was withdrawn", lambda event=event: case.move("officer-alpha", one, event))


@pytest.mark.parametrize(
    ("kind", "changes", "cause"),
    [
        (Classification.ROUTINE_AGENCY, {"ago": -1}, "before the day of approval"),
        (Classification.CASE_BY_CASE, {}, "the day it ends"),
        (Classification.CPO_BEST_INTEREST, {"signers": (None,), "statement": " "}, "written determination"),
        (Classification.CPO_BEST_INTEREST, {}, "has not signed"),
    ],
)
def test_a_paper_says_what_the_law_of_its_day_asked_for(
    case: Case, kind: Classification, changes: dict[str, object], cause: str
) -> None:
    finding = Ground.CPO_FINDING if kind is Classification.CPO_BEST_INTEREST else Ground.FURTHERS_PURPOSE
    case.edit(INTAKE, classification=kind, ground=finding)
    refused(RequestError, cause, lambda: case.paper(INTAKE, kind, **changes))


def test_a_paper_to_a_third_party_needs_an_agreement_that_binds_it(case: Case) -> None:
    once = Classification.CASE_BY_CASE
    case.edit(STUDY, classification=once)
    refused(RequestError, "agreement", lambda: case.paper(STUDY, once, expires_on=case.today))
    assert case.paper(STUDY, once, expires_on=case.today, **EXCUSED).state is S.ACTIVE


def test_a_paper_of_two_agencies_is_two_persons_with_what_it_does_for_each(case: Case) -> None:
    both = Classification.ROUTINE_INTERAGENCY
    case.edit(TO_BETA, classification=both)
    signers = ("alpha", "beta")
    refused(RequestError, "same person", lambda: case.paper(TO_BETA, both, signers=signers, name="Somebody"))
    refused(RequestError, "statement", lambda: case.paper(TO_BETA, both, signers=signers, statement=""))
    kept = case.paper(TO_BETA, both, signers=signers)
    assert kept.state is S.ACTIVE
    assert approval_pages.page(PEOPLE["officer-beta"], case.catalog, kept.id).is_paper


def test_a_paper_that_is_over_is_recorded_as_expired_and_a_lapsed_agreement_reviews_one(case: Case) -> None:
    once = Classification.CASE_BY_CASE
    case.edit(STUDY, protocols=[case.base.agreement], classification=once)
    over = case.paper(STUDY, once, ago=400, expires_on=case.today - timedelta(1))
    assert over.state is S.EXPIRED
    kept = case.paper(STUDY, once, expires_on=case.today + timedelta(90))
    case.edit(STUDY, protocols=[])
    assert case.pass_days(1) == 1
    assert case.now(kept).state is S.REVIEW_DUE
    assert "agreement" in case.reasons(kept)[-1]


def test_a_paper_reviewed_by_another_names_the_capacity_the_policies_ask_for(case: Case) -> None:
    once = Classification.CASE_BY_CASE
    policy_rules.add(
        CPO, case.catalog,
        PolicyRule(
            0, RuleKind.NOT_ROUTINE, "Applicants", "", "Policies 5", None, (PartyKind.INDIVIDUAL.value,), (),
            Role.CPO, date(2020, 1, 1), None,
        ),
    )  # fmt: skip
    case.edit(INTAKE, classification=once)
    ends = {"expires_on": case.today + timedelta(9)}
    refused(RequestError, "second reviewer", lambda: case.paper(INTAKE, once, signers=("alpha", "beta"), **ends))
    kept = case.paper(INTAKE, once, signers=("alpha", None), **ends)
    assert kept.second_reviewer is Role.CPO


def test_a_paper_goes_round_nothing_that_was_decided_here(case: Case) -> None:
    routine = Classification.ROUTINE_AGENCY
    case.edit(INTAKE, classification=routine)
    one = case.draft("officer-alpha", INTAKE, ROUTINE)
    refused(Conflict, "waits for signatures", lambda: case.paper(INTAKE, routine, ago=9))
    case.move("officer-alpha", one, E.WITHDRAW)
    refused(Conflict, "drafted here by that day", lambda: case.paper(INTAKE, routine, ago=0))
    again = case.draft("steward-alpha", INTAKE, ROUTINE)
    case.move("officer-alpha", again, E.DENY)
    refused(Conflict, "denied here", lambda: case.paper(INTAKE, routine, ago=9))


def test_what_is_referred_is_complete_and_what_was_looked_at(case: Case) -> None:
    one = case.draft("steward-alpha", TO_BETA, TOGETHER)
    case.move("officer-alpha", one, E.APPROVE)
    case.move("officer-beta", one, E.DECLINE)
    case.edit(TO_BETA, purpose="", types=[])
    refused(RequestError, "the record does not say its purpose", lambda: case.move("officer-alpha", one, E.REFER))
    case.edit(TO_BETA, purpose="Other")
    refused(RequestError, "not what was submitted", lambda: case.move("officer-alpha", one, E.REFER))
    filled = case.draft("steward-alpha", TO_BETA, TOGETHER)
    assert (filled.id, filled.state) == (one.id, S.SUBMITTED), "what was declined is filled in anew"
    assert case.move("officer-alpha", one, E.REFER).state is S.REFERRED_TO_CPO


def test_who_refers_does_not_determine(case: Case) -> None:
    one = case.draft("steward-alpha", INTAKE, ROUTINE)
    case.move("chief-and-officer", one, E.REFER)
    refused(RequestError, "referred themselves", lambda: case.move("chief-and-officer", one, E.DETERMINE))
    assert case.move("chief", one, E.DETERMINE).state is S.ACTIVE


def test_nothing_is_lifted_that_could_not_be_given(case: Case) -> None:
    case.edit(STUDY, protocols=[case.base.agreement])
    one = case.move("officer-alpha", case.draft("steward-alpha", STUDY, ONCE, days=300), E.APPROVE)
    case.move("officer-alpha", one, E.SUSPEND)
    case.edit(STUDY, protocols=[])
    refused(RequestError, "agreement", lambda: case.move("officer-alpha", one, E.LIFT))
    case.edit(STUDY, protocols=[], title="Another title")
    refused(RequestError, "agreement", lambda: case.move("officer-alpha", one, E.LIFT))


def test_what_is_amended_can_be_suspended_and_is_watched(case: Case) -> None:
    case.edit(STUDY, protocols=[case.base.agreement])
    one = case.move("officer-alpha", case.draft("steward-alpha", STUDY, ONCE, days=300), E.APPROVE)
    case.move("officer-alpha", one, E.REVIEW)
    case.move("steward-alpha", one, E.AMEND)
    case.edit(STUDY, protocols=[])
    assert case.pass_days(1) == 1
    assert (case.now(one).state, case.reasons(one)[-1].startswith("It could not be given")) == (S.REVIEW_DUE, True)
    assert case.move("chief", one, E.SUSPEND).state is S.SUSPENDED

    other = case.active()
    case.move("officer-alpha", other, E.REVIEW)
    case.move("steward-alpha", other, E.AMEND)
    assert case.move("chief", other, E.SUSPEND).state is S.SUSPENDED
    newer = case.draft("steward-alpha", INTAKE, ROUTINE)
    refused(RequestError, "suspended the approval that it amends", lambda: case.move("officer-alpha", newer, E.APPROVE))
    case.move("chief", other, E.LIFT)
    assert case.move("officer-alpha", newer, E.APPROVE).state is S.ACTIVE


def test_what_the_city_suspended_is_the_citys_to_end(case: Case) -> None:
    active = case.active()
    case.move("chief", active, E.SUSPEND)
    refused(NotAllowed, "Chief", lambda: case.move("officer-alpha", active, E.REVOKE))
    assert case.move("chief", active, E.REVOKE).state is S.REVOKED


def test_of_what_two_officers_approved_each_may_stop_it(case: Case) -> None:
    one = case.move("officer-alpha", case.draft("steward-alpha", TO_BETA, TOGETHER), E.APPROVE)
    one = case.move("officer-beta", one, E.COUNTERSIGN)
    assert case.move("officer-beta", one, E.SUSPEND).state is S.SUSPENDED
    refused(NotAllowed, "other agency", lambda: case.move("officer-alpha", one, E.LIFT))
    assert case.move("officer-beta", one, E.LIFT).state is S.ACTIVE
    page = approval_pages.page(PEOPLE["officer-beta"], case.catalog, one.id)
    assert [step.agency_id for step in page.steps][-2:] == ["beta", "beta"]
    assert case.move("officer-beta", one, E.REVOKE).state is S.REVOKED


def test_what_had_a_further_review_is_reaffirmed_by_the_reviewer(case: Case) -> None:
    policy_rules.add(
        CPO, case.catalog,
        PolicyRule(
            0, RuleKind.NOT_ROUTINE, "Studies", "", "Policies 5", None, (PartyKind.RESEARCHER.value,), (),
            Role.CPO_STAFF, date(2020, 1, 1), None,
        ),
    )  # fmt: skip
    one = case.move("officer-alpha", case.draft("steward-alpha", STUDY, ONCE, days=400, **EXCUSED), E.APPROVE)
    case.move("staff", one, E.SECOND)
    case.move("officer-alpha", one, E.REVIEW)
    refused(NotAllowed, "only this role", lambda: case.move("officer-alpha", one, E.REAFFIRM))
    line = next(x for x in approval_pages.queue(PEOPLE["staff"], case.catalog).lines if x.designation.id == one.id)
    assert line.waits is Waits.FOR_ME
    assert case.move("staff", one, E.REAFFIRM).state is S.ACTIVE
    with case.catalog.reading() as connection:
        assert law.where(connection, Signature, designation_id=one.id)[-1].agency_id is None


def test_the_other_side_sees_only_what_it_was_asked(case: Case) -> None:
    theirs = PEOPLE["officer-beta"]

    def sees(one: Designation) -> bool:
        known = {line.designation.id for line in approval_pages.queue(theirs, case.catalog).lines}
        return one.id in known

    once = case.draft("steward-alpha", TO_BETA, ONCE, days=30, **EXCUSED)
    case.move("officer-alpha", once, E.DENY)
    assert not sees(once)
    refused(NotFound, "nothing here", lambda: approval_pages.page(theirs, case.catalog, once.id))
    both = case.draft("steward-alpha", TO_BETA, TOGETHER)
    case.move("officer-alpha", both, E.APPROVE)
    assert sees(both)
    case.move("officer-beta", both, E.DECLINE)
    case.edit(TO_BETA, retention="Ten years")
    content = approval_pages.page(theirs, case.catalog, both.id).content
    assert ("How long it is kept", "Seven years") in content, "what it declined, not what is recorded by now"
    case.draft("steward-alpha", TO_BETA, ONCE, days=30, submit=False, **EXCUSED)
    assert not sees(both), "it is its agency's draft again"


def test_an_agreement_has_terms_and_binds_the_party(case: Case) -> None:
    bare = register.add_protocol(
        CPO, case.catalog, replace(a_protocol("Bare", None), type=ProtocolType.DATA_SHARING_AGREEMENT)
    )
    case.edit(STUDY, protocols=[bare.id])
    one = case.draft("steward-alpha", STUDY, ONCE, days=30)
    refused(RequestError, "agreement", lambda: case.move("officer-alpha", one, E.APPROVE))
    terms = Agreement(bare.id, "To study", OnwardDisclosure.NONE, "Locked away", "After a year")
    register.add_agreement(CPO, case.catalog, terms, list(case.base.parties[:2]))
    refused(RequestError, "agreement", lambda: case.move("officer-alpha", one, E.APPROVE))
    case.move("officer-alpha", one, E.RETURN)
    case.edit(STUDY, protocols=[case.base.agreement])
    case.draft("steward-alpha", STUDY, ONCE, days=30)
    assert case.move("officer-alpha", one, E.APPROVE).state is S.ACTIVE


def test_no_edit_makes_two_approved_flows_one(case: Case) -> None:
    case.edit(AGAIN, purpose="Something else")
    for flow in (TO_BETA, AGAIN):
        case.move("officer-alpha", case.draft("steward-alpha", flow, ROUTINE), E.APPROVE)
    refused(Conflict, "for that purpose and party", lambda: case.edit(AGAIN, purpose="Refer people"))
    case.edit(AGAIN, purpose="Something else again")
    refused(Conflict, "for that purpose and party", lambda: case.edit(TO_BETA, purpose="something else AGAIN"))
