"""``schedule`` and ``run``: when sources are scanned by themselves, and the runs that do it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import click

from catalog.cli import answer, needs, opened, say
from catalog.errors import Conflict, RequestError
from catalog.model.holdings import Source
from catalog.model.runs import IntentKind, RunState
from catalog.model.schedules import Schedule, Weekday, next_window, window_at
from catalog.services import scans, schedules, sources
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_WEEK = [day.value for day in Weekday]


@click.group()
def schedule() -> None:
    """Set when sources are scanned by themselves, and how much they may be burdened."""


@needs(Action.MANAGE_SOURCES)
@schedule.command("set")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--days", help="Days on which a night begins: mon-fri or mon,wed. At first: every day.")
@click.option("--opens", help="Local time the window opens. At first: 22:00.")
@click.option("--closes", help="Local time it closes. At first: 06:00.")
@click.option(
    "--seconds", type=int, help="Seconds a day the source may be kept at work; 0 for no limit. At first: none."
)
@click.option("--megabytes", type=int, help="Megabytes a day it may be asked to send; 0 for no limit. At first: none.")
@click.option(
    "--active", type=int, help="Statements of others at work that make it busy; 0 for no limit. At first: 16."
)
@click.option("--lag", type=int, help="Seconds a replica may lag; 0 for no limit. At first: 60.")
@click.option("--again", type=int, help="Days until what was only sampled is looked at again; 0: never. At first: 30.")
def set_schedule(names: Sequence[str], **given: str | int | None) -> None:
    """Have the sources NAME scanned by themselves, every night or on some days. What is not given stays as it was set.

    \b
    privacy-catalog schedule set permits --days mon-fri --opens 22:00 --closes 05:30 --seconds 600
    """  # noqa: D301 - click's mark for text that is not wrapped
    catalog, actor = opened(), local_administrator()
    changed = _changed(given)
    known = schedules.all_of(actor, catalog)
    for source in _named(catalog, names):
        terms = replace(schedules.terms_of(known.get(source.id)), **changed)
        made = schedules.put(actor, catalog, source.id, terms)
        say(f"{source.name}: its window opens {_next(catalog, made)}, and the source is scanned in it.")


@needs(Action.READ_RUNS)
@schedule.command("list")
@as_json
def list_schedules(*, as_json: bool) -> None:
    """List the sources with their windows, limits and holds."""
    catalog, actor = opened(), local_administrator()
    known = schedules.all_of(actor, catalog)
    found = sources.all_sources(actor, catalog)
    spent = schedules.spent_today(actor, catalog, [source.id for source in found])
    answer(
        [_told(catalog, source, known.get(source.id), spent.get(source.id, (0, 0))) for source in found],
        as_json=as_json,
        title=f"Schedules ({catalog.settings.timezone})",
        empty="There is no source yet. Add one with: privacy-catalog source add --help",
    )


@needs(Action.MANAGE_SOURCES)
@schedule.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--reason", required=True, help="Why; people see it, and the audit log keeps it for good: name nobody.")
def hold(names: Sequence[str], *, reason: str) -> None:
    """Put the sources NAME on hold: they are not scanned by themselves until they are released."""
    catalog = opened()
    for source in _named(catalog, names):
        schedules.hold(local_administrator(), catalog, source.id, reason)
        say(f"{source.name} is on hold.")


@needs(Action.MANAGE_SOURCES)
@schedule.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def release(names: Sequence[str]) -> None:
    """Have the sources NAME scanned by themselves again."""
    catalog = opened()
    for source in _named(catalog, names):
        schedules.release(local_administrator(), catalog, source.id)
        say(f"{source.name} is scanned by itself again.")


@needs(Action.MANAGE_SOURCES)
@schedule.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def remove(names: Sequence[str]) -> None:
    """Have the sources NAME scanned only when somebody asks."""
    catalog = opened()
    for source in _named(catalog, names):
        schedules.remove(local_administrator(), catalog, source.id)
        say(f"{source.name} has no schedule any more.")


@click.group()
def run() -> None:
    """See the runs that scanned sources; pause, resume or cancel what goes on."""


@needs(Action.READ_RUNS)
@run.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@as_json
def list_runs(limit: int, *, as_json: bool) -> None:
    """List the latest runs."""
    rows = [
        {
            "run": line.run.id,
            "source": line.source.name,
            "state": line.run.state.value,
            "done": line.run.datasets_done,
            "due": line.run.datasets_due,
            "began": line.run.started_at.isoformat(timespec="seconds"),
            "ended": line.run.ended_at.isoformat(timespec="seconds") if line.run.ended_at else "",
            "waits_for": line.run.paused.value if line.run.paused else "",
        }
        for line in scans.runs(local_administrator(), opened(), limit)
    ]
    answer(rows, as_json=as_json, title="Runs", empty="Nothing has been scanned yet.")


@needs(Action.RUN_SCANS)
@run.command()
@click.argument("name")
def pause(name: str) -> None:
    """Have the run of the source NAME wait until it is resumed; what it has done stays done."""
    _ask(name, IntentKind.PAUSE)


@needs(Action.RUN_SCANS)
@run.command()
@click.argument("name")
def resume(name: str) -> None:
    """Have the paused run of the source NAME go on where it was."""
    _ask(name, IntentKind.RESUME)


@needs(Action.RUN_SCANS)
@run.command()
@click.argument("name")
def cancel(name: str) -> None:
    """Cancel the run of the source NAME; what it has done stays done."""
    _ask(name, IntentKind.CANCEL)


def days_of(text: str) -> tuple[str, ...]:
    """The days in ``mon-fri``, ``sat,sun`` or both joined.

    Raises:
        RequestError: for what is no day.
    """
    found: set[str] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        last = last if dash else first
        if first not in _WEEK or last not in _WEEK:
            known = ", ".join(_WEEK)
            raise RequestError("The days", "one of them is not known", f"Use {known}, such as mon-fri or sat,sun.")
        start, length = _WEEK.index(first), (_WEEK.index(last) - _WEEK.index(first)) % len(_WEEK)
        found.update(_WEEK[(start + step) % len(_WEEK)] for step in range(length + 1))
    return tuple(day for day in _WEEK if day in found)


def _changed(given: Mapping[str, str | int | None]) -> dict[str, Any]:
    """The terms that were given, as a schedule has them."""
    read: Mapping[str, tuple[str, Callable[[Any], object]]] = {
        "days": ("days", days_of),
        "opens": ("opens", _time),
        "closes": ("closes", _time),
        "seconds": ("seconds_a_day", lambda limit: limit or None),
        "megabytes": ("megabytes_a_day", lambda limit: limit or None),
        "active": ("most_active", lambda limit: limit or None),
        "lag": ("most_lag", lambda limit: limit or None),
        "again": ("look_again_days", int),
    }
    return {read[name][0]: read[name][1](value) for name, value in given.items() if value is not None}


def _ask(name: str, kind: IntentKind) -> None:
    catalog, actor = opened(), local_administrator()
    source = sources.source_named(actor, catalog, name)
    run = scans.open_run(actor, catalog, source.id)
    if run is None or (kind is IntentKind.RESUME and run.state is not RunState.PAUSED):
        cause = "no run of it waits" if kind is IntentKind.RESUME else "no run of it is going on"
        raise Conflict(f"Source {name}", cause, "See the runs with: privacy-catalog run list.")
    scans.ask(actor, catalog, kind, source.id)
    say(f"Asked to {kind.value} the run of {name}; whoever scans acts on it within seconds.")


def _named(catalog: Catalog, names: Sequence[str]) -> list[Source]:
    return [sources.source_named(local_administrator(), catalog, name) for name in names]


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone of its own
    except ValueError:
        raise RequestError(f"The time {text!r}", "it is not HH:MM", "Write, for example, 22:00.") from None


def _next(catalog: Catalog, schedule: Schedule) -> str:
    zone, now = catalog.settings.zone, catalog.clock.now()
    if window_at(schedule, zone, now):
        return "now"
    window = next_window(schedule, zone, now)
    return f"{window.opens.astimezone(zone):%a %Y-%m-%d %H:%M}" if window else "never"


def _told(catalog: Catalog, source: Source, schedule: Schedule | None, spent: tuple[int, int]) -> dict[str, object]:
    ms, size = spent
    return {
        "source": source.name,
        "days": ",".join(schedule.days) if schedule else "only when asked",
        "window": f"{schedule.opens:%H:%M}-{schedule.closes:%H:%M}" if schedule else "",
        "opens_next": _next(catalog, schedule) if schedule and not schedule.held else "",
        "seconds_today": f"{ms / 1000:.1f}{_of(schedule.seconds_a_day if schedule else None)}",
        "megabytes_today": f"{size / 1_000_000:.1f}{_of(schedule.megabytes_a_day if schedule else None)}",
        "on_hold": schedule.hold_reason if schedule and schedule.held else "",
    }


def _of(most: int | None) -> str:
    return f" of {most}" if most is not None else ""
