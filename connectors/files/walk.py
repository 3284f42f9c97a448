"""Walking a folder of somebody else's: never out of it, never through links, never into devices."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from catalog.errors import SkipReason

MOST_FILES = 100_000
DEEPEST = 32


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the share, by its path below the root, or why it cannot be opened; or a folder that cannot."""

    path: str = field(repr=False)
    size: int
    mark: str
    refused: SkipReason | None
    is_folder: bool = False


class Walk:
    """One walk over a share; ``failed`` says afterwards why it is incomplete, None when it is not."""

    def __init__(self, root: Path, include: tuple[str, ...]) -> None:
        self._root = root
        self._include = include
        self._left = MOST_FILES
        self.failed: SkipReason | None = None

    def __iter__(self) -> Iterator[FoundFile]:
        yield from self._folder("", 0)

    def _folder(self, folder: str, depth: int) -> Iterator[FoundFile]:
        try:
            with os.scandir(self._root / folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            reason = _reason(error)
            if folder:
                yield FoundFile(folder.removesuffix("/"), 0, "", reason, is_folder=True)
            else:
                self.failed = reason
            return
        for entry in ordered:
            yield from self._entry(entry, f"{folder}{entry.name}", depth)

    def _entry(self, entry: os.DirEntry[str], path: str, depth: int) -> Iterator[FoundFile]:
        if entry.name.startswith((".", "~$")) or self.failed is SkipReason.TOO_LARGE:
            return
        if entry.is_symlink():
            yield from self._link(path)
        elif entry.is_dir(follow_symlinks=False):
            if depth == DEEPEST:
                self.failed = SkipReason.TOO_LARGE
                return
            yield from self._folder(f"{path}/", depth + 1)
        elif self._wanted(path):
            self._left -= 1
            if self._left < 0:
                self.failed = SkipReason.TOO_LARGE
                return
            yield from found(self._root, path)

    def _link(self, path: str) -> Iterator[FoundFile]:
        # What a link inside the share points to is met on its own way; what lies outside is not the share's.
        if self._wanted(path) and not (self._root / path).resolve().is_relative_to(self._root.resolve()):
            yield FoundFile(path, 0, "", SkipReason.UNSAFE_PATH)

    def _wanted(self, path: str) -> bool:
        return not self._include or any(
            fnmatchcase(path, pattern) or fnmatchcase(path.rpartition("/")[2], pattern) for pattern in self._include
        )


def found(root: Path, path: str) -> Iterator[FoundFile]:
    """Yield the file at ``path`` below ``root``; nothing where it is no regular file or has just gone."""
    try:
        status = (root / path).stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        # It is there: left out it would be taken for gone.
        yield FoundFile(path, 0, "", _reason(error))
        return
    if stat.S_ISREG(status.st_mode):
        refused = None if os.access(root / path, os.R_OK) else SkipReason.NO_PERMISSION
        yield FoundFile(path, status.st_size, f"{status.st_mtime_ns}.{status.st_size}.{status.st_ino}", refused)


def _reason(error: OSError) -> SkipReason:
    return SkipReason.NO_PERMISSION if isinstance(error, PermissionError) else SkipReason.UNREACHABLE


@contextmanager
def opened_below(root: Path, path: str) -> Iterator[io.BufferedReader]:
    """Open a file below ``root`` folder by folder, following no link, so that no race leads out of it.

    Raises:
        OSError: also for a link, a device or a path that leaves the root.
    """
    *folders, name = path.split("/")
    if ".." in (*folders, name):
        raise OSError("the path leaves the root")
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        # A pipe that took the file's place would wait for a writer for ever.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
    finally:
        os.close(handle)
    with open(file, "rb") as stream:  # noqa: PTH123 - a handle, not a path
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError("not a regular file")
        yield stream
