"""Workbooks as files of the command line: read within limits, and written for their owner alone."""

import os
from collections.abc import Iterable
from pathlib import Path

from catalog.errors import RequestError

_NEXT = "Choose another file."


def content(path: Path, most: int) -> bytes:
    """The file, as much of it as tells that it is larger than ``most`` bytes.

    Raises:
        RequestError: when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise RequestError(f"File {path}", _why(error), _NEXT) from None


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that is not there yet and that nobody but its owner reads.

    Raises:
        RequestError: when it is there, or cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
    except OSError as error:
        raise RequestError(f"File {path}", _why(error), _NEXT) from None


def _why(error: OSError) -> str:
    return (error.strerror or "it cannot be opened").lower()
