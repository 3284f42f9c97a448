"""What places at the other end of a line share: the walk over a server's listings, names that lead nowhere else, and
files of which only the parts asked for are fetched.

A server may be anybody's: no name that it lists is trusted, and a look that failed is never taken for an empty folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from catalog.errors import SkipReason
from catalog.ports import FoundFile, unheard
from catalog.ranges import READ_AHEAD, Changed, Ranges, buffered
from connectors.places.common import DEEPEST, MOST_ENTRIES, MOST_FILES, incomplete, is_passed_over, is_wanted

__all__ = [
    "READ_AHEAD",
    "Changed",
    "Entry",
    "LeadsOut",
    "Ranges",
    "RemoteWalk",
    "buffered",
    "is_name",
    "reason_of",
    "refuse_unsafe",
]


class LeadsOut(OSError):
    """It is a link, or lies outside the place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a server lists in a folder: a file or a folder; what is neither is left out.

    Parameters:
        name: as the server tells it, not yet known to be one.
        size: in bytes; of no meaning for a folder.
        mark: see :class:`~catalog.ports.FoundFile`.
        refused: why it is not opened, as far as its listing tells.
    """

    name: str = field(repr=False)
    is_folder: bool
    size: int = 0
    mark: str = ""
    refused: SkipReason | None = None


def is_name(name: str) -> bool:
    """Whether this is the name of one thing in a folder, and leads nowhere else."""
    return name not in {"", ".", ".."} and "/" not in name and "\0" not in name


def refuse_unsafe(path: str) -> None:
    """Refuse a path that is not one below the root of a place.

    Raises:
        OSError: when it is not.
    """
    if not all(map(is_name, path.split("/"))):
        raise OSError("the path leaves the root")


@dataclass(slots=True)
class RemoteWalk:
    """One walk over a place, folder by folder, each sorted.

    Parameters:
        label: what errors call the place.
        include: see :func:`~connectors.places.common.is_wanted`.
        entries: lists a folder, given by its path below the root ("" is the root itself); raises ``PermissionError``
            or ``FileNotFoundError`` for one that cannot be listed, ``ConnectionError`` or ``TimeoutError`` when the
            line broke, and no other kind of error than ``OSError``.
        beat: see :class:`~catalog.ports.Bounds`.
    """

    label: str
    include: tuple[str, ...]
    entries: Callable[[str], Iterable[Entry]]
    beat: Callable[[], None] = unheard
    _files_left: int = MOST_FILES
    _entries_left: int = MOST_ENTRIES

    def files(self, below: str = "") -> Iterator[FoundFile]:
        """Yield the files below the root, or below one of its folders.

        Raises:
            SourceError: when that is not all of them.
        """
        try:
            if below:
                refuse_unsafe(below)
            listed = self._listed(below)
        except OSError as error:
            raise incomplete(self.label, reason_of(error)) from None
        yield from self._all(listed, f"{below}/" if below else "")

    def _all(self, listed: list[Entry], folder: str) -> Iterator[FoundFile]:
        for entry in listed:
            path = f"{folder}{entry.name}"
            if entry.refused or not entry.is_folder:
                yield self._file(entry, path)
            else:
                yield from self._inner(path)

    def _file(self, entry: Entry, path: str) -> FoundFile:
        self._files_left -= 1
        if self._files_left < 0:
            raise incomplete(self.label, SkipReason.TOO_LARGE)
        return FoundFile(path, entry.size, entry.mark, entry.refused, entry.is_folder)

    def _inner(self, folder: str) -> Iterator[FoundFile]:
        if folder.count("/") == DEEPEST:
            raise incomplete(self.label, SkipReason.TOO_LARGE)
        try:
            listed = self._listed(folder)
        except (ConnectionError, TimeoutError):
            # The next folder would fare no better, and one folder that failed would hide that.
            raise incomplete(self.label, SkipReason.UNREACHABLE) from None
        except OSError as error:
            yield FoundFile(folder, 0, "", reason_of(error), is_folder=True)
            return
        yield from self._all(listed, f"{folder}/")

    def _listed(self, folder: str) -> list[Entry]:
        """What is in a folder, sorted and each once; no more than a walk may hold."""
        found: dict[tuple[str, bool], Entry] = {}
        unusable: list[Entry] = []
        self.beat()
        for entry in self.entries(folder):
            self.beat()
            self._entries_left -= 1
            if self._entries_left < 0 or len(found) + len(unusable) > MOST_FILES:
                raise incomplete(self.label, SkipReason.TOO_LARGE)
            if not is_name(entry.name):
                unusable.append(entry)
            elif self._is_part(entry, folder):
                found.setdefault((entry.name, entry.is_folder), entry)
        names = {name for name, _ in found}
        return sorted([*found.values(), *_renamed(unusable, names)], key=lambda entry: (entry.name, entry.is_folder))

    def _is_part(self, entry: Entry, folder: str) -> bool:
        path = f"{folder}/{entry.name}" if folder else entry.name
        return not is_passed_over(entry.name) and (entry.is_folder or is_wanted(path, self.include))


def _renamed(unusable: Iterable[Entry], names: set[str]) -> Iterator[Entry]:
    """Entries whose names would lead elsewhere, under names made up for them: they are told and never opened."""
    free = (name for number in count(1) if (name := f"unusable name {number}") not in names)
    for entry, name in zip(unusable, free, strict=False):
        yield Entry(name, entry.is_folder, entry.size, "", SkipReason.UNSAFE_PATH)


def reason_of(error: OSError) -> SkipReason:
    """Why a folder could not be listed."""
    if isinstance(error, PermissionError):
        return SkipReason.NO_PERMISSION
    if isinstance(error, FileNotFoundError):
        return SkipReason.VANISHED
    if isinstance(error, LeadsOut):
        return SkipReason.UNSAFE_PATH
    return SkipReason.UNREACHABLE
