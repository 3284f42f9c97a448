"""The process that carries a source's bytes: it holds the connection and the secrets, and understands no file.

Made by ``scanners.template`` beside the scan child that understands the files, and has neither. The child asks for
listings and for parts of files over a pair of sockets; what it asks is not trusted, as it reads hostile files. The
supervisor alone tells this process its errand, over a pipe that the child has not, and ends it when what it carries is
called off: so the connection ends at the source too.
"""

import json
import socket
import sys
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import SEEK_END, BufferedReader
from itertools import count

from catalog import keys, plugins, settings
from catalog.errors import CatalogError, DatasetError, SkipReason
from catalog.model.egress import Egress
from catalog.model.paths import is_log_of_part, is_part
from catalog.ports import Bounds, FoundFile, Place, unheard
from scanners import faults, wire
from scanners.beats import Beat
from scanners.confine import confine_carrier
from scanners.line import BEAT, PIECE, LineError, Message, receive, send
from scanners.pipes import Requests, reserve_output

_MOST_OPEN = 64
_MOST_WALKS = 8
MOST_FOUND = 500
"""Files told in one answer."""
#: Errors of files that are told apart; any other is an ``OSError``.
FILE_ERRORS = (FileNotFoundError, PermissionError, TimeoutError, ConnectionError, OSError)
_MOST_CHARACTERS = 400_000
_GREATEST = 2**63
#: Seconds after which an answer leaves with what was found until then.
_SECONDS_OF_FINDING = 1.0

Answer = tuple[Message, bytes]


@dataclass(frozen=True, slots=True)
class Errand:
    """The first and only line a carrier is given: which place it is for.

    Parameters:
        egress: what may be connected to.
        own: folders of the catalog itself, which are never read.
        environment: of the coordinator, for references to secrets.
    """

    kind: str
    options: Mapping[str, str]
    memory_mb: int
    file_mb: int
    egress: str = ""
    own: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def include(self) -> tuple[str, ...]:
        """Patterns of the files that are asked for."""
        return tuple(word.strip() for word in self.options.get("include", "").split(",") if word.strip())

    def place(self, beat: Callable[[], None]) -> Place:
        """The place.

        Parameters:
            beat: see :class:`~catalog.ports.Bounds`.

        Raises:
            CatalogError: when there is none of this kind, or its settings cannot be used.
        """
        bounds = Bounds(self.file_mb, Egress.of(self.egress), tuple(self.own), beat)
        made: Place = plugins.load("places", self.kind)(self.options, resolve=keys.resolve, bounds=bounds)
        return made


class Carrier:
    """Answers what is asked about one place, which is made when first asked about.

    Parameters:
        beat: called while an answer is being found, as often as anything was looked at.
    """

    def __init__(self, errand: Errand, beat: Callable[[], None] = unheard) -> None:
        self._errand = errand
        self._beat = beat
        self._made: Place | None = None
        self._numbers = count(1)
        self._files: dict[int, tuple[ExitStack, BufferedReader]] = {}
        self._walks: dict[int, Iterator[FoundFile]] = {}

    def answer(self, asked: Message) -> Answer:
        """Answer; an error is an answer too.

        Raises:
            MemoryError: what is left of this process cannot be trusted.
            LineError: for what no child asks that is what it should be.
        """
        try:
            return self._act(asked)
        except (MemoryError, LineError):
            raise
        except CatalogError as error:
            return {"error": wire.dump(faults.told(error)), "of_dataset": isinstance(error, DatasetError)}, b""
        except OSError as error:
            return {"failed": next(each.__name__ for each in FILE_ERRORS if isinstance(error, each))}, b""
        except Exception:  # noqa: BLE001  # whatever a driver raises, its text may quote data
            return {"error": wire.dump(faults.fault(SkipReason.CRASHED)), "of_dataset": False}, b""

    def close(self) -> None:
        """Let go of everything."""
        for opened, _ in self._files.values():
            opened.close()
        self._files.clear()
        if self._made is not None:
            self._made.close()

    def _act(self, asked: Message) -> Answer:
        match asked:
            case {"op": "read"}:
                return self._read(asked)
            case {"op": "begin" | "check" | "view" as what}:
                return self._told(what), b""
            case {"op": "open" | "shut"}:
                return self._open(asked) if asked["op"] == "open" else self._shut(asked), b""
            case {"op": "walk"}:
                return self._walk(asked), b""
            case {"op": "found" | "leave"}:
                return self._found(asked) if asked["op"] == "found" else self._leave(asked), b""
        raise LineError("an unknown request")

    def _told(self, what: str) -> Message:
        if what == "begin":
            return {"label": self._place().label}
        if what == "view":
            return {"view": self._place().view()}
        return {"checks": [wire.dump(check) for check in self._place().check()]}

    def _place(self) -> Place:
        if self._made is None:
            self._made = self._errand.place(self._beat)
        return self._made

    def _walk(self, asked: Message) -> Message:
        below = _text(asked, "below")
        # What a walk passes over is no part of the share for whoever asks for it by name either.
        if below and not is_part(below):
            raise PermissionError
        if len(self._walks) >= _MOST_WALKS:
            raise LineError("more walks than anybody takes at once")
        number = next(self._numbers)
        self._walks[number] = iter(self._place().files(below))
        return {"walk": number}

    def _found(self, asked: Message) -> Message:
        number, found, characters = _number(asked, "walk", self._walks), [], 0
        walk = self._walks.pop(number)  # one that fails or comes to its end is gone
        until = time.monotonic() + _SECONDS_OF_FINDING
        for file in walk:
            found.append([file.path, file.size, file.mark, file.refused, file.is_folder])
            characters += len(file.path) + len(file.mark)
            if len(found) >= MOST_FOUND or characters >= _MOST_CHARACTERS or time.monotonic() >= until:
                self._walks[number] = walk
                return {"files": found, "more": True}
        return {"files": found, "more": False}

    def _leave(self, asked: Message) -> Message:
        self._walks.pop(_number(asked, "walk"), None)  # one that failed is gone already
        return {}

    def _open(self, asked: Message) -> Message:
        path = _text(asked, "path")
        include = self._errand.include
        if len(self._files) >= _MOST_OPEN or not (is_part(path, include) or is_log_of_part(path, include)):
            raise PermissionError
        with ExitStack() as opening:
            stream = opening.enter_context(self._place().opened(path))
            size = stream.seek(0, SEEK_END)
            number = next(self._numbers)
            self._files[number] = (opening.pop_all(), stream)
        return {"file": number, "size": size}

    def _read(self, asked: Message) -> Answer:
        _, stream = self._files[_number(asked, "file", self._files)]
        at, most = _number(asked, "at"), _number(asked, "most")
        if not 0 < most <= PIECE:
            raise LineError("more than fits into a frame")
        stream.seek(at)
        return {}, stream.read(most)

    def _shut(self, asked: Message) -> Message:
        opened, _ = self._files.pop(_number(asked, "file", self._files))
        opened.close()
        return {}


def _text(asked: Message, key: str) -> str:
    text = asked.get(key)
    if not isinstance(text, str):
        raise LineError("no text")
    return text


def _number(asked: Message, key: str, known: Container[int] = range(_GREATEST)) -> int:
    """A number that was asked with, one of those that are known.

    Raises:
        LineError: when it is not.
    """
    number = asked.get(key)
    if not isinstance(number, int) or number not in known:
        raise LineError("no such number")
    return number


def main(line: int) -> None:
    """Carry for the child at the other end of the socket ``line`` until it or the supervisor is gone."""
    reserve_output().close()  # it answers by the line alone
    requests = Requests(sys.stdin.buffer)
    errand = Errand(**json.loads(next(iter(requests))))
    settings.take_over(errand.environment)
    confine_carrier(errand.memory_mb)
    with socket.socket(fileno=line) as sockets:
        serve(sockets, Carrier(errand, Beat(lambda: send(sockets, BEAT))))


def serve(line: socket.socket, carrier: Carrier) -> None:
    """Answer one request after the other until the other side is gone, or sends what was not agreed."""
    try:
        while True:
            asked, _ = receive(line)
            try:
                answer, data = carrier.answer(asked)
            except MemoryError:
                send(line, {"error": wire.dump(faults.fault(SkipReason.OUT_OF_MEMORY)), "of_dataset": False})
                return
            send(line, answer, data)
    except LineError:
        return
    finally:
        carrier.close()
