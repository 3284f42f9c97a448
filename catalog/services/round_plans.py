"""What opening a round of inventory reports would do, before it is done: which agency begins from what."""

from collections.abc import Collection
from datetime import date, timedelta

from catalog.model.actors import Actor
from catalog.model.cycle_machine import SIGNED
from catalog.model.cycles import Cycle
from catalog.model.holdings import Agency
from catalog.model.round_plans import PlanLine, RoundPlan
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law, register

#: A report is due by July 31 of every second year (§23-1205(a)).
_YEARS, _DUE = 2, (7, 31)


def agencies(actor: Actor, catalog: Catalog) -> tuple[Agency, ...]:
    """The agencies that a round can have, by name.

    Raises:
        NotAllowed: when the actor may not open rounds.
    """
    access.require(actor, Action.KEEP_CYCLES)
    with catalog.reading() as connection:
        return _by_name(register.all_agencies(connection))


def next_round(actor: Actor, catalog: Catalog) -> tuple[date, date, date]:
    """The first day, the last day and the due day that the next round would have: it begins where the last one ends,
    is about two years, and is due on the July 31 after them (§23-1205(a)).

    Raises:
        NotAllowed: when the actor may not open rounds.
    """
    access.require(actor, Action.KEEP_CYCLES)
    with catalog.reading() as connection:
        ends = [cycle.period_to for cycle in law.every(connection, Cycle)]
    today = catalog.day()
    begins = max(ends) + timedelta(days=1) if ends else date(today.year - today.year % _YEARS, 7, 1)
    last = _years_on(begins) - timedelta(days=1)
    due = date(last.year, *_DUE)
    return begins, last, due if due >= last else date(last.year + 1, *_DUE)


def plan(actor: Actor, catalog: Catalog, period_from: date, period_to: date, agency_ids: Collection[str]) -> RoundPlan:
    """What would be opened for these agencies: from which report each begins, and which already has one of this time.

    Parameters:
        agency_ids: those chosen; the others are told as left out.

    Raises:
        NotAllowed: when the actor may not open rounds.
    """
    access.require(actor, Action.KEEP_CYCLES)
    with catalog.reading() as connection:
        every = _by_name(register.all_agencies(connection))
        cycles = law.every(connection, Cycle)
    chosen = [one for one in every if one.id in agency_ids]
    lines = tuple(
        _line(one, [cycle for cycle in cycles if cycle.agency_id == one.id], period_from, period_to) for one in chosen
    )
    return RoundPlan(lines, tuple(one for one in every if one.id not in agency_ids))


def _line(agency: Agency, cycles: Collection[Cycle], period_from: date, period_to: date) -> PlanLine:
    signed = [one for one in cycles if one.state in SIGNED and one.period_to < period_from]
    overlaps = [one for one in cycles if one.period_from <= period_to and one.period_to >= period_from]
    return PlanLine(agency, max(signed, key=lambda one: one.period_to, default=None), overlaps[0] if overlaps else None)


def _years_on(day: date) -> date:
    """The same day after a round's years; of a day that is not there then, the one after it."""
    try:
        return day.replace(year=day.year + _YEARS)
    except ValueError:  # February 29
        return date(day.year + _YEARS, 3, 1)


def _by_name(agencies: Collection[Agency]) -> tuple[Agency, ...]:
    return tuple(sorted(agencies, key=lambda one: one.name.casefold()))
