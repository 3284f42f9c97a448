"""What errors of servers mean, in words that all engines share: the reason, the cause and the next step."""

from catalog.errors import SkipReason, SourceError

Words = tuple[SkipReason, str, str]

UNREACHABLE: Words = (SkipReason.UNREACHABLE, "the connection was lost", "Try again when the server is up.")
UNREADABLE: Words = (SkipReason.UNREADABLE, "the server cannot read it", "Check that it works for its owner.")
NO_PERMISSION: Words = (SkipReason.NO_PERMISSION, "reading is not permitted", "Grant the account SELECT on it.")
CHANGES_DATA: Words = (
    SkipReason.NO_PERMISSION,
    "reading it would change data",
    "Have its owner offer a table in its place.",
)
TOO_SLOW: Words = (
    SkipReason.TIMED_OUT,
    "reading took longer than the limit",
    "Scan when the server is idle or raise the limit.",
)
CALLED_OFF: Words = (SkipReason.TIMED_OUT, "reading was called off", "Scan it again.")
LOCKED: Words = (SkipReason.TIMED_OUT, "another program holds a lock on it", "Scan when it is idle.")
GONE: Words = (SkipReason.VANISHED, "it is gone", "List the source again.")
COLUMNS_CHANGED: Words = (SkipReason.VANISHED, "its columns have changed", "List the source again.")
MEMORY: Words = (SkipReason.OUT_OF_MEMORY, "the server ran out of memory", "Try again when the server is idle.")
TOO_LARGE: Words = (SkipReason.TOO_LARGE, "it is larger than the server's limit", "Leave it out.")


def said(words: Words, kind: type[SourceError], thing: str) -> SourceError:
    """An error of ``kind`` about ``thing`` in these words."""
    reason, cause, next_step = words
    return kind(thing, cause, next_step, reason=reason)
