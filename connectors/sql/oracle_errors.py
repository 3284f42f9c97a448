"""Oracle's errors as ours, by number, since the server's texts quote data. Contract-tested, not run against a live
server.
"""

import ssl

import oracledb

from catalog.errors import SkipReason, SourceError
from connectors.sql import words

PROBLEMS = (oracledb.Error, OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError)
"""What the driver raises: beside its own errors, whatever its reading of a strange answer stumbles over."""

_NO_PERMISSION: words.Words = (SkipReason.NO_PERMISSION, "reading is not permitted", "Grant the account READ on it.")
_MOVING: words.Words = (SkipReason.TIMED_OUT, "it changes faster than it can be read", "Scan when it is idle.")
_ROOM: words.Words = (SkipReason.OUT_OF_MEMORY, "the server has no room to sort it", "Leave it out.")
_DAMAGED: words.Words = (
    SkipReason.UNREADABLE,
    "its blocks are damaged or offline",
    "Have its owner check the database.",
)
_LOST = frozenset({28, 600, 1012, 1033, 1034, 1041, 1089, 1090, 1092, 2396, 3113, 3114, 3135, 12537, 12547, 12570})
_NUMBERS: dict[int, words.Words] = {
    # The catalogue has just told that it is there.
    **dict.fromkeys((942, 1031, 1720, 28113, 41900), _NO_PERMISSION),
    **dict.fromkeys((1456, 14551, 16000), words.CHANGES_DATA),
    1013: words.CALLED_OFF,
    **dict.fromkeys((51, 54, 60, 4020, 4021, 30006), words.LOCKED),
    **dict.fromkeys((1466, 1555, 8103), _MOVING),
    904: words.COLUMNS_CHANGED,
    **dict.fromkeys((4030, 4031, 4036), words.MEMORY),
    1652: _ROOM,
    **dict.fromkeys((376, 1110, 1115, 1578, 8177), _DAMAGED),
    **dict.fromkeys(_LOST, words.UNREACHABLE),
}
_TOO_LONG = "DPY-4024"
_NOT_CONNECTED = frozenset({"DPY-1001", "DPY-4011", "DPY-6000", "DPY-6005"})
_NO_SERVICE = frozenset({"DPY-6001", "DPY-6003"})
_OLD_SERVER = frozenset({"DPY-3010", "DPY-3015"})
_ENCRYPTING = "DPY-3001"
_NO_SERVICE_NUMBERS = frozenset({12505, 12514, 12516, 12520, 12526, 12528})


def number(error: Exception) -> int:
    """The server's number of an error, 0 where it has none."""
    return int(getattr(_told(error), "code", 0) or 0)


def is_lost(error: Exception) -> bool:
    """Whether the connection cannot be asked anything more."""
    told = _told(error)
    dead = bool(getattr(told, "is_session_dead", False))
    return dead or number(error) in _LOST or _code(error) in _NOT_CONNECTED or not isinstance(error, oracledb.Error)


def is_ended(error: Exception) -> bool:
    """Whether the statement was ended: by the limit of its time, or from outside."""
    return number(error) == 1013 or _code(error) == _TOO_LONG


def failure(error: Exception, kind: type[SourceError], thing: str) -> SourceError:
    """The error of ``kind`` that says what ``error`` means, without its text."""
    if _code(error) == _TOO_LONG:
        return words.said(words.TOO_SLOW, kind, thing)
    return words.said(
        _NUMBERS.get(number(error), words.UNREACHABLE if is_lost(error) else words.UNREADABLE), kind, thing
    )


def refusal(error: Exception) -> tuple[str, SkipReason, str, str]:
    """At which step of logging in ``error`` came up, the reason, the cause and the next step."""
    if isinstance(error.__cause__, ssl.SSLError) or isinstance(error, ssl.SSLError):
        cause = "no connection with a certificate that is trusted could be agreed on"
        return "TLS", SkipReason.UNREACHABLE, cause, "Check host, port, sslmode and sslrootcert."
    if _code(error) == _ENCRYPTING:
        cause = "the server asks for Oracle's own encryption, which is not used here"
        return "TLS", SkipReason.LOGIN_REFUSED, cause, "Have it offer TLS on a port, or not ask for that."
    if _code(error) in _OLD_SERVER:
        cause = "the server, or the account's password, is older than Oracle 12.1"
        return "login", SkipReason.LOGIN_REFUSED, cause, "Have the server updated, or the password set anew."
    if _code(error) in _NO_SERVICE or number(error) in _NO_SERVICE_NUMBERS:
        cause = "the server does not offer this service now"
        return "service", SkipReason.UNREACHABLE, cause, "Check service, and that the database is open."
    if not is_lost(error):
        cause = "the server answers but refuses the login"
        next_step = "Check user and password, and that the account is open and may create a session."
        return "login", SkipReason.LOGIN_REFUSED, cause, next_step
    cause = "what answers there is not an Oracle server, or it is just starting or ending"
    return "TLS", SkipReason.UNREACHABLE, cause, "Check host, port and sslmode."


def _told(error: Exception) -> object:
    return error.args[0] if isinstance(error, oracledb.Error) and error.args else None


def _code(error: Exception) -> str:
    return str(getattr(_told(error), "full_code", ""))
