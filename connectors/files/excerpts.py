"""A large file as its beginning, its end and random parts between: the first rows alone are the oldest ones."""

import io
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PARTS = 32
PART_BYTES = 1_000_000
_LONGEST_LINE = 1_000_000


class Excerpts(io.RawIOBase):
    """Reads parts of a file one after the other, each of whole lines, chosen by seed."""

    def __init__(self, stream: io.BufferedIOBase, size: int, seed: int) -> None:
        self._parts = _parts(stream, size, seed)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer; 0 at the end."""
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = memoryview(part)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _parts(stream: io.BufferedIOBase, size: int, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311 - repeatable choice, not a secret
    last = max(size - PART_BYTES, 0)
    end = 0
    for wanted in (0, *sorted(chance.randrange(last + 1) for _ in range(PARTS - 2)), last):
        start = max(wanted, end)
        if start:
            # From the byte before: where a line ends just there, nothing is passed over.
            stream.seek(start - 1)
            _rest_of_line(stream)
        else:
            stream.seek(0)
        yield stream.read(PART_BYTES) + _rest_of_line(stream)
        end = stream.tell()


def _rest_of_line(stream: io.BufferedIOBase) -> bytes:
    """The rest of a line, which may end with a carriage return alone."""
    line = stream.readline(_LONGEST_LINE)
    end = line.find(b"\r") + 1
    if not end or line[end:] == b"\n":
        return line
    stream.seek(end - len(line), io.SEEK_CUR)
    return line[:end]
