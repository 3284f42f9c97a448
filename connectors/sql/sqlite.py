"""SQLite databases: one file, opened read-only, asked nothing but SELECT."""

import os
import random
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Check, SamplePlan, Unlisted
from connectors.options import Options
from connectors.rows import Row, Window, choose, columns_of
from connectors.sql.sqlite_errors import failure, looks_encrypted

_KINDS = {"table": DatasetKind.TABLE, "virtual": DatasetKind.TABLE, "view": DatasetKind.VIEW}
_PRAGMAS = frozenset({"data_version", "table_list", "table_xinfo", "schema_version"})
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_HIDDEN = 1
_LOCK_SECONDS = 2.0
_LISTING_SECONDS = 60.0
_COUNT_SECONDS = 0.5
_STEPS = 10_000
"""Steps of the engine between two looks at the clock."""


class SqliteConnector:
    """Reads one SQLite file. Option: ``path``."""

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], file_mb: int) -> None:  # noqa: ARG002 - every connector is made alike; a database file has no secret and no size limit
        self._path = Path(Options.of("SQLite source", options, required=("path",)).text("path"))
        self._label = f"SQLite file {self._path.name}"
        self._opened: sqlite3.Connection | None = None

    def check(self) -> Sequence[Check]:
        """Test whether the file exists, can be read, and is a database with tables."""
        try:
            self._look_at_file()
        except SourceError as error:
            return (Check("file", passed=False, message=str(error)),)
        found = Check("file", passed=True, message="the file exists and can be read")
        try:
            tables = sum(1 for _ in self.listing())
        except SourceError as error:
            return (found, Check("database", passed=False, message=str(error)))
        return (
            found,
            Check("database", passed=True, message=f"it opens read-only and holds {tables} tables and views"),
        )

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every table and view; the engine's own tables are left out."""
        with self._asking(SourceError, self._label, _LISTING_SECONDS) as connection:
            signal = self._change_signal(connection)
            listed = [row for row in connection.execute("PRAGMA table_list") if _is_somebodys(*row[:3])]
        for _, name, kind, *_ in listed:
            ref = DatasetRef(
                locator=name,
                name=name,
                kind=_KINDS[kind],
                key=name,
                row_estimate=None if kind == "view" else self._count(name),
                change_signal=signal,
            )
            yield Unlisted(ref, SkipReason.UNKNOWN_FORMAT) if kind == "virtual" and not self._readable(name) else ref

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table, seeded random ones of a large one, the first ones of a view."""
        thing = f"A {ref.kind.value} of {self._label}"
        with self._asking(DatasetError, thing, plan.seconds) as connection:
            columns = _columns(connection, ref.locator)
            if not columns:
                raise _no_columns(connection, ref.locator, thing)
            rowid = _rowid_name(connection, ref.locator, columns)
            rows, method, cut = _rows(connection, ref.locator, columns, rowid, plan)
        total = len(rows) if method is SampleMethod.ALL_ROWS and not cut else ref.row_estimate
        return Sample(columns, columns_of(rows, len(columns)), method=method, rows_total=total, partly=cut)

    def close(self) -> None:
        """Close the file."""
        if self._opened:
            self._opened.close()
            self._opened = None

    def _look_at_file(self) -> None:
        try:
            mode = self._path.stat().st_mode
            readable = os.access(self._path, os.R_OK)
        except (FileNotFoundError, NotADirectoryError):
            raise self._error("there is no such file", "Check the path.", SkipReason.UNREACHABLE) from None
        except OSError:
            raise self._error("its folder cannot be read", "Permit reading.", SkipReason.NO_PERMISSION) from None
        if not stat.S_ISREG(mode):
            cause = "it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file"
            raise self._error(cause, "Give the path of a database file.", SkipReason.BAD_SETTINGS)
        if not readable:
            raise self._error("the file may not be read", "Permit reading.", SkipReason.NO_PERMISSION)

    def _error(self, cause: str, next_step: str, reason: SkipReason) -> SourceError:
        return SourceError(self._label, cause, next_step, reason=reason)

    @contextmanager
    def _asking(self, kind: type[SourceError], thing: str, seconds: float) -> Iterator[sqlite3.Connection]:
        """Lend the connection for ``seconds``; the engine's errors come out as ours, without their texts."""
        try:
            connection = self._connection()
            deadline = time.monotonic() + seconds
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            yield connection
        except sqlite3.Error as error:
            raise failure(error, kind, thing, encrypted=looks_encrypted(self._path)) from None

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._look_at_file()
            self._opened = _open(self._path)
        return self._opened

    def _change_signal(self, connection: sqlite3.Connection) -> str:
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        marks = [_mark(self._path), _mark(_beside(self._path, "-wal"))]
        return f"{version}:{':'.join(marks)}"

    def _count(self, table: str) -> int | None:
        # Not max(rowid): where the key is a person's number, that would be a value.
        try:
            with self._asking(DatasetError, self._label, _COUNT_SECONDS) as connection:
                count: int = connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0]  # noqa: S608 - a quoted name of the engine's own list
                return count
        except DatasetError:
            return None

    def _readable(self, table: str) -> bool:
        try:
            with self._asking(DatasetError, self._label, _COUNT_SECONDS) as connection:
                connection.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0")  # noqa: S608 - a quoted name of the engine's own list
        except DatasetError:
            return False
        return True


def _open(path: Path) -> sqlite3.Connection:
    # A write-ahead database that was closed cleanly is read as it lies: reading it otherwise makes files beside it.
    immutable = "&immutable=1" if _is_write_ahead(path) and not _beside(path, "-wal").exists() else ""
    address = f"file:{quote(str(path.absolute()))}?mode=ro{immutable}"
    connection = sqlite3.connect(address, uri=True, timeout=_LOCK_SECONDS, isolation_level=None)
    # The default factory quotes text it cannot decode in its error.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        # Sorting and grouping, as in views, stay in memory: a temporary file would hold values on disk.
        for pragma in ("query_only=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY"):
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


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _mark(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "-"
    return f"{status.st_mtime_ns}.{status.st_size}"


def _is_somebodys(schema: str, name: str, kind: str) -> bool:
    return schema == "main" and kind in _KINDS and not name.startswith("sqlite_")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _columns(connection: sqlite3.Connection, table: str) -> list[ColumnSchema]:
    found = [row for row in connection.execute(f"PRAGMA table_xinfo({_quoted(table)})") if row[6] != _HIDDEN]
    return [
        ColumnSchema(name, position, declared, "", nullable=not required, in_key=bool(key), key=name)
        for position, (_, name, declared, required, _, key, *_) in enumerate(found)
    ]


def _no_columns(connection: sqlite3.Connection, table: str, thing: str) -> DatasetError:
    if any(row[1] == table for row in connection.execute("PRAGMA table_list")):
        return DatasetError(thing, "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
    return DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)


def _rowid_name(connection: sqlite3.Connection, table: str, columns: Sequence[ColumnSchema]) -> str | None:
    """The name under which the hidden row number can be asked for, None where there is none."""
    about = next(row for row in connection.execute("PRAGMA table_list") if row[0] == "main" and row[1] == table)
    if about[2] != "table" or about[4]:
        return None
    taken = {column.name.lower() for column in columns}
    return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)


def _rows(
    connection: sqlite3.Connection, table: str, columns: Sequence[ColumnSchema], rowid: str | None, plan: SamplePlan
) -> tuple[list[Row], SampleMethod, bool]:
    cells = ", ".join(_cell(_quoted(column.name), plan.cell_chars) for column in columns)
    select = f"SELECT {cells} FROM {_quoted(table)}"  # noqa: S608 - quoted names of the engine's own list
    with closing(connection.execute(f"{select} LIMIT ?", (plan.rows + 1,))) as cursor:
        window = Window(cursor)
        rows = list(window)
    if len(rows) <= plan.rows and not window.cut:
        return rows, SampleMethod.ALL_ROWS, False
    if rowid is None:
        return rows[: plan.rows], SampleMethod.FIRST_ROWS, window.cut
    numbers = _row_numbers(connection, table, rowid, plan)
    window = Window(row for number in numbers for row in connection.execute(f"{select} WHERE {rowid} = ?", (number,)))
    return list(window), SampleMethod.RANDOM_ROWS, window.cut


def _cell(column: str, characters: int) -> str:
    """The text of one cell, cut by the engine; whole numbers stored as real ones lose their ``.0``."""
    return (
        f"CASE typeof({column}) WHEN 'blob' THEN NULL WHEN 'real' THEN printf('%.15g', {column})"
        f" ELSE substr(CAST({column} AS TEXT), 1, {int(characters)}) END"
    )


def _row_numbers(connection: sqlite3.Connection, table: str, rowid: str, plan: SamplePlan) -> list[int]:
    """Draw row numbers evenly over their range; where they lie too unevenly, take the rest from all over the table."""
    source = _quoted(table)
    low, high = connection.execute(f"SELECT min({rowid}), max({rowid}) FROM {source}").fetchone()  # noqa: S608 - quoted
    chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
    following = f"SELECT {rowid} FROM {source} WHERE {rowid} >= ? ORDER BY {rowid} LIMIT 1"  # noqa: S608 - quoted
    drawn: set[int] = set()
    for _ in range(4 * plan.rows):
        if len(drawn) == plan.rows:
            break
        drawn.add(connection.execute(following, (chance.randint(low, high),)).fetchone()[0])
    if len(drawn) < plan.rows:
        every = (row[0] for row in connection.execute(f"SELECT {rowid} FROM {source}") if row[0] not in drawn)  # noqa: S608 - quoted
        drawn.update(choose(every, plan.rows - len(drawn), plan.seed)[0])
    return sorted(drawn)
