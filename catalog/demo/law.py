"""Keeps Port Meridian's records of the law through the services, each by the officer whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.demo import entries, living
from catalog.demo.entries import ActivityEntry, Entry, every, made
from catalog.model.actors import Actor
from catalog.model.agreements import Agreement, Contract, DeclaredSystem
from catalog.model.cycles import Cycle, CycleType
from catalog.model.designation_machine import APPROVABLE
from catalog.model.designations import AgreementException, Designation, DesignationState, Signature
from catalog.model.events import ExigentEvent, Violation
from catalog.model.flow_templates import FlowTemplate
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.reconciliation import AGREEMENTS
from catalog.model.register import Activity, Classification, Protocol, ProtocolClass, Verb
from catalog.services import approvals, cycles, flow_templates, law_records, register, reporting
from catalog.services.catalog import Catalog

#: The day the city's papers are told as of: what was to be reviewed or ended before it is due or over.
AS_OF = date(2026, 11, 1)


@dataclass
class _Kept:
    """What has been recorded so far, by the names the papers use."""

    datasets: Mapping[str, int]
    parties: dict[str, Party] = field(default_factory=dict)
    protocols: dict[str, Protocol] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    templates: dict[str, FlowTemplate] = field(default_factory=dict)
    activities: dict[tuple[str, str], Activity] = field(default_factory=dict)


def keep(catalog: Catalog, datasets: Mapping[str, int]) -> None:
    """Record everything; ``datasets`` are the ids of those the listing knows, by name."""
    kept = _Kept(datasets)
    _parties(catalog, kept)
    _programmes(catalog, kept)
    for entry in every("protocol"):
        _protocol(catalog, kept, entry)
    for entry in every("agreement"):
        agreement = made(Agreement, entry, protocol_id=kept.protocols[entry["protocol"]].id)
        bound = [kept.parties[name].id for name in entry["parties"]]
        register.add_agreement(_keeper(kept.protocols[entry["protocol"]].issuer_agency_id), catalog, agreement, bound)
    for entry in every("contract"):
        rider = kept.protocols[entry["rider"]].id if "rider" in entry else None
        party = kept.parties[entry["party"]]
        contract = made(Contract, entry, agency_id=entry["agency"], party_id=party.id, rider_id=rider)
        kept.contracts[contract.number] = law_records.add_contract(_keeper(entry["agency"]), catalog, contract)
    for activity in entries.activities():
        _activity(catalog, kept, activity)
        _designation(catalog, kept, activity)
    living.keep(catalog, kept.parties, kept.activities)
    _systems(catalog, kept)
    _events(catalog, kept)
    _cycles(catalog)


def _parties(catalog: Catalog, kept: _Kept) -> None:
    chief = entries.chief()
    for entry in every("agency"):
        kind = PartyKind.CITY_AGENCY if entry["is_city_agency"] else PartyKind.LOCAL_AUTHORITY
        party = law_records.add_party(chief, catalog, Party(0, entry["name"], kind, entry["id"]))
        kept.parties[party.name] = party
    for entry in every("party"):
        for name in entry["names"]:
            party = law_records.add_party(chief, catalog, Party(0, name, PartyKind(entry["kind"]), None))
            kept.parties[name] = party


def _programmes(catalog: Catalog, kept: _Kept) -> None:
    for entry in every("programme"):
        keeper = _keeper(entry["lead_agency_id"])
        programme = law_records.add_programme(keeper, catalog, made(Programme, entry))
        kept.programmes[programme.code] = programme
        for name, part in entry["members"].items():
            member = ProgrammeMember(programme.id, kept.parties[name].id, part)
            law_records.add_member(keeper, catalog, member)


def _protocol(catalog: Catalog, kept: _Kept, entry: Entry) -> None:
    agency_id = entry.get("agency")
    protocol = made(Protocol, entry, issuer_agency_id=agency_id)
    kept.protocols[entry["key"]] = register.add_protocol(_keeper(agency_id), catalog, protocol)


def _activity(catalog: Catalog, kept: _Kept, entry: ActivityEntry) -> None:
    mirrored = kept.activities[entry.mirror_of].id if entry.mirror_of else None
    programme = kept.programmes[entry.programme].id if entry.programme else None
    activity = Activity(
        id=0,
        agency_id=entry.agency,
        verb=entry.verb,
        title=entry.title,
        purpose=entry.purpose,
        classification=entry.classification,
        ground=entry.ground,
        unit=entry.unit,
        party_id=_party(catalog, kept, entry.party).id,
        subject_categories=entry.subjects,
        programme_id=programme,
        started_on=entry.started_on,
        ended_on=entry.ended_on,
        reference=entry.ref,
        frequency=entry.frequency,
        volume=entry.volume,
        retention=entry.retention,
        mirror_of_id=mirrored,
        template_id=_template(catalog, kept, entry).id if entry.template else None,
    )
    kept.activities[entry.agency, entry.ref] = register.add_activity(
        _keeper(entry.agency),
        catalog,
        activity,
        type_codes=entry.types,
        dataset_ids=sorted({kept.datasets[name] for name in entry.datasets if name in kept.datasets}),
        protocol_ids=[kept.protocols[key].id for key in entry.protocols],
    )


def _party(catalog: Catalog, kept: _Kept, name: str) -> Party:
    """The party of this name; a new one, whose kind nobody has recorded, where there is none."""
    if name not in kept.parties:
        party = Party(0, name, PartyKind.NOT_RECORDED, None)
        kept.parties[name] = law_records.add_party(entries.chief(), catalog, party)
    return kept.parties[name]


def _template(catalog: Catalog, kept: _Kept, entry: ActivityEntry) -> FlowTemplate:
    """What this flow has in common with others; the first of them says it."""
    if entry.template not in kept.templates:
        template = FlowTemplate(
            id=0,
            agency_id=None,
            code=entry.template,
            title=entry.title,
            purpose=entry.purpose,
            verb=entry.verb,
            classification=entry.classification,
            ground=entry.ground,
            party_id=_party(catalog, kept, entry.party).id,
            programme_id=kept.programmes[entry.programme].id if entry.programme else None,
            type_codes=entry.types,
            subject_categories=entry.subjects,
            frequency=entry.frequency,
            volume=entry.volume,
            retention=entry.retention,
        )
        papers = [kept.protocols[key].id for key in entry.protocols]
        kept.templates[entry.template] = flow_templates.add(entries.chief(), catalog, template, papers)
    return kept.templates[entry.template]


def _designation(catalog: Catalog, kept: _Kept, entry: ActivityEntry) -> None:
    """The approval of an activity by the first authority it stands on; the other side of a flow that two officers
    approved together has it from there.
    """
    together = entry.classification is Classification.ROUTINE_INTERAGENCY
    authorities = [kept.protocols[key] for key in entry.protocols]
    authorities = [one for one in authorities if one.type.protocol_class is ProtocolClass.AUTHORITY]
    if entry.classification not in APPROVABLE or not authorities or (together and entry.mirror_of):
        return
    authority = authorities[0]
    party = kept.parties[entry.party]
    signers = _together(entry, party) if together else [entry.agency]
    agreements = [kept.protocols[key] for key in entry.protocols if kept.protocols[key].type in AGREEMENTS]
    by_case = entry.classification is Classification.CASE_BY_CASE
    excused = by_case and not agreements
    papers = [authority, *agreements] if by_case else [authority]
    approved = max(entry.started_on, *(paper.effective_on for paper in papers))
    designation = Designation(
        id=0,
        activity_id=kept.activities[entry.agency, entry.ref].id,
        classification=entry.classification,
        state=_state(authority),
        policy_edition=kept.protocols["policy"].edition,
        content_hash="",
        approved_on=approved,
        review_due_on=authority.review_due_on,
        expires_on=authority.expires_on or _end(kept, entry),
        agreement_exception=AgreementException.NO_IMPORTANT_INTEREST if excused else None,
        exception_reason="It is little, and goes to whom people know of" if excused else "",
    )
    signatures = [_signature(agency_id, approved) for agency_id in signers]
    # A paper with another agency's signature is recorded by the privacy office.
    keeper = entries.chief() if together else _keeper(entry.agency)
    approvals.record(keeper, catalog, designation, signatures)


def _end(kept: _Kept, entry: ActivityEntry) -> date | None:
    """What is approved case by case under a paper without an end ends with the agreement it stands on."""
    ends = [kept.protocols[key].expires_on for key in entry.protocols]
    by_case = entry.classification is Classification.CASE_BY_CASE
    return min((day for day in ends if day is not None), default=None) if by_case else None


def _together(entry: ActivityEntry, party: Party) -> list[str]:
    """Both sides of a flow; where the other side is no single agency, all that are bound by the agreement."""
    if party.agency_id is not None:
        return [entry.agency, party.agency_id]
    bound = next(one["parties"] for one in every("agreement") if entry.protocols[0] == one["protocol"])
    return [agency_id for agency_id in map(entries.agency_of_party, bound) if agency_id is not None]


def _state(authority: Protocol) -> DesignationState:
    if authority.expires_on is not None and authority.expires_on < AS_OF:
        return DesignationState.EXPIRED
    if authority.review_due_on is not None and authority.review_due_on < AS_OF:
        return DesignationState.REVIEW_DUE
    return DesignationState.ACTIVE


def _signature(agency_id: str, signed_on: date) -> Signature:
    mission = entries.agency(agency_id)["mission"]
    statement = f"It furthers the mission of the agency, which {mission[:1].lower()}{mission[1:]}"
    return Signature(0, 0, agency_id, entries.officer(agency_id).name, "Privacy officer", statement, signed_on)


def _systems(catalog: Catalog, kept: _Kept) -> None:
    for entry in every("system"):
        agency_id = entry["agency"]
        contract = kept.contracts[entry["contract"]].id if "contract" in entry else None
        system = made(DeclaredSystem, entry, agency_id=agency_id, contract_id=contract)
        parts = [kept.activities[agency_id, ref].id for ref in entry["activities"]]
        law_records.declare_system(_keeper(agency_id), catalog, system, parts)


def _events(catalog: Catalog, kept: _Kept) -> None:
    """What happened, as far as it has been dealt with: the privacy office has had its part in each."""
    for entry in every("exigent_event"):
        event = made(ExigentEvent, entry, **_place(kept, entry))
        reporting.add_exigent_event(entries.chief(), catalog, event)
    for entry in every("violation"):
        violation = made(Violation, entry, **_place(kept, entry))
        reporting.add_violation(entries.chief(), catalog, violation)


def _place(kept: _Kept, entry: Entry) -> dict[str, Any]:
    activity = kept.activities[entry["agency"], entry["activity"]]
    return {"agency_id": entry["agency"], "activity_id": activity.id, "party_id": kept.parties[entry["party"]].id}


def _cycles(catalog: Catalog) -> None:
    for entry in every("cycle"):
        for agency_id, words in entry["agencies"].items():
            cycle = made(Cycle, {**entry, **words}, agency_id=agency_id)
            cycles.add_past(
                _keeper(agency_id),
                catalog,
                cycle,
                _reported(agency_id, cycle.period_to),
                entries.report_texts(agency_id),
            )


def _reported(agency_id: str, until: date) -> list[CycleType]:
    """What an agency's report says of each type: as its activities declared it on the last day."""
    own = [one for one in entries.activities() if one.agency == agency_id and one.started_on <= until]
    collected = {code for one in own if one.verb is Verb.COLLECTION for code in one.types}
    disclosed = {code for one in own if one.verb is Verb.DISCLOSURE for code in one.types}
    return [
        CycleType(0, code, code in collected, code in collected, code in disclosed)
        for code in sorted(collected | disclosed)
    ]


def _keeper(agency_id: str | None) -> Actor:
    return entries.chief() if agency_id is None else entries.officer(agency_id)
