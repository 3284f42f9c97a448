"""Servers that mean ill: they send whoever calls elsewhere, ask for files, or never end."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

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


def sqlserver_sending_to(host: str, port: int, certificate: Path, key: Path) -> Talk:
    """A SQL Server that proves who it is, takes a log-in and names another place."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["tds/8.0"])
    name, program = host.encode("utf-16-le"), "Microsoft SQL Server".encode("utf-16-le")
    route = struct.pack("<BHH", 0, port, len(host)) + name
    change = b"\x14" + struct.pack("<H", len(route)) + route + b"\0\0"
    version = b"\x10\0\x07\xd0"
    accepted = b"\1" + struct.pack(">IB", 0x74000004, len(program) // 2) + program + version
    tokens = _tds_token(0xAD, accepted) + _tds_token(0xE3, change) + b"\xfd" + bytes(12)

    def talk(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as private:
            if private.recv(_MOST):
                told = ((0, version + b"\0\0"), (1, b"\0"), (2, b"\0"), (4, b"\0"))
                private.sendall(_tds_packet(_tds_options(told)))
                private.recv(_MOST)
                private.sendall(_tds_packet(tokens))
                private.recv(_MOST)

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


def _tds_packet(body: bytes) -> bytes:
    return struct.pack(">BBHHBB", 4, 1, 8 + len(body), 0, 1, 0) + body


def _tds_token(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + struct.pack("<H", len(body)) + body


def _tds_options(options: Sequence[tuple[int, bytes]]) -> bytes:
    head, data, start = b"", b"", 5 * len(options) + 1
    for key, value in options:
        head += struct.pack(">BHH", key, start + len(data), len(value))
        data += value
    return head + b"\xff" + data


def _serve(server: socket.socket, talk: Talk) -> None:
    with suppress(OSError):
        while True:
            line, _ = server.accept()
            threading.Thread(target=_talk, args=(line, talk), daemon=True).start()


def _talk(line: socket.socket, talk: Talk) -> None:
    with line, suppress(OSError):
        talk(line)
