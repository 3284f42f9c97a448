"""The command that scans: once, or as a service beside the web application."""

import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, as_completed, wait
from contextlib import ExitStack, contextmanager
from types import FrameType, TracebackType
from typing import Self, TypeAlias

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from catalog.cli import answer, needs
from catalog.errors import SKIP_TEXT, SourceError
from catalog.model.holdings import Source
from catalog.model.runs import Run, RunState
from catalog.model.schedules import Window
from catalog.services import audit, deliveries, indexing, scans, schedules, sources
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners.attempt import attempt
from scanners.crew import Crew
from scanners.processes import Template
from scanners.runs import Progress
from scanners.watch import watch

#: Changes that wait for more before search learns of them, while there are more sources to scan.
_WORTH_INDEXING = 100
#: Seconds after which it is asked again what is due, while something goes on.
_ASK_AGAIN = 60.0

#: A source, and its run or why there was none.
_Done: TypeAlias = tuple[Source, Run | str]


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
    with _Round(catalog, full=full, quiet=as_json) as scanning:
        done = scanning.due(names) if due else scanning.once(_wanted(catalog, names))
    indexing.refresh(catalog)
    if due:
        deliveries.heartbeat(catalog)
    answer(
        [_told(catalog, source, run) for source, run in done],
        as_json=as_json,
        title="Scans",
        empty="Nothing is due now. See the windows with: privacy-catalog schedule list"
        if due
        else "There is no source yet. Add one with: privacy-catalog source add --help",
    )
    if due:
        audit.anchor(actor, catalog)
    if any(isinstance(run, str) or run.state is RunState.FAILED for _, run in done):
        sys.exit(SourceError.exit_code)


def _wanted(catalog: Catalog, names: Sequence[str]) -> Sequence[Source]:
    actor = local_administrator()
    return [sources.source_named(actor, catalog, name) for name in names] or sources.all_sources(actor, catalog)


class _Round:
    """Scans several sources at a time, with a bar for each; one that fails does not keep the others from their turn."""

    def __init__(self, catalog: Catalog, *, full: bool, quiet: bool) -> None:
        self._catalog, self._full = catalog, full
        self._stack = ExitStack()
        self._bars = self._stack.enter_context(_bars(quiet=quiet))
        self._template = self._stack.enter_context(Template())
        self._crew = self._stack.enter_context(Crew(catalog.settings.workers))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def once(self, wanted: Sequence[Source]) -> list[_Done]:
        """Scan these sources."""
        going = [self._start(source, None) for source in wanted]
        for _ in as_completed(going):
            indexing.refresh(self._catalog, least=_WORTH_INDEXING)
        return [future.result() for future in going]

    def due(self, names: Sequence[str]) -> list[_Done]:
        """Scan what is due, and what becomes due while something goes on: one long night keeps nobody from theirs."""
        started: list[Future[_Done]] = []
        going: set[Future[_Done]] = set()
        refused: set[int] = set()
        while True:
            refused |= {
                source.id for source, run in (one.result() for one in started if one.done()) if isinstance(run, str)
            }
            for one in schedules.due(local_administrator(), self._catalog):
                wanted = not names or one.source.name in names
                if wanted and one.source.id not in refused and not self._crew.is_at(one.source.id):
                    started.append(self._start(one.source, one.window))
                    going.add(started[-1])
            if not going:
                return [future.result() for future in started]
            _, going = wait(going, timeout=_ASK_AGAIN, return_when=FIRST_COMPLETED)
            indexing.refresh(self._catalog, least=_WORTH_INDEXING)

    def _start(self, source: Source, window: Window | None) -> Future[_Done]:
        task = self._bars.add_task(source.name, total=None)
        return self._crew.start(source.id, lambda: (source, self._scan(source, window, task)))

    def _scan(self, source: Source, window: Window | None, task: TaskID) -> Run | str:
        run = attempt(
            local_administrator(),
            self._catalog,
            source,
            full=self._full,
            window=window,
            template=self._template,
            watch=lambda progress: _show(self._bars, task, progress),
            slots=self._crew.slots,
            stopped=self._crew.stopped,
        )
        if isinstance(run, Run):
            self._bars.update(task, total=max(run.datasets_due, 1), completed=max(run.datasets_done, 1))
        return run


@contextmanager
def _bars(*, quiet: bool) -> Iterator[Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), disable=quiet) as bars:
        yield bars


def _show(bars: Bars, task: TaskID, progress: Progress) -> None:
    bars.update(task, total=max(progress.due, 1), completed=progress.done)


def _told(catalog: Catalog, source: Source, run: Run | str) -> dict[str, object]:
    counts: tuple[int, ...] = (0, 0, 0, 0)
    if isinstance(run, Run):
        looks = scans.looks_of(local_administrator(), catalog, run.id)
        counts = (run.datasets_listed, looks.looked_at, looks.could_not_look, run.datasets_listed - run.datasets_due)
    return {
        "source": source.name,
        "state": run if isinstance(run, str) else run.state.value,
        **dict(zip(("datasets", "looked_at", "could_not_look", "unchanged"), counts, strict=True)),
        "reason": _why(run) if isinstance(run, Run) else "",
    }


def _why(run: Run) -> str:
    if run.paused:
        return f"it waits: {run.paused.value}"
    return SKIP_TEXT[run.reason] if run.reason else ""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
