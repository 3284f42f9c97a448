"""Exigent events and violations: told to the CPO and to the officers of their agency, to nobody else (§23-1204(e))."""

from catalog.model.actors import Actor
from catalog.model.events import ExigentEvent, Violation
from catalog.model.law_views import EventLine, EventsPage, ViolationLine
from catalog.model.views import ActivityView
from catalog.services import access, audit, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records
from catalog.store import law
from catalog.store.engine import Connection


def events(actor: Actor, catalog: Catalog) -> EventsPage:
    """What happened without the ordinary approval, in the agencies this actor answers for."""
    access.require(actor, Action.READ_EVENTS)
    audit.read(actor, catalog, "page:events")
    with catalog.reading() as connection:
        return told(connection, records.visible(connection, catalog, actor), actor)


def told(connection: Connection, known: Records, actor: Actor, agency_id: str | None = None) -> EventsPage:
    """The events this actor may be told of, latest first; of one agency where one is named."""

    def may_know(of: str) -> bool:
        return agency_id in {None, of} and access.may(actor, Action.READ_EVENTS, of)

    exigent = [one for one in law.every(connection, ExigentEvent) if may_know(one.agency_id)]
    violations = [one for one in law.every(connection, Violation) if may_know(one.agency_id)]
    return EventsPage(
        tuple(event_line(known, one) for one in sorted(exigent, key=lambda one: one.occurred_on, reverse=True)),
        tuple(violation_line(known, one) for one in sorted(violations, key=lambda one: one.occurred_on, reverse=True)),
    )


def event_line(known: Records, event: ExigentEvent) -> EventLine:
    """An exigent event with what it is about."""
    return EventLine(
        event,
        known.agencies[event.agency_id],
        known.parties[event.party_id] if event.party_id else None,
        _activity(known, event.activity_id),
        tuple(known.kinds[code] for code in event.type_codes),
    )


def violation_line(known: Records, violation: Violation) -> ViolationLine:
    """A violation with what it is about."""
    return ViolationLine(
        violation,
        known.agencies[violation.agency_id],
        known.parties[violation.party_id] if violation.party_id else None,
        _activity(known, violation.activity_id),
        tuple(known.kinds[code] for code in violation.type_codes),
    )


def _activity(known: Records, activity_id: int | None) -> ActivityView | None:
    return known.view(activity_id) if activity_id is not None and activity_id in known.activities else None
