"""What an application notices of a scan: pgbench against a server, alone and while all of it is scanned without end.

The scanner runs on the same machine here, and takes its cores away from the server and from pgbench: in the first
figure it comes after these two, so that about only what it asks of the server is seen, in the second it does not. Where
that is allowed, they all come before whatever else the machine does.
``LOAD_SECONDS`` makes shorter rounds, for a first look.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from math import ceil, inf
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.manners import holdings
from benchmarks.manners.estate import Estate, estate
from benchmarks.manners.servers import Postgres, postgres
from benchmarks.processes import started_by
from benchmarks.proof import Proof
from tests.support.postgres import SUPERUSER

SEED = 20261203
SECONDS = int(os.environ.get("LOAD_SECONDS", "30"))
_ROUNDS = 3
_TURN = 1.2
_SETTLING = 0.2
_FIRST = -10 if os.getuid() == 0 else 0
"""The priority of the server and of pgbench, as ``nice`` counts it."""
_WAYS = {"after": _FIRST + 10, "alike": _FIRST}
_CLIENTS = 2
_SCALE = 10
_LEAST_RATE, _MOST_WAIT = 0.97, 1.05
# As a server of people who want to keep their data has them.
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_wal_size": "2GB"}


@dataclass
class Slices:
    """What of an application's work falls into slices of one kind, halves of them apart: what these differ by is noise.

    Parameters:
        done: transactions.
        seconds: the time of all slices.
        waits: milliseconds that each transaction took.
    """

    done: list[int] = field(default_factory=lambda: [0, 0])
    seconds: list[float] = field(default_factory=lambda: [0.0, 0.0])
    waits: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    @property
    def rates(self) -> list[float]:
        """Transactions a second: of all, then of each half."""
        halves = [done / seconds for done, seconds in zip(self.done, self.seconds, strict=True)]
        return [sum(self.done) / sum(self.seconds), *halves]

    @property
    def p95s(self) -> list[float]:
        """Milliseconds within which 19 of 20 were done: of all, then of each half."""
        return [statistics.quantiles(waits, n=20)[-1] for waits in ([*self.waits[0], *self.waits[1]], *self.waits)]


Slice = tuple[str, float, float]
"""Which way it was, when it began and ended."""


def proofs() -> Iterator[Proof]:
    """One run of pgbench, while a scan goes on and stands still in turn: what else goes on here meets all alike."""
    with postgres() as server, ExitStack() as stack:
        server.set(**_DURABLE)
        holdings.fill(server)
        _pgbench(server, "-i", "-q", "-s", str(_SCALE)).communicate()
        _put_first(server)
        scans = {way: stack.enter_context(_scanning(server, priority)) for way, priority in _WAYS.items()}
        found = _measured(server, {way: scan.process for way, scan in scans.items()})
        looks = {way: scan.looks() for way, scan in scans.items()}
    cores = len(os.sched_getaffinity(0))
    where = f"{_CLIENTS} clients, {_ROUNDS * SECONDS} s each in turns of {_TURN} s, all on the same {cores} cores"
    yield from _beside(
        found, "after", f"{looks['after']} datasets scanned after it in priority, {where}", promised=True
    )
    yield from _beside(found, "alike", f"{looks['alike']} datasets scanned alike in priority, {where}", promised=False)


def _beside(found: dict[str, Slices], way: str, where: str, *, promised: bool) -> Iterator[Proof]:
    for what, of_all, least, most in (
        ("throughput", {name: each.rates for name, each in found.items()}, _LEAST_RATE, inf),
        ("p95", {name: each.p95s for name, each in found.items()}, 0.0, _MOST_WAIT),
    ):
        (scanned, *_), (alone, one, other) = of_all[way], of_all["alone"]
        ratio, noise = scanned / alone, abs(one / other - 1)
        figure = (
            f"{100 * (ratio - 1):+.1f}% ({scanned:.4g} against {alone:.4g}; halves alone differ {100 * noise:.1f}%)"
        )
        target = {"throughput": ">= -3%", "p95": "<= +5%"}[what] if promised else "told, not promised"
        yield Proof(f"pgbench {what}, {where}", figure, target, least <= ratio <= most or not promised, SEED)


def _measured(server: Postgres, scans: dict[str, "subprocess.Popen[str]"]) -> dict[str, Slices]:
    with TemporaryDirectory(prefix="load-") as folder:
        count = round((len(scans) + 1) * _ROUNDS * SECONDS / _TURN)
        options = ("-c", str(_CLIENTS), "-T", str(ceil(count * _TURN) + 2), "--random-seed", str(SEED), "-l")
        running = _pgbench(server, *options, folder=folder)
        time.sleep(1)
        turns = [_turn(way, scans) for way in islice(_ways(scans), count)]
        told, _ = running.communicate()
        ends = [_end(line) for log in Path(folder).glob("pgbench_log.*") for line in log.read_text().splitlines()]
    if running.returncode or any(scan.poll() is not None for scan in scans.values()):
        raise RuntimeError(f"pgbench or a scan ended: {told[-500:]}")
    return _sorted_out(turns, ends)


def _ways(scans: Iterable[str]) -> Iterator[str]:
    """All ways in turn, each time in another order: what comes and goes in time with the turns meets all alike."""
    chance, ways = random.Random(SEED), ["alone", *scans]
    while True:
        chance.shuffle(ways)
        yield from ways


def _turn(way: str, scans: dict[str, "subprocess.Popen[str]"]) -> Slice:
    """Have this scan go on, or none, for one turn."""
    if way in scans:
        os.killpg(scans[way].pid, signal.SIGCONT)
    time.sleep(_SETTLING)
    began = time.time()
    time.sleep(_TURN - _SETTLING)
    ended = time.time()
    if way in scans:
        os.killpg(scans[way].pid, signal.SIGSTOP)
    return way, began, ended


def _end(line: str) -> tuple[float, float]:
    """When a transaction was done, and the milliseconds that it took."""
    _, _, took, _, seconds, more = line.split()[:6]
    return int(seconds) + int(more) / 1e6, int(took) / 1000


def _sorted_out(turns: Sequence[Slice], ends: Sequence[tuple[float, float]]) -> dict[str, Slices]:
    found: dict[str, Slices] = defaultdict(Slices)
    ordered = sorted(ends)
    for number, (way, began, ended) in enumerate(turns):
        half = number // len({name for name, _, _ in turns}) % 2
        part = ordered[bisect_left(ordered, (began, 0.0)) : bisect_left(ordered, (ended, 0.0))]
        found[way].done[half] += len(part)
        found[way].seconds[half] += ended - began
        found[way].waits[half].extend(wait for _, wait in part)
    return dict(found)


def _put_first(server: Postgres) -> None:
    """Have the server, with all it starts from now on, come before other programs."""
    first = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    for process in (first, *started_by(first)):
        os.setpriority(os.PRIO_PROCESS, process, _FIRST)


def _pgbench(server: Postgres, *options: str, folder: str | None = None) -> "subprocess.Popen[str]":
    program = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), reverse=True)), Path("pgbench"))
    where = ("-h", "127.0.0.1", "-p", str(server.port), "-U", SUPERUSER, "postgres")
    command = ["nice", "-n", str(_FIRST), str(program), *options, *where]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@dataclass(frozen=True)
class Scan:
    """A scan that goes on in processes of its own, and the catalog it fills."""

    process: "subprocess.Popen[str]"
    city: Estate

    def looks(self) -> int:
        """Datasets looked at so far."""
        ((number,),) = self.city.rows("SELECT count(*) FROM outcomes WHERE look = 'scanned'")
        return int(number)


@contextmanager
def _scanning(server: Postgres, priority: int) -> Iterator[Scan]:
    """A scan that stands still at first."""
    with estate() as city:
        city.add("server", server.kind, server.options([holdings.SCHEMA]))
        command = [sys.executable, "-m", "benchmarks.manners.scanning", str(city.catalog.settings.data_dir)]
        nice = ["nice", "-n", str(priority), *command]
        with subprocess.Popen(nice, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
            try:
                if process.stdout is None or process.stdout.readline() != "scanning\n":
                    raise RuntimeError("the scan does not begin")
                os.killpg(process.pid, signal.SIGSTOP)
                yield Scan(process, city)
            finally:
                os.killpg(process.pid, signal.SIGKILL)
