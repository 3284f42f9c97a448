"""SQL Server's errors as ours, by number or SQLSTATE, since the server's texts quote data. Contract-tested, not run
against a live server.

The driver passes neither on: of the SQLSTATE it keeps a sentence of its own, the number the session is asked for.
"""

import re

from mssql_python import exceptions

from catalog.errors import SkipReason, SourceError
from connectors.sql import words

PROBLEMS = (
    *(exceptions.Exception, exceptions.ConnectionStringParseError),
    *(OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError),
)
"""What the driver raises: beside its own errors, whatever its reading of a strange answer stumbles over."""

_DAMAGED: words.Words = (SkipReason.UNREADABLE, "its pages are damaged", "Have its owner check the database.")
_OFFLINE: words.Words = (SkipReason.UNREACHABLE, "the database is offline", "Try again when it is online.")
_INTENT: words.Words = (
    SkipReason.BAD_SETTINGS,
    "this replica is only for those who say that they read",
    "Set application_intent=ReadOnly.",
)
_UNREADABLE: words.Words = (
    SkipReason.UNREADABLE,
    "the server cannot read it, or not for this account",
    "Check that it works for the account.",
)
_NUMBERS: dict[int, words.Words] = {
    **dict.fromkeys((229, 230, 262, 297, 300, 371, 916), words.NO_PERMISSION),
    **dict.fromkeys((1205, 1222), words.LOCKED),
    **dict.fromkeys((208, 4902, 7411), words.GONE),
    207: words.COLUMNS_CHANGED,
    **dict.fromkeys((701, 802, 8645, 8651), words.MEMORY),
    **dict.fromkeys((605, 823, 824, 825), _DAMAGED),
    **dict.fromkeys((921, 922, 927, 942, 945, 952, 976, 983), _OFFLINE),
    978: _INTENT,
}
_STATES: dict[str, words.Words] = {
    **dict.fromkeys(("08001", "08003", "08004", "08007", "08S01", "HYT01"), words.UNREACHABLE),
    "HYT00": words.TOO_SLOW,
    "HY008": words.CALLED_OFF,
    "40001": words.LOCKED,
    "42S02": words.GONE,
    "42S22": words.COLUMNS_CHANGED,
    **dict.fromkeys(("HY001", "HY013"), words.MEMORY),
}
_LOGIN = frozenset({"28000", "42000", "3D000", "08004"})
_NO_LIBRARY = "Failed to load the driver"
# The driver keeps its own sentence for each SQLSTATE, and no SQLSTATE.
_SENTENCES = {
    error.driver_error: state for state in (*_STATES, *_LOGIN) if (error := exceptions.sqlstate_to_exception(state, ""))
}
_LOST = frozenset({"08001", "08003", "08004", "08007", "08S01", "HYT01", ""})


def state_of(error: Exception) -> str:
    """The SQLSTATE of an error, empty where it has none."""
    sentence = str(getattr(error, "driver_error", ""))
    other = re.fullmatch(r"An error occurred with SQLSTATE code: ([0-9A-Z]{5})", sentence)
    return other[1] if other else _SENTENCES.get(sentence, "HY000" if _is_known(sentence) else "")


def is_lost(error: Exception) -> bool:
    """Whether the connection cannot be asked anything more, not even the number of its error."""
    return state_of(error) in _LOST


def failure(error: Exception, kind: type[SourceError], thing: str, number: int = 0) -> SourceError:
    """The error of ``kind`` that says what ``error`` means, without its text.

    Parameters:
        number: the server's number of it, 0 where it is not known.
    """
    unknown = _UNREADABLE if state_of(error) else words.UNREACHABLE
    return words.said(_NUMBERS.get(number) or _STATES.get(state_of(error)) or unknown, kind, thing)


def refusal(error: Exception) -> tuple[str, SkipReason, str, str]:
    """At which step of logging in ``error`` came up, the reason, the cause and the next step."""
    if str(getattr(error, "ddbc_error", "")).startswith(_NO_LIBRARY):
        cause = "the driver lacks libraries of this machine's system"
        next_step = "Install libltdl7, libkrb5-3 and libgssapi-krb5-2, or what they are called there."
        return "login", SkipReason.BAD_SETTINGS, cause, next_step
    if state_of(error) in _LOGIN:
        cause = "the server answers but refuses the login"
        next_step = "Check user, password and database, and that the account may connect to it."
        return "login", SkipReason.LOGIN_REFUSED, cause, next_step
    cause = "what answers there is not a SQL Server whose certificate is one that is trusted"
    return "TLS", SkipReason.UNREACHABLE, cause, "Check host, sslmode, sslhostname and sslservercert."


def _is_known(sentence: str) -> bool:
    return bool(sentence) and sentence != "Connection operation failed"
