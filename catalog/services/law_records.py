"""Keeping the records around activities: parties, programmes, contracts, and systems nobody can scan."""

from collections.abc import Collection

from catalog.errors import Conflict, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.agreements import ActivityDeclaredSystem, Contract, DeclaredSystem
from catalog.model.parties import Party
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.register import Protocol, ProtocolType
from catalog.services import access, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law


def add_party(actor: Actor, catalog: Catalog, party: Party) -> Party:
    """Record from whom information comes or to whom it goes. Parties serve the whole city: the CPO records them.

    Raises:
        Conflict: when there is one of this name, or for this agency.
        NotFound: when its agency is not in the catalog.
    """
    access.require_register(actor, None)
    with catalog.changing(actor, "add_party", "party", party.kind.value) as change:
        if party.agency_id is not None:
            rules.agency_exists(change.connection, party.agency_id)
        for known in law.every(change.connection, Party):
            if known.name == party.name or known.agency_id == party.agency_id is not None:
                raise Conflict(f"Party {party.name}", f"it is recorded already, as {known.name}", "Use that one.")
        stored = law.add(change.connection, party)
        change.names(f"party:{stored.id}")
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("party", stored.id)
    return stored


def add_programme(actor: Actor, catalog: Catalog, programme: Programme) -> Programme:
    """Record a programme of several agencies; its lead agency keeps it.

    Raises:
        Conflict: when the code is taken.
        NotFound: when there is no such lead agency that the actor may keep the register of.
        RequestError: when its dates are not in order.
    """
    access.require(actor, Action.KEEP_REGISTER, programme.lead_agency_id)
    thing = f"Program {programme.code}"
    rules.in_order(thing, ("the day it began", programme.started_on), ("the day it ended", programme.ended_on))
    with catalog.changing(actor, "add_programme", f"programme:{programme.code}") as change:
        rules.agency_exists(change.connection, programme.lead_agency_id)
        if any(known.code == programme.code for known in law.every(change.connection, Programme)):
            raise Conflict(thing, "there is one of this code already", "Choose another code.")
        stored = law.add(change.connection, programme)
        change.compare(None, stored)
        change.concerns(stored.lead_agency_id)
        change.index("programme", stored.id)
    return stored


def add_member(actor: Actor, catalog: Catalog, member: ProgrammeMember) -> ProgrammeMember:
    """Record that a party takes part in a programme, and as what.

    Raises:
        Conflict: when it is recorded as one already.
        NotFound: when there is no such programme or party.
    """
    with catalog.reading() as connection:
        programme = rules.existing(connection, Programme, member.programme_id, "Program")
        party = rules.existing(connection, Party, member.party_id, "Party")
        known = {(one.programme_id, one.party_id) for one in law.every(connection, ProgrammeMember)}
    access.require(actor, Action.KEEP_REGISTER, programme.lead_agency_id)
    if (member.programme_id, member.party_id) in known:
        raise Conflict(f"Program {programme.code}", f"{party.name} is a member already", "Nothing was changed.")
    with catalog.changing(actor, "add_member", f"programme:{programme.code}", f"party:{party.id}") as change:
        law.add(change.connection, member)
        change.compare(None, member)
        change.concerns(programme.lead_agency_id)
        change.index("programme", programme.id)
    return member


def add_contract(actor: Actor, catalog: Catalog, contract: Contract) -> Contract:
    """Record a contract of an agency with a party that holds information for it.

    Raises:
        Conflict: when the agency has one of this number.
        NotFound: when the party or the rider is not recorded.
        RequestError: when the rider is none, the party is the agency itself, or dates are not in order.
    """
    access.require(actor, Action.KEEP_REGISTER, contract.agency_id)
    thing = f"Contract {contract.number}"
    rules.in_order(thing, ("the day it begins", contract.starts_on), ("the day it ends", contract.ends_on))
    with catalog.changing(actor, "add_contract", f"agency:{contract.agency_id}", contract.number) as change:
        rules.agency_exists(change.connection, contract.agency_id)
        if rules.existing(change.connection, Party, contract.party_id, "Party").agency_id == contract.agency_id:
            raise RequestError(thing, "its party is the agency itself", "Name who works for the agency.")
        if contract.rider_id is not None:
            rider = rules.existing(change.connection, Protocol, contract.rider_id, "Protocol")
            if rider.type is not ProtocolType.CONTRACT_RIDER:
                raise RequestError(thing, "the protocol attached to it is no contract rider", "Choose a rider.")
        taken = {(known.agency_id, known.number) for known in law.every(change.connection, Contract)}
        if (contract.agency_id, contract.number) in taken:
            raise Conflict(thing, "the agency has one of this number already", "Choose another number.")
        stored = law.add(change.connection, contract)
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("contract", stored.id)
    return stored


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
        rules.agency_exists(change.connection, system.agency_id)
        if system.contract_id is not None:
            contract = law.one(change.connection, Contract, system.contract_id)
            if contract is None or contract.agency_id != system.agency_id:
                thing = f"Contract {system.contract_id}"
                raise NotFound(thing, "this agency has no such contract", "Record it first.")
        for activity_id in activity_ids:
            rules.own_activity(change.connection, activity_id, system.agency_id)
        stored = law.add(change.connection, system)
        links = [ActivityDeclaredSystem(activity_id, stored.id) for activity_id in sorted(set(activity_ids))]
        law.add_all(change.connection, links)
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("declared_system", stored.id)
    return stored
