"""A place as the process sees it that understands files: reached through the process that carries their bytes."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BufferedReader
from typing import Any

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.paths import is_below
from catalog.ports import Check, FoundFile, unheard
from catalog.ranges import Changed, Ranges, buffered
from scanners import wire
from scanners.carrier import FILE_ERRORS, MOST_FOUND
from scanners.line import BEAT, PIECE, LineError, Message, receive, send

_READ_AHEAD = 1 << 16
_LONGEST = 20_000
_GREATEST = 2**63
_FAILED = {each.__name__: each for each in FILE_ERRORS}
#: What a file that could not be read failed of, whatever its reader made of it.
_AT_SOURCE = (SourceError, OSError)


class GoneError(SourceError):
    """The carrier is gone: nothing more can be asked through it."""

    def __init__(self, label: str) -> None:
        cause, next_step = "the connection to it ended", "Test the source; it is tried again in the next run."
        super().__init__(label, cause, next_step, reason=SkipReason.UNREACHABLE)


class Carried:
    """A place whose bytes another process carries; see :class:`~catalog.ports.Place`.

    Parameters:
        line: to that process, which is not trusted: servers speak to it.
        beat: called whenever that process answers, or tells that it goes on.

    Raises:
        SourceError: when the settings of the place cannot be used.
        GoneError: when that process is gone, here and whenever something is asked.
    """

    def __init__(self, line: socket.socket, beat: Callable[[], None] = unheard) -> None:
        self._line = line
        self._beat = beat
        self._asking = threading.Lock()
        self.label = "The source"
        self.label = self._text({"op": "begin"}, "label")

    def check(self) -> Sequence[Check]:
        """Test the way there step by step."""
        checks = self._ask({"op": "check"})[0].get("checks")
        if not isinstance(checks, list) or len(checks) > MOST_FOUND:
            raise self._hung_up()
        try:
            return tuple(wire.load(Check, check) for check in checks)
        except wire.WireError:
            raise self._hung_up() from None

    def files(self, below: str = "") -> Iterator[FoundFile]:
        """Yield every file; see :class:`~catalog.ports.Place`."""
        number, is_more = self._number({"op": "walk", "below": below}, "walk"), True
        try:
            while is_more:
                found, is_more = self._next_of(number)
                yield from found
        finally:
            if is_more:
                with suppress(*_AT_SOURCE):
                    self._ask({"op": "leave", "walk": number})

    def _next_of(self, walk: int) -> tuple[Sequence[FoundFile], bool]:
        """What a walk found next, and whether it goes on."""
        match self._ask({"op": "found", "walk": walk})[0]:
            case {"files": [*files], "more": bool(is_more)} if len(files) <= MOST_FOUND:
                return [*map(self._found, files)], is_more
        raise self._hung_up()

    @contextmanager
    def opened(self, path: str) -> Iterator[BufferedReader]:
        """Open one file; when a part of it could not be fetched, that is the error, whatever its reader made of it."""
        opened, _ = self._ask({"op": "open", "path": path})
        number, size = self._whole(opened.get("file")), self._whole(opened.get("size"))
        failed: list[Exception] = []

        def fetch(at: int, most: int) -> bytes:
            try:
                return self._part(number, at, min(most, PIECE))
            except _AT_SOURCE as error:
                failed.append(error)
                raise

        try:
            with buffered(Ranges(size, fetch), _READ_AHEAD) as stream:
                yield stream
        except MemoryError:
            raise
        except Exception:
            if failed:
                raise failed[0] from None
            raise
        finally:
            with suppress(*_AT_SOURCE):
                self._ask({"op": "shut", "file": number})
        if failed:
            raise failed[0]

    def view(self) -> str:
        """See :meth:`Connector.view`."""
        return self._text({"op": "view"}, "view")

    def cancel(self) -> None:
        """Wait for nothing more; the supervisor ends the other process, and with it what goes on at the source."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let the other process go."""
        self.cancel()

    def _ask(self, asked: Message) -> tuple[Message, bytes]:
        try:
            with self._asking:
                answer, data = self._answer(asked)
        except LineError:
            raise self._hung_up() from None
        match answer:
            case {"error": fault, "of_dataset": bool(of_dataset)}:
                raise self._error(fault, of_dataset=of_dataset)
            case {"failed": str(name)}:
                raise _FAILED.get(name, OSError)("the place could not read it")
        return answer, data

    def _answer(self, asked: Message) -> tuple[Message, bytes]:
        send(self._line, asked)
        while (answer := receive(self._line))[0] == BEAT:
            self._beat()
        self._beat()
        return answer

    def _error(self, told: Any, *, of_dataset: bool) -> SourceError:
        try:
            fault = wire.load(wire.Fault, told)
        except wire.WireError:
            raise self._hung_up() from None
        kind = DatasetError if of_dataset else SourceError
        return kind(fault.thing, fault.cause, fault.next_step, reason=fault.reason)

    def _part(self, number: int, at: int, most: int) -> bytes:
        _, data = self._ask({"op": "read", "file": number, "at": at, "most": most})
        if len(data) > most:
            raise self._hung_up()
        if not data:
            raise Changed("shorter than it was")
        return data

    def _found(self, told: Any) -> FoundFile:
        match told:
            case [str(path), int(size), str(mark), str() | None as refused, bool(is_folder)] if (
                is_below(path) and 0 <= size < _GREATEST and len(mark) <= _LONGEST
            ):
                return FoundFile(path, size, mark, self._reason(refused), is_folder)
        raise self._hung_up()

    def _reason(self, told: str | None) -> SkipReason | None:
        try:
            return None if told is None else SkipReason(told)
        except ValueError:
            raise self._hung_up() from None

    def _text(self, asked: Message, key: str) -> str:
        text = self._ask(asked)[0].get(key)
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise self._hung_up()
        return text

    def _number(self, asked: Message, key: str) -> int:
        return self._whole(self._ask(asked)[0].get(key))

    def _whole(self, number: Any) -> int:
        if not isinstance(number, int) or not 0 <= number < _GREATEST:
            raise self._hung_up()
        return number

    def _hung_up(self) -> GoneError:
        """Hang up: the other process is gone, or told what was not agreed."""
        self.cancel()
        return GoneError(self.label)
