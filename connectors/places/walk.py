"""Walking a folder of somebody else's: never out of it, never through links, never into devices."""

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from catalog.errors import SkipReason
from catalog.ports import FoundFile, unheard
from connectors.forbidden import Forbidden
from connectors.places.common import DEEPEST, MOST_ENTRIES, MOST_FILES, is_part, is_passed_over, is_wanted


class Walk:
    """One walk over a share; ``failed`` says afterwards why it is incomplete, None when it is not.

    It goes from open folder to open folder, so that what is put in a folder's place on the way leads nowhere.

    Parameters:
        root: the open folder.
        place: its path, only for telling where links lead.
        below: a folder of it that the walk begins at.
        beat: see :class:`~catalog.ports.Bounds`.
    """

    def __init__(
        self,
        root: int,
        place: Path,
        include: tuple[str, ...],
        forbidden: Forbidden,
        below: str = "",
        beat: Callable[[], None] = unheard,
    ) -> None:
        self._root = root
        self._place = os.path.realpath(place)
        self._include = include
        self._forbidden = forbidden
        self._below = below
        self._beat = beat
        self._left = MOST_FILES
        self._entries_left = MOST_ENTRIES
        self.failed: SkipReason | None = None

    def __iter__(self) -> Iterator[FoundFile]:
        if not self._below:
            yield from self._folder(self._root, "", 0)
            return
        try:
            handle = _opened_folder(self._root, self._below.split("/"), self._forbidden)
        except OSError as error:
            self.failed = reason_of(error)
            return
        try:
            yield from self._folder(handle, f"{self._below}/", self._below.count("/") + 1)
        finally:
            os.close(handle)

    def _folder(self, handle: int, folder: str, depth: int) -> Iterator[FoundFile]:
        self._beat()
        try:
            with os.scandir(handle) as entries:
                ordered = sorted(islice(entries, self._entries_left + 1), key=lambda entry: entry.name)
        except OSError as error:
            reason = reason_of(error)
            if folder:
                yield FoundFile(folder.removesuffix("/"), 0, "", reason, is_folder=True)
            else:
                self.failed = reason
            return
        self._entries_left -= len(ordered)
        if self._entries_left < 0:
            self.failed = SkipReason.TOO_LARGE
            return
        for entry in ordered:
            yield from self._entry(handle, entry, f"{folder}{entry.name}", depth)

    def _entry(self, handle: int, entry: os.DirEntry[str], path: str, depth: int) -> Iterator[FoundFile]:
        self._beat()
        if is_passed_over(entry.name) or self.failed is SkipReason.TOO_LARGE:
            return
        if entry.is_symlink():
            yield from self._link(path)
        elif entry.is_dir(follow_symlinks=False):
            yield from self._inner(handle, entry.name, path, depth)
        elif is_wanted(path, self._include):
            self._left -= 1
            if self._left < 0:
                self.failed = SkipReason.TOO_LARGE
                return
            yield from found(handle, entry.name, path, self._forbidden)

    def _inner(self, handle: int, name: str, path: str, depth: int) -> Iterator[FoundFile]:
        if depth == DEEPEST:
            self.failed = SkipReason.TOO_LARGE
            return
        try:
            inner = _open_folder(name, handle)
        except OSError as error:
            yield FoundFile(path, 0, "", reason_of(error), is_folder=True)
            return
        try:
            if self._forbidden.has_place(os.fstat(inner)):
                yield FoundFile(path, 0, "", SkipReason.NOT_ALLOWED, is_folder=True)
            else:
                yield from self._folder(inner, f"{path}/", depth + 1)
        finally:
            os.close(inner)

    def _link(self, path: str) -> Iterator[FoundFile]:
        # What a link inside the share points to is met on its own way; what lies outside is not the share's.
        target = Path(os.path.realpath(f"{self._place}/{path}"))
        is_folder = os.path.isdir(target)  # noqa: PTH112 - the other raises where it may not look
        if (is_folder or is_wanted(path, self._include)) and not self._is_met(target, is_folder=is_folder):
            yield FoundFile(path, 0, "", SkipReason.UNSAFE_PATH, is_folder=is_folder)

    def _is_met(self, target: Path, *, is_folder: bool) -> bool:
        """Whether a walk over the share comes upon this by itself."""
        if not target.is_relative_to(self._place):
            return False
        below = os.fspath(target.relative_to(self._place))
        return below == "." or is_part(below, () if is_folder else self._include)


def found(folder: int, name: str, path: str, forbidden: Forbidden) -> Iterator[FoundFile]:
    """Yield the file ``name`` of an open folder; nothing where it is no regular file or has just gone."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        # It is there: left out it would be taken for gone.
        yield FoundFile(path, 0, "", reason_of(error))
        return
    if not stat.S_ISREG(status.st_mode):
        return
    if forbidden.has_file(status):
        yield FoundFile(path, 0, "", SkipReason.NOT_ALLOWED)
        return
    refused = None if os.access(name, os.R_OK, dir_fd=folder) else SkipReason.NO_PERMISSION
    yield FoundFile(path, status.st_size, f"{status.st_mtime_ns}.{status.st_size}.{status.st_ino}", refused)


def reason_of(error: OSError) -> SkipReason:
    """Why something could not be opened."""
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return SkipReason.UNSAFE_PATH
    return SkipReason.NO_PERMISSION if isinstance(error, PermissionError) else SkipReason.UNREACHABLE


def open_root(path: Path) -> int:
    """Open the folder that a share begins at; links lead to it, as whoever set its path will have meant."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


@contextmanager
def opened_below(root: int, path: str, forbidden: Forbidden) -> Iterator[io.BufferedReader]:
    """Open a file below an open folder, folder by folder, following no link, so that no race leads out of it.

    Raises:
        OSError: also for a link, a device, what is never read, or a path that leaves the root.
    """
    *folders, name = path.split("/")
    if name == "..":
        raise OSError("the path leaves the root")
    handle = _opened_folder(root, folders, forbidden)
    try:
        # A pipe that took the file's place would wait for a writer for ever.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=handle)
    finally:
        os.close(handle)
    with open(file, "rb") as stream:  # noqa: PTH123 - a handle, not a path
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode) or forbidden.has_file(status):
            raise OSError("not a file that may be read")
        yield stream


def _opened_folder(root: int, folders: Sequence[str], forbidden: Forbidden) -> int:
    if ".." in folders:
        raise OSError("the path leaves the root")
    handle = os.dup(root)
    try:
        for folder in folders:
            inner = _open_folder(folder, handle)
            os.close(handle)
            handle = inner
            if forbidden.has_place(os.fstat(handle)):
                raise OSError("what is never read")  # noqa: TRY301 - the folder is closed in one place
    except BaseException:
        os.close(handle)
        raise
    return handle


def _open_folder(name: str, below: int) -> int:
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=below)
