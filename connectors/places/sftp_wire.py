"""The questions of SFTP that only look: version 3 of the protocol, spoken over whatever carries it.

Written here because of names: paramiko's own client fails a whole folder for one name that is no UTF-8, as old shares
have many. And because nothing that changes a file can be said with it.
https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02
"""

import stat
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import NoReturn, Protocol

_VERSION = 3
_LONGEST = 1 << 20
"""Of an answer; servers keep to a quarter of that."""
_PIECE = 32_768
"""What every server gives at once."""
_FOR_READING = 1


class _Kind(IntEnum):
    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    LSTAT = 7
    FSTAT = 8
    OPENDIR = 11
    READDIR = 12
    REALPATH = 16
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105


class Line(Protocol):
    """What carries the protocol; both raise ``ConnectionError`` or ``TimeoutError``."""

    def sendall(self, data: bytes, /) -> object:
        """Send all of it."""

    def recv(self, most: int, /) -> bytes:
        """Receive something, nothing only at the end."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a server tells of a file; None where it does not.

    Parameters:
        size: in bytes.
        mode: its kind and permissions, as POSIX numbers them.
        changed: in seconds since 1970.
    """

    size: int | None
    mode: int | None
    changed: int | None

    @property
    def is_link(self) -> bool:
        """Whether it is a link."""
        return stat.S_ISLNK(self.mode or 0)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.mode or 0)

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return stat.S_ISREG(self.mode or 0)

    @property
    def is_told(self) -> bool:
        """Whether the server says what it is, and of a file how large."""
        return stat.S_IFMT(self.mode or 0) != 0 and (self.size is not None or not self.is_file)

    @property
    def mark(self) -> str:
        """What moves when the content does; empty where the server tells too little."""
        return "" if self.changed is None or self.size is None else f"{self.changed}.{self.size}"


class SftpWire:
    """One conversation, one question at a time. After a ``ConnectionError`` or ``TimeoutError`` ``is_over`` says so.

    All its questions raise ``FileNotFoundError``, ``PermissionError`` or another ``OSError`` for what the server does
    not grant.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._number = 0
        self.is_over = False

    def begin(self) -> None:
        """Agree on the version."""
        self._send(_Kind.INIT, struct.pack(">I", _VERSION))
        kind, answer = self._packet()
        if kind != _Kind.VERSION or answer.number() < _VERSION:
            _garbled()

    def real(self, path: bytes) -> bytes:
        """A path with its links followed, absolute."""
        answer = self._asked(_Kind.REALPATH, _string(path), _Kind.NAME)
        if answer.number() != 1:
            _garbled()
        return answer.string()

    def lstat(self, path: bytes) -> Status:
        """What a path is, a link being a link."""
        return self._asked(_Kind.LSTAT, _string(path), _Kind.ATTRS).status()

    def folder(self, path: bytes) -> Iterator[tuple[bytes, Status]]:
        """What is in a folder, in the server's order, without the folder and the one above."""
        handle = self._asked(_Kind.OPENDIR, _string(path), _Kind.HANDLE).string()
        try:
            while answer := self._until_end(_Kind.READDIR, _string(handle), _Kind.NAME):
                for _ in range(answer.number() or _garbled()):
                    name = answer.string()
                    answer.string()  # the same again, for eyes
                    status = answer.status()
                    if name not in {b".", b".."} or not status.is_folder:
                        yield name, status
        finally:
            self._close(handle)

    def opened(self, path: bytes) -> bytes:
        """A handle of a file, for reading only."""
        return self._asked(_Kind.OPEN, _string(path) + struct.pack(">II", _FOR_READING, 0), _Kind.HANDLE).string()

    def fstat(self, handle: bytes) -> Status:
        """What an open file is."""
        return self._asked(_Kind.FSTAT, _string(handle), _Kind.ATTRS).status()

    def read(self, handle: bytes, offset: int, most: int) -> bytes:
        """Up to so many bytes of an open file; fewer do not mean that it ends, none do."""
        pieces = [(start, min(_PIECE, most - start)) for start in range(0, most, _PIECE)]
        numbers = [
            self._ask(_Kind.READ, _string(handle) + struct.pack(">QI", offset + start, size)) for start, size in pieces
        ]
        # All is taken from the line before anything is said of it.
        answers = self._answers(numbers)
        data = bytearray()
        for start, size in pieces:
            piece = _told(*answers.pop(0), _Kind.DATA)
            if piece is None or len(data) < start:
                break
            data += piece.string()
            if len(data) > start + size:
                _garbled()
        return bytes(data)

    def close(self, handle: bytes) -> None:
        """Let an open file go."""
        self._close(handle)

    def _close(self, handle: bytes) -> None:
        if not self.is_over:
            self._answers([self._ask(_Kind.CLOSE, _string(handle))])

    def _asked(self, kind: _Kind, body: bytes, wanted: _Kind) -> "_Answer":
        answer = self._until_end(kind, body, wanted)
        if answer is None:
            raise OSError("nothing there")
        return answer

    def _until_end(self, kind: _Kind, body: bytes, wanted: _Kind) -> "_Answer | None":
        return _told(*self._answers([self._ask(kind, body)])[0], wanted)

    def _ask(self, kind: _Kind, body: bytes) -> int:
        self._number = (self._number + 1) % (1 << 32)
        self._send(kind, struct.pack(">I", self._number) + body)
        return self._number

    def _send(self, kind: _Kind, body: bytes) -> None:
        with self._over():
            self._line.sendall(struct.pack(">IB", len(body) + 1, kind) + body)

    def _answers(self, numbers: Sequence[int]) -> list[tuple[int, "_Answer"]]:
        """The answers to these questions in their order; a server may answer in another."""
        found: dict[int, tuple[int, _Answer]] = {}
        for _ in numbers:
            kind, answer = self._packet()
            found[answer.number()] = kind, answer
        with self._over():
            if found.keys() != set(numbers):
                _garbled()
        return [found[number] for number in numbers]

    def _packet(self) -> tuple[int, "_Answer"]:
        with self._over():
            (length,) = struct.unpack(">I", self._exactly(4))
            if not 5 <= length <= _LONGEST:
                _garbled()
            packet = self._exactly(length)
        return packet[0], _Answer(packet[1:])

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            received = self._line.recv(size - len(data))
            if not received:
                raise ConnectionResetError("the line ended")
            data += received
        return bytes(data)

    @contextmanager
    def _over(self) -> Iterator[None]:
        try:
            yield
        except (ConnectionError, TimeoutError):
            self.is_over = True
            raise


class _Answer:
    """What is in one answer, read from its beginning."""

    _SIZE, _OWNER, _MODE, _TIMES, _MORE = 1, 2, 4, 8, 1 << 31

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def taken(self, size: int) -> bytes:
        """The next bytes."""
        piece = self._data[self._at : self._at + size]
        if len(piece) < size:
            _garbled()
        self._at += size
        return piece

    def number(self, size: int = 4) -> int:
        """The next number, of so many bytes."""
        return int.from_bytes(self.taken(size), "big")

    def string(self) -> bytes:
        """The next string."""
        return self.taken(self.number())

    def status(self) -> Status:
        """The next attributes of a file."""
        given = self.number()
        size = self.number(8) if given & self._SIZE else None
        if given & self._OWNER:
            self.taken(8)
        mode = self.number() if given & self._MODE else None
        changed = None
        if given & self._TIMES:
            self.number()
            changed = self.number()
        if given & self._MORE:
            for _ in range(self.number()):
                self.string()
                self.string()
        return Status(size, mode, changed)


def _told(kind: int, answer: _Answer, wanted: _Kind) -> _Answer | None:
    """The answer that was asked for; None when there is no more."""
    if kind == wanted:
        return answer
    if kind != _Kind.STATUS:
        _garbled()
    code = answer.number()
    if code == 1:
        return None
    # Its words may quote names: only the number counts.
    raise {2: FileNotFoundError, 3: PermissionError, 6: ConnectionResetError, 7: ConnectionResetError}.get(
        code, OSError
    )("not granted")


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _garbled() -> NoReturn:
    raise ConnectionAbortedError("what answers speaks another protocol")
