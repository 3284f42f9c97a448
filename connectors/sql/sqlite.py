"""SQLite databases: one file, opened read-only, asked nothing but SELECT."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.forbidden import Forbidden
from connectors.options import Options
from connectors.sql.calling_off import Question, called_off
from connectors.sql.datafile import beside, mark, refuse_unreadable
from connectors.sql.drawn import Drawn, nest, sample_of
from connectors.sql.sqlite_errors import failure, looks_encrypted
from connectors.sql.sqlite_queries import Relation, is_declared_json, relation
from connectors.sql.sqlite_rows import drawn_of
from connectors.sql.sqlite_session import Session, quoted

_KINDS = {"table": DatasetKind.TABLE, "virtual": DatasetKind.TABLE, "view": DatasetKind.VIEW}
_LISTING_SECONDS = 60.0
_COUNT_SECONDS = 0.5
# For all tables of a file together. What is few rows is counted even then.
_COUNTS_SECONDS = 2.0
_CANCEL_SECONDS = 1.5


class SqliteConnector:
    """Reads one SQLite file. Option: ``path``."""

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:  # noqa: ARG002 - every connector is made alike; a database file has no secret
        self._path = Path(Options.of("SQLite source", options, required=("path",)).text("path"))
        self._label = f"SQLite file {self._path.name}"
        self._forbidden = Forbidden(bounds.own)
        self._forbidden.refuse(self._path, self._label)
        self._opened: Session | None = None
        self._question = Question()

    def check(self) -> Sequence[Check]:
        """Test whether the file exists, can be read, and is a database with tables."""
        try:
            self._refuse()
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
        """Yield every table and view; the engine's own tables are left out. Large ones may be listed without a count.

        The change signal is the file's: any change in it makes all that is in it due.
        """
        with self._asking(SourceError, self._label) as session:
            tables = self._tables(session)
            counted_by = time.monotonic() + _COUNTS_SECONDS
            listed = [item for row in tables for item in self._items(session, *row, counted_by)]
        yield from listed

    def view(self) -> str:
        """Nothing but the settings: who may read the file sees all that is in it."""
        return ""

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table; of a large one seeded rows from all over it, and its ends by its key."""
        thing = f"A {ref.kind.value} of {self._label}"
        with self._asking(DatasetError, thing) as session:
            session.limit(plan.seconds)
            found = relation(session, ref.locator, thing)
            drawn = drawn_of(session, found, plan)
        total = len(drawn.rows) if drawn.method is SampleMethod.ALL_ROWS else ref.row_estimate
        return sample_of(found.columns, drawn, _nesting(found, drawn), plan, rows_total=total, partly=False)

    def load(self) -> Load:
        """A file does not tell who else reads it."""
        return Load()

    def cancel(self) -> None:
        """End what another thread is asking."""
        if self._question.call_off() and (session := self._opened):
            self._question.end(session.interrupt, _CANCEL_SECONDS)

    def close(self) -> None:
        """Close the file."""
        if self._opened:
            self._opened.close()
            self._opened = None

    def _refuse(self) -> None:
        self._forbidden.refuse(self._path, self._label)
        refuse_unreadable(self._path, self._label)

    @contextmanager
    def _asking(self, kind: type[SourceError], thing: str) -> Iterator[Session]:
        """Lend the session; the engine's errors come out as ours, without their texts."""
        with self._question.asked():
            try:
                yield self._session()
            except sqlite3.Error as error:
                if self._question.is_called_off:
                    raise called_off(kind, thing) from None
                raise failure(error, kind, thing, encrypted=looks_encrypted(self._path)) from None

    def _session(self) -> Session:
        if self._opened is None:
            self._refuse()
            self._opened = Session(self._path, self._question)
        return self._opened

    def _tables(self, session: Session) -> list[tuple[str, str, str]]:
        session.limit(_LISTING_SECONDS)
        version = session.all("PRAGMA schema_version")[0][0]
        signal = f"{version}:{mark(self._path)}:{mark(beside(self._path, '-wal'))}"
        listed = session.all("PRAGMA table_list")
        return [(name, kind, signal) for schema, name, kind, *_ in listed if _is_somebodys(schema, name, kind)]

    def _items(
        self, session: Session, name: str, kind: str, signal: str, counted_by: float
    ) -> Iterator[DatasetRef | Unlisted]:
        seconds = min(_COUNT_SECONDS, counted_by - time.monotonic())
        count = None if kind == "view" else _count(session, name, seconds)
        ref = DatasetRef(locator=name, name=name, kind=_KINDS[kind], key=name, row_estimate=count, change_signal=signal)
        no_rows = f"SELECT count(*) FROM (SELECT * FROM {quoted(name)} LIMIT 0)"  # noqa: S608 - the same
        is_readable = kind != "virtual" or _briefly(session, no_rows, _COUNT_SECONDS) == 0
        yield ref if is_readable else Unlisted(ref, SkipReason.UNKNOWN_FORMAT)


def _count(session: Session, table: str, seconds: float) -> int | None:
    """How many rows there are; None where counting takes longer."""
    # Not max(rowid): where the key is a person's number, that would be a value. Nor count(*) of the table itself: the
    # engine counts in one step, however long it takes, and looks at the clock between two steps only.
    return _briefly(session, f"SELECT count(*) FROM (SELECT 1 FROM {quoted(table)} LIMIT -1)", seconds)  # noqa: S608 - a quoted name of the engine's own list


def _briefly(session: Session, query: str, seconds: float) -> int | None:
    """One number; None where it cannot be told in so many seconds."""
    session.limit(seconds)
    try:
        number: int = session.all(query)[0][0]
    except sqlite3.Error:
        if session.is_called_off:
            raise
        return None
    return number


def _is_somebodys(schema: str, name: str, kind: str) -> bool:
    return schema == "main" and kind in _KINDS and not name.startswith("sqlite_")


def _nesting(found: Relation, drawn: Drawn) -> list[int]:
    """The places of the columns that hold JSON: declared so, or by what is in them."""
    return [
        place
        for place, column in enumerate(found.columns)
        if is_declared_json(column) or nest(row[place] for row in drawn.rows)
    ]
