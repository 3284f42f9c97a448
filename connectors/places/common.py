"""What all places keep to: how far a walk goes, which files are wanted, what is said when a listing is not whole."""

import errno

from catalog.errors import SKIP_TEXT, DatasetError, SkipReason, SourceError
from catalog.model.paths import is_part, is_passed_over, is_wanted

__all__ = [
    "DEEPEST",
    "MOST_ENTRIES",
    "MOST_FILES",
    "OPTIONAL",
    "failure",
    "incomplete",
    "is_part",
    "is_passed_over",
    "is_wanted",
]

MOST_FILES = 100_000
MOST_ENTRIES = 1_000_000
"""Of all kinds, wanted or not."""
DEEPEST = 32

OPTIONAL = ("include", "fixed_width")
"""Options that every share may have: ``include`` is kept to here, the others say how files are understood."""

_AWAY = frozenset({errno.EIO, errno.ESTALE, errno.EHOSTDOWN, errno.ENOTCONN})
"""What a mounted folder says whose server is away, and a disk that fails."""
_NEXT_STEPS = {
    SkipReason.NO_PERMISSION: "Permit reading every folder below it.",
    SkipReason.TOO_LARGE: "Split it into several sources, or choose files with the option include.",
}


def incomplete(label: str, reason: SkipReason) -> SourceError:
    """The error of a listing that is not whole."""
    next_step = _NEXT_STEPS.get(reason, "Check that the share can be reached and is whole.")
    return SourceError(label, f"it was not listed as a whole: {SKIP_TEXT[reason]}", next_step, reason=reason)


def failure(error: OSError, thing: str) -> DatasetError:
    """The error of a file that could not be opened or read."""
    if isinstance(error, FileNotFoundError):
        return DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    if isinstance(error, PermissionError):
        return DatasetError(thing, "reading is not permitted", "Permit reading.", reason=SkipReason.NO_PERMISSION)
    if isinstance(error, ConnectionError | TimeoutError) or error.errno in _AWAY:
        cause, next_step = "the connection broke while it was read", "It is tried again in the next run."
        return DatasetError(thing, cause, next_step, reason=SkipReason.UNREACHABLE)
    cause, next_step = "it is a link, a device or damaged on its disk", "Put the file itself in its place."
    return DatasetError(thing, cause, next_step, reason=SkipReason.UNSAFE_PATH)
