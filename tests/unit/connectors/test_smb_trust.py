"""SMB shares, read from a real server: who is let in there, and who is believed."""

from collections.abc import Callable, Iterator

import pytest

from catalog.errors import SkipReason, SourceError
from connectors.places.smb import SmbPlace
from tests.support.middleman import middleman
from tests.support.smb_reading import HERE, paths, place, read, why
from tests.support.smb_server import PASSWORD, Samba, samba

SIGNED = 0x08
GUESTS = "map to guest = bad user\nguest account = nobody"


@pytest.fixture(scope="module")
def server() -> Iterator[Samba]:
    shut_out = "[shut]\npath = /\nvalid users = root"
    with samba(shut_out) as running:
        yield running


@pytest.fixture
def share(server: Samba) -> Iterator[Samba]:
    """The server with a share that is empty but for what the test puts there."""
    yield server
    server.clear()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"password": "wrong"}, SkipReason.LOGIN_REFUSED),
        ({"user": "nemo"}, SkipReason.LOGIN_REFUSED),
        ({"share": "elsewhere"}, SkipReason.UNREACHABLE),
        ({"share": "shut"}, SkipReason.NO_PERMISSION),
        ({"share": "IPC$"}, SkipReason.UNREACHABLE),
        ({"path": "nowhere"}, SkipReason.UNREACHABLE),
        ({"port": "1"}, SkipReason.UNREACHABLE),
        ({"share": "a\\b"}, SkipReason.BAD_SETTINGS),
        ({"encrypt": "maybe"}, SkipReason.BAD_SETTINGS),
        ({"password": ""}, SkipReason.BAD_SETTINGS),
        ({"host": "192.0.2.1"}, SkipReason.NOT_ALLOWED),
    ],
)
def test_what_cannot_be_read_says_why(share: Samba, more: dict[str, str], reason: SkipReason) -> None:
    assert why(share, **more) is reason


def test_a_secret_that_is_empty_is_refused_before_anybody_is_asked(share: Samba) -> None:
    with pytest.raises(SourceError, match="secret of password is empty"):
        SmbPlace(share.options(), resolve=lambda _: "", bounds=HERE)


def test_a_check_goes_step_by_step_up_to_the_first_that_fails(share: Samba) -> None:
    def steps(**more: str) -> list[tuple[str, bool]]:
        with place(share, **more) as smb:
            return [(each.name, each.passed) for each in smb.check()]

    way = [("name", True), ("port", True), ("protocol", True)]
    assert steps() == [*way, ("login", True), ("share", True), ("listing", True)]
    assert steps(password="wrong") == [*way, ("login", False)]
    assert steps(share="nowhere") == [*way, ("login", True), ("share", False)]
    assert steps(path="nowhere") == [*way, ("login", True), ("share", True), ("listing", False)]
    assert steps(port="1") == [("name", True), ("port", False)]


def test_no_error_shows_the_password(share: Samba) -> None:
    with place(share) as smb:
        assert PASSWORD not in repr(smb.__dict__)
        assert all(PASSWORD not in each.message for each in smb.check())


def test_being_let_in_as_a_guest_is_refused() -> None:
    with samba(GUESTS) as server:
        assert why(server, user="nemo") is SkipReason.LOGIN_REFUSED
        assert why(server, user="nemo", encrypt="no") is SkipReason.LOGIN_REFUSED
        assert paths(server) == []


def test_a_server_that_cannot_encrypt_is_read_unless_encryption_is_wanted() -> None:
    with samba("server smb encrypt = off") as server:
        server.put({"a.csv": b"1"})
        assert paths(server) == ["a.csv"]
        assert why(server, encrypt="yes") is SkipReason.UNREACHABLE


def test_a_server_that_speaks_only_the_first_version_is_not_read() -> None:
    with samba("server min protocol = NT1\nserver max protocol = NT1") as server:
        with place(server) as smb:
            assert [each.name for each in smb.check() if not each.passed] == ["protocol"]
        assert why(server) is SkipReason.UNREACHABLE


def _overheard(share: Samba, **more: str) -> bytes:
    heard: list[bytes] = []

    def listen(data: bytes) -> bytes:
        heard.append(data)
        return data

    with middleman(share.port, listen) as between:
        assert read(share, "a.csv", port=str(between.port), **more) == b"made up, and secret" * 10
    return b"".join(heard)


def test_what_is_read_cannot_be_overheard_where_the_server_encrypts(share: Samba) -> None:
    share.put({"a.csv": b"made up, and secret" * 10})
    assert b"and secret" not in _overheard(share)
    assert b"and secret" not in _overheard(share, encrypt="yes")
    assert b"and secret" in _overheard(share, encrypt="no")


def _unsigned(data: bytes) -> bytes:
    """Answers as somebody would send them who does not know the account: changed, and not signed."""
    start = data.find(b"\xfeSMB")
    if start < 0 or b"true words" not in data:
        return data
    flags = data[start + 16] & ~SIGNED
    bare = data[: start + 16] + bytes([flags]) + data[start + 17 : start + 48] + bytes(16) + data[start + 64 :]
    return bare.replace(b"true words", b"false word")


def _still_signed(data: bytes) -> bytes:
    return data.replace(b"true words", b"false word")


@pytest.mark.parametrize("change", [_unsigned, _still_signed])
def test_what_somebody_in_the_middle_changes_is_not_believed(share: Samba, change: Callable[[bytes], bytes]) -> None:
    share.put({"a.csv": b"true words"})
    with (
        middleman(share.port, change) as between,
        place(share, port=str(between.port), encrypt="no") as smb,
        smb.opened("a.csv") as stream,
        pytest.raises(ConnectionError),
    ):
        stream.read()


@pytest.mark.parametrize("encrypt", ["auto", "yes", "no"])
@pytest.mark.parametrize("command", [0, 1, 8])  # greeting and login, which are not signed, and reading
@pytest.mark.parametrize("session", [True, False])
def test_an_answer_of_somebody_else_is_not_believed_whatever_it_says_that_it_answers(
    share: Samba, encrypt: str, command: int, session: bool
) -> None:
    share.put({"a.csv": b"true words"})
    in_the_clear = b"\xfeSMB" + (64).to_bytes(2, "little") + bytes(10) + bytes([1]) + bytes(47)
    now: list[int] = []

    def change(data: bytes) -> bytes:
        if not now or data[4:8] not in (b"\xfdSMB", b"\xfeSMB"):
            return data
        reply = bytearray(in_the_clear)
        reply[24:32] = now[0].to_bytes(8, "little")
        reply[12:14] = command.to_bytes(2, "little")
        number = data[44:52] if data[4] == 0xFE else data[48:56]
        reply[40:48] = number if session else bytes(8)
        body = (17).to_bytes(2, "little") + bytes([80, 0]) + (10).to_bytes(4, "little") + bytes(8) + b"false word"
        return (len(reply) + len(body)).to_bytes(4, "big") + bytes(reply) + body

    with (
        middleman(share.port, change) as between,
        place(share, port=str(between.port), encrypt=encrypt) as smb,
        smb.opened("a.csv") as stream,
    ):
        assert smb._line is not None
        now.append(smb._line.sequence_window["low"])
        with pytest.raises(ConnectionError):
            stream.read()
