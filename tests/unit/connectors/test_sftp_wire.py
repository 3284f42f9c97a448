"""Answers of SFTP in every state, put together byte by byte."""

import stat
import struct
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SkipReason, SourceError
from connectors.places.remote import RemoteWalk
from connectors.places.sftp_files import SftpFiles
from connectors.places.sftp_wire import SftpWire

STATUS, HANDLE, DATA, NAME, ATTRS = 101, 102, 103, 104, 105
FILE, FOLDER, LINK = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755, stat.S_IFLNK | 0o777


class Script:
    """A line that answers each question with what ``answer`` says to its kind and body; None is silence."""

    def __init__(self, answer: Callable[[int, bytes], bytes]) -> None:
        self._answer = answer
        self._told = bytearray()
        self.asked: list[int] = []

    def sendall(self, data: bytes, /) -> None:
        kind, body = data[4], data[5:]
        self.asked.append(kind)
        self._told += self._answer(kind, body)

    def recv(self, most: int, /) -> bytes:
        piece = bytes(self._told[:most])
        del self._told[:most]
        return piece


def packet(kind: int, body: bytes) -> bytes:
    return struct.pack(">IB", len(body) + 1, kind) + body


def string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def status(code: int) -> bytes:
    return struct.pack(">I", code) + string(b"a word that quotes a name") + string(b"en")


def attributes(mode: int | None = FILE, size: int | None = 3) -> bytes:
    flags = 8 | (0 if size is None else 1) | (0 if mode is None else 4)
    told = b"" if size is None else struct.pack(">Q", size)
    return (
        struct.pack(">I", flags) + told + (b"" if mode is None else struct.pack(">I", mode)) + struct.pack(">II", 7, 9)
    )


def names(*listed: tuple[bytes, int | None]) -> bytes:
    entries = b"".join(string(name) + string(b"long name") + attributes(mode) for name, mode in listed)
    return struct.pack(">I", len(listed)) + entries


def serving(
    *listed: tuple[bytes, int | None],
    real: Callable[[bytes], bytes] = lambda path: path,
    alone: Mapping[bytes, bytes] | None = None,
) -> Script:
    """A server of one folder, ``/served``, whose subfolders are empty.

    Parameters:
        alone: what is told of a path that is asked for alone; folders unless told.
    """
    told = alone or {}
    given_out: list[bytes] = []

    def answer(kind: int, body: bytes) -> bytes:
        number, rest = body[:4], body[8:]
        if kind == 16:
            return packet(NAME, number + struct.pack(">I", 1) + string(real(rest)) + string(b"") + attributes())
        if kind == 11:
            return packet(HANDLE, number + string(rest))
        if kind == 7:
            return packet(ATTRS, number + told.get(rest, attributes(FOLDER)))
        if kind == 12 and rest == b"/served" and not given_out:
            given_out.append(rest)
            return packet(NAME, number + names(*listed))
        return packet(STATUS, number + status(1 if kind == 12 else 0))

    return Script(answer)


def walked(script: Script) -> list[tuple[str, SkipReason | None, bool]]:
    walk = RemoteWalk("A place", (), SftpFiles(SftpWire(script), b"/served").entries)
    return [(found.path, found.refused, found.is_folder) for found in walk.files()]


def test_names_that_lead_elsewhere_are_told_and_never_asked_for() -> None:
    script = serving(
        (b"..", FILE), (b"../../etc", FOLDER), (b"/etc", FOLDER), (b"", FILE), (b"a\0b", FILE), (b"z", FILE)
    )
    found = walked(script)
    assert [one[0] for one in found] == [f"unusable name {number}" for number in range(1, 6)] + ["z"]
    assert {one[1] for one in found[:5]} == {SkipReason.UNSAFE_PATH}
    assert script.asked.count(11) == 1


def test_not_even_what_a_name_that_leads_elsewhere_is_or_leads_to_is_asked() -> None:
    script = serving((b"../../etc", None), (b"../x", LINK))
    assert {one[1] for one in walked(script)} == {SkipReason.UNSAFE_PATH}
    assert (script.asked.count(16), script.asked.count(7)) == (2, 0)  # the folder alone, before and after


def test_the_folder_itself_and_the_one_above_are_no_entries() -> None:
    assert walked(serving((b".", FOLDER), (b"..", FOLDER), (b"z", FILE))) == [("z", None, False)]


@pytest.mark.parametrize(
    ("mode", "then", "expected"),
    [
        (None, attributes(None), [("a", SkipReason.UNREADABLE, False)]),
        (0o644, attributes(0o644), [("a", SkipReason.UNREADABLE, False)]),
        (0o644, attributes(FILE, None), [("a", SkipReason.UNREADABLE, False)]),
        (0o644, attributes(FILE), [("a", None, False)]),
        (None, attributes(stat.S_IFCHR), []),
        (stat.S_IFCHR, attributes(FILE), []),
        (0o755, attributes(FOLDER), []),
    ],
)
def test_what_does_not_say_its_kind_or_size_is_asked_alone_and_else_told_and_not_read(
    mode: int | None, then: bytes, expected: list[tuple[str, SkipReason | None, bool]]
) -> None:
    assert walked(serving((b"a", mode), alone={b"/served/a": then})) == expected


def test_what_cannot_even_be_asked_alone_is_told_and_the_rest_goes_on() -> None:
    script = serving((b"a", None), (b"z", FILE), alone={b"/served/a": b""})
    answer = script._answer
    script._answer = lambda kind, body: packet(STATUS, body[:4] + status(4)) if kind == 7 else answer(kind, body)
    assert walked(script) == [("a", SkipReason.UNREADABLE, False), ("z", None, False)]


def test_a_folder_that_leads_outside_is_not_listed() -> None:
    script = serving((b"sub", FOLDER), (b"z", FILE), real=lambda path: path.replace(b"/served/sub", b"/etc"))
    assert walked(script) == [("sub", SkipReason.UNSAFE_PATH, True), ("z", None, False)]


def test_a_link_is_told_where_the_server_says_that_it_leads_to_itself() -> None:
    assert walked(serving((b"sub", LINK), (b"z", FILE))) == [("sub", SkipReason.UNSAFE_PATH, False), ("z", None, False)]


def test_a_folder_below_a_link_is_neither_listed_nor_read_where_the_server_follows_it_unseen() -> None:
    script = serving((b"z", FILE), alone={b"/served/sub": attributes(LINK), b"/served/sub/z": attributes(FILE)})
    files = SftpFiles(SftpWire(script), b"/served")
    with pytest.raises(OSError, match="link on the path"):
        list(files.entries("sub/inner"))
    with pytest.raises(OSError, match="link on the path"), files.opened("sub/z"):
        pass
    assert not {3, 11} & set(script.asked)


def test_a_folder_that_became_a_link_is_not_listed() -> None:
    script = serving((b"sub", FOLDER), alone={b"/served/sub": attributes(LINK)})
    assert walked(script) == [("sub", SkipReason.UNSAFE_PATH, True)]


def test_a_folder_that_leads_outside_while_it_is_listed_is_not_told_of() -> None:
    asked: list[bytes] = []

    def real(path: bytes) -> bytes:
        asked.append(path)
        return path if len(asked) < 2 else b"/etc"

    with pytest.raises(SourceError):
        walked(serving((b"z", FILE), real=real))


def test_a_folder_beside_the_root_whose_name_begins_like_it_is_outside() -> None:
    script = serving((b"sub", FOLDER), real=lambda path: path.replace(b"/served/sub", b"/served2"))
    assert walked(script) == [("sub", SkipReason.UNSAFE_PATH, True)]


@pytest.mark.parametrize(
    ("code", "kind"),
    [(2, FileNotFoundError), (3, PermissionError), (4, OSError), (6, ConnectionError), (8, OSError), (99, OSError)],
)
def test_what_is_not_granted_is_of_the_fitting_class_and_without_the_servers_words(code: int, kind: type) -> None:
    wire = SftpWire(Script(lambda _, body: packet(STATUS, body[:4] + status(code))))
    with pytest.raises(kind) as caught:
        wire.opened(b"/served/a")
    assert "quotes" not in str(caught.value)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"\0\0",
        b"SSH-2.0",
        struct.pack(">I", 0),
        struct.pack(">I", 1 << 21) + bytes(1 << 21),
        packet(HANDLE, b"\xff\xff\xff\xff" + string(b"h")),
        packet(HANDLE, struct.pack(">I", 1) + b"\xff\xff\xff\xff"),
        packet(NAME, struct.pack(">I", 1) + string(b"h")),
    ],
)
def test_what_speaks_otherwise_is_left(told: bytes) -> None:
    with pytest.raises(ConnectionError):
        SftpWire(Script(lambda *_: told)).opened(b"/a")


def test_a_folder_whose_answers_hold_nothing_comes_to_an_end() -> None:
    def answer(kind: int, body: bytes) -> bytes:
        return packet(HANDLE, body[:4] + string(b"h")) if kind == 11 else packet(NAME, body[:4] + struct.pack(">I", 0))

    with pytest.raises(ConnectionError):
        list(SftpWire(Script(answer)).folder(b"/a"))


@given(st.lists(st.binary(max_size=200), max_size=6), st.integers(0, 3))
def test_whatever_is_answered_is_an_answer_or_an_error_of_files(told: list[bytes], kind: int) -> None:
    left = list(told)

    def answer(_: int, body: bytes) -> bytes:
        return packet((HANDLE, NAME, ATTRS, DATA)[kind], body[:4] + left.pop(0)) if left else b""

    wire = SftpWire(Script(answer))
    for ask in (lambda: list(wire.folder(b"/a")), lambda: wire.lstat(b"/a"), lambda: wire.read(b"h", 0, 100_000)):
        try:
            ask()
        except OSError:
            continue


CONTENT = bytes(range(256)) * 1000


def reading(most: int, turned: bool) -> Script:
    """A server of one file that gives at most so much at once, and may answer in another order."""
    held: list[bytes] = []

    def answer(_: int, body: bytes) -> bytes:
        offset, size = struct.unpack(">QI", body[-12:])
        piece = CONTENT[offset : offset + min(size, most)]
        told = packet(DATA, body[:4] + string(piece)) if piece else packet(STATUS, body[:4] + status(1))
        held.append(told)
        return b""

    script = Script(answer)

    def recv(size: int, /) -> bytes:
        if held:
            script._told += b"".join(reversed(held) if turned else held)
            held.clear()
        return Script.recv(script, size)

    script.recv = recv  # type: ignore[method-assign]  # answers come when they are waited for
    return script


@given(st.integers(0, 260_000), st.integers(1, 300_000), st.sampled_from([1, 1000, 32_767, 1 << 20]), st.booleans())
def test_what_is_read_is_a_beginning_of_what_was_asked_for(offset: int, size: int, most: int, turned: bool) -> None:
    data = SftpWire(reading(most, turned)).read(b"h", offset, size)
    assert CONTENT[offset : offset + size].startswith(data)
    assert data or offset >= len(CONTENT)


def test_more_than_was_asked_for_is_not_taken() -> None:
    wire = SftpWire(Script(lambda _, body: packet(DATA, body[:4] + string(bytes(101)))))
    with pytest.raises(ConnectionError):
        wire.read(b"h", 0, 100)


def test_once_the_line_broke_nothing_more_is_asked() -> None:
    script = serving((b"z", FILE))
    wire = SftpWire(script)

    def broken() -> Iterator[bytes]:
        for name, _ in wire.folder(b"/served"):
            yield name

    listing = broken()
    assert next(listing) == b"z"
    script.recv = lambda _: b""  # type: ignore[method-assign]  # from here on it is silent
    with pytest.raises(ConnectionError):
        list(listing)
    assert wire.is_over
    assert 4 not in script.asked


def one_file(real: tuple[bytes, bytes], seen: int = FILE, opened: int = FILE) -> Script:
    """A server of one file, which leads elsewhere and is something else before it is opened and after."""
    led = list(real)

    def answer(kind: int, body: bytes) -> bytes:
        number = body[:4]
        if kind == 16:
            return packet(NAME, number + struct.pack(">I", 1) + string(led.pop(0)) + string(b"") + attributes())
        if kind in (7, 8):
            return packet(ATTRS, number + attributes(seen if kind == 7 else opened))
        return packet(HANDLE, number + string(b"h")) if kind == 3 else packet(STATUS, number + status(0))

    return Script(answer)


@pytest.mark.parametrize("mode", [LINK, FOLDER, stat.S_IFIFO, stat.S_IFCHR, None])
def test_what_is_no_file_is_not_even_opened(mode: int | None) -> None:
    script = one_file((b"/served/a", b"/served/a"), seen=mode)  # type: ignore[arg-type]  # a server need not tell
    with pytest.raises(OSError, match=r"not a file|a link"), SftpFiles(SftpWire(script), b"/served").opened("a"):
        pass
    assert 3 not in script.asked


def test_an_open_file_whose_size_is_not_told_is_not_taken_for_an_empty_one() -> None:
    script = one_file((b"/served/a", b"/served/a"))
    answer = script._answer
    untold = attributes(FILE, None)
    script._answer = lambda kind, body: packet(ATTRS, body[:4] + untold) if kind == 8 else answer(kind, body)
    with pytest.raises(OSError, match="not a file"), SftpFiles(SftpWire(script), b"/served").opened("a"):
        pass


def test_what_leads_outside_is_not_even_opened() -> None:
    script = one_file((b"/etc/a", b"/served/a"))
    with pytest.raises(OSError, match="leaves"), SftpFiles(SftpWire(script), b"/served").opened("a"):
        pass
    assert 3 not in script.asked


@pytest.mark.parametrize(
    ("after", "opened", "why"), [(b"/etc/a", FILE, "leaves"), (b"/served/a", stat.S_IFCHR, "not a file")]
)
def test_what_became_something_else_while_it_was_opened_is_let_go_unread(after: bytes, opened: int, why: str) -> None:
    script = one_file((b"/served/a", after), opened=opened)
    with pytest.raises(OSError, match=why), SftpFiles(SftpWire(script), b"/served").opened("a"):
        pass
    assert (script.asked.count(3), script.asked.count(4), script.asked.count(5)) == (1, 1, 0)


def test_a_file_that_stays_what_it_is_is_opened() -> None:
    with SftpFiles(SftpWire(one_file((b"/served/a", b"/served/a"))), b"/served").opened("a") as stream:
        assert stream.readable()
