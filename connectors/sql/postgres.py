"""PostgreSQL databases, over one read-only session; an account that may write is refused."""

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import Caveat
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.arrow import columns_of_lines
from connectors.nested import widened
from connectors.sql import postgres_queries as queries
from connectors.sql import rights
from connectors.sql.calling_off import Question
from connectors.sql.postgres_errors import failure
from connectors.sql.postgres_load import Meter
from connectors.sql.postgres_reading import LONGEST_SECONDS, Reading, limit
from connectors.sql.postgres_sampling import Drawn, drawn
from connectors.sql.postgres_selects import PostgresColumn, Relation, Selects
from connectors.sql.postgres_session import Address

_KINDS = {"v": DatasetKind.VIEW, "m": DatasetKind.MATERIALIZED_VIEW}
# One of 100,000 tables of 20 columns takes some three seconds when it is idle, and longer where it is not.
_LISTING_SECONDS = 60.0
_LOAD_SECONDS = 2.0
_CANCEL_SECONDS = 1.0
_SHORTEST_SECONDS = 0.1
_LATE_SECONDS = 0.5


class PostgresConnector:
    """Reads one database.

    Options: ``host``, ``port``, ``database``, ``user``, ``password`` (a reference), ``sslmode`` (``verify-full``
    where the server has a certificate), ``sslrootcert`` (the authority it is checked against), ``schemas`` (names
    separated by commas), ``allow_write`` (``yes`` admits an account that may change data).
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        self._address = Address.of(options, resolve, bounds.egress)
        self._schemas = {"schemas": list(self._address.options.words("schemas")) or None}
        self._may_write = self._address.options.choice("allow_write", ("no", "yes")) == "yes"
        self._opened: psycopg.Connection[Any] | None = None
        self._question = Question()
        self._meter = Meter()

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
            steps = {"permission": lambda: self._permission(connection), "write": lambda: self._no_writing(connection)}
            return [*checks, *rights.checks_of(steps)]

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every table and view, ordinary, materialised, foreign or partitioned."""
        with self._asking(SourceError, self._address.label) as connection:
            limit(connection, _LISTING_SECONDS)
            self._refuse_missing_schemas(connection)
            found = connection.execute(queries.RELATIONS, self._schemas).fetchall()
        for oid, namespace, name, kind, comment, rows, permitted, signal in found:
            ref = DatasetRef(
                locator=str(oid),
                name=f"{namespace}.{name}",
                kind=_KINDS.get(kind, DatasetKind.TABLE),
                key=f"oid:{oid}",
                comment=comment,
                row_estimate=rows if rows is not None and rows >= 0 and kind != "v" else None,
                change_signal=signal,
            )
            yield ref if permitted else Unlisted(ref, SkipReason.NO_PERMISSION)

    def view(self) -> str:
        """A digest of the account and the roles whose rights it has."""
        with self._asking(SourceError, self._address.label) as connection:
            limit(connection, LONGEST_SECONDS)
            user, roles = connection.execute(queries.VIEW).fetchone() or ("", [])
        return hashlib.sha256("\n".join((user, *sorted(roles))).encode()).hexdigest()

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table, and of any other random ones, its oldest and its newest; of a view and a
        foreign table random ones where reading them all takes little time, otherwise the first ones.
        """
        thing = f"A {ref.kind.value.replace('_', ' ')} of {self._address.label}"
        with self._asking(DatasetError, thing) as connection:
            limit(connection, min(plan.seconds, LONGEST_SECONDS))
            relation = _relation(connection, ref.locator, thing)
            columns = _columns(connection, ref.locator)
            if not columns:
                raise DatasetError(thing, "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
            reading = Reading(connection, plan.seconds, self._question)
            with self._left_if_late(connection, plan.seconds):
                found = drawn(reading, relation, Selects(relation, columns, plan), plan)
        return _sample(found, relation, columns, plan, ref.row_estimate)

    def load(self) -> Load:
        """Sessions of others at work, and how far a replica is behind."""
        with self._asking(SourceError, self._address.label) as connection:
            limit(connection, _LOAD_SECONDS)
            return self._meter.read(connection)

    def cancel(self) -> None:
        """End what another thread is asking. A server that does not answer is left, so that nobody waits for it."""
        connection = self._opened
        if not self._question.call_off() or connection is None or connection.closed:
            return

        until = time.monotonic() + _CANCEL_SECONDS

        def end() -> None:
            connection.cancel_safe(timeout=max(until - time.monotonic(), _SHORTEST_SECONDS))

        try:
            is_over = self._question.end(end, _CANCEL_SECONDS)
        except psycopg.Error:
            is_over = False
        if not is_over:
            _hang_up(connection)

    def close(self) -> None:
        """Log out."""
        if self._opened:
            self._opened.close()
            self._opened = None

    @contextmanager
    def _asking(self, kind: type[SourceError], thing: str) -> Iterator[psycopg.Connection[Any]]:
        """Lend the session; the driver's errors come out as ours, without their texts."""
        with self._question.asked():
            connection = self._session()
            try:
                if self._question.is_called_off:
                    raise psycopg.errors.QueryCanceled
                yield connection
            except psycopg.Error as error:
                if self._question.is_called_off:
                    cause, next_step = "reading was ended before it was done", "Scan it again."
                    raise kind(thing, cause, next_step, reason=SkipReason.TIMED_OUT) from None
                raise failure(error, kind, thing) from None

    @contextmanager
    def _left_if_late(self, connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
        """Hang up on a server that does not end in time: a function behind a view may go on when it is told to."""
        late = threading.Event()

        def leave() -> None:
            late.set()
            self._question.call_off()
            _hang_up(connection)

        timer = threading.Timer(min(seconds, LONGEST_SECONDS) + _LATE_SECONDS, leave)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            if late.is_set():
                self.close()

    def _session(self) -> psycopg.Connection[Any]:
        if self._opened is None or self._opened.closed:
            self._opened = self._address.open()
            try:
                self._no_writing(self._opened)
            except SourceError:
                self.close()
                raise
        return self._opened

    def _refuse_missing_schemas(self, connection: psycopg.Connection[Any]) -> None:
        if self._schemas["schemas"] and self._answer(connection, queries.MISSING_SCHEMAS) != [(0,)]:
            raise self._address.options.bad("a schema named in the option schemas does not exist", "Correct it.")

    def _permission(self, connection: psycopg.Connection[Any]) -> str:
        self._refuse_missing_schemas(connection)
        found = self._answer(connection, queries.RELATIONS)
        readable = sum(1 for row in found if row[6])
        return rights.told_of_readable(self._address.label, readable, len(found), "USAGE and SELECT")

    def _no_writing(self, connection: psycopg.Connection[Any]) -> str:
        if self._may_write:
            return rights.NOT_LOOKED_AT
        powerful, database, schemas, tables = self._answer(connection, queries.WRITABLE)[0]
        causes = [
            "it administers the server" if powerful else "",
            "it may create schemas in the database" if database else "",
            f"it may create tables in {schemas} of the schemas" if schemas else "",
            f"it may change {tables} of the tables and views" if tables else "",
        ]
        if any(causes):
            raise rights.can_write(self._address.label, ", ".join(filter(None, causes)))
        return rights.ONLY_READS

    def _answer(self, connection: psycopg.Connection[Any], query: LiteralString) -> list[tuple[Any, ...]]:
        try:
            limit(connection, _LISTING_SECONDS)
            return connection.execute(query, self._schemas).fetchall()
        except psycopg.Error as error:
            raise failure(error, SourceError, self._address.label) from None


def _relation(connection: psycopg.Connection[Any], locator: str, thing: str) -> Relation:
    row = connection.execute(queries.RELATION, {"oid": int(locator)}).fetchone()
    if row is None:
        raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    return Relation(int(locator), *row)


def _columns(connection: psycopg.Connection[Any], locator: str) -> list[PostgresColumn]:
    found = connection.execute(queries.COLUMNS, {"oid": int(locator)}).fetchall()
    return [
        PostgresColumn(
            ColumnSchema(name, position, declared, comment, nullable=nullable, in_key=in_key, key=f"attnum:{number}"),
            *how_read,
        )
        for position, (number, name, declared, comment, nullable, in_key, *how_read) in enumerate(found)
    ]


def _sample(
    found: Drawn, relation: Relation, columns: Sequence[PostgresColumn], plan: SamplePlan, estimate: int | None
) -> Sample:
    rows = len(found.lines)
    # The engine's notation of a record is comma-separated text in parentheses, with its own sign before a sign.
    texts = columns_of_lines([line.record[1:-1] + b"\n" for line in found.lines], len(columns), escape="\\")
    nesting = [place for place, column in enumerate(columns) if column.nests]
    wide = widened([column.schema for column in columns], texts, nesting, plan, rows=rows)
    return Sample(
        wide.columns,
        wide.values,
        method=found.method,
        rows_total=estimate if found.rows_total is None else found.rows_total,
        rows=rows,
        draws=found.draws,
        oldest=found.oldest,
        newest=found.newest,
        caveats=wide.caveats | _not_seen(found, relation, columns),
    )


def _not_seen(found: Drawn, relation: Relation, columns: Sequence[PostgresColumn]) -> frozenset[Caveat]:
    """Why some of the relation was not read."""
    told = {
        Caveat.CUT: found.cut,
        Caveat.UNSEEN_ROWS: relation.row_security,
        Caveat.UNREAD_COLUMNS: not all(column.permitted for column in columns),
    }
    return frozenset(caveat for caveat, is_so in told.items() if is_so)


def _hang_up(connection: psycopg.Connection[Any]) -> None:
    """Have whoever waits for an answer find the line dead."""
    with suppress(OSError, psycopg.Error):
        line = socket.socket(fileno=os.dup(connection.fileno()))
        with line:
            line.shutdown(socket.SHUT_RDWR)
