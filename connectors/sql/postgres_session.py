"""One read-only session with a PostgreSQL server, and the tests of the way to it."""

import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.ports import Check
from connectors.options import Options
from connectors.reaching import Pinned, Way, tls_mode

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
_TLS_MODES = ("", "verify-full", "verify-ca", "require", "prefer", "disable")
# A server whose certificate nobody looks at could be anybody's: it may not ask for the password itself.
_PROOFS = "scram-sha-256,md5,none"
_OWN_AUTHORITY = "~/.postgresql/root.crt"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and who asks. Only the secret's reference is kept."""

    options: Options
    way: Way
    database: str
    user: str
    tls: str
    resolve: Callable[[str], str] = field(repr=False)

    @classmethod
    def of(cls, given: Mapping[str, str], resolve: Callable[[str], str], egress: Egress) -> "Address":
        """Check the options of a PostgreSQL source, and that the operator lets it be connected to."""
        options = Options.of(
            "PostgreSQL source",
            given,
            required=("host", "database", "user"),
            optional=("port", "password", "sslmode", "sslrootcert", "schemas", "allow_write"),
        )
        tls = options.choice("sslmode", _TLS_MODES)
        way = Way.of("PostgreSQL", options, 5432, egress, f"/{options.text('database')}")
        return cls(options, way, options.text("database"), options.text("user"), tls, resolve)

    @property
    def label(self) -> str:
        """What errors call the source."""
        return self.way.label

    def open(self) -> psycopg.Connection[Any]:
        """Log in, read-only from the first moment.

        Raises:
            SourceError: saying which step failed.
        """
        pinned = self.way.pinned()
        try:
            connection = psycopg.connect(**self.parameters(pinned), autocommit=True)
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
        reached, pinned = self.way.steps()
        yield from reached
        if pinned:
            passed, message = self._tls(pinned)
            yield Check("TLS", passed=passed, message=message)

    def parameters(self, pinned: Pinned) -> dict[str, Any]:
        """What the driver is told: the addresses to connect to, and the name that a certificate has to fit."""
        certificate = self.options.text("sslrootcert")
        mode = tls_mode(self.tls, pinned, certificate)
        return {
            "host": ",".join(pinned.host for _ in pinned.addresses),
            "hostaddr": ",".join(pinned.addresses),
            "port": pinned.port,
            "dbname": self.database,
            "user": self.user,
            "password": self.options.secret("password", self.resolve),
            "sslmode": mode,
            **({"sslrootcert": certificate} if certificate else {}),
            **({} if mode == "verify-full" else {"require_auth": _PROOFS}),
            # Kerberos would have its own servers asked.
            "gssencmode": "disable",
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
        if self._lacks_authority():
            cause = "its certificate cannot be checked: there is no authority to check it against"
            return self.options.bad(cause, "Set sslrootcert to the file of the authority that signed it.")
        cause = "the server answers but refuses the login"
        next_step = "Check user, password, database and sslmode, and that the server admits this machine."
        return SourceError(self.label, cause, next_step, reason=SkipReason.LOGIN_REFUSED)

    def _lacks_authority(self) -> bool:
        if self.options.text("sslrootcert") or self.tls not in ("", "verify-full", "verify-ca"):
            return False
        try:
            own = Path(_OWN_AUTHORITY).expanduser().exists()
        except RuntimeError:
            own = False
        return not own and tls_mode(self.tls, self.way.pinned()).startswith("verify")

    def _tls(self, pinned: Pinned) -> tuple[bool, str]:
        mode = tls_mode(self.tls, pinned, self.options.text("sslrootcert"))
        if mode == "disable":
            return True, "the connection is not encrypted, as the settings say"
        try:
            with pinned.connected(_SECONDS) as probe:
                probe.sendall(_TLS_REQUEST)
                answer = probe.recv(1)
        except OSError:
            answer = b""
        if answer == b"S":
            return True, "the server encrypts the connection"
        if answer == b"N":
            return mode == "prefer", "the server does not encrypt connections"
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
