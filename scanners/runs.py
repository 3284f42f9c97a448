"""Runs: list a source, hand each due dataset to a confined child, record every result as it comes.

Only the coordinator here writes to the catalog, one transaction per result, so killing anything anywhere loses
nothing and repeats at most one dataset per worker. Tasks carry references, results carry no values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue

from catalog.errors import Conflict, SkipReason, SourceError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.runs import DatasetResult, Run, RunState
from catalog.services import recognisers, recording, scans
from catalog.services.catalog import Catalog
from scanners.processes import Template
from scanners.supervisor import MOST_DEATHS, Listed, Supervisor, Unlisted


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, for whoever watches."""

    source: Source
    done: int
    due: int
    could_not_look: int


Watcher = Callable[[Progress], None]


def run_source(
    actor: Actor,
    catalog: Catalog,
    source: Source,
    *,
    full: bool = False,
    watch: Watcher = lambda _: None,
    template: Template | None = None,
) -> Run:
    """Run over one source, or take up its killed run where it was. Search has to be brought up to date afterwards.

    Parameters:
        full: look at every dataset again, changed or not.
        watch: told after each dataset.
        template: makes the children; one of this run's own when none is given.

    Raises:
        Conflict: when a run of this source is going on.
    """
    with (
        scans.locked(actor, catalog, source.id) as held,
        nullcontext(template) if template else Template() as maker,
        _children(catalog, source, maker) as children,
    ):
        if not held:
            raise Conflict(f"Source {source.name}", "a run of it is going on", "Wait for it, or cancel it.")
        run = recording.begin(actor, catalog, source.id, seed=_seed(catalog), full=full)
        try:
            everything = _listing(children[0])
        except SourceError as error:
            return recording.finish(actor, catalog, run.id, RunState.FAILED, error.reason)
        listed = {one.safe.name.key: one for one in everything if isinstance(one, Listed)}
        unlisted = [(one.safe, one.reason) for one in everything if isinstance(one, Unlisted)]
        due = recording.record_listing(actor, catalog, run, [one.safe for one in listed.values()], unlisted)
        job = _Job(actor, catalog, source, run, {key: (listed[key], due[key]) for key in due})
        return recording.finish(actor, catalog, run.id, _judge_all(job, children, watch))


@dataclass(frozen=True, slots=True)
class _Job:
    """What a run has to judge: the due datasets by key, each with its id in the catalog."""

    actor: Actor
    catalog: Catalog
    source: Source
    run: Run
    due: Mapping[str, tuple[Listed, int]]


def _seed(catalog: Catalog) -> int:
    """Another sample every night, the same one all night."""
    return catalog.clock.now().date().toordinal()


def _listing(child: Supervisor) -> list[Listed | Unlisted]:
    """The whole listing; a child that dies over it is replaced as it would be over a dataset."""
    for _ in range(MOST_DEATHS - 1):
        try:
            return list(child.list())
        except SourceError as error:
            if error.reason is not SkipReason.CRASHED:
                raise
    return list(child.list())


def _judge_all(job: _Job, children: Sequence[Supervisor], watch: Watcher) -> RunState:
    failed, total = 0, len(job.due)
    watch(Progress(job.source, 0, total, 0))
    for done, (one, result) in enumerate(_judged(job, children), start=1):
        key = one.safe.name.key
        recording.record_result(job.actor, job.catalog, job.run.id, job.due[key][1], one.safe.change_key, result)
        failed += result.reason is not None
        watch(Progress(job.source, done, total, failed))
        wish = scans.cancellation(job.catalog, job.source.id)
        if wish is not None:
            scans.take(job.actor, job.catalog, wish)
            scans.answer(job.actor, job.catalog, wish, f"run {job.run.id} cancelled after {done} of {total} datasets")
            return RunState.CANCELLED
    return RunState.DONE


def _judged(job: _Job, children: Sequence[Supervisor]) -> Iterator[tuple[Listed, DatasetResult]]:
    """Judge in parallel, each child one dataset at a time; at most twice as many datasets under way as children."""
    free: SimpleQueue[Supervisor] = SimpleQueue()
    for child in children:
        free.put(child)

    def judge(one: Listed) -> tuple[Listed, DatasetResult]:
        child = free.get()
        try:
            return one, child.scan(one, rows=job.catalog.settings.sample_rows, seed=job.run.seed)
        finally:
            free.put(child)

    waiting = iter([one for one, _ in job.due.values()])
    with ThreadPoolExecutor(len(children)) as pool:
        try:
            under_way = {pool.submit(judge, one) for one in islice(waiting, 2 * len(children))}
            while under_way:
                finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                under_way |= {pool.submit(judge, one) for one in islice(waiting, len(finished))}
                for future in finished:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _children(catalog: Catalog, source: Source, template: Template) -> Iterator[Sequence[Supervisor]]:
    """One supervisor per worker; each starts its process when it is first asked something."""
    children = [_supervisor(catalog, source, template) for _ in range(catalog.settings.workers)]
    try:
        yield children
    finally:
        for child in children:
            child.close()


@contextmanager
def supervisor(
    catalog: Catalog, source: Source, template: Template, tried: Sequence[str] | None = None
) -> Iterator[Supervisor]:
    """One supervised child for a source; with ``tried``, one that judges with these recognisers as well."""
    child = _supervisor(catalog, source, template, tried)
    try:
        yield child
    finally:
        child.close()


def _supervisor(catalog: Catalog, source: Source, template: Template, tried: Sequence[str] | None = None) -> Supervisor:
    return Supervisor(
        source.kind,
        source.options,
        settings=catalog.settings,
        names_key=catalog.names_key,
        template=template,
        recognisers=recognisers.in_use_texts(catalog),
        tried=tried,
    )
