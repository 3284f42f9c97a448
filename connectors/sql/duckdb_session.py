"""One reading of a DuckDB file: opened read-only, shut off from everything else, ended in time."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

_BATCH = 256
_AGAIN_SECONDS = 0.05
_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # Otherwise a name that a view asks for may be a variable of this process.
    "python_enable_replacements": "false",
    # What needs more fails: spilling would put values on disk.
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "memory_limit": "256MB",
    "threads": "1",
    "lock_configuration": "true",
}


class Session:
    """A file held open for one answer only: as long as it is, the engine refuses its owner's writing.

    Parameters:
        seconds: after which whatever is being asked is ended.
    """

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._watch = _Watch(seconds)
        self._opened: duckdb.DuckDBPyConnection | None = None

    @property
    def is_over(self) -> bool:
        """Whether its time was up, or somebody called it off."""
        return self._watch.is_over

    def open(self) -> None:
        """Open the file."""
        # An absolute path is never taken for the address of a service.
        self._opened = duckdb.connect(str(self._path.absolute()), read_only=True, config=dict(_SETTINGS))
        self._watch.start(self._opened)

    def execute(self, query: str, arguments: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """Ask for a short answer."""
        return self._asked(query, arguments).fetchall()

    def described(self, query: str) -> list[tuple[str, Any]]:
        """The names and types of the columns of an answer."""
        return [(name, kind) for name, kind, *_ in self._asked(query).description or ()]

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Ask for a long answer and take it row by row."""
        asked = self._asked(query)
        while batch := asked.fetchmany(_BATCH):
            yield from batch

    def end(self) -> None:
        """End, from another thread, what is being asked and all that follows."""
        self._watch.end()

    def close(self) -> None:
        """Let the file go."""
        self._watch.stop()
        if self._opened:
            self._opened.close()

    def _asked(self, query: str, arguments: Sequence[str] = ()) -> duckdb.DuckDBPyConnection:
        if self._opened is None:
            raise RuntimeError("the file is not open")
        return self._opened.execute(query, list(arguments))


class _Watch:
    """Interrupts a connection when its time is up, and again until it is stopped: the engine forgets an interruption
    that comes between two statements.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._called_off = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.is_over = False

    def start(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._thread = threading.Thread(target=self._run, args=(connection,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.is_over = True
        self._called_off.set()

    def stop(self) -> None:
        self._stopped.set()
        self._called_off.set()
        if self._thread:
            self._thread.join()

    def _run(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._called_off.wait(self._seconds)
        while not self._stopped.is_set():
            self.is_over = True
            connection.interrupt()
            self._stopped.wait(_AGAIN_SECONDS)
