"""What a report's drafts say of events, divisions, measures, agreements, entities and contractors.

Every sentence and cell is written by hand.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.agreements import Contract, DeclaredSystem, ServiceClass, Unscannable
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState
from catalog.model.measures import Measure, MeasureState
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.reconciliation import Approval, Force
from catalog.model.register import (
    Classification,
    Protocol,
    ProtocolType,
    Verb,
)
from catalog.model.report_drafts import items
from catalog.model.report_facts import ContractFact, Facts, ProtocolFact, TypeFact
from catalog.model.report_form import FILLINGS, Element, Filling
from catalog.model.report_items import SourceKind
from catalog.model.report_sayings import is_own
from catalog.model.requests import Request, RequestKind, RequestState
from tests.support.report_facts import ASKING, CLINIC, INTAKE, PAPER, STUDY, UNIVERSITY, cells, facts, flow, item, kept


def event(number: int, **rest: Any) -> tuple[ExigentEvent, str]:
    plain = ExigentEvent(
        number, "dso", None, Verb.DISCLOSURE, "John Doe in the cold", "", None, (), "", ExigentState.OCCURRED,
        date(2026, 10, 1), None,
    )  # fmt: skip
    return replace(plain, **rest), "v1"


TOLD = {"cpo_notified_on": date(2026, 10, 2)}
PERIOD = "in exigent circumstances between July 1, 2026 and June 30, 2028."


FEW = f"The agency recorded fewer than five collections and disclosures {PERIOD}"
EACH = "The Chief Privacy Officer was told of each that the officer has to be told of (§23-1202(d))."
GONE = {"state": ExigentState.RECLASSIFIED}


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ((), f"The agency recorded no collection or disclosure {PERIOD}"),
        ((event(1, **TOLD),), f"{FEW} {EACH}"),
        ((event(1, **TOLD), event(2, exemption=NoticeExemption.POLICE)), f"{FEW} {EACH}"),
        ((event(1, **TOLD), event(2)), f"{FEW} The Chief Privacy Officer has not been told of each of them yet."),
        (
            tuple(event(one, **TOLD) for one in range(1, 6)),
            f"The agency recorded five collections and disclosures {PERIOD} {EACH}",
        ),
        (
            (event(1, **GONE),),
            (f"The agency recorded no collection or disclosure {PERIOD} What was found not to be exigent is recorded as"
            " a violation."),
        ),
    ],
)  # fmt: skip
def test_exigent_events_are_counted_from_five_on(events: tuple[tuple[ExigentEvent, str], ...], said: str) -> None:
    found = item(facts(exigent=events), "exigent_policy/events")
    assert found.text == said
    assert len(found.sources) == max(1, len(events))


def test_the_title_of_an_event_or_a_request_which_may_name_somebody_is_told_nowhere() -> None:
    wrong = Violation(
        1, "dso", None, "John Doe's letter", "", "", None, (), "", False, ViolationState.REPORTED, date(2026, 10, 1),
        date(2026, 10, 1), None, None,
    )  # fmt: skip
    asked = Request(
        1, "dso", RequestKind.REQUEST, 3, "Jane Roe's file", "", (), date(2026, 9, 1), RequestState.DENIED, None, None,
        "", None,
    )  # fmt: skip
    happened = event(1, state=ExigentState.RECLASSIFIED, violation_id=1)
    known = facts(exigent=(happened,), violations=((wrong, "v1"),), requests=((asked, ASKING, "v1"),))
    assert "Doe" not in str(items(known))
    assert "Roe" not in str(items(known))
    found = item(known, "entities/foil_requester")
    assert dict(found.fields)["Entities"] == "Not named"
    assert dict(found.fields)["Requests in the period"] == "One, denied"


@pytest.mark.parametrize("kind", [PartyKind.FOIL_REQUESTER, PartyKind.INDIVIDUAL])
def test_who_stands_on_record_for_themselves_is_named_nowhere(kind: PartyKind) -> None:
    jane = replace(ASKING, kind=kind)
    best, paper = Classification.CPO_BEST_INTEREST, replace(SHARING, type=ProtocolType.CPO_BEST_INTEREST)
    given = (INTAKE, STUDY, replace(STUDY, id=3, classification=best))
    made = Contract(1, "dso", 3, "24-1", "Outreach", ServiceClass.OTHER, None, date(2024, 1, 1), None)
    found = items(
        facts(
            activities=tuple(flow(one, jane, paper) for one in given),
            protocols=(replace(agreement(SHARING), parties=(jane,)),),
            contracts=(ContractFact(made, "v1", jane, ()),),
        )
    )
    assert "Roe" not in str(found)
    assert {one.key for one in found if "3" in {source.id for source in one.sources}} >= {
        "why_collect/activity:1", "classified/activity:1", "classified/activity:2", "cpo_approved/activity:3",
        "agreements/protocol:9", "agreements/lacking:2", f"entities/{kind}", "contractors/contract:1",
    }  # fmt: skip


def test_what_stands_for_a_person_s_name_reads_in_a_sentence() -> None:
    jane = replace(ASKING, kind=PartyKind.INDIVIDUAL)
    known = facts(activities=(flow(INTAKE, jane), flow(STUDY, ASKING)))
    assert item(known, "why_collect/activity:1").text.startswith(
        "The agency collects this information from the individuals themselves. Why: "
    )
    assert cells(known, "classified/activity:1")["From or to"] == "The individuals themselves"
    assert item(known, "entities/foil_requester").text.startswith(
        "D-2 Study, disclosed to a media or records requester: "
    )
    assert item(known, "agreements/lacking:2").text == (
        "No agreement on present and future use with a media or records requester is in force."
    )
    assert dict(item(known, "entities/foil_requester").fields)["Entities"] == "Not named"


def test_divisions_and_employees_that_disclose() -> None:
    first = replace(STUDY, divisions=("Research", "Clinics"), employees=("Analysts",))
    second = replace(STUDY, id=3, title="Referral", reference="D-3", divisions=("Clinics",), employees=("Nurses",))
    known = facts(activities=(flow(first, UNIVERSITY), flow(second, CLINIC), flow(INTAKE)))
    found = [one for one in items(known) if one.element is Element.DIVISIONS]
    assert [(one.key, one.fields) for one in found] == [
        (
            "divisions/Clinics",
            (("Categories of employees", "Analysts; Nurses"), ("Disclosures", "D-2 Study; D-3 Referral")),
        ),
        ("divisions/Research", (("Categories of employees", "Analysts"), ("Disclosures", "D-2 Study"))),
    ]


def test_a_division_is_the_unit_where_none_is_named_and_lacking_where_neither_is() -> None:
    known = facts(activities=(flow(replace(STUDY, unit="Research"), UNIVERSITY), flow(replace(STUDY, id=3), CLINIC)))
    found = [one for one in items(known) if one.element is Element.DIVISIONS]
    assert [(one.key, one.label, one.marks) for one in found] == [
        ("divisions/Research", "Research", ()),
        ("divisions/(not recorded)", "No division is recorded", ()),
    ]


def test_what_needs_no_approval_is_disclosed_by_no_division() -> None:
    police = replace(STUDY, classification=Classification.EXEMPT_POLICE, divisions=("Security",))
    known = facts(activities=(flow(police, CLINIC, approval=Approval.NOT_NEEDED),))
    assert not [one for one in items(known) if one.element is Element.DIVISIONS]


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=4, unique=True))
def test_a_division_s_key_fits_its_place_and_is_its_own(names: list[str]) -> None:
    known = facts(activities=(flow(replace(STUDY, divisions=tuple(names)), UNIVERSITY),))
    keys = [one.key for one in items(known) if one.element is Element.DIVISIONS]
    assert len(set(keys)) == len(names)
    assert max(map(len, keys)) <= 200


@pytest.mark.parametrize("name", ["own:x", "a/own:x", "(not recorded)", "named:x", "own:" + 200 * "x"])
def test_no_division_is_taken_for_what_an_officer_added_or_for_none(name: str) -> None:
    units = (replace(STUDY, divisions=(name, "own", "x")), replace(STUDY, id=3))
    keys = [
        one.key
        for one in items(facts(activities=tuple(flow(one, UNIVERSITY) for one in units)))
        if one.element is Element.DIVISIONS
    ]
    assert len(set(keys)) == 4
    assert not any(is_own(key) for key in keys)
    assert keys[-1] == "divisions/(not recorded)"


def test_the_same_division_has_the_same_key_in_every_cycle() -> None:
    def key(name: str) -> str:
        known = facts(activities=(flow(replace(STUDY, divisions=(name,)), UNIVERSITY),))
        return next(one.key for one in items(known) if one.element is Element.DIVISIONS)

    assert key("Research") == "divisions/Research"
    # SHA-256 of "own:x".
    assert key("own:x") == "divisions/named:41f2d46e1a628a4847154b6284e91810beba25c784670ab836e6e97a8ee973df"


MEASURE = Measure(1, "dso", "Four digits", "Keep four digits", MeasureState.CONSIDERED, None, "", "", None)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (MEASURE, "Keep four digits. The agency is considering this."),
        (
            replace(MEASURE, state=MeasureState.IMPLEMENTED, decided_on=date(2027, 5, 3), before="Nine", after="Four."),
            "Keep four digits. The agency implemented this on May 3, 2027. Before: Nine. After: Four.",
        ),
        (
            replace(MEASURE, state=MeasureState.NOT_TAKEN, decided_on=date(2027, 5, 3), activity_id=1),
            (
                "Keep four digits. The agency considered this, and decided against it on May 3, 2027. It is about D-1"
                " Intake."
            ),
        ),
    ],
)
def test_measures(measure: Measure, said: str) -> None:
    found = item(facts(measures=((measure, "v1"),), activities=(flow(INTAKE),)), "minimising/measure:1")
    assert found.text == said
    assert [one.kind for one in found.sources] == [SourceKind.MEASURE, SourceKind.ACTIVITY][
        : 1 + bool(measure.activity_id)
    ]


SHARING = replace(PAPER, id=9, type=ProtocolType.DATA_SHARING_AGREEMENT, title="Sharing agreement")


def agreement(paper: Protocol, force: Force = Force.IN_FORCE) -> ProtocolFact:
    return ProtocolFact(paper, "v1", None, (UNIVERSITY,), force)


def test_an_agreement_says_with_whom_and_what_it_covers() -> None:
    known = facts(protocols=(agreement(SHARING),), activities=(flow(STUDY, UNIVERSITY, SHARING),))
    assert cells(known, "agreements/protocol:9") == {
        "Kind": "Data sharing agreement", "With": "Meridian State University", "From": "January 1, 2020",
        "Until": "No end on record", "Review due": "Not recorded", "Covers": "D-2 Study",
        "Permitted uses": "Not recorded", "Handing on": "Not recorded",
    }  # fmt: skip
    assert not [one for one in items(known) if "lacking" in one.key]


def test_an_agreement_that_ended_before_the_period_is_told_only_where_something_stands_on_it() -> None:
    over = replace(SHARING, expires_on=date(2026, 6, 30))
    alone = facts(protocols=(agreement(over, Force.EXPIRED),))
    assert not [one for one in items(alone) if one.element is Element.AGREEMENTS]
    stood_on = facts(protocols=(agreement(over, Force.EXPIRED),), activities=(flow(STUDY, UNIVERSITY, over),))
    assert item(stood_on, "agreements/protocol:9").marks == ("Ended",)
    assert item(stood_on, "agreements/lacking:2").needs_reason == (
        "No agreement is in force, though a disclosure to a third party that is not routine needs one (§23-1203(3))."
    )


def test_a_disclosure_lacks_an_agreement_where_policies_ask_for_one() -> None:
    routine = replace(STUDY, classification=Classification.ROUTINE_AGENCY)
    rule = PolicyRule(
        4, RuleKind.ROUTINE_NEEDS_AGREEMENT, "Studies", "", "Policies, 4.1", None, (), (), None, date(2025, 1, 1), None
    )
    assert not [one for one in items(facts(activities=(flow(routine, UNIVERSITY),))) if "lacking" in one.key]
    found = item(facts(activities=(flow(routine, UNIVERSITY, asking=(rule,)),)), "agreements/lacking:2")
    assert found.text == "No agreement on present and future use with Meridian State University is in force."
    assert found.needs_reason == "No agreement is in force, though the policies ask for one (Policies, 4.1)."
    assert SourceKind.LAW in {one.kind for one in found.sources}


def test_an_agreement_that_ended_after_the_disclosure_did_was_not_lacking() -> None:
    over = replace(SHARING, expires_on=date(2026, 10, 31))
    for ended_on, lacks in ((date(2026, 10, 1), False), (date(2026, 11, 1), True), (None, True)):
        known = facts(activities=(flow(replace(STUDY, ended_on=ended_on), UNIVERSITY, over),))
        assert bool([one for one in items(known) if "lacking" in one.key]) is lacks


def test_entities_with_what_they_are_given_and_ask_for() -> None:
    asked = Request(
        1,
        "dso",
        RequestKind.REQUEST,
        2,
        "Emails",
        "",
        (),
        date(2026, 9, 1),
        RequestState.APPROVED,
        None,
        None,
        "",
        None,
    )
    states = (RequestState.APPROVED, RequestState.RECEIVED, RequestState.WITH_OFFICER)
    told = [replace(asked, id=number, state=state) for number, state in enumerate(states, 1)]
    proposed = replace(asked, id=9, kind=RequestKind.PROPOSAL, state=RequestState.WITHDRAWN)
    known = facts(
        activities=(flow(STUDY, UNIVERSITY),),
        requests=tuple((one, UNIVERSITY, "v1") for one in (*told, proposed)),
    )
    found = item(known, "entities/researcher")
    assert found.fields == (
        ("Entities", "Meridian State University"),
        ("Disclosures", "1"),
        ("Requests in the period", "Three: one approved and two not yet decided"),
        ("Proposals in the period", "One, withdrawn"),
    )
    assert found.text == (
        "D-2 Study, disclosed to Meridian State University: “Find a bed.” This furthers the purpose or mission of the"
        " agency."
    )


def test_entities_say_of_which_disclosure_no_purpose_or_ground_is_recorded() -> None:
    bare = replace(STUDY, id=3, title="Trial", reference="D-3", purpose=" ")
    baseless = replace(STUDY, id=4, title="Survey", reference="D-4", ground=None)
    known = facts(activities=tuple(flow(one, UNIVERSITY) for one in (STUDY, bare, baseless)))
    assert item(known, "entities/researcher").marks == (
        "No purpose is recorded: D-3 Trial", "No ground is recorded: D-4 Survey",
    )  # fmt: skip


def test_a_disclosure_to_nobody_on_record_is_marked() -> None:
    assert item(facts(activities=(flow(STUDY),)), "classified/activity:2").marks == ("No recipient is recorded",)
    assert item(facts(activities=(flow(INTAKE),)), "classified/activity:1").marks == ()


def test_who_only_asked_was_given_nothing() -> None:
    asked = Request(
        1, "dso", RequestKind.REQUEST, 2, "Emails", "", (), date(2026, 9, 1), RequestState.DENIED, None, None, "", None
    )
    found = item(facts(requests=((asked, UNIVERSITY, "v1"),)), "entities/researcher")
    assert (dict(found.fields)["Disclosures"], dict(found.fields)["Proposals in the period"]) == ("0", "None")
    assert found.text == "The agency makes no disclosure to them that is on record."


def test_contractors() -> None:
    made = Contract(1, "dso", 2, "24-1", "Study", ServiceClass.OTHER, None, date(2024, 1, 1), date(2026, 12, 31))
    held = DeclaredSystem(
        5, "dso", "Files", "", "", Unscannable.CONTRACTOR_HELD, 1, ("NAME",), (), "", date(2026, 1, 1)
    )
    fact = ContractFact(made, "v1", UNIVERSITY, (held,))
    known = facts(contracts=(fact,), systems=((held, "v1"),), types=(TypeFact(kept("NAME"), (), (), (5,), 0, 0),))
    found = item(known, "contractors/contract:1")
    assert found.label == "24-1 Study"
    assert found.fields == (
        ("Contractor", "Meridian State University"), ("Services", "Other services"), ("Rider", "None attached"),
        ("From", "January 1, 2024"), ("Until", "December 31, 2026"), ("Holds", "Name"),
    )  # fmt: skip
    assert found.marks == ("Ended", "No rider attached", "Not a contractor as §23-1201 defines it")


def test_an_item_rests_on_nothing_that_nobody_can_follow() -> None:
    known = facts(activities=(flow(INTAKE),), versions={})
    with pytest.raises(KeyError):
        items(known)


def everything() -> Facts:
    return facts(
        activities=(flow(INTAKE, CLINIC, PAPER), flow(replace(STUDY, divisions=("Research",)), UNIVERSITY)),
        protocols=(agreement(SHARING),),
        measures=((MEASURE, "v1"),),
        exigent=(event(1),),
        types=(TypeFact(kept("NAME"), (1,), (2,), (), 1, 0),),
    )


def test_all_that_is_filled_or_drafted_rests_on_a_record() -> None:
    for one in items(everything()):
        assert one.sources or not (one.text or one.fields), one.key
        assert FILLINGS[one.element] is not Filling.HUMAN or not (one.text or one.fields)


def test_items_come_in_the_order_of_the_report_each_key_once() -> None:
    found = items(everything())
    order = [list(Element).index(one.element) for one in found]
    assert order == sorted(order)
    assert len({one.key for one in found}) == len(found)
    assert all(one.key.startswith(f"{one.element}/") for one in found)
    assert found == items(everything())
