"""Files of a Windows server or what speaks like one, over SMB 2 and 3, by a line of our own.

Who asks is told by the options alone: no Kerberos tickets, no guests, nobody without a name. Every answer has to be
signed or encrypted with what only a server that knows the account can know, so that nobody in the middle can be it.
"""

import io
import logging
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from uuid import uuid4

from smbprotocol import exceptions as errors
from smbprotocol.connection import Capabilities, Connection
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.header import NtStatus
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from catalog.errors import SkipReason, SourceError
from catalog.ports import Bounds, Check, FoundFile
from connectors.places.common import incomplete
from connectors.places.remote import Entry, RemoteWalk, reason_of
from connectors.places.smb_handles import PROBLEMS, SmbFolder, entry_of, name_of
from connectors.places.smb_names import refuse_unusable
from connectors.places.smb_options import SmbOptions
from connectors.reaching import Pinned

_SECONDS = 30
"""For one answer."""

# It logs names of files.
logging.getLogger("smbprotocol").setLevel(logging.CRITICAL + 1)


class SmbPlace:
    """Options: ``host``, ``port``, ``share``, ``path`` (a folder of it), ``domain``, ``user``, ``password`` (a
    reference), ``encrypt`` (``yes``, ``no``, or ``auto``: where the server can), ``include``.
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        self._beat = bounds.beat
        self._options = SmbOptions.of(options, resolve, bounds.egress)
        self._way = self._options.way
        self._line: _Line | None = None
        self._folder: SmbFolder | None = None

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
        folder = self._connected()
        try:
            if below:
                refuse_unusable(below)
            folder.refuse_links(below)
        except OSError as error:
            raise incomplete(self.label, reason_of(error)) from None
        if not below:
            self._look()
        yield from RemoteWalk(self.label, self._options.include, partial(_walked, folder, {}), self._beat).files(below)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """Open one file, and none that a link leads to; whoever works with it is not kept from it.

        Raises:
            SourceError: when there is no way to the server.
            OSError: when it cannot be opened.
        """
        refuse_unusable(path)
        inside, _, name = path.rpartition("/")
        folder = self._connected()
        folder.refuse_links(inside)
        found = next((entry_of(each) for each in folder.items(inside, name) if name_of(each) == name), None)
        if found is None:
            raise FileNotFoundError("gone")
        if found.refused is SkipReason.ARCHIVED:
            raise PermissionError("it would be fetched back from where it is kept")
        if found.refused or found.is_folder:
            raise OSError("not a file that may be read")
        with folder.file(path) as stream:
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
        line, self._line, self._folder = self._line, None, None
        if line is not None:
            line.hang_up()

    def _connected(self) -> SmbFolder:
        """The share, over a line that is begun anew where it broke."""
        line = self._line
        if line is None or self._folder is None or line.is_cut or not line.transport.connected:
            self.close()
            self._greet(self._way.reached())
            self._log_in()
            return self._enter()
        return self._folder

    def _greet(self, pinned: Pinned) -> None:
        for address in pinned.addresses:
            self._line = _Line(address, pinned.port)
            try:
                self._line.connect(timeout=_SECONDS)
            except PROBLEMS:
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
        except PROBLEMS:
            if not line.transport.connected:
                raise incomplete(self.label, SkipReason.UNREACHABLE) from None
            cause = "the server takes the account for a guest, or does not prove who it is by signing what it says"
            next_step = "Check user and password, and have the server refuse guests and sign."
            raise self._failed(cause, next_step, SkipReason.LOGIN_REFUSED) from None

    def _enter(self) -> SmbFolder:
        line = self._held()
        tree = TreeConnect(next(iter(line.session_table.values())), rf"\\{self._way.host}\{self._options.share}")
        try:
            tree.connect()
        except errors.BadNetworkName:
            raise self._failed("there is no such share", "Check share.", SkipReason.UNREACHABLE) from None
        except errors.AccessDenied:
            cause, next_step = "the account may not enter the share", "Permit it to read the share."
            raise self._failed(cause, next_step, SkipReason.NO_PERMISSION) from None
        except PROBLEMS:
            cause = "the share could not be entered, or what was agreed on with the server was changed on its way"
            raise self._failed(cause, "Check share.", SkipReason.UNREACHABLE) from None
        # Paths are of this share alone: where it leads on to other servers is not asked.
        tree.is_dfs_share = False
        self._folder = SmbFolder(tree, self._options.folder)
        return self._folder

    def _look(self) -> None:
        """See whether the folder is there and can be listed."""
        try:
            next(self._connected().items(""), None)
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


class _Line(Connection):  # type: ignore[misc]  # the driver has no types
    """Takes no answer which is not protected, waits for none for ever and follows no link."""

    def __init__(self, address: str, port: int) -> None:
        super().__init__(uuid4(), address, port, require_signing=True)
        self.client_capabilities &= ~Capabilities.SMB2_GLOBAL_CAP_DFS
        self.is_cut = False

    def receive(self, request: Any, wait: bool = True, timeout: int | None = None, **_resolve_symlinks: bool) -> Any:
        """Wait for an answer."""
        return super().receive(request, wait, timeout or _SECONDS, resolve_symlinks=False)

    def verify_signature(self, header: Any, session_id: int, force: bool = False) -> None:
        """Look at what has come unencrypted. The driver itself lets pass what is not signed at all, or says of itself
        that it answers a login.
        """
        is_first = header["status"].get_value() == NtStatus.STATUS_PENDING
        if self.session_table and not force and not is_first:
            # Whatever it says that it answers: who has logged in asks for nothing that is not protected.
            session_id, force = next(iter(self.session_table)), True
        super().verify_signature(header, session_id, force)

    def cut(self) -> None:
        """End what goes on, from any thread."""
        # The driver's own word for it comes late, and its own way of closing waits for whoever is sending.
        self.is_cut = True
        with suppress(OSError, AttributeError):
            self.transport._sock.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Let the server go; it lets go of what was open."""
        self.cut()
        with suppress(*PROBLEMS):
            self.disconnect(False)


def _walked(folder: SmbFolder, above: dict[str, frozenset[int]], path: str) -> Iterator[Entry]:
    """What is in a folder, but not the folders that it is in: a server may follow links of its own in circles.

    Parameters:
        above: what the folders met so far are in, themselves included, by the numbers that the server gives them.
    """
    for item in folder.items(path):
        name, number = name_of(item), item["file_id"].get_value()
        inner = f"{path}/{name}" if path else name
        if name == ".":
            above[path] = above.get(path, frozenset()) | {number}
        elif name != ".." and (not number or number not in above.get(path, frozenset())):
            above[inner] = above.get(path, frozenset())
            yield entry_of(item)
