"""Opening the catalog's database: one engine, two kinds of transaction, one lock per source."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from catalog.errors import StoreError

#: Services name these two types without importing SQLAlchemy.
__all__ = ["Connection", "Engine", "connected", "open_engine", "reading", "source_lock", "writing"]

_ADVICE = "Check PRIVACY_CATALOG_DATABASE_URL and that the database runs, then try `privacy-catalog doctor`."


def open_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL; errors never show parameters.

    Raises:
        StoreError: when the address cannot be used.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise StoreError("The catalog's database", "only SQLite and PostgreSQL can hold a catalog", _ADVICE)
        if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError):
        raise StoreError("The catalog's database", "its address cannot be understood", _ADVICE) from None
    except OSError:
        raise StoreError(
            "The catalog's folder", "it cannot be made", "Choose another PRIVACY_CATALOG_DATA_DIR."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: a lock taken later, after a read, can fail instead of waiting.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads one consistent state and cannot write."""
    with connected(engine) as connection, connection.begin():
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        try:
            yield connection
        finally:
            if not postgres:
                connection.exec_driver_sql("PRAGMA query_only=OFF")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; everything in it happens, or nothing."""
    with connected(engine.execution_options(writes=True)) as connection, connection.begin():
        yield connection


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """A connection whose failures are ours to tell: the driver's texts quote what was written.

    Raises:
        StoreError: when the database cannot be opened or refuses the work.
    """
    try:
        with engine.connect() as connection:
            yield connection
    except (DBAPIError, sqlite3.Error) as error:
        raised = error.orig if isinstance(error, DBAPIError) else error
        if getattr(raised, "sqlite_errorname", "") in {"SQLITE_NOTADB", "SQLITE_CORRUPT"}:
            advice = "Restore a backup, or move the file away and run `privacy-catalog init`."
            raise StoreError(f"The file {engine.url.database}", "it is no database or is damaged", advice) from None
        cause = f"it refused the work ({type(error).__name__})"
        raise StoreError("The catalog's database", cause, _ADVICE) from None
    except NoneFreeError:
        cause, next_step = "all connections to it stay in use", "Try again when fewer sources are scanned at a time."
        raise StoreError("The catalog's database", cause, next_step) from None


@contextmanager
def source_lock(engine: Engine, source_id: int) -> Iterator[bool]:
    """Hold the one run lock of a source; yields False when another process has it.

    The lock dies with its holder: a file lock beside SQLite, an advisory lock on PostgreSQL.
    """
    if engine.dialect.name == "postgresql":
        with connected(engine) as connection:
            # A run holds it for hours: as one of the pool's few, it would be missing for the work itself.
            connection.detach()
            key = {"key": 0x50430000 + source_id}
            held = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one())
            connection.commit()
            try:
                yield held
            finally:
                if held:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
                    connection.commit()
        return
    folder = Path(str(engine.url.database)).parent / "locks"
    folder.mkdir(exist_ok=True, mode=0o700)
    with (folder / f"source-{source_id}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
