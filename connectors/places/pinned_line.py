"""Connections for HTTP that lead to the addresses that were looked up and to nothing else, whatever a URL or a
redirection says. They can be cut from any thread.
"""

import socket
from contextlib import suppress
from threading import Lock
from weakref import WeakSet

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from connectors.reaching import Pinned

_SECONDS = 10.0
"""For a connection."""


class PinnedLine:
    """The connections to one server.

    Parameters:
        pinned: where they lead.
    """

    def __init__(self, pinned: Pinned) -> None:
        self._pinned = pinned
        self._lock = Lock()
        # An answer may still be read from a connection that is closed: so each is known as long as anybody has it.
        self._open: WeakSet[socket.socket] = WeakSet()
        self.is_cut = False

    def connected(self) -> tuple[socket.socket, socket.socket]:
        """A new connection, and a second handle of it: TLS takes the first away from whoever else holds it.

        Raises:
            OSError: when there is none, or the line is cut.
        """
        made = self._pinned.connected(_SECONDS)
        second = made.dup()
        try:
            self.watch(second)
        except ConnectionError:
            made.close()
            second.close()
            raise
        return made, second

    def watch(self, line: socket.socket) -> None:
        """Cut this with the others.

        Raises:
            ConnectionError: when the line is cut.
        """
        with self._lock:
            if self.is_cut:
                raise ConnectionAbortedError("cut")
            self._open.add(line)

    def cut(self) -> None:
        """End what goes on, and whatever would begin."""
        with self._lock:
            self.is_cut = True
            for each in self._open:
                with suppress(OSError):
                    # Of the socket, not of TLS, which would wait for its reader or confuse it.
                    socket.socket.shutdown(each, socket.SHUT_RDWR)


def pools(line: PinnedLine) -> dict[str, type[HTTPConnectionPool]]:
    """Pools of connections, by scheme, that know only the way of the line."""

    class _Connected:
        sock: socket.socket
        _second: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            made, self._second = line.connected()
            return made

        def connect(self) -> None:
            try:
                super().connect()  # type: ignore[misc]  # it stands before a connection
                line.watch(self.sock)
            finally:
                # It was for the time of TLS's beginning, in which there is nothing else to cut.
                second, self._second = self._second, None
                if second is not None:
                    second.close()

    class _Plain(_Connected, HTTPConnection):
        """Not encrypted."""

    class _Encrypted(_Connected, HTTPSConnection):
        """By TLS."""

    class _PlainPool(HTTPConnectionPool):
        ConnectionCls = _Plain

    class _EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = _Encrypted

    return {"http": _PlainPool, "https": _EncryptedPool}
