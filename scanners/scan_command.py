"""The command that scans: once, or as a service beside the web application."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from catalog.cli import answer, needs
from catalog.errors import SKIP_TEXT, Conflict, SourceError
from catalog.model.holdings import Source
from catalog.model.runs import Run, RunState
from catalog.services import indexing, scans, sources
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners.processes import Template
from scanners.runs import Progress, run_source
from scanners.watch import watch

#: Changes that wait for more before search learns of them, while there are more sources to scan.
_WORTH_INDEXING = 100


@needs(Action.RUN_SCANS)
@click.command()
@click.option("--source", "names", multiple=True, help="Scan only this source; may be given more than once.")
@click.option("--full", is_flag=True, help="Look at every dataset again, changed or not.")
@click.option("--workers", type=click.IntRange(1, 64), help="Datasets judged at the same time.")
@click.option("--watch", "watching", is_flag=True, help="Stay, and act on what the web application asks for.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def scan(names: Sequence[str], workers: int | None, *, full: bool, watching: bool, as_json: bool) -> None:
    """Scan every source, or some: list it, look at what is new or changed, and record what was found."""
    given = {"workers": workers} if workers else {}
    actor, catalog = local_administrator(), Catalog.open(Settings.load(**given))
    if watching:
        signal.signal(signal.SIGTERM, _stop)
        watch(actor, catalog)
        return
    chosen = [sources.source_named(actor, catalog, name) for name in names] or sources.all_sources(actor, catalog)
    runs = list(_scan_all(catalog, chosen, full=full, quiet=as_json))
    answer(
        [_told(catalog, source, run) for source, run in runs],
        as_json=as_json,
        title="Scans",
        empty="There is no source yet. Add one with: privacy-catalog source add --help",
    )
    if any(run is None or run.state is RunState.FAILED for _, run in runs):
        sys.exit(SourceError.exit_code)


def _scan_all(
    catalog: Catalog, chosen: Sequence[Source], *, full: bool, quiet: bool
) -> Iterator[tuple[Source, Run | None]]:
    """Scan one source after the other; one that fails does not keep the others from their turn."""
    with _bars(quiet=quiet) as bars, Template() as template:
        for source in chosen:
            task = bars.add_task(source.name, total=None)
            try:
                run = run_source(
                    local_administrator(),
                    catalog,
                    source,
                    full=full,
                    template=template,
                    watch=lambda progress, task=task: _show(bars, task, progress),  # type: ignore[misc]  # a default argument binds now
                )
            except Conflict:
                yield source, None
                continue
            bars.update(task, total=max(run.datasets_due, 1), completed=max(run.datasets_done, 1))
            indexing.refresh(catalog, least=_WORTH_INDEXING)
            yield source, run
    indexing.refresh(catalog)


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
