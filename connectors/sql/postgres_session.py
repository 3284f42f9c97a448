"""One read-only session with a PostgreSQL server, and the tests of the way to it."""

import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from catalog.errors import SkipReason, SourceError
from catalog.ports import Check
from connectors.options import Options
from connectors.sql import reaching

_SECONDS = 10
_TLS_REQUEST = struct.pack("!ii", 8, 80877103)
_SESSION = {
    "default_transaction_read_only": "on",
    "statement_timeout": "15s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "30s",
    # One process of the server, not several.
    "max_parallel_workers_per_gather": "0",
    # Nobody's functions stand in for the engine's own.
    "search_path": "pg_catalog",
    # The first rows are the same ones each time.
    "synchronize_seqscans": "off",
}
# Asked for once logged in: a server that does not know a setting refuses a login that names it. Whether an account may
# limit its temporary files is its administrators' choice, which only later versions leave them.
_LATER: LiteralString = """
    SELECT set_config(name, wanted, false) FROM pg_settings JOIN (VALUES
        ('client_connection_check_interval', '1000'), ('temp_file_limit', '262144')
    ) later (name, wanted) USING (name)
    WHERE setting::bigint NOT BETWEEN 1 AND wanted::bigint AND (context = 'user'{})
"""
_MAY_BE_ALLOWED = 150_000
_TLS_MODES = ("prefer", "require", "verify-ca", "verify-full", "disable")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and who asks. Only the secret's reference is kept."""

    options: Options
    host: str
    port: int
    database: str
    user: str
    tls: str
    resolve: Callable[[str], str] = field(repr=False)

    @classmethod
    def of(cls, given: Mapping[str, str], resolve: Callable[[str], str]) -> "Address":
        """Check the options of a PostgreSQL source."""
        options = Options.of(
            "PostgreSQL source",
            given,
            required=("host", "database", "user"),
            optional=("port", "password", "sslmode", "sslrootcert", "schemas", "allow_write"),
        )
        return cls(
            options,
            host=options.matching("host", r"[A-Za-z0-9._:-]{1,253}"),
            port=options.number("port", 5432, low=1, high=65535),
            database=options.text("database"),
            user=options.text("user"),
            tls=options.choice("sslmode", _TLS_MODES),
            resolve=resolve,
        )

    @property
    def label(self) -> str:
        """What errors call the source."""
        return f"PostgreSQL {self.host}:{self.port}/{self.database}"

    def open(self) -> psycopg.Connection[Any]:
        """Log in, read-only from the first moment.

        Raises:
            SourceError: saying which step failed.
        """
        try:
            connection = psycopg.connect(**self._parameters(), autocommit=True)
        except (psycopg.Error, UnicodeError):
            raise self._refusal() from None
        for kind in ("text", "name", "varchar", "bpchar"):
            connection.adapters.register_loader(kind, _LenientText)
        # Prepared statements would be let go by statements of their own.
        connection.prepare_threshold = None
        _bound(connection)
        return connection

    def steps(self) -> Iterator[Check]:
        """Test the way to the server, ending at the first step that fails."""
        reached = reaching.steps(self.host, self.port)
        yield from reached
        if all(check.passed for check in reached):
            passed, message = self._tls()
            yield Check("TLS", passed=passed, message=message)

    def _parameters(self) -> dict[str, Any]:
        certificate = self.options.text("sslrootcert")
        return {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": self.user,
            "password": self.options.secret("password", self.resolve),
            "sslmode": self.tls,
            **({"sslrootcert": certificate} if certificate else {}),
            "connect_timeout": _SECONDS,
            # A server that is gone without a word is noticed.
            "keepalives_idle": _SECONDS,
            "keepalives_interval": _SECONDS // 2,
            "keepalives_count": 2,
            "tcp_user_timeout": 2000 * _SECONDS,
            "application_name": "privacy-catalog",
            "client_encoding": "UTF8",
            "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
        }

    def _refusal(self) -> SourceError:
        """Say why there is no session. The driver gives a sentence only, so the way is walked again."""
        failed = next((check for check in self.steps() if not check.passed), None)
        if failed:
            cause, _, advice = failed.message.partition(". ")
            next_step = advice or "Check host, port and sslmode, and that the server is up."
            return SourceError(self.label, cause, next_step, reason=SkipReason.UNREACHABLE)
        cause = "the server answers but refuses the login"
        next_step = "Check user, password, database and sslmode, and that the server admits this machine."
        return SourceError(self.label, cause, next_step, reason=SkipReason.LOGIN_REFUSED)

    def _tls(self) -> tuple[bool, str]:
        if self.tls == "disable":
            return True, "the connection is not encrypted, as the settings say"
        try:
            with socket.create_connection((self.host, self.port), timeout=_SECONDS) as probe:
                probe.sendall(_TLS_REQUEST)
                answer = probe.recv(1)
        except OSError:
            answer = b""
        if answer == b"S":
            return True, "the server encrypts the connection"
        if answer == b"N":
            return self.tls == "prefer", "the server does not encrypt connections"
        return False, "what answers there is not a PostgreSQL server"


def _bound(connection: psycopg.Connection[Any]) -> None:
    """Limit the session further as far as its server allows."""
    allowed = " OR has_parameter_privilege(name, 'SET')" if connection.info.server_version >= _MAY_BE_ALLOWED else ""
    # Not every system a server runs on can tell it that a client is gone.
    with suppress(psycopg.Error):
        connection.execute(_LATER.format(allowed))


class _LenientText(Loader):
    """Text of any bytes: the driver's own loader quotes what it cannot decode in its error."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode("utf-8", "replace")
