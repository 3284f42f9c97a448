"""MariaDB's and MySQL's errors as ours: by number, since the servers' texts quote data."""

import socket
import ssl
import struct

import pymysql
from pymysql.constants import CR

from catalog.errors import SkipReason, SourceError
from connectors.sql import words

PROBLEMS = (
    *(pymysql.Error, OSError, RuntimeError, ValueError, LookupError),
    *(ArithmeticError, AssertionError, AttributeError, NameError, TypeError, struct.error),
)
"""What the driver raises: beside its own errors, whatever its reading of a strange answer stumbles over."""

DENIED = frozenset({1044, 1142, 1143, 1227, 1370})
TIMED_OUT = frozenset({1028, 1317, 1969, 3024})
_LOST = (
    *(1053, 1152, 1158, 1159, 1160, 1161, 1927, 4031),
    *(CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST),
)
_NUMBERS: dict[int, words.Words] = {
    **dict.fromkeys(DENIED, words.NO_PERMISSION),
    **dict.fromkeys(TIMED_OUT, words.TOO_SLOW),
    **dict.fromkeys((1205, 1213, 3572), words.LOCKED),
    **dict.fromkeys((1290, 1792, 1836), words.CHANGES_DATA),
    **dict.fromkeys((1049, 1051, 1146), words.GONE),
    **dict.fromkeys((1037, 1038, 1041), words.MEMORY),
    **dict.fromkeys(_LOST, words.UNREACHABLE),
    1054: words.COLUMNS_CHANGED,
    1153: words.TOO_LARGE,
    1193: (SkipReason.UNREADABLE, "the server is too old to bound what a statement may take", "Have it updated."),
}
_SERVERS_OWN = range(1000, 2000), range(3000, 6000)


def failure(error: Exception, kind: type[SourceError], thing: str) -> SourceError:
    """The error of ``kind`` that says what ``error`` means, without its text."""
    if isinstance(error.__context__, TimeoutError):
        # Of a server that was told when to end and did not, in time.
        return words.said(words.TOO_SLOW, kind, thing)
    if isinstance(error, pymysql.InterfaceError):
        # So the driver says that it has no connection any more.
        return words.said(words.UNREACHABLE, kind, thing)
    return words.said(_NUMBERS.get(number(error), words.UNREADABLE), kind, thing)


def refusal(error: Exception) -> tuple[str, SkipReason, str, str]:
    """At which step of logging in ``error`` came up, the reason, the cause and the next step."""
    first = getattr(error, "original_exception", error)
    if isinstance(first, socket.gaierror) or type(first) in (UnicodeError, UnicodeEncodeError):
        return "name", SkipReason.UNREACHABLE, "the host's name is not known", "Check host."
    if isinstance(first, ssl.SSLError):
        cause = "the server's certificate is not one that is trusted"
        return "TLS", SkipReason.UNREACHABLE, cause, "Check host, sslmode and sslrootcert."
    if isinstance(first, OSError):
        cause = "nothing answers at this host and port"
        return "port", SkipReason.UNREACHABLE, cause, "Check host and port, and that the server is up."
    if number(error) == CR.CR_SSL_CONNECTION_ERROR:
        cause = "the server does not encrypt connections"
        return "TLS", SkipReason.UNREACHABLE, cause, "Have it set up TLS, or change sslmode."
    return _refused_login(error)


def number(error: Exception) -> int:
    """The number of an error, 0 where it has none."""
    found = error.args[0] if isinstance(error, pymysql.Error) and error.args else 0
    return found if isinstance(found, int) else 0


def _refused_login(error: Exception) -> tuple[str, SkipReason, str, str]:
    if number(error) in {CR.CR_AUTH_PLUGIN_CANNOT_LOAD, CR.CR_AUTH_PLUGIN_ERR} or isinstance(error, RuntimeError):
        # The driver says by a RuntimeError that MySQL's own way needs TLS or one more library.
        cause = "the server asks for a way of logging in that is not used without TLS, or not at all"
        return "login", SkipReason.LOGIN_REFUSED, cause, "Set sslmode to verify-full, or give the account a password."
    if any(number(error) in numbers for numbers in _SERVERS_OWN):
        cause = "the server answers but refuses the login"
        next_step = "Check user, password and sslmode, and that the server admits this machine."
        return "login", SkipReason.LOGIN_REFUSED, cause, next_step
    cause = "what answers there is not a MariaDB or MySQL server"
    return "TLS", SkipReason.UNREACHABLE, cause, "Check host and port."
