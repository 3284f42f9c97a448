"""The way to a server: whether the operator lets us go there, whether its host's name is known and its port answers.

The name is looked up once for each connection, and the connection is made to one of the addresses that passed, not to
the name again: who answers for the name cannot change what was decided (ASVS 5.0, 1.3.6).
"""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import SETTING, Egress, canonical, entry_for, is_host, is_loopback, is_special
from catalog.ports import Check
from connectors.options import Options

_SECONDS = 10.0
_OPEN = Path("/dev/fd")


class Elsewhere(OSError):
    """A driver was about to connect to something that is not the server it was given."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A server whose name has been looked up: the addresses that may be connected to, and no others."""

    label: str
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, so that nothing said to it can be overheard."""
        return is_loopback(self.addresses)

    @property
    def _places(self) -> frozenset[tuple[str, int]]:
        return frozenset((address, self.port) for address in self.addresses)

    def connected(self, seconds: float) -> socket.socket:
        """A connection to the first of the addresses that answers.

        Raises:
            OSError: when none does.
        """
        refused: OSError = OSError("no address")
        for address in self.addresses:
            try:
                return socket.create_connection((address, self.port), timeout=seconds)
            except OSError as error:
                refused = error
        raise refused

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Refuse what a driver that is no Python has connected to within this besides these addresses.

        Raises:
            SourceError: when it has; what it was connected to is shut first.
        """
        before = _lines()
        yield
        strayed = False
        for line in _lines() - before:
            strayed |= _shut_elsewhere(line, self._places)
        if strayed:
            raise self._sent_away()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Within this the running thread can connect to these addresses only, whatever a driver or a server wants.

        It holds for drivers written on Python's sockets, and cuts off redirections and second look-ups of the name.

        Raises:
            SourceError: when it failed because it was to connect to something else.
        """
        _watch_sockets()
        _now.allowed, _now.strayed = self._places, False
        try:
            yield
        except Exception:
            if _now.strayed:
                raise self._sent_away() from None
            raise
        finally:
            _now.allowed = None

    def _sent_away(self) -> SourceError:
        cause = "it leads on to another server, which is not followed"
        next_step = "Make that server the source, if the operator lets it be connected to."
        return SourceError(self.label, cause, next_step, reason=SkipReason.NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a server is, and the operator's list that has to hold it.

    Parameters:
        label: what errors call the source.
    """

    label: str
    host: str
    port: int
    egress: Egress = field(repr=False)

    @classmethod
    def of(cls, engine: str, options: Options, port: int, egress: Egress, database: str = "") -> "Way":
        """The way that the options ``host`` and ``port`` tell.

        Parameters:
            port: where the engine is unless told otherwise.
            database: what errors call the source beside its engine, host and port.

        Raises:
            SourceError: when they cannot be used, or the operator does not let the host be connected to.
        """
        host = options.text("host")
        if not is_host(host):
            raise options.bad("the option host is neither a name nor an address written in full", "Correct host.")
        found = options.number("port", port, low=1, high=65535)
        way = cls(f"{engine} {host}:{found}{database}", host, found, egress)
        way.refuse_unlisted()
        return way

    def refuse_unlisted(self) -> None:
        """Say at once that a host cannot pass, without looking its name up.

        Raises:
            SourceError: when it cannot.
        """
        if not self.egress.may_hold(self.host, self.port):
            # A name of this machine passes by its address alone: naming the name would only lead to the next refusal.
            raise self._unlisted("127.0.0.1" if canonical(self.host) == "localhost" else self.host)

    def pinned(self) -> Pinned:
        """Look the name up.

        Raises:
            SourceError: when it is not known, or leads to nothing that may be connected to.
        """
        self.refuse_unlisted()
        try:
            found = addresses_of(self.host, self.port)
        except (OSError, UnicodeError):
            cause = f"the name of the host {self.host} is not known"
            raise SourceError(self.label, cause, "Check host.", reason=SkipReason.UNREACHABLE) from None
        passing = self.egress.passing(self.host, self.port, found)
        if not passing:
            raise self._unlisted(next(filter(is_special, found), self.host))
        return Pinned(self.label, self.host, self.port, passing)

    def reached(self) -> Pinned:
        """Look the name up and knock at the port.

        Raises:
            SourceError: saying which of these steps failed.
        """
        pinned = self.pinned()
        try:
            pinned.connected(_SECONDS).close()
        except OSError:
            cause = f"nothing answers at {self.host}, port {self.port}"
            next_step = "Check host and port, and that the server is up."
            raise SourceError(self.label, cause, next_step, reason=SkipReason.UNREACHABLE) from None
        return pinned

    def steps(self) -> tuple[list[Check], Pinned | None]:
        """Go these steps and tell them, up to the first that fails; then there is nothing to connect to."""
        try:
            pinned = self.pinned()
        except SourceError as error:
            return [self.told(error)], None
        known = Check("name", passed=True, message="the host's name is known, and it may be connected to")
        try:
            pinned.connected(_SECONDS).close()
        except OSError:
            message = f"nothing answers at {self.host}, port {self.port}. "
            message += "Check host and port, and that the server is up."
            return [known, Check("port", passed=False, message=message)], None
        return [known, Check("port", passed=True, message="the port answers")], pinned

    def told(self, error: SourceError) -> Check:
        """The step at which :meth:`pinned` failed."""
        name = "egress" if error.reason is SkipReason.NOT_ALLOWED else "name"
        return Check(name, passed=False, message=f"{error.cause}. {error.next_step}")

    def _unlisted(self, place: str) -> SourceError:
        leads = "" if place == self.host else f", which leads to {place}"
        cause = f"{SETTING} does not let {self.host}, port {self.port}{leads}, be connected to"
        next_step = f"If it is meant to be read, have the operator add {entry_for(place, self.port)} to {SETTING}."
        return SourceError(self.label, cause, next_step, reason=SkipReason.NOT_ALLOWED)


def tls_mode(chosen: str, pinned: Pinned, authority: str = "") -> str:
    """How a connection is protected where the settings do not say: in full on its way to another machine.

    Parameters:
        authority: what certificates are checked against, where the settings say it: then they are meant to be.
    """
    return chosen or ("prefer" if pinned.is_here and not authority else "verify-full")


def addresses_of(host: str, port: int) -> tuple[str, ...]:
    """All addresses that a name leads to, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def _lines() -> frozenset[int]:
    """The sockets that this process has open."""
    return frozenset(int(entry.name) for entry in _OPEN.iterdir() if entry.is_socket())


def _shut_elsewhere(number: int, places: frozenset[tuple[str, int]]) -> bool:
    """Shut a socket that is connected to another place of the network; whether it was."""
    try:
        with socket.socket(fileno=os.dup(number)) as line:
            if line.family not in (socket.AF_INET, socket.AF_INET6) or line.getpeername()[:2] in places:
                return False
            line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return False  # not connected any more
    return True


_now = threading.local()
_watching = threading.Lock()
_is_watching = False


def _watch_sockets() -> None:
    global _is_watching  # noqa: PLW0603 - a hook of the interpreter stays for good, so there is one in a process
    with _watching:
        if not _is_watching:
            sys.addaudithook(_refuse_elsewhere)
            _is_watching = True


def _refuse_elsewhere(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    allowed = getattr(_now, "allowed", None)
    if allowed is not None and tuple(arguments[1])[:2] not in allowed:  # type: ignore[arg-type]  # an address of the socket's family
        _now.strayed = True
        raise Elsewhere("not the server that was given")
