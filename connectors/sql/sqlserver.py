"""SQL Server databases, over one session that only asks; an account that may write is refused.

Contract-tested, not run against a live server: its statements and answers are those of the documentation.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.sql import rights
from connectors.sql import sqlserver_queries as queries
from connectors.sql.calling_off import Question, called_off
from connectors.sql.drawn import sample_of, unread
from connectors.sql.sqlserver_errors import PROBLEMS, failure, is_lost
from connectors.sql.sqlserver_rows import Relation, SqlserverColumn, rows_of
from connectors.sql.sqlserver_session import LONGEST_SECONDS, Address, Session

T = TypeVar("T")

_LISTING_SECONDS = 60.0
_SHORT_SECONDS = 5.0
_CANCEL_SECONDS = 1.5
_SIZED = {"char": 1, "varchar": 1, "binary": 1, "varbinary": 1, "nchar": 2, "nvarchar": 2}
_SCALED = frozenset({"decimal", "numeric"})


class SqlserverConnector:
    """Reads one database.

    Options: ``host``, ``port``, ``database``, ``user``, ``password`` (a reference), ``sslmode`` (``verify-full``, the
    default, ``strict`` or ``require``, which checks no certificate), ``sslhostname`` (the name in the certificate where
    it is another one than ``host``), ``sslservercert`` (with ``strict``: the server's own certificate),
    ``application_intent`` (``ReadOnly``, the default, or ``ReadWrite``), ``schemas`` (names separated by commas),
    ``allow_write`` (``yes`` admits an account that may change data).
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        self._address = Address.of(options, resolve, bounds.egress)
        self._address.options.choice("application_intent", ("ReadOnly", "ReadWrite"))
        self._schemas = self._address.options.words("schemas")
        self._may_write = self._address.options.choice("allow_write", ("no", "yes")) == "yes"
        self._opened: Session | None = None
        self._question = Question()

    def check(self) -> Sequence[Check]:
        """Test name, port, TLS, login, permission and too much permission, up to the first that fails."""
        try:
            checks, session = self._address.walk()
        except SourceError as error:
            return [Check("login", passed=False, message=str(error))]
        if session is None:
            return checks
        with closing(session):
            steps = {"permission": lambda: self._permission(session), "write": lambda: self._no_writing(session)}
            return [*checks, *rights.checks_of(steps)]

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every table and view that the account may know of: the server shows it no other."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_LISTING_SECONDS)
            signals = self._signals(session)
            found = self._listed(session)
        for number, schema, name, kind, comment, rows, permitted in found:
            ref = DatasetRef(
                locator=str(number),
                name=f"{schema}.{name}",
                kind=DatasetKind(kind),
                key=f"object_id:{number}",
                comment=comment or "",
                row_estimate=rows if kind == "table" else None,
                change_signal=signals.get(number, ""),
            )
            yield ref if permitted else Unlisted(ref, SkipReason.NO_PERMISSION)

    def view(self) -> str:
        """A digest of the account, its roles and the rights that they were given."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_SHORT_SECONDS)
            account = list(session.execute(queries.ACCOUNT)[0])
            told = [sorted(map(list, session.execute(query)), key=str) for query in (queries.ROLES, queries.GRANTS)]
        return hashlib.sha256(json.dumps([account, *told], default=str).encode()).hexdigest()

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table, rows of random pages and both ends of a large one, first ones of a view."""
        thing = f"A {ref.kind.value} of {self._address.label}"
        with self._asking(DatasetError, thing) as session:
            session.limit(min(plan.seconds, LONGEST_SECONDS))
            relation = _relation(session, int(ref.locator), thing)
            drawn, seen = rows_of(session, relation, plan)
        nesting = [place for place, column in enumerate(relation.columns) if column.kind == "json"]
        return sample_of(
            [column.schema for column in relation.columns],
            drawn,
            nesting,
            plan,
            rows_total=seen if seen is not None else ref.row_estimate,
            caveats=unread(column.permitted for column in relation.columns),
        )

    def load(self) -> Load:
        """Statements of others at work, where the account may see them."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_SHORT_SECONDS)
            if session.execute(queries.MAY_SEE_ACTIVE) != [(1,)]:
                return Load()
            return Load(active=int(session.execute(queries.ACTIVE)[0][0]))

    def cancel(self) -> None:
        """End at the server what another thread is asking."""
        session = self._opened
        if self._question.call_off() and session:
            self._question.end(session.end, _CANCEL_SECONDS)

    def close(self) -> None:
        """Log out."""
        if self._opened:
            self._opened.close()
            self._opened = None

    @contextmanager
    def _asking(self, kind: type[SourceError], thing: str) -> Iterator[Session]:
        """Lend the session; the driver's errors come out as ours, without their texts."""
        with self._question.asked():
            session = self._session()
            try:
                yield session
            except PROBLEMS as error:
                raise self._failure(error, session, kind, thing) from None
            if self._question.is_called_off:
                raise called_off(kind, thing)

    def _failure(self, error: Exception, session: Session, kind: type[SourceError], thing: str) -> SourceError:
        if self._question.is_called_off:
            # Ending it may come late and would meet the next question.
            self.close()
            return called_off(kind, thing)
        if is_lost(error):
            self.close()
            return failure(error, kind, thing)
        return failure(error, kind, thing, session.error_number())

    def _session(self) -> Session:
        if self._opened is None:
            session = self._address.open()
            try:
                self._no_writing(session)
            except SourceError:
                session.close()
                raise
            self._opened = session
        return self._opened

    def _listed(self, session: Session) -> list[tuple[Any, ...]]:
        for schema in self._schemas:
            if session.execute(queries.SCHEMA, [schema]) == [(None,)]:
                cause = "a schema named in the option schemas does not exist, or the account has no right to it"
                raise self._address.options.bad(cause, "Correct it.")
        return session.execute(queries.relations(len(self._schemas)), self._schemas)

    def _signals(self, session: Session) -> dict[int, str]:
        try:
            return dict(session.execute(queries.SIGNALS))
        except PROBLEMS as error:
            if is_lost(error) or self._question.is_called_off:
                raise
            # Most accounts may not see them.
            return {}

    def _permission(self, session: Session) -> str:
        found = self._answer(session, lambda: self._listed(session))
        return rights.told_of_readable(self._address.label, sum(1 for row in found if row[-1]), len(found), "SELECT")

    def _no_writing(self, session: Session) -> str:
        if self._may_write:
            return rights.NOT_LOOKED_AT
        told = self._answer(session, lambda: session.execute(queries.RIGHTS))
        more = queries.beyond_reading((str(thing), str(right)) for thing, right in told)
        return rights.refuse_writing(self._address.label, more, lambda: self._writable(session))

    def _writable(self, session: Session) -> int:
        return int(self._answer(session, lambda: session.execute(queries.WRITABLE))[0][0])

    def _answer(self, session: Session, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except PROBLEMS as error:
            number = 0 if is_lost(error) else session.error_number()
            raise failure(error, SourceError, self._address.label, number) from None


def _relation(session: Session, number: int, thing: str) -> Relation:
    found = session.execute(queries.relation(number))
    if not found:
        raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    schema, name, is_sampled, rows, pages = found[0]
    columns = [_column(position, *row) for position, row in enumerate(session.execute(queries.columns(number)))]
    readable = {column.schema.key: column.schema.name for column in columns if column.permitted}
    key = [readable.get(f"column_id:{column}") for (column,) in session.execute(queries.primary_key(number))]
    whole = [name for name in key if name is not None]
    return Relation(
        schema, name, bool(is_sampled), rows or 0, pages or 0, columns, whole if len(whole) == len(key) else ()
    )


def _column(  # one parameter for each column of the answer
    position: int,
    number: int,
    name: str,
    kind: str,
    length: int,
    precision: int,
    scale: int,
    comment: str | None,
    nullable: int,
    in_key: int,
    permitted: int | None,
    hidden: int,
) -> SqlserverColumn:
    schema = ColumnSchema(
        name,
        position,
        _declared(kind, length, precision, scale),
        comment or "",
        nullable=bool(nullable),
        in_key=bool(in_key),
        key=f"column_id:{number}",
    )
    return SqlserverColumn(schema, kind, bool(permitted) and not hidden)


def _declared(kind: str, length: int, precision: int, scale: int) -> str:
    if kind in _SCALED:
        return f"{kind}({precision},{scale})"
    if kind in _SIZED:
        return f"{kind}({'max' if length < 0 else length // _SIZED[kind]})"
    return kind
