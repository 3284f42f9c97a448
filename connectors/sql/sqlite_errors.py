"""SQLite's errors as ours: by their code, since their texts quote data."""

import math
import sqlite3
from collections import Counter

from catalog.errors import SkipReason, SourceError

PAGE_BYTES = 4096
"""So much of a file tells whether it is encrypted."""

_DAMAGED = (SkipReason.UNREADABLE, "its content is damaged", "Ask its owner for an intact copy.")
_FAILURES: dict[int, tuple[SkipReason, str, str]] = {
    sqlite3.SQLITE_BUSY: (SkipReason.TIMED_OUT, "another program holds a lock on it", "Scan when it is idle."),
    sqlite3.SQLITE_LOCKED: (SkipReason.TIMED_OUT, "another program holds a lock on it", "Scan when it is idle."),
    sqlite3.SQLITE_INTERRUPT: (SkipReason.TIMED_OUT, "reading took longer than the limit", "Raise the limit."),
    sqlite3.SQLITE_CANTOPEN: (SkipReason.UNREACHABLE, "the file cannot be opened", "Check path and permissions."),
    sqlite3.SQLITE_PERM: (SkipReason.NO_PERMISSION, "reading is not permitted", "Permit reading."),
    sqlite3.SQLITE_AUTH: (
        SkipReason.NO_PERMISSION,
        "reading it would do more than read",
        "Have its owner offer a table in its place.",
    ),
    sqlite3.SQLITE_READONLY: (
        SkipReason.UNREADABLE,
        "another program left it in the middle of a change",
        "Have its owner open and close it once.",
    ),
    sqlite3.SQLITE_NOMEM: (SkipReason.OUT_OF_MEMORY, "it needs more memory than there is", "Raise the limit."),
    sqlite3.SQLITE_TOOBIG: (SkipReason.TOO_LARGE, "a cell is larger than the limit", "Leave it out."),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: (SkipReason.UNREADABLE, "it is not a SQLite database", "Check the path."),
    sqlite3.SQLITE_ERROR: (SkipReason.UNREADABLE, "the engine cannot read it", "Check that it works for its owner."),
}
_ENCRYPTED = (SkipReason.PASSWORD_PROTECTED, "it looks encrypted", "Ask its owner for a readable copy.")


def failure(error: sqlite3.Error, kind: type[SourceError], thing: str, *, encrypted: bool) -> SourceError:
    """The error of ``kind`` that says what ``error`` means, without its text."""
    # The low byte is the code's family; errors raised by Python's own module have none.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    reason, cause, next_step = _FAILURES.get(code, _DAMAGED)
    if code == sqlite3.SQLITE_NOTADB and encrypted:
        reason, cause, next_step = _ENCRYPTED
    return kind(thing, cause, next_step, reason=reason)


def looks_encrypted(page: bytes) -> bool:
    """Whether a file's first page is as random as only encryption (or compression) makes it."""
    shares = [count / len(page) for count in Counter(page).values()]
    return len(page) == PAGE_BYTES and -sum(share * math.log2(share) for share in shares) > 7.8
