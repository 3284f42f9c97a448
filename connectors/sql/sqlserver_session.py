"""One session with a SQL Server, and the way to it. Contract-tested, not run against a live server.

The engine has no session that can only read. What keeps this one to reading is the account, which is refused where it
may write, and that nothing but SELECT and SET is ever sent.
"""

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

import mssql_python

from catalog.errors import SourceError
from catalog.model.egress import Egress
from catalog.ports import Check
from connectors.options import Options
from connectors.reaching import Pinned, Way
from connectors.rows import Row, Window
from connectors.sql.sqlserver_errors import PROBLEMS, refusal

LONGEST_SECONDS = 15.0
_CONNECT_SECONDS = 10
_BATCH = 256
SESSION = (
    "SET LOCK_TIMEOUT 2000; SET DEADLOCK_PRIORITY LOW; SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
    " SET ROWCOUNT 0; SET NOCOUNT ON;"
)
NUMBER = "SELECT @@ERROR"
_TLS = {
    "verify-full": {"Encrypt": "yes", "TrustServerCertificate": "no"},
    "strict": {"Encrypt": "strict", "TrustServerCertificate": "no"},
    "require": {"Encrypt": "yes", "TrustServerCertificate": "yes"},
}
_OPTIONAL = ("port", "password", "sslmode", "sslhostname", "sslservercert", "application_intent", "schemas")


class Session:
    """A session that asks; every cell of an answer is text or a whole number."""

    # The driver's own types know less than what is used here.
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor: Any = None
        self.limit(LONGEST_SECONDS)
        with closing(connection.cursor()) as cursor:
            cursor.execute(SESSION)

    def execute(self, query: str, arguments: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """Ask for a short answer."""
        return list(self._asked(query, arguments))

    def window(self, query: str) -> tuple[list[Row], bool]:
        """Read rows of texts, as many as a sample may hold, and say whether there were more, which are not sent."""
        with closing(self._asked(query, ())) as rows:
            window = Window(rows)
            return list(window), window.cut

    def limit(self, seconds: float) -> None:
        """Have the driver end at the server every later statement that takes longer; it counts whole seconds."""
        self._connection.timeout = max(math.ceil(seconds), 1)

    def error_number(self) -> int:
        """The server's number of the error that the last statement ended with, 0 where it is not told."""
        try:
            return int(self.execute(NUMBER)[0][0])
        except PROBLEMS:
            return 0

    def end(self) -> None:
        """End, from another thread, the statement that is being asked."""
        cursor = self._cursor
        if cursor is not None:
            # The driver has no public way; it ends statements so itself. Too late is no fault.
            with suppress(Exception):
                cursor.hstmt._cancel()

    def close(self) -> None:
        """Log out."""
        with suppress(*PROBLEMS):
            self._connection.close()

    def _asked(self, query: str, arguments: Sequence[str]) -> Generator[tuple[Any, ...]]:
        with closing(self._connection.cursor()) as cursor:
            self._cursor = cursor
            try:
                cursor.execute(query, *arguments)
                while batch := cursor.fetchmany(_BATCH):
                    yield from map(tuple, batch)
            finally:
                self._cursor = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and who asks. Only the secret's reference is kept."""

    options: Options
    way: Way
    database: str
    tls: str
    resolve: Callable[[str], str] = field(repr=False)

    @classmethod
    def of(cls, given: Mapping[str, str], resolve: Callable[[str], str], egress: Egress) -> "Address":
        """Check the options of a SQL Server source, and that the operator lets it be connected to."""
        options = Options.of(
            "SQL Server source",
            given,
            required=("host", "database", "user"),
            optional=(*_OPTIONAL, "allow_write"),
        )
        tls = options.choice("sslmode", tuple(_TLS))
        if options.text("sslservercert") and tls != "strict":
            raise options.bad("sslservercert is not looked at with this sslmode", "Set sslmode to strict.")
        way = Way.of("SQL Server", options, 1433, egress, f"/{options.text('database')}")
        return cls(options, way, options.text("database"), tls, resolve)

    @property
    def label(self) -> str:
        """What errors call the source."""
        return self.way.label

    def open(self) -> Session:
        """Log in.

        Raises:
            SourceError: saying which step failed.
        """
        pinned = self.way.reached()
        try:
            return self._session(pinned)
        except PROBLEMS as error:
            _, reason, cause, next_step = refusal(error)
            raise SourceError(self.label, cause, next_step, reason=reason) from None

    def walk(self) -> tuple[list[Check], Session | None]:
        """Log in and tell the steps up to the first that failed; then there is no session.

        Raises:
            SourceError: when the settings cannot be used.
        """
        checks, pinned = self.way.steps()
        if pinned is None:
            return checks, None
        how = "not its certificate" if self.tls == "require" else "its certificate"
        encrypted = Check("TLS", passed=True, message=f"the connection is encrypted, and {how} was checked")
        try:
            session = self._session(pinned)
        except PROBLEMS as error:
            failed, _, cause, next_step = refusal(error)
            before = [encrypted] if failed == "login" else []
            return [*checks, *before, Check(failed, passed=False, message=f"{cause}. {next_step}")], None
        return [*checks, encrypted, Check("login", passed=True, message="the login is accepted")], session

    def parameters(self, pinned: Pinned) -> str:
        """The connection string: fixed keys, and values of which none can become another key. The server is told by
        its address, and the name that its certificate has to fit beside it.
        """
        given = {
            "Server": f"tcp:{pinned.addresses[0]},{pinned.port}",
            "Database": self.database,
            "UID": self.options.text("user"),
            "PWD": self.options.secret("password", self.resolve) or "",
            **_TLS[self.tls],
            "HostnameInCertificate": self.options.text("sslhostname", pinned.host),
            "ServerCertificate": self.options.text("sslservercert"),
            "ApplicationIntent": self.options.choice("application_intent", ("ReadOnly", "ReadWrite")),
            "ConnectRetryCount": "0",
        }
        return ";".join(f"{key}={braced(value)}" for key, value in given.items() if value)

    def _session(self, pinned: Pinned) -> Session:
        # A pool would keep sessions open that nobody asks.
        mssql_python.pooling(enabled=False)
        parameters = self.parameters(pinned)
        with pinned.kept():
            connection = mssql_python.connect(parameters, autocommit=True, timeout=_CONNECT_SECONDS)
        try:
            return Session(connection)
        except PROBLEMS:
            connection.close()
            raise


def braced(value: str) -> str:
    """A value of a connection string, whatever it holds."""
    return "{" + value.replace("}", "}}") + "}"
