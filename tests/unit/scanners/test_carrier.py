"""The line between the process that carries a source's bytes and the one that understands them; neither trusts the
other.
"""

import io
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import plugins
from catalog.errors import DatasetError, SettingsError, SkipReason, SourceError
from catalog.ports import Check, FoundFile
from connectors.places.local import LocalPlace
from scanners import beats, carrier, line
from scanners.carried import Carried, GoneError
from scanners.carrier import Carrier, Errand
from tests.support.bounds import here

CANARY = "219-09-9998"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    (folder / "inner" / ".git").mkdir(parents=True)
    (folder / "calls.csv").write_bytes(bytes(range(256)) * 1024)
    (folder / "inner" / "notes.txt").write_text("A note.")
    for hidden in (".ssh", "inner/.git/config"):
        (folder / hidden).write_text("a secret")
    (tmp_path / "outside.csv").write_text("outside")
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    return folder


@contextmanager
def carrying(made: Carrier) -> Iterator[socket.socket]:
    """A line to a carrier that serves it, in a thread instead of a process."""
    ours, theirs = socket.socketpair()
    with ours:
        serving = threading.Thread(target=_serve, args=(theirs, made))
        serving.start()
        yield ours
        ours.close()
        serving.join(10)
        assert not serving.is_alive(), "it ends with the other side"


def _serve(theirs: socket.socket, made: Carrier) -> None:
    with theirs:
        carrier.serve(theirs, made)


Carry = Callable[..., AbstractContextManager[Carried]]


@pytest.fixture
def carry(share: Path, monkeypatch: pytest.MonkeyPatch) -> Carry:
    """Makes a place that is carried; by default that of the share."""

    @contextmanager
    def make(place: Callable[..., object] = LocalPlace, **options: str) -> Iterator[Carried]:
        monkeypatch.setattr(plugins, "load", lambda *_: place)
        with carrying(Carrier(Errand("sftp", {"path": str(share), **options}, 512, 1))) as ours:
            yield Carried(ours)

    return make


def test_files_are_found_as_they_are_without_a_carrier(carry: Carry, share: Path) -> None:
    with carry() as place:
        there = list(LocalPlace({"path": str(share)}, resolve=str, bounds=here()).files())
        assert list(place.files()) == there
        assert [file.path for file in place.files("inner")] == ["inner/notes.txt"]
        assert {file.path: file.refused for file in there}["link.csv"] is SkipReason.UNSAFE_PATH
        assert place.label == "File share share"
        assert all(check.passed for check in place.check())
        assert place.view() == ""


@given(parts=st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 200_000)), max_size=8))
def test_any_parts_of_a_file_are_those_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("share")
    data = bytes(range(256)) * 1024
    (folder / "x.bin").write_bytes(data)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plugins, "load", lambda *_: LocalPlace)
        with (
            carrying(Carrier(Errand("sftp", {"path": str(folder)}, 512, 1))) as ours,
            Carried(ours).opened("x.bin") as stream,
        ):
            for at, length in parts:
                stream.seek(at)
                assert stream.read(length) == data[at : at + length]
            assert stream.seek(-10, io.SEEK_END) == len(data) - 10
            assert stream.read() == data[-10:]


def test_more_files_than_one_answer_holds_are_all_found(carry: Carry, share: Path) -> None:
    for number in range(2 * carrier.MOST_FOUND + 1):
        (share / f"f{number:05}.csv").touch()
    with carry(include="f*.csv") as place:
        assert [file.path for file in place.files()] == [f"f{n:05}.csv" for n in range(2 * carrier.MOST_FOUND + 1)]


def test_walks_left_halfway_do_not_add_up(carry: Carry, share: Path) -> None:
    with carry() as place:
        for _ in range(40):
            next(place.files())
        assert len(list(place.files())) == 3
    made = Carrier(Errand("sftp", {"path": str(share)}, 512, 1))
    made.close()


def test_a_walk_left_halfway_stays_nowhere_and_nobody_takes_many_at_once(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(carrier.MOST_FOUND):
        (share / f"f{number:05}.csv").touch()
    monkeypatch.setattr(plugins, "load", lambda *_: LocalPlace)
    made = Carrier(Errand("sftp", {"path": str(share)}, 512, 1))
    with carrying(made) as ours:
        place = Carried(ours)
        halfway = place.files()
        next(halfway)
        assert len(made._walks) == 1
        halfway.close()
        assert not made._walks
    first, *others = [made.answer({"op": "walk", "below": ""})[0]["walk"] for _ in range(8)]
    with pytest.raises(line.LineError):
        made.answer({"op": "walk", "below": ""})
    assert made.answer({"op": "found", "walk": first})[0]["files"], "the oldest is still in use"
    for walk in (first, *others, *others):
        assert made.answer({"op": "leave", "walk": walk}) == ({}, b"")
    assert not made._walks
    made.close()


def test_a_walk_that_failed_is_gone(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "load", lambda *_: Failing)
    made = Carrier(Errand("sftp", {"path": str(share)}, 512, 1))
    walk = made.answer({"op": "walk", "below": ""})[0]["walk"]
    assert "failed" in made.answer({"op": "found", "walk": walk})[0]
    with pytest.raises(line.LineError):
        made.answer({"op": "found", "walk": walk})


def test_a_walk_that_finds_nothing_tells_that_it_goes_on(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "load", lambda *_: LocalPlace)
    for number in range(20):
        (share / f"d{number}").mkdir()
    told, heard = list[str](), list[str]()
    made = Carrier(Errand("sftp", {"path": str(share), "include": "*.none"}, 512, 1), lambda: told.append(""))
    assert made.answer({"op": "found", **made.answer({"op": "walk", "below": ""})[0]})[0]["files"] == []
    assert len(told) > 20
    with telling({"walk": 1}, line.BEAT, line.BEAT, {"files": [GOOD], "more": False}) as place:
        place._beat = lambda: heard.append("")
        assert [file.path for file in place.files()] == ["a.csv"]
    assert len(heard) == 4


def test_a_beat_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now, told = [0.0], list[float]()
    monkeypatch.setattr(beats.time, "monotonic", lambda: now[0])
    beat = beats.Beat(lambda: told.append(now[0]))
    for tenth in range(21):
        now[0] = tenth / 8
        for _ in range(10):
            beat()
    assert told == [0.5, 1.0, 1.5, 2.0, 2.5]


@pytest.mark.parametrize(
    "path",
    [
        "../outside.csv", "inner/../../outside.csv", "/etc/passwd", "", ".", "..", "inner//notes.txt", "inner/", "\0",
        "calls.csv\0", ".ssh", "inner/.git/config", "~$calls.csv", "./calls.csv", "x" * 30_000,
    ],
)  # fmt: skip
def test_what_no_walk_comes_upon_is_not_opened(carry: Carry, path: str) -> None:
    with carry() as place, pytest.raises(PermissionError), place.opened(path):
        pass


@pytest.mark.parametrize("below", ["..", "inner/..", "/etc", "inner/.git", ".", "inner//x"])
def test_no_walk_begins_outside_the_share(carry: Carry, below: str) -> None:
    with carry() as place, pytest.raises(PermissionError):
        list(place.files(below))


def test_a_file_that_is_not_asked_for_is_not_opened(carry: Carry) -> None:
    with carry(include="*.csv") as place:
        with place.opened("calls.csv") as stream:
            assert stream.read(2) == b"\0\1"
        with pytest.raises(PermissionError), place.opened("inner/notes.txt"):
            pass


def test_what_a_database_that_is_asked_for_wrote_ahead_is_found_beside_it(carry: Carry, share: Path) -> None:
    (share / "x.db-wal").write_bytes(b"ahead")
    (share / ".x.db-wal").touch()
    with carry(include="*.db") as place:
        with place.opened("x.db-wal") as stream:
            assert stream.read() == b"ahead"
        with pytest.raises(FileNotFoundError), place.opened("y.db-journal"):
            pass
        for path in ("x.csv-wal", ".x.db-wal", "../x.db-wal", "-wal"):
            with pytest.raises(PermissionError), place.opened(path):
                pass


def test_a_link_leads_nowhere(carry: Carry) -> None:
    with carry() as place, pytest.raises(OSError, match="the place could not read it"), place.opened("link.csv"):
        pass


def test_no_more_files_are_open_than_are_read(carry: Carry) -> None:
    with carry() as place:
        for _ in range(200):
            with place.opened("calls.csv") as stream:
                assert stream.read(1)
        with ExitStack() as held:
            for _ in range(64):
                held.enter_context(place.opened("calls.csv"))
            with pytest.raises(PermissionError):
                held.enter_context(place.opened("calls.csv"))
        with place.opened("calls.csv") as stream:
            assert stream.read(1)


class Failing(LocalPlace):
    """Opens files of which everything beyond the first bytes fails, as ``error`` says."""

    error: BaseException = ConnectionError(CANARY)

    def opened(self, path: str) -> AbstractContextManager[io.BufferedReader]:
        return io.BufferedReader(Torn(self.error), 16)

    def check(self) -> tuple[Check, ...]:
        raise self.error

    def files(self, below: str = "") -> Iterator[FoundFile]:
        yield FoundFile("a.csv", 1, "", None)
        raise self.error


class Torn(io.RawIOBase):
    """A file of a hundred bytes that cannot be read."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return offset + (100 if whence == io.SEEK_END else 0)

    def tell(self) -> int:
        return 0

    def readinto(self, _: object, /) -> int:
        raise self._error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionResetError(CANARY), ConnectionError),
        (TimeoutError(CANARY), TimeoutError),
        (FileNotFoundError(CANARY), FileNotFoundError),
        (PermissionError(CANARY), PermissionError),
        (OSError(CANARY), OSError),
        (ValueError(CANARY), SourceError),
        (MemoryError(CANARY), SourceError),
        (DatasetError("A file", "it is gone", "Look.", reason=SkipReason.VANISHED), DatasetError),
        (SourceError("A share", "it is shut", "Look.", reason=SkipReason.LOGIN_REFUSED), SourceError),
        (SettingsError("A share", "a package is missing", "Install it."), SourceError),
    ],
)
def test_errors_come_over_by_their_kind_and_without_a_drivers_text(
    carry: Carry, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type[Exception]
) -> None:
    monkeypatch.setattr(Failing, "error", error)
    with carry(Failing) as place, place_fails(kind) as caught, place.opened("a.csv") as stream:
        stream.read(1)
    assert CANARY not in repr(caught)
    if isinstance(error, SourceError):
        assert (str(caught[0]), caught[0].reason) == (str(error), error.reason)


@contextmanager
def place_fails(kind: type[Exception]) -> Iterator[list[Any]]:
    caught: list[Any] = []
    with pytest.raises(kind) as raised:
        yield caught
    caught.append(raised.value)
    if kind in (SourceError, OSError):
        assert type(raised.value) is kind


@pytest.mark.parametrize("swallows", [True, False])
def test_a_part_that_could_not_be_fetched_is_the_error_whatever_its_reader_made_of_it(
    carry: Carry, monkeypatch: pytest.MonkeyPatch, swallows: bool
) -> None:
    monkeypatch.setattr(Failing, "error", ConnectionResetError())
    with carry(Failing) as place, pytest.raises(ConnectionError), place.opened("a.csv") as stream:
        read_carelessly(stream, swallows=swallows)


def read_carelessly(stream: io.BufferedReader, *, swallows: bool) -> None:
    try:
        stream.read()
    except OSError:
        if not swallows:
            raise ValueError("the file is torn") from None


def test_a_listing_that_fails_halfway_is_not_complete(carry: Carry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Failing, "error", SourceError("A share", "it broke", "", reason=SkipReason.UNREACHABLE))
    with carry(Failing) as place, pytest.raises(SourceError, match="it broke"):
        list(place.files())


def test_settings_that_cannot_be_used_are_told_and_may_be_asked_about_again(carry: Carry) -> None:
    with pytest.raises(SourceError, match="unknown name") as caught, carry(pathh="x"):
        pass
    assert caught.value.reason is SkipReason.BAD_SETTINGS
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plugins, "load", lambda *_: LocalPlace)
        with carrying(Carrier(Errand("sftp", {}, 512, 1))) as ours:
            for _ in range(2):
                with pytest.raises(SourceError, match="the option path is missing"):
                    Carried(ours)


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"op": "write"}, {"op": "open"}, {"op": "open", "path": 1}, {"op": "read", "file": 9, "at": 0, "most": 1},
        {"op": "shut", "file": 9}, {"op": "found", "walk": 9}, {"op": "walk"}, {"op": ["begin"]},
        {"op": "read", "file": "1", "at": 0, "most": 1},
    ],
)  # fmt: skip
def test_a_carrier_hangs_up_on_what_was_not_agreed(share: Path, asked: Mapping[str, Any]) -> None:
    with carrying(Carrier(Errand("sftp", {"path": str(share)}, 512, 1))) as ours:
        line.send(ours, asked)
        assert ours.recv(1) == b""


@pytest.mark.parametrize(("at", "most"), [(-1, 1), (0, 0), (0, line.PIECE + 1), (2**63, 1), (0, -1), ("0", 1)])
def test_a_carrier_reads_no_part_that_is_none(
    share: Path, monkeypatch: pytest.MonkeyPatch, at: object, most: object
) -> None:
    monkeypatch.setattr(plugins, "load", lambda *_: LocalPlace)
    with carrying(Carrier(Errand("sftp", {"path": str(share)}, 512, 1))) as ours:
        line.send(ours, {"op": "open", "path": "calls.csv"})
        opened, _ = line.receive(ours)
        line.send(ours, {"op": "read", "file": opened["file"], "at": at, "most": most})
        assert ours.recv(1) == b""


def frame(text: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">II", len(text), len(data)) + text + data


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"\0", frame(b"{")[:-1], frame(b"{"), frame(b"[]"), frame(b"[" * 100_000), struct.pack(">II", 2**31, 0),
        struct.pack(">II", 2, 2**31) + b"{}", frame(b'{"label": 7}'), frame(b"{}"), frame(b"\xff"),
        frame(json.dumps({"label": "x" * 30_000}).encode()), frame(b'{"error": {"reason": "x"}, "of_dataset": false}'),
    ],
)  # fmt: skip
def test_whatever_else_a_carrier_sends_is_not_taken(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(GoneError) as caught:
            Carried(ours)
        assert caught.value.reason is SkipReason.UNREACHABLE


def telling(*answers: Mapping[str, Any] | tuple[Mapping[str, Any], bytes]) -> AbstractContextManager[Carried]:
    """A place carried by a process that gives these answers, whatever it is asked."""

    @contextmanager
    def make() -> Iterator[Carried]:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            for answer in ({"label": "A share"}, *answers):
                line.send(theirs, *(answer if isinstance(answer, tuple) else (answer,)))
            theirs.shutdown(socket.SHUT_WR)
            yield Carried(ours)

    return make()


GOOD = ["a.csv", 1, "m", None, False]


@pytest.mark.parametrize(
    "told",
    [
        [], GOOD[:-1], [*GOOD, 1], ["../a", *GOOD[1:]], ["/a", *GOOD[1:]], ["a\0b", *GOOD[1:]], [7, *GOOD[1:]],
        ["a", -1, "m", None, False], ["a", "1", "m", None, False], ["a", 2**63, "m", None, False],
        ["a", 1, None, None, False], ["a", 1, "m" * 30_000, None, False], ["a", 1, "m", "a new reason", False],
        ["a", 1, "m", None, None],
    ],
)  # fmt: skip
def test_a_file_that_is_told_as_none_is_not_taken(told: list[object]) -> None:
    with telling({"walk": 1}, {"files": [GOOD, told], "more": False}) as place, pytest.raises(GoneError):
        list(place.files())


@pytest.mark.parametrize(
    "answer", [{"files": [GOOD] * 501, "more": False}, {"files": "a", "more": False}, {"files": [GOOD], "more": 1}]
)
def test_an_answer_of_another_form_is_not_taken(answer: Mapping[str, Any]) -> None:
    with telling({"walk": 1}, answer) as place, pytest.raises(GoneError):
        list(place.files())


STEP = {"name": "a", "passed": True, "message": "it is accepted"}


@pytest.mark.parametrize("checks", ["x", [{}], [{"name": "a", "passed": True, "message": "x" * 700}], [STEP] * 501])
def test_steps_of_another_form_are_not_taken(checks: object) -> None:
    with telling({"checks": checks}) as place, pytest.raises(GoneError):
        place.check()


def test_more_bytes_than_were_asked_for_are_not_taken() -> None:
    opened = {"file": 1, "size": 5}
    with telling(opened, ({}, b"123456")) as place, pytest.raises(GoneError), place.opened("a.csv") as stream:
        stream.read()


def test_fewer_bytes_than_there_should_be_are_a_file_that_changed_whatever_its_reader_made_of_it() -> None:
    opened = {"file": 1, "size": 5}
    with (
        telling(opened, ({}, b"123"), ({}, b""), {}) as place,
        pytest.raises(FileNotFoundError),
        place.opened("a.csv") as stream,
    ):
        read_carelessly(stream, swallows=True)


def test_nothing_is_waited_for_once_it_is_called_off() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        line.send(theirs, {"label": "A share"})
        place = Carried(ours)
        calling = threading.Timer(0.1, place.cancel)
        calling.start()
        with pytest.raises(GoneError):
            place.view()
        calling.join()
        with pytest.raises(GoneError):
            place.view()


def test_a_frame_too_long_is_not_sent() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(1)  # nobody listens
    for message, data in (({}, bytes(line.PIECE + 1)), ({"label": "x" * 4_000_000}, b"")):
        with pytest.raises(line.LineError, match="longer than agreed"):
            line.send(ours, message, data)
    ours.close()
    theirs.close()


def test_a_frame_too_long_is_not_taken() -> None:
    ours, theirs = socket.socketpair()
    text = json.dumps({"label": "A share"}).encode()
    with ours, theirs:
        sending = threading.Thread(target=_send_all, args=(theirs, frame(text, bytes(line.PIECE + 1))))
        sending.start()
        with pytest.raises(GoneError):
            Carried(ours)
        sending.join()


def _send_all(there: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        there.sendall(data)
