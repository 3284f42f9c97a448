"""A way to a server that breaks at a chosen byte of what the server answers."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from enum import StrEnum

_PIECE = 1 << 14
_RESET = struct.pack("ii", 1, 0)


class Break(StrEnum):
    """How it breaks."""

    CUT = "cut"
    RESET = "reset"
    SILENCE = "silence"
    ACT = "act"
    """It does not: something else is done at that byte, and the answer goes on."""


class Proxy:
    """Passes everything on to ``port`` of this machine and counts what comes back, over all connections."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.target = port
        self._open: list[socket.socket] = []
        self._counting = threading.Lock()
        self.heal()
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self) -> None:
        """Break no more, count from nothing, and let go of what was broken."""
        self._at, self._how = float("inf"), Break.CUT
        self._act: Callable[[], object] = lambda: None
        self.passed = 0
        self.has_broken = False
        for line in self._open:
            line.close()
        self._open = []

    def break_at(self, byte: int, how: Break, act: Callable[[], object] = lambda: None) -> None:
        """Break once so many bytes have come back, counted from now."""
        self.heal()
        self._at, self._how, self._act = byte, how, act

    def close(self) -> None:
        """Accept nobody any more."""
        self._listener.close()
        self.heal()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            client.close()
            return
        self._open.append(server)
        threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
        self._pass_back(server, client)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while piece := client.recv(_PIECE):
                if not (self.has_broken and self._how is Break.SILENCE):
                    server.sendall(piece)
            server.shutdown(socket.SHUT_WR)

    def _pass_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(_PIECE):
                whole = self._count(piece)
                client.sendall(whole)
                if len(whole) < len(piece) and not self._go_on(client, server, piece[len(whole) :]):
                    return
            client.shutdown(socket.SHUT_WR)

    def _count(self, piece: bytes) -> bytes:
        """What of a piece still passes."""
        with self._counting:
            left = int(min(max(self._at - self.passed, 0), len(piece)))
            self.passed += len(piece)
            return piece[:left]

    def _go_on(self, client: socket.socket, server: socket.socket, rest: bytes) -> bool:
        """Break, or do what is to be done at this byte; whether the answer goes on."""
        self.has_broken = True
        if self._how is Break.ACT:
            self._at = float("inf")
            self._act()
            client.sendall(rest)
            return True
        if self._how is Break.SILENCE:
            return False
        if self._how is Break.RESET:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        for line in (client, server):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD if self._how is Break.RESET else socket.SHUT_RDWR)
            line.close()
        return False


@contextmanager
def proxy(port: int) -> Iterator[Proxy]:
    """A proxy as long as this lasts."""
    with closing(Proxy(port)) as made:
        yield made
