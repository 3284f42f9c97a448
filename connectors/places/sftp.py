"""A folder of a server, over SSH. Nothing but the options tells who the server is and who asks: no agent, no files of
the account that runs this; and nothing is forwarded.
"""

import io
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from catalog.errors import SkipReason, SourceError
from catalog.ports import Bounds, Check, FoundFile
from connectors.options import Options
from connectors.places.common import OPTIONAL, incomplete
from connectors.places.remote import RemoteWalk, reason_of
from connectors.places.sftp_files import SftpFiles
from connectors.places.sftp_keys import HostKeys, fingerprint
from connectors.places.sftp_wire import SftpWire
from connectors.reaching import Pinned, Way

_SECONDS = 30.0
"""For one answer, and for all until the account is in."""
_ALIVE_SECONDS = 15
_MOMENT = 0.2
_CIPHERS = ("aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr")
_DIGESTS = (
    *("hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com"),
    *("hmac-sha2-512", "hmac-sha2-256"),
)
"""The library's own choice goes down to 3DES and MD5."""

# It tells names of files and texts of the server.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


class SftpPlace:
    """Options: ``host``, ``port``, ``user``, ``host_key`` (the server's public key, several separated by commas),
    ``path`` (a folder), ``include``, and as references to secrets ``password``, or ``key`` (a private key in OpenSSH or
    PEM form) with its ``passphrase`` where it has one.
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        checked = Options.of(
            "SFTP share",
            options,
            required=("host", "user", "host_key", "path"),
            optional=("port", "password", "key", "passphrase", *OPTIONAL),
        )
        path = checked.text("path")
        self._beat = bounds.beat
        self._way = Way.of("SFTP", checked, 22, bounds.egress, path if path.startswith("/") else f"/{path}")
        self._account = _Account.of(checked, resolve)
        self._host_keys = HostKeys.of(checked)
        self._path = path.encode("utf-8", "surrogateescape")
        self._include = checked.words("include")
        self._session: _Session | None = None
        self._files: SftpFiles | None = None

    @property
    def label(self) -> str:
        """What errors call it."""
        return self._way.label

    def check(self) -> Sequence[Check]:
        """Test the way, whose key the server has, the login, and whether the folder can be listed."""
        self.close()
        checks, pinned = self._way.steps()
        if pinned is None:
            return checks
        self._session = session = _Session(pinned)
        steps: tuple[tuple[str, Callable[[], object], str], ...] = (
            ("host key", partial(session.greet, self._host_keys), "the server has the key that was given"),
            ("login", partial(session.log_in, self._account), "the account may log in"),
            ("folder", partial(self._enter, session), "the folder exists"),
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
        files = self._reached()
        yield from RemoteWalk(self.label, self._include, files.entries, self._beat).files(below)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """Open one file, and none that a link leads to.

        Raises:
            SourceError: when the server cannot be reached.
            OSError: when the file cannot be opened, also on reading.
        """
        with self._reached().opened(path) as stream:
            yield stream

    def view(self) -> str:
        """Nothing but the settings: a folder that may not be read is told in the listing."""
        return ""

    def cancel(self) -> None:
        """Cut the line; whoever waits for it gets a ``ConnectionError``."""
        session = self._session
        if session is not None:
            session.cut()

    def close(self) -> None:
        """Hang up."""
        session, self._session, self._files = self._session, None, None
        if session is not None:
            session.close()

    def _reached(self) -> SftpFiles:
        """The files at the other end of the line, which is laid anew where it broke."""
        if self._files is not None and self._session is not None and not self._session.is_over:
            return self._files
        self.close()
        self._session = session = _Session(self._way.pinned())
        session.greet(self._host_keys)
        session.log_in(self._account)
        return self._enter(session)

    def _enter(self, session: "_Session") -> SftpFiles:
        """Find out where the folder is; links lead to it, as whoever set its path will have meant."""
        wire = session.begin()
        try:
            root = wire.real(self._path)
            if not wire.lstat(root).is_folder:
                raise FileNotFoundError("not a folder")  # noqa: TRY301 - told as one that is not there
        except FileNotFoundError:
            cause = "there is no such folder"
            raise SourceError(self.label, cause, "Check path.", reason=SkipReason.UNREACHABLE) from None
        except OSError as error:
            raise incomplete(self.label, reason_of(error)) from None
        self._files = SftpFiles(wire, root, self._include)
        return self._files

    def _look(self) -> None:
        try:
            next(self._reached().entries(""), None)
        except OSError as error:
            raise incomplete(self.label, reason_of(error)) from None


@dataclass(frozen=True, slots=True)
class _Account:
    """Who asks. Only references of secrets are kept."""

    options: Options = field(repr=False)
    user: str
    resolve: Callable[[str], str] = field(repr=False)

    @classmethod
    def of(cls, options: Options, resolve: Callable[[str], str]) -> "_Account":
        if bool(options.text("password")) == bool(options.text("key")):
            raise options.bad("it needs one of the options password and key", "Give one of them, and not both.")
        return cls(options, options.text("user"), resolve)

    def password(self) -> str | None:
        return self.options.secret("password", self.resolve)

    def key(self) -> paramiko.PKey:
        """The private key.

        Raises:
            SourceError: when it cannot be read; its text is never told.
        """
        text = (self.options.secret("key", self.resolve) or "").encode()
        passphrase = self.options.secret("passphrase", self.resolve)
        is_openssh = b"BEGIN OPENSSH" in text
        load = serialization.load_ssh_private_key if is_openssh else serialization.load_pem_private_key
        try:
            loaded = load(text, passphrase.encode() if passphrase else None)
            plain = loaded.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
            ).decode()
            return _key_of(plain)
        except (ValueError, TypeError, UnsupportedAlgorithm, paramiko.SSHException):
            cause = "the option key leads to no private key that can be used"
            next_step = "Give an Ed25519, ECDSA or RSA key in OpenSSH or PEM form, and its passphrase if it has one."
            raise self.options.bad(cause, next_step) from None


def _key_of(text: str) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey):
        with suppress(paramiko.SSHException):
            return kind.from_private_key(io.StringIO(text))
    return paramiko.RSAKey.from_private_key(io.StringIO(text))


class _Session:
    """One line to the server, from the first word to the last.

    Raises:
        SourceError: when nothing answers.
    """

    def __init__(self, pinned: Pinned) -> None:
        self._pinned = pinned
        try:
            self._line = pinned.connected(_SECONDS)
        except OSError:
            cause = f"nothing answers at {pinned.host}, port {pinned.port}"
            raise self._error(cause, "Check host and port, and that the server is up.") from None
        self._transport: paramiko.Transport | None = None
        self._wire: SftpWire | None = None

    @property
    def is_over(self) -> bool:
        """Whether it broke."""
        return self._wire is None or self._wire.is_over

    def greet(self, host_keys: HostKeys) -> None:
        """Agree on how to speak, and look whose key the server has.

        Raises:
            SourceError: when it is not one of these.
        """
        try:
            transport = self._transport = paramiko.Transport(self._line)
            offered = transport.get_security_options()
            offered.key_types, offered.ciphers, offered.digests = host_keys.algorithms, _CIPHERS, _DIGESTS
            with self._not_for_ever():
                transport.start_client(timeout=_SECONDS)
            shown = transport.get_remote_server_key().asbytes()
        except (paramiko.SSHException, EOFError, OSError, ValueError):
            cause = "what answers there is no SSH server, or shares no safe way of speaking with this one"
            raise self._error(cause, "Check host and port, and that the server is up to date.") from None
        if shown not in host_keys.blobs:
            cause = f"the server has another key than those in host_key: {fingerprint(shown)}"
            next_step = "Ask its administrator for the key's fingerprint. If it is this one, correct host_key; "
            raise self._error(cause, f"{next_step}if not, somebody stands in between.")

    def log_in(self, account: _Account) -> None:
        """Prove who asks; only to a server that has proved who it is.

        Raises:
            SourceError: when the server does not take it.
        """
        password = account.password()
        key = None if password is not None else account.key()
        try:
            with self._not_for_ever():
                if key is None:
                    more = self._open.auth_password(account.user, password)
                else:
                    more = self._open.auth_publickey(account.user, key)
        except paramiko.AuthenticationException:
            if self._has_ended:
                cause, next_step = "it hung up at the login", "Check that it is up, and user and its password or key."
                raise self._error(cause, next_step) from None
            raise self._refused("the login was refused", "Check user and its password or key.") from None
        except (paramiko.SSHException, EOFError, OSError):
            raise self._broken() from None
        if more:
            cause = "the server wants more than one proof of who logs in"
            raise self._refused(cause, "Have it take a key or a password alone for this account.")
        self._open.set_keepalive(_ALIVE_SECONDS)

    def begin(self) -> SftpWire:
        """Begin to speak SFTP.

        Raises:
            SourceError: when the server does not offer it to this account.
        """
        try:
            with self._not_for_ever():
                channel = self._open.open_session(timeout=_SECONDS)
                channel.settimeout(_SECONDS)
                channel.invoke_subsystem("sftp")
                self._wire = SftpWire(_Channel(channel))
                self._wire.begin()
        except (paramiko.SSHException, EOFError, OSError):
            if self._has_ended:
                raise self._broken() from None
            cause, next_step = "it offers no SFTP to this account", "Have it permit SFTP to it."
            raise SourceError(self._pinned.label, cause, next_step, reason=SkipReason.NO_PERMISSION) from None
        return self._wire

    def cut(self) -> None:
        """End it from any thread, at once."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let it go."""
        self.cut()
        if self._transport is not None:
            self._transport.close()
        self._line.close()

    @property
    def _open(self) -> paramiko.Transport:
        if self._transport is None:
            raise self._broken()
        return self._transport

    @property
    def _has_ended(self) -> bool:
        """Whether the line broke, and not only what was asked for on it failed."""
        self._open.join(_MOMENT)  # it says what it is asked before it says that it ended
        return not self._open.is_active()

    @contextmanager
    def _not_for_ever(self) -> Iterator[None]:
        # Some of what the library waits for it waits for without end.
        timer = threading.Timer(_SECONDS, self.cut)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _error(self, cause: str, next_step: str) -> SourceError:
        return SourceError(self._pinned.label, cause, next_step, reason=SkipReason.UNREACHABLE)

    def _refused(self, cause: str, next_step: str) -> SourceError:
        return SourceError(self._pinned.label, cause, next_step, reason=SkipReason.LOGIN_REFUSED)

    def _broken(self) -> SourceError:
        return self._error("the connection broke", "Check that the server is up, and try again.")


class _Channel:
    """What carries SFTP, with errors of the fitting class."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""
        with _as_errors_of_a_line():
            self._channel.sendall(data)

    def recv(self, most: int, /) -> bytes:
        """Receive something, nothing only at the end."""
        with _as_errors_of_a_line():
            data: bytes = self._channel.recv(most)
        return data


@contextmanager
def _as_errors_of_a_line() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise
    except (paramiko.SSHException, EOFError, OSError):
        raise ConnectionResetError("the line broke") from None
