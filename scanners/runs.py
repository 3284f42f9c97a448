"""Runs: list a source, hand each due dataset to a confined child, record every result as it comes.

Only the coordinator here writes to the catalog, one transaction per result, so killing anything anywhere loses
nothing and repeats at most one dataset per worker. Tasks carry references, results carry no values.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

from catalog.errors import Conflict, SourceError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.runs import DatasetResult, ListedDataset, Run, RunState
from catalog.services import indexing, recording, scans
from catalog.services.catalog import Catalog
from scanners.supervisor import Listed, Supervisor, Unlisted


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, for whoever watches."""

    source: Source
    done: int
    due: int
    could_not_look: int


Watcher = Callable[[Progress], None]


def run_source(
    actor: Actor, catalog: Catalog, source: Source, *, full: bool = False, watch: Watcher = lambda _: None
) -> Run:
    """Run over one source, or take up its killed run where it was.

    Parameters:
        full: look at every dataset again, changed or not.
        watch: told after each dataset.

    Raises:
        Conflict: when a run of this source is going on.
    """
    with scans.locked(actor, catalog, source.id) as held:
        if not held:
            raise Conflict(f"Source {source.name}", "a run of it is going on", "Wait for it, or cancel it.")
        run = recording.begin(actor, catalog, source.id, seed=_seed(catalog), full=full)
        try:
            listed, unlisted = _list(catalog, source)
        except SourceError as error:
            return recording.finish(actor, catalog, run.id, RunState.FAILED, error.reason)
        due = recording.record_listing(
            actor,
            catalog,
            run,
            [one.safe for one in listed.values()],
            [(one.safe, one.reason) for one in unlisted],
        )
        tasks = {key: listed[key] for key in due}
        state = _judge_all(actor, catalog, source, run, tasks, due, watch)
        run = recording.finish(actor, catalog, run.id, state)
    indexing.refresh(catalog)
    return run


def _seed(catalog: Catalog) -> int:
    """Another sample every night, the same one all night."""
    return catalog.clock.now().date().toordinal()


def _list(catalog: Catalog, source: Source) -> tuple[dict[str, Listed], list[Unlisted]]:
    with supervisor(catalog, source) as child:
        everything = list(child.list())
    listed = {one.safe.name.key: one for one in everything if isinstance(one, Listed)}
    return listed, [one for one in everything if isinstance(one, Unlisted)]


def _judge_all(
    actor: Actor,
    catalog: Catalog,
    source: Source,
    run: Run,
    tasks: Mapping[str, Listed],
    due: Mapping[str, int],
    watch: Watcher,
) -> RunState:
    failed = 0
    watch(Progress(source, 0, len(tasks), 0))
    for done, (safe, result) in enumerate(_judged(catalog, source, run, tasks), start=1):
        recording.record_result(actor, catalog, run.id, due[safe.name.key], safe.change_key, result)
        failed += result.reason is not None
        watch(Progress(source, done, len(tasks), failed))
        wish = scans.cancellation(catalog, source.id)
        if wish is not None:
            scans.take(actor, catalog, wish)
            scans.answer(actor, catalog, wish, f"run {run.id} cancelled after {done} of {len(tasks)} datasets")
            return RunState.CANCELLED
    return RunState.DONE


def _judged(
    catalog: Catalog, source: Source, run: Run, tasks: Mapping[str, Listed]
) -> Iterator[tuple[ListedDataset, DatasetResult]]:
    """Judge in parallel, one warm child per worker; at most twice as many datasets under way as workers."""
    settings = catalog.settings
    with _children(catalog, source, min(settings.workers, max(len(tasks), 1))) as children:

        def judge(task: Listed) -> tuple[ListedDataset, DatasetResult]:
            child = children.get()
            try:
                return task.safe, child.scan(task, rows=settings.sample_rows, seed=run.seed)
            finally:
                children.put(child)

        with ThreadPoolExecutor(settings.workers) as pool:
            waiting = iter(tasks.values())
            under_way: set[Future[tuple[ListedDataset, DatasetResult]]] = set()
            try:
                while True:
                    for task in waiting:
                        under_way.add(pool.submit(judge, task))
                        if len(under_way) >= 2 * settings.workers:
                            break
                    if not under_way:
                        return
                    finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in finished:
                        yield future.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _children(catalog: Catalog, source: Source, count: int) -> Iterator["SimpleQueue[Supervisor]"]:
    everyone = [_supervisor(catalog, source) for _ in range(count)]
    free: SimpleQueue[Supervisor] = SimpleQueue()
    for child in everyone:
        free.put(child)
    try:
        yield free
    finally:
        for child in everyone:
            child.close()


@contextmanager
def supervisor(catalog: Catalog, source: Source) -> Iterator[Supervisor]:
    """One supervised child for a source."""
    child = _supervisor(catalog, source)
    try:
        yield child
    finally:
        child.close()


def _supervisor(catalog: Catalog, source: Source) -> Supervisor:
    return Supervisor(source.kind, source.options, settings=catalog.settings, names_key=catalog.names_key)
