"""One session with an Oracle server, and the way to it. Contract-tested, not run against a live server.

The driver is python-oracledb without Oracle's client libraries. What is asked is asked in transactions that can only
read, and such a transaction ends with the answer.
"""

import ssl
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

import oracledb

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.ports import Check
from connectors.options import Options
from connectors.reaching import Pinned, Way
from connectors.rows import Row, Window
from connectors.sql.oracle_errors import PROBLEMS, refusal

LONGEST_SECONDS = 15.0
READ_ONLY = "SET TRANSACTION READ ONLY"
_CONNECT_SECONDS = 10.0
_LOGIN_SECONDS = 20.0
_BATCH = 256
_OPTIONAL = ("port", "password", "sslmode", "sslrootcert", "schemas", "allow_write")
_TLS_MODES = ("verify-full", "verify-ca", "disable")


class Session:
    """A session that asks; every cell of an answer is text or a whole number."""

    # The driver's own types know less than what is used here.
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.limit(LONGEST_SECONDS)

    def begin(self) -> None:
        """Begin a transaction that can only read; what it reads is of this moment."""
        self._connection.rollback()
        self.execute(READ_ONLY)

    def finish(self) -> None:
        """End it."""
        self._connection.rollback()

    def execute(self, query: str, arguments: Mapping[str, str] | None = None) -> list[tuple[Any, ...]]:
        """Ask for a short answer."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(query, dict(arguments or {}), fetch_lobs=False)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def window(self, query: str) -> tuple[list[Row], bool]:
        """Read rows of texts, as many as a sample may hold, and say whether there were more, which are not sent."""
        with closing(self._stream(query)) as rows:
            window = Window(rows)
            return list(window), window.cut

    def limit(self, seconds: float) -> None:
        """Have the driver end at the server every later round of a statement that takes longer."""
        self._connection.call_timeout = max(int(1000 * seconds), 1)

    def end(self) -> None:
        """End, from another thread, the statement that is being asked."""
        with suppress(*PROBLEMS):
            self._connection.cancel()

    def close(self) -> None:
        """Log out."""
        with suppress(*PROBLEMS):
            self._connection.close()

    def _stream(self, query: str) -> Generator[Row]:
        with closing(self._connection.cursor()) as cursor:
            cursor.arraysize, cursor.prefetchrows = _BATCH, _BATCH
            cursor.execute(query, {}, fetch_lobs=False)
            while batch := cursor.fetchmany(_BATCH):
                yield from batch


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and who asks. Only the secret's reference is kept."""

    options: Options
    way: Way
    service: str
    tls: str
    resolve: Callable[[str], str] = field(repr=False)

    @classmethod
    def of(cls, given: Mapping[str, str], resolve: Callable[[str], str], egress: Egress) -> "Address":
        """Check the options of an Oracle source, and that the operator lets it be connected to."""
        options = Options.of("Oracle source", given, required=("host", "service", "user"), optional=_OPTIONAL)
        tls = options.choice("sslmode", _TLS_MODES)
        if options.text("sslrootcert") and tls == "disable":
            raise options.bad("sslrootcert is not looked at with this sslmode", "Set sslmode to verify-full.")
        # The listener reads it among brackets, where others would be words of its own.
        service = options.matching("service", r"[A-Za-z0-9_.$#-]{1,128}")
        way = Way.of("Oracle", options, 2484 if tls != "disable" else 1521, egress, f"/{service}")
        return cls(options, way, service, tls, resolve)

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
        encrypted = "encrypted" if self.tls != "disable" else "not encrypted, as the settings say"
        told = {"TLS": f"the connection is {encrypted}", "service": "the service is known", "login": "it is accepted"}
        try:
            session = self._session(pinned)
        except PROBLEMS as error:
            failed, _, cause, next_step = refusal(error)
            before = [Check(step, passed=True, message=told[step]) for step in list(told)[: list(told).index(failed)]]
            return [*checks, *before, Check(failed, passed=False, message=f"{cause}. {next_step}")], None
        return [*checks, *(Check(step, passed=True, message=message) for step, message in told.items())], session

    def parameters(self) -> dict[str, Any]:
        """What the driver is given, value by value: no address is put together here."""
        return {
            "host": self.way.host,
            "port": self.way.port,
            "service_name": self.service,
            "user": self.options.text("user"),
            "password": self.options.secret("password", self.resolve) or "",
            "protocol": "tcp" if self.tls == "disable" else "tcps",
            **self._encryption(),
            "tcp_connect_timeout": _CONNECT_SECONDS,
            "retry_count": 0,
            "stmtcachesize": 0,
            "program": "privacy-catalog",
        }

    def _encryption(self) -> dict[str, Any]:
        if self.tls == "disable":
            return {}
        try:
            context = ssl.create_default_context(cafile=self.options.text("sslrootcert") or None)
        except OSError:
            raise self.options.bad("sslrootcert cannot be read", "Correct sslrootcert.") from None
        # The driver compares the name itself.
        context.check_hostname = False
        return {"ssl_context": context, "ssl_server_dn_match": self.tls == "verify-full"}

    def _session(self, pinned: Pinned) -> Session:
        parameters = self.parameters()

        def connect() -> Any:
            # The driver looks the name up again, and follows a listener that names another place: to no avail.
            with pinned.alone():
                return oracledb.connect(**parameters)

        return Session(_in_time(connect, self.label))


def _in_time(connect: Callable[[], Any], label: str) -> Any:
    """Log in within a time: the driver waits for ever for a server that takes the call and says nothing."""
    made: list[Any] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            made.append(connect())
        except Exception as error:  # noqa: BLE001 - handed on to who waits
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_LOGIN_SECONDS)
    if failed:
        raise failed[0]
    if not made:
        cause, next_step = "the server takes the call and says nothing", "Check host and port."
        raise SourceError(label, cause, next_step, reason=SkipReason.UNREACHABLE)
    return made[0]
