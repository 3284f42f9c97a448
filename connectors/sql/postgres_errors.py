"""PostgreSQL's errors as ours: by SQLSTATE, since the server's texts quote data."""

import psycopg

from catalog.errors import SkipReason, SourceError
from connectors.sql import words

_STATES: dict[str, words.Words] = {
    "42501": words.NO_PERMISSION,
    "25006": words.CHANGES_DATA,
    "57014": words.TOO_SLOW,
    "55P03": words.LOCKED,
    "42P01": words.GONE,
    "42703": words.COLUMNS_CHANGED,
    "3F000": (SkipReason.VANISHED, "its schema is gone", "List the source again."),
    "53400": (
        SkipReason.TOO_LARGE,
        "it needs more temporary files than allowed",
        "Have its owner offer a table instead.",
    ),
    "53200": words.MEMORY,
    "54000": words.TOO_LARGE,
    "55000": (SkipReason.UNREADABLE, "it has not been filled yet", "Have its owner refresh it."),
}
_CLASSES = {"08": words.UNREACHABLE, "57": words.UNREACHABLE, "53": words.UNREACHABLE}


def failure(error: psycopg.Error, kind: type[SourceError], thing: str) -> SourceError:
    """The error of ``kind`` that says what ``error`` means, without its text."""
    state = error.sqlstate
    if state is None:
        # The driver has a state for every answer of the server; without one the connection broke.
        return words.said(words.UNREACHABLE, kind, thing)
    return words.said(_STATES.get(state) or _CLASSES.get(state[:2], words.UNREADABLE), kind, thing)
