"""What a full scan does at its source, as the servers themselves wrote it down: statements, logins, reads, waits."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.manners import holdings, statements
from benchmarks.manners.estate import Estate, estate
from benchmarks.manners.servers import ENGINES, Mariadb, Postgres
from benchmarks.manners.statements import Entry
from benchmarks.proof import Proof
from catalog.model.holdings import Source
from catalog.model.runs import RunState
from tests.support.postgres import READER

SEED = 20261129
_MIB = 2**20
_MOST_TEMPORARY = 64
_MOST_SECONDS = 15.0
_MOST_BLOCKS = 12_000
"""Of 8 KiB: about twice the blocks that the rows of the deepest look lie in, each in a block of its own."""

_POSTGRES_SETTINGS = {
    "log_line_prefix": statements.POSTGRES_PREFIX,
    "log_statement": "all",
    "log_min_duration_statement": "0",
    "log_connections": "on",
    "log_disconnections": "on",
    "log_lock_waits": "on",
    "deadlock_timeout": "5ms",
    "log_temp_files": "0",
}
_WRITTEN = ("small_0", "small_1", "large_1", "large_2")
_TOTALS = "SELECT temp_bytes, blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
_GENERAL = """
    SELECT UNIX_TIMESTAMP(event_time), user_host, thread_id, command_type, CONVERT(argument USING utf8mb4)
    FROM mysql.general_log ORDER BY event_time, thread_id
"""
_SLOW = f"SELECT sql_text, TIME_TO_SEC(query_time) FROM mysql.slow_log WHERE user_host LIKE '{READER}[%'"
_ROWS = "SELECT table_name, rows_read FROM information_schema.table_statistics WHERE table_schema IN ('city', 'behind')"
_BLOCKS = """
    SELECT coalesce(pg_partition_root(relid), relid)::regclass::text, sum(heap_blks_read + heap_blks_hit
        + coalesce(idx_blks_read + idx_blks_hit, 0) + coalesce(toast_blks_read + toast_blks_hit, 0))::bigint
    FROM pg_statio_user_tables WHERE schemaname IN ('city', 'behind') GROUP BY 1
"""


@dataclass(frozen=True)
class Night:
    """What the server counted while everything was scanned once, by dataset where it can tell.

    Parameters:
        seconds: at work on each dataset's rows.
        reads: of each table: blocks, or rows where the server counts rows.
        temporary: bytes in temporary files at a time, or in all.
        waits: how often anybody waited for a lock.
        writes: statements of others meanwhile.
    """

    entries: Sequence[Entry]
    seconds: dict[str, float]
    reads: dict[str, int]
    temporary: int
    waits: int
    writes: int
    figures: str


def proofs() -> Iterator[Proof]:
    """Scan all of a database while its application writes, and read what the server wrote down of it."""
    for engine in ENGINES:
        with engine() as server, estate() as city:
            count = holdings.fill(server)
            night = (
                _of_postgres(server, city, count) if isinstance(server, Postgres) else _of_mariadb(server, city, count)
            )
            yield from _told(server.title, night, count)


def _told(title: str, night: Night, count: int) -> Iterator[Proof]:
    ours = [entry for entry in night.entries if entry.account == READER]
    words = Counter(statements.first_word(entry.text) for entry in ours if entry.kind == "statement")
    others = sum(number for word, number in words.items() if word not in statements.READING)
    told = ", ".join(f"{number:,} {word}" for word, number in words.most_common())
    promise = f"{title}: statements of a full scan of {count} datasets"
    yield Proof(promise, f"{told}; {others} others", "only SELECT, SHOW, SET", bool(words) and not others, SEED)
    most = statements.most_at_a_time(ours)
    yield Proof(f"{title}: sessions at the same time", str(most), "1", most == 1, SEED)
    slowest, seconds = max(((name, took) for name, took in night.seconds.items() if name), key=lambda pair: pair[1])
    figure = f"{seconds:.2f} s ({slowest}), {sum(night.seconds.values()) / count:.3f} s on average"
    yield Proof(f"{title}: query time of a dataset, most", figure, "<= 15 s", seconds <= _MOST_SECONDS, SEED)
    largest = max(night.reads, key=lambda name: night.reads[name])
    figure = f"{night.reads[largest]:,} ({largest}); {night.figures}"
    kept = night.reads[largest] <= _MOST_BLOCKS or title == "MariaDB"
    yield Proof(f"{title}: {_UNITS[title]} of a dataset, most", figure, _READ_TARGETS[title], kept, SEED)
    figure = f"{night.temporary / _MIB:.1f} MB"
    kept = night.temporary <= _MOST_TEMPORARY * _MIB
    yield Proof(f"{title}: temporary files, {_TEMPORARY[title]}", figure, "<= 64 MB, expected 0", kept, SEED)
    figure = f"{night.waits} at {night.writes:,} writes of others"
    yield Proof(f"{title}: waits for a lock caused", figure, "0", not night.waits and night.writes > 0, SEED)


_UNITS = {"PostgreSQL": "blocks read", "MariaDB": "rows read"}
_READ_TARGETS = {"PostgreSQL": f"<= {_MOST_BLOCKS:,}", "MariaDB": "told, not promised"}
_TEMPORARY = {"PostgreSQL": "all datasets together", "MariaDB": "at any one time"}


def _of_postgres(server: Postgres, city: Estate, count: int) -> Night:
    server.set(**_POSTGRES_SETTINGS)
    source = city.add("postgres", "postgres", server.options([holdings.SCHEMA]))
    server.run("SELECT pg_stat_reset()")
    with server.connect() as connection, _writing(lambda text: connection.execute(text.encode())) as writes:
        _scan_all(city, source, count)
    time.sleep(1)  # what an ended session did is counted a moment later
    entries = list(statements.postgres_entries(server.log.read_text("utf-8", "replace")))
    ((temporary, blocks),) = server.run(_TOTALS)
    return Night(
        entries,
        _seconds(entries),
        reads={name: int(number) for name, number in server.run(_BLOCKS)},
        temporary=int(temporary),
        waits=sum(entry.kind == "waits" for entry in entries),
        writes=writes[0],
        figures=f"{int(blocks):,} by all sessions for all there was",
    )


def _seconds(entries: Sequence[Entry]) -> dict[str, float]:
    """Time of the statements that read a table, by table: a statement is written down before its time."""
    seconds: dict[str, float] = defaultdict(float)
    asked: dict[int, str] = {}
    for entry in entries:
        if entry.account == READER and entry.kind == "statement":
            asked[entry.session] = statements.table_of(entry.text)
        elif entry.account == READER and entry.kind == "seconds":
            seconds[asked.get(entry.session, "")] += entry.amount
    return seconds


def _of_mariadb(server: Mariadb, city: Estate, count: int) -> Night:
    """Scan once while everything is written down, and once while it is not: writing it down locks tables too."""
    source = city.add("mariadb", "mariadb", server.options([holdings.SCHEMA]))
    with closing(server.server.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit(True)
        server.run("SET GLOBAL long_query_time = 0", "SET GLOBAL general_log = 1", "SET GLOBAL slow_query_log = 1")
        with _writing(cursor.execute):
            _scan_all(city, source, count)
        server.run("SET GLOBAL general_log = 0", "SET GLOBAL slow_query_log = 0", "SET GLOBAL userstat = 1")
        before = _status(server)
        with _temporary(server) as peak, _writing(cursor.execute) as writes:
            _scan_all(city, source, count)
        after = _status(server)
    seconds: dict[str, float] = defaultdict(float)
    for text, took in server.run(_SLOW):
        seconds[statements.table_of(text)] += float(took)
    change = {name: after[name] - before[name] for name in after}
    return Night(
        list(statements.mariadb_entries(server.run(_GENERAL))),
        seconds,
        reads={name: int(number) for name, number in server.run(_ROWS)},
        temporary=peak[0],
        waits=change["Innodb_row_lock_waits"] + change["Table_locks_waited"],
        writes=writes[0],
        figures=f"{change['Innodb_buffer_pool_read_requests']:,} pages asked of the buffer and "
        f"{change['Created_tmp_disk_tables']:,} temporary tables on disk by all sessions for all there was",
    )


def _status(server: Mariadb) -> dict[str, int]:
    names = (
        "'Innodb_row_lock_waits', 'Table_locks_waited', 'Innodb_buffer_pool_read_requests', 'Created_tmp_disk_tables'"
    )
    return {name: int(value) for name, value in server.run(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})")}


@contextmanager
def _temporary(server: Mariadb) -> Iterator[list[int]]:
    """The most bytes in the server's temporary files at a time, deleted but open ones included, beyond those before."""
    ((folder,),) = server.run("SELECT @@tmpdir")
    files = Path("/proc") / (server.server.folder / "pid").read_text().strip() / "fd"
    with _again(0.02, lambda: _bytes_below(files, folder)) as seen:
        first = _bytes_below(files, folder)
        peak = [0]
        yield peak
    peak[0] = max(max(seen, default=0) - first, 0)


def _bytes_below(files: Path, folder: str) -> int:
    total = 0
    for file in files.iterdir():
        with suppress(OSError):
            if str(file.readlink()).startswith(f"{folder}/#sql") or str(file.readlink()).endswith("(deleted)"):
                total += file.stat().st_size
    return total


@contextmanager
def _writing(run: Callable[[str], object]) -> Iterator[list[int]]:
    """The application: it changes rows of what is scanned all the time; how many times it did."""
    chance, number = random.Random(SEED), [0]

    def write() -> int:
        table, row = chance.choice(_WRITTEN), chance.randrange(1, 150)
        run(f"UPDATE {holdings.SCHEMA}.{table} SET email = 'new{row}@example.org' WHERE id = {row}")
        number[0] += 1
        return 0

    with _again(0.002, write):
        yield number


@contextmanager
def _again(seconds: float, look: Callable[[], int]) -> Iterator[list[int]]:
    """Do it again and again, as long as this lasts; what it gave each time."""
    over, seen = threading.Event(), list[int]()

    def go_on() -> None:
        while not over.wait(seconds):
            seen.append(look())

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _scan_all(city: Estate, source: Source, count: int) -> None:
    run = city.scan(source, full=True)
    looked = city.reasons(run)["looked at"]
    if (run.state, looked) != (RunState.DONE, count):
        raise RuntimeError(f"the scan looked at {looked} of {count} datasets and was {run.state}")
