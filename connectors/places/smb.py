"""Files of a Windows server or what speaks like one, over SMB 2 and 3, by a line of our own.

Who asks is told by the options alone: no Kerberos tickets, no guests, nobody without a name. Every answer has to be
signed or encrypted with what only a server that knows the account can know, so that nobody in the middle can be it.
"""

import io
import logging
import socket
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidSignature, InvalidTag
from smbprotocol import exceptions as errors
from smbprotocol import open as opens
from smbprotocol.connection import Capabilities, Connection
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.file_info import FileAttributes, FileInformationClass
from smbprotocol.header import Commands, NtStatus
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from catalog.errors import SkipReason, SourceError
from catalog.ports import Bounds, Check, FoundFile
from catalog.ranges import Ranges, buffered
from connectors.places.common import incomplete
from connectors.places.remote import Entry, RemoteWalk, reason_of
from connectors.places.smb_names import IS_FOLDER, LEADS_ON, is_usable, refuse_unusable, refused
from connectors.places.smb_options import SmbOptions
from connectors.reaching import Pinned

_SECONDS = 30
"""For one answer."""
_MOST_AT_ONCE = 1024 * 1024
_LEAST_AT_ONCE = 64 * 1024
"""What every server sends at once."""
_EVERYBODY = (
    opens.ShareAccess.FILE_SHARE_READ | opens.ShareAccess.FILE_SHARE_WRITE | opens.ShareAccess.FILE_SHARE_DELETE
)
_LIST = opens.DirectoryAccessMask.FILE_LIST_DIRECTORY | opens.DirectoryAccessMask.FILE_READ_ATTRIBUTES
_READ = opens.FilePipePrinterAccessMask.FILE_READ_DATA | opens.FilePipePrinterAccessMask.FILE_READ_ATTRIBUTES
_A_FOLDER, _A_FILE = opens.CreateOptions.FILE_DIRECTORY_FILE, opens.CreateOptions.FILE_NON_DIRECTORY_FILE
_AS_IT_IS = opens.CreateOptions.FILE_OPEN_REPARSE_POINT
"""Where it leads on to something else, that is not followed."""
_WITH_NUMBERS = FileInformationClass.FILE_ID_FULL_DIRECTORY_INFORMATION
_GONE = (errors.DeletePending, errors.NoSuchFile, errors.ObjectNameNotFound, errors.ObjectPathNotFound)
_NO_FILE = (errors.FileIsADirectory, errors.ObjectNameInvalid, errors.StatusNotADirectory)
_ELSEWHERE = (errors.PathNotCovered, errors.StoppedOnSymlink)
_PROBLEMS = (
    *(SMBException, OSError, ValueError, LookupError, ArithmeticError, AttributeError, TypeError, struct.error),
    *(NotImplementedError, InvalidSignature, InvalidTag),
)
"""What the driver raises: beside its own errors, whatever its reading of a strange answer stumbles over."""

# It logs names of files.
logging.getLogger("smbprotocol").setLevel(logging.CRITICAL + 1)


class SmbPlace:
    """Options: ``host``, ``port``, ``share``, ``path`` (a folder of it), ``domain``, ``user``, ``password`` (a
    reference), ``encrypt`` (``yes``, ``no``, or ``auto``: where the server can), ``include``.
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        self._options = SmbOptions.of(options, resolve, bounds.egress)
        self._way = self._options.way
        self._line: _Line | None = None
        self._tree: TreeConnect | None = None

    @property
    def label(self) -> str:
        """What errors call it."""
        return self._way.label

    def check(self) -> Sequence[Check]:
        """Test the way, what is spoken there, the login, the share, and whether its folder can be listed."""
        self.close()
        checks, pinned = self._way.steps()
        if pinned is None:
            return checks
        steps: tuple[tuple[str, Callable[[], object], str], ...] = (
            ("protocol", partial(self._greet, pinned), "the server speaks SMB 2 or 3"),
            ("login", self._log_in, "the account may log in, and the server proves that it knows it"),
            ("share", self._enter, "the share exists"),
            ("listing", self._look, "the folder can be listed"),
        )
        for name, step, message in steps:
            try:
                step()
            except SourceError as error:
                return [*checks, Check(name, passed=False, message=f"{error.cause}. {error.next_step}")]
            checks.append(Check(name, passed=True, message=message))
        return checks

    def files(self, below: str = "") -> Iterator[FoundFile]:
        """Yield every file; see :class:`~catalog.ports.Place`."""
        tree = self._connected()
        try:
            if below:
                refuse_unusable(below)
            self._refuse_links(tree, below)
        except OSError as error:
            raise incomplete(self.label, reason_of(error)) from None
        if not below:
            self._look()
        yield from RemoteWalk(self.label, self._options.include, partial(self._walked, tree, {})).files(below)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """opens.Open one file, and none that a link leads to; whoever works with it is not kept from it.

        Raises:
            SourceError: when there is no way to the server.
            OSError: when it cannot be opened.
        """
        refuse_unusable(path)
        tree = self._connected()
        folder, _, name = path.rpartition("/")
        self._refuse_links(tree, folder)
        found = next((_entry(each) for each in self._listed(tree, folder, name) if _name(each) == name), None)
        if found is None:
            raise FileNotFoundError("gone")
        if found.refused is SkipReason.NO_PERMISSION:
            raise PermissionError("it would be fetched back from where it is kept")
        if found.refused or found.is_folder:
            raise OSError("not a file that may be read")
        with _file(tree, self._options.below(path)) as handle:
            most = _most_at_once(tree)
            with buffered(Ranges(handle.end_of_file, partial(_read, handle, most))) as stream:
                yield stream

    def view(self) -> str:
        """Nothing but the settings: a folder that may not be read is told in the listing."""
        return ""

    def cancel(self) -> None:
        """Cut the line; whoever waits for it gets a ``ConnectionError``."""
        line = self._line
        if line is not None:
            line.cut()

    def close(self) -> None:
        """Hang up."""
        line, self._line, self._tree = self._line, None, None
        if line is not None:
            line.hang_up()

    def _connected(self) -> TreeConnect:
        """The share, over a line that is begun anew where it broke."""
        if self._line is None or self._tree is None or not self._line.transport.connected:
            self.close()
            self._greet(self._way.reached())
            self._log_in()
            self._enter()
        return self._tree

    def _greet(self, pinned: Pinned) -> None:
        for address in pinned.addresses:
            self._line = _Line(address, pinned.port)
            try:
                self._line.connect(timeout=_SECONDS)
            except _PROBLEMS:
                self.close()
            else:
                return
        cause, next_step = "what answers there does not speak SMB 2 or 3", "Check host and port; SMB 1 is not used."
        raise self._failed(cause, next_step, SkipReason.UNREACHABLE)

    def _log_in(self) -> None:
        line = self._held()
        can = bool(line.supports_encryption)
        if self._options.encrypt == "yes" and not can:
            cause, next_step = "the server does not encrypt", "Have it encrypt, or set encrypt to auto."
            raise self._failed(cause, next_step, SkipReason.UNREACHABLE)
        session = Session(
            line,
            self._options.user,
            self._options.password,
            require_encryption=can and self._options.encrypt != "no",
            hostname_override=self._way.host,
            auth_protocol="ntlm",
        )
        try:
            session.connect()
        except SMBResponseException:
            cause = "the server refuses the login"
            next_step = "Check user, domain and password, and that the account is not locked."
            raise self._failed(cause, next_step, SkipReason.LOGIN_REFUSED) from None
        except _PROBLEMS:
            if not line.transport.connected:
                raise incomplete(self.label, SkipReason.UNREACHABLE) from None
            cause = "the server takes the account for a guest, or does not prove who it is by signing what it says"
            next_step = "Check user and password, and have the server refuse guests and sign."
            raise self._failed(cause, next_step, SkipReason.LOGIN_REFUSED) from None

    def _enter(self) -> None:
        line = self._held()
        tree = TreeConnect(next(iter(line.session_table.values())), rf"\\{self._way.host}\{self._options.share}")
        try:
            tree.connect()
        except errors.BadNetworkName:
            raise self._failed("there is no such share", "Check share.", SkipReason.UNREACHABLE) from None
        except errors.AccessDenied:
            cause, next_step = "the account may not enter the share", "Permit it to read the share."
            raise self._failed(cause, next_step, SkipReason.NO_PERMISSION) from None
        except _PROBLEMS:
            cause = "the share could not be entered, or what was agreed on with the server was changed on its way"
            raise self._failed(cause, "Check share.", SkipReason.UNREACHABLE) from None
        # Paths are of this share alone: where it leads on to other servers is not asked.
        tree.is_dfs_share = False
        self._tree = tree

    def _look(self) -> None:
        """See whether the folder is there and can be listed."""
        try:
            next(self._listed(self._connected(), ""), None)
        except FileNotFoundError:
            raise self._failed("there is no such folder", "Check path.", SkipReason.UNREACHABLE) from None
        except OSError as error:
            raise incomplete(self.label, reason_of(error)) from None

    def _held(self) -> "_Line":
        if self._line is None:
            raise incomplete(self.label, SkipReason.UNREACHABLE)
        return self._line

    def _failed(self, cause: str, next_step: str, reason: SkipReason) -> SourceError:
        self.close()
        return SourceError(self.label, cause, next_step, reason=reason)

    def _refuse_links(self, tree: TreeConnect, folder: str) -> None:
        """Refuse a folder that is reached through a link, which the server would follow."""
        parts = folder.split("/") if folder else []
        for count in range(1, len(parts) + 1):
            with _folder(tree, self._options.below("/".join(parts[:count]))):
                pass

    def _walked(self, tree: TreeConnect, above: dict[str, frozenset[int]], folder: str) -> Iterator[Entry]:
        """What is in a folder, but not the folders that it is in: a server may follow links of its own in circles.

        Parameters:
            above: what the folders met so far are in, themselves included, by the numbers that the server gives them.
        """
        for item in self._listed(tree, folder):
            name, number = _name(item), item["file_id"].get_value()
            path = f"{folder}/{name}" if folder else name
            if name == ".":
                above[folder] = above.get(folder, frozenset()) | {number}
            elif name != ".." and (not number or number not in above.get(folder, frozenset())):
                above[path] = above.get(folder, frozenset())
                yield _entry(item)

    def _listed(self, tree: TreeConnect, folder: str, pattern: str = "*") -> Iterator[Any]:
        if folder:
            refuse_unusable(folder)
        with _folder(tree, self._options.below(folder)) as handle:
            while page := _page(handle, pattern):
                yield from page


class _Line(Connection):  # type: ignore[misc]  # the driver has no types
    """Takes no answer which is not protected, waits for none for ever and follows no link."""

    def __init__(self, address: str, port: int) -> None:
        super().__init__(uuid4(), address, port, require_signing=True)
        self.client_capabilities &= ~Capabilities.SMB2_GLOBAL_CAP_DFS

    def receive(self, request: Any, wait: bool = True, timeout: int | None = None, **_resolve_symlinks: bool) -> Any:
        """Wait for an answer."""
        return super().receive(request, wait, timeout or _SECONDS, resolve_symlinks=False)

    def verify_signature(self, header: Any, session_id: int, force: bool = False) -> None:
        """Look at what has come unencrypted. The driver itself lets pass what is not signed at all."""
        session = self.session_table.get(session_id)
        is_first = header["status"].get_value() == NtStatus.STATUS_PENDING
        if session is not None and not is_first and header["command"].get_value() != Commands.SMB2_SESSION_SETUP:
            if session.encrypt_data:
                raise SMBException("not encrypted")
            force = True
        super().verify_signature(header, session_id, force)

    def cut(self) -> None:
        """End what goes on, from any thread."""
        # Its own way of closing waits for whoever is sending.
        with suppress(OSError, AttributeError):
            self.transport._sock.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Let the server go; it lets go of what was open."""
        self.cut()
        with suppress(*_PROBLEMS):
            self.disconnect(False)


def _name(item: Any) -> str:
    # What is no text becomes one with a character that no name may have.
    return str(item["file_name"].get_value().decode("utf-16-le", "backslashreplace"))


def _entry(item: Any) -> Entry:
    name, attributes, size = _name(item), item["file_attributes"].get_value(), item["end_of_file"].get_value()
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


@contextmanager
def _folder(tree: TreeConnect, path: str) -> Iterator[opens.Open]:
    """A folder, and none that leads elsewhere."""
    handle = _created(tree, path, _LIST, _A_FOLDER | _AS_IT_IS)
    try:
        if _leads_on(handle):
            raise OSError("a link")
        yield handle
    finally:
        _let_go(handle)


@contextmanager
def _file(tree: TreeConnect, path: str) -> Iterator[opens.Open]:
    """A file, known from its listing to be none that leads elsewhere."""
    handle = _created(tree, path, _READ, _A_FILE | _AS_IT_IS)
    if _leads_on(handle):
        # Stored in another way, so that its content is had in the usual one. Were it a link by now, it would be told.
        _let_go(handle)
        handle = _created(tree, path, _READ, _A_FILE)
    try:
        yield handle
    finally:
        _let_go(handle)


def _created(tree: TreeConnect, path: str, access: int, options: int) -> opens.Open:
    handle = opens.Open(tree, path)
    with _as_os_errors():
        handle.create(
            opens.ImpersonationLevel.Impersonation,
            access,
            FileAttributes.FILE_ATTRIBUTE_NORMAL,
            _EVERYBODY,
            opens.CreateDisposition.FILE_OPEN,
            options,
        )
    return handle


def _leads_on(handle: opens.Open) -> bool:
    return bool(handle.file_attributes & LEADS_ON)


def _let_go(handle: opens.Open) -> None:
    with suppress(*_PROBLEMS):
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
    except _PROBLEMS:
        # Also what somebody else has locked: it is tried again as what could not be reached is.
        raise ConnectionError("no answer") from None
