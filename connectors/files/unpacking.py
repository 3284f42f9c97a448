"""What would unpack to far more than its size is refused before anything unpacks it."""

import gzip
import io
import zipfile
from typing import IO, NoReturn

from catalog.errors import DatasetError, SkipReason

MEGABYTE = 1_000_000
IN_MEMORY = 64 * MEGABYTE
"""So much of something packed is held unpacked in memory, where what reads it must go back and forth."""
_HARMLESS = 32 * MEGABYTE
_MOST_TIMES = 200
_CHUNK = 1 << 20


def refuse_bombs(archive: zipfile.ZipFile, file_mb: int, thing: str) -> None:
    """Refuse a zipped document that says it unpacks to more than the limit, or to an absurd multiple of its size.

    Parameters:
        file_mb: how much it may unpack to, in megabytes.
        thing: what errors call it.

    Raises:
        DatasetError: then.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > file_mb * MEGABYTE or is_bomb(unpacked, sum(member.compress_size for member in members)):
        refuse_size(thing)


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether so many bytes from so few are nobody's honest work."""
    return unpacked > _HARMLESS and unpacked > _MOST_TIMES * packed


def in_memory(packed: IO[bytes] | gzip.GzipFile, most: int, thing: str) -> io.BufferedReader:
    """The whole of something packed, unpacked in memory.

    Parameters:
        most: how many bytes that may be, whatever its header says.

    Raises:
        DatasetError: when it is more.
    """
    pieces = []
    left = most
    while piece := packed.read(min(_CHUNK, left + 1)):
        left -= len(piece)
        if left < 0:
            refuse_size(thing)
        pieces.append(piece)
    # What reads formats asks for a BufferedReader, which a BytesIO alone is not.
    return io.BufferedReader(io.BytesIO(b"".join(pieces)))


def refuse_size(thing: str) -> NoReturn:
    """Refuse what is packed too much.

    Raises:
        DatasetError: always.
    """
    raise DatasetError(
        thing,
        "it would unpack to far more than its size",
        "Ask its owner to split it into smaller files.",
        reason=SkipReason.TOO_LARGE,
    ) from None
