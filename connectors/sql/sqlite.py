"""SQLite databases: one file, opened read-only, asked nothing but SELECT."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from catalog.errors import DatasetError, SourceError
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.forbidden import Forbidden
from connectors.options import Options
from connectors.sql import sqlite_tables
from connectors.sql.calling_off import Question, called_off
from connectors.sql.datafile import beside, mark, refuse_unreadable
from connectors.sql.sqlite_errors import PAGE_BYTES, failure, looks_encrypted
from connectors.sql.sqlite_session import Session

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
            listed = sqlite_tables.listed(session, lambda version: f"{version}:{self._mark()}")
        yield from listed

    def view(self) -> str:
        """Nothing but the settings: who may read the file sees all that is in it."""
        return ""

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table; of a large one seeded rows from all over it, and its ends by its key."""
        thing = f"A {ref.kind.value} of {self._label}"
        with self._asking(DatasetError, thing) as session:
            return sqlite_tables.sample_table(session, ref.locator, plan, thing, ref.row_estimate)

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
                raise failure(error, kind, thing, encrypted=_looks_encrypted(self._path)) from None

    def _session(self) -> Session:
        if self._opened is None:
            self._refuse()
            self._opened = Session(self._path, self._question)
        return self._opened

    def _mark(self) -> str:
        return f"{mark(self._path)}:{mark(beside(self._path, '-wal'))}"


def _looks_encrypted(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return looks_encrypted(file.read(PAGE_BYTES))
    except OSError:
        return False
