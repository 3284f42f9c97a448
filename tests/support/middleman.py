"""Somebody in the middle: a way to a server that cuts the line after so many bytes, or changes what comes back."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_CHUNK = 65536


class Middleman(socketserver.ThreadingTCPServer):
    """Passes everything on to a port of this machine, and what that answers back.

    Parameters:
        change: what becomes of each piece of an answer.
        most: bytes of answers that are passed on from now on; the line is cut where there would be more.
    """

    daemon_threads = False
    block_on_close = True

    def __init__(self, to: int, change: Callable[[bytes], bytes], most: int | None) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.to = to
        self.change = change
        self.most = most
        self.passed = 0
        self.lines: list[socket.socket] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.server_address[1]
        return port

    def shut(self) -> None:
        """Cut every line there is."""
        for each in self.lines:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that broke is what it is for."""


class _Line(socketserver.BaseRequestHandler):
    server: Middleman
    request: socket.socket

    def handle(self) -> None:
        """Pass on what is said until one of the two hangs up."""
        with socket.create_connection(("127.0.0.1", self.server.to)) as behind:
            self.server.lines += [self.request, behind]
            asking = threading.Thread(target=_pass_on, args=(self.request, behind, bytes))
            asking.start()
            _pass_on(behind, self.request, self._answered)
            asking.join()

    def _answered(self, data: bytes) -> bytes:
        if self.server.most is not None and len(data) > self.server.most:
            raise ConnectionAbortedError("enough")
        if self.server.most is not None:
            self.server.most -= len(data)
        self.server.passed += len(data)
        return self.server.change(data)


def _pass_on(there: socket.socket, here: socket.socket, change: Callable[[bytes], bytes]) -> None:
    with suppress(OSError):
        while data := there.recv(_CHUNK):
            here.sendall(change(data))
    for each in (there, here):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextmanager
def middleman(to: int, change: Callable[[bytes], bytes] = bytes, most: int | None = None) -> Iterator[Middleman]:
    """Stand in the middle while the context lasts."""
    with Middleman(to, change, most) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shut()
            server.shutdown()
            thread.join()
