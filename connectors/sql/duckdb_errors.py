"""DuckDB's errors as ours: by their class and by the beginnings of two of its sentences, since its texts quote data."""

from pathlib import Path

import duckdb

from catalog.errors import SkipReason, SourceError
from connectors.sql import words

PROBLEMS = (duckdb.Error, RuntimeError, ValueError)
"""What the driver raises: beside its own errors, whatever its reading of strange texts stumbles over."""

TOO_SLOW: words.Words = (SkipReason.TIMED_OUT, "reading took longer than the limit", "Raise the limit.")
_MEMORY: words.Words = (SkipReason.OUT_OF_MEMORY, "it needs more memory than there is", "Leave it out.")
_OUTSIDE: words.Words = (
    SkipReason.NO_PERMISSION,
    "reading it would reach outside the file",
    "Have its owner offer a table in its place.",
)
_DAMAGED: words.Words = (SkipReason.UNREADABLE, "its content is damaged", "Ask its owner for an intact copy.")
_UNREADABLE: words.Words = (SkipReason.UNREADABLE, "the engine cannot read it", "Check that it works for its owner.")
_LOCKED: words.Words = (SkipReason.TIMED_OUT, "another program has it open for writing", "Scan when it is closed.")
_NOT_ONE: words.Words = (SkipReason.UNREADABLE, "it is not a DuckDB database", "Check the path.")
_ENCRYPTED: words.Words = (SkipReason.PASSWORD_PROTECTED, "it is encrypted", "Ask its owner for a readable copy.")
_OTHER_VERSION: words.Words = (
    SkipReason.UNKNOWN_FORMAT,
    "it was written by a version of DuckDB that this one cannot read",
    "Update the package duckdb, or ask its owner for a copy written by a later version.",
)
_CLASSES: tuple[tuple[type[duckdb.Error], words.Words], ...] = (
    (duckdb.InterruptException, TOO_SLOW),
    (duckdb.OutOfMemoryException, _MEMORY),
    (duckdb.PermissionException, _OUTSIDE),
    (duckdb.IOException, _DAMAGED),
    (duckdb.SerializationException, _DAMAGED),
    (duckdb.FatalException, _DAMAGED),
)
_SENTENCES = {
    "IO Error: Could not set lock on file": _LOCKED,
    "IO Error: Trying to read a database file with storage version": _OTHER_VERSION,
}
_MAGIC, _FLAGS, _IS_ENCRYPTED = slice(8, 12), 20, 1


def failure(error: Exception, kind: type[SourceError], thing: str) -> SourceError:
    """The error of ``kind`` that says what ``error`` means, without its text."""
    # The engine says of damaged blocks by no class of their own.
    unclassed = _DAMAGED if type(error) is duckdb.Error else _UNREADABLE
    return words.said(next((words for each, words in _CLASSES if isinstance(error, each)), unclassed), kind, thing)


def refusal(error: Exception, path: Path, thing: str) -> SourceError:
    """Why a file could not be opened. Its head is looked at only now: doing so lets go of the locks on an open one."""
    begins = next((words for sentence, words in _SENTENCES.items() if str(error).startswith(sentence)), None)
    if begins is None:
        head = _head(path)
        if head[_MAGIC] != b"DUCK":
            begins = _NOT_ONE
        elif head[_FLAGS : _FLAGS + 1] == bytes([_IS_ENCRYPTED]):
            begins = _ENCRYPTED
    return words.said(begins, SourceError, thing) if begins else failure(error, SourceError, thing)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError:
        return b""
