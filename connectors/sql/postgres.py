"""PostgreSQL databases, over one read-only session; an account that may write is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Check, SamplePlan, Unlisted
from connectors.arrow import columns_of_lines
from connectors.rows import SAMPLE_CHARACTERS, choose
from connectors.sql import postgres_queries as queries
from connectors.sql.postgres_errors import failure
from connectors.sql.postgres_queries import PostgresColumn, Relation
from connectors.sql.postgres_session import Address

_VIEWS = ("v",)
_SAMPLED = ("r", "m", "p")
_LONGEST_SECONDS = 15.0


class PostgresConnector:
    """Reads one database.

    Options: ``host``, ``port``, ``database``, ``user``, ``password`` (a reference), ``sslmode`` (``verify-full``
    where the server has a certificate), ``sslrootcert`` (the authority it is checked against), ``schemas`` (names
    separated by commas), ``allow_write`` (``yes`` admits an account that may change data).
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], file_mb: int) -> None:  # noqa: ARG002 - every connector is made alike; a server has no file size
        self._address = Address.of(options, resolve)
        self._schemas = {"schemas": list(self._address.options.words("schemas")) or None}
        self._may_write = self._address.options.choice("allow_write", ("no", "yes")) == "yes"
        self._opened: psycopg.Connection[Any] | None = None

    def check(self) -> Sequence[Check]:
        """Test name, port, TLS, login, permission and too much permission, up to the first that fails."""
        checks = list(self._address.steps())
        if not all(check.passed for check in checks):
            return checks
        try:
            connection = self._address.open()
        except SourceError as error:
            return [*checks, Check("login", passed=False, message=str(error))]
        checks.append(Check("login", passed=True, message="the login is accepted"))
        with connection:
            for name, step in (("permission", self._permission), ("write", self._no_writing)):
                try:
                    checks.append(Check(name, passed=True, message=step(connection)))
                except SourceError as error:
                    checks.append(Check(name, passed=False, message=str(error)))
        return checks

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every table and view, ordinary, materialised, foreign or partitioned."""
        with self._asking(SourceError, self._address.label) as connection:
            if self._schemas["schemas"] and connection.execute(queries.MISSING_SCHEMAS, self._schemas).fetchone() != (
                0,
            ):
                raise self._address.options.bad("a schema named in the option schemas does not exist", "Correct it.")
            found = connection.execute(queries.RELATIONS, self._schemas).fetchall()
        for oid, namespace, name, kind, comment, rows, permitted, signal in found:
            ref = DatasetRef(
                locator=str(oid),
                name=f"{namespace}.{name}",
                kind=DatasetKind.VIEW if kind in _VIEWS else DatasetKind.TABLE,
                key=f"oid:{oid}",
                comment=comment,
                row_estimate=rows if rows is not None and rows >= 0 and kind not in _VIEWS else None,
                change_signal=signal,
            )
            yield ref if permitted else Unlisted(ref, SkipReason.NO_PERMISSION)

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table, seeded random ones of a large one, the first ones of a view."""
        thing = f"A {ref.kind.value} of {self._address.label}"
        with self._asking(DatasetError, thing) as connection:
            relation = _relation(connection, ref.locator, thing)
            columns = _columns(connection, ref.locator)
            if not columns:
                raise DatasetError(thing, "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
            _limit(connection, plan.seconds)
            lines, method, cut = _lines(connection, relation, columns, plan)
        return Sample(
            [column.schema for column in columns],
            columns_of_lines(lines, len(columns)),
            method=method,
            rows_total=len(lines) if method is SampleMethod.ALL_ROWS else ref.row_estimate,
            partly=cut or relation.row_security or not all(column.permitted for column in columns),
        )

    def close(self) -> None:
        """Log out."""
        if self._opened:
            self._opened.close()
            self._opened = None

    @contextmanager
    def _asking(self, kind: type[SourceError], thing: str) -> Iterator[psycopg.Connection[Any]]:
        """Lend the session; the driver's errors come out as ours, without their texts."""
        connection = self._session()
        try:
            yield connection
        except psycopg.Error as error:
            raise failure(error, kind, thing) from None

    def _session(self) -> psycopg.Connection[Any]:
        if self._opened is None or self._opened.closed:
            connection = self._address.open()
            try:
                self._no_writing(connection)
            except SourceError:
                connection.close()
                raise
            self._opened = connection
        return self._opened

    def _permission(self, connection: psycopg.Connection[Any]) -> str:
        found = self._answer(connection, queries.RELATIONS)
        readable = sum(1 for row in found if row[6])
        if not readable:
            cause = f"none of {len(found)} tables and views may be read"
            raise self._refused(cause, "Grant the account USAGE and SELECT.", SkipReason.NO_PERMISSION)
        return f"{readable} of {len(found)} tables and views may be read"

    def _no_writing(self, connection: psycopg.Connection[Any]) -> str:
        if self._may_write:
            return "whether the account may change data is not looked at, as the settings say"
        powerful, database, schemas, tables = self._answer(connection, queries.WRITABLE)[0]
        causes = [
            "it administers the server" if powerful else "",
            "it may create schemas in the database" if database else "",
            f"it may create tables in {schemas} of its schemas" if schemas else "",
            f"it may change {tables} of its tables" if tables else "",
        ]
        if any(causes):
            cause = f"the account may change data: {', '.join(filter(None, causes))}"
            next_step = "Use an account that may only read, or set allow_write=yes."
            raise self._refused(cause, next_step, SkipReason.CAN_WRITE)
        return "the account may only read"

    def _answer(self, connection: psycopg.Connection[Any], query: LiteralString) -> list[tuple[Any, ...]]:
        try:
            return connection.execute(query, self._schemas).fetchall()
        except psycopg.Error as error:
            raise failure(error, SourceError, self._address.label) from None

    def _refused(self, cause: str, next_step: str, reason: SkipReason) -> SourceError:
        return SourceError(self._address.label, cause, next_step, reason=reason)


def _limit(connection: psycopg.Connection[Any], seconds: float) -> None:
    milliseconds = int(1000 * min(seconds, _LONGEST_SECONDS))
    connection.execute(sql.SQL("SET statement_timeout = {}").format(max(milliseconds, 1)))


def _relation(connection: psycopg.Connection[Any], locator: str, thing: str) -> Relation:
    row = connection.execute(queries.RELATION, {"oid": int(locator)}).fetchone()
    if row is None:
        raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    namespace, name, kind, rows, size, row_security = row
    return Relation(namespace, name, kind, rows or 0, size or 0, row_security)


def _columns(connection: psycopg.Connection[Any], locator: str) -> list[PostgresColumn]:
    found = connection.execute(queries.COLUMNS, {"oid": int(locator)}).fetchall()
    return [
        PostgresColumn(
            ColumnSchema(name, position, declared, comment, nullable=nullable, in_key=in_key, key=f"attnum:{number}"),
            permitted,
            binary,
        )
        for position, (number, name, declared, comment, nullable, in_key, permitted, binary) in enumerate(found)
    ]


def _lines(
    connection: psycopg.Connection[Any], relation: Relation, columns: Sequence[PostgresColumn], plan: SamplePlan
) -> tuple[list[bytes], SampleMethod, bool]:
    samplable = relation.kind in _SAMPLED
    if not samplable or relation.rows_at_most <= 2 * plan.rows:
        first, cut = _read(connection, queries.first_rows(relation, columns, plan, plan.rows + 1))
        if len(first) <= plan.rows and not cut:
            return first, SampleMethod.ALL_ROWS, False
        if not samplable:
            return first[: plan.rows], SampleMethod.FIRST_ROWS, cut
    drawn, cut = _read(connection, queries.random_rows(relation, columns, plan))
    if 2 * len(drawn) >= plan.rows or cut:
        return choose(drawn, plan.rows, plan.seed)[0], SampleMethod.RANDOM_ROWS, cut
    first, cut = _read(connection, queries.first_rows(relation, columns, plan, plan.rows))
    return first, SampleMethod.FIRST_ROWS, cut


def _read(connection: psycopg.Connection[Any], query: sql.Composed) -> tuple[list[bytes], bool]:
    """Read line by line, so that no more than a sample is ever held; leaving early cancels the query."""
    lines: list[bytes] = []
    left = SAMPLE_CHARACTERS
    with suppress(_Enough), connection.cursor() as cursor, cursor.copy(queries.as_lines(query)) as copy:
        for line in copy:  # the server sends every row as one message
            left -= len(line)
            if left < 0:
                raise _Enough
            lines.append(bytes(line))
    return lines, left < 0


class _Enough(Exception):
    """More would not fit into a sample; the driver cancels the query that an error interrupts."""
