"""HTTP to one server and to nothing else: connections lead to the addresses that were looked up, whatever a URL or a
redirection says, and nothing of this machine (proxies, logins, authorities) goes into them.
"""

import socket
from contextlib import suppress
from threading import Lock

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from connectors.reaching import Pinned

_SECONDS = 10.0
"""For a connection."""


class HttpLine:
    """The connections to one server, which can be cut from any thread.

    Parameters:
        pinned: where they lead.
        authority: a file of the certificates that the server's is checked against; the usual ones where there is none.
    """

    def __init__(self, pinned: Pinned, authority: str = "") -> None:
        self._pinned = pinned
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self.is_cut = False
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = authority or True
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Adapter(self))

    def connected(self) -> tuple[socket.socket, socket.socket]:
        """A new connection, and a second handle of it: TLS takes the first away from whoever else holds it.

        Raises:
            OSError: when there is none, or the line is cut.
        """
        made = self._pinned.connected(_SECONDS)
        with self._lock:
            if self.is_cut:
                made.close()
                raise ConnectionAbortedError("cut")
            second = made.dup()
            self._open.add(second)
        return made, second

    def forget(self, second: socket.socket) -> None:
        """Let go of the second handle of a connection that is closed."""
        with self._lock:
            self._open.discard(second)
            second.close()

    def cut(self) -> None:
        """End what goes on, and whatever would begin."""
        with self._lock:
            self.is_cut = True
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connections."""
        self.session.close()


class _Adapter(HTTPAdapter):
    """Gives a session the connections of a line, and no others."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: object) -> None:  # noqa: ARG002 - as it is called by its base
        """Make the manager, whose pools connect by the line."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block)
        self.poolmanager.pool_classes_by_scheme = _pools(self._line)


def _pools(line: HttpLine) -> dict[str, type[HTTPConnectionPool]]:
    """Pools of connections that know only the way of the line."""

    class _Connected:
        _second: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            self._let_go()
            made, self._second = line.connected()
            return made

        def close(self) -> None:
            super().close()  # type: ignore[misc]  # it stands before a connection
            self._let_go()

        def _let_go(self) -> None:
            second, self._second = self._second, None
            if second is not None:
                line.forget(second)

    class _Plain(_Connected, HTTPConnection):
        """Not encrypted."""

    class _Encrypted(_Connected, HTTPSConnection):
        """By TLS."""

    class _PlainPool(HTTPConnectionPool):
        ConnectionCls = _Plain

    class _EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = _Encrypted

    return {"http": _PlainPool, "https": _EncryptedPool}
