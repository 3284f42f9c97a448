"""One read-only session with a MariaDB or MySQL server, and the way to it."""

import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pymysql
from pymysql.constants import CR, ER
from pymysql.cursors import Cursor, SSCursor

from catalog.errors import SourceError
from catalog.model.egress import Egress
from catalog.ports import Check
from connectors.options import Options
from connectors.reaching import Pinned, Way, tls_mode
from connectors.rows import Row, Window
from connectors.sql.calling_off import Question
from connectors.sql.mariadb_errors import PROBLEMS, refusal

LONGEST_SECONDS = 15.0
_CONNECT_SECONDS = 10
# The server ends what takes too long; this is for one that does not answer, or is within a function that nothing ends.
_SILENCE_SECONDS = 1.5
# Where so little time has passed the server is not told a new limit.
_SLACK_SECONDS = 0.5
_READ_ONLY = "SET SESSION TRANSACTION READ ONLY"
_SESSION = {
    # What the server's own settings leave to chance: quoting, the length of answers, the refusal of large tables.
    "sql_mode": "''",
    "sql_quote_show_create": "1",
    "sql_select_limit": "18446744073709551615",
    "sql_big_selects": "1",
    "time_zone": "'+00:00'",
    "lock_wait_timeout": "2",
    "innodb_lock_wait_timeout": "2",
    "wait_timeout": "600",
}
_TLS_MODES = ("", "verify-full", "verify-ca", "require", "prefer", "disable")
_VERIFYING = ("verify-ca", "verify-full")
_STEPS = {
    "name": "the host's name is known, and it may be connected to",
    "port": "the port answers",
    "TLS": "the connection is as sslmode asks",
    "login": "the login is accepted",
}


class Session:
    """A session that reads; every answer is text, of any bytes. ``is_encrypted``: whether TLS protects it.

    ``pinned`` is where it leads; ``number`` is what the server, or whatever stands before it, knows the session by.
    """

    # The driver ships no types, and those there are know less than what is used here.
    def __init__(self, connection: Any, question: Question, pinned: Pinned) -> None:
        self._connection = connection
        self.pinned = pinned
        self._question = question
        self.number: int = connection.thread_id()
        version: str = connection.get_server_info()
        self._is_mariadb = "mariadb" in version.lower()
        self.limit(LONGEST_SECONDS)
        self.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        self.execute(f"SET SESSION {', '.join(f'{name} = {value}' for name, value in _SESSION.items())}")
        if not self._is_mariadb and not version.startswith("5."):
            # MySQL 8 would answer with what it knew of a table up to a day ago.
            self.execute("SET SESSION information_schema_stats_expiry = 0")
        self.is_encrypted = any(row[1] for row in self.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'"))

    @property
    def replica_status(self) -> str:
        """The statement that tells how far this server is behind others."""
        return "SHOW ALL SLAVES STATUS" if self._is_mariadb else "SHOW REPLICA STATUS"

    @property
    def is_open(self) -> bool:
        """Whether the driver still has a connection."""
        return bool(self._connection.open)

    def execute(self, query: str, arguments: Sequence[str] = ()) -> list[Row]:
        """Ask for a short answer. Without arguments a ``%`` in the query stands for itself."""
        self._begin()
        return self._answer(query, arguments)

    def named(self, query: str) -> list[dict[str, str | None]]:
        """Ask for a short answer whose columns differ between servers."""
        self._begin()
        with closing(self._connection.cursor(Cursor)) as cursor:
            cursor.execute(query)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, _texts(row), strict=True)) for row in cursor.fetchall()]

    def stream(self, query: str, arguments: Sequence[str] = ()) -> Generator[Row]:
        """Ask for a long answer and take it row by row; leaving early ends the session."""
        self._begin()
        cursor = self._connection.cursor(SSCursor)
        try:
            cursor.execute(query, arguments or None)
            yield from map(_texts, iter(cursor.fetchone, None))
        except GeneratorExit:
            self._leave(cursor)
            raise
        finally:
            cursor.close()

    def window(self, query: str) -> tuple[list[Row], bool]:
        """Read what a sample may hold, and say whether there was more."""
        with closing(self.stream(query)) as rows:
            window = Window(rows)
            return list(window), window.cut

    def limit(self, seconds: float) -> None:
        """Have the server end whatever is asked from now on when so much time has passed in all."""
        self._until = time.monotonic() + seconds
        # A routine behind a view may have set anything of the session that looked at it.
        self._answer(_READ_ONLY)
        self._bound(seconds)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give what is asked within this less time than there is in all."""
        whole = self._until
        self._until = min(whole, time.monotonic() + seconds)
        self._bound_to = 0.0
        try:
            yield
        finally:
            self._until = whole
            # So the server is told anew: a routine behind a view may have undone it.
            self._bound_to = 0.0

    @property
    def seconds_left(self) -> float:
        """How much time there is."""
        return self._until - time.monotonic()

    def hang_up(self) -> None:
        """Have another thread that waits for an answer find the connection lost."""
        with suppress(OSError, AttributeError, TypeError):
            # That of TLS would first forget what the other thread reads by.
            socket.socket.shutdown(self._connection._sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Log out."""
        if self._connection.open:
            self._connection.close()

    def _begin(self) -> None:
        """Refuse what is asked too late; tell the server how much time is left."""
        if self._question.is_called_off:
            raise pymysql.OperationalError(ER.QUERY_INTERRUPTED, "called off")
        left = self.seconds_left
        if left <= 0:
            raise pymysql.OperationalError(ER.QUERY_INTERRUPTED, "too late")
        if not 0.8 * left <= self._bound_to <= left + min(_SLACK_SECONDS, left / 4):
            self._bound(left)

    def _bound(self, seconds: float) -> None:
        self._bound_to = seconds
        milliseconds = max(int(1000 * seconds), 1)
        self._connection._read_timeout = seconds + _SILENCE_SECONDS
        if self._is_mariadb:
            self._answer(f"SET SESSION max_statement_time = {milliseconds / 1000}")
        else:
            self._answer(f"SET SESSION max_execution_time = {milliseconds}")

    def _answer(self, query: str, arguments: Sequence[str] = ()) -> list[Row]:
        with closing(self._connection.cursor(Cursor)) as cursor:
            cursor.execute(query, arguments or None)
            return [_texts(row) for row in cursor.fetchall()]

    def _leave(self, cursor: Any) -> None:
        # The protocol cannot call an answer off, and the driver would read all of it to reach its end.
        self._connection.close()
        cursor._result.unbuffered_active = False


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and who asks. Only the secret's reference is kept."""

    options: Options
    way: Way
    user: str
    tls: str
    resolve: Callable[[str], str] = field(repr=False)

    @classmethod
    def of(cls, given: Mapping[str, str], resolve: Callable[[str], str], egress: Egress) -> "Address":
        """Check the options of a MariaDB source, and that the operator lets it be connected to."""
        options = Options.of(
            "MariaDB source",
            given,
            required=("host", "user"),
            optional=("port", "password", "sslmode", "sslrootcert", "schemas", "allow_write"),
        )
        tls = options.choice("sslmode", _TLS_MODES)
        if options.text("sslrootcert") and tls not in ("", *_VERIFYING):
            raise options.bad("sslrootcert is not looked at with this sslmode", "Set sslmode to verify-full.")
        way = Way.of("MariaDB", options, 3306, egress)
        return cls(options, way, options.text("user"), tls, resolve)

    @property
    def label(self) -> str:
        """What errors call the source."""
        return self.way.label

    def open(self, question: Question) -> Session:
        """Log in, read-only from the first moment.

        Parameters:
            question: what is asked in the session, which may be called off.

        Raises:
            SourceError: saying which step failed.
        """
        pinned = self.way.pinned()
        try:
            return self._session(question, pinned)
        except PROBLEMS as error:
            _, reason, cause, next_step = refusal(error)
            raise SourceError(self.label, cause, next_step, reason=reason) from None

    def walk(self, question: Question) -> tuple[list[Check], Session | None]:
        """Log in once and tell its steps up to the first that failed; then there is no session.

        One attempt, not a look at each step: a server shuts out a machine that often calls and hangs up.

        Raises:
            SourceError: when the settings cannot be used.
        """
        try:
            pinned = self.way.pinned()
        except SourceError as error:
            return [self.way.told(error)], None
        try:
            session = self._session(question, pinned)
        except PROBLEMS as error:
            failed, _, cause, next_step = refusal(error)
            before = list(_STEPS)[: list(_STEPS).index(failed)]
            steps = [Check(step, passed=True, message=_STEPS[step]) for step in before]
            return [*steps, Check(failed, passed=False, message=f"{cause}. {next_step}")], None
        encrypted = "encrypted" if session.is_encrypted else "not encrypted"
        messages = {**_STEPS, "TLS": f"the connection is {encrypted}"}
        return [Check(step, passed=True, message=message) for step, message in messages.items()], session

    def _session(self, question: Question, pinned: Pinned) -> Session:
        connection = self.connect(pinned, _CONNECT_SECONDS)
        try:
            return Session(connection, question, pinned)
        except PROBLEMS:
            connection.close()
            raise

    def connect(self, pinned: Pinned, seconds: int) -> Any:
        """Log in, with ``seconds`` for each of the driver's steps; it is handed a line and finds none by itself."""
        connection: Any = pymysql.connect(**self.parameters(pinned, seconds), defer_connect=True)
        with pinned.alone():
            connection.connect(_line(pinned, seconds))
        return connection

    def parameters(self, pinned: Pinned, seconds: int) -> dict[str, Any]:
        """What the driver is told to log in: the name that a certificate has to fit, and no address."""
        mode = tls_mode(self.tls, pinned, self.options.text("sslrootcert"))
        refused = {} if mode in _VERIFYING else dict.fromkeys(("mysql_clear_password", "dialog"), _NoClearText)
        return {
            "host": pinned.host,
            "port": pinned.port,
            "user": self.user,
            # The driver knows Latin 1 only, and an error of coding would quote the password.
            "password": (self.options.secret("password", self.resolve) or "").encode(),
            "charset": "utf8mb4",
            # Everything arrives as bytes: the driver's own reading raises at bytes that are no text, quoting them.
            "use_unicode": False,
            "conv": {},
            "autocommit": True,
            "local_infile": False,
            "program_name": "privacy-catalog",
            "connect_timeout": seconds,
            "read_timeout": seconds,
            "write_timeout": seconds,
            "auth_plugin_map": refused,
            **self._encryption(mode),
        }

    def _encryption(self, mode: str) -> dict[str, Any]:
        if mode == "disable":
            return {"ssl_disabled": True}
        if mode == "prefer":
            return {}
        try:
            context = ssl.create_default_context(cafile=self.options.text("sslrootcert") or None)
        except OSError:
            raise self.options.bad("sslrootcert cannot be read", "Correct sslrootcert.") from None
        # Certificates that these servers make for themselves do not keep to the letter of the standard.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.check_hostname = mode == "verify-full"
        if mode not in _VERIFYING:
            context.verify_mode = ssl.CERT_NONE
        return {"ssl": context}


def _line(pinned: Pinned, seconds: int) -> socket.socket:
    line = pinned.connected(seconds)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return line


class _NoClearText:
    """Says no to a server that asks for the password itself without having proved who it is."""

    def __init__(self, connection: object) -> None:
        pass

    def authenticate(self, _: object) -> NoReturn:
        raise pymysql.OperationalError(CR.CR_AUTH_PLUGIN_ERR, "refused")


def _texts(row: Sequence[bytes | None]) -> Row:
    return [None if cell is None else cell.decode("utf-8", "replace") for cell in row]
