"""Keeping the records around activities: parties, programmes, contracts, and systems nobody can scan."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from catalog.errors import Conflict, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.agreements import ActivityDeclaredSystem, Contract, DeclaredSystem
from catalog.model.parties import Party
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.register import Activity, Protocol, ProtocolType
from catalog.model.revisions import Joined, RecordKind
from catalog.services import access, activity_edits, contents, history, lawful, reconciling, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law, register
from catalog.store.engine import Connection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")


def add_party(actor: Actor, catalog: Catalog, party: Party) -> Party:
    """Record from whom information comes or to whom it goes. Parties serve the whole city: the CPO records them.

    Raises:
        Conflict: when there is one of this name, or for this agency.
        NotFound: when its agency is not in the catalog.
    """
    access.require_register(actor, None)
    with catalog.changing(actor, "add_party", "party", party.kind.value) as change:
        change.alone()
        _party_fits(change.connection, party)
        stored = law.add(change.connection, party)
        change.names(f"party:{stored.id}")
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        _keep(change, actor, RecordKind.PARTY, stored, stored.agency_id)
    return stored


def revise_party(actor: Actor, catalog: Catalog, party: Party, *, reason: str = "", expected: int) -> Party:
    """Correct a party: what it is called, and what it is to the city, which decides whether it is a third party
    (§23-1201). Every flow from or to it is looked at anew.

    Raises:
        Conflict: when it was changed since, another is called so or is this agency, or the agency it is records its
            side of flows to it.
        NotFound: when there is no such party, or no such agency.
        RequestError: when its kind changes, approvals of flows with it hold, and no reason is given.
    """
    access.require_register(actor, None)
    with catalog.changing(actor, "revise_party", f"party:{party.id}", party.kind.value) as change:
        before = rules.existing(change.connection, Party, party.id, "Party")
        _open(change, RecordKind.PARTY, before, before.agency_id, expected)
        _party_fits(change.connection, party)
        flows = register.activities_with(change.connection, party.id)
        _stays_another(party, flows)
        _stays_the_other_side(change.connection, before, party, flows)
        kept = any(activity_edits.holds(change.connection, one.id) for one in flows)
        if (party.kind, party.agency_id) != (before.kind, before.agency_id) and kept and not reason.strip():
            cause = "approvals of flows with it hold, and no reason for the change is given"
            raise RequestError(f"Party {party.name}", cause, "Say why.")
        law.put(change.connection, party)
        change.compare(before, party)
        change.concerns(party.agency_id)
        _keep(change, actor, RecordKind.PARTY, party, party.agency_id, reason)
        activity_edits.moved(change, catalog, flows)
    return party


def add_programme(actor: Actor, catalog: Catalog, programme: Programme) -> Programme:
    """Record a programme of several agencies; its lead agency keeps it.

    Raises:
        Conflict: when the code is taken.
        NotFound: when there is no such lead agency that the actor may keep the register of.
        RequestError: when its dates are not in order.
    """
    access.require(actor, Action.KEEP_REGISTER, programme.lead_agency_id)
    with catalog.changing(actor, "add_programme", f"programme:{programme.code}") as change:
        change.alone()
        _programme_fits(change.connection, programme)
        stored = law.add(change.connection, programme)
        change.compare(None, stored)
        change.concerns(stored.lead_agency_id)
        _keep(change, actor, RecordKind.PROGRAMME, stored, stored.lead_agency_id)
    return stored


def add_member(actor: Actor, catalog: Catalog, member: ProgrammeMember) -> ProgrammeMember:
    """Record that a party takes part in a programme, and as what.

    Raises:
        Conflict: when it is recorded as one already.
        NotFound: when there is no such programme or party.
    """
    programme = _own(actor, catalog, Programme, member.programme_id, "lead_agency_id")
    with catalog.reading() as connection:
        party = rules.existing(connection, Party, member.party_id, "Party")
    with catalog.changing(actor, "add_member", f"programme:{programme.code}", f"party:{party.id}") as change:
        said = contents.content_of_programme(change.connection, programme)
        latest = history.latest(change.connection, RecordKind.PROGRAMME, programme.id)
        history.open_record(change, RecordKind.PROGRAMME, programme.id, programme.lead_agency_id, said, latest)
        if member.party_id in contents.ids(said, "members"):
            raise Conflict(f"Program {programme.code}", f"{party.name} is a member already", "Nothing was changed.")
        law.add(change.connection, member)
        change.compare(None, member)
        change.concerns(programme.lead_agency_id)
        _keep(change, actor, RecordKind.PROGRAMME, programme, programme.lead_agency_id)
    return member


def revise_programme(
    actor: Actor,
    catalog: Catalog,
    programme: Programme,
    members: Mapping[int, str],
    *,
    reason: str = "",
    expected: int,
) -> Programme:
    """Correct a programme, and who takes part in it as what; who is not among ``members`` does not any more.

    Parameters:
        members: the part of each party, by the party's number.

    Raises:
        Conflict: when it was changed since, or the code is taken.
        NotFound: when there is no such programme of the actor's, or a party or the lead agency is not there.
        RequestError: when its dates are not in order.
    """
    stored = _own(actor, catalog, Programme, programme.id, "lead_agency_id")
    access.require(actor, Action.KEEP_REGISTER, programme.lead_agency_id)
    with catalog.changing(actor, "revise_programme", f"programme:{stored.code}") as change:
        before = rules.existing(change.connection, Programme, programme.id, "Program")
        was = _open(change, RecordKind.PROGRAMME, before, before.lead_agency_id, expected)
        _programme_fits(change.connection, programme)
        for party_id in members:
            rules.existing(change.connection, Party, party_id, "Party")
        law.put(change.connection, programme)
        parts = [ProgrammeMember(programme.id, party_id, part) for party_id, part in sorted(members.items())]
        law.relink(change.connection, ProgrammeMember, parts, programme_id=programme.id)
        joined = Joined(party_ids=tuple(contents.ids(was, "members"))), Joined(party_ids=tuple(sorted(members)))
        change.compare(before, programme, joined)
        change.concerns(programme.lead_agency_id)
        _keep(change, actor, RecordKind.PROGRAMME, programme, programme.lead_agency_id, reason)
        activity_edits.moved(change, catalog, law.where(change.connection, Activity, programme_id=programme.id))
    return programme


def add_contract(actor: Actor, catalog: Catalog, contract: Contract) -> Contract:
    """Record a contract of an agency with a party that holds information for it.

    Raises:
        Conflict: when the agency has one of this number.
        NotFound: when the party or the rider is not recorded.
        RequestError: when the rider is none, the party is the agency itself, or dates are not in order.
    """
    access.require(actor, Action.KEEP_REGISTER, contract.agency_id)
    with catalog.changing(actor, "add_contract", f"agency:{contract.agency_id}", contract.number) as change:
        change.alone()
        _contract_fits(actor, change.connection, contract)
        stored = law.add(change.connection, contract)
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        _keep(change, actor, RecordKind.CONTRACT, stored, stored.agency_id)
    return stored


def revise_contract(actor: Actor, catalog: Catalog, contract: Contract, *, reason: str = "", expected: int) -> Contract:
    """Correct a contract; it stays one of its agency.

    Raises:
        Conflict: when it was changed since, or the agency has another of this number.
        NotFound: when there is no such contract of the actor's, or the party or the rider is not recorded.
        RequestError: as :func:`add_contract`.
    """
    agency_id = _own(actor, catalog, Contract, contract.id, "agency_id").agency_id
    after = replace(contract, agency_id=agency_id)
    with catalog.changing(actor, "revise_contract", f"agency:{agency_id}", contract.number) as change:
        before = rules.existing(change.connection, Contract, contract.id, "Contract")
        _open(change, RecordKind.CONTRACT, before, agency_id, expected)
        _contract_fits(actor, change.connection, after, before.rider_id)
        law.put(change.connection, after)
        change.compare(before, after)
        change.concerns(agency_id)
        _keep(change, actor, RecordKind.CONTRACT, after, agency_id, reason)
    return after


def declare_system(
    actor: Actor, catalog: Catalog, system: DeclaredSystem, activity_ids: Collection[int] = ()
) -> DeclaredSystem:
    """Record a system that holds identifying information and cannot be scanned.

    Raises:
        NotFound: when its contract or an activity is not one of this agency.
        RequestError: when a type code is not of the taxonomy.
    """
    access.require(actor, Action.KEEP_REGISTER, system.agency_id)
    rules.types_exist(catalog, system.type_codes)
    with catalog.changing(actor, "declare_system", f"agency:{system.agency_id}", system.unscannable.value) as change:
        change.alone()
        _system_fits(change.connection, system, activity_ids)
        stored = law.add(change.connection, system)
        joined = _join_system(change.connection, stored.id, activity_ids)
        change.compare(None, stored, (None, joined))
        change.concerns(stored.agency_id)
        _keep(change, actor, RecordKind.DECLARED_SYSTEM, stored, stored.agency_id)
        reconciling.touch(change, catalog, activity_ids=joined.activity_ids)
    return stored


def revise_system(
    actor: Actor,
    catalog: Catalog,
    system: DeclaredSystem,
    activity_ids: Collection[int],
    *,
    reason: str = "",
    expected: int,
) -> DeclaredSystem:
    """Correct what is said of a system that nobody can scan, and which activities work with it.

    Raises:
        Conflict: when it was changed since.
        NotFound: when there is no such system of the actor's, or as :func:`declare_system`.
        RequestError: when a type code is not of the taxonomy.
    """
    agency_id = _own(actor, catalog, DeclaredSystem, system.id, "agency_id").agency_id
    rules.types_exist(catalog, system.type_codes)
    after = replace(system, agency_id=agency_id)
    with catalog.changing(actor, "revise_system", f"agency:{agency_id}", system.unscannable.value) as change:
        before = rules.existing(change.connection, DeclaredSystem, system.id, "System")
        said = _open(change, RecordKind.DECLARED_SYSTEM, before, agency_id, expected)
        was = Joined(activity_ids=tuple(contents.ids(said, "activities")))
        # What worked with it and was withdrawn since may stay.
        _system_fits(change.connection, after, set(activity_ids) - set(was.activity_ids))
        law.put(change.connection, after)
        joined = _join_system(change.connection, after.id, activity_ids)
        change.compare(before, after, (was, joined))
        change.concerns(agency_id)
        _keep(change, actor, RecordKind.DECLARED_SYSTEM, after, agency_id, reason)
        reconciling.touch(change, catalog, activity_ids={*was.activity_ids, *joined.activity_ids})
    return after


def _party_fits(connection: Connection, party: Party) -> None:
    """Refuse an agency nobody knows, and a second party of a name or for an agency."""
    if party.agency_id is not None:
        rules.agency_exists(connection, party.agency_id)
    for known in law.every(connection, Party):
        same = known.name == party.name or known.agency_id == party.agency_id is not None
        if same and known.id != party.id:
            raise Conflict(f"Party {party.name}", f"it is recorded already, as {known.name}", "Use that one.")


def _stays_another(party: Party, flows: Collection[Activity]) -> None:
    """Refuse to make a party the agency whose own flows it is the other end of."""
    if any(one.agency_id == party.agency_id for one in flows):
        cause = "flows of that agency are recorded as from or to it"
        raise RequestError(f"Party {party.name}", cause, "Name the other end of those flows first.")


def _stays_the_other_side(connection: Connection, before: Party, after: Party, flows: Collection[Activity]) -> None:
    """Refuse to make a party another agency, or none, while that agency records its side of flows to it."""
    if after.agency_id != before.agency_id and any(activity_edits.mirrored(connection, one) for one in flows):
        cause = "its agency records its side of flows to it, which would not be one any more"
        raise Conflict(f"Party {before.name}", cause, "Name another party in those flows first.")


def _programme_fits(connection: Connection, programme: Programme) -> None:
    thing = f"Program {programme.code}"
    rules.in_order(thing, ("the day it began", programme.started_on), ("the day it ended", programme.ended_on))
    rules.agency_exists(connection, programme.lead_agency_id)
    if any(known.id != programme.id for known in law.where(connection, Programme, code=programme.code)):
        raise Conflict(thing, "this code is taken", "Choose another code.")


def _contract_fits(actor: Actor, connection: Connection, contract: Contract, attached: int | None = None) -> None:
    """Refuse what no contract can be.

    Parameters:
        attached: the rider it has already, known of or not.
    """
    thing = f"Contract {contract.number}"
    rules.in_order(thing, ("the day it begins", contract.starts_on), ("the day it ends", contract.ends_on))
    rules.agency_exists(connection, contract.agency_id)
    if rules.existing(connection, Party, contract.party_id, "Party").agency_id == contract.agency_id:
        raise RequestError(thing, "its party is the agency itself", "Name who works for the agency.")
    if contract.rider_id not in (None, attached):
        rider: Protocol = lawful.known_protocol(actor, connection, contract.rider_id)
        if rider.type is not ProtocolType.CONTRACT_RIDER:
            raise RequestError(thing, "the protocol attached to it is no contract rider", "Choose a rider.")
    known = law.where(connection, Contract, agency_id=contract.agency_id, number=contract.number)
    if any(one.id != contract.id for one in known):
        raise Conflict(thing, "the agency has one of this number already", "Choose another number.")


def _system_fits(connection: Connection, system: DeclaredSystem, activity_ids: Collection[int]) -> None:
    rules.agency_exists(connection, system.agency_id)
    if system.contract_id is not None:
        contract = law.one(connection, Contract, system.contract_id)
        if contract is None or contract.agency_id != system.agency_id:
            raise NotFound(f"Contract {system.contract_id}", "this agency has no such contract", "Record it first.")
    for activity_id in activity_ids:
        rules.own_activity(connection, activity_id, system.agency_id)


def _join_system(connection: Connection, system_id: int, activity_ids: Collection[int]) -> Joined:
    joined = Joined(activity_ids=tuple(sorted(set(activity_ids))))
    links = [ActivityDeclaredSystem(activity_id, system_id) for activity_id in joined.activity_ids]
    law.relink(connection, ActivityDeclaredSystem, links, declared_system_id=system_id)
    return joined


def _own(actor: Actor, catalog: Catalog, kind: type[D], key: int, agency: str) -> D:
    """A record that the actor keeps; which of the others there are is not told.

    Parameters:
        agency: the field that says whose it is.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, kind, key)
    if found is None or not access.may(actor, Action.KEEP_REGISTER, getattr(found, agency)):
        raise access.nothing_here()
    return found


def _open(
    change: Change,
    kind: RecordKind,
    before: "Party | Programme | Contract | DeclaredSystem",
    agency_id: str | None,
    expected: int,
) -> contents.Content:
    """Begin to revise a record; what it says now."""
    said = contents.whole(change.connection, before)
    history.open_record(change, kind, before.id, agency_id, said, expected)
    return said


def _keep(
    change: Change,
    actor: Actor,
    kind: RecordKind,
    record: "Party | Programme | Contract | DeclaredSystem",
    agency_id: str | None,
    reason: str = "",
) -> None:
    """Keep what a record says after a change, and let search learn of it."""
    said = contents.whole(change.connection, record)
    history.keep(change, actor, kind, record.id, agency_id, said, reason)
    change.index(kind.value, record.id)
