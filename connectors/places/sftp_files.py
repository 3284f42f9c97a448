"""A folder of a server as files, asked for over SFTP and never left."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from catalog.errors import SkipReason
from catalog.ranges import Ranges, buffered
from connectors.places.remote import Entry, refuse_unsafe
from connectors.places.sftp_wire import SftpWire, Status


class SftpFiles:
    """The files below one folder. The protocol knows no way to follow no link on a path, so the server is asked before
    and after whatever is done where the path leads.

    Parameters:
        root: the folder, absolute and with no link in it.
    """

    def __init__(self, wire: SftpWire, root: bytes) -> None:
        self._wire = wire
        self._root = root.rstrip(b"/")

    def entries(self, folder: str) -> Iterator[Entry]:
        """What is in a folder; see :class:`~connectors.places.remote.RemoteWalk`."""
        whole = self._whole(folder)
        self._refuse_outside(whole)
        for name, status in self._wire.folder(whole):
            if entry := self._entry(whole, name, status):
                yield entry
        # What took the folder's place meanwhile: then nothing is told of it.
        self._refuse_outside(whole)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """Open a file, and none that a link leads to.

        Raises:
            OSError: also for a link, a device, or a path that leaves the folder.
        """
        refuse_unsafe(path)
        whole = self._whole(path)
        self._refuse_outside(whole)
        _refuse_other_than_file(self._wire.lstat(whole))
        handle = self._wire.opened(whole)
        try:
            status = self._wire.fstat(handle)
            _refuse_other_than_file(status)
            self._refuse_outside(whole)
            with buffered(Ranges(status.size or 0, partial(self._wire.read, handle))) as stream:
                yield stream
        finally:
            with suppress(OSError):  # the line broke: then the server lets it go by itself
                self._wire.close(handle)

    def _entry(self, folder: bytes, name: bytes, status: Status) -> Entry | None:
        shown = name.decode("utf-8", "surrogateescape")
        if status.is_link:
            # What a link inside the share points to is met on its own way; what lies outside is not the share's.
            is_met = self._leads_inside(b"%b/%b" % (folder, name))
            return None if is_met else Entry(shown, is_folder=False, refused=SkipReason.UNSAFE_PATH)
        if status.is_folder:
            return Entry(shown, is_folder=True)
        if status.mode is None:
            return Entry(shown, is_folder=False, refused=SkipReason.UNREADABLE)
        return Entry(shown, is_folder=False, size=status.size or 0, mark=status.mark) if status.is_file else None

    def _whole(self, path: str) -> bytes:
        try:
            below = path.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise FileNotFoundError("no name of a file") from None
        return b"%b/%b" % (self._root, below) if below else self._root or b"/"

    def _refuse_outside(self, whole: bytes) -> None:
        if not self._is_inside(self._wire.real(whole)):
            raise OSError("the path leaves the root")

    def _leads_inside(self, link: bytes) -> bool:
        try:
            return self._is_inside(self._wire.real(link))
        except (ConnectionError, TimeoutError):
            raise
        except OSError:
            return False

    def _is_inside(self, real: bytes) -> bool:
        return real == (self._root or b"/") or real.startswith(self._root + b"/")


def _refuse_other_than_file(status: Status) -> None:
    if not status.is_file:
        raise OSError("not a file that may be read")
