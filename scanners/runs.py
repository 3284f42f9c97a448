"""Runs: list a source, hand each due dataset to a confined child, record every result as it comes.

Only the coordinator here writes to the catalog, one transaction per result, so killing anything anywhere loses
nothing and repeats at most one dataset per worker. Tasks carry references, results carry no values.
"""

import random
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import TypeVar

from catalog.errors import CatalogError, Conflict, SkipReason, SourceError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.runs import DatasetResult, Run, RunState
from catalog.model.schedules import Window
from catalog.services import recognisers, recording, scans
from catalog.services.catalog import Catalog
from scanners.confine import LOCAL_KINDS
from scanners.processes import Template
from scanners.steering import Halt, Steering, StoppedError
from scanners.supervisor import MOST_DEATHS, Listed, Supervisor, Unlisted

T = TypeVar("T")

#: Seconds between two looks whether a run has to stop.
_TICK = 0.5
#: Seconds after which a listing that could not be made is tried again at night, each with up to as much again.
_RETRIES = (2.0, 10.0)
_PASSING = frozenset({SkipReason.UNREACHABLE, SkipReason.TIMED_OUT})


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
    window: Window | None = None,
    watch: Watcher = lambda _: None,
    template: Template | None = None,
    slots: threading.Semaphore | None = None,
    stopped: threading.Event | None = None,
) -> Run:
    """Run over one source, or take up its run that was killed or paused where it was. Search has to be brought up to
    date afterwards.

    Parameters:
        full: look at every dataset again, changed or not.
        window: the window of the night it is for, which it keeps to; None where a person asked.
        watch: told after each dataset.
        template: makes the children; one of this run's own when none is given.
        slots: held while a dataset is judged, where several runs share a machine.
        stopped: set when the whole process is to end.

    Raises:
        Conflict: when a run of this source is going on, or that of this night has ended.
        StoppedError: when the process is to end.
    """
    with ExitStack() as stack:
        if not stack.enter_context(scans.locked(actor, catalog, source.id)):
            raise Conflict(f"Source {source.name}", "a run of it is going on", "Wait for it, or cancel it.")
        night = window.night if window else None
        run = recording.begin(actor, catalog, source.id, _seed(catalog), full=full, night=night)
        scans.answer_late_stops(actor, catalog, run)
        maker = template or stack.enter_context(Template())
        children = stack.enter_context(_children(catalog, source, maker))
        steering = Steering(catalog, run, window, stopped or threading.Event())
        job = _Job(actor, catalog, source, run, steering, watch, slots or threading.Semaphore(len(children)))
        try:
            return recording.finish(actor, catalog, run, _done(job, children))
        except SourceError as error:
            return recording.finish(actor, catalog, run, RunState.FAILED, error.reason)
        except _Halted as halted:
            return _halted(job, halted.halt)
        except (CatalogError, StoppedError):
            raise
        except Exception:
            # A fault of ours: who looks at the source is to see it, and the same night is to try again.
            recording.finish(actor, catalog, run, RunState.FAILED, SkipReason.CRASHED)
            raise


@dataclass(frozen=True, slots=True)
class _Job:
    """One run, and what goes with it."""

    actor: Actor
    catalog: Catalog
    source: Source
    run: Run
    steering: Steering
    watch: Watcher
    slots: threading.Semaphore


class _Halted(Exception):
    """The run has to stop."""

    def __init__(self, halt: Halt) -> None:
        super().__init__()
        self.halt = halt


def _done(job: _Job, children: Sequence[Supervisor]) -> RunState:
    """List the source and judge what is due.

    Raises:
        SourceError: when the listing is not complete.
        _Halted: when the run has to stop.
    """
    _refuse_halted(job.steering)
    with ThreadPoolExecutor(len(children)) as pool:
        listing = pool.submit(_listing, children[0], job.steering, _RETRIES if job.run.night else ())
        with _called_off(children):
            _wait_for({listing}, job.steering)
        everything = listing.result()
        listed = {one.safe.name.key: one for one in everything if isinstance(one, Listed)}
        unlisted = [(one.safe, one.reason) for one in everything if isinstance(one, Unlisted)]
        safe = [one.safe for one in listed.values()]
        view, ms = children[0].view, children[0].listing_ms
        job.steering.spend(ms)
        due = recording.record_listing(job.actor, job.catalog, job.run, safe, unlisted, view, ms)
        _judge_all(job, pool, children, {key: (listed[key], due[key]) for key in due})
    return RunState.DONE


def _seed(catalog: Catalog) -> int:
    """Another sample every run, the same one all through it."""
    return int(catalog.clock.now().timestamp())


def _listing(child: Supervisor, steering: Steering, pauses: Sequence[float]) -> list[Listed | Unlisted]:
    """The whole listing; a child that dies over it is replaced as it would be over a dataset, and a source that is
    away is asked again after each of these ``pauses`` in seconds.
    """
    deaths, waits = 0, iter(pauses)
    while True:
        try:
            return list(child.list())
        except SourceError as error:
            deaths += error.reason is SkipReason.CRASHED
            pause = next(waits, None) if error.reason in _PASSING else None
            if pause is not None:
                steering.rest(pause * (1 + random.random()))  # noqa: S311 - spreads many sources, hides nothing
            elif error.reason is not SkipReason.CRASHED or deaths >= MOST_DEATHS:
                raise


def _judge_all(
    job: _Job, pool: ThreadPoolExecutor, children: Sequence[Supervisor], due: Mapping[str, tuple[Listed, int]]
) -> None:
    failed, total = 0, len(due)
    job.watch(Progress(job.source, 0, total, 0))
    with closing(_judged(job, pool, children, [one for one, _ in due.values()])) as judged:
        for done, (one, result) in enumerate(judged, start=1):
            safe = one.safe
            recording.record_result(job.actor, job.catalog, job.run, due[safe.name.key][1], safe.change_key, result)
            job.steering.count(result)
            failed += result.reason is not None
            job.watch(Progress(job.source, done, total, failed))


def _judged(
    job: _Job, pool: ThreadPoolExecutor, children: Sequence[Supervisor], due: Sequence[Listed]
) -> Generator[tuple[Listed, DatasetResult]]:
    """Judge in parallel, each child one dataset at a time, and the next when its last one has been taken: whatever
    ends a run, at most one dataset per child is looked at again.
    """
    free: SimpleQueue[Supervisor] = SimpleQueue()
    for child in children:
        free.put(child)

    def judge(one: Listed) -> tuple[Listed, DatasetResult] | None:
        child = free.get()
        try:
            if not job.steering.admit(child.load):
                return None
            with job.steering.room(job.slots) as there_is:
                return (one, child.scan(one, **depth)) if there_is else None
        finally:
            free.put(child)

    settings = job.catalog.settings
    depth = {"rows": settings.sample_rows, "deepest": settings.deepest_rows, "seed": job.run.seed}
    waiting = iter(due)
    under_way = {pool.submit(judge, one) for one in islice(waiting, len(children))}
    with _called_off(children):
        while under_way:
            done = _wait_for(under_way, job.steering)
            under_way.remove(done)
            judged = done.result()
            if judged is not None:
                yield judged
            _refuse_halted(job.steering)
            under_way |= {pool.submit(judge, one) for one in islice(waiting, 1)}


def _wait_for(futures: set[Future[T]], steering: Steering) -> Future[T]:
    """Wait until one of them has ended.

    Raises:
        _Halted: when the run has to stop.
    """
    while True:
        _refuse_halted(steering)
        for done in wait(futures, timeout=_TICK, return_when=FIRST_COMPLETED).done:
            return done


def _refuse_halted(steering: Steering) -> None:
    halt = steering.halt()
    if halt is not None:
        raise _Halted(halt)


@contextmanager
def _called_off(children: Sequence[Supervisor]) -> Iterator[None]:
    """Have whatever goes on at the source ended when the run is left early."""
    try:
        yield
    except BaseException:
        for child in children:
            child.call_off()
        raise


def _halted(job: _Job, halt: Halt) -> Run:
    if halt.state is RunState.PAUSED and halt.paused is not None:
        run = recording.pause(job.actor, job.catalog, job.run, halt.paused)
    else:
        run = recording.finish(job.actor, job.catalog, job.run, halt.state, halt.reason)
    if halt.wish is not None:
        scans.take(job.actor, job.catalog, halt.wish)
        outcome = f"run {run.id} {run.state.value} after {run.datasets_done} of {run.datasets_due} datasets"
        scans.answer(job.actor, job.catalog, halt.wish, outcome)
    return run


@contextmanager
def _children(catalog: Catalog, source: Source, template: Template) -> Iterator[Sequence[Supervisor]]:
    """One supervisor per worker, but for a server no more than it may be asked connections; each starts its process
    when it is first asked something.
    """
    workers, connections = catalog.settings.workers, catalog.settings.connections
    count = workers if source.kind in LOCAL_KINDS else min(workers, connections)
    children = [_supervisor(catalog, source, template) for _ in range(count)]
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
