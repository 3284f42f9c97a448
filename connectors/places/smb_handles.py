"""What is opened of an SMB share: files and folders below one of its folders, and nothing that leads elsewhere.

Servers hide their own links: those of Samba are followed by itself and told to nobody. So it is asked what it calls
what it has opened.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from smbprotocol import exceptions as errors
from smbprotocol import open as opens
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.file_info import FileAttributes, FileInformationClass, InfoType
from smbprotocol.tree import TreeConnect

from catalog.errors import SkipReason
from catalog.ranges import Ranges, buffered
from connectors.places.remote import Entry, LeadsOut
from connectors.places.smb_names import IS_FOLDER, LEADS_ON, is_usable, refuse_unusable, refused

_MOST_AT_ONCE = 1024 * 1024
_LEAST_AT_ONCE = 64 * 1024
"""What every server sends at once."""
_EVERYBODY = (
    opens.ShareAccess.FILE_SHARE_READ | opens.ShareAccess.FILE_SHARE_WRITE | opens.ShareAccess.FILE_SHARE_DELETE
)
_LIST = opens.DirectoryAccessMask.FILE_LIST_DIRECTORY | opens.DirectoryAccessMask.FILE_READ_ATTRIBUTES
_READ = opens.FilePipePrinterAccessMask.FILE_READ_DATA | opens.FilePipePrinterAccessMask.FILE_READ_ATTRIBUTES
_LOOK = opens.FilePipePrinterAccessMask.FILE_READ_ATTRIBUTES
_A_FOLDER, _A_FILE = opens.CreateOptions.FILE_DIRECTORY_FILE, opens.CreateOptions.FILE_NON_DIRECTORY_FILE
_AS_IT_IS = opens.CreateOptions.FILE_OPEN_REPARSE_POINT
"""Where it leads on to something else, that is not followed."""
_WITH_NUMBERS = FileInformationClass.FILE_ID_FULL_DIRECTORY_INFORMATION
_LONGEST_NAME = 64 * 1024
_GONE = (errors.DeletePending, errors.NoSuchFile, errors.ObjectNameNotFound, errors.ObjectPathNotFound)
_NO_FILE = (errors.FileIsADirectory, errors.ObjectNameInvalid, errors.StatusNotADirectory)
_ELSEWHERE = (errors.PathNotCovered, errors.StoppedOnSymlink)
PROBLEMS = (
    *(SMBException, OSError, ValueError, LookupError, ArithmeticError, AttributeError, TypeError, struct.error),
    *(NotImplementedError, InvalidSignature, InvalidTag),
)
"""What the driver raises: beside its own errors, whatever its reading of a strange answer stumbles over."""


class SmbFolder:
    """A folder of a share. All paths are below it, parts separated by ``/``.

    Parameters:
        folder: the names of the folders that lead to it, none for the share itself.
    """

    def __init__(self, tree: TreeConnect, folder: Sequence[str]) -> None:
        self._tree = tree
        self._folder = tuple(folder)

    def items(self, folder: str, pattern: str = "*") -> Iterator[Any]:
        """What the server lists in a folder, itself and the one above among it.

        Raises:
            OSError: also where the folder is a link, or lies outside.
        """
        if folder:
            refuse_unusable(folder)
        with self._listed(folder) as handle:
            while page := _page(handle, pattern):
                yield from page

    def refuse_links(self, folder: str) -> None:
        """Refuse a folder that is reached through a link, which the server would follow.

        Raises:
            OSError: then, or where it cannot be opened.
        """
        parts = folder.split("/") if folder else []
        for count in range(1, len(parts) + 1):
            with self._listed("/".join(parts[:count])):
                pass

    @contextmanager
    def file(self, path: str) -> Iterator[io.BufferedReader]:
        """Open a file, known from its listing to be none that leads elsewhere.

        Raises:
            OSError: when it cannot be opened, or lies outside.
        """
        handle = _created(self._tree, self._below(path), _READ, _A_FILE | _AS_IT_IS)
        if _leads_on(handle):
            # Stored in another way, so that its content is had in the usual one. Were it a link by now, it would be
            # told.
            _let_go(handle)
            handle = _created(self._tree, self._below(path), _READ, _A_FILE)
        try:
            self._refuse_outside(handle, path)
            with buffered(Ranges(handle.end_of_file, partial(_read, handle, _most_at_once(self._tree)))) as stream:
                yield stream
        finally:
            _let_go(handle)

    @contextmanager
    def _listed(self, folder: str) -> Iterator[opens.Open]:
        """A folder that may be listed, and none that leads elsewhere."""
        handle = _created(self._tree, self._below(folder), _LIST, _A_FOLDER | _AS_IT_IS)
        try:
            if _leads_on(handle):
                raise LeadsOut("a link")
            if folder:
                self._refuse_outside(handle, folder)
            yield handle
        finally:
            _let_go(handle)

    def _below(self, path: str) -> str:
        """What the server calls something below the folder; itself where there is no path."""
        return "\\".join((*self._folder, *(path.split("/") if path else ())))

    @cached_property
    def _real(self) -> str | None:
        """Where the server says that the folder is; None where it does not tell."""
        led_to = self._led_to("")
        if led_to is not None:
            return led_to
        handle = _created(self._tree, self._below(""), _LOOK, _A_FOLDER)
        try:
            return _told_name(handle)
        finally:
            _let_go(handle)

    def _refuse_outside(self, handle: opens.Open, path: str) -> None:
        """Refuse what the server's own links lead out of the folder to, as far as it tells. Out of the share it follows
        none.
        """
        if not self._folder or self._real is None:
            return
        led_to = self._led_to(path)
        told = [_told_name(handle)] if led_to is None else [_told_name(handle), led_to]
        if not all(_is_below(each, self._real) for each in told):
            raise LeadsOut("a link of the server's")

    def _led_to(self, path: str) -> str | None:
        """Where a link at the end of a path leads; None where there is none, or the server does not tell.

        Samba calls a link by its own name, but by that of what it leads to when asked for what is "." in it. Where
        there is no link, there is nothing of that name.
        """
        handle = opens.Open(self._tree, f"{self._below(path)}\\.")
        with _as_os_errors():
            try:
                _create(handle, _LOOK, 0)
            except SMBResponseException:
                return None
        try:
            return _told_name(handle)
        finally:
            _let_go(handle)


def name_of(item: Any) -> str:
    """The name of something in a folder, as it is listed."""
    # What is no text becomes one with a character that no name may have.
    return str(item["file_name"].get_value().decode("utf-16-le", "backslashreplace"))


def entry_of(item: Any) -> Entry:
    """What something in a folder is, as it is listed."""
    name, attributes, size = name_of(item), item["file_attributes"].get_value(), item["end_of_file"].get_value()
    mark = f"{item['last_write_time'].get_value().isoformat()}.{size}.{item['file_id'].get_value()}"
    why = refused(attributes, item["ea_size"].get_value()) if is_usable(name) else SkipReason.UNSAFE_PATH
    is_folder = bool(attributes & IS_FOLDER)
    return Entry(name, is_folder, 0 if is_folder else size, mark, why)


def _page(folder: opens.Open, pattern: str) -> Sequence[Any]:
    """What comes next in a folder; nothing at its end."""
    with _as_os_errors():
        try:
            page: Sequence[Any] = folder.query_directory(pattern, _WITH_NUMBERS)
        except (errors.NoMoreFiles, errors.NoSuchFile):
            return ()
    return page


def _created(tree: TreeConnect, path: str, access: int, options: int) -> opens.Open:
    handle = opens.Open(tree, path)
    with _as_os_errors():
        _create(handle, access, options)
    return handle


def _create(handle: opens.Open, access: int, options: int) -> None:
    handle.create(
        opens.ImpersonationLevel.Impersonation,
        access,
        FileAttributes.FILE_ATTRIBUTE_NORMAL,
        _EVERYBODY,
        opens.CreateDisposition.FILE_OPEN,
        options,
    )


def _told_name(handle: opens.Open) -> str | None:
    """What the server calls an open file, in its share and with links followed; None where it does not tell."""
    ask = opens.SMB2QueryInfoRequest()
    ask["info_type"] = InfoType.SMB2_0_INFO_FILE
    ask["file_info_class"] = FileInformationClass.FILE_NORMALIZED_NAME_INFORMATION
    ask["output_buffer_length"] = _LONGEST_NAME
    ask["file_id"] = handle.file_id
    tree, answer = handle.tree_connect, opens.SMB2QueryInfoResponse()
    with _as_os_errors():
        try:
            told = handle.connection.receive(handle.connection.send(ask, tree.session.session_id, tree.tree_connect_id))
        except SMBResponseException:
            return None
        answer.unpack(told["data"].get_value())
        data = answer["buffer"].get_value()
        length = int.from_bytes(data[:4], "little")
        return str(data[4 : 4 + length].decode("utf-16-le", "surrogatepass")).strip("\\")


def _is_below(real: str | None, folder: str) -> bool:
    return real is not None and (not folder or real == folder or real.startswith(f"{folder}\\"))


def _leads_on(handle: opens.Open) -> bool:
    return bool(handle.file_attributes & LEADS_ON)


def _let_go(handle: opens.Open) -> None:
    with suppress(*PROBLEMS):
        handle.close()


def _most_at_once(tree: TreeConnect) -> int:
    line = tree.session.connection
    return min(int(line.max_read_size), _MOST_AT_ONCE if line.supports_multi_credit else _LEAST_AT_ONCE)


def _read(handle: opens.Open, most: int, offset: int, wanted: int) -> bytes:
    with _as_os_errors():
        try:
            return bytes(handle.read(offset, min(wanted, most)))
        except errors.EndOfFile:
            return b""


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Turn the driver's errors, whose texts tell paths, into those of files."""
    try:
        yield
    except errors.AccessDenied:
        raise PermissionError("not permitted") from None
    except _GONE:
        raise FileNotFoundError("gone") from None
    except (*_NO_FILE, *_ELSEWHERE):
        raise OSError("a link, or not of that kind") from None
    except PROBLEMS:
        # Also what somebody else has locked: it is tried again as what could not be reached is.
        raise ConnectionError("no answer") from None
