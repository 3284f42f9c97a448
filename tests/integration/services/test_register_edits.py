"""Editing collections, disclosures and protocols: by whom, from what they saw, by the same rules as adding."""

import json
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.agreements import Agreement, AgreementParty, OnwardDisclosure
from catalog.model.audit import AuditFilter
from catalog.model.designation_machine import PINNING
from catalog.model.designations import HOLDING, Designation, DesignationState
from catalog.model.holdings import Source
from catalog.model.parties import Party, PartyKind
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType, Verb
from catalog.model.revisions import RecordKind
from catalog.services import (
    audit,
    flows,
    histories,
    indexing,
    law_records,
    register,
    register_pages,
    reporting,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.store import law, outbox
from catalog.store import register as stored
from tests.integration.services.test_recording import a_run
from tests.integration.services.test_register import a_violation
from tests.support.builders import CPO, OPERATOR, RESEARCHER, a_programme, a_result, an_activity, an_agency
from tests.support.registers import (
    AUDITOR,
    DAY,
    DCH,
    DEPUTY,
    DSO,
    HEAD,
    STAFF,
    STEWARD,
    Small,
    a_paper,
    a_party,
    approve,
    disclosure,
    latest,
    of_before,
    refused,
    retire,
    small,
)

ACTIVITY = RecordKind.ACTIVITY


@pytest.fixture
def law_of(catalog: Catalog) -> Small:
    return small(catalog)


def revise(actor: Actor, catalog: Catalog, activity: Activity, **rest: Any) -> Activity:
    """Revise it, from what it is now, unless ``rest`` says otherwise."""
    with catalog.reading() as connection:
        joined = stored.joined_of(connection, activity.id)
    now = {
        "type_codes": joined.type_codes,
        "dataset_ids": joined.dataset_ids,
        "protocol_ids": joined.protocol_ids,
        "expected": latest(catalog, ACTIVITY, activity.id),
    }
    return register.revise_activity(actor, catalog, activity, **(now | rest))


def test_an_edit_replaces_what_was_there_and_is_told_to_all_that_rests_on_it(catalog: Catalog, law_of: Small) -> None:
    after = replace(law_of.sent, title="Referring to clinics", divisions=("Intake",), started_on=None)
    with catalog.reading() as connection:
        waiting = len(outbox.waiting(connection))
    made = revise(DSO, catalog, after, type_codes=["SSN"], protocol_ids=[law_of.agreement.id], reason="Corrected")
    assert made == after
    with catalog.reading() as connection:
        assert law.one(connection, Activity, after.id) == after
        joined = stored.joined_of(connection, after.id)
        told = [(one.kind, one.thing_id) for one in outbox.waiting(connection)[waiting:]]
    assert (joined.type_codes, joined.protocol_ids) == (("SSN",), (law_of.agreement.id,))
    assert ("activity", str(after.id)) in told
    (entry,) = audit.entries(CPO, catalog, AuditFilter(action="revise_activity"), 1)
    assert (entry.thing, entry.agency_id) == (f"activity:{after.id}", "dso")
    assert json.loads(entry.before).keys() == {"title", "started_on", "type_codes", "protocol_ids"}
    assert json.loads(entry.after)["type_codes"] == ["SSN"]


def test_only_who_keeps_the_agencys_register_edits_it(catalog: Catalog, law_of: Small) -> None:
    after = replace(law_of.sent, title="Another")
    for actor in (RESEARCHER, OPERATOR, STEWARD, HEAD, AUDITOR):
        refused(NotAllowed, "may not keep register", lambda actor=actor: revise(actor, catalog, after))
        refused(NotAllowed, "may not", lambda actor=actor: register.withdraw_activity(actor, catalog, after.id, "Why"))
    missing = replace(after, id=999)
    refused(NotFound, "no such activity of yours", lambda: revise(DCH, catalog, after))  # its other end sees it
    refused(NotFound, "no such activity of yours", lambda: revise(DCH, catalog, missing))
    refused(NotFound, "no such activity of yours", lambda: register.withdraw_activity(DCH, catalog, after.id, "Why"))
    for title, actor in (("By officer", DSO), ("By deputy", DEPUTY), ("By staff", STAFF), ("By chief", CPO)):
        assert revise(actor, catalog, replace(after, title=title)).title == title


def test_an_edit_of_what_was_changed_since_is_refused_and_loses_nothing(catalog: Catalog, law_of: Small) -> None:
    seen = latest(catalog, ACTIVITY, law_of.sent.id)
    revise(DSO, catalog, replace(law_of.sent, title="First"), expected=seen)
    late = replace(law_of.sent, title="Second")
    refused(Conflict, "changed since you opened it", lambda: revise(DEPUTY, catalog, late, expected=seen))
    refused(Conflict, "changed since you opened it", lambda: revise(DEPUTY, catalog, late, expected=seen + 2))
    with catalog.reading() as connection:
        kept = law.one(connection, Activity, law_of.sent.id)
    assert kept is not None
    assert kept.title == "First"


def test_an_edit_that_says_the_same_is_no_revision(catalog: Catalog, law_of: Small) -> None:
    before = latest(catalog, ACTIVITY, law_of.sent.id)
    revise(DSO, catalog, law_of.sent)
    assert latest(catalog, ACTIVITY, law_of.sent.id) == before == 1


def test_an_edit_keeps_to_the_rules_of_adding(catalog: Catalog, law_of: Small) -> None:
    sent = law_of.sent

    def edit(**words: Any) -> Activity:
        joined = {name: words.pop(name) for name in ("type_codes", "dataset_ids", "protocol_ids") if name in words}
        return revise(DSO, catalog, replace(sent, **words), **joined)

    refused(RequestError, "Identifier type NOPE", lambda: edit(type_codes=["NOPE"]))
    refused(RequestError, "before the day it began", lambda: edit(ended_on=DAY - timedelta(days=1)))
    refused(NotFound, "Party 999", lambda: edit(party_id=999))
    refused(NotFound, "Program 999", lambda: edit(programme_id=999))
    refused(NotFound, "Purpose 999", lambda: edit(purpose_id=999))
    refused(NotFound, "Protocol 999", lambda: edit(protocol_ids=[999]))
    refused(NotFound, "no such dataset", lambda: edit(dataset_ids=[999]))
    refused(RequestError, "agency itself", lambda: edit(party_id=law_of.dso.id))
    refused(
        RequestError,
        "city agencies alone",
        lambda: edit(party_id=law_of.vendor.id, classification=Classification.CPO_BEST_INTEREST),
    )
    refused(RequestError, "stays of its agency", lambda: edit(verb=Verb.COLLECTION))
    assert edit(ground=Ground.INDIVIDUAL_AUTHORIZATION).ground is Ground.INDIVIDUAL_AUTHORIZATION
    assert latest(catalog, ACTIVITY, sent.id) == 2, "what was refused left nothing"


def test_an_agency_keeps_its_activities(catalog: Catalog, law_of: Small) -> None:
    taken = replace(law_of.sent, agency_id="dch", party_id=law_of.vendor.id)
    refused(RequestError, "stays of its agency", lambda: revise(CPO, catalog, taken))
    refused(RequestError, "stays of its agency", lambda: revise(DSO, catalog, taken))


def test_what_its_keeper_may_not_know_of_is_not_there_to_be_named(catalog: Catalog, law_of: Small) -> None:
    hidden = a_paper(catalog, "Clinics alone", agency_id="dch")
    refused(
        NotFound,
        f"Protocol {hidden.id}: there is no such",
        lambda: revise(DSO, catalog, law_of.sent, protocol_ids=[hidden.id]),
    )
    refused(
        NotFound,
        f"Protocol {hidden.id}: there is no such",
        lambda: register.add_activity(DSO, catalog, disclosure(), protocol_ids=[hidden.id]),
    )
    refused(
        NotFound,
        f"Protocol {hidden.id}: there is no such",
        lambda: register.add_protocol(
            DSO, catalog, replace(hidden, id=0, issuer_agency_id="dso", supersedes_id=hidden.id)
        ),
    )
    assert revise(CPO, catalog, law_of.sent, protocol_ids=[hidden.id]).id, "the office knows of it"
    # From now on the agency sees it, and what a record names already it may go on naming.
    assert revise(DSO, catalog, replace(law_of.sent, unit="Night desk")).unit == "Night desk"


def test_a_program_is_named_by_who_takes_part_in_it(catalog: Catalog, law_of: Small) -> None:
    aim = law_records.add_programme(DCH, catalog, a_programme("CARE", "dch"))
    into = replace(law_of.sent, programme_id=aim.id)
    refused(NotFound, f"Program {aim.id}: there is no such", lambda: revise(DSO, catalog, into))
    law_records.revise_programme(DCH, catalog, aim, {law_of.dso.id: "Refers"}, expected=1)
    assert revise(DSO, catalog, into).programme_id == aim.id
    law_records.revise_programme(DCH, catalog, aim, {}, expected=2)
    assert revise(DSO, catalog, replace(into, unit="Desk")).unit == "Desk"


@pytest.mark.parametrize("state", sorted(PINNING))
def test_what_waits_to_be_approved_may_not_move(catalog: Catalog, law_of: Small, state: DesignationState) -> None:
    approve(catalog, law_of.sent, state)
    after = replace(law_of.sent, title="Otherwise")
    refused(Conflict, "its approval waits", lambda: revise(DSO, catalog, after, reason="Because"))
    refused(Conflict, "its approval waits", lambda: register.withdraw_activity(DSO, catalog, after.id, "Because"))
    form = register_pages.activity_form(DSO, catalog, after.id)
    assert form.waits is not None
    assert (form.waits.state, form.holds) == (state, None)


@pytest.mark.parametrize("state", sorted(HOLDING))
def test_what_is_approved_is_edited_with_a_reason(catalog: Catalog, law_of: Small, state: DesignationState) -> None:
    approve(catalog, law_of.sent, state)
    after = replace(law_of.sent, title="Otherwise")
    refused(RequestError, "no reason for the change", lambda: revise(DSO, catalog, after, reason="  "))
    refused(Conflict, "an approval of it holds", lambda: register.withdraw_activity(DSO, catalog, after.id, "Because"))
    assert revise(DSO, catalog, after, reason="The office moved").title == "Otherwise"
    with catalog.reading() as connection:
        (approval,) = law.where(connection, Designation, activity_id=after.id)
    moved = DesignationState.REVIEW_DUE if state is DesignationState.ACTIVE else state
    assert approval.state is moved


def test_another_recipient_is_another_flow_while_the_other_side_is_recorded(catalog: Catalog, law_of: Small) -> None:
    side = replace(an_activity("dch", "Receiving"), party_id=law_of.dso.id, mirror_of_id=law_of.sent.id)
    received = register.add_activity(DCH, catalog, side, type_codes=["NAME"])
    elsewhere = replace(law_of.sent, party_id=law_of.vendor.id)
    refused(Conflict, "the other agency records its side", lambda: revise(DSO, catalog, elsewhere))
    refused(
        Conflict,
        "the other agency records its side",
        lambda: register.withdraw_activity(DSO, catalog, law_of.sent.id, "Twice"),
    )
    register.withdraw_activity(DCH, catalog, received.id, "Never came")
    assert revise(DSO, catalog, elsewhere).party_id == law_of.vendor.id


def test_a_party_stays_the_other_side_while_it_records_its_side(catalog: Catalog, law_of: Small) -> None:
    side = replace(an_activity("dch", "Receiving"), party_id=law_of.dso.id, mirror_of_id=law_of.sent.id)
    received = register.add_activity(DCH, catalog, side, type_codes=["NAME"])

    def revise_it(expected: int, **words: Any) -> Any:
        return law_records.revise_party(CPO, catalog, replace(law_of.dch, **words), reason="So", expected=expected)

    refused(Conflict, "its agency records its side", lambda: revise_it(1, agency_id=None))
    assert revise_it(1, name="Department of Healing").agency_id == "dch"
    register.withdraw_activity(DCH, catalog, received.id, "Never came")
    assert revise_it(2, agency_id=None).agency_id is None


def test_a_name_that_is_too_long_is_told(catalog: Catalog, law_of: Small) -> None:
    long = Party(0, "N" * 201, PartyKind.VENDOR, None)
    refused(RequestError, "201 characters, and 200 are the most", lambda: law_records.add_party(CPO, catalog, long))
    party = replace(law_of.vendor, name="N" * 201)
    refused(
        RequestError, "200 are the most", lambda: law_records.revise_party(CPO, catalog, party, reason="", expected=1)
    )
    code = a_programme("C" * 65, "dso")
    refused(RequestError, "Code: it has 65", lambda: law_records.add_programme(DSO, catalog, code))
    agency = replace(an_agency("a" * 65))
    refused(RequestError, "64 are the most", lambda: sources.add_agency(OPERATOR, catalog, agency))
    assert law_records.add_party(CPO, catalog, replace(long, name="N" * 200)).id


def test_datasets_are_its_agencys_and_those_that_are_gone_stay(catalog: Catalog, law_of: Small, source: Source) -> None:
    first, second = a_run(catalog, source, dict.fromkeys(("clients", "beds"), a_result())).values()
    revise(DSO, catalog, law_of.sent, dataset_ids=[first, second])
    retire(catalog, first)
    assert register_pages.activity_form(DSO, catalog, law_of.sent.id).dataset_ids == (second,)
    revise(DSO, catalog, law_of.sent, dataset_ids=[])
    with catalog.reading() as connection:
        assert stored.joined_of(connection, law_of.sent.id).dataset_ids == (first,)
    fresh = register.add_activity(DSO, catalog, disclosure())
    refused(NotFound, "no such dataset", lambda: revise(DSO, catalog, fresh, dataset_ids=[first]))
    theirs = register.add_activity(DCH, catalog, disclosure("dch"))
    refused(NotFound, "no such dataset", lambda: revise(CPO, catalog, theirs, dataset_ids=[second]))


def test_what_is_withdrawn_is_in_its_history_alone(catalog: Catalog, law_of: Small) -> None:
    indexing.refresh(catalog)
    sent = law_of.sent
    assert ("activity", str(sent.id)) in _found(catalog, "referring")
    refused(RequestError, "no reason", lambda: register.withdraw_activity(DSO, catalog, sent.id, " "))
    register.withdraw_activity(DSO, catalog, sent.id, "Recorded twice")
    indexing.refresh(catalog)
    assert _found(catalog, "referring") == set()
    refused(NotFound, "nothing here", lambda: flows.flow(DSO, catalog, sent.id))
    assert flows.find(CPO, catalog).known == 0
    refused(NotFound, "no such activity", lambda: register_pages.activity_form(DSO, catalog, sent.id))
    refused(Conflict, "it was withdrawn", lambda: revise(DSO, catalog, sent))
    refused(Conflict, "it was withdrawn", lambda: register.withdraw_activity(DSO, catalog, sent.id, "Again"))
    about = replace(a_violation(), activity_id=sent.id)
    refused(NotFound, "no such activity", lambda: reporting.add_violation(DSO, catalog, about))
    page = histories.of(DSO, catalog, ACTIVITY, sent.id)
    assert page.revisions[0].revision.reason == "Recorded twice"
    assert [(one.name, one.after) for one in page.revisions[0].changes] == [("Withdrawn on", "Nov 22, 2026")]
    refused(NotFound, "nothing here", lambda: histories.of(DCH, catalog, ACTIVITY, sent.id))


def _found(catalog: Catalog, words: str) -> set[tuple[str, str]]:
    return {(hit.kind, hit.id) for hit in catalog.search_index.search(words, 10)}


def test_a_protocol_is_corrected_by_who_keeps_it(catalog: Catalog, law_of: Small) -> None:
    paper = law_of.designation
    late = replace(paper, expires_on=DAY + timedelta(days=365), edition="2")

    def edit(actor: Actor, protocol: Protocol, **rest: Any) -> Protocol:
        now = {"expected": latest(catalog, RecordKind.PROTOCOL, protocol.id), "reason": ""} | rest
        return register.revise_protocol(actor, catalog, protocol, **now)

    refused(NotFound, "nothing here", lambda: edit(DCH, late))
    refused(NotFound, "nothing here", lambda: edit(DSO, replace(late, id=999)))
    refused(NotAllowed, "may not", lambda: edit(STEWARD, late))
    refused(
        RequestError,
        "before the day it takes effect",
        lambda: edit(DSO, replace(late, expires_on=DAY - timedelta(days=1))),
    )
    assert edit(DSO, replace(late, issuer_agency_id="dch")) == late, "it stays its agency's"
    refused(Conflict, "changed since", lambda: edit(DSO, replace(late, edition="3"), expected=1))
    city = a_paper(catalog, "Policy", ProtocolType.CPO_POLICY, None)
    refused(NotAllowed, "may not keep city register", lambda: edit(DSO, replace(city, edition="9")))
    assert edit(STAFF, replace(city, edition="9")).edition == "9"


def test_what_an_office_does_by_a_paper_is_recorded_by_that_office(catalog: Catalog, law_of: Small) -> None:
    def record(actor: Actor, kind: ProtocolType) -> Protocol:
        return a_paper(catalog, f"{kind} by {actor.person_id}", kind, "dso", actor)

    for kind in (ProtocolType.APO_ROUTINE_DESIGNATION, ProtocolType.EXEMPTION_RECORD, ProtocolType.APO_CASE_APPROVAL):
        refused(NotAllowed, "may not", lambda kind=kind: record(DEPUTY, kind))
        assert record(DSO, kind).type is kind
    found = ProtocolType.CPO_BEST_INTEREST
    for actor in (DEPUTY, DSO):
        refused(NotAllowed, "may not", lambda actor=actor: record(actor, found))
    assert record(STAFF, found).type is found
    later = replace(law_of.designation, expires_on=DAY + timedelta(days=900))
    refused(NotAllowed, "may not", lambda: register.revise_protocol(DEPUTY, catalog, later, expected=1))
    guidance = record(DEPUTY, ProtocolType.AGENCY_GUIDANCE)
    raised = replace(guidance, type=ProtocolType.APO_ROUTINE_DESIGNATION)
    refused(NotAllowed, "may not", lambda: register.revise_protocol(DEPUTY, catalog, raised, expected=1))


def test_terms_are_corrected_with_their_protocol(catalog: Catalog, law_of: Small) -> None:
    paper = law_of.agreement
    terms = Agreement(paper.id, "Only this", OnwardDisclosure.NONE, "Locked", "Shredded")
    bound = [law_of.dso.id, law_of.dch.id]

    def edit(protocol: Protocol, agreement: Agreement | None, *party_ids: int) -> Protocol:
        seen = latest(catalog, RecordKind.PROTOCOL, protocol.id)
        return register.revise_protocol(DSO, catalog, protocol, agreement=agreement, party_ids=party_ids, expected=seen)

    refused(RequestError, "is no agreement", lambda: edit(law_of.designation, terms, *bound))
    refused(RequestError, "two parties", lambda: edit(paper, terms, bound[0]))
    edit(paper, terms, *bound)
    edit(paper, replace(terms, security="Sealed"), law_of.dso.id, law_of.vendor.id)
    edit(replace(paper, edition="2"), None)
    with catalog.reading() as connection:
        assert law.every(connection, Agreement) == [replace(terms, security="Sealed")]
        kept = [one.party_id for one in law.every(connection, AgreementParty)]
    assert sorted(kept) == sorted([law_of.dso.id, law_of.vendor.id])
    no_agreement = replace(paper, type=ProtocolType.AGENCY_GUIDANCE)
    refused(RequestError, "terms are recorded", lambda: edit(no_agreement, None))


def test_a_protocol_never_takes_the_place_of_itself_or_of_another_class(catalog: Catalog, law_of: Small) -> None:
    first = law_of.designation
    second = register.supersede(DSO, catalog, first.id, replace(first, id=0, edition="2"), move=False).protocol
    third = register.supersede(DSO, catalog, second.id, replace(first, id=0, edition="3"), move=False).protocol
    assert (second.supersedes_id, third.supersedes_id) == (first.id, second.id)
    for old in (first, second, third):
        loop = replace(old, supersedes_id=third.id)
        seen = latest(catalog, RecordKind.PROTOCOL, old.id)
        refused(
            RequestError,
            "place of itself",
            lambda loop=loop, seen=seen: register.revise_protocol(DSO, catalog, loop, expected=seen),
        )
    other = replace(law_of.agreement, id=0)
    refused(RequestError, "same class", lambda: register.supersede(DSO, catalog, first.id, other, move=False))
    refused(NotFound, "nothing here", lambda: register.supersede(DCH, catalog, first.id, first, move=False))


def test_what_stands_on_a_protocol_moves_to_its_successor_or_nothing_does(catalog: Catalog, law_of: Small) -> None:
    old = law_of.designation
    other = register.add_activity(DSO, catalog, disclosure(reference="S3"), protocol_ids=[old.id])
    theirs = register.add_activity(CPO, catalog, disclosure("dch"), protocol_ids=[old.id])
    waiting = approve(catalog, other, DesignationState.SUBMITTED)
    new = replace(old, id=0, edition="2")
    with catalog.reading() as connection:
        papers = len(law.every(connection, Protocol))
    refused(
        Conflict,
        "its approval waits",
        lambda: register.supersede(DSO, catalog, old.id, new, move=True, reason="New edition"),
    )
    with catalog.reading() as connection:
        assert len(law.every(connection, Protocol)) == papers
        assert old.id in stored.joined_of(connection, law_of.sent.id).protocol_ids
    with catalog.changing(CPO, "designate", "test") as change:
        law.put(change.connection, replace(waiting, state=DesignationState.DENIED))
    done = register.supersede(DSO, catalog, old.id, new, move=True, reason="New edition")
    assert (done.moved, done.left) == (2, 1)
    with catalog.reading() as connection:
        for moved in (law_of.sent, other):
            stands_on = stored.joined_of(connection, moved.id).protocol_ids
            assert (done.protocol.id in stands_on, old.id in stands_on) == (True, False)
        assert stored.joined_of(connection, theirs.id).protocol_ids == (old.id,)
    page = histories.of(DSO, catalog, ACTIVITY, other.id)
    assert page.revisions[0].revision.reason == "New edition"


def test_a_record_of_before_histories_keeps_what_it_was(catalog: Catalog, law_of: Small) -> None:
    old = of_before(catalog, disclosure(party_id=law_of.dch.id))
    assert register_pages.activity_form(DSO, catalog, old.id).expected == 0
    revise(DSO, catalog, replace(old, title="Otherwise"), expected=0)
    page = histories.of(DSO, catalog, ACTIVITY, old.id)
    assert [line.revision.number for line in page.revisions] == [2, 1]
    assert page.revisions[1].revision.reason == "As it was before histories were kept"
    assert page.revisions[1].revision.person == ""
    assert [(one.name, one.before, one.after) for one in page.revisions[0].changes] == [
        ("Title", "Referring people", "Otherwise")
    ]


def test_two_who_edit_at_once_do_not_write_over_each_other(catalog: Catalog, law_of: Small) -> None:
    for activity in (law_of.sent, of_before(catalog, disclosure(party_id=law_of.dch.id))):
        seen = latest(catalog, ACTIVITY, activity.id)
        assert sorted(_at_once(catalog, activity, seen)) == ["Conflict", "kept"]
        assert latest(catalog, ACTIVITY, activity.id) == 2


def _at_once(catalog: Catalog, activity: Activity, seen: int) -> list[str]:
    start, outcomes = Barrier(2), []

    def edit(actor: Actor) -> None:
        after = replace(activity, title=f"By {actor.name}")
        start.wait()
        try:
            revise(actor, catalog, after, expected=seen)
            outcomes.append("kept")
        except Conflict:
            outcomes.append("Conflict")

    both = [Thread(target=edit, args=(actor,)) for actor in (DSO, DEPUTY)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    return outcomes


def test_a_partys_kind_is_the_offices_and_reaches_every_flow(catalog: Catalog, law_of: Small) -> None:
    sold = register.add_activity(DSO, catalog, disclosure(party_id=law_of.vendor.id, reference="D1"))
    approval = approve(catalog, sold)
    firm = replace(law_of.vendor, kind=PartyKind.CONTRACTOR)
    refused(NotAllowed, "city register", lambda: law_records.revise_party(DSO, catalog, firm, expected=1))
    refused(
        RequestError, "no reason for the change", lambda: law_records.revise_party(STAFF, catalog, firm, expected=1)
    )
    renamed = replace(law_of.vendor, name="Quicker Print")
    assert law_records.revise_party(STAFF, catalog, renamed, expected=1) == renamed
    own = replace(law_of.vendor, agency_id="dso")
    refused(Conflict, "recorded already, as dso", lambda: law_records.revise_party(STAFF, catalog, own, expected=2))
    law_records.revise_party(STAFF, catalog, firm, reason="It signed the rider", expected=2)
    with catalog.reading() as connection:
        kept = law.one(connection, Designation, approval.id)
    assert kept is not None
    assert kept.state is DesignationState.REVIEW_DUE
    third = a_party(catalog, "Print shop", PartyKind.VENDOR)
    same = replace(third, name="Quick Print")
    refused(Conflict, "recorded already", lambda: law_records.revise_party(STAFF, catalog, same, expected=1))
