"""The members of ZIP archives: listed from the directory at the end, read in memory, never unpacked to disk."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

from catalog.errors import DatasetError, SkipReason
from connectors.files.delimited import Binary
from connectors.files.unpacking import IN_MEMORY, MEGABYTE, in_memory, is_bomb
from connectors.places.common import is_passed_over

MOST_MEMBERS = 10_000
_MOST_DIRECTORY_BYTES = 4 * MEGABYTE
"""Each member takes at least 46 in it, and some 600 in memory."""
_HEAD_BYTES = 30
"""Of each member, before its name."""
_ENCRYPTED = 0x1
_READ = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The others of the standard library unpack without a bound."""
_DRIVE = re.compile(r"[a-z]:", re.IGNORECASE)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:[.:].*)?", re.IGNORECASE)
_LONGEST_NAME = 4096
_OPEN_DOCUMENT = frozenset({"mimetype", "content.xml"})
_LONGEST_KIND = 100
_NOT_SOMEBODYS = "__MACOSX"


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive, or why it is not read.

    Parameters:
        name: its path in the archive, parts separated by ``/``.
        copy: 0 for the last of those of one name, which is what unpacking gives; 1 for the one before, and so on.
        size: in bytes, unpacked.
        mark: moves when the content does, whatever else of the archive is written anew.
        refused: why it is not read.
    """

    name: str = field(repr=False)
    copy: int
    size: int
    mark: str
    refused: SkipReason | None

    @property
    def title(self) -> str:
        """What it is called; a copy that unpacking hides says so."""
        return self.name if not self.copy else f"{self.name} (hidden copy {self.copy})"


def members(stream: io.BufferedReader, file_mb: int, thing: str) -> Sequence[Member]:
    """What is in an archive, but for folders and files that are passed over in folders too.

    Two of one name are two members: the first is hidden from whoever unpacks it, yet it is there.

    Parameters:
        file_mb: how much a member may unpack to, in megabytes.

    Raises:
        DatasetError: when it is damaged, has far too many members, or was made to do harm.
    """
    with _archive(stream, thing) as archive:
        _refuse_overlaps(archive, thing)
        return [_member(info, copy, file_mb) for info, copy in _somebodys(archive)]


def look(stream: Binary) -> tuple[frozenset[str], bytes]:
    """The names in an archive, and what an OpenDocument says that it is; nothing in other archives.

    Raises:
        DatasetError: when it cannot be told.
    """
    with _archive(stream, "An archive") as archive:
        names = frozenset(archive.namelist())
        if not names >= _OPEN_DOCUMENT:
            return names, b""
        info = archive.getinfo("mimetype")
        _refuse(_refused(info, 1), "An archive")
        with archive.open(info) as member:
            return names, member.read(_LONGEST_KIND)


@contextmanager
def opened(stream: io.BufferedReader, name: str, copy: int, file_mb: int, thing: str) -> Iterator[io.BufferedReader]:
    """Open a member, which is held in memory where it is not too large, and else unpacked as it is read.

    Raises:
        DatasetError: when it is gone, protected, damaged or too large.
    """
    with _archive(stream, thing) as archive:
        _refuse_overlaps(archive, thing)
        info = _found(archive, name, copy, thing)
        _refuse(_refused(info, file_mb), thing)
        with archive.open(info) as packed:
            if info.file_size <= IN_MEMORY:
                with in_memory(packed, info.file_size, thing) as content:
                    yield content
            else:
                # It reads as a raw stream does, and declares that it is none.
                with io.BufferedReader(cast("Any", packed)) as content:
                    yield content


class _Directory:
    """A file as the archive's reader needs it, of which no single reading takes more than a directory may."""

    def __init__(self, stream: Binary) -> None:
        self._stream = stream
        self.was_cut = False
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """Read so much, or all; less where that is too much."""
        most = _MOST_DIRECTORY_BYTES if size < 0 else min(size, _MOST_DIRECTORY_BYTES)
        content = self._stream.read(most)
        self.was_cut = self.was_cut or len(content) == _MOST_DIRECTORY_BYTES
        return content


@contextmanager
def _archive(stream: Binary, thing: str) -> Iterator[zipfile.ZipFile]:
    directory = _Directory(stream)
    try:
        with zipfile.ZipFile(directory) as archive:
            yield archive
    except (DatasetError, MemoryError):
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
        if directory.was_cut:
            refuse_many(thing)
        refuse_damaged(thing)
    except RuntimeError:
        # The standard library's word for a member that is encrypted after all.
        _refuse(SkipReason.PASSWORD_PROTECTED, thing)


def _somebodys(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, int]]:
    """The members in their order, each with how many of the same name follow."""
    left = Counter(_path(info) for info in archive.infolist())
    for info in archive.infolist():
        path = _path(info)
        left[path] -= 1
        if not info.is_dir() and (_is_unsafe(info.orig_filename) or not _is_passed_over(path)):
            yield info, left[path]


def _is_passed_over(path: str) -> bool:
    first, *_ = parts = path.split("/")
    return first == _NOT_SOMEBODYS or any(is_passed_over(part) for part in parts if part != ".")


def _path(info: zipfile.ZipInfo) -> str:
    # Some programs of Windows write their own sign between folders.
    return info.filename.replace("\\", "/")


def _member(info: zipfile.ZipInfo, copy: int, file_mb: int) -> Member:
    mark = f"{info.CRC:08x}.{info.file_size}"
    return Member(_path(info)[:_LONGEST_NAME], copy, info.file_size, mark, _refused(info, file_mb))


def _refused(info: zipfile.ZipInfo, file_mb: int) -> SkipReason | None:
    if _is_unsafe(info.orig_filename):
        return SkipReason.UNSAFE_PATH
    if info.flag_bits & _ENCRYPTED:
        return SkipReason.PASSWORD_PROTECTED
    if info.file_size > file_mb * MEGABYTE or is_bomb(info.file_size, info.compress_size):
        return SkipReason.TOO_LARGE
    if info.compress_type not in _READ:
        return SkipReason.UNKNOWN_FORMAT
    return None


def _is_unsafe(name: str) -> bool:
    """Whether unpacking under this name would lead out of the folder, or to a device, on any system."""
    parts = name.replace("\\", "/").split("/")
    return (
        "\0" in name
        or len(name) > _LONGEST_NAME
        or not parts[0]
        or ".." in (part.strip() for part in parts)
        or bool(_DRIVE.match(name))
        or any(_DEVICE.fullmatch(part.strip()) for part in parts)
    )


def _refuse_overlaps(archive: zipfile.ZipFile, thing: str) -> None:
    """Refuse members that share their bytes, by which a small file unpacks to a huge one."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda each: each.header_offset):
        if info.header_offset < end:
            refuse_damaged(thing)
        end = info.header_offset + _HEAD_BYTES + info.compress_size
    if end > archive.start_dir:
        refuse_damaged(thing)


def _found(archive: zipfile.ZipFile, name: str, copy: int, thing: str) -> zipfile.ZipInfo:
    for info, following in _somebodys(archive):
        if following == copy and _path(info) == name:
            return info
    raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)


_REFUSED = {
    SkipReason.UNSAFE_PATH: ("its name leads out of the archive", "Ask its owner for an archive without such names."),
    SkipReason.PASSWORD_PROTECTED: ("it is protected by a password", "Ask its owner for a copy without one."),
    SkipReason.TOO_LARGE: ("it would unpack to more than the limit", "Ask its owner to split it into smaller files."),
    SkipReason.UNKNOWN_FORMAT: ("it is packed in a way that cannot be unpacked here", "Ask its owner to pack it anew."),
}


def _refuse(reason: SkipReason | None, thing: str) -> None:
    if reason:
        cause, next_step = _REFUSED[reason]
        raise DatasetError(thing, cause, next_step, reason=reason) from None


def refuse_many(thing: str) -> NoReturn:
    """Refuse an archive of more members than are listed.

    Raises:
        DatasetError: always.
    """
    cause = f"it has more than {MOST_MEMBERS:,} members"
    raise DatasetError(
        thing, cause, "Ask its owner to split it into smaller archives.", reason=SkipReason.TOO_LARGE
    ) from None


def refuse_damaged(thing: str) -> NoReturn:
    """Refuse an archive that is not whole.

    Raises:
        DatasetError: always.
    """
    raise DatasetError(
        thing,
        "its content is damaged or not a ZIP archive",
        "Ask its owner for an intact copy.",
        reason=SkipReason.UNREADABLE,
    ) from None
