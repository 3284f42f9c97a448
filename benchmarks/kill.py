"""Kill −9 at random instants and at every named place: nothing lost, nothing doubled, nothing half-visible, the audit
chain whole, and at most one dataset per worker looked at twice.

``KILLS`` makes fewer kills than the promised hundred, for a first look.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import text

from benchmarks.processes import children_of, started_by
from benchmarks.proof import Proof
from catalog.failpoints import VARIABLE
from catalog.model.holdings import Agency
from catalog.services import audit, setup, sources
from catalog.services.access import local_administrator
from catalog.settings import Settings
from tests.support.bounds import EGRESS
from tests.support.postgres import READER, libpq, throwaway_postgres
from tests.support.sources import BuiltSource, Table, postgres_source

SEED = 20261122
TABLES = 24
KILLS = int(os.environ.get("KILLS", "100"))
#: Places in a run at which it is killed, some after having been passed a few times.
PLACES = (
    "begin_run.written",
    "begin_run.committed",
    "record_listing.written",
    "record_listing.committed",
    "record_result.written",
    "record_result.committed:7",
    f"record_result.committed:{TABLES - 1}",
    "finish_run.written",
    "finish_run.committed",
    "index.written",
)
_SCAN = (sys.executable, "-c", "from catalog.cli import main; main()", "scan", "--json")
_FINDINGS = """SELECT d.name, c.name, f.type_code, f.strength FROM findings f
    JOIN columns c ON c.id = f.column_id JOIN datasets d ON d.id = c.dataset_id ORDER BY 1, 2, 3"""


class Estate:
    """A catalog over one database of many small tables, and the findings an undisturbed run makes of it."""

    def __init__(self, folder: Path, source: BuiltSource, tables: int = TABLES) -> None:
        self.tables = tables
        self.data_dir = folder / "catalog"
        self.catalog = setup.init(Settings(data_dir=self.data_dir, egress=EGRESS))
        actor = local_administrator()
        sources.add_agency(actor, self.catalog, Agency("a", "A", "Agency", (), "department", "", True, ""))
        system = sources.add_system(actor, self.catalog, "a", "System")
        sources.add_source(actor, self.catalog, system.id, "db", source.kind, dict(source.options))
        began = time.monotonic()
        self.scan("--full").wait()
        self.seconds = time.monotonic() - began
        self.expected = self._rows(_FINDINGS)
        if not self.expected:
            raise RuntimeError("an undisturbed run found nothing")

    def scan(self, *options: str, dies_at: str = "") -> "subprocess.Popen[bytes]":
        """Start a scan as its own process."""
        settings = {"PRIVACY_CATALOG_DATA_DIR": str(self.data_dir), "PRIVACY_CATALOG_EGRESS": EGRESS}
        environment = {**os.environ, **settings, VARIABLE: dies_at}
        return subprocess.Popen([*_SCAN, *options], env=environment, stdout=subprocess.DEVNULL)

    def kill_coordinator(self, after: float) -> Counter[str]:
        """Kill the whole scan, take it up again, and count what is wrong."""
        process = self.scan("--full")
        _wait_and_kill(process, process.pid, after)
        faults = self._faults_now()
        self.scan().wait()
        return faults + self._faults_now() + self._faults_of_last_run()

    def kill_at(self, place: str) -> Counter[str]:
        """Have the scan die at a named place, take it up again, and count what is wrong."""
        process = self.scan("--full", dies_at=place)
        process.wait()
        faults = self._faults_now()
        faults["not reached"] = process.returncode != -signal.SIGKILL
        # What died before its run began, or after it ended, has left nothing to take up.
        self.scan(*(["--full"] if place.startswith("begin_run.written") else [])).wait()
        return faults + self._faults_now() + self._faults_of_last_run()

    def kill_child(self, after: float, chance: random.Random) -> Counter[str]:
        """Kill one of the scan's children or their template, let the scan end, and count what is wrong."""
        process = self.scan("--full")
        time.sleep(after)
        children = [*children_of(process.pid), *started_by(process.pid)]
        if children:
            _kill(chance.choice(children))
        process.wait()
        return self._faults_now() + self._faults_of_last_run()

    def _faults_now(self) -> Counter[str]:
        faults: Counter[str] = Counter()
        faults["chain broken"] = audit.verify(local_administrator(), self.catalog).broken_at is not None
        doubled = self._rows("SELECT run_id, dataset_id FROM outcomes GROUP BY 1, 2 HAVING count(*) > 1")
        halves = self._rows(
            "SELECT o.id FROM outcomes o LEFT JOIN coverage c ON c.dataset_id = o.dataset_id WHERE c.run_id IS NULL"
        )
        faults["doubled"], faults["half-visible"] = len(doubled), len(halves)
        return faults

    def _faults_of_last_run(self) -> Counter[str]:
        """What is wrong once all is over. A kill before a full run began, or after it ended, leaves the one before."""
        last = "(SELECT max(id) FROM runs WHERE runs.full)"
        ((done,),) = self._rows(f"SELECT count(*) FROM outcomes WHERE look = 'scanned' AND run_id = {last}")
        faults = Counter({"lost": self.tables - int(str(done))})
        faults["not ended"] = len(self._rows("SELECT id FROM runs WHERE state != 'done'"))
        faults["changed findings"] = int(self._rows(_FINDINGS) != self.expected)
        faults["not indexed"] = len(self._rows("SELECT id FROM outbox"))
        return faults

    def _rows(self, statement: str) -> list[tuple[object, ...]]:
        with self.catalog.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]


def trials(estate: Estate, count: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Kill the coordinator and a child ``count`` times each; the faults of both."""
    chance = random.Random(seed)
    coordinator: Counter[str] = Counter()
    child: Counter[str] = Counter()
    for _ in range(count):
        coordinator += estate.kill_coordinator(chance.uniform(0.2, estate.seconds))
        child += estate.kill_child(chance.uniform(0.2, estate.seconds), chance)
    return +coordinator, +child


def proofs() -> Iterator[Proof]:
    """A hundred kills of the coordinator and of its children, half of them each; then each named place."""
    with tempfile.TemporaryDirectory() as folder:
        estate = Estate(Path(folder), sqlite_of(Path(folder)))
        coordinator, child = trials(estate, (KILLS + 1) // 2, SEED)
        places = sum((estate.kill_at(place) for place in PLACES), Counter())
    each = f"at {(KILLS + 1) // 2} random instants"
    for name, faults in (
        (f"the coordinator {each}", coordinator),
        (f"a scan child or its template {each}", child),
        (f"the coordinator at each of {len(PLACES)} named places", +places),
    ):
        told = ", ".join(f"{count} {fault}" for fault, count in faults.items()) or "0 lost, 0 doubled, 0 half-visible"
        yield Proof(f"kill -9 of {name}", told, "0 of each", not faults, SEED)
    yield from _repeated()


def _repeated() -> Iterator[Proof]:
    """How many tables a database is asked for twice when its scan is killed and taken up: it counts itself."""
    chance, count = random.Random(SEED), max(KILLS // 5, 1)
    with tempfile.TemporaryDirectory() as folder, throwaway_postgres() as address:
        rows = [(f"user{i}@example.org", f"212-555-{i:04d}", str(i * 7)) for i in range(100, 400)]
        table = Table(("email", "phone", "amount"), rows)
        estate = Estate(Path(folder), postgres_source(address, {f"t{number}": table for number in range(TABLES)}))
        most = 0
        for _ in range(count):
            before = _looks(address)
            process = estate.scan("--full")
            _wait_and_kill(process, process.pid, chance.uniform(estate.seconds / 2, estate.seconds))
            estate.scan().wait()
            most = max(most, sum((_looks(address) - before - Counter(before.keys())).values()))
    promise = f"tables looked at twice after a kill -9, most of {count} scans over one connection"
    yield Proof(promise, str(most), "at most 1", most <= 1, SEED)


def _looks(address: str) -> Counter[str]:
    """How often each table has been walked through, once every session that did has ended and told."""
    with psycopg.connect(libpq(address)) as connection:
        while connection.execute("SELECT FROM pg_stat_activity WHERE usename = %s", [READER]).fetchall():
            time.sleep(0.1)
            connection.rollback()
        found = connection.execute("SELECT relname, seq_scan FROM pg_stat_user_tables").fetchall()
    return Counter({name: int(count) for name, count in found})


def sqlite_of(folder: Path, tables: int = TABLES) -> BuiltSource:
    """A SQLite file of many small tables."""
    path = folder / "source.db"
    connection = sqlite3.connect(path)
    for number in range(tables):
        connection.execute(f"CREATE TABLE t{number} (email TEXT, phone TEXT, amount INTEGER)")
        rows = [(f"user{i}@example.org", f"212-555-{i:04d}", i * 7) for i in range(100, 400)]
        connection.executemany(f"INSERT INTO t{number} VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return BuiltSource("sqlite", {"path": str(path)})


def _wait_and_kill(process: "subprocess.Popen[bytes]", pid: int, after: float) -> None:
    time.sleep(after)
    _kill(pid)
    process.wait()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it had ended already: a kill that comes too late is an instant too
