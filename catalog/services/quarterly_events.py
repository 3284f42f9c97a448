"""The events of a quarter: which of them its report counts, and what issuing it records with each."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from catalog.model.actors import Actor
from catalog.model.event_machine import Move, exigent_moves, violation_moves
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.parties import Party
from catalog.model.quarterly import Kept, counts, quarter_of, standing
from catalog.model.quarterly_content import PartName, Quarter
from catalog.model.quarterly_counts import Known
from catalog.model.quarterly_views import Considered, Step
from catalog.model.revisions import RecordKind
from catalog.services import event_pages, history, reporting
from catalog.services.catalog import Catalog
from catalog.store import law, register
from catalog.store.engine import Connection

_INCLUDED = (ExigentState.INCLUDED_IN_QUARTERLY, ViolationState.INCLUDED_IN_QUARTERLY)
_PAST = frozenset({*_INCLUDED, ExigentState.CLOSED, ViolationState.REMEDIATED, ViolationState.CLOSED})
_NOT_REVIEWED = "the privacy office’s review"
_NOT_SETTLED = "whether the individuals are told"


def kept(connection: Connection, catalog: Catalog) -> Kept:
    """What the records say, of the whole city: a report to the public is the same whoever asks for it."""
    agencies = {one.id: one for one in register.all_agencies(connection)}
    parties = {one.id: one.kind for one in law.every(connection, Party)}
    types = {code: kind.label for code, kind in catalog.taxonomy.types.items()}
    known = Known(agencies, parties, types)
    return Kept(law.every(connection, Violation), law.every(connection, ExigentEvent), known)


def considered(connection: Connection, catalog: Catalog, of: Kept, quarter: Quarter) -> tuple[Considered, ...]:
    """The events of a quarter: those the report counts, and those that it does not with why."""
    every: list[Violation | ExigentEvent] = [*of.violations, *of.exigent]
    return tuple(_considered(connection, catalog, of, quarter, one) for one in every if _near(one, quarter))


def not_included(connection: Connection, catalog: Catalog, of: Kept, quarter: Quarter) -> tuple[Considered, ...]:
    """The events that the report of a quarter counts and that are not recorded as in it."""
    open_ones = [one for one in _counted(of, quarter) if one.state not in _PAST]
    return tuple(_considered(connection, catalog, of, quarter, one) for one in open_ones)


def include(actor: Actor, catalog: Catalog, of: Kept, quarter: Quarter) -> None:
    """Record with each event that the report counts that it is in it, where its steps allow that now."""
    for event in _counted(of, quarter):
        with catalog.reading() as connection:
            step, _ = _step(connection, catalog, event)
            seen = history.latest(connection, _KIND[type(event)], event.id)
        if step is Step.TAKES:
            _MOVE[type(event)](actor, catalog, event.id, on=catalog.day(), expected=seen)


_KIND: Mapping[type, RecordKind] = {ExigentEvent: RecordKind.EXIGENT_EVENT, Violation: RecordKind.VIOLATION}
_MOVE: Mapping[type, Callable[..., object]] = {
    ExigentEvent: partial(reporting.move_exigent, to=ExigentState.INCLUDED_IN_QUARTERLY),
    Violation: partial(reporting.move_violation, to=ViolationState.INCLUDED_IN_QUARTERLY),
}


def _counted(of: Kept, quarter: Quarter) -> list[Violation | ExigentEvent]:
    every: list[Violation | ExigentEvent] = [*of.violations, *of.exigent]
    return [one for one in every if counts(one, quarter)]


def _near(event: Violation | ExigentEvent, quarter: Quarter) -> bool:
    """Whether an event is of the quarter; one that the CPO was not told of, by the day it became known."""
    known = event.reported_on if isinstance(event, Violation) else event.occurred_on
    return (quarter_of(event) or Quarter.of(known)) == quarter


def _considered(
    connection: Connection, catalog: Catalog, of: Kept, quarter: Quarter, event: Violation | ExigentEvent
) -> Considered:
    part = PartName.VIOLATIONS if isinstance(event, Violation) else PartName.EXIGENT
    agency = of.known.agencies[event.agency_id].name
    line = Considered(part, event.id, event.title, agency, event.cpo_notified_on, standing(event))
    if not counts(event, quarter):
        return line
    step, lacks = _step(connection, catalog, event)
    return replace(line, step=step, lacks=lacks)


def _step(connection: Connection, catalog: Catalog, event: Violation | ExigentEvent) -> tuple[Step, tuple[str, ...]]:
    """What issuing does with an event that counts, and what it still waits for where it does nothing."""
    if event.state in _PAST:
        return Step.TAKEN, ()
    moves: tuple[Move[ExigentState] | Move[ViolationState], ...]
    if isinstance(event, ExigentEvent):
        moves, otherwise = exigent_moves(event), _NOT_REVIEWED
    else:
        asked = event_pages.rules_of_notice(connection, event, event_pages.today(catalog))
        moves, otherwise = violation_moves(event, notice_is_due=bool(asked)), _NOT_SETTLED
    move = next((one for one in moves if one.to in _INCLUDED), None)
    lacks = (otherwise,) if move is None else move.lacks
    return (Step.STAYS, lacks) if lacks else (Step.TAKES, ())
