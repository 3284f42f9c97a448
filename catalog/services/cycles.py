"""Inventory cycles: opening a round, entering an earlier report, and every step that needs no signature (§23-1205)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.cycle_machine import WRITABLE
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleType
from catalog.model.report_entries import Entry
from catalog.services import access, cycle_steps, past_reports, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.cycle_steps import report_of
from catalog.store import audit, law, reports
from catalog.store.engine import Connection


def open_round(
    actor: Actor, catalog: Catalog, *, period_from: date, period_to: date, due_on: date, agency_ids: Sequence[str]
) -> tuple[Cycle, ...]:
    """Open the report of a period for these agencies, all of them or none (§23-1205(a)).

    Raises:
        Conflict: when one of them has a report of some of these days.
        NotAllowed: when the actor does not keep inventory cycles.
        NotFound: when there is no such agency.
        RequestError: when days are not in order, or no agency is named.
    """
    access.require(actor, Action.KEEP_CYCLES)
    thing = f"Round {period_from} to {period_to}"
    rules.in_order(thing, ("its first day", period_from), ("its last day", period_to), ("the day it is due", due_on))
    if not agency_ids:
        raise RequestError(thing, "no agency is named", "Name the agencies that report.")
    wanted = [
        Cycle(0, one, period_from, period_to, due_on, CycleState.OPEN, "", None, None, "", actor.name)
        for one in dict.fromkeys(agency_ids)
    ]
    with catalog.together() as joined:
        return tuple(_open(actor, joined, cycle) for cycle in wanted)


def add_past(
    actor: Actor,
    catalog: Catalog,
    cycle: Cycle,
    types: Sequence[CycleType],
    texts: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
) -> Cycle:
    """Enter a report that was signed and submitted before it was kept here, frozen as it was, so that the next carries
    what it says.

    Parameters:
        cycle: its ``content_hash`` is worked out here.
        types: their ``cycle_id`` is set here.
        texts: what it says, by key of item.
        labels: what these items are called, by key.

    Raises:
        Conflict: when the agency has a report of this period.
        NotFound: when there is no such agency that the actor may keep the register of.
        RequestError: when a type code is not of the taxonomy, it is not signed and submitted, days are not in order or
            to come, or a text is of no element.
    """
    access.require(actor, Action.KEEP_REGISTER, cycle.agency_id)
    rules.types_exist(catalog, [one.type_code for one in types])
    past_reports.require_submitted(catalog, cycle, texts)
    with catalog.changing(actor, "add_cycle", f"agency:{cycle.agency_id}", cycle.state.value) as change:
        change.alone()
        _require_free(change.connection, cycle)
        stored = past_reports.keep(change, actor, catalog, cycle, types, texts, labels or {})
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("cycle", stored.id)
    return stored


def move(
    actor: Actor, catalog: Catalog, cycle_id: int, event: CycleEvent, *, words: str = "", expected: CycleState
) -> Cycle:
    """Take a step of a cycle that needs no signature.

    Parameters:
        words: why, where the step has to be told.
        expected: how far the actor has seen it to be.

    Raises:
        Conflict: when it is further, or the step does not follow from where it is.
        NotAllowed: when the step is another's to take.
        NotFound: when there is no such cycle that the actor may know of.
        RequestError: when it is not told why, or the step is a signature.
    """
    with catalog.reading() as connection:
        agency_id = cycle_steps.known(connection, actor, cycle_id).agency_id
    with catalog.changing(actor, "move_cycle", f"cycle:{cycle_id}", event.value, agency_id=agency_id) as change:
        change.alone()
        now = cycle_steps.known(change.connection, actor, cycle_id)
        if now.state is not expected:
            raise cycle_steps.moved(change.connection, catalog, now)
        step = cycle_steps.follows(actor, now, event)
        if event in cycle_steps.SIGNING:
            raise RequestError(report_of(now), "this step is a signature", "Sign it on the page where that is done.")
        said = cycle_steps.in_words(report_of(now), words, needed=step.needs_words)
        after = replace(now, state=step.to)
        cycle_steps.take(change, actor, now, after, event, words=said)
        change.compare(now, after)
    return after


def redate(
    actor: Actor, catalog: Catalog, ends: date, *, period_from: date, period_to: date, due_on: date, words: str
) -> tuple[Cycle, ...]:
    """Change the day on which the reports of a round are due that are not signed yet, or, while nobody began any of
    them, the days they are about: all or none. What is sent twice is done once.

    Parameters:
        ends: the last day that the round is about so far.
        words: why.

    Returns:
        The reports that changed.

    Raises:
        Conflict: when all are signed, or they would be about other days and one was begun or its agency has another
            report of some of these.
        NotAllowed: when the actor does not keep inventory cycles.
        NotFound: when no report ends on this day.
        RequestError: when days are not in order, or it is not told why.
    """
    access.require(actor, Action.KEEP_CYCLES)
    thing = f"Reports of {period_from} to {period_to}"
    rules.in_order(thing, ("its first day", period_from), ("its last day", period_to), ("the day it is due", due_on))
    said = cycle_steps.in_words(thing, words, needed=True)
    with catalog.together() as joined, joined.reading() as connection:
        audit.alone(connection)
        own = law.where(connection, Cycle, period_to=ends)
        if not own:
            raise access.nothing_here("This round")
        is_about_others = any((one.period_from, one.period_to) != (period_from, period_to) for one in own)
        changing = own if is_about_others else [one for one in own if one.state in WRITABLE]
        if not changing:
            raise Conflict(thing, "all of them are signed", "Leave their days as they were signed.")
        if is_about_others:
            _require_unbegun(connection, own, period_from, period_to)
        wanted = [replace(one, period_from=period_from, period_to=period_to, due_on=due_on) for one in changing]
        pairs = zip(changing, wanted, strict=True)
        return tuple(_redate(actor, joined, now, after, said) for now, after in pairs if now != after)


def _redate(actor: Actor, catalog: Catalog, now: Cycle, after: Cycle, words: str) -> Cycle:
    event = CycleEvent.REDATED
    before = f"before: about {now.period_from} to {now.period_to}, due {now.due_on}"
    told = f"About {after.period_from} to {after.period_to}, due {after.due_on}; {before}."
    with catalog.changing(actor, "move_cycle", f"cycle:{now.id}", event.value, agency_id=now.agency_id) as change:
        cycle_steps.take(change, actor, now, after, event, words=f"{told}\n{words}")
        change.compare(now, after)
    return after


def _require_unbegun(connection: Connection, own: Sequence[Cycle], period_from: date, period_to: date) -> None:
    """Refuse to have reports be about other days that were begun, or whose agencies have another of some of these."""
    ids = {one.id for one in own}
    for one in own:
        if one.state is not CycleState.OPEN or law.where(connection, Entry, cycle_id=one.id):
            cause = "it was begun, and what was said is about the days it has"
            raise Conflict(report_of(one), cause, "Change the day it is due alone.")
    others = reports.in_period(connection, {one.agency_id for one in own}, period_from, period_to)
    other = next((one for one in others if one.id not in ids), None)
    if other is not None:
        raise Conflict(report_of(other), "it is about some of these days already", "Choose other days.")


def _open(actor: Actor, catalog: Catalog, cycle: Cycle) -> Cycle:
    with catalog.changing(actor, "open_cycle", f"agency:{cycle.agency_id}", agency_id=cycle.agency_id) as change:
        change.alone()
        _require_free(change.connection, cycle)
        stored = law.add(change.connection, replace(cycle, opened_at=change.at))
        cycle_steps.write(change, actor, stored, None, CycleEvent.OPENED)
        change.names(f"cycle:{stored.id}")
        change.compare(None, stored)
        change.index("cycle", stored.id)
    return stored


def _require_free(connection: Connection, cycle: Cycle) -> None:
    rules.agency_exists(connection, cycle.agency_id)
    if reports.in_period(connection, [cycle.agency_id], cycle.period_from, cycle.period_to):
        cause = "the agency has a report of this period already"
        raise Conflict(report_of(cycle), cause, "Continue that one, or leave this agency out.")
