"""The command that scans: once, or as a service beside the web application."""

import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from catalog.cli import answer, needs
from catalog.errors import SKIP_TEXT, Conflict, SourceError
from catalog.model.holdings import Source
from catalog.model.runs import Run, RunState
from catalog.model.schedules import Window
from catalog.services import deliveries, indexing, scans, schedules, sources
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners.crew import Crew
from scanners.processes import Template
from scanners.runs import Progress, run_source
from scanners.watch import watch

#: Changes that wait for more before search learns of them, while there are more sources to scan.
_WORTH_INDEXING = 100


@needs(Action.RUN_SCANS)
@click.command()
@click.option("--source", "names", multiple=True, help="Scan only this source; may be given more than once.")
@click.option("--due", is_flag=True, help="Scan what is due by its schedule now, and keep to its window.")
@click.option("--full", is_flag=True, help="Look at every dataset again, changed or not.")
@click.option("--workers", type=click.IntRange(1, 64), help="Sources scanned, and datasets judged, at the same time.")
@click.option("--watch", "watching", is_flag=True, help="Stay: scan what is due, act on what the pages ask for.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def scan(names: Sequence[str], workers: int | None, *, due: bool, full: bool, watching: bool, as_json: bool) -> None:
    """Scan every source, some, or those that are due: list it, look at what is new or changed, and record what was
    found. A scan that was paused or killed goes on where it was.
    """
    given = {"workers": workers} if workers else {}
    actor, catalog = local_administrator(), Catalog.open(Settings.load(**given))
    signal.signal(signal.SIGTERM, _stop)
    if watching:
        watch(actor, catalog)
        return
    errands = _due(catalog, names) if due else _wanted(catalog, names)
    runs = _scan_all(catalog, errands, full=full, quiet=as_json)
    if due:
        deliveries.heartbeat(catalog)
    answer(
        [_told(catalog, errand.source, run) for errand, run in zip(errands, runs, strict=True)],
        as_json=as_json,
        title="Scans",
        empty="Nothing is due now. See the windows with: privacy-catalog schedule list"
        if due
        else "There is no source yet. Add one with: privacy-catalog source add --help",
    )
    if any(run is None or run.state is RunState.FAILED for run in runs):
        sys.exit(SourceError.exit_code)


@dataclass(frozen=True, slots=True)
class _Errand:
    """A source to be scanned, and the window to keep to."""

    source: Source
    window: Window | None = None


def _wanted(catalog: Catalog, names: Sequence[str]) -> list[_Errand]:
    actor = local_administrator()
    chosen = [sources.source_named(actor, catalog, name) for name in names] or sources.all_sources(actor, catalog)
    return [_Errand(source) for source in chosen]


def _due(catalog: Catalog, names: Sequence[str]) -> list[_Errand]:
    found = schedules.due(local_administrator(), catalog)
    return [_Errand(one.source, one.window) for one in found if not names or one.source.name in names]


def _scan_all(catalog: Catalog, errands: Sequence[_Errand], *, full: bool, quiet: bool) -> list[Run | None]:
    """Scan several sources at a time; one that fails does not keep the others from their turn."""
    with _bars(quiet=quiet) as bars, Template() as template, Crew(catalog.settings.workers) as crew:

        def one(errand: _Errand, task: TaskID) -> Run | None:
            try:
                run = run_source(
                    local_administrator(),
                    catalog,
                    errand.source,
                    full=full,
                    window=errand.window,
                    template=template,
                    watch=lambda progress: _show(bars, task, progress),
                    slots=crew.slots,
                    stopped=crew.stopped,
                )
            except Conflict:
                return None
            bars.update(task, total=max(run.datasets_due, 1), completed=max(run.datasets_done, 1))
            return run

        tasks = [(errand, bars.add_task(errand.source.name, total=None)) for errand in errands]
        going = [crew.start(errand.source.id, partial(one, errand, task)) for errand, task in tasks]
        for _ in as_completed(going):
            indexing.refresh(catalog, least=_WORTH_INDEXING)
        runs = [future.result() for future in going]
    indexing.refresh(catalog)
    return runs


@contextmanager
def _bars(*, quiet: bool) -> Iterator[Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), disable=quiet) as bars:
        yield bars


def _show(bars: Bars, task: TaskID, progress: Progress) -> None:
    bars.update(task, total=max(progress.due, 1), completed=progress.done)


def _told(catalog: Catalog, source: Source, run: Run | None) -> dict[str, object]:
    if run is None:
        counts: tuple[int, ...] = (0, 0, 0, 0)
    else:
        looks = scans.looks_of(local_administrator(), catalog, run.id)
        counts = (run.datasets_listed, looks.looked_at, looks.could_not_look, run.datasets_listed - run.datasets_due)
    return {
        "source": source.name,
        "state": run.state.value if run else "another run is going on",
        **dict(zip(("datasets", "looked_at", "could_not_look", "unchanged"), counts, strict=True)),
        "reason": SKIP_TEXT[run.reason] if run and run.reason else "",
    }


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
