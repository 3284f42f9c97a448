"""Notices as an actor sees them, and the alarm of the first page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from catalog.model import report_notices, telling
from catalog.model.actors import Actor
from catalog.model.holdings import Agency, Source
from catalog.model.notice_views import Alarm, DeliveryLine, Failing, NoticeLine, NoticesPage, Silent
from catalog.model.notices import Delivery, DeliveryState, Notice, NoticeKind
from catalog.model.runs import RunState
from catalog.services import access, notices
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import notices as store
from catalog.store import people, register
from catalog.store import scans as stored_scans
from catalog.store.engine import Connection

#: Notices a page shows, and deliveries of each state.
_SHOWN = 200


def page(actor: Actor, catalog: Catalog) -> NoticesPage:
    """The latest notices about what this actor sees; for operators also the deliveries that have not arrived."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        kinds = set(NoticeKind)
        if not access.may(actor, Action.READ_PEOPLE):
            kinds.remove(NoticeKind.LOCAL_SIGN_IN)  # it names accounts
        if not access.may(actor, Action.READ_REPORTS):
            kinds -= report_notices.KINDS
        found = store.latest(connection, access.scope(actor, Action.READ_RUNS).agency_ids, kinds, _SHOWN)
        waiting, given_up = (
            _undelivered(connection, catalog, actor, state) for state in (DeliveryState.WAITING, DeliveryState.GIVEN_UP)
        )
        return NoticesPage(tuple(lines(connection, catalog, found)), waiting, given_up)


def lines(connection: Connection, catalog: Catalog, found: Sequence[Notice]) -> list[NoticeLine]:
    """Notices with what they are about, in the same order."""
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}
    sources = {source.id: source for source in register.all_sources(connection)}
    datasets = store.datasets_by_id(connection, {one.dataset_id for one in found if one.dataset_id is not None})
    types = catalog.taxonomy.types
    return [
        NoticeLine(
            notice=one,
            agency=agencies.get(one.agency_id or ""),
            source=sources.get(one.source_id or 0),
            dataset=datasets.get(one.dataset_id or 0),
            types=tuple(types[code] for code in one.type_codes if code in types),
        )
        for one in found
    ]


def alarm(actor: Actor, catalog: Catalog) -> Alarm:
    """What nobody may miss, within what this actor sees. It looks at schedules and runs itself: whoever was to write a
    notice may be what is silent.
    """
    access.require(actor, Action.READ_RUNS)
    now = catalog.clock.now()
    with catalog.reading() as connection:
        seen = _seen(connection, actor)
        quiet = notices.silences(connection, catalog.settings.zone, now)
        sends = access.may(actor, Action.ADMINISTER)
        given_up = store.count(connection, DeliveryState.GIVEN_UP, now - telling.ALARMING) if sends else 0
        overdue = store.overdue(connection, now - telling.OVERDUE) if sends else 0
        return Alarm(
            silent=tuple(
                _silent(*seen[one.schedule.source_id], one) for one in quiet if one.schedule.source_id in seen
            ),
            failing=_failing(connection, catalog, seen),
            given_up=given_up,
            overdue=overdue,
            by_password=_by_password(connection, actor, now),
        )


def _by_password(connection: Connection, actor: Actor, now: datetime) -> int:
    """How often somebody signed in by password of late, or an account was closed; for whoever looks after people."""
    if not access.may(actor, Action.READ_PEOPLE):
        return 0
    return store.count_told(connection, NoticeKind.LOCAL_SIGN_IN, now - telling.OF_LATE)


def _seen(connection: Connection, actor: Actor) -> Mapping[int, tuple[Source, Agency]]:
    """The sources this actor sees, without counting what is in them: the first page has enough to count."""
    agency_ids = access.scope(actor, Action.READ_RUNS).agency_ids
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}
    systems = {system.id: agencies[system.agency_id] for system in register.all_systems(connection)}
    return {
        source.id: (source, systems[source.system_id])
        for source in register.all_sources(connection)
        if agency_ids is None or systems[source.system_id].id in agency_ids
    }


def _silent(source: Source, agency: Agency, silence: notices.Silence) -> Silent:
    waits = silence.last.paused if silence.last else None
    return Silent(source, agency, silence.window.opens, silence.heard_at, waits)


def _failing(
    connection: Connection, catalog: Catalog, seen: Mapping[int, tuple[Source, Agency]]
) -> tuple[Failing, ...]:
    """Sources whose newest run failed, and that had failed on an earlier day."""
    zone, first = catalog.settings.zone, store.failing_since(connection, seen)
    found = []
    for source_id, last in stored_scans.last_run_by_source(connection, list(first)).items():
        since = first[source_id]
        days = [run.night or run.started_at.astimezone(zone).date() for run in (since, last)]
        if last.state is RunState.FAILED and days[0] < days[1]:
            found.append(Failing(*seen[source_id], last, since.started_at))
    return tuple(found)


def _undelivered(
    connection: Connection, catalog: Catalog, actor: Actor, state: DeliveryState
) -> tuple[DeliveryLine, ...]:
    if not access.may(actor, Action.ADMINISTER):
        return ()
    found: list[Delivery] = store.in_state(connection, state, _SHOWN)
    notices_of = store.by_id(connection, {one.notice_id for one in found})
    told = {line.notice.id: line for line in lines(connection, catalog, list(notices_of.values()))}
    readers = {person.id: person for person, _ in people.assigned(connection, catalog.clock.now())}
    return tuple(DeliveryLine(one, told[one.notice_id], readers.get(one.person_id or "")) for one in found)
