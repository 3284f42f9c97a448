"""Servers that mean ill: they send whoever calls elsewhere, ask for files, or never end."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Talk = Callable[[socket.socket], None]

_MOST = 1 << 16
_FULL = b"\xff\xff\xff"


@contextmanager
def serving(talk: Talk, host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Let ``talk`` answer every call at a port."""
    with socket.create_server((host, port)) as server:
        threading.Thread(target=_serve, args=(server, talk), daemon=True).start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


class Greedy:
    """A MariaDB server that lets everybody in and answers every statement by asking for a file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.given: list[bytes] = []

    def __call__(self, line: socket.socket) -> None:
        """Talk to one who calls."""
        line.sendall(mariadb_greeting())
        line.recv(_MOST)
        line.sendall(mariadb_packet(2, b"\0\0\0\2\0\0\0"))
        while heard := line.recv(_MOST):
            self.given.append(heard)
            line.sendall(mariadb_packet(1, b"\xfb" + self.file.encode()))


def endless_mariadb(line: socket.socket) -> None:
    """A MariaDB server that answers a login with one packet that has no end."""
    line.sendall(mariadb_greeting())
    line.recv(_MOST)
    number = 2
    while True:
        line.sendall(_FULL + bytes([number % 256]) + bytes(0xFFFFFF))
        number += 1


def endless_postgres(line: socket.socket) -> None:
    """A PostgreSQL server without TLS that lets everybody in and gives notice for ever."""
    line.recv(_MOST)
    line.sendall(b"N")
    line.recv(_MOST)
    line.sendall(b"R" + struct.pack(">II", 8, 0))
    text = b"SNOTICE\0Mhello\0\0"
    while True:
        line.sendall((b"N" + struct.pack(">I", len(text) + 4) + text) * 100)


def wants_password_postgres(line: socket.socket) -> None:
    """A PostgreSQL server without TLS that asks for the password itself."""
    line.recv(_MOST)
    line.sendall(b"N")
    line.recv(_MOST)
    line.sendall(b"R" + struct.pack(">II", 8, 3))
    line.recv(_MOST)


def oracle_sending_to(host: str, port: int) -> Talk:
    """An Oracle listener that names another place."""
    place = f"(ADDRESS=(PROTOCOL=tcp)(HOST={host})(PORT={port}))"
    data = f"{place}\0(DESCRIPTION={place}(CONNECT_DATA=(SERVICE_NAME=x)))".encode()

    def talk(line: socket.socket) -> None:
        if line.recv(_MOST):
            line.sendall(_oracle_packet(5, struct.pack(">H", len(data))) + _oracle_packet(6, b"\0\0" + data))
            line.recv(_MOST)

    return talk


def web_sending_to(address: str, status: int) -> Talk:
    """A web server that names another place."""

    def talk(line: socket.socket) -> None:
        line.recv(_MOST)
        line.sendall(f"HTTP/1.1 {status} Elsewhere\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n".encode())

    return talk


def mariadb_greeting() -> bytes:
    """That of a server without TLS."""
    flags = 0x80000 | 0x8000 | 0x200
    return mariadb_packet(
        0,
        b"\x0a5.5.5-10.11.0-MariaDB\0"
        + struct.pack("<I8sxHBHHB10x13s", 1, b"saltsalt", flags & 0xFFFF, 33, 2, flags >> 16, 21, b"saltsaltsalt")
        + b"mysql_native_password\0",
    )


def mariadb_packet(number: int, payload: bytes) -> bytes:
    """One packet of the protocol."""
    return struct.pack("<I", len(payload) | number << 24) + payload


def _oracle_packet(kind: int, body: bytes) -> bytes:
    return struct.pack(">HHBBH", 8 + len(body), 0, kind, 0, 0) + body


def _serve(server: socket.socket, talk: Talk) -> None:
    with suppress(OSError):
        while True:
            line, _ = server.accept()
            threading.Thread(target=_talk, args=(line, talk), daemon=True).start()


def _talk(line: socket.socket, talk: Talk) -> None:
    with line, suppress(OSError):
        talk(line)
