"""PostgreSQL's errors as ours: by SQLSTATE, since the server's texts quote data."""

import psycopg

from catalog.errors import SkipReason, SourceError

_UNREACHABLE = (SkipReason.UNREACHABLE, "the connection was lost", "Try again when the server is up.")
_UNREADABLE = (SkipReason.UNREADABLE, "the server cannot read it", "Check that it works for its owner.")
_TOO_SLOW = "reading took longer than the limit"
_STATES: dict[str, tuple[SkipReason, str, str]] = {
    "42501": (SkipReason.NO_PERMISSION, "reading is not permitted", "Grant the account SELECT on it."),
    "25006": (SkipReason.NO_PERMISSION, "reading it would change data", "Have its owner offer a table in its place."),
    "57014": (SkipReason.TIMED_OUT, _TOO_SLOW, "Scan when the server is idle or raise the limit."),
    "55P03": (SkipReason.TIMED_OUT, "another program holds a lock on it", "Scan when it is idle."),
    "42P01": (SkipReason.VANISHED, "it is gone", "List the source again."),
    "42703": (SkipReason.VANISHED, "its columns have changed", "List the source again."),
    "3F000": (SkipReason.VANISHED, "its schema is gone", "List the source again."),
    "53400": (
        SkipReason.TOO_LARGE,
        "it needs more temporary files than allowed",
        "Have its owner offer a table instead.",
    ),
    "53200": (SkipReason.OUT_OF_MEMORY, "the server ran out of memory", "Try again when the server is idle."),
    "54000": (SkipReason.TOO_LARGE, "it is larger than the server's limit", "Leave it out."),
    "55000": (SkipReason.UNREADABLE, "it has not been filled yet", "Have its owner refresh it."),
}
_CLASSES = {"08": _UNREACHABLE, "57": _UNREACHABLE, "53": _UNREACHABLE}


def failure(error: psycopg.Error, kind: type[SourceError], thing: str) -> SourceError:
    """The error of ``kind`` that says what ``error`` means, without its text."""
    state = error.sqlstate
    if state is None:
        # The driver has a state for every answer of the server; without one the connection broke.
        reason, cause, next_step = _UNREACHABLE
    else:
        reason, cause, next_step = _STATES.get(state) or _CLASSES.get(state[:2], _UNREADABLE)
    return kind(thing, cause, next_step, reason=reason)
