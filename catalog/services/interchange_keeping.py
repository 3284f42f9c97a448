"""Recording what a row of the register's workbook says, through the services that everybody keeps the register with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.model.actors import Actor
from catalog.model.agreements import Agreement, Contract, DeclaredSystem, OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.flow_templates import FlowTemplate
from catalog.model.holdings import Agency
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Classification, Protocol, ProtocolType, Verb
from catalog.services import flow_templates, law_records, purposes, register, rules, sources
from catalog.services.catalog import Catalog
from catalog.services.interchange_sheets import (
    ACTIVITIES,
    AGENCIES,
    AGREEMENTS,
    CONTRACTS,
    MEMBERS,
    PARTIES,
    PROGRAMMES,
    PROTOCOLS,
    PURPOSES,
    SYSTEMS,
    TEMPLATES,
    Entry,
)
from catalog.store import law

_DAY = date.min  # stands for none until the row says which; rows without one are refused before


@dataclass(frozen=True)
class Keeper:
    """Who records, in which catalog, and why."""

    actor: Actor
    catalog: Catalog
    reason: str

    def add(self, sheet: str, entry: Entry) -> object:
        """Record what a row says; the key of the new record.

        Raises:
            RequestError: as the service that records it.
        """
        return _KINDS[sheet].add(self, entry.record, entry.joined)

    def revise(self, sheet: str, entry: Entry, expected: int) -> None:
        """Record what a row says otherwise than before.

        Parameters:
            expected: the number of the revision that it was said of.

        Raises:
            RequestError: as the service that records it.
        """
        _KINDS[sheet].revise(self, entry.record, entry.joined, expected)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a row without any cells would be, and how its record is kept."""

    blank: Any
    joined: tuple[str, ...]
    add: Callable[[Keeper, Any, Mapping[str, Any]], object]
    revise: Callable[[Keeper, Any, Mapping[str, Any], int], object]


def blank(sheet: str) -> Entry:
    """A record that says nothing yet."""
    kind = _KINDS[sheet]
    return Entry(None, kind.blank, dict.fromkeys(kind.joined, ()))


def _agency(by: Keeper, one: Agency, _joined: Mapping[str, Any], _expected: int = 0) -> object:
    return sources.add_agency(by.actor, by.catalog, one).id


def _add_agreement(by: Keeper, one: Agreement, joined: Mapping[str, Any]) -> object:
    return register.add_agreement(by.actor, by.catalog, one, joined["party_ids"]).protocol_id


def _revise_agreement(by: Keeper, one: Agreement, joined: Mapping[str, Any], expected: int) -> object:
    with by.catalog.reading() as connection:
        protocol = rules.existing(connection, Protocol, one.protocol_id, "Protocol")
    how = {"reason": by.reason, "expected": expected}
    return register.revise_protocol(
        by.actor,
        by.catalog,
        protocol,
        agreement=one,
        party_ids=joined["party_ids"],
        **how,  # type: ignore[arg-type]  # each is of its type
    )


def _add_member(by: Keeper, one: ProgrammeMember, _joined: Mapping[str, Any]) -> object:
    law_records.add_member(by.actor, by.catalog, one)
    return one.programme_id, one.party_id


def _members(by: Keeper, programme_id: int) -> dict[int, str]:
    with by.catalog.reading() as connection:
        return {one.party_id: one.part for one in law.where(connection, ProgrammeMember, programme_id=programme_id)}


def _revise_programme(by: Keeper, one: Programme, _joined: Mapping[str, Any], expected: int) -> object:
    members = _members(by, one.id)
    return law_records.revise_programme(by.actor, by.catalog, one, members, reason=by.reason, expected=expected)


def _revise_member(by: Keeper, one: ProgrammeMember, _joined: Mapping[str, Any], expected: int) -> object:
    with by.catalog.reading() as connection:
        programme = rules.existing(connection, Programme, one.programme_id, "Program")
    members = _members(by, one.programme_id) | {one.party_id: one.part}
    return law_records.revise_programme(by.actor, by.catalog, programme, members, reason=by.reason, expected=expected)


_KINDS: Mapping[str, _Kind] = {
    AGENCIES: _Kind(Agency("", "", "", (), "", "", False, ""), (), _agency, _agency),
    PARTIES: _Kind(
        Party(0, "", PartyKind.NOT_RECORDED, None),
        (),
        lambda by, one, _: law_records.add_party(by.actor, by.catalog, one).id,
        lambda by, one, _, expected: law_records.revise_party(
            by.actor, by.catalog, one, reason=by.reason, expected=expected
        ),
    ),
    PURPOSES: _Kind(
        Purpose(0, None, "", ""),
        (),
        lambda by, one, _: purposes.add(by.actor, by.catalog, one).id,
        lambda by, one, _, expected: purposes.revise(by.actor, by.catalog, one, reason=by.reason, expected=expected),
    ),
    PROTOCOLS: _Kind(
        Protocol(0, ProtocolType.AGENCY_GUIDANCE, "", "", None, "", "", _DAY, None, None),
        (),
        lambda by, one, _: register.add_protocol(by.actor, by.catalog, one).id,
        lambda by, one, _, expected: register.revise_protocol(
            by.actor, by.catalog, one, reason=by.reason, expected=expected
        ),
    ),
    AGREEMENTS: _Kind(
        Agreement(0, "", OnwardDisclosure.NONE, "", ""), ("party_ids",), _add_agreement, _revise_agreement
    ),
    CONTRACTS: _Kind(
        Contract(0, "", 0, "", "", ServiceClass.OTHER, None, _DAY, None),
        (),
        lambda by, one, _: law_records.add_contract(by.actor, by.catalog, one).id,
        lambda by, one, _, expected: law_records.revise_contract(
            by.actor, by.catalog, one, reason=by.reason, expected=expected
        ),
    ),
    PROGRAMMES: _Kind(
        Programme(0, "", "", "", (), "", None, None),
        (),
        lambda by, one, _: law_records.add_programme(by.actor, by.catalog, one).id,
        _revise_programme,
    ),
    MEMBERS: _Kind(ProgrammeMember(0, 0, ""), (), _add_member, _revise_member),
    TEMPLATES: _Kind(
        FlowTemplate(
            0, None, "", "", "", Verb.COLLECTION, Classification.UNCLASSIFIED, None, None, None, (), (), "", "", ""
        ),
        ("protocol_ids",),
        lambda by, one, joined: flow_templates.add(by.actor, by.catalog, one, joined["protocol_ids"]).id,
        lambda by, one, joined, expected: flow_templates.revise(
            by.actor, by.catalog, one, joined["protocol_ids"], reason=by.reason, expected=expected
        ),
    ),
    ACTIVITIES: _Kind(
        Activity(0, "", Verb.COLLECTION, "", "", Classification.UNCLASSIFIED, None, "", None, (), None, None, None),
        ("type_codes", "dataset_ids", "protocol_ids"),
        lambda by, one, joined: register.add_activity(by.actor, by.catalog, one, **joined).id,
        lambda by, one, joined, expected: register.revise_activity(
            by.actor, by.catalog, one, **joined, reason=by.reason, expected=expected
        ),
    ),
    SYSTEMS: _Kind(
        DeclaredSystem(0, "", "", "", "", Unscannable.PAPER, None, (), (), "", _DAY),
        ("activity_ids",),
        lambda by, one, joined: law_records.declare_system(by.actor, by.catalog, one, joined["activity_ids"]).id,
        lambda by, one, joined, expected: law_records.revise_system(
            by.actor, by.catalog, one, joined["activity_ids"], reason=by.reason, expected=expected
        ),
    ),
}
