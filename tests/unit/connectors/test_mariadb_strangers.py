"""Servers that only look like MariaDB, or would like to have the password."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import pymysql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import SkipReason
from connectors.sql.mariadb import MariadbConnector
from connectors.sql.mariadb_errors import refusal
from tests.support.bounds import here
from tests.support.mariadb_reading import failing, resolve
from tests.support.rogues import mariadb_greeting as greeting
from tests.support.rogues import mariadb_packet as packet

SWITCH = b"\xfemysql_clear_password\0"


def strange(port: str, **more: str) -> MariadbConnector:
    options = {"host": "127.0.0.1", "port": port, "user": "u", "password": "env:RIGHT", **more}
    return MariadbConnector(options, resolve=resolve, bounds=here(1))


def passed(port: str, **more: str) -> Sequence[tuple[str, bool]]:
    with closing(strange(port, **more)) as opened:
        return [(check.name, check.passed) for check in opened.check()]


@contextmanager
def pretending(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that greets, gives these answers and keeps what it was told before each."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                for place, answer in enumerate(answers):
                    if place:
                        heard.append(peer.recv(65536))
                    peer.sendall(answer)
                peer.shutdown(socket.SHUT_WR)
                heard.append(peer.recv(65536))

        thread = threading.Thread(target=serve)
        thread.start()
        yield str(server.getsockname()[1]), heard
        thread.join()


def test_something_else_on_the_port_is_no_server() -> None:
    with pretending(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (port, _):
        assert passed(port) == [("name", True), ("port", True), ("TLS", False)]


def test_a_server_without_tls_is_told_nothing_where_tls_is_required() -> None:
    with pretending(greeting()) as (port, heard):
        assert passed(port, sslmode="require")[-1] == ("TLS", False)
    assert heard == [b""]


def test_a_server_that_asks_for_the_password_itself_does_not_get_it() -> None:
    with pretending(greeting(), packet(2, SWITCH)) as (port, heard):
        assert passed(port)[-1] == ("login", False)
    assert len(heard) == 2
    assert heard[1] == b""


@settings(max_examples=100)
@given(st.binary(max_size=80), st.integers(0, 3))
def test_no_answer_of_a_strange_server_raises_anything_of_the_drivers(junk: bytes, way: int) -> None:
    accepted = (greeting(), packet(2, b"\0\0\0\2\0\0\0"))
    answers = ((junk,), (packet(0, junk),), (greeting(), packet(2, junk)), (*accepted, packet(1, junk)))[way]
    with pretending(*answers) as (port, _), failing() as errors, closing(strange(port, sslmode="disable")) as opened:
        list(opened.listing())
    assert errors[0].reason in {SkipReason.UNREACHABLE, SkipReason.LOGIN_REFUSED}


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (RuntimeError("'cryptography' package is required"), "login"),
        (pymysql.OperationalError(2059, "plugin"), "login"),
        (pymysql.OperationalError(1130, "Host is not allowed"), "login"),
        (pymysql.OperationalError(2013, "Lost connection"), "TLS"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "TLS"),
    ],
)
def test_the_step_at_which_a_login_failed(error: Exception, step: str) -> None:
    assert refusal(error)[0] == step
