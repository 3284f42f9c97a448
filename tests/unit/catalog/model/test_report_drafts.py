"""What a report's drafts say of types and of collections and disclosures, as a commissioner would read them.

Every sentence and cell is written by hand.
"""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.agreements import DeclaredSystem, Unscannable
from catalog.model.designations import Designation, DesignationState
from catalog.model.reconciliation import Approval, Presence
from catalog.model.register import (
    Classification,
    ProtocolType,
    RetentionBasis,
    Verb,
)
from catalog.model.report_drafts import items
from catalog.model.report_drafts_types import gone_item
from catalog.model.report_facts import TypeFact
from catalog.model.report_form import Element
from catalog.model.report_items import Item, Source, SourceKind
from tests.support.report_facts import CLINIC, INTAKE, PAPER, STUDY, UNIVERSITY, cells, facts, flow, item, kept


def test_an_agency_of_which_nothing_is_known_has_only_what_people_say_and_that_nothing_happened() -> None:
    found = items(facts())
    assert [one.key for one in found] == [
        "request_policy/city_agencies", "request_policy/authorities", "request_policy/third_parties",
        "proposal_policy/city_agencies", "proposal_policy/authorities", "proposal_policy/third_parties",
        "exigent_policy/policy", "exigent_policy/events", "access/necessary", "access/minimized", "access/text",
        "impact_law/text", "impact_policy/text",
    ]  # fmt: skip
    assert [one.key for one in found if one.text or one.fields] == ["exigent_policy/events"]


def test_the_form_calls_people_s_items_and_groups_what_it_likes() -> None:
    fact = TypeFact(kept("NAME"), (), (), (), 1, 0)
    known = facts(types=(fact,), names={"access/text": "Who looks?", "group:Name/SSN": "Names"})
    assert item(known, "access/text").label == "Who looks?"
    assert item(known, "types/NAME").group == "Names"
    assert item(facts(types=(fact,)), "types/NAME").group == "Name/SSN"


GONE = "This is declared, but was found in none of the agency's datasets, though all of them were looked at."
LACKING = "People confirmed this in the data, but no collection, disclosure or system on record names it."
OPEN = "Scans suggest this, and nobody has confirmed or rejected it."


@pytest.mark.parametrize(
    ("declared", "confirmed", "suggested", "presence", "mark", "reason"),
    [
        (True, 2, 0, Presence.CONFIRMED, "Declared and found", ""),
        (True, 2, 3, Presence.CONFIRMED, "Declared and found", ""),
        (True, 0, 0, Presence.NOT_FOUND, "Declared, not found", GONE),
        (True, 0, 0, Presence.NOT_LOOKED_EVERYWHERE, "Declared, scans cannot tell", ""),
        (True, 0, 0, Presence.MAY_BE_MISSED, "Declared, scans cannot tell", ""),
        (True, 0, 1, Presence.SUGGESTED, "Declared, suggested by scans, nobody has confirmed it", OPEN),
        (False, 1, 0, Presence.CONFIRMED, "Found, not declared", LACKING),
        (False, 0, 4, Presence.SUGGESTED, "Suggested by scans, nobody has confirmed it", OPEN),
    ],
)
def test_what_is_said_of_a_type(
    declared: bool, confirmed: int, suggested: int, presence: Presence, mark: str, reason: str
) -> None:
    by = (1,) if declared else ()
    fact = TypeFact(kept("NAME"), by, (), (), confirmed, suggested, presence)
    found = item(facts(types=(fact,), activities=(flow(INTAKE),)), "types/NAME")
    assert (found.marks, found.needs_reason) == ((mark,), reason)


def test_a_suggestion_has_to_be_explained_where_the_law_or_the_cpo_lists_the_type() -> None:
    asked = {
        code: bool(item(facts(types=(TypeFact(kept(code), (), (), (), 0, 1),)), f"types/{code}").needs_reason)
        for code in ("NAME", "IP_ADDRESS", "PASSPORT_NO", "AGE")
    }
    assert asked == {"NAME": True, "IP_ADDRESS": True, "PASSPORT_NO": False, "AGE": False}


@pytest.mark.parametrize(
    ("fact", "collected", "retained", "disclosed"),
    [
        (TypeFact(kept("NAME"), (), (), (), 0, 9), "No", "No", "No"),
        (TypeFact(kept("NAME"), (), (), (), 1, 0), "No", "Yes", "No"),
        (TypeFact(kept("NAME"), (1,), (), (), 0, 0), "Yes", "No", "No"),
        (TypeFact(kept("NAME"), (3,), (), (), 0, 0), "Yes", "Yes", "No"),
        (TypeFact(kept("NAME"), (4,), (), (), 0, 0), "No", "Yes", "No"),
        (TypeFact(kept("NAME"), (), (2,), (), 0, 0), "No", "No", "Yes"),
        (TypeFact(kept("NAME"), (), (), (5,), 0, 0), "No", "Yes", "No"),
    ],
)
def test_ticks_rest_on_what_is_declared_held_and_confirmed_never_on_suggestions(
    fact: TypeFact, collected: str, retained: str, disclosed: str
) -> None:
    ended = replace(INTAKE, id=4, retention="7 years", ended_on=date(2026, 6, 30))
    paper = DeclaredSystem(5, "dso", "Files", "", "", Unscannable.PAPER, None, ("NAME",), (), "", date(2026, 1, 1))
    flows = (flow(INTAKE), flow(STUDY, UNIVERSITY), flow(replace(INTAKE, id=3, retention="7 years")), flow(ended))
    found = cells(facts(types=(fact,), activities=flows, systems=((paper, "v1"),)), "types/NAME")
    assert (found["Collected"], found["Retained"], found["Disclosed"]) == (collected, retained, disclosed)


def test_datasets_are_counted_and_suggestions_are_never_mistaken_for_them() -> None:
    def told(confirmed: int, suggested: int) -> str:
        fact = TypeFact(kept("NAME"), (), (), (), confirmed, suggested)
        return cells(facts(types=(fact,)), "types/NAME")["Datasets"]

    some = "None confirmed, some suggested"
    assert [told(12, 3), told(1, 0), told(0, 3), told(1200, 0), told(0, 0)] == ["12", "1", some, "1,200", "0"]


def test_what_people_confirmed_is_told_beside_the_record() -> None:
    fact = TypeFact(kept("NAME"), (), (), (), 2, 0)
    (source,) = item(facts(types=(fact,)), "types/NAME").sources
    assert source == Source(SourceKind.TYPE, "NAME", "Name: confirmed in two datasets", "v1")


@given(
    st.booleans(),
    st.sampled_from([(0, 0), (0, 1), (2, 0)]),
    st.lists(st.integers(1, 50), min_size=2, max_size=2),
    st.lists(st.sampled_from([Presence.MAY_BE_MISSED, Presence.NOT_LOOKED_EVERYWHERE]), min_size=2, max_size=2),
)
def test_a_night_s_scan_that_settles_nothing_changes_nothing(
    declared: bool, known: tuple[int, int], times: list[int], presences: list[Presence]
) -> None:
    """Whatever it suggests in more or fewer datasets, and however much of the data it got to."""
    sure, likely = known

    def drafted(count: int, presence: Presence) -> tuple[Item, ...]:
        by = (1,) if declared else ()
        told = presence if not sure and not likely else Presence.CONFIRMED if sure else Presence.SUGGESTED
        fact = TypeFact(kept("NAME"), by, (), (), sure, likely * count, told)
        return items(facts(types=(fact,), activities=(flow(INTAKE),)))

    assert drafted(times[0], presences[0]) == drafted(times[1], presences[1])


def test_what_was_not_looked_for_is_never_called_not_found() -> None:
    for presence, said in (
        (Presence.NOT_FOUND, "Name: looked for everywhere and not found"),
        (Presence.MAY_BE_MISSED, "Name: scans cannot tell whether it is held"),
        (Presence.NOT_LOOKED_EVERYWHERE, "Name: scans cannot tell whether it is held"),
    ):
        fact = TypeFact(kept("NAME"), (1,), (), (), 0, 0, presence)
        found = item(facts(types=(fact,), activities=(flow(INTAKE),)), "types/NAME")
        assert found.sources[0].label == said


def test_types_stand_in_groups_in_the_order_they_come_in() -> None:
    order = ("NAME", "PHONE", "SSN", "EMAIL")
    known = facts(types=tuple(TypeFact(kept(code), (), (), (), 1, 0) for code in order))
    found = [one.key for one in items(known) if one.element is Element.TYPES]
    assert found == ["types/NAME", "types/SSN", "types/PHONE", "types/EMAIL"]


def test_what_the_last_report_ticked_and_is_gone_has_to_be_explained() -> None:
    last = (("Collected", "Yes"), ("Retained", "Yes"), ("Disclosed", "No"), ("Datasets", "3"))
    source = Source(SourceKind.LAST_REPORT, "7", "Report to June 30, 2026", "v7")
    found = gone_item("types/SSN", "Social Security number", last, "Names", (source,))
    assert found.fields == (("Collected", "No"), ("Retained", "No"), ("Disclosed", "No"))
    assert (found.marks, found.group, found.sources) == (("In the last report, not now",), "Names", (source,))
    assert found.needs_reason.startswith("The last report says that the agency collects, keeps or discloses this.")


def test_why_something_is_collected_is_said_in_the_record_s_own_words() -> None:
    found = item(facts(activities=(flow(INTAKE, CLINIC, PAPER, types=("NAME", "DOB")),)), "why_collect/activity:1")
    assert found.text == (
        "The agency collects this information from Department of Health. Why: “Find a bed.” Collecting it furthers the"
        " purpose or mission of the agency."
    )
    assert found.fields == (("Types of information", "Name; Date of birth"), ("Authority", "Shelter act"))
    assert [(one.kind, one.id) for one in found.sources] == [
        (SourceKind.ACTIVITY, "1"), (SourceKind.PARTY, "1"), (SourceKind.PROTOCOL, "1"),
    ]  # fmt: skip


def test_what_a_record_does_not_say_is_marked_and_not_made_up() -> None:
    bare = replace(INTAKE, purpose=" ", ground=None)
    found = item(facts(activities=(flow(bare, types=()),)), "why_collect/activity:1")
    assert found.text == "The agency collects this information."
    assert found.marks == ("No purpose is recorded", "No ground is recorded")
    assert found.fields == (("Types of information", "Not recorded"), ("Authority", "Not recorded"))


def test_how_long_and_why_something_is_kept() -> None:
    paper = replace(PAPER, type=ProtocolType.RETENTION_SCHEDULE, title="Schedule H-4")
    known = replace(INTAKE, retention="7 years after the last stay", retention_basis=RetentionBasis.REQUIRED_BY_LAW)
    found = item(facts(activities=(flow(known, None, paper),)), "retention/activity:1")
    assert found.text == "How long it is kept: 7 years after the last stay. It is kept because the law requires it."
    assert found.fields == (
        ("Kept", "7 years after the last stay"), ("Basis", "Required by law"), ("Schedule", "Schedule H-4"),
    )  # fmt: skip
    assert found.marks == ()
    silent = item(facts(activities=(flow(INTAKE),)), "retention/activity:1")
    assert (silent.text, silent.marks) == (
        "", ("How long it is kept is not recorded", "Why it is kept is not recorded"),
    )  # fmt: skip


def test_what_ended_before_the_period_is_kept_and_nothing_else() -> None:
    ended = replace(INTAKE, retention="7 years", ended_on=date(2026, 6, 30))
    keys = {one.key for one in items(facts(activities=(flow(ended),)))}
    assert {key for key in keys if "activity:1" in key} == {"retention/activity:1"}
    last_day = replace(ended, ended_on=date(2026, 7, 1))
    assert "why_collect/activity:1" in {one.key for one in items(facts(activities=(flow(last_day),)))}


def test_counts_alone_are_nobody_s_information() -> None:
    counts = replace(INTAKE, classification=Classification.NOT_IDENTIFYING)
    keys = {
        one.key
        for one in items(facts(activities=(flow(counts), flow(replace(counts, id=2, verb=Verb.DISCLOSURE), CLINIC))))
    }
    assert not {key for key in keys if "activity" in key} | (keys & {"entities/city_agency"})


GIVEN = Designation(
    1, 1, Classification.ROUTINE_AGENCY, DesignationState.ACTIVE, "3rd", "", date(2026, 8, 1), date(2028, 8, 1), None
)


@pytest.mark.parametrize(
    ("approval", "given", "said", "marks"),
    [
        (Approval.NOT_NEEDED, (), "None is needed", ()),
        (Approval.IN_FORCE, (), "In force", ()),
        (Approval.IN_FORCE, (GIVEN,), "In force, approved on August 1, 2026, review due on August 1, 2028", ()),
        (
            Approval.IN_FORCE, (replace(GIVEN, expires_on=date(2027, 8, 1)),),
            "In force, approved on August 1, 2026, until August 1, 2027", (),
        ),
        (Approval.NONE, (), "None on record", ("No approval in force",)),
        (
            Approval.NONE, (replace(GIVEN, state=DesignationState.SUBMITTED),), "None on record",
            ("No approval in force",),
        ),
        (
            Approval.LAPSED, (replace(GIVEN, state=DesignationState.EXPIRED, expires_on=date(2026, 12, 1)),),
            "Lapsed on December 1, 2026", ("Approval lapsed",),
        ),
        (Approval.LAPSED, (), "Lapsed", ("Approval lapsed",)),
        (Approval.LAPSED, (replace(GIVEN, state=DesignationState.SUSPENDED),), "Suspended", ("Approval lapsed",)),
        (Approval.NONE, (replace(GIVEN, state=DesignationState.DENIED),), "Denied", ("No approval in force",)),
    ],
)  # fmt: skip
def test_how_something_is_approved(
    approval: Approval, given: tuple[Designation, ...], said: str, marks: tuple[str, ...]
) -> None:
    found = item(facts(activities=(flow(INTAKE, approval=approval, designations=given),)), "classified/activity:1")
    assert (dict(found.fields)["Approval"], found.marks) == (said, marks)
    waits = any(one.state is DesignationState.SUBMITTED for one in given)
    assert any(one.kind is SourceKind.DESIGNATION for one in found.sources) == (bool(given) and not waits)


def test_what_is_not_classified_is_marked() -> None:
    bare = replace(INTAKE, classification=Classification.UNCLASSIFIED, ground=None)
    found = item(facts(activities=(flow(bare, approval=Approval.NONE),)), "classified/activity:1")
    assert found.marks == ("No approval in force", "Not yet classified")
    assert (dict(found.fields)["Classification"], dict(found.fields)["Ground"]) == (
        "Not yet classified",
        "Not recorded",
    )


def test_what_the_cpo_approved_has_its_finding() -> None:
    best = replace(INTAKE, classification=Classification.CPO_BEST_INTEREST)
    finding = replace(GIVEN, classification=Classification.CPO_BEST_INTEREST)
    paper = replace(PAPER, type=ProtocolType.CPO_BEST_INTEREST, title="Finding 2026-1", effective_on=date(2026, 5, 2))
    told = item(facts(activities=(flow(best, CLINIC, designations=(finding,)),)), "cpo_approved/activity:1")
    assert (dict(told.fields)["Determined on"], told.marks) == ("August 1, 2026", ())
    on_paper = item(facts(activities=(flow(best, CLINIC, paper),)), "cpo_approved/activity:1")
    assert (dict(on_paper.fields)["Determined on"], dict(on_paper.fields)["Finding"]) == (
        "May 2, 2026",
        "Finding 2026-1",
    )
    lacking = item(facts(activities=(flow(best, CLINIC),)), "cpo_approved/activity:1")
    assert lacking.marks == ("No finding of the CPO is recorded",)
    assert not [one for one in items(facts(activities=(flow(INTAKE),))) if one.element is Element.CPO_APPROVED]
