"""Queries that would never end: ended at the server in time, whatever becomes of the scan, and the run goes on.

``STUCK_QUERIES`` and ``STUCK_TIMES`` make fewer of them, for a first look.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice

from benchmarks.manners import traps
from benchmarks.manners.estate import Estate, estate
from benchmarks.manners.servers import ENGINES, Mariadb, Postgres
from benchmarks.manners.sessions import Watch, watching
from benchmarks.processes import children_of
from benchmarks.proof import Proof
from catalog.errors import SKIP_TEXT, SkipReason
from catalog.model.holdings import Source
from catalog.model.runs import IntentKind, Run, RunState
from catalog.ports import SamplePlan
from catalog.services import scans
from catalog.services.access import local_administrator
from scanners.supervisor import MOST_DEATHS

SEED = 20261128
QUERIES = int(os.environ.get("STUCK_QUERIES", "100"))
TIMES = int(os.environ.get("STUCK_TIMES", "20"))
_AT_A_TIME = 10
_LIMIT = SamplePlan(1, 1).seconds
_SPARE = 2.0


def proofs() -> Iterator[Proof]:
    """Stuck queries of every kind, then ended by a person, then by the death of the process that asks."""
    for engine in ENGINES:
        with engine() as server, estate() as city:
            if isinstance(server, Mariadb):
                server.run("SET GLOBAL max_recursive_iterations = 4294967295")
            yield from _left_alone(server, city)
            yield from _called_off(server, city)
            yield from _orphaned(server, city)


def _left_alone(server: Postgres | Mariadb, city: Estate) -> Iterator[Proof]:
    """Scan sources that hold nothing else, ten at a time."""
    kinds = cycle(traps.KINDS)
    share = -(-QUERIES // _AT_A_TIME)
    schemas = [f"s{number}" for number in range(min(_AT_A_TIME, QUERIES))]
    locked = [table for schema in schemas for table in traps.make(server, schema, list(islice(kinds, share)))]
    sources = [city.add(f"{server.kind} {schema}", server.kind, server.options([schema])) for schema in schemas]
    with traps.held(server, locked), watching(server) as watch, ThreadPoolExecutor(len(schemas)) as pool:
        runs = list(pool.map(city.scan, sources))
        watch.wait(lambda: not watch.now, _SPARE)
    spans = _by_name(watch)
    longest = max(spans.values(), default=0.0)
    over = sum(seconds > _LIMIT + _SPARE for seconds in spans.values()) + len(watch.now)
    count = share * len(schemas)
    told = f"longest {longest:.1f} s, {over} later; {len(spans)} seen at work"
    kept = not over and len(spans) == count
    target = f"{count} seen, within {_LIMIT + _SPARE:.0f} s"
    yield Proof(f"{server.title}: {count} stuck queries ended at the server", told, target, kept, SEED)
    yield from _went_on(server, city, runs, count)


def _by_name(watch: Watch) -> dict[str, float]:
    """Seconds from the first statement about each thing to the end of the last, over all sessions."""
    began: dict[str, float] = {}
    last: dict[str, float] = {}
    for (_, name), span in watch.spans.items():
        began[name] = min(span.began, began.get(name, span.began))
        last[name] = max(span.last, last.get(name, span.last))
    return {name: last[name] - began[name] for name in began}


def _went_on(server: Postgres | Mariadb, city: Estate, runs: Sequence[Run], count: int) -> Iterator[Proof]:
    reasons: Counter[str] = Counter()
    for run in runs:
        reasons += city.reasons(run)
    done = sum(run.state is RunState.DONE for run in runs)
    told = ", ".join(f"{number} {_word(reason)}" for reason, number in sorted(reasons.items()))
    kept = reasons == {"looked at": 2 * len(runs), SkipReason.TIMED_OUT.value: count} and done == len(runs)
    target = f"all done; {2 * len(runs)} looked at, {count} {SKIP_TEXT[SkipReason.TIMED_OUT]}"
    yield Proof(
        f"{server.title}: runs over them go on", f"{done} of {len(runs)} done; {told}", target, kept=kept, seed=SEED
    )


def _word(reason: str) -> str:
    return SKIP_TEXT[SkipReason(reason)] if reason in set(SkipReason) else reason


@dataclass
class _Ends:
    """How long it took until what was ended had ended, in seconds."""

    at_server: list[float] = field(default_factory=list)
    of_run: list[float] = field(default_factory=list)
    states: "Counter[str]" = field(default_factory=Counter)


def _called_off(server: Postgres | Mariadb, city: Estate) -> Iterator[Proof]:
    """A person cancels a run while a query is stuck."""
    chance, ends = random.Random(SEED), _Ends()
    for number, kind in enumerate(islice(cycle(traps.ENDLESS), TIMES)):
        source = _trapped(server, city, f"c{number}", kind)
        with watching(server) as watch:
            running = _Running(city, source)
            watch.wait(lambda watch=watch: bool(watch.now), 20)  # type: ignore[misc]  # a default of a lambda has no type
            time.sleep(chance.uniform(0.1, 1.2))
            began = time.monotonic()
            scans.ask(local_administrator(), city.catalog, IntentKind.CANCEL, source.id)
            watch.wait(lambda watch=watch: not watch.now, 30)  # type: ignore[misc]  # the same
            ends.at_server.append(time.monotonic() - began)
            ends.states[running.ended().state.value] += 1
            ends.of_run.append(running.ended_at - began)
    most, longest = max(ends.at_server), max(ends.of_run)
    states = ", ".join(f"{count} {state}" for state, count in ends.states.items())
    figure = f"{most:.1f} s at the server, {longest:.1f} s for the run; {states}"
    kept = most <= _CALL_OFF + _NOTICED and longest <= 5 and set(ends.states) == {RunState.CANCELLED.value}
    target = f"{_CALL_OFF + _NOTICED:.1f} s ({_NOTICED} s to notice) and 5 s, all canceled"
    yield Proof(f"{server.title}: canceled by a person, {TIMES} times, longest", figure, target, kept, SEED)


_CALL_OFF = 2.0
_NOTICED = 0.7
"""A run looks twice a second whether it has to stop; a look at the server every tenth of a second."""


class _Running:
    """A run in a thread of its own."""

    def __init__(self, city: Estate, source: Source) -> None:
        self._runs: list[Run] = []
        self.ended_at = 0.0
        self._thread = threading.Thread(target=self._run, args=(city, source))
        self._thread.start()

    def _run(self, city: Estate, source: Source) -> None:
        run = city.scan(source)
        self.ended_at = time.monotonic()
        self._runs.append(run)

    def ended(self) -> Run:
        """The run, once it has ended."""
        self._thread.join()
        return self._runs[0]


def _trapped(server: Postgres | Mariadb, city: Estate, schema: str, kind: str) -> Source:
    """A source of one trap."""
    traps.make(server, schema, [kind])
    return city.add(f"{server.kind} {schema}", server.kind, server.options([schema]))


def _orphaned(server: Postgres | Mariadb, city: Estate) -> Iterator[Proof]:
    """Kill all processes that ask, each time they ask again, until what they ask about is set aside."""
    trials = -(-TIMES // MOST_DEATHS)
    kinds = islice(cycle(traps.ENDLESS), trials)
    sources = [_trapped(server, city, f"k{number}", kind) for number, kind in enumerate(kinds)]
    with watching(server) as watch:
        running = [_Running(city, source) for source in sources]
        for death in range(1, MOST_DEATHS + 1):
            watch.wait(lambda due=death * trials: len(watch.spans) >= due, 30)  # type: ignore[misc]  # a default of a lambda has no type
            for child in children_of(os.getpid()):
                os.kill(child, signal.SIGKILL)
        reasons = sum((city.reasons(each.ended()) for each in running), Counter[str]())
        watch.wait(lambda: not watch.now, 2 * _LIMIT)
    seconds = [span.seconds for span in watch.spans.values()]
    told = ", ".join(f"{number} {_word(reason)}" for reason, number in sorted(reasons.items()))
    figure = f"longest {max(seconds):.1f} s of {len(seconds)}; {told}"
    kept = max(seconds) <= _LIMIT + _SPARE and len(seconds) == MOST_DEATHS * trials and not watch.now
    promise = f"{server.title}: queries of scan children killed with -9 ended at the server"
    yield Proof(promise, figure, f"within {_LIMIT + _SPARE:.0f} s", kept and reasons["looked at"] == 2 * trials, SEED)
