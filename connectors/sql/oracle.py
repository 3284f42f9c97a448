"""Oracle databases, in transactions that can only read; an account that may write is refused.

Contract-tested, not run against a live server: its statements and answers are those of the documentation.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any, TypeVar

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.sql import oracle_queries as queries
from connectors.sql import rights
from connectors.sql.calling_off import Question, called_off
from connectors.sql.drawn import sample_of, unread
from connectors.sql.oracle_errors import PROBLEMS, failure, is_lost
from connectors.sql.oracle_rows import OracleColumn, Relation, quoted, rows_of
from connectors.sql.oracle_session import LONGEST_SECONDS, Address, Session

T = TypeVar("T")

_LISTING_SECONDS = 60.0
_SHORT_SECONDS = 5.0
_CANCEL_SECONDS = 1.5
_XML_OWNERS = frozenset({"", "SYS", "PUBLIC"})


class OracleConnector:
    """Reads the schemas of one database.

    Options: ``host``, ``port``, ``service``, ``user``, ``password`` (a reference), ``sslmode`` (``verify-full``, the
    default, ``verify-ca`` or ``disable``), ``sslrootcert`` (the authority the certificate is checked against),
    ``schemas`` (names as the catalogue has them, separated by commas; all that people own where not given),
    ``allow_write`` (``yes`` admits an account that may change data).
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        self._address = Address.of(options, resolve, bounds.egress)
        self._schemas = self._address.options.words("schemas")
        self._may_write = self._address.options.choice("allow_write", ("no", "yes")) == "yes"
        self._opened: Session | None = None
        self._question = Question()

    def check(self) -> Sequence[Check]:
        """Test name, port, TLS, service, login, permission and too much permission, up to the first that fails."""
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
        """Yield every table and view that the account has any right to: the server shows it no other."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_LISTING_SECONDS)
            found = self._listed(session)
        for owner, name, kind, rows, comment, readable in found:
            ref = DatasetRef(
                locator=json.dumps([owner, name]),
                name=f"{owner}.{name}",
                kind=DatasetKind(kind),
                key=f"{quoted(owner)}.{quoted(name)}",
                comment=comment or "",
                row_estimate=None if rows is None else int(rows),
                # What the engine knows of changes comes hours late, so every table is due every night.
                change_signal="",
            )
            yield ref if readable else Unlisted(ref, SkipReason.NO_PERMISSION)

    def view(self) -> str:
        """A digest of the account, its roles, its rights and what it was granted."""
        asked = (queries.ROLES, queries.RIGHTS, queries.READABLE)
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_SHORT_SECONDS)
            account = list(session.execute(queries.ACCOUNT)[0])
            told = [sorted(map(list, session.execute(query))) for query in asked]
        return hashlib.sha256(json.dumps([account, *told]).encode()).hexdigest()

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table, random ones and both ends of a large one, first ones of a view."""
        thing = f"A {ref.kind.value} of {self._address.label}"
        with self._asking(DatasetError, thing) as session:
            session.limit(min(plan.seconds, LONGEST_SECONDS))
            relation = _relation(session, ref.locator, thing)
            drawn, counted = rows_of(session, relation, plan)
        nesting = [place for place, column in enumerate(relation.columns) if column.kind == "JSON"]
        return sample_of(
            [column.schema for column in relation.columns],
            drawn,
            nesting,
            plan,
            rows_total=counted if counted is not None else ref.row_estimate,
            caveats=unread(column.is_read for column in relation.columns),
        )

    def load(self) -> Load:
        """Statements of others at work, where the account may see them."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_SHORT_SECONDS)
            found = _if_told(lambda: session.execute(queries.ACTIVE))
        return Load(active=int(found[0][0]) if found else None)

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
        """Lend the session within a transaction that can only read; the driver's errors come out as ours."""
        with self._question.asked():
            session = self._session()
            try:
                session.begin()
                yield session
            except PROBLEMS as error:
                raise self._failure(error, kind, thing) from None
            finally:
                with suppress(*PROBLEMS):
                    session.finish()
            if self._question.is_called_off:
                raise called_off(kind, thing)

    def _failure(self, error: Exception, kind: type[SourceError], thing: str) -> SourceError:
        if self._question.is_called_off or is_lost(error):
            # Ending it may come late and would meet the next question.
            self.close()
        return called_off(kind, thing) if self._question.is_called_off else failure(error, kind, thing)

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
            if session.execute(queries.SCHEMA, {"owner": schema}) != [(1,)]:
                cause = "a schema named in the option schemas does not exist"
                raise self._address.options.bad(cause, "Correct it; most names are in capital letters.")
        found = session.execute(queries.relations(len(self._schemas)), queries.named(self._schemas))
        readable = {tuple(row) for row in session.execute(queries.READABLE)}
        whole = {right for (right,) in session.execute(queries.RIGHTS)} & queries.READS_ALL
        schemas = {schema for schema, right in _schema_rights(session) if right in queries.READS_ALL}
        return [(*row, bool(whole) or row[0] in schemas or tuple(row[:2]) in readable) for row in found]

    def _permission(self, session: Session) -> str:
        found = self._answer(lambda: self._listed(session))
        return rights.told_of_readable(self._address.label, sum(1 for row in found if row[-1]), len(found), "READ")

    def _no_writing(self, session: Session) -> str:
        if self._may_write:
            return rights.NOT_LOOKED_AT
        told = self._answer(lambda: [right for (right,) in session.execute(queries.RIGHTS)])
        told += self._answer(lambda: [right for _, right in _schema_rights(session)])
        more = queries.beyond_reading(told)
        return rights.refuse_writing(self._address.label, more, lambda: self._writable(session))

    def _writable(self, session: Session) -> int:
        return int(self._answer(lambda: session.execute(queries.WRITABLE))[0][0])

    def _answer(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except PROBLEMS as error:
            raise failure(error, SourceError, self._address.label) from None


def _schema_rights(session: Session) -> list[tuple[Any, ...]]:
    """Rights to a whole schema, which servers before version 23 do not know."""
    return _if_told(lambda: session.execute(queries.SCHEMA_RIGHTS)) or []


def _if_told(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except PROBLEMS as error:
        if failure(error, SourceError, "").reason is SkipReason.NO_PERMISSION:
            return None
        raise


def _relation(session: Session, locator: str, thing: str) -> Relation:
    owner, name = json.loads(locator)
    of = {"owner": owner, "name": name}
    found = session.execute(queries.RELATION, of)
    if not found:
        raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    rows, blocks, is_sampled = found[0]
    columns = [_column(position, row) for position, row in enumerate(session.execute(queries.COLUMNS, of))]
    key = [column for (column,) in session.execute(queries.PRIMARY_KEY, of)]
    return Relation(owner, name, bool(is_sampled), int(rows or 0), int(blocks or 0), columns, key)


def _column(position: int, row: Sequence[Any]) -> OracleColumn:
    name, kind, type_owner, length, precision, scale, comment, nullable, in_key = row
    is_xml = kind == "XMLTYPE" and (type_owner or "") in _XML_OWNERS
    schema = ColumnSchema(
        name,
        position,
        _declared(kind, length, precision, scale) if is_xml or not type_owner else "",
        comment or "",
        nullable=nullable == "Y",
        in_key=bool(in_key),
        key=name,
    )
    return OracleColumn(schema, kind if is_xml or not type_owner else "")


def _declared(kind: str, length: int | None, precision: int | None, scale: int | None) -> str:
    if kind == "NUMBER" and precision:
        return f"NUMBER({precision},{scale or 0})" if scale else f"NUMBER({precision})"
    if kind.endswith(("CHAR", "CHAR2")) and length:
        return f"{kind}({length})"
    return kind
