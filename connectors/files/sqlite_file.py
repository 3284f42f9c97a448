"""SQLite databases that lie in a share: every table and view is a dataset.

A file of this machine is read where it lies, through the handle that the walk opened; one from elsewhere in memory.
Neither is ever locked or written to.
"""

import io
import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files.unpacking import IN_MEMORY, MEGABYTE
from connectors.sql import sqlite_tables
from connectors.sql.calling_off import Question
from connectors.sql.sqlite_errors import PAGE_BYTES, failure, looks_encrypted
from connectors.sql.sqlite_session import Session, settled

_HANDLES = Path("/proc/self/fd")
_VERSIONS = slice(18, 20)
_ROLLBACK = b"\x01\x01"
_WRITE_AHEAD = b"\x02\x02"


def tables(stream: io.BufferedReader, file_mb: int, thing: str) -> Sequence[DatasetRef | Unlisted]:
    """Every table and view of a database, located by its name.

    Raises:
        DatasetError: when it cannot be opened safely.
    """
    with _asking(stream, file_mb, thing) as session:
        return sqlite_tables.listed(session, str)


def sample_table(
    stream: io.BufferedReader, table: str, file_mb: int, plan: SamplePlan, thing: str, rows: int | None = None
) -> Sample:
    """Read a bounded, seeded sample of one table or view.

    Parameters:
        rows: how many it has, where that is known.

    Raises:
        DatasetError: when it cannot be opened safely, is gone or has no columns.
    """
    with _asking(stream, file_mb, thing) as session:
        return sqlite_tables.sample_table(session, table, plan, thing, rows)


def is_write_ahead(head: bytes) -> bool:
    """Whether a database that begins so keeps its newest changes in a file beside it."""
    return head[_VERSIONS] == _WRITE_AHEAD


@contextmanager
def _asking(stream: io.BufferedReader, file_mb: int, thing: str) -> Iterator[Session]:
    """Lend a session; the engine's errors come out as ours, without their texts."""
    stream.seek(0)
    page = stream.read(PAGE_BYTES)
    try:
        opened = _opened(stream, file_mb, thing)
        with closing(Session(opened, question := Question())) as session, question.asked():
            yield session
    except sqlite3.Error as error:
        raise failure(error, DatasetError, thing, encrypted=looks_encrypted(page)) from None


def _opened(stream: io.BufferedReader, file_mb: int, thing: str) -> sqlite3.Connection:
    handle = _handle(stream)
    return _in_memory(stream, file_mb, thing) if handle is None else _in_place(handle, thing)


def _handle(stream: io.BufferedReader) -> int | None:
    """The handle of a file of this machine; None where it comes from elsewhere."""
    try:
        handle = stream.fileno()
    except OSError:
        return None
    return handle if _HANDLES.exists() and stat.S_ISREG(os.fstat(handle).st_mode) else None


def _in_place(handle: int, thing: str) -> sqlite3.Connection:
    """Read a file through its handle. As it may not be locked, it is read as if nobody changed it."""
    before = _handles()
    address = f"file:{_HANDLES}/{handle}?mode=ro&immutable=1"
    connection = settled(sqlite3.connect(address, uri=True, isolation_level=None))
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1")
        _refuse_another(handle, _handles() - before, thing)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_another(handle: int, opened: frozenset[int], thing: str) -> None:
    # The engine follows the handle to a path and opens that: what was put there meanwhile is another file.
    if not all(os.path.sameopenfile(each, handle) for each in opened):
        cause = "another file was put in its place"
        raise DatasetError(thing, cause, "Scan the source again.", reason=SkipReason.UNSAFE_PATH)


def _handles() -> frozenset[int]:
    """The handles that this process holds open; not that of the listing of them, whose number is given away next."""
    return frozenset(each for each in [int(each.name) for each in _HANDLES.iterdir()] if _is_open(each))


def _is_open(handle: int) -> bool:
    try:
        os.fstat(handle)
    except OSError:
        return False
    return True


def _in_memory(stream: io.BufferedReader, file_mb: int, thing: str) -> sqlite3.Connection:
    most = min(IN_MEMORY, file_mb * MEGABYTE)
    stream.seek(0)
    content = stream.read(most + 1)
    if len(content) > most:
        cause = "it is too large to be read from memory, where databases from elsewhere are read"
        raise DatasetError(thing, cause, "Make the database a source of its own.", reason=SkipReason.TOO_LARGE)
    if len(content) < _VERSIONS.stop:
        cause, next_step = "it is not a SQLite database", "Ask its owner for an intact copy."
        raise DatasetError(thing, cause, next_step, reason=SkipReason.UNREADABLE)
    if is_write_ahead(content[:PAGE_BYTES]):
        # In memory there is no place for a log beside it; without one, it reads like any other.
        content = content[: _VERSIONS.start] + _ROLLBACK + content[_VERSIONS.stop :]
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(content)
    except BaseException:
        connection.close()
        raise
    return settled(connection)
