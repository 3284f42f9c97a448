"""A database that is one file: whether it can be read at all, and marks that move when it does."""

import os
import stat
from pathlib import Path

from catalog.errors import SkipReason, SourceError


def refuse_unreadable(path: Path, label: str) -> None:
    """Say what keeps a file from being read, without opening it.

    Parameters:
        label: what errors call the source.

    Raises:
        SourceError: when there is no such file, or it may not be read.
    """
    try:
        mode = path.stat().st_mode
        readable = os.access(path, os.R_OK)
    except (FileNotFoundError, NotADirectoryError):
        raise SourceError(label, "there is no such file", "Check the path.", reason=SkipReason.UNREACHABLE) from None
    except OSError:
        raise SourceError(
            label, "its folder cannot be read", "Permit reading.", reason=SkipReason.NO_PERMISSION
        ) from None
    if not stat.S_ISREG(mode):
        cause = "it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file"
        raise SourceError(label, cause, "Give the path of a database file.", reason=SkipReason.BAD_SETTINGS)
    if not readable:
        raise SourceError(label, "the file may not be read", "Permit reading.", reason=SkipReason.NO_PERMISSION)


def beside(path: Path, ending: str) -> Path:
    """The file beside ``path`` that has its name and an ``ending``."""
    return path.with_name(path.name + ending)


def mark(path: Path) -> str:
    """What moves when a file is written to; a dash where there is none."""
    try:
        status = path.stat()
    except OSError:
        return "-"
    return f"{status.st_mtime_ns}.{status.st_size}"
