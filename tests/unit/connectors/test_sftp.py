"""Folders of an OpenSSH server in every state, and everybody who is not to be believed."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import paramiko
import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.ports import Bounds, Check, FoundFile
from connectors.places import sftp
from connectors.places.sftp import SftpPlace
from tests.support.bounds import here
from tests.support.rogues import serving
from tests.support.sftp_reading import listed, place, read, refusal, shut, write
from tests.support.sftp_server import SftpServer, throwaway_sftp

STEPS = ["name", "port", "host key", "login", "folder", "listing"]


@pytest.fixture(scope="module")
def server() -> Iterator[SftpServer]:
    with throwaway_sftp() as running:
        yield running


@pytest.fixture
def folder(server: SftpServer) -> Path:
    path = server.home / uuid4().hex
    path.mkdir()
    return path


def last(opened: SftpPlace) -> Check:
    with closing(opened):
        checks = opened.check()
    assert [check.passed for check in checks[:-1]] == [True] * (len(checks) - 1)
    assert [check.name for check in checks] == STEPS[: len(checks)]
    return checks[-1]


# The way there


@pytest.mark.parametrize("key", ["ed25519", "ecdsa", "rsa", "pem", "pkcs8"])
def test_every_form_of_key_opens(server: SftpServer, folder: Path, key: str) -> None:
    assert last(place(server, folder, key)) == Check("listing", passed=True, message="the folder can be listed")


def test_a_locked_key_opens_with_its_passphrase(server: SftpServer, folder: Path) -> None:
    assert last(place(server, folder, "locked", passphrase="passphrase")).passed


@pytest.mark.parametrize(
    ("key", "more"),
    [("locked", {}), ("locked", {"passphrase": "wrong"}), ("garbage", {}), ("wrong", {})],
)
def test_a_key_that_cannot_be_read_is_told_without_its_text(
    server: SftpServer, folder: Path, key: str, more: dict[str, str]
) -> None:
    error = refusal(place(server, folder, key, **more))
    assert error.reason is SkipReason.BAD_SETTINGS
    assert "no private key that can be used" in str(error)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_each_key_of_the_server_proves_it(server: SftpServer, folder: Path, kind: str) -> None:
    assert last(place(server, folder, host_key=server.host_key(kind))).passed


def test_one_of_several_keys_is_enough(server: SftpServer, folder: Path) -> None:
    stranger = public(server, "stranger")
    assert last(place(server, folder, host_key=f"{stranger}, {server.host_key()}")).passed


def test_a_server_with_another_key_is_refused_and_its_key_told(server: SftpServer, folder: Path) -> None:
    error = refusal(place(server, folder, host_key=public(server, "stranger")))
    assert error.reason is SkipReason.UNREACHABLE
    assert server.fingerprint() in error.cause
    check = last(place(server, folder, host_key=public(server, "stranger")))
    assert (check.name, check.passed) == ("host key", False)


def test_a_server_that_has_no_key_of_the_kind_is_refused_and_its_key_told(server: SftpServer, folder: Path) -> None:
    error = refusal(place(server, folder, host_key=public(server, "ecdsa")))
    assert "SHA256:" in error.cause


def test_no_secret_is_said_to_a_server_with_another_key(server: SftpServer, folder: Path) -> None:
    asked: list[str] = []
    options = {"host": "127.0.0.1", "port": str(server.port), "user": "u", "path": "/", "password": "p"}
    opened = SftpPlace(
        {**options, "host_key": public(server, "stranger")},
        resolve=lambda reference: asked.append(reference) or "word",
        bounds=here(),
    )
    assert refusal(opened).reason is SkipReason.UNREACHABLE
    assert asked == []


@pytest.mark.parametrize(
    "key",
    [
        *(
            "ssh-ed25519",
            "AAAA",
            "ssh-ed25519 AAAA",
            "ssh-rsa !!!!",
            "x y, ",
            ",",
            "ssh-dss AAAAB3NzaC1kc3M=",
            "ssh-rsa A",
        ),
        "ssh-ed25519 AAAA…",
    ],
)
def test_what_is_no_host_key_is_told_at_once(server: SftpServer, folder: Path, key: str) -> None:
    with pytest.raises(SourceError) as caught:
        place(server, folder, host_key=key)
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_a_key_of_one_kind_under_the_name_of_another_is_none(server: SftpServer, folder: Path) -> None:
    with pytest.raises(SourceError):
        place(server, folder, host_key=server.host_key().replace("ssh-ed25519", "ssh-rsa"))


def test_a_host_key_with_a_strange_letter_in_it_is_none(server: SftpServer, folder: Path) -> None:
    with pytest.raises(SourceError):
        place(server, folder, host_key=f"{server.host_key().split()[0]} !{server.host_key().split()[1]}")


def test_a_server_that_hangs_up_at_the_login_is_not_said_to_refuse_it(server: SftpServer, folder: Path) -> None:
    with a_door(server, None) as port:
        error = refusal(with_password(server, folder, port=str(port)))
    assert (error.reason, error.cause) == (SkipReason.UNREACHABLE, "it hung up at the login")


def test_a_key_the_server_does_not_know_is_refused(server: SftpServer, folder: Path) -> None:
    assert refusal(place(server, folder, "stranger")).reason is SkipReason.LOGIN_REFUSED
    assert last(place(server, folder, "stranger")).name == "login"


def test_a_wrong_password_is_refused(server: SftpServer, folder: Path) -> None:
    error = refusal(with_password(server, folder))
    assert error.reason is SkipReason.LOGIN_REFUSED
    assert "another-word" not in str(error)


@pytest.mark.parametrize("more", [{"password": "wrong"}, {"key": ""}])
def test_there_is_one_secret_neither_none_nor_two(server: SftpServer, folder: Path, more: dict[str, str]) -> None:
    with pytest.raises(SourceError) as caught:
        place(server, folder, **more)
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_keys_of_the_account_and_hosts_it_knows_are_not_used(
    server: SftpServer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / ".ssh" / "id_ed25519", server.key().encode()).chmod(0o600)
    write(tmp_path / ".ssh" / "known_hosts", f"[127.0.0.1]:{server.port} {server.host_key()}\n".encode())
    monkeypatch.setenv("HOME", str(tmp_path))
    assert refusal(place(server, folder, "stranger")).reason is SkipReason.LOGIN_REFUSED
    assert refusal(place(server, folder, host_key=public(server, "stranger"))).reason is SkipReason.UNREACHABLE


def test_a_server_that_is_not_on_the_list_is_not_gone_to(server: SftpServer) -> None:
    options = {"host": "127.0.0.1", "port": str(server.port), "user": "u", "path": "/", "password": "p"}
    options["host_key"] = server.host_key()
    for egress in ("", "127.0.0.2", "0.0.0.0/0", f"127.0.0.1:{server.port + 1}"):
        with pytest.raises(SourceError) as caught:
            SftpPlace(options, resolve=str, bounds=Bounds(1, Egress.of(egress)))
        assert caught.value.reason is SkipReason.NOT_ALLOWED


def test_nothing_at_the_port_is_told(server: SftpServer, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    assert refusal(place(server, folder, port=port)).reason is SkipReason.UNREACHABLE
    assert last(place(server, folder, port=port)).name == "port"


@pytest.mark.parametrize(
    "weak", ["Ciphers 3des-cbc", "Ciphers aes256-cbc", "Ciphers aes256-ctr\nMACs hmac-md5,hmac-sha1,hmac-sha1-96"]
)
def test_a_server_that_knows_only_old_ciphers_is_not_spoken_to(weak: str) -> None:
    with throwaway_sftp(weak) as old:
        error = refusal(place(old, old.home))
    assert (error.reason, "no safe way" in error.cause) == (SkipReason.UNREACHABLE, True)


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"SSH-2.0-x\r\n" + bytes(64), b"\xff" * 99])
def test_what_speaks_no_ssh_is_told(server: SftpServer, folder: Path, said: bytes) -> None:
    with serving(lambda line: line.sendall(said)) as port:
        check = last(place(server, folder, port=str(port)))
        assert (check.name, check.passed) == ("host key", False)
        assert refusal(place(server, folder, port=str(port))).reason is SkipReason.UNREACHABLE


def test_a_server_that_never_says_a_word_is_left(
    server: SftpServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "_SECONDS", 0.3)
    with serving(lambda line: line.recv(1 << 16) and line.recv(1 << 16) and line.recv(1)) as port:
        assert refusal(place(server, folder, port=str(port))).reason is SkipReason.UNREACHABLE


def test_a_password_opens_and_an_account_without_sftp_is_told(server: SftpServer, folder: Path) -> None:
    with a_door(server, "another-word") as port:
        check = last(with_password(server, folder, port=str(port)))
    assert (check.name, check.passed) == ("folder", False)
    assert "offers no SFTP" in check.message


# What lies there


def test_files_come_folder_by_folder_each_sorted(server: SftpServer, folder: Path) -> None:
    for name in ("z.csv", "deep/er/two.tsv", "deep/three.TXT", "a.csv", ".hidden/x.csv", "~$lock.xlsx"):
        write(folder / name)
    assert listed(server, folder) == [
        ("a.csv", None),
        ("deep/er/two.tsv", None),
        ("deep/three.TXT", None),
        ("z.csv", None),
    ]
    assert listed(server, folder, include="*.tsv") == [("deep/er/two.tsv", None)]


def test_a_listing_may_begin_below_the_root(server: SftpServer, folder: Path) -> None:
    write(folder / "a" / "b" / "c.csv")
    write(folder / "d.csv")
    with closing(place(server, folder)) as opened:
        assert [found.path for found in opened.files("a/b")] == ["a/b/c.csv"]


def test_more_names_than_one_answer_holds_all_come(server: SftpServer, folder: Path) -> None:
    names = [f"{number:04}-{'x' * 100}.csv" for number in range(1500)]
    for name in names:
        (folder / name).touch()
    assert [path for path, _ in listed(server, folder)] == names


def test_names_that_are_no_utf_8_are_files_like_others(server: SftpServer, folder: Path) -> None:
    write(Path(os.fsdecode(os.fsencode(folder) + b"/f\xfcr.csv")), b"x")
    with closing(place(server, folder)) as opened:
        (found,) = opened.files()
        assert read(opened, found.path) == b"x"


def test_a_mark_moves_with_the_content(server: SftpServer, folder: Path) -> None:
    path = write(folder / "a.csv")
    with closing(place(server, folder)) as opened:
        (first,) = opened.files()
        assert list(opened.files()) == [first]
        path.write_bytes(b"a,b\n1,2\n3,4\n")
        (second,) = opened.files()
        os.utime(path, (1, 1))
        (third,) = opened.files()
    assert (first.size, second.size) == (8, 12)
    assert len({first.mark, second.mark, third.mark}) == 3


def test_a_folder_that_may_not_be_read_is_told(server: SftpServer, folder: Path) -> None:
    write(folder / "shut" / "a.csv")
    write(folder / "z.csv")
    with shut(folder / "shut"), closing(place(server, folder)) as opened:
        found = list(opened.files())
    assert found == [
        FoundFile("shut", 0, "", SkipReason.NO_PERMISSION, is_folder=True),
        FoundFile("z.csv", 8, found[1].mark, None),
    ]


def test_a_root_that_may_not_be_read_is_no_empty_share(server: SftpServer, folder: Path) -> None:
    with shut(folder):
        assert refusal(place(server, folder)).reason is SkipReason.NO_PERMISSION
        check = last(place(server, folder))
    assert (check.name, check.passed) == ("listing", False)


@pytest.mark.parametrize("name", ["missing", "file.csv"])
def test_a_root_that_is_no_folder_is_told(server: SftpServer, folder: Path, name: str) -> None:
    write(folder / "file.csv")
    assert refusal(place(server, folder / name)).reason is SkipReason.UNREACHABLE
    check = last(place(server, folder / name))
    assert (check.name, check.passed) == ("folder", False)


def test_a_root_that_a_link_leads_to_is_the_folder_it_leads_to(server: SftpServer, folder: Path) -> None:
    write(folder / "real" / "a.csv")
    (folder / "link").symlink_to("real")
    assert listed(server, folder / "link") == [("a.csv", None)]


# What is read


@pytest.mark.parametrize(
    "path",
    ["../outside.csv", "/etc/passwd", "a/../../outside.csv", "", ".", "a//b", "link", "up/outside.csv", "a", "pipe"],
)
def test_nothing_outside_is_opened(server: SftpServer, folder: Path, path: str) -> None:
    root = folder / "root"
    write(folder / "outside.csv")
    write(root / "a" / "b")
    (root / "link").symlink_to(folder / "outside.csv")
    (root / "up").symlink_to("..")
    os.mkfifo(root / "pipe")
    with closing(place(server, root)) as opened:
        with pytest.raises(OSError):
            read(opened, path)
        assert read(opened, "a/b")


def test_a_folder_that_became_a_link_is_not_followed(server: SftpServer, folder: Path) -> None:
    root = folder / "root"
    write(folder / "other" / "a.csv")
    write(root / "sub" / "a.csv")
    with closing(place(server, root)) as opened:
        assert len(list(opened.files())) == 1
        shutil.rmtree(root / "sub")
        (root / "sub").symlink_to(folder / "other")
        with pytest.raises(OSError, match="leaves"):
            read(opened, "sub/a.csv")
        with pytest.raises(SourceError):
            list(opened.files("sub"))


# Helpers


def public(server: SftpServer, kind: str) -> str:
    return (server.home / f"client_{kind}.pub").read_text(encoding="utf-8").strip()


def with_password(server: SftpServer, folder: Path, **more: str) -> SftpPlace:
    return place(server, folder, "", password="wrong", **more)


class _Doorkeeper(paramiko.ServerInterface):
    def __init__(self, password: str | None, hang_up: Callable[[], object]) -> None:
        self._password = password
        self._hang_up = hang_up

    def check_auth_password(self, username: str, password: str) -> int:
        if self._password is None:
            self._hang_up()
        return paramiko.AUTH_SUCCESSFUL if password == self._password else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


@contextmanager
def a_door(server: SftpServer, password: str | None) -> Iterator[int]:
    """A server that lets in whoever knows the password, and offers nothing there; without one it hangs up."""
    key = paramiko.Ed25519Key.from_private_key_file(str(server.home / "host_ed25519"))
    open_: list[paramiko.Transport] = []

    def talk(line: socket.socket) -> None:
        transport = paramiko.Transport(line)
        open_.append(transport)
        transport.add_server_key(key)
        with suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=_Doorkeeper(password, lambda: line.shutdown(socket.SHUT_RDWR)))
            transport.join(10)

    with serving(talk) as port:
        yield port
    for transport in open_:
        transport.close()
