"""A folder of a server as files, asked for over SFTP and never left."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from catalog.errors import SkipReason
from catalog.ranges import Ranges, buffered
from connectors.places.common import is_part
from connectors.places.remote import Entry, LeadsOut, is_name, refuse_unsafe
from connectors.places.sftp_wire import SftpWire, Status


class SftpFiles:
    """The files below one folder. The protocol knows no way to follow no link on a path, so the server is asked before
    and after whatever is done where the path leads, and whether there is a link on it: some say of a path with a link
    that it leads to itself.

    Parameters:
        root: the folder, absolute and with no link in it.
        include: see :func:`~connectors.places.common.is_wanted`.
    """

    def __init__(self, wire: SftpWire, root: bytes, include: tuple[str, ...] = ()) -> None:
        self._wire = wire
        self._root = root.rstrip(b"/")
        self._include = include

    def entries(self, folder: str) -> Iterator[Entry]:
        """What is in a folder; see :class:`~connectors.places.remote.RemoteWalk`."""
        whole = self._whole(folder)
        self._refuse_links(whole)
        for name, status in self._wire.folder(whole):
            if entry := self._told(whole, name, status):
                yield entry
        # What took the folder's place meanwhile: then nothing is told of it.
        self._refuse_links(whole)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """Open a file, and none that a link leads to.

        Raises:
            OSError: also for a link, a device, or a path that leaves the folder.
        """
        refuse_unsafe(path)
        whole = self._whole(path)
        self._refuse_links(whole)
        _refuse_other_than_file(self._wire.lstat(whole))
        handle = self._wire.opened(whole)
        try:
            status = self._wire.fstat(handle)
            _refuse_other_than_file(status)
            self._refuse_links(whole)
            with buffered(Ranges(status.size or 0, partial(self._wire.read, handle))) as stream:
                yield stream
        finally:
            with suppress(OSError):  # the line broke: then the server lets it go by itself
                self._wire.close(handle)

    def _told(self, folder: bytes, name: bytes, status: Status) -> Entry | None:
        shown = name.decode("utf-8", "surrogateescape")
        if not is_name(shown):
            return Entry(shown, status.is_folder, refused=SkipReason.UNSAFE_PATH)
        whole = b"%b/%b" % (folder.rstrip(b"/"), name)
        try:
            # Some leave out of a listing what they say when they are asked for it alone.
            found = status if status.is_told else self._wire.lstat(whole)
        except FileNotFoundError:
            return None
        except (ConnectionError, TimeoutError):
            raise
        except OSError:
            return Entry(shown, is_folder=False, refused=SkipReason.UNREADABLE)
        # What a link inside the share points to is met on its own way; what lies outside is not the share's.
        return None if found.is_link and self._is_met(whole) else _entry(shown, found)

    def _whole(self, path: str) -> bytes:
        try:
            below = path.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise FileNotFoundError("no name of a file") from None
        return b"%b/%b" % (self._root, below) if below else self._root or b"/"

    def _refuse_links(self, whole: bytes) -> None:
        """Refuse what lies outside, as far as the server says so, and what a link on the way leads to."""
        if not self._is_inside(self._wire.real(whole)):
            raise LeadsOut("the path leaves the root")
        below = whole[len(self._root) + 1 :]
        parts = below.split(b"/") if below else []
        for count in range(1, len(parts) + 1):
            if self._wire.lstat(b"/".join((self._root, *parts[:count]))).is_link:
                raise LeadsOut("there is a link on the path")

    def _is_met(self, link: bytes) -> bool:
        """Whether a walk comes upon what a link leads to by itself."""
        try:
            real = self._wire.real(link)
            if real == link or not self._is_inside(real):
                return False
            is_folder = self._wire.lstat(real).is_folder
        except (ConnectionError, TimeoutError):
            raise
        except OSError:
            return False
        below = real[len(self._root) + 1 :].decode("utf-8", "surrogateescape")
        return not below or is_part(below, () if is_folder else self._include)

    def _is_inside(self, real: bytes) -> bool:
        return real == (self._root or b"/") or real.startswith(self._root + b"/")


def _entry(name: str, status: Status) -> Entry | None:
    """What something is; nothing where it is neither file nor folder."""
    if status.is_link:
        return Entry(name, is_folder=False, refused=SkipReason.UNSAFE_PATH)
    if not status.is_told:
        return Entry(name, is_folder=False, refused=SkipReason.UNREADABLE)
    if status.is_folder:
        return Entry(name, is_folder=True)
    return Entry(name, is_folder=False, size=status.size or 0, mark=status.mark) if status.is_file else None


def _refuse_other_than_file(status: Status) -> None:
    if not status.is_file or status.size is None:
        raise OSError("not a file that may be read")
