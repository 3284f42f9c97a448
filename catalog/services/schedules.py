"""When sources are scanned by themselves, and how much they may be burdened: people set it, the clock asks."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, time

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.schedules import Schedule, Weekday, Window, day_began, is_due, window_at
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import register, scans
from catalog.store import schedules as stored
from catalog.store.engine import Connection

_LONGEST_REASON = 500
_GREATEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person sets of a schedule; see :class:`~catalog.model.schedules.Schedule`."""

    days: tuple[str, ...] = tuple(day.value for day in Weekday)
    opens: time = time(22)
    closes: time = time(6)
    seconds_a_day: int | None = None
    megabytes_a_day: int | None = None
    most_active: int | None = 16
    most_lag: int | None = 60
    look_again_days: int = 30


@dataclass(frozen=True, slots=True)
class Due:
    """A source that is to be scanned now, and the window in which."""

    source: Source
    window: Window


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a source's day: milliseconds at work and bytes sent; None where there is no limit."""

    ms: int | None = None
    bytes: int | None = None

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return any(left is not None and left <= 0 for left in (self.ms, self.bytes))


def terms_of(schedule: Schedule | None) -> Terms:
    """The terms of a schedule; the usual ones where there is none."""
    if schedule is None:
        return Terms()
    return Terms(**{field.name: getattr(schedule, field.name) for field in fields(Terms)})


def put(actor: Actor, catalog: Catalog, source_id: int, terms: Terms) -> Schedule:
    """Have a source scanned by itself on these terms; one that is on hold stays so.

    Raises:
        NotFound: when there is no such source.
        RequestError: when the terms make no sense.
    """
    access.require(actor, Action.MANAGE_SOURCES)
    _refuse_nonsense(terms)
    with catalog.changing(actor, "set_schedule", f"source:{source_id}", _told(terms)) as change:
        if register.source(change.connection, source_id) is None:
            raise _no_source()
        earlier = stored.schedule(change.connection, source_id)
        schedule = Schedule(
            source_id=source_id,
            days=tuple(day.value for day in Weekday if day.value in terms.days),
            opens=terms.opens,
            closes=terms.closes,
            seconds_a_day=terms.seconds_a_day,
            megabytes_a_day=terms.megabytes_a_day,
            most_active=terms.most_active,
            most_lag=terms.most_lag,
            look_again_days=terms.look_again_days,
            held=earlier is not None and earlier.held,
            hold_reason=earlier.hold_reason if earlier else "",
            set_by=actor.person_id,
            set_at=change.at,
        )
        stored.put_schedule(change.connection, schedule)
        _tell(change, source_id, earlier, schedule)
    return schedule


def remove(actor: Actor, catalog: Catalog, source_id: int) -> None:
    """Have a source scanned only when somebody asks.

    Raises:
        NotFound: when it has no schedule.
    """
    access.require(actor, Action.MANAGE_SOURCES)
    with catalog.changing(actor, "remove_schedule", f"source:{source_id}") as change:
        earlier = stored.schedule(change.connection, source_id)
        if earlier is None:
            raise _no_schedule()
        stored.remove_schedule(change.connection, source_id)
        _tell(change, source_id, earlier, None)


def hold(actor: Actor, catalog: Catalog, source_id: int, reason: str) -> None:
    """Put a source on hold: it is not scanned by itself until it is released.

    Raises:
        NotFound: when it has no schedule.
        RequestError: when no reason is given, or too long a one.
    """
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise RequestError("The reason", f"it is empty or over {_LONGEST_REASON} characters", "Say briefly why.")
    _set_hold(actor, catalog, source_id, reason.strip())


def release(actor: Actor, catalog: Catalog, source_id: int) -> None:
    """End a hold.

    Raises:
        NotFound: when it has no schedule.
    """
    _set_hold(actor, catalog, source_id, "")


def all_of(actor: Actor, catalog: Catalog) -> Mapping[int, Schedule]:
    """Every schedule by its source; of sources that the actor does not see they tell nothing but windows."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        return {schedule.source_id: schedule for schedule in stored.all_schedules(connection)}


def due(actor: Actor, catalog: Catalog) -> tuple[Due, ...]:
    """The sources to be scanned now: in their window, once a night, within the day's allowance, those that wait longest
    for a look first.
    """
    access.require(actor, Action.RUN_SCANS)
    now, zone = catalog.clock.now(), catalog.settings.zone
    with catalog.reading() as connection:
        sources = {source.id: source for source in register.all_sources(connection)}
        last = scans.last_run_by_source(connection, list(sources))
        found = []
        for schedule in stored.all_schedules(connection):
            window = None if schedule.held else window_at(schedule, zone, now)
            of_night = scans.run_of_night(connection, schedule.source_id, window.night) if window else None
            run = last.get(schedule.source_id)
            if window is None or not is_due(window, run, of_night, now):
                continue
            if not _allowance(connection, catalog, schedule).is_spent:
                found.append((run.started_at if run else None, Due(sources[schedule.source_id], window)))
    found.sort(key=lambda pair: (pair[0] is not None, pair[0] or now, pair[1].source.id))
    return tuple(one for _, one in found)


def open_window(catalog: Catalog, source_id: int) -> Window | None:
    """The window in which a source may be scanned by itself now, if any."""
    schedule = schedule_of(catalog, source_id)
    if schedule is None or schedule.held:
        return None
    return window_at(schedule, catalog.settings.zone, catalog.clock.now())


def schedule_of(catalog: Catalog, source_id: int) -> Schedule | None:
    """The schedule of a source, for whoever scans it."""
    with catalog.reading() as connection:
        return stored.schedule(connection, source_id)


def allowance(catalog: Catalog, schedule: Schedule | None) -> Allowance:
    """What is left today of what a source may be burdened with; without a schedule there is no limit."""
    with catalog.reading() as connection:
        return _allowance(connection, catalog, schedule)


def _allowance(connection: Connection, catalog: Catalog, schedule: Schedule | None) -> Allowance:
    if schedule is None or (schedule.seconds_a_day is None and schedule.megabytes_a_day is None):
        return Allowance()
    since = day_began(catalog.settings.zone, catalog.clock.now())
    ms, size = scans.spent_since(connection, [schedule.source_id], since).get(schedule.source_id, (0, 0))
    return Allowance(
        None if schedule.seconds_a_day is None else 1000 * schedule.seconds_a_day - ms,
        None if schedule.megabytes_a_day is None else 1_000_000 * schedule.megabytes_a_day - size,
    )


def spent_today(actor: Actor, catalog: Catalog, source_ids: list[int]) -> Mapping[int, tuple[int, int]]:
    """What looks have cost each source today: milliseconds at work, bytes sent."""
    access.require(actor, Action.READ_RUNS)
    since: datetime = day_began(catalog.settings.zone, catalog.clock.now())
    with catalog.reading() as connection:
        return scans.spent_since(connection, source_ids, since)


def _set_hold(actor: Actor, catalog: Catalog, source_id: int, reason: str) -> None:
    access.require(actor, Action.MANAGE_SOURCES)
    action = "hold_source" if reason else "release_source"
    with catalog.changing(actor, action, f"source:{source_id}", reason) as change:
        schedule = stored.schedule(change.connection, source_id)
        if schedule is None:
            raise _no_schedule()
        held = replace(schedule, held=bool(reason), hold_reason=reason, set_by=actor.person_id, set_at=change.at)
        stored.put_schedule(change.connection, held)
        _tell(change, source_id, schedule, held)


def _tell(change: Change, source_id: int, before: Schedule | None, after: Schedule | None) -> None:
    change.compare(before, after)
    change.concerns(register.agency_of_source(change.connection, source_id))


def _told(terms: Terms) -> str:
    """The terms as the record has them; limits are in the units of their names."""
    limits = {
        "seconds": terms.seconds_a_day,
        "megabytes": terms.megabytes_a_day,
        "active": terms.most_active,
        "lag": terms.most_lag,
        "again": terms.look_again_days,
    }
    window = f"{','.join(terms.days)} {terms.opens:%H:%M}-{terms.closes:%H:%M}"
    return " ".join([window, *(f"{name}={'none' if limit is None else limit}" for name, limit in limits.items())])


def _refuse_nonsense(terms: Terms) -> None:
    if not terms.days or not set(terms.days) <= {day.value for day in Weekday}:
        known = ", ".join(day.value for day in Weekday)
        raise RequestError("The days of the schedule", "none is given, or one is not known", f"Use these: {known}.")
    limits = (terms.seconds_a_day, terms.megabytes_a_day, terms.most_active, terms.most_lag)
    if any(limit is not None and not 1 <= limit <= _GREATEST for limit in limits):
        raise RequestError(
            "A limit of the schedule", "it is no whole number from 1 to 1,000,000", "Leave it out for no limit."
        )
    if not 0 <= terms.look_again_days <= _GREATEST:
        raise RequestError("The days after which to look again", "they cannot be used", "Give 0 for never.")


def _no_source() -> NotFound:
    return NotFound("This source", "there is no such source", "See them under Scans.")


def _no_schedule() -> NotFound:
    return NotFound(
        "This source",
        "it has no schedule: it is scanned only when somebody asks",
        "Set one with: privacy-catalog schedule set.",
    )
