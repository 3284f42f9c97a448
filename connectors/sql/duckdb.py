"""DuckDB databases: one file, opened read-only for each answer, asked nothing but SELECT."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.forbidden import Forbidden
from connectors.options import Options
from connectors.sql import duckdb_queries as queries
from connectors.sql import words
from connectors.sql.datafile import beside, mark, refuse_unreadable
from connectors.sql.drawn import sample_of
from connectors.sql.duckdb_errors import PROBLEMS, TOO_SLOW, failure, refusal
from connectors.sql.duckdb_queries import DuckdbColumn, Relation
from connectors.sql.duckdb_rows import rows_of
from connectors.sql.duckdb_session import Session

_LISTING_SECONDS = 60.0


class DuckdbConnector:
    """Reads one DuckDB file. Option: ``path``.

    The file is let go after each answer: as long as it is open, the engine refuses its owner's writing.
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:  # noqa: ARG002 - every connector is made alike; a database file has no secret
        self._path = Path(Options.of("DuckDB source", options, required=("path",)).text("path"))
        self._label = f"DuckDB file {self._path.name}"
        self._forbidden = Forbidden(bounds.own)
        self._forbidden.refuse(self._path, self._label)
        self._asked: Session | None = None

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
        message = f"it opens read-only and holds {tables} tables and views"
        return (found, Check("database", passed=True, message=message))

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every table and view; the engine's own are left out."""
        # Before the file is opened, so that a change in between is one since the listing.
        signal = f"{mark(self._path)}:{mark(beside(self._path, '.wal'))}"
        with self._asking(SourceError, self._label, _LISTING_SECONDS) as session:
            found = session.execute(queries.RELATIONS)
        for schema, name, kind, comment, rows in found:
            yield DatasetRef(
                locator=json.dumps([schema, name]),
                name=f"{schema}.{name}",
                kind=DatasetKind(kind),
                # The engine's numbers of tables are given anew each time a file is opened; a dot may be part of a name.
                key=f"{queries.quoted(schema)}.{queries.quoted(name)}",
                comment=comment,
                row_estimate=rows,
                change_signal=signal,
            )

    def view(self) -> str:
        """Nothing beside the path: whoever may read the file sees all of it."""
        return ""

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table, seeded random ones of a large one, the first ones of a view."""
        thing = f"A {ref.kind.value} of {self._label}"
        with self._asking(DatasetError, thing, plan.seconds) as session:
            relation = _relation(session, ref.locator, thing)
            drawn, rows_total = rows_of(session, relation, plan)
        nesting = [place for place, column in enumerate(relation.columns) if column.nests]
        columns = [column.schema for column in relation.columns]
        return sample_of(columns, drawn, nesting, plan, rows_total=rows_total)

    def load(self) -> Load:
        """A file does not tell."""
        return Load()

    def cancel(self) -> None:
        """Interrupt what another thread is asking."""
        if session := self._asked:
            session.end()

    def close(self) -> None:
        """Nothing is open between answers."""

    def _refuse(self) -> None:
        self._forbidden.refuse(self._path, self._label)
        refuse_unreadable(self._path, self._label)

    @contextmanager
    def _asking(self, kind: type[SourceError], thing: str, seconds: float) -> Iterator[Session]:
        """Open the file for ``seconds``; the engine's errors come out as ours, without their texts."""
        self._refuse()
        self._asked = session = Session(self._path, seconds)
        try:
            self._open(session)
            yield session
        except PROBLEMS as error:
            raise failure(error, kind, thing) from None
        finally:
            self._asked = None
            session.close()
        if session.is_over:
            raise words.said(TOO_SLOW, kind, thing)

    def _open(self, session: Session) -> None:
        try:
            session.open()
        except PROBLEMS as error:
            raise refusal(error, self._path, self._label) from None


def _relation(session: Session, locator: str, thing: str) -> Relation:
    schema, name = json.loads(locator)
    found = session.execute(queries.KIND, (schema, name, schema, name))
    if not found:
        raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    told = {column: about for column, *about in session.execute(queries.COLUMNS, (schema, name))}
    keys = {column for (column,) in session.execute(queries.KEYS, (schema, name))}
    columns = []
    source = f"{queries.quoted(schema)}.{queries.quoted(name)}"
    for position, (column, kind) in enumerate(session.described(queries.everything(source))):
        comment, nullable = told.get(column, ("", None))
        declared = ColumnSchema(
            column, position, str(kind), comment, nullable=nullable, in_key=column in keys, key=column
        )
        columns.append(DuckdbColumn(declared, kind.id))
    return Relation(schema, name, found[0] == ("table",), columns)
