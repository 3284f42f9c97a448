"""How fast a large database is scanned, beside merely reading it and beside Presidio asked about every cell.

``SPEED_TABLES`` makes fewer tables than the promised thousand, for a first look.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks import adversaries, naive
from benchmarks.memory import watched
from benchmarks.proof import Proof
from benchmarks.speed_tables import COLUMNS, MadeTable, made
from catalog.model.coverage import Look
from catalog.model.holdings import DatasetRef
from catalog.ports import SamplePlan
from catalog.settings import Settings
from connectors.sql.postgres import PostgresConnector
from scanners.processes import Template
from scanners.supervisor import Listed, Supervisor
from tests.support.bounds import EGRESS, here
from tests.support.postgres import READER, libpq, throwaway_postgres

SEED = 20261127
ROWS = 1000
TABLES = int(os.environ.get("SPEED_TABLES", "1000"))
_CELLS = TABLES * COLUMNS * ROWS
_CLASSIFY = (sys.executable, "-c", "from catalog.cli import main; main()", "classify", "--json")
_RUNS = 3
_MIB = 2**20


def proofs() -> Iterator[Proof]:
    """Fill a database, read it, scan it on one core and on two; then what else is promised of speed and size."""
    cores = sorted(os.sched_getaffinity(0))
    with throwaway_postgres() as address:
        _fill(address)
        one = yield from _scanned(address, cores[:1], most=2.0)
        yield from _beside_presidio(one)
        if len(cores) > 1:
            yield from _scanned(address, cores[:2], most=1.2)
    yield from _cold()
    yield from adversaries.proofs(SEED)


def _fill(address: str) -> None:
    with psycopg.connect(libpq(address), autocommit=True) as connection:
        for number in range(TABLES):
            _create(connection, f"t{number:04}", made(number, ROWS, SEED))
        connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(READER)))
        connection.execute("VACUUM ANALYZE")


def _create(connection: psycopg.Connection, name: str, table: MadeTable) -> None:
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(declared))  # type: ignore[arg-type]  # our own words
        for column, declared in zip(table.names, table.declared, strict=True)
    ]
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(name), sql.SQL(", ").join(columns)))
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(name))) as copy:
        copy.write(table.as_csv())


def _scanned(address: str, cores: Sequence[int], most: float) -> "Iterator[Proof]":
    """Read all tables with our connector, and scan them with a child a core; the server stays on the same cores."""
    where = f"{TABLES:,} x {COLUMNS} x {ROWS:,} cells on {len(cores)} core{'s' if len(cores) > 1 else ''}"
    with _pinned(address, cores):
        reading = min(_read(address) for _ in range(_RUNS))
        yield Proof(f"reading {where}", f"{reading:.1f} s", "told, not promised", kept=True, seed=SEED)
        seconds, held = min(_scan(address, len(cores)) for _ in range(_RUNS))
    ratio = seconds / reading
    promise = f"scanning {where}, beside reading"
    yield Proof(promise, f"{ratio:.2f} ({seconds:.1f} s)", f"at most {most}", ratio <= most, SEED)
    figure = f"{held / _MIB:.0f} MiB"
    yield Proof(f"memory of a scan child, {where}", figure, "at most 200 MiB", held <= 200 * _MIB, SEED)
    return seconds


@contextmanager
def _pinned(address: str, cores: Sequence[int]) -> Iterator[None]:
    """Keep this process, its children and the server to some cores."""
    before = os.sched_getaffinity(0)
    server = _server(address)
    for process in (0, server):
        os.sched_setaffinity(process, cores)
    try:
        yield
    finally:
        for process in (0, server):
            os.sched_setaffinity(process, before)


def _server(address: str) -> int:
    with psycopg.connect(libpq(address)) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    return int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])


def _options(address: str) -> dict[str, str]:
    with psycopg.connect(libpq(address)) as connection:
        known = connection.info
        return {"host": known.host, "port": str(known.port), "database": known.dbname, "user": READER}


def _read(address: str) -> float:
    connector = PostgresConnector(_options(address), resolve=str, bounds=here(1))
    began = time.monotonic()
    for ref in list(connector.listing()):
        assert isinstance(ref, DatasetRef)
        connector.sample(ref, SamplePlan(ROWS, SEED)).clear()
    connector.close()
    return time.monotonic() - began


def _scan(address: str, children: int) -> tuple[float, int]:
    """Seconds from the listing to the last result, and the most memory that a child held."""
    settings, options = Settings(egress=EGRESS), _options(address)
    with Template() as template, ThreadPoolExecutor(children) as threads:
        supervisors = [
            Supervisor("postgres", options, settings=settings, names_key=bytes(32), template=template)
            for _ in range(children)
        ]
        for supervisor in supervisors:
            supervisor.check()  # children are there, and warm
        with watched(os.getpid()) as peak:
            began = time.monotonic()
            every = list(supervisors[0].list())
            parts = [every[number::children] for number in range(children)]
            list(threads.map(_scan_all, supervisors, parts))
            seconds = time.monotonic() - began
        for supervisor in supervisors:
            supervisor.close()
    return seconds, peak.largest


def _beside_presidio(seconds: float) -> Iterator[Proof]:
    """Presidio as it comes, asked about cell after cell of one of the tables."""
    cells = [cell for column in made(0, ROWS, SEED).cells for cell in column[:20] if cell]
    by_presidio = naive.cells_a_second(cells)
    ours = _CELLS / seconds
    figure = f"{ours / by_presidio:,.0f} times ({ours:,.0f} against {by_presidio:,.0f} cells a second)"
    yield Proof("cells scanned beside naive Presidio", figure, "at least 1,000 times", ours >= 1000 * by_presidio, SEED)


def _cold() -> Iterator[Proof]:
    """``classify`` on one file, from nothing."""
    table = made(0, ROWS, SEED)
    plain = [place for place, name in enumerate(table.names) if name != "notes"]
    notes = "Ask for Maria Lopez at 212-555-0134, she knows."
    with tempfile.TemporaryDirectory(prefix="speed-proof-") as name:
        for what, more, most in (("no text needs Presidio", None, 1.5), ("texts need Presidio", notes, 4.0)):
            cells = [table.cells[place] for place in plain] + ([[more] * ROWS] if more else [])
            names = [table.names[place] for place in plain] + (["notes"] if more else [])
            file = Path(name) / "table.csv"
            file.write_text(",".join(names) + "\n" + MadeTable(names, [], cells).as_csv(), encoding="utf-8")
            seconds = statistics.median(_classified(file) for _ in range(_RUNS))
            promise = f"classify on one file where {what}"
            yield Proof(promise, f"{seconds:.1f} s", f"at most {most:.1f} s", seconds <= most, SEED)


def _classified(file: Path) -> float:
    began = time.monotonic()
    subprocess.run([*_CLASSIFY, str(file)], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def _scan_all(supervisor: Supervisor, listed: Sequence[object]) -> None:
    for one in listed:
        assert isinstance(one, Listed)
        assert supervisor.scan(one, rows=ROWS, seed=SEED).look is Look.SCANNED
