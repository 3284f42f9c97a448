"""Recording what agencies report: exigent events, violations, and the inventory cycle every two years."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.cycles import Cycle, CycleState, CycleType
from catalog.model.events import ExigentEvent, Violation
from catalog.model.parties import Party
from catalog.services import access, contents, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law

#: The states a report reaches by being signed.
_SIGNED = frozenset(
    {
        CycleState.SUBMITTED,
        CycleState.UNDER_COMMITTEE_REVIEW,
        CycleState.RECOMMENDATIONS_RECEIVED,
        CycleState.CLOSED,
    }
)


def add_exigent_event(actor: Actor, catalog: Catalog, event: ExigentEvent) -> ExigentEvent:
    """Record a collection or disclosure in exigent circumstances, with why they existed (§23-1202(d)).

    Raises:
        NotFound: when its activity is not one of this agency, or its party is not recorded.
        RequestError: when a type code is not of the taxonomy, or the CPO was told before it occurred.
    """
    access.require(actor, Action.KEEP_REGISTER, event.agency_id)
    rules.types_exist(catalog, event.type_codes)
    thing = f"Exigent event {event.title}"
    rules.in_order(
        thing, ("the day it occurred", event.occurred_on), ("the day the CPO was told", event.cpo_notified_on)
    )
    with catalog.changing(actor, "add_exigent_event", f"agency:{event.agency_id}", event.verb.value) as change:
        _about(change, event.agency_id, event.activity_id, event.party_id)
        stored = law.add(change.connection, event)
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("exigent_event", stored.id)
    return stored


def add_violation(actor: Actor, catalog: Catalog, violation: Violation) -> Violation:
    """Record a disclosure in violation of the law (§23-1202(c)(4)).

    Raises:
        NotFound: when its activity is not one of this agency, or its party is not recorded.
        RequestError: when a type code is not of the taxonomy, or dates are not in order.
    """
    access.require(actor, Action.KEEP_REGISTER, violation.agency_id)
    rules.types_exist(catalog, violation.type_codes)
    thing = f"Violation {violation.title}"
    first = ("the day it occurred", violation.occurred_on), ("the day it was reported", violation.reported_on)
    rules.in_order(thing, *first, ("the day the CPO was told", violation.cpo_notified_on))
    rules.in_order(thing, *first, ("the day the individuals were told", violation.individuals_notified_on))
    with catalog.changing(actor, "add_violation", f"agency:{violation.agency_id}") as change:
        _about(change, violation.agency_id, violation.activity_id, violation.party_id)
        stored = law.add(change.connection, violation)
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("violation", stored.id)
    return stored


def add_cycle(actor: Actor, catalog: Catalog, cycle: Cycle, types: Sequence[CycleType] = ()) -> Cycle:
    """Record an agency's report of a period with its types, frozen as they were signed (§23-1205).

    Parameters:
        cycle: its ``content_hash`` is worked out here where the report is signed.
        types: their ``cycle_id`` is set here.

    Raises:
        Conflict: when the agency has a report of this period.
        NotFound: when there is no such agency that the actor may keep the register of.
        RequestError: when a type code is not of the taxonomy, a submitted report is not signed, or dates are not in
            order.
    """
    access.require(actor, Action.KEEP_REGISTER, cycle.agency_id)
    rules.types_exist(catalog, [one.type_code for one in types])
    thing = f"Report {cycle.period_from.year}-{cycle.period_to.year} of {cycle.agency_id}"
    signed_on = cycle.signed_at.date() if cycle.signed_at else None
    rules.in_order(thing, ("its first day", cycle.period_from), ("its last day", cycle.period_to))
    rules.in_order(thing, ("the day it was signed", signed_on), ("the day it was submitted", cycle.submitted_on))
    if cycle.state in _SIGNED and (signed_on is None or not cycle.signed_by or cycle.submitted_on is None):
        raise RequestError(thing, "a submitted report says who signed it and when", "Name both, and the day.")
    with catalog.changing(actor, "add_cycle", f"agency:{cycle.agency_id}", cycle.state.value) as change:
        rules.agency_exists(change.connection, cycle.agency_id)
        if any(
            known.agency_id == cycle.agency_id
            and known.period_from <= cycle.period_to
            and cycle.period_from <= known.period_to
            for known in law.every(change.connection, Cycle)
        ):
            raise Conflict(thing, "the agency has a report of this period already", "Continue that one.")
        content = _report_hash(cycle, types) if signed_on else ""
        stored = law.add(change.connection, replace(cycle, content_hash=content))
        law.add_all(change.connection, [replace(one, cycle_id=stored.id) for one in types])
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("cycle", stored.id)
    return stored


def _report_hash(cycle: Cycle, types: Sequence[CycleType]) -> str:
    return contents.digest(
        {
            "agency": cycle.agency_id,
            "period": [cycle.period_from.isoformat(), cycle.period_to.isoformat()],
            "types": {one.type_code: [one.collected, one.retained, one.disclosed] for one in types},
        }
    )


def _about(change: Change, agency_id: str, activity_id: int | None, party_id: int | None) -> None:
    rules.agency_exists(change.connection, agency_id)
    if activity_id is not None:
        rules.own_activity(change.connection, activity_id, agency_id)
    if party_id is not None:
        rules.existing(change.connection, Party, party_id, "Party")
