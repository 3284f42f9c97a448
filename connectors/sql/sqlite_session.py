"""One read-only opening of a SQLite file, which does nothing but read and ends when its time is over."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from connectors.sql.calling_off import Question
from connectors.sql.datafile import beside

_LOCK_SECONDS = 2.0
_STEPS = 10_000
"""Steps of the engine between two looks at the clock."""
_PRAGMAS = frozenset({"data_version", "table_list", "table_xinfo", "schema_version"})
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_LONGEST_CELL = 16 * 1024 * 1024
"""Bytes of a text, stored or made by a view; what is stored and no text may be longer, as it is not read."""
_MOST_MEMORY = 512 * 1024 * 1024
"""Bytes for all that the engine holds in this process."""
# Sorting and grouping, as in views, stay in memory: a temporary file would hold values on disk.
_SETTINGS = (
    *("query_only=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY"),
    f"hard_heap_limit={_MOST_MEMORY}",
)


class Session:
    """A file that is read from.

    Parameters:
        opened: its path, or what was opened of it otherwise.
        question: what is asked of it, which may be called off.
    """

    def __init__(self, opened: Path | sqlite3.Connection, question: Question) -> None:
        self._question = question
        self._until = time.monotonic()
        self._connection = _open(opened) if isinstance(opened, Path) else opened
        self._connection.set_progress_handler(self._is_over, _STEPS)

    def execute(self, query: str, arguments: Sequence[object] = ()) -> sqlite3.Cursor:
        """Ask, and take the answer row by row."""
        if self._question.is_called_off:
            raise _interrupted()
        return self._connection.execute(query, arguments)

    def all(self, query: str, arguments: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask for a short answer."""
        return self.execute(query, arguments).fetchall()

    def limit(self, seconds: float) -> None:
        """End whatever is asked from now on when so much time has passed in all."""
        self._until = time.monotonic() + seconds

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give what is asked within this less time than there is in all."""
        whole = self._until
        self._until = min(whole, time.monotonic() + seconds)
        try:
            yield
        finally:
            self._until = whole

    @property
    def seconds_left(self) -> float:
        """How much time there is."""
        return self._until - time.monotonic()

    @property
    def is_called_off(self) -> bool:
        """Whether nobody wants the answer any more."""
        return self._question.is_called_off

    def interrupt(self) -> None:
        """End what another thread is asking at this moment."""
        with suppress(sqlite3.Error):
            self._connection.interrupt()

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def _is_over(self) -> bool:
        return self._question.is_called_off or time.monotonic() > self._until


def quoted(name: str) -> str:
    """A name as the engine takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def is_interrupted(error: sqlite3.Error) -> bool:
    """Whether the time was over, or somebody called it off."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _interrupted() -> sqlite3.Error:
    error = sqlite3.OperationalError("interrupted")
    error.sqlite_errorcode = sqlite3.SQLITE_INTERRUPT
    return error


def _open(path: Path) -> sqlite3.Connection:
    # A write-ahead database that was closed cleanly is read as it lies: reading it otherwise makes files beside it.
    immutable = "&immutable=1" if _is_write_ahead(path) and not beside(path, "-wal").exists() else ""
    address = f"file:{quote(str(path.absolute()))}?mode=ro{immutable}"
    return settled(sqlite3.connect(address, uri=True, timeout=_LOCK_SECONDS, isolation_level=None))


def settled(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A connection that does nothing but read from now on; closed where it cannot be held to that."""
    # The default factory quotes text it cannot decode in its error.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    try:
        for pragma in _SETTINGS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    reading = (
        action in _ALLOWED
        or (action == sqlite3.SQLITE_FUNCTION and second != "load_extension")
        or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
        # A virtual table declares itself so, in memory; nothing can change the schema of a file opened read-only.
        or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master")
    )
    return sqlite3.SQLITE_OK if reading else sqlite3.SQLITE_DENY


def _is_write_ahead(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:20] == b"\x02\x02"
