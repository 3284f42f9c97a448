"""ZIP archives for tests, byte by byte, so that each lie in one is told on purpose."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A member as its two heads tell of it; what is not given is told truly."""

    name: bytes
    content: bytes = b"a,b\n1,2\n"
    flags: int = 0x800
    method: int = 8
    crc: int | None = None
    size: int | None = None
    packed: bytes | None = None
    packed_size: int | None = None
    at: int | None = None

    @property
    def data(self) -> bytes:
        """What lies in the archive."""
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method == 8 else self.content

    @property
    def facts(self) -> tuple[int, int, int]:
        """Check sum and sizes."""
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        packed = len(self.data) if self.packed_size is None else self.packed_size
        return crc, packed, len(self.content) if self.size is None else self.size


def deflated(content: bytes) -> bytes:
    """Packed as members are."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packing.compress(content) + packing.flush()


def archive(parts: Sequence[Part], comment: bytes = b"") -> bytes:
    """An archive of these members; one with ``at`` has no bytes of its own."""
    body = bytearray()
    directory = bytearray()
    for part in parts:
        crc, packed, size = part.facts
        place = len(body) if part.at is None else part.at
        head = struct.pack("<HHHHHIIIHH", 20, part.flags, part.method, 0, 0x21, crc, packed, size, len(part.name), 0)
        if part.at is None:
            body += b"PK\x03\x04" + head + part.name + part.data
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, place) + part.name
    count = min(len(parts), 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), len(comment))
    return bytes(body + directory + b"PK\x05\x06" + end + comment)
