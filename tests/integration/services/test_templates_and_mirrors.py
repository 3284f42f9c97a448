"""Many alike flows from one template, the other side of flows, the library of purposes, and what forms start from."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.agreements import Contract, DeclaredSystem
from catalog.model.designations import Designation, DesignationState
from catalog.model.flow_templates import FlowTemplate
from catalog.model.holdings import Agency
from catalog.model.parties import Party, PartyKind
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Classification, CollectionMethod, Ground, ProtocolType, Verb
from catalog.model.revisions import RecordKind
from catalog.services import (
    flow_templates,
    histories,
    interchange,
    law_records,
    mirrors,
    purposes,
    register,
    register_pages,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.store import law
from catalog.store import register as stored
from tests.integration.services.test_register_history import a_contract, a_system, a_template
from tests.support.builders import CPO, OPERATOR, RESEARCHER, a_programme, an_activity, an_agency, officer
from tests.support.registers import (
    AUDITOR,
    DAY,
    DCH,
    DEPUTY,
    DSO,
    STAFF,
    STEWARD,
    Small,
    a_paper,
    a_party,
    approve,
    disclosure,
    latest,
    refused,
    small,
)
from tests.support.sheets import edited, taken

PARKS, DOT = officer("parks"), officer("dot")


@pytest.fixture
def law_of(catalog: Catalog) -> Small:
    return small(catalog)


@pytest.fixture
def slips(catalog: Catalog, law_of: Small) -> FlowTemplate:
    """Two more agencies, and the city's template of referral slips to Health."""
    for agency_id, name in (("parks", "Department of Parks"), ("dot", "Department of Streets")):
        sources.add_agency(OPERATOR, catalog, an_agency(agency_id, name))
        a_party(catalog, agency_id, PartyKind.CITY_AGENCY, agency_id)
    both = a_paper(catalog, "Both officers", ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT, None)
    template = a_template(
        "C6", None, party_id=law_of.dch.id, type_codes=("NAME", "PHONE"), retention="7 years",
        classification=Classification.ROUTINE_INTERAGENCY,
    )  # fmt: skip
    return flow_templates.add(CPO, catalog, template, [both.id])


def agencies(made: tuple[Agency, ...]) -> list[str]:
    return [one.id for one in made]


def test_a_template_is_written_by_who_keeps_what_it_belongs_to(catalog: Catalog, law_of: Small) -> None:
    city, own = a_template("T1", None), a_template("T2", "dso")
    for actor in (STEWARD, AUDITOR, OPERATOR, RESEARCHER):
        refused(NotAllowed, "may not", lambda actor=actor: flow_templates.add(actor, catalog, own))
    refused(NotAllowed, "city register", lambda: flow_templates.add(DSO, catalog, city))
    refused(NotFound, "nothing here", lambda: flow_templates.add(DCH, catalog, own))
    kept = flow_templates.add(DEPUTY, catalog, replace(own, version=7))
    assert kept.version == 1
    refused(Conflict, "of this code", lambda: flow_templates.add(CPO, catalog, own))
    refused(RequestError, "no code", lambda: flow_templates.add(CPO, catalog, replace(city, code=" ")))
    refused(RequestError, "type NOPE", lambda: flow_templates.add(CPO, catalog, replace(city, type_codes=("NOPE",))))
    refused(NotFound, "Party 999", lambda: flow_templates.add(CPO, catalog, replace(city, party_id=999)))
    refused(NotFound, "Protocol 999", lambda: flow_templates.add(CPO, catalog, city, [999]))
    consent = replace(city, verb=Verb.COLLECTION, ground=Ground.INDIVIDUAL_AUTHORIZATION)
    refused(RequestError, "disclosures alone", lambda: flow_templates.add(CPO, catalog, consent))
    refused(NotFound, "nothing here", lambda: flow_templates.one(DCH, catalog, kept.id))
    assert [line.template.code for line in flow_templates.every(DCH, catalog)] == []
    assert [line.template.code for line in flow_templates.every(AUDITOR, catalog)] == ["T2"]


def test_a_template_makes_a_flow_of_each_agency_with_its_other_side(
    catalog: Catalog, law_of: Small, slips: FlowTemplate
) -> None:
    before = flow_templates.one(CPO, catalog, slips.id)
    assert agencies(before.without) == ["parks", "dso", "dot"]
    made = flow_templates.apply(CPO, catalog, slips.id, ["parks", "dot"], DAY)
    assert [one.agency_id for one in made] == ["dot", "parks"]
    with catalog.reading() as connection:
        for one in made:
            (side,) = law.where(connection, Activity, mirror_of_id=one.id)
            assert (side.agency_id, side.verb, side.classification) == (
                "dch", Verb.COLLECTION, Classification.ROUTINE_INTERAGENCY,
            )  # fmt: skip
            assert stored.joined_of(connection, side.id).type_codes == ("NAME", "PHONE")
            assert stored.joined_of(connection, one.id).type_codes == ("NAME", "PHONE")
            assert (one.reference, side.reference) == ("C6", f"C6-{one.agency_id}")
            assert (one.template_id, side.template_id) == (slips.id, None)
            assert latest(catalog, RecordKind.ACTIVITY, one.id) == 1
    page = flow_templates.one(CPO, catalog, slips.id)
    assert agencies(page.without) == ["dso"]
    assert (page.line.flows, page.line.behind) == (2, 0)
    refused(Conflict, "parks has a flow", lambda: flow_templates.apply(CPO, catalog, slips.id, ["dso", "parks"], DAY))
    assert agencies(flow_templates.one(CPO, catalog, slips.id).without) == ["dso"], "all of them or none"
    refused(RequestError, "no agency", lambda: flow_templates.apply(CPO, catalog, slips.id, [], DAY))
    refused(RequestError, "agency itself", lambda: flow_templates.apply(CPO, catalog, slips.id, ["dch"], DAY))


def test_an_officer_makes_their_own_flow_and_its_other_side_is_proposed(
    catalog: Catalog, law_of: Small, slips: FlowTemplate
) -> None:
    assert agencies(flow_templates.one(PARKS, catalog, slips.id).without) == ["parks"]
    refused(NotFound, "nothing here", lambda: flow_templates.apply(PARKS, catalog, slips.id, ["parks", "dot"], DAY))
    (own,) = flow_templates.apply(PARKS, catalog, slips.id, ["parks"], DAY)
    assert {one.disclosure.activity.id for one in mirrors.to_record(DCH, catalog)} == {law_of.sent.id, own.id}
    refused(NotAllowed, "may not", lambda: flow_templates.apply(STEWARD, catalog, slips.id, ["dso"], DAY))


def test_a_template_of_collections_records_what_is_disclosed_too(catalog: Catalog, slips: FlowTemplate) -> None:
    with catalog.reading() as connection:
        (parks,) = law.where(connection, Party, agency_id="parks")
    template = replace(slips, id=0, code="C7", verb=Verb.COLLECTION, party_id=parks.id)
    kept = flow_templates.add(CPO, catalog, template)
    (collected,) = flow_templates.apply(CPO, catalog, kept.id, ["dot"], DAY)
    with catalog.reading() as connection:
        sent = law.one(connection, Activity, collected.mirror_of_id or 0)
    assert sent is not None
    assert (sent.agency_id, sent.verb, sent.reference) == ("parks", Verb.DISCLOSURE, "C7-dot")


def test_the_other_end_of_a_flow_learns_nothing_of_its_template(catalog: Catalog, law_of: Small) -> None:
    own = flow_templates.add(DSO, catalog, a_template("D1", "dso", party_id=law_of.dch.id))
    flow_templates.apply(DSO, catalog, own.id, ["dso"], DAY)
    refused(NotFound, "nothing here", lambda: flow_templates.one(DCH, catalog, own.id))
    refused(NotFound, "nothing here", lambda: histories.of(DCH, catalog, RecordKind.TEMPLATE, own.id))
    assert [one["Code"] for one in interchange.records(DCH, catalog, "Templates")] == []
    assert histories.of(DSO, catalog, RecordKind.TEMPLATE, own.id).revisions
    assert [one["Code"] for one in interchange.records(DSO, catalog, "Templates")] == ["D1"]


def test_a_code_tells_no_agency_of_anothers_template(catalog: Catalog, law_of: Small) -> None:
    assert law_of
    for actor, agency_id in ((DSO, "dso"), (DCH, "dch"), (CPO, None)):
        assert flow_templates.add(actor, catalog, a_template("T-1", agency_id)).code == "T-1"
        again = a_template("T-1", agency_id)
        refused(
            Conflict, "of this code already", lambda actor=actor, again=again: flow_templates.add(actor, catalog, again)
        )


def test_a_system_stays_with_what_was_withdrawn_since(catalog: Catalog, law_of: Small) -> None:
    paper = register.add_activity(DSO, catalog, disclosure(party_id=law_of.vendor.id))
    system = law_records.declare_system(DSO, catalog, a_system(), [law_of.sent.id, paper.id])
    register.withdraw_activity(DSO, catalog, paper.id, "Recorded twice")
    (row,) = interchange.records(DSO, catalog, "Systems")
    sheets = edited(taken(DSO, catalog), "Systems", 0, Name="Folders")
    assert interchange.apply(DSO, catalog, sheets, "It is called so").problems == (), row
    histories.restore(DSO, catalog, RecordKind.DECLARED_SYSTEM, system.id, 1, "Back", 2)
    gone = register.add_activity(DSO, catalog, disclosure(party_id=law_of.vendor.id))
    register.withdraw_activity(DSO, catalog, gone.id, "Recorded twice")
    refused(
        NotFound,
        "no such activity",
        lambda: law_records.revise_system(DSO, catalog, system, [gone.id], expected=3),
    )


def test_flows_follow_a_template_only_when_somebody_lets_them(
    catalog: Catalog, law_of: Small, slips: FlowTemplate
) -> None:
    dot, parks = flow_templates.apply(CPO, catalog, slips.id, ["dot", "parks"], DAY)
    with catalog.reading() as connection:
        papers = stored.joined_of(connection, dot.id).protocol_ids
    changed = replace(slips, purpose="Let people see a dentist", type_codes=("NAME",), frequency="weekly")
    after = flow_templates.revise(CPO, catalog, changed, papers, expected=1)
    assert after.version == 2
    refused(Conflict, "changed since", lambda: flow_templates.revise(CPO, catalog, changed, papers, expected=1))
    refused(
        RequestError,
        "collections or of disclosures",
        lambda: flow_templates.revise(CPO, catalog, replace(changed, verb=Verb.COLLECTION), papers, expected=2),
    )
    refused(NotAllowed, "city register", lambda: flow_templates.revise(DSO, catalog, changed, papers, expected=2))
    page = flow_templates.one(CPO, catalog, slips.id)
    assert {flow.differs for flow in page.flows} == {("Purpose", "How often", "Types of information")}
    refused(NotFound, "nothing here", lambda: flow_templates.follow(CPO, catalog, slips.id, [law_of.sent.id], "Now"))
    refused(NotFound, "nothing here", lambda: flow_templates.follow(DOT, catalog, slips.id, [parks.id], "Now"))
    flow_templates.follow(DOT, catalog, slips.id, [dot.id], "The template says so")
    flows = {flow.view.activity.id: flow for flow in flow_templates.one(CPO, catalog, slips.id).flows}
    assert flows[dot.id].differs == ()
    assert flows[parks.id].differs != ()
    assert flows[dot.id].view.activity.purpose == "Let people see a dentist"
    assert (
        histories.of(DOT, catalog, RecordKind.ACTIVITY, dot.id).revisions[0].revision.reason == "The template says so"
    )
    approve(catalog, parks, DesignationState.SUBMITTED)
    again = flow_templates.revise(CPO, catalog, replace(after, volume="one person"), papers, expected=2)
    refused(
        Conflict, "its approval waits", lambda: flow_templates.follow(CPO, catalog, again.id, [dot.id, parks.id], "Now")
    )
    flows = {flow.view.activity.id: flow for flow in flow_templates.one(CPO, catalog, slips.id).flows}
    assert flows[dot.id].view.activity.volume == "", "all of them or none"


def test_flows_of_a_template_are_submitted_in_its_class(catalog: Catalog, law_of: Small, slips: FlowTemplate) -> None:
    made = flow_templates.apply(CPO, catalog, slips.id, ["dot", "parks"], DAY, True, date(2028, 7, 31))
    with catalog.reading() as connection:
        kept = law.every(connection, Designation)
    assert {one.activity_id for one in kept} == {one.id for one in made}
    assert {(one.classification, one.state, one.ground) for one in kept} == {
        (Classification.ROUTINE_INTERAGENCY, DesignationState.SUBMITTED, Ground.FURTHERS_PURPOSE)
    }
    assert {one.review_due_on for one in kept} == {date(2028, 7, 31)}
    vague = flow_templates.add(
        CPO, catalog, replace(slips, id=0, code="C8", classification=Classification.UNCLASSIFIED)
    )
    refused(
        RequestError,
        "does not lead to the class",
        lambda: flow_templates.apply(CPO, catalog, vague.id, ["dot"], DAY, True),
    )
    assert flow_templates.one(CPO, catalog, vague.id).line.flows == 0


def test_the_other_side_is_proposed_to_who_keeps_it_and_recorded_once(catalog: Catalog, law_of: Small) -> None:
    sent = law_of.sent
    assert mirrors.to_record(DSO, catalog) == ()
    (waiting,) = mirrors.to_record(DCH, catalog)
    assert (waiting.disclosure.activity.id, waiting.to.id) == (sent.id, "dch")
    assert mirrors.proposed(DCH, catalog, sent.id) == waiting
    for key in (sent.id, 999):
        refused(NotFound, "nothing here", lambda key=key: mirrors.proposed(DSO, catalog, key))
        refused(NotFound, "nothing here", lambda key=key: mirrors.record(DSO, catalog, key))
    refused(NotAllowed, "may not", lambda: mirrors.to_record(STEWARD, catalog))
    made = mirrors.record(DCH, catalog, sent.id)
    assert (made.agency_id, made.verb, made.mirror_of_id, made.party_id) == (
        "dch", Verb.COLLECTION, sent.id, law_of.dso.id,
    )  # fmt: skip
    # How Health may collect it is its own officer's to say, on what Shelter says of its disclosure.
    assert (made.classification, made.ground, made.method) == (
        Classification.UNCLASSIFIED, None, CollectionMethod.OTHER_AGENCY,
    )  # fmt: skip
    with catalog.reading() as connection:
        joined = stored.joined_of(connection, made.id)
    assert (joined.type_codes, joined.protocol_ids) == (("DOB", "NAME"), (law_of.agreement.id,))
    assert mirrors.to_record(DCH, catalog) == ()
    refused(Conflict, "recorded already", lambda: mirrors.record(DCH, catalog, sent.id))
    register.withdraw_activity(DCH, catalog, made.id, "By mistake")
    assert [one.disclosure.activity.id for one in mirrors.to_record(CPO, catalog)] == [sent.id]


def test_only_what_still_flows_has_another_side(catalog: Catalog, law_of: Small) -> None:
    def add(activity: Activity, *codes: str) -> None:
        register.add_activity(DSO, catalog, activity, type_codes=codes)

    to = {"party_id": law_of.dch.id}
    add(disclosure(**to, ended_on=date(2026, 11, 21)), "NAME")
    add(disclosure(**to, classification=Classification.EXIGENT), "NAME")
    add(disclosure(**to, classification=Classification.NOT_IDENTIFYING, ground=None), "NAME")
    add(disclosure(**to))
    add(disclosure(party_id=law_of.vendor.id), "NAME")
    add(replace(an_activity("dso", "Taking in"), party_id=law_of.dch.id), "NAME")
    assert [one.disclosure.activity.id for one in mirrors.to_record(DCH, catalog)] == [law_of.sent.id]
    add(disclosure(**to, ended_on=date(2026, 11, 22)), "NAME")
    assert len(mirrors.to_record(DCH, catalog)) == 2


def test_the_library_of_purposes_is_the_citys_and_each_agencys(catalog: Catalog, law_of: Small) -> None:
    care = purposes.add(STAFF, catalog, Purpose(0, None, "Care", "Let people see a doctor"))
    shelter = purposes.add(DEPUTY, catalog, Purpose(0, "dso", "Shelter", "Give people a bed"))
    clinics = purposes.add(DCH, catalog, Purpose(0, "dch", "Clinics", "Heal people"))

    def titles(actor: Actor, agency_id: str | None = None) -> list[str]:
        return [line.purpose.title for line in purposes.library(actor, catalog, agency_id)]

    assert (titles(DSO), titles(DCH), titles(CPO)) == (
        ["Care", "Shelter"], ["Care", "Clinics"], ["Care", "Clinics", "Shelter"],
    )  # fmt: skip
    assert titles(CPO, "dch") == ["Care", "Clinics"]
    refused(NotFound, "nothing here", lambda: titles(DSO, "dch"))
    refused(NotAllowed, "may not", lambda: titles(RESEARCHER))
    refused(NotAllowed, "city register", lambda: purposes.add(DSO, catalog, replace(care, id=0, title="X")))
    refused(NotFound, "nothing here", lambda: purposes.add(DCH, catalog, replace(shelter, id=0, title="X")))
    refused(Conflict, "of this title", lambda: purposes.add(CPO, catalog, replace(care, id=0, title="CARE")))
    refused(RequestError, "no words", lambda: purposes.add(CPO, catalog, Purpose(0, None, "X", " ")))
    assert purposes.add(DSO, catalog, replace(care, id=0, agency_id="dso")).agency_id == "dso"
    refused(NotFound, "nothing here", lambda: purposes.revise(DSO, catalog, clinics, expected=1))
    refused(NotFound, "nothing here", lambda: purposes.revise(DSO, catalog, replace(clinics, id=999), expected=1))
    refused(NotAllowed, "city register", lambda: purposes.revise(DSO, catalog, care, expected=1))
    refused(Conflict, "changed since", lambda: purposes.revise(CPO, catalog, care, expected=0))
    taken = register.add_activity(DSO, catalog, disclosure(purpose_id=care.id, purpose=care.text))
    refused(NotFound, "no such record", lambda: register.add_activity(DSO, catalog, disclosure(purpose_id=clinics.id)))
    after = purposes.revise(CPO, catalog, replace(care, agency_id="dso", text="Other words"), expected=1)
    assert after.agency_id is None, "it stays the city's"
    with catalog.reading() as connection:
        kept = law.one(connection, Activity, taken.id)
    assert kept is not None
    assert kept.purpose == "Let people see a doctor", "an activity keeps the words it took"
    lines = {line.purpose.title: line for line in purposes.library(DSO, catalog) if line.purpose.agency_id is None}
    assert (lines["Care"].used_by, lines["Care"].may_edit, lines["Care"].expected) == (1, False, 2)


def test_forms_start_from_what_the_actor_keeps(catalog: Catalog, law_of: Small) -> None:
    contract = law_records.add_contract(DSO, catalog, a_contract(law_of))
    system = law_records.declare_system(DSO, catalog, a_system(), [law_of.sent.id])
    aim = law_records.add_programme(DSO, catalog, a_programme("AIM", "dso"))
    hidden = a_paper(catalog, "Clinics alone", agency_id="dch")
    offered = register_pages.choices(DSO, catalog)
    assert [one.id for one in offered.agencies] == ["dso"]
    assert (offered.city, offered.contracts, list(offered.datasets)) == (False, (contract,), ["dso"])
    assert hidden not in offered.protocols
    whole = register_pages.choices(CPO, catalog)
    assert (whole.city, [one.id for one in whole.agencies], whole.datasets) == (True, ["dch", "dso"], {})
    assert hidden in whole.protocols
    assert list(register_pages.choices(CPO, catalog, "dch").datasets) == ["dch"]
    refused(NotFound, "nothing here", lambda: register_pages.choices(DSO, catalog, "dch"))
    refused(NotAllowed, "may not", lambda: register_pages.choices(STEWARD, catalog))
    forms: list[tuple[Any, int]] = [
        (register_pages.activity_form, law_of.sent.id), (register_pages.protocol_form, law_of.designation.id),
        (register_pages.programme_form, aim.id), (register_pages.contract_form, contract.id),
        (register_pages.system_form, system.id),
    ]  # fmt: skip
    for form, key in forms:
        assert form(DSO, catalog, key).expected == 1
        refused(NotFound, "is no|is nothing", lambda form=form, key=key: form(DCH, catalog, key))
        refused(NotFound, "is no|is nothing", lambda form=form: form(DSO, catalog, 999))
        refused(NotAllowed, "may not", lambda form=form, key=key: form(STEWARD, catalog, key))
    assert register_pages.system_form(DSO, catalog, system.id).activity_ids == (law_of.sent.id,)
    refused(NotAllowed, "city register", lambda: register_pages.party_form(DSO, catalog, law_of.vendor.id))
    assert register_pages.party_form(STAFF, catalog, law_of.dch.id).activities[0].activity.id == law_of.sent.id
    refused(NotFound, "nothing here", lambda: register_pages.party_form(CPO, catalog, 999))
    counts = {one.party.name: len(one.activities) for one in register_pages.parties(DCH, catalog)}
    assert counts == {"dso": 0, "dch": 1, "Quick Print": 0}


def test_records_around_activities_are_corrected_by_who_keeps_them(catalog: Catalog, law_of: Small) -> None:
    contract: Contract = law_records.add_contract(DSO, catalog, a_contract(law_of))
    system: DeclaredSystem = law_records.declare_system(DSO, catalog, a_system())
    aim = law_records.add_programme(DSO, catalog, a_programme("AIM", "dso"))
    other = law_records.add_programme(DSO, catalog, a_programme("B", "dso"))

    def of_contract(actor: Actor = DSO, expected: int = 1, **words: Any) -> Contract:
        return law_records.revise_contract(actor, catalog, replace(contract, **words), expected=expected)

    def of_system(*ids: int, actor: Actor = DSO, expected: int = 1, **words: Any) -> DeclaredSystem:
        return law_records.revise_system(actor, catalog, replace(system, **words), ids, expected=expected)

    def of_aim(members: dict[int, str], actor: Actor = DSO, expected: int = 1, **words: Any) -> Any:
        return law_records.revise_programme(actor, catalog, replace(aim, **words), members, expected=expected)

    for work in (of_contract, of_system, lambda **how: of_aim({}, **how)):
        refused(NotFound, "nothing here", lambda work=work: work(actor=DCH))
        refused(NotFound, "nothing here", lambda work=work: work(id=999))
        refused(NotAllowed, "may not", lambda work=work: work(actor=STEWARD))
        refused(Conflict, "changed since", lambda work=work: work(expected=4))
    refused(RequestError, "agency itself", lambda: of_contract(party_id=law_of.dso.id))
    refused(RequestError, "no contract rider", lambda: of_contract(rider_id=law_of.designation.id))
    refused(RequestError, "before the day it begins", lambda: of_contract(ends_on=date(2020, 1, 1)))
    assert of_contract(agency_id="dch", number="24-2").agency_id == "dso", "it stays its agency's"
    theirs = register.add_activity(DCH, catalog, disclosure("dch"))
    refused(NotFound, "no such activity", lambda: of_system(theirs.id))
    refused(RequestError, "type NOPE", lambda: of_system(type_codes=("NOPE",)))
    of_system(law_of.sent.id, name="Folders")
    of_system(expected=2)
    assert register_pages.system_form(DSO, catalog, system.id).activity_ids == ()
    refused(Conflict, "this code is taken", lambda: of_aim({}, code=other.code))
    refused(NotFound, "Party 999", lambda: of_aim({999: "Nobody"}))
    refused(NotFound, "nothing here", lambda: of_aim({}, lead_agency_id="dch"))
    of_aim({law_of.dch.id: "Heals", law_of.vendor.id: "Prints"})
    of_aim({law_of.dch.id: "Treats"}, expected=2)
    assert register_pages.programme_form(DSO, catalog, aim.id).members == {law_of.dch.id: "Treats"}
