"""What agencies considered or did to collect, keep or disclose less, which their reports tell of (§23-1205(a)(3))."""

from dataclasses import dataclass, replace

from catalog.errors import RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import Agency
from catalog.model.measures import Measure, MeasureState
from catalog.model.register import Activity
from catalog.model.revisions import RecordKind
from catalog.services import access, contents, history, records, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law, revisions


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure in a list, with whose it is and what it is about. ``may_edit`` is whether the actor may;
    ``expected`` goes back with the form.
    """

    measure: Measure
    agency: Agency
    activity: Activity | None
    may_edit: bool
    expected: int


def every(actor: Actor, catalog: Catalog, agency_id: str | None = None) -> tuple[MeasureLine, ...]:
    """The measures of the agencies whose flows this actor sees whole, by agency and title; withdrawn ones are left out.

    Parameters:
        agency_id: only those of this agency.

    Raises:
        NotFound: when that is an agency the actor may not know of.
    """
    access.require(actor, Action.READ_FLOWS, agency_id)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        found = law.where(connection, Measure, withdrawn_on=None)
        numbers = revisions.numbers(connection, RecordKind.MEASURE)
    lines = [
        MeasureLine(
            measure=one,
            agency=known.agencies[one.agency_id],
            activity=known.activities.get(one.activity_id) if one.activity_id else None,
            may_edit=access.keeps(actor, one.agency_id),
            expected=numbers.get(one.id, 0),
        )
        for one in found
        if agency_id in (None, one.agency_id) and access.may(actor, Action.READ_FLOWS, one.agency_id)
    ]
    return tuple(sorted(lines, key=lambda line: (line.agency.name, line.measure.title.casefold(), line.measure.id)))


def one(actor: Actor, catalog: Catalog, measure_id: int) -> MeasureLine:
    """A measure that the actor keeps.

    Raises:
        NotFound: when there is none that they do.
    """
    access.require(actor, Action.KEEP_REGISTER)
    found = next((line for line in every(actor, catalog) if line.measure.id == measure_id and line.may_edit), None)
    if found is None:
        raise access.nothing_here()
    return found


def add(actor: Actor, catalog: Catalog, measure: Measure) -> Measure:
    """Record a measure of an agency.

    Raises:
        NotFound: when there is no such agency that the actor keeps the register of, or it has no such activity.
        RequestError: when it says nothing, or the day it was decided does not fit how far it is.
    """
    access.require(actor, Action.KEEP_REGISTER, measure.agency_id)
    _fits(catalog, measure)
    fresh = replace(measure, withdrawn_on=None)
    with catalog.changing(actor, "add_measure", "measure", measure.state.value) as change:
        change.alone()
        rules.agency_exists(change.connection, fresh.agency_id)
        _about_own(change, fresh, None)
        stored = law.add(change.connection, fresh)
        change.names(f"measure:{stored.id}")
        change.compare(None, stored)
        _keep(change, actor, stored)
    return stored


def revise(actor: Actor, catalog: Catalog, measure: Measure, *, reason: str = "", expected: int) -> Measure:
    """Say of a measure what it says now; it stays its agency's.

    Raises:
        Conflict: when it was changed since.
        NotFound: when there is no such measure of the actor's, or its agency has no such activity.
        RequestError: as :func:`add`.
    """
    _fits(catalog, measure)
    return _put(actor, catalog, replace(measure, withdrawn_on=None), reason, expected)


def withdraw(actor: Actor, catalog: Catalog, measure_id: int, *, reason: str, expected: int) -> Measure:
    """Take a measure that was recorded by mistake out of every list and report; its history stays.

    Raises:
        Conflict: when it was changed since.
        NotFound: when there is no such measure of the actor's.
        RequestError: when no reason is given.
    """
    now = one(actor, catalog, measure_id).measure
    if not reason.strip():
        raise RequestError(f"Measure {now.title}", "no reason is given for withdrawing it", "Say why.")
    gone = replace(now, withdrawn_on=catalog.day())
    return _put(actor, catalog, gone, reason, expected)


def _put(actor: Actor, catalog: Catalog, measure: Measure, reason: str, expected: int) -> Measure:
    agency_id = one(actor, catalog, measure.id).measure.agency_id
    action = "withdraw_measure" if measure.withdrawn_on else "revise_measure"
    with catalog.changing(actor, action, f"measure:{measure.id}", measure.state.value) as change:
        before = rules.existing(change.connection, Measure, measure.id, "Measure")
        said = contents.content_of(change.connection, before)
        history.open_record(change, RecordKind.MEASURE, before.id, agency_id, said, expected)
        after = replace(measure, agency_id=agency_id)
        _about_own(change, after, before.activity_id)
        law.put(change.connection, after)
        change.compare(before, after)
        _keep(change, actor, after, reason)
    return after


def _fits(catalog: Catalog, measure: Measure) -> None:
    thing, day = f"Measure {measure.title}", measure.decided_on
    if not measure.title.strip() or not measure.text.strip():
        raise RequestError(thing, "it has no title, or no words", "Write both.")
    if (day is None) != (measure.state is MeasureState.CONSIDERED):
        cause = "what was taken or not has the day of that, and what is only considered has none"
        raise RequestError(thing, cause, "Give the day, or correct how far it is.")
    if day is not None and day > catalog.day():
        raise RequestError(thing, f"the day it was decided ({day}) is to come", "Correct the day.")


def _about_own(change: Change, measure: Measure, attached: int | None) -> None:
    """Refuse an activity of another agency; what it was about already may have been withdrawn since."""
    if measure.activity_id not in (None, attached):
        rules.own_activity(change.connection, measure.activity_id, measure.agency_id)


def _keep(change: Change, actor: Actor, measure: Measure, reason: str = "") -> None:
    change.concerns(measure.agency_id)
    said = contents.content_of(change.connection, measure)
    history.keep(change, actor, RecordKind.MEASURE, measure.id, measure.agency_id, said, reason)
