"""A table of fifty million rows, judged through a real scan child: what it takes of memory, and beside one of half a
million rows of the same shape, what it takes of its server.

``HUGE_ROWS`` makes fewer rows than promised, for a first look. Needs 5 GB in the folder of temporary files.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.manners.servers import ENGINES, Mariadb, Postgres
from benchmarks.memory import watched
from benchmarks.processes import started_by
from benchmarks.proof import Proof
from catalog.model.coverage import Look
from catalog.model.runs import DatasetResult
from catalog.settings import Settings
from scanners.processes import Template
from scanners.supervisor import Listed, Supervisor

SEED = 20261202
ROWS = int(os.environ.get("HUGE_ROWS", "50000000"))
_FEW = 500_000
_TIMES = 5
_SCHEMA = "city"
_CHUNK = 1_000_000
_MIB = 2**20
_MOST_MIB = 512
_MOST_GROWTH = 1.2
_BYTES_A_ROW = 100
_POSTGRES_ROWS = """
    SELECT i::bigint AS id, 'u' || i || '@x.org' AS email, '212-555-' || lpad((i % 10000)::text, 4, '0') AS phone,
    (i % 1000)::int AS amount FROM generate_series({}, {}) i
"""
_MARIADB_ROWS = """
    SELECT seq, CONCAT('u', seq, '@x.org'), CONCAT('212-555-', LPAD(seq MOD 10000, 4, '0')), seq MOD 1000
    FROM seq_{}_to_{}
"""
_BLOCKS = """
    SELECT heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)
    FROM pg_statio_user_tables WHERE relname = '{}'
"""


@dataclass
class Costs:
    """What scans of one table took: seconds at the source and pages read there."""

    seconds: list[float] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        low, high = min(self.seconds), max(self.seconds)
        seconds = f"{statistics.median(self.seconds):.2f} s ({low:.2f} to {high:.2f})"
        return f"{statistics.median(self.pages):,.0f} pages, {seconds}"


def proofs() -> Iterator[Proof]:
    """Fill, scan the large one and the small one in turn, and let the server go."""
    _refuse_small_disk()
    for engine in ENGINES:
        with engine() as server:
            began = time.monotonic()
            _fill(server)
            filled = time.monotonic() - began
            yield from _scanned(server, filled)


def _refuse_small_disk() -> None:
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < _BYTES_A_ROW * ROWS:
        raise RuntimeError(f"{free / 2**30:.0f} GB are too few in {tempfile.gettempdir()}: set TMPDIR to a larger disk")
    kind = next((line.split()[2] for line in _mounts() if line.split()[1] == _mount(tempfile.gettempdir())), "")
    if kind == "tmpfs":
        raise RuntimeError(f"{tempfile.gettempdir()} is in memory: set TMPDIR to a disk")


def _mounts() -> Sequence[str]:
    return Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()


def _mount(folder: str) -> str:
    return next(str(above) for above in (Path(folder), *Path(folder).resolve().parents) if above.is_mount())


def _fill(server: Postgres | Mariadb) -> None:
    server.make_schema(_SCHEMA)
    for name, rows in (("few", _FEW), ("many", ROWS)):
        if isinstance(server, Postgres):
            server.run(
                f"CREATE UNLOGGED TABLE {_SCHEMA}.{name} AS {_POSTGRES_ROWS.format(1, rows)}",
                "SET maintenance_work_mem = '1GB'",
                f"ALTER TABLE {_SCHEMA}.{name} ADD PRIMARY KEY (id)",
                f"VACUUM (ANALYZE) {_SCHEMA}.{name}",
            )
        else:
            _fill_mariadb(server, name, rows)


def _fill_mariadb(server: Mariadb, name: str, rows: int) -> None:
    server.run("SET GLOBAL innodb_log_file_size = 1073741824", "SET GLOBAL innodb_buffer_pool_size = 268435456")
    server.run(
        f"CREATE TABLE {_SCHEMA}.{name} "
        "(id BIGINT PRIMARY KEY, email VARCHAR(40), phone VARCHAR(20), amount INT) CHARACTER SET latin1"
    )
    for first in range(1, rows, _CHUNK):
        chunk = _MARIADB_ROWS.format(first, min(first + _CHUNK - 1, rows))
        server.run(f"USE {_SCHEMA}", f"INSERT INTO {name} {chunk}")
    server.run(f"ANALYZE TABLE {_SCHEMA}.{name}")


def _scanned(server: Postgres | Mariadb, filled: float) -> Iterator[Proof]:
    costs = {"few": Costs(), "many": Costs()}
    with _template() as (template, process), watched(process, 0.02) as peak:
        results = [
            _scan(server, template, name, SEED + number, cost)
            for number in range(_TIMES)
            for name, cost in costs.items()
        ]
    wrong = sum(result.look is not Look.SCANNED or not result.columns for result in results)
    what = f"{server.title}: {ROWS:,} rows"
    held = f"{peak.largest / _MIB:.0f} MiB; {wrong} of {len(results)} scans not whole (filled in {filled:.0f} s)"
    kept = peak.largest <= _MOST_MIB * _MIB and not wrong
    yield Proof(f"{what} judged, memory of the scan child", held, f"<= {_MOST_MIB} MiB", kept, SEED)
    many, few = costs["many"], costs["few"]
    ratio = statistics.median(many.pages) / statistics.median(few.pages)
    times = statistics.median(many.seconds) / statistics.median(few.seconds)
    figure = f"{ratio:.2f} times the pages, {times:.2f} times the seconds: {many}; {few}"
    promise = f"{what} beside {_FEW:,}, median of {_TIMES} scans"
    yield Proof(promise, figure, f"<= {_MOST_GROWTH} times the pages", ratio <= _MOST_GROWTH, SEED)


@contextmanager
def _template() -> Iterator[tuple[Template, int]]:
    """What makes children, and its process: theirs are the only ones below it."""
    before = set(started_by(os.getpid()))
    with Template() as template:
        with Supervisor("sqlite", {"path": "/"}, settings=Settings(), names_key=bytes(32), template=template) as child:
            child.check()
        (process,) = set(started_by(os.getpid())) - before
        yield template, process


def _scan(server: Postgres | Mariadb, template: Template, name: str, seed: int, cost: Costs) -> DatasetResult:
    """Scan in a session of its own, which the server has counted when it has ended."""
    settings = Settings()
    with Supervisor(
        server.kind, server.options([_SCHEMA]), settings=settings, names_key=bytes(32), template=template
    ) as child:
        listed = next(
            one for one in child.list() if isinstance(one, Listed) and one.safe.name.text == f"{_SCHEMA}.{name}"
        )
        before = _pages(server, name)
        result = child.scan(listed, rows=settings.sample_rows, deepest=settings.deepest_rows, seed=seed)
    cost.pages.append(_pages(server, name) - before)
    cost.seconds.append(result.source_ms / 1000)
    return result


def _pages(server: Postgres | Mariadb, name: str) -> int:
    """Pages asked for so far, in memory or not: of the table and its key, or of a server that does nothing else."""
    if isinstance(server, Postgres):
        time.sleep(0.5)  # what an ended session did is counted a moment later
        return int(server.run(_BLOCKS.format(name))[0][0])
    return int(server.run("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_read_requests'")[0][1])
