"""MariaDB and MySQL servers, over one read-only session; an account that may write is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TypeVar

import pymysql

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.sql import mariadb_catalogue as catalogue
from connectors.sql import mariadb_queries as queries
from connectors.sql import rights
from connectors.sql.calling_off import Question, called_off
from connectors.sql.drawn import Drawn, nest, sample_of, unread
from connectors.sql.mariadb_cancel import call_off
from connectors.sql.mariadb_catalogue import Seen
from connectors.sql.mariadb_errors import DENIED, PROBLEMS, failure, number
from connectors.sql.mariadb_grants import beyond_reading
from connectors.sql.mariadb_load import load
from connectors.sql.mariadb_queries import Relation
from connectors.sql.mariadb_rows import drawn_of
from connectors.sql.mariadb_session import LONGEST_SECONDS, Address, Session
from connectors.sql.mariadb_view import view

T = TypeVar("T")

_LISTING_SECONDS = 60.0
"""For one schema."""
_SHORT_SECONDS = 5.0


class MariadbConnector:
    """Reads the schemas of one server, each a database of its own to whoever uses it.

    Options: ``host``, ``port``, ``user``, ``password`` (a reference), ``sslmode`` (``verify-full`` where the server has
    a certificate), ``sslrootcert`` (the authority it is checked against), ``schemas`` (names separated by commas; all
    that the account sees where not given), ``allow_write`` (``yes`` admits an account that may change data).
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        self._address = Address.of(options, resolve, bounds.egress)
        self._schemas = self._address.options.words("schemas")
        self._may_write = self._address.options.choice("allow_write", ("no", "yes")) == "yes"
        self._opened: Session | None = None
        self._at_work: Session | None = None
        self._question = Question()
        self._view = ""

    def check(self) -> Sequence[Check]:
        """Test name, port, TLS, login, permission and too much permission, up to the first that fails."""
        with self._question.asked():
            try:
                checks, session = self._address.walk(self._question)
            except SourceError as error:
                return [Check("login", passed=False, message=str(error))]
            if session is None:
                return checks
            with closing(session):
                self._at_work = session
                steps = {"permission": lambda: self._permission(session), "write": lambda: self._no_writing(session)}
                return [*checks, *rights.checks_of(steps)]

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every table and view that the account has any right to: the server shows it no other."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_LISTING_SECONDS)
            self._view = view(session)
            found = self._listed(session)
        self._refuse_writable(found)
        for ref, seen in found:
            yield ref if seen.readable else Unlisted(ref, SkipReason.NO_PERMISSION)

    def view(self) -> str:
        """The account and its rights, as they were before the listing and are after it."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_SHORT_SECONDS)
            after = view(session)
        return after if after == self._view else f"{self._view}{after}"

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read all rows of a small table; of a large one seeded rows from all over it, and its ends by its key."""
        thing = f"A {ref.kind.value} of {self._address.label}"
        with self._asking(DatasetError, thing) as session:
            session.limit(min(plan.seconds, LONGEST_SECONDS))
            relation = catalogue.relation(session, ref.locator, thing)
            is_whole = _is_whole(session, relation)
            drawn = drawn_of(session, relation, plan)
        return sample_of(
            [column.schema for column in relation.columns],
            drawn,
            _nesting(relation, drawn),
            plan,
            rows_total=len(drawn.rows) if drawn.method is SampleMethod.ALL_ROWS else ref.row_estimate,
            caveats=unread([is_whole]),
        )

    def load(self) -> Load:
        """Statements of others at work, and a replica's lag where the account may ask for it."""
        with self._asking(SourceError, self._address.label) as session:
            session.limit(_SHORT_SECONDS)
            return load(session)

    def cancel(self) -> None:
        """End at the server what another thread is asking."""
        call_off(self._question, self._at_work, self._address)

    def close(self) -> None:
        """Log out."""
        if self._opened:
            self._opened.close()
            self._opened = None

    @contextmanager
    def _asking(self, kind: type[SourceError], thing: str) -> Iterator[Session]:
        """Lend the session; the driver's errors come out as ours, without their texts."""
        with self._question.asked():
            try:
                yield self._session()
            except (*PROBLEMS, SourceError) as error:
                raise self._failure(error, kind, thing) from None
            finally:
                if self._question.is_called_off:
                    # Ending it may come late and would meet the next question.
                    self.close()

    def _failure(self, error: Exception, kind: type[SourceError], thing: str) -> SourceError:
        if self._question.is_called_off:
            return called_off(kind, thing)
        if isinstance(error, SourceError):
            return error
        ours = failure(error, kind, thing)
        if ours.reason is SkipReason.UNREACHABLE or not number(error):
            # Not an answer to what was asked: the next question needs a new session.
            self.close()
        return ours

    def _session(self) -> Session:
        if self._opened is None or not self._opened.is_open:
            session = self._address.open(self._question)
            try:
                self._refuse_rights(session)
            except SourceError:
                session.close()
                raise
            self._opened = self._at_work = session
        return self._opened

    def _listed(self, session: Session) -> list[tuple[DatasetRef, Seen]]:
        session.limit(_LISTING_SECONDS)
        there = [name for (name,) in session.execute(queries.SCHEMAS) if name is not None]
        if not set(self._schemas) <= set(there):
            cause = "a schema named in the option schemas does not exist, or the account has no right to it"
            raise self._address.options.bad(cause, "Correct it.")
        wanted = self._schemas or [name for name in there if name.lower() not in queries.SYSTEM_SCHEMAS]
        return [pair for schema in wanted for pair in self._listed_in(session, schema)]

    def _listed_in(self, session: Session, schema: str) -> list[tuple[DatasetRef, Seen]]:
        session.limit(_LISTING_SECONDS)
        return catalogue.listed(session, schema)

    def _permission(self, session: Session) -> str:
        found = self._answer(lambda: self._listed(session))
        readable = sum(1 for _, seen in found if seen.readable)
        return rights.told_of_readable(self._address.label, readable, len(found), "SELECT")

    def _no_writing(self, session: Session) -> str:
        if self._may_write:
            return rights.NOT_LOOKED_AT
        self._refuse_rights(session)
        self._refuse_writable(self._answer(lambda: self._listed(session)))
        return rights.ONLY_READS

    def _refuse_rights(self, session: Session) -> None:
        held = beyond_reading(grant or "" for (grant,) in self._answer(lambda: session.execute(queries.GRANTS)))
        if not self._may_write:
            rights.refuse_writing(self._address.label, held, lambda: 0)

    def _refuse_writable(self, found: Sequence[tuple[DatasetRef, Seen]]) -> None:
        """What MySQL, and MariaDB in its older versions, gives to everybody is in no account's list of grants."""
        tables = sum(1 for _, seen in found if seen.writable)
        if tables and not self._may_write:
            raise rights.can_write(self._address.label, f"it may change {tables} tables")

    def _answer(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except PROBLEMS as error:
            raise failure(error, SourceError, self._address.label) from None


def _nesting(relation: Relation, drawn: Drawn) -> list[int]:
    """The places of the columns that hold JSON: declared so by MySQL, and by what is in them."""
    return [
        place
        for place, column in enumerate(relation.columns)
        if column.kind == "json" or nest(row[place] for row in drawn.rows)
    ]


def _is_whole(session: Session, relation: Relation) -> bool:
    """Whether all columns may be read; the server does not list the others."""
    try:
        session.execute(queries.everything(relation))
    except pymysql.Error as error:
        if number(error) not in DENIED or not any(column.permitted for column in relation.columns):
            raise
        return False
    return True
