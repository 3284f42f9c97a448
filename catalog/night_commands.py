"""``schedule`` and ``run``: when sources are scanned by themselves, and the runs that do it."""

from collections.abc import Sequence
from datetime import datetime, time

import click

from catalog.cli import answer, needs, opened, say
from catalog.errors import RequestError
from catalog.model.holdings import Source
from catalog.model.runs import IntentKind
from catalog.model.schedules import Schedule, Weekday, last_window, next_window, window_at
from catalog.services import scans, schedules, sources
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog
from catalog.services.schedules import Terms

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_USUAL = Terms()
_WEEK = [day.value for day in Weekday]


@click.group()
def schedule() -> None:
    """Set when sources are scanned by themselves, and how much they may be burdened."""


@needs(Action.MANAGE_SOURCES)
@schedule.command("set")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--days", default="mon-sun", show_default=True, help="Days on which a night begins: mon-fri or mon,wed.")
@click.option("--opens", default=f"{_USUAL.opens:%H:%M}", show_default=True, help="Local time the window opens.")
@click.option("--closes", default=f"{_USUAL.closes:%H:%M}", show_default=True, help="Local time it closes.")
@click.option("--seconds", type=int, help="Seconds a day the source may be kept at work; no limit when left out.")
@click.option("--megabytes", type=int, help="Megabytes a day it may be asked to send; no limit when left out.")
@click.option(
    "--active",
    type=int,
    default=_USUAL.most_active,
    show_default=True,
    help="Statements of others at work from which on it is left alone; 0 for no limit.",
)
@click.option(
    "--lag",
    type=int,
    default=_USUAL.most_lag,
    show_default=True,
    help="Seconds a replica may lag before it is left alone; 0 for no limit.",
)
@click.option(
    "--again",
    type=int,
    default=_USUAL.look_again_days,
    show_default=True,
    help="Days after which what was only sampled is looked at again though unchanged; 0 for never.",
)
def set_schedule(
    names: Sequence[str],
    *,
    days: str,
    opens: str,
    closes: str,
    seconds: int | None,
    megabytes: int | None,
    active: int,
    lag: int,
    again: int,
) -> None:
    """Have the sources NAME scanned by themselves, every night or on some days.

    \b
    privacy-catalog schedule set permits --days mon-fri --opens 22:00 --closes 05:30 --seconds 600
    """  # noqa: D301 - click's mark for text that is not wrapped
    catalog, actor = opened(), local_administrator()
    terms = Terms(
        days=days_of(days),
        opens=_time(opens),
        closes=_time(closes),
        seconds_a_day=seconds,
        megabytes_a_day=megabytes,
        most_active=active or None,
        most_lag=lag or None,
        look_again_days=again,
    )
    for source in _named(catalog, names):
        made = schedules.put(actor, catalog, source.id, terms)
        say(f"{source.name}: {_next(catalog, made)}")


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
@click.option("--reason", required=True, help="Why; people see it.")
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


def _ask(name: str, kind: IntentKind) -> None:
    catalog, actor = opened(), local_administrator()
    scans.ask(actor, catalog, kind, sources.source_named(actor, catalog, name).id)
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
        return "its window is open now"
    window = next_window(schedule, zone, now)
    return f"its window opens next {window.opens.astimezone(zone):%a %Y-%m-%d %H:%M}" if window else "no window"


def _told(catalog: Catalog, source: Source, schedule: Schedule | None, spent: tuple[int, int]) -> dict[str, object]:
    ms, size = spent
    zone, now = catalog.settings.zone, catalog.clock.now()
    last = last_window(schedule, zone, now) if schedule else None
    return {
        "source": source.name,
        "days": ",".join(schedule.days) if schedule else "only when asked",
        "window": f"{schedule.opens:%H:%M}-{schedule.closes:%H:%M}" if schedule else "",
        "last_night": last.night.isoformat() if last else "",
        "seconds_today": f"{ms / 1000:.1f}{_of(schedule.seconds_a_day if schedule else None)}",
        "megabytes_today": f"{size / 1_000_000:.1f}{_of(schedule.megabytes_a_day if schedule else None)}",
        "on_hold": schedule.hold_reason if schedule and schedule.held else "",
    }


def _of(most: int | None) -> str:
    return f" of {most}" if most is not None else ""
