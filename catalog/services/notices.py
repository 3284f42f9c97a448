"""Noticing: what a run, or its absence, has to tell people without being asked. Each thing is told once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from catalog.model import report_notices, telling
from catalog.model.actors import Actor
from catalog.model.coverage import MOST_TRIES, TRIES
from catalog.model.identifiers import Tier
from catalog.model.notice_words import PAUSED, REMOVALS
from catalog.model.notices import Channel, Delivery, DeliveryState, Notice, NoticeKind
from catalog.model.runs import Outcome, PauseReason, Run, RunState
from catalog.model.schedules import Schedule, Window, last_window, window_of_night, windows
from catalog.services import access, report_reminders, vanished
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import changes, holdings, people, register, scans, schedules
from catalog.store import notices as store
from catalog.store.engine import Connection

#: Datasets with new sensitive types in one run that are told one by one; more are told as one.
_MOST_TOLD = 25


@dataclass(frozen=True, slots=True)
class Silence:
    """A schedule of which nothing was heard since ``window`` opened; the source's run that waits or was killed, or its
    newest; and when it was heard of last.
    """

    schedule: Schedule
    window: Window
    last: Run | None
    heard_at: datetime | None


def after_run(change: Change, catalog: Catalog, run: Run) -> None:
    """Notice what a run that has just ended has to tell; in the transaction that ends it.

    Parameters:
        run: the run as it ended.
    """
    connection = change.connection
    outcomes = store.outcomes_to_tell(connection, run.id)
    found = [
        *_failure(connection, catalog.settings.zone, run, change.at),
        *_sensitive(connection, catalog, run, outcomes, change.at),
        *_set_aside(connection, run, outcomes, change.at),
    ]
    for notice in found:
        tell(connection, catalog, notice)


def look_around(actor: Actor, catalog: Catalog) -> int:
    """Notice what no run tells: nights that said nothing, runs that failed and were not tried again, and what waits for
    a person's word.

    Returns:
        How many things are told that were not told before.
    """
    access.require(actor, Action.ADMINISTER)
    now, zone = catalog.clock.now(), catalog.settings.zone
    told: list[Notice] = []
    held_back = vanished.waiting(actor, catalog)
    with catalog.reading() as connection:
        found = [
            *_quiet(connection, zone, now),
            *_left_failed(connection, zone, now),
            *_left_paused(connection, now),
        ]
        reminders = report_reminders.found(connection, catalog)
        unsent = store.unsent(connection, report_notices.KINDS)
    found += [_held_back(one, now) for one in held_back]

    def write(connection: Connection) -> None:
        told.extend(notice for notice in found if tell(connection, catalog, notice))
        for one in reminders:
            if tell(connection, catalog, one.notice, one.person_id):
                report_reminders.note_told(connection, catalog, one)
                told.append(one.notice)
        report_reminders.settle(connection, reminders)

    if found or reminders or unsent:
        catalog.note(write)
    return len(told)


def reach_somebody(actor: Actor, catalog: Catalog) -> bool:
    """Whether what operators have to know leaves this machine: by webhook, or to an operator with an address.

    Roles through groups do not count: whom they are held by is known at sign-in alone, and without an address.
    """
    access.require(actor, Action.ADMINISTER)
    if catalog.settings.webhook_url:
        return True
    with catalog.reading() as connection:
        held = people.assigned(connection, catalog.clock.now())
    return bool(catalog.settings.smtp_host and telling.audience(NoticeKind.QUIET_NIGHT, None, held))


def silences(connection: Connection, zone: ZoneInfo, now: datetime) -> Sequence[Silence]:
    """The schedules of which nothing was heard since their last window opened; those on hold left out."""
    kept = [one for one in schedules.all_schedules(connection) if not one.held]
    newest = scans.last_run_by_source(connection, [one.source_id for one in kept])
    asked = [
        (one, window)
        for one in kept
        if (window := last_window(one, zone, now)) and telling.may_be_quiet(one, window, newest.get(one.source_id))
    ]
    ids = [one.source_id for one, _ in asked]
    last, heard = newest | store.unended(connection, ids), store.heard_at(connection, ids)
    found = [Silence(one, window, last.get(one.source_id), heard.get(one.source_id)) for one, window in asked]
    return [one for one in found if telling.is_quiet(one.window, one.last, one.heard_at, now)]


def tell(connection: Connection, catalog: Catalog, notice: Notice, person_id: str = "") -> bool:
    """Write a notice and send it on its way to everybody it is for; False where one of its key was told before.

    Parameters:
        person_id: who is told by name, beside those whose role it is.
    """
    agency_id = notice.agency_id or _agency_of(connection, notice.source_id)
    stored = store.add(connection, replace(notice, agency_id=agency_id))
    if stored is not None:
        store.add_deliveries(connection, _deliveries(connection, catalog, stored, person_id))
    return stored is not None


def _failure(connection: Connection, zone: ZoneInfo, run: Run, now: datetime) -> Iterator[Notice]:
    """One notice for each streak of failures and week of it."""
    first = store.failing_since(connection, [run.source_id]).get(run.source_id)
    if run.state is RunState.FAILED and first and not telling.is_tried_again(run, _window(connection, zone, run), now):
        key = f"failed:{run.source_id}:{first.id}:{telling.weeks(first.started_at, run.ended_at or now)}"
        yield replace(_of_run(run, NoticeKind.SOURCE_FAILED, key, now), reason=run.reason)


def _window(connection: Connection, zone: ZoneInfo, run: Run) -> Window | None:
    """The window of the night a run is for, where its source is still scanned by itself."""
    schedule = schedules.schedule(connection, run.source_id)
    if run.night is None or schedule is None or schedule.held:
        return None
    return window_of_night(schedule, zone, run.night)


def _left_failed(connection: Connection, zone: ZoneInfo, now: datetime) -> Iterator[Notice]:
    """Runs that failed once and that their night did not try again."""
    scheduled = [one.source_id for one in schedules.all_schedules(connection)]
    for run in scans.last_run_by_source(connection, scheduled).values():
        if run.state is RunState.FAILED and run.night is not None:
            yield from _failure(connection, zone, run, now)


def _sensitive(
    connection: Connection, catalog: Catalog, run: Run, outcomes: Sequence[Outcome], at: datetime
) -> Iterator[Notice]:
    """Sensitive types in datasets that were looked at before, or that came after the source's first complete run.

    What that run finds, and what a first look at a dataset it listed finds, was there before anybody looked.
    """
    first = changes.first_complete_runs(connection, [run.source_id]).get(run.source_id)
    new = {one.dataset_id: codes for one in outcomes if (codes := _grave(catalog, one.types_new))}
    if first is None or not new:
        return
    before, known = store.looked_at_before(connection, new, run.id), store.datasets_by_id(connection, new)
    came = {one.id for one in known.values() if one.first_seen_at > (first.ended_at or at)}
    told = {dataset_id: codes for dataset_id, codes in new.items() if dataset_id in before or dataset_id in came}
    if len(told) > _MOST_TOLD:
        every = tuple(sorted({code for codes in told.values() for code in codes}))
        yield replace(_of_run(run, NoticeKind.SENSITIVE_TYPE, f"sensitive:{run.id}", at), type_codes=every)
        return
    for dataset_id, grave in told.items():
        notice = _of_run(run, NoticeKind.SENSITIVE_TYPE, f"sensitive:{run.id}:{dataset_id}", at)
        yield replace(notice, dataset_id=dataset_id, type_codes=grave)


def _set_aside(connection: Connection, run: Run, outcomes: Sequence[Outcome], at: datetime) -> Iterator[Notice]:
    """One notice for each dataset that is no longer tried by itself, until it has been looked at again."""
    failed = {one.dataset_id: one.reason for one in outcomes if one.reason in TRIES}
    looks = holdings.coverage_by_id(connection, list(failed))
    aside = [dataset_id for dataset_id in failed if looks[dataset_id].failures >= MOST_TRIES]
    before = store.looked_at_before(connection, aside, run.id)
    for dataset_id in aside:
        key = f"set_aside:{dataset_id}:{before.get(dataset_id, 0)}"
        notice = _of_run(run, NoticeKind.SET_ASIDE, key, at)
        yield replace(notice, dataset_id=dataset_id, reason=failed[dataset_id])


def _quiet(connection: Connection, zone: ZoneInfo, now: datetime) -> Iterator[Notice]:
    for one in silences(connection, zone, now):
        source_id = one.schedule.source_id
        told = store.of_source(connection, source_id, NoticeKind.QUIET_NIGHT, one.heard_at)
        if telling.is_told_again(told, _nights(one, zone, now), now):
            key = f"quiet:{source_id}:{one.window.night.isoformat()}"
            waits = one.last.id if one.last and one.last.ended_at is None else None
            yield Notice(0, key, NoticeKind.QUIET_NIGHT, None, source_id, waits, None, (), None, now)


def _nights(silence: Silence, zone: ZoneInfo, now: datetime) -> int:
    """How many windows in a row said nothing, as far as a week shows."""
    since = max(silence.schedule.set_at, silence.heard_at or silence.schedule.set_at)
    latest = windows(silence.schedule, zone, now.astimezone(zone).date(), -1)
    return sum(window.opens >= since and window.closes <= now for window in latest)


def _left_paused(connection: Connection, now: datetime) -> Iterator[Notice]:
    for run in store.paused_runs(connection):
        if run.paused is PauseReason.PERSON and now - run.last_progress_at >= telling.PAUSED_LONG:
            key = f"{PAUSED}:{run.id}:{run.last_progress_at:%Y%m%d%H%M%S}"
            yield _of_run(run, NoticeKind.NEEDS_A_PERSON, key, now)


def _held_back(waiting: vanished.Waiting, now: datetime) -> Notice:
    """Told once while the same dataset is the first of those that wait."""
    first = min(dataset.id for dataset in waiting.vanished.held_back)
    key = f"{REMOVALS}:{waiting.source.id}:{first}"
    return Notice(0, key, NoticeKind.NEEDS_A_PERSON, None, waiting.source.id, None, None, (), None, now)


def _of_run(run: Run, kind: NoticeKind, key: str, at: datetime) -> Notice:
    return Notice(0, key, kind, None, run.source_id, run.id, None, (), None, at)


def _agency_of(connection: Connection, source_id: int | None) -> str | None:
    source = register.source(connection, source_id) if source_id is not None else None
    systems = {system.id: system for system in register.all_systems(connection)}
    return systems[source.system_id].agency_id if source else None


def _grave(catalog: Catalog, codes: Sequence[str]) -> tuple[str, ...]:
    types = catalog.taxonomy.types
    return tuple(code for code in codes if code in types and types[code].tier >= Tier.SENSITIVE)


def _deliveries(connection: Connection, catalog: Catalog, notice: Notice, person_id: str) -> Iterator[Delivery]:
    """The ways a notice goes: those that are set up."""
    if catalog.settings.webhook_url:
        yield _delivery(notice, Channel.WEBHOOK, None)
    if catalog.settings.smtp_host:
        held = people.assigned(connection, notice.at)
        for person in telling.audience(notice.kind, notice.agency_id, held, person_id):
            yield _delivery(notice, Channel.EMAIL, person.id)


def _delivery(notice: Notice, channel: Channel, person_id: str | None) -> Delivery:
    return Delivery(0, notice.id, channel, person_id, DeliveryState.WAITING, 0, notice.at, None, "")
