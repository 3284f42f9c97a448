"""Where connectors go, and where nobody and nothing leads them."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import mssql_python
import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.plugins import load
from catalog.ports import Bounds, Check, Connector
from connectors import reaching
from connectors.checks import checks_of, limited
from connectors.reaching import Pinned, Way
from connectors.sql.mariadb_session import Address as MariadbAddress
from connectors.sql.postgres_session import Address as PostgresAddress
from connectors.sql.sqlserver_session import Address as SqlserverAddress
from tests.support.bounds import here
from tests.support.processes import wait_until
from tests.support.rogues import (
    Greedy,
    endless_mariadb,
    endless_postgres,
    oracle_sending_to,
    serving,
    wants_password_postgres,
)

KINDS = ("postgres", "mariadb", "sqlserver", "oracle")
MORE = {
    "postgres": {"database": "d", "sslmode": "disable"},
    "mariadb": {"sslmode": "disable"},
    "sqlserver": {"database": "d"},
    "oracle": {"service": "s", "sslmode": "disable"},
}
PINNED = Pinned("PostgreSQL x", "db.example", 5432, ("10.0.0.1", "10.0.0.2"))
HERE = Pinned("PostgreSQL x", "localhost", 5432, ("::1", "127.0.0.1"))


def connector(kind: str, host: str, port: int, egress: str, **more: str) -> Connector:
    options = {"host": host, "port": str(port), "user": "u", **MORE[kind], **more}
    made: Connector = load("connectors", kind)(options, resolve=lambda _: "word", bounds=Bounds(1, Egress.of(egress)))
    return made


@contextmanager
def counting(host: str = "127.0.0.1") -> Iterator[tuple[int, list[bytearray]]]:
    """A port that hangs up, and what it was told."""
    heard: list[bytearray] = []

    def talk(line: socket.socket) -> None:
        told = bytearray()
        heard.append(told)
        # Some speak first, and some wait for the server to.
        line.settimeout(0.5)
        told += line.recv(4096)

    with serving(talk, host) as port:
        yield port, heard


def leading(monkeypatch: pytest.MonkeyPatch, *answers: Sequence[str]) -> list[str]:
    """Have names lead to these, one question after the other; what the drivers themselves look up, to the last."""
    left, asked, look = list(answers), [], socket.getaddrinfo

    def found(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(str(host))
        names = left.pop(0) if len(left) > 1 else left[0]
        named = not str(host)[:1].isdigit()
        return [one for name in (names if named else [host]) for one in look(name, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_connected_to_that_the_list_does_not_hold(kind: str) -> None:
    with counting() as (port, heard):
        for egress in ("", "db.example", "127.0.0.2", f"127.0.0.1:{port + 1}", "0.0.0.0/0", "localhost"):
            for host in ("127.0.0.1", "localhost"):
                with pytest.raises(SourceError) as caught, closing(connector(kind, host, port, egress)) as opened:
                    list(opened.listing())
                assert caught.value.reason is SkipReason.NOT_ALLOWED
                assert f"127.0.0.1:{port}" in caught.value.next_step or f"localhost:{port}" in caught.value.next_step
    assert heard == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_holds_is_connected_to(kind: str) -> None:
    with counting() as (port, heard), closing(connector(kind, "127.0.0.1", port, f"127.0.0.1:{port}")) as opened:
        assert [check.passed for check in opened.check()][:2] == [True, True]
    assert heard


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_on_the_list_that_leads_to_this_machine_is_refused_and_told(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counting() as (port, heard):
        leading(monkeypatch, ["127.0.0.1"])
        with closing(connector(kind, "db.example", port, "db.example")) as opened:
            (check,) = opened.check()
    assert (check.name, check.passed, f"add 127.0.0.1:{port} to" in check.message) == ("egress", False, True)
    assert heard == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_looked_up_once_and_what_it_leads_to_later_is_nothing_to_us(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside: list[object] = []
    with counting() as (port, inside), serving(outside.append, "127.0.0.2", port):
        leading(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
        with (
            closing(connector(kind, "db.example", port, f"127.0.0.1:{port}")) as opened,
            pytest.raises(SourceError),
        ):
            list(opened.listing())
        wait_until(lambda: bool(inside))
    assert outside == []


def test_a_listener_that_names_another_place_is_not_followed() -> None:
    with counting("127.0.0.2") as (elsewhere, heard), serving(oracle_sending_to("127.0.0.2", elsewhere)) as port:
        with closing(connector("oracle", "127.0.0.1", port, "127.0.0.0/8")) as opened, pytest.raises(SourceError) as e:
            list(opened.listing())
        told = [check.message for check in connector("oracle", "127.0.0.1", port, "127.0.0.0/8").check()]
    assert (e.value.reason, "leads on to another server" in e.value.cause) == (SkipReason.NOT_ALLOWED, True)
    assert "leads on to another server" in told[-1]
    assert heard == []


def test_a_driver_that_went_elsewhere_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[socket.socket] = []

    def connect(*_: object, **__: object) -> object:
        lines.append(socket.create_connection(("127.0.0.2", elsewhere)))
        return object()

    monkeypatch.setattr(mssql_python, "connect", connect)
    with counting("127.0.0.2") as (elsewhere, _), counting() as (port, __):
        with closing(connector("sqlserver", "127.0.0.1", port, "127.0.0.1")) as opened, pytest.raises(SourceError) as e:
            list(opened.listing())
        assert lines[0].recv(1) == b""
    lines[0].close()
    assert (e.value.reason, "leads on" in e.value.cause) == (SkipReason.NOT_ALLOWED, True)


def test_a_server_that_asks_for_a_file_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("canary-4711-value")
    greedy = Greedy(str(tmp_path / "key"))
    with serving(greedy) as port, closing(connector("mariadb", "127.0.0.1", port, "127.0.0.1")) as opened:
        with pytest.raises(SourceError):
            list(opened.listing())
        opened.check()
    assert greedy.given
    assert b"canary" not in b"".join(greedy.given)


def test_a_server_without_certificate_does_not_get_the_password_itself() -> None:
    told: list[bytes] = []

    def talk(line: socket.socket) -> None:
        wants_password_postgres(_Heard(line, told))  # type: ignore[arg-type]  # as much of a socket as it needs

    with serving(talk) as port:
        options = {"password": "env:X", "sslmode": "prefer"}
        with closing(connector("postgres", "127.0.0.1", port, "127.0.0.1", **options)) as opened:
            assert not opened.check()[-1].passed
    assert told
    assert not any(b"word" in each for each in told)


class _Heard:
    def __init__(self, line: socket.socket, told: list[bytes]) -> None:
        self._line, self._told = line, told
        self.sendall = line.sendall

    def recv(self, size: int) -> bytes:
        heard = self._line.recv(size)
        self._told.append(heard)
        return heard


def test_a_packet_that_never_ends_is_not_taken_in() -> None:
    options = {"host": "127.0.0.1", "user": "u", "sslmode": "disable"}
    with serving(endless_mariadb) as port, limited(memory_mb=100, seconds=30):
        checks = checks_of("mariadb", {**options, "port": str(port)}, resolve=str, bounds=here())
    assert [(check.name, check.passed) for check in checks] == [("limits", False)]


def test_a_login_that_never_ends_is_not_waited_for() -> None:
    options = {"host": "127.0.0.1", "user": "u", "database": "d", "sslmode": "prefer"}
    with serving(endless_postgres) as port, limited(memory_mb=1000, seconds=1):
        checks = checks_of("postgres", {**options, "port": str(port)}, resolve=str, bounds=here())
    assert [(check.name, check.passed) for check in checks] == [("limits", False)]


@pytest.mark.parametrize(
    "host",
    [
        "a b=c",
        "a\0b",
        "a\nb",
        "a?sslmode=disable",
        "-a",
        "/tmp",
        "a;b",
        "a,b",
        "a/b",
        "@a",
        "a%20b",
        "a'b",
        "a\\b",
        ".a",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_no_host_is_more_than_a_host(kind: str, host: str) -> None:
    with pytest.raises(SourceError) as caught:
        connector(kind, host, 5432, "0.0.0.0/0, a")
    assert caught.value.reason is SkipReason.BAD_SETTINGS


@pytest.mark.parametrize("text", ["d host=127.0.0.2", "postgresql://127.0.0.2/d", "d' hostaddr='127.0.0.2", "d\\"])
@pytest.mark.parametrize("key", ["database", "user"])
def test_no_other_option_of_postgresql_is_more_than_it_says(key: str, text: str) -> None:
    with counting() as (port, heard):
        with closing(connector("postgres", "127.0.0.1", port, "127.0.0.1", **{key: text})) as opened:
            opened.check()
        wait_until(lambda: text.encode() in b"".join(heard))


def test_another_machine_is_spoken_to_in_full_protection_unless_told_otherwise() -> None:
    def of(address: Any, pinned: Pinned, **more: str) -> dict[str, Any]:
        given = {"host": "db.example", "user": "u", **more}
        if address is PostgresAddress:
            given |= {"database": "d"}
            return address.of(given, str, Egress.of("db.example")).parameters(pinned)  # type: ignore[no-any-return]  # of a class of either
        return address.of(given, str, Egress.of("db.example")).parameters(pinned, 1)  # type: ignore[no-any-return]  # of a class of either

    assert of(PostgresAddress, PINNED)["sslmode"] == "verify-full"
    assert of(PostgresAddress, PINNED)["hostaddr"] == "10.0.0.1,10.0.0.2"
    assert of(PostgresAddress, PINNED)["host"] == "db.example,db.example"
    assert of(PostgresAddress, HERE)["sslmode"] == "prefer"
    assert of(PostgresAddress, HERE, sslrootcert="ca.pem")["sslmode"] == "verify-full"
    assert of(PostgresAddress, PINNED, sslmode="require")["sslmode"] == "require"
    assert of(MariadbAddress, PINNED)["ssl"].check_hostname
    assert "ssl" not in of(MariadbAddress, HERE)
    assert not of(MariadbAddress, PINNED, sslmode="require")["ssl"].check_hostname


def test_a_certificate_that_nothing_can_be_checked_against_is_a_wrong_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def talk(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(b"S")
        line.recv(4096)

    monkeypatch.setenv("HOME", str(tmp_path))
    with serving(talk) as port, pytest.raises(SourceError) as caught:
        list(connector("postgres", "127.0.0.1", port, "127.0.0.1", sslmode="verify-full").listing())
    assert (caught.value.reason, "sslrootcert" in caught.value.next_step) == (SkipReason.BAD_SETTINGS, True)


def test_a_native_driver_is_told_the_address_and_the_name_of_the_certificate() -> None:
    given = {"host": "db.example", "user": "u", "database": "d"}
    told = SqlserverAddress.of(given, str, Egress.of("db.example")).parameters(PINNED)
    assert "Server={tcp:10.0.0.1,5432};" in told
    assert "HostnameInCertificate={db.example};" in told


def test_what_is_allowed_ends_with_its_connection() -> None:
    with counting() as (port, _):
        pinned = Way("it", "127.0.0.1", port, Egress.of("127.0.0.1")).pinned()
        with pinned.alone(), pytest.raises(reaching.Elsewhere):
            socket.create_connection(("127.0.0.1", port + 1))
        socket.create_connection(("127.0.0.1", port)).close()
        with counting() as (other, __):
            socket.create_connection(("127.0.0.1", other)).close()


def test_a_step_is_told_where_the_way_ends() -> None:
    way = Way("it", "nowhere.invalid", 1, Egress.of("nowhere.invalid"))
    assert way.steps()[0] == [Check("name", False, "the name of the host nowhere.invalid is not known. Check host.")]


@pytest.mark.parametrize("listed", ["", "localhost:1"])
def test_a_name_of_this_machine_is_told_the_entry_that_lets_it_pass(
    listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "addresses_of", lambda *_: ("127.0.0.1",))
    with pytest.raises(SourceError, match=r"localhost, port 1, which leads to 127\.0\.0\.1, be connected to") as caught:
        Way("it", "localhost", 1, Egress.of(listed)).pinned()
    assert "add 127.0.0.1:1 to" in caught.value.next_step
    assert Way("it", "localhost", 1, Egress.of("127.0.0.1:1")).pinned().addresses == ("127.0.0.1",)
