"""Files that lie elsewhere, of which only the parts asked for are fetched."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

READ_AHEAD = 256 * 1024
"""Bytes fetched at once, where fewer are asked for."""
_PIECE = 1024 * 1024
"""Bytes fetched at once, where all are."""


class Changed(FileNotFoundError):
    """What was opened is not there any more as it was: parts of it do not belong together."""


class Ranges(io.RawIOBase):
    """A file of which parts are fetched: seekable, never more than is asked for. ``fetched`` counts the bytes.

    Parameters:
        size: of the file, in bytes, as it was when it was opened.
        fetch: fetches up to so many bytes (the second) from an offset (the first), none only at the end; raises
            ``OSError``.
        end: lets the file go.
    """

    def __init__(self, size: int, fetch: Callable[[int, int], bytes], end: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._size = size
        self._fetch = fetch
        self._end = end
        self._position = 0
        self.fetched = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go somewhere; beyond the end there is nothing to read.

        Raises:
            OSError: when that is before the beginning.
        """
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("before the beginning")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fetch what fits into the buffer.

        Raises:
            Changed: when the file has become shorter.
            OSError: when it cannot be read, of the fitting class.
        """
        room = memoryview(buffer).cast("B")
        wanted = min(len(room), self._size - self._position)
        if wanted <= 0:
            return 0
        data = self._fetch(self._position, wanted)
        self.fetched += len(data)
        if not data:
            raise Changed("shorter than it was")
        if len(data) > wanted:
            raise OSError("more than was asked for")
        room[: len(data)] = data
        self._position += len(data)
        return len(data)

    def readall(self) -> bytes:
        """Fetch the rest, in pieces larger than its base would."""
        pieces = bytearray()
        while piece := self.read(_PIECE):
            pieces += piece
        return bytes(pieces)

    def close(self) -> None:
        """Let the file go."""
        if not self.closed:
            super().close()
            self._end()


def buffered(ranges: Ranges, ahead: int = READ_AHEAD) -> io.BufferedReader:
    """The file as readers of formats take it, read ahead a little: so many bytes."""
    return io.BufferedReader(ranges, ahead)
