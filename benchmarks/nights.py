"""Night after night over the same source: what a night costs in which nothing, or one table, has changed.

``NIGHTS_TABLES`` makes fewer tables than the promised two thousand, for a first look.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.proof import Proof
from benchmarks.speed_tables import MadeTable, made
from catalog.model.holdings import Agency, Source
from catalog.model.runs import Run, RunState
from catalog.services import indexing, setup, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners.processes import Template
from scanners.runs import run_source
from tests.support.bounds import EGRESS
from tests.support.mariadb import place, throwaway_mariadb
from tests.support.postgres import libpq, throwaway_postgres
from tests.support.sources import BuiltSource, Table, mariadb_source, postgres_options

SEED = 20261128
TABLES = int(os.environ.get("NIGHTS_TABLES", "2000"))
_ROWS = 60
_KIB = 1024
_SHARE = 0.05


@dataclass(frozen=True)
class Server:
    """A server full of tables: how it is reached, how many rows it has handed out, and how to change one table."""

    source: BuiltSource
    rows_read: Callable[[], int]
    change_one: Callable[[], None]


def proofs() -> Iterator[Proof]:
    """The first night, one without change and one with a single change, over PostgreSQL and over MariaDB."""
    with _postgres() as server:
        yield from _nights("PostgreSQL", server)
    with _mariadb() as server:
        yield from _nights("MariaDB (table_definition_cache 8192)", server)


def _nights(engine: str, server: Server) -> Iterator[Proof]:
    where = f"{TABLES:,} {engine} tables"
    with tempfile.TemporaryDirectory() as folder, Template() as template:
        catalog = setup.init(Settings(data_dir=Path(folder), egress=EGRESS))
        source = _added(catalog, server.source)
        template.end(template.make())  # the scan side is there all night, and warm
        first, seconds = _a_night(catalog, source, template)
        assert (first.state, first.datasets_done) == (RunState.DONE, TABLES)
        before, size = server.rows_read(), _size(catalog)
        second, again = _a_night(catalog, source, template)
        read, grown = server.rows_read() - before, (_size(catalog) - size) / TABLES
        looked = f"{second.datasets_done} datasets looked at, {read} rows read"
        kept = not (second.datasets_done or read) and second.state is RunState.DONE
        yield Proof(f"a second night over {where}", looked, "0 and 0", kept, SEED)
        share = f"{again / seconds:.1%} ({again:.2f} s of {seconds:.1f} s)"
        yield Proof(f"its time beside the first's, {where}", share, "under 5 %", again < _SHARE * seconds, SEED)
        promise = f"growth of the catalog in it, a dataset of {where}"
        yield Proof(promise, f"{grown:.0f} bytes", "at most 1 KiB", grown <= _KIB, SEED)
        server.change_one()
        third, _ = _a_night(catalog, source, template)
        figure = f"{third.datasets_done} looked at"
        yield Proof(f"a night in which one of {where} changed", figure, "1 looked at", third.datasets_done == 1, SEED)
        catalog.close()


def _added(catalog: Catalog, built: BuiltSource) -> Source:
    actor = local_administrator()
    sources.add_agency(actor, catalog, Agency("a", "A", "Agency", (), "department", "", True, ""))
    system = sources.add_system(actor, catalog, "a", "System")
    return sources.add_source(actor, catalog, system.id, "db", built.kind, dict(built.options))


def _a_night(catalog: Catalog, source: Source, template: Template) -> tuple[Run, float]:
    """A run to its end, search and all, and its seconds."""
    began = time.monotonic()
    run = run_source(local_administrator(), catalog, source, template=template)
    indexing.refresh(catalog)
    return run, time.monotonic() - began


def _size(catalog: Catalog) -> int:
    """Bytes of the catalog's database when all of it is in its file."""
    with catalog.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(str(catalog.engine.url.database)).stat().st_size


def _tables() -> Iterator[tuple[str, MadeTable]]:
    for number in range(TABLES):
        yield f"t{number:04}", made(number, _ROWS, SEED)


@contextmanager
def _postgres() -> Iterator[Server]:
    with throwaway_postgres() as address:
        with _owner(address) as owner:
            for name, table in _tables():
                columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(each)) for each in table.names)
                owner.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(name), columns))
                copying = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(name))
                with owner.cursor().copy(copying) as copy:
                    copy.write(table.as_csv())
            owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
            owner.execute("VACUUM ANALYZE")

        def rows_read() -> int:
            time.sleep(11)  # a session that idles tells what it has read within ten seconds
            with _owner(address) as owner:
                asked = "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"
                return int((owner.execute(asked).fetchone() or (0,))[0])

        def change_one() -> None:
            with _owner(address) as owner:
                owner.execute("INSERT INTO t0007 SELECT * FROM t0007 LIMIT 1")

        yield Server(BuiltSource("postgres", postgres_options(address)), rows_read, change_one)


def _owner(address: str) -> psycopg.Connection:
    """A session of the owner; what it changed is counted when it ends."""
    return psycopg.connect(libpq(address), autocommit=True)


@contextmanager
def _mariadb() -> Iterator[Server]:
    with throwaway_mariadb() as server, place(server) as where:
        # A table that this server lets go of for want of room loses the time of its last change, and is due again.
        where.run("SET GLOBAL userstat = 1", "SET GLOBAL table_definition_cache = 8192")
        built = mariadb_source(where, _as_texts())
        time.sleep(2)  # a change of this very second is no signal yet

        def rows_read() -> int:
            asked = "SELECT coalesce(sum(ROWS_READ), 0) FROM information_schema.TABLE_STATISTICS WHERE TABLE_SCHEMA = "
            return int(where.run(f"{asked}'{where.database}'")[0][0])

        def change_one() -> None:
            where.run("INSERT INTO t0007 SELECT * FROM t0007 LIMIT 1")
            time.sleep(2)

        yield Server(built, rows_read, change_one)


def _as_texts() -> Mapping[str, Table]:
    return {name: Table(table.names, list(zip(*table.cells, strict=True))) for name, table in _tables()}
