"""What people see of sources and their nights."""

from collections.abc import Mapping

from catalog.errors import NotFound
from catalog.model.actors import Actor
from catalog.model.night_views import Nights, SourcePage
from catalog.model.schedules import Schedule, day_began, last_window, next_window, window_at
from catalog.services import access, scans
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import changes, schedules
from catalog.store import scans as stored

_RUNS_SHOWN = 14
_INTENTS_SHOWN = 10


def of_sources(actor: Actor, catalog: Catalog) -> Mapping[int, Nights]:
    """The nights of every source this actor sees."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        seen = scans.source_lines(connection, actor)
        known = {schedule.source_id: schedule for schedule in schedules.all_schedules(connection)}
    return {line.source.id: _nights(catalog, known.get(line.source.id)) for line in seen}


def source(actor: Actor, catalog: Catalog, source_id: int) -> SourcePage:
    """One source.

    Raises:
        NotFound: when there is no such source that the actor may see.
    """
    access.require(actor, Action.READ_RUNS)
    since = day_began(catalog.settings.zone, catalog.clock.now())
    with catalog.reading() as connection:
        line = next((one for one in scans.source_lines(connection, actor) if one.source.id == source_id), None)
        if line is None:
            raise NotFound("This source", "there is no such source that you may see", "See them under Scans.")
        ms, size = stored.spent_since(connection, [source_id], since).get(source_id, (0, 0))
        return SourcePage(
            line=line,
            nights=_nights(catalog, schedules.schedule(connection, source_id)),
            ms_today=ms,
            bytes_today=size,
            runs=scans.run_lines(connection, actor, _RUNS_SHOWN, [source_id]),
            intents=tuple(stored.intents_of(connection, [source_id], _INTENTS_SHOWN)),
            missing=sum(one.retired_at is None for one in changes.missing(connection, [source_id], since)),
        )


def _nights(catalog: Catalog, schedule: Schedule | None) -> Nights:
    if schedule is None:
        return Nights(None)
    zone, now = catalog.settings.zone, catalog.clock.now()
    return Nights(
        schedule, window_at(schedule, zone, now), last_window(schedule, zone, now), next_window(schedule, zone, now)
    )
