"""The blocks of an Avro file, and what is packed in each, unpacked within bounds."""

import bz2
import io
import lzma
import time
import zlib
from collections.abc import Callable, Mapping

import pyarrow as pa

from catalog.errors import DatasetError, SkipReason
from connectors.files.avro_schema import refuse
from connectors.files.delimited import Binary
from connectors.files.unpacking import refuse_size

MOST_BLOCK_BYTES = 16_000_000
"""Packed or not; those who write Avro begin a new block after 16 to 64 thousand."""
MOST_BLOCKS = 500_000

_MAGIC = b"Obj\x01"
_SYNC = 16
_HEAD = 20
"""Two numbers of ten bytes at most."""
_MOST_ENTRIES = 1000
_MOST_HEADER_BYTES = 4_000_000


class Blocks:
    """Where blocks lie and how many records each has.

    ``torn`` says that what follows the last one found could not be read, ``cut`` that it was not looked for.
    """

    def __init__(self, stream: Binary, thing: str) -> None:
        self._stream = stream
        self._thing = thing
        self.counts: list[int] = []
        self._places: list[tuple[int, int]] = []
        self.torn = self.cut = False
        header = self._header()
        self.schema = header.get(b"avro.schema", b"")
        codec = header.get(b"avro.codec", b"null") or b"null"
        if codec not in _CODECS:
            cause = "it is packed in a way that cannot be unpacked here"
            next_step = "Ask its owner for a copy packed with deflate."
            raise DatasetError(thing, cause, next_step, reason=SkipReason.UNKNOWN_FORMAT)
        self._unpack = _CODECS[codec]

    def find(self, least: int, deadline: float) -> None:
        """Go from head to head, reading none of what lies between.

        Parameters:
            least: bytes that a record has at least.
            deadline: when to stop.
        """
        at = self._stream.tell()
        while head := self._at(at, _HEAD):
            try:
                count, read = _number(head, 0)
                size, read = _number(head, read)
            except IndexError:
                self.torn = True
                return
            end = at + read + size
            is_sound = 0 <= count <= MOST_BLOCK_BYTES // least and 0 <= size <= MOST_BLOCK_BYTES
            if not is_sound or self._at(end, _SYNC) != self._sync:
                self.torn = True
                return
            self.counts.append(count)
            self._places.append((at + read, size))
            at = end + _SYNC
            if len(self.counts) >= MOST_BLOCKS or time.monotonic() > deadline:
                self.cut = bool(self._at(at, 1))
                return

    def content(self, number: int) -> io.BytesIO:
        """What is in a block; nothing where it is damaged.

        Raises:
            DatasetError: when it would unpack to more than any block has.
        """
        packed = self._at(*self._places[number])
        try:
            content = self._unpack(packed)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, IndexError):
            self.torn = True
            return io.BytesIO()
        if len(content) > MOST_BLOCK_BYTES:
            refuse_size(self._thing)
        return io.BytesIO(content)

    def _at(self, place: int, size: int) -> bytes:
        self._stream.seek(place)
        return self._stream.read(size)

    def _header(self) -> Mapping[bytes, bytes]:
        """The facts at the beginning; the stream stands behind them afterwards."""
        head = io.BytesIO(self._at(0, _MOST_HEADER_BYTES))
        facts: dict[bytes, bytes] = {}
        try:
            if head.read(len(_MAGIC)) != _MAGIC:
                refuse(self._thing)
            while count := self._next(head):
                if count < 0:
                    self._next(head)  # bytes of what follows, for those who pass it over
                if len(facts) + abs(count) > _MOST_ENTRIES:
                    refuse(self._thing)
                for _ in range(abs(count)):
                    key = self._text(head)
                    facts[key] = self._text(head)
        except IndexError:
            refuse(self._thing)
        self._sync = head.read(_SYNC)
        if len(self._sync) < _SYNC:
            refuse(self._thing)
        self._stream.seek(head.tell())
        return facts

    def _text(self, head: io.BytesIO) -> bytes:
        # A length of ten bytes may be more than any text has, and more than can be asked for.
        return head.read(min(max(self._next(head), 0), _MOST_HEADER_BYTES))

    @staticmethod
    def _next(head: io.BytesIO) -> int:
        at = head.tell()
        number, read = _number(head.read(_HEAD // 2), 0)
        head.seek(at + read)
        return number


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of a varying count of bytes, and where it ends.

    Raises:
        IndexError: when it does not end.
    """
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), at


def _deflated(data: bytes) -> bytes:
    return zlib.decompressobj(-15).decompress(data, MOST_BLOCK_BYTES + 1)


def _bzipped(data: bytes) -> bytes:
    return bz2.BZ2Decompressor().decompress(data, MOST_BLOCK_BYTES + 1)


def _xzipped(data: bytes) -> bytes:
    return lzma.LZMADecompressor(memlimit=8 * MOST_BLOCK_BYTES).decompress(data, MOST_BLOCK_BYTES + 1)


def _snappy(data: bytes) -> bytes:
    # It says beforehand how long it is, in a number of a varying count of bytes; four bytes of check follow.
    size = shift = 0
    for byte in data[:5]:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if size > MOST_BLOCK_BYTES:
        return bytes(MOST_BLOCK_BYTES + 1)
    content: bytes = pa.decompress(data[:-4], decompressed_size=size, codec="snappy", asbytes=True)
    if zlib.crc32(content) != int.from_bytes(data[-4:], "big"):
        raise ValueError("another check sum")
    return content


def _zstandard(data: bytes) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        content: bytes = stream.read(MOST_BLOCK_BYTES + 1)
    return content


_CODECS: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"null": bytes,
    b"deflate": _deflated,
    b"bzip2": _bzipped,
    b"xz": _xzipped,
    b"snappy": _snappy,
    b"zstandard": _zstandard,
}
"""All that the specification names."""
