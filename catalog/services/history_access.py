"""Who sees the history of which record, and how much of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.model.actors import Actor
from catalog.model.agreements import Contract, DeclaredSystem
from catalog.model.events import ExigentEvent, Violation
from catalog.model.flow_templates import FlowTemplate
from catalog.model.measures import Measure
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule
from catalog.model.programmes import Programme
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Protocol
from catalog.model.requests import Request
from catalog.model.revisions import RecordKind
from catalog.services import access, records, template_flows
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law, register
from catalog.store.engine import Connection

RECORDS: Mapping[RecordKind, type[Any]] = {
    RecordKind.ACTIVITY: Activity,
    RecordKind.PROTOCOL: Protocol,
    RecordKind.PARTY: Party,
    RecordKind.PROGRAMME: Programme,
    RecordKind.CONTRACT: Contract,
    RecordKind.DECLARED_SYSTEM: DeclaredSystem,
    RecordKind.PURPOSE: Purpose,
    RecordKind.TEMPLATE: FlowTemplate,
    RecordKind.REQUEST: Request,
    RecordKind.EXIGENT_EVENT: ExigentEvent,
    RecordKind.VIOLATION: Violation,
    RecordKind.POLICY_RULE: PolicyRule,
    RecordKind.MEASURE: Measure,
}
#: Records that serve the whole city: whoever sees flows sees them.
_EVERYBODYS = frozenset({RecordKind.PARTY, RecordKind.POLICY_RULE})
_EVENTS = frozenset({RecordKind.EXIGENT_EVENT, RecordKind.VIOLATION})
#: Whose a record is, by the field that says so.
_OWNERS: Mapping[RecordKind, str] = {
    RecordKind.PROTOCOL: "issuer_agency_id",
    RecordKind.PROGRAMME: "lead_agency_id",
}


#: What of an activity its other end is not told.
_INNER = frozenset({"datasets", "purpose_id", "template_id"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as its history is seen: whole by its ``own``, or by another agency that it concerns, which is not told
    who changed it and why.

    ``keeps`` is whether the actor may edit it; ``hidden`` the fields that are not told; ``party_id`` the end of a flow
    that whoever sees it from the other end is.
    """

    title: str
    agency_id: str | None
    own: bool
    keeps: bool
    hidden: frozenset[str] = frozenset()
    party_id: int | None = None


def seen(actor: Actor, connection: Connection, catalog: Catalog, kind: RecordKind, record_id: int) -> Seen:
    """The record, as far as the actor may see it.

    Raises:
        NotFound: when there is none that they may.
    """
    found = law.one(connection, RECORDS[kind], record_id)
    if found is None or not _sees(actor, connection, catalog, kind, found):
        raise access.nothing_here()
    agency_id = None if kind in _EVERYBODYS else getattr(found, _OWNERS.get(kind, "agency_id"))
    title = getattr(found, "title", "") or getattr(found, "name", "")
    own = agency_id is None or access.may(actor, Action.READ_FLOWS, agency_id)
    whole = Seen(title, agency_id, own, access.keeps(actor, agency_id))
    if kind is RecordKind.ACTIVITY and not access.may(actor, Action.READ_EVIDENCE, agency_id):
        return replace(whole, own=False, hidden=_INNER, party_id=found.party_id)
    return whole


def _sees(actor: Actor, connection: Connection, catalog: Catalog, kind: RecordKind, found: Any) -> bool:
    if kind in _EVERYBODYS:
        return True
    if kind in _EVENTS:
        return access.may(actor, Action.READ_EVENTS, found.agency_id)
    return _SIGHT.get(kind, _of_agency)(actor, connection, catalog, found)


def _of_agency(actor: Actor, _connection: Connection, _catalog: Catalog, found: Any) -> bool:
    return access.concerns(actor, (found.agency_id,))


def _activity(actor: Actor, connection: Connection, _catalog: Catalog, found: Activity) -> bool:
    """Both ends of a flow; one that was withdrawn is its own agency's alone."""
    party = law.one(connection, Party, found.party_id) if found.party_id and not found.withdrawn_on else None
    return access.concerns(actor, (found.agency_id, party.agency_id if party else None))


def _protocol(actor: Actor, connection: Connection, _catalog: Catalog, found: Protocol) -> bool:
    return found.issuer_agency_id is None or access.concerns(actor, register.reach_of_protocol(connection, found.id))


def _programme(actor: Actor, connection: Connection, _catalog: Catalog, found: Programme) -> bool:
    return access.concerns(actor, register.reach_of_programme(connection, found.id))


def _purpose(actor: Actor, _connection: Connection, _catalog: Catalog, found: Purpose) -> bool:
    return found.agency_id is None or access.may(actor, Action.READ_FLOWS, found.agency_id)


def _template(actor: Actor, connection: Connection, catalog: Catalog, found: FlowTemplate) -> bool:
    return template_flows.sees(actor, records.visible(connection, catalog, actor), found)


_SIGHT: Mapping[RecordKind, Callable[[Actor, Connection, Catalog, Any], bool]] = {
    RecordKind.ACTIVITY: _activity,
    RecordKind.PROTOCOL: _protocol,
    RecordKind.PROGRAMME: _programme,
    RecordKind.PURPOSE: _purpose,
    RecordKind.TEMPLATE: _template,
}
