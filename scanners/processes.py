"""Starting scan children and speaking with them: one template for a coordinator's sources, a pair of pipes each."""

import json
import math
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from catalog.settings import environment

FOR_MANY = "for-many"
"""What a template is told that shall load beforehand what reads texts."""
CANCEL = b"cancel\n"
"""The line that calls off what a child is answering."""
_START_SECONDS = 60.0
#: Seconds within which a thread that waits for an answer notices that it was called off.
_NOTICED_SECONDS = 0.5
_LONGEST_LINE = 64_000_000
_LONGEST_ANSWER = 32
_PIECE = 1 << 18
#: What a Python that opens nothing needs of the environment.
_NEEDED = ("HOME", "LANG", "LD_LIBRARY_PATH", "TZ")
_NEEDED_FAMILIES = ("LC_", "PYTHON")


class DiedError(Exception):
    """The child ended, or sent what was not agreed."""


class OverdueError(Exception):
    """The child did not answer in time."""


class Template:
    """The process that children are copies of: started when first needed, replaced when it died.

    For several threads. Its children end with it, and it ends with this process.

    Parameters:
        for_many: loads what reads texts beforehand, which takes longer than judging many a file; else a child loads
            it with its first text.
    """

    def __init__(self, *, for_many: bool = True) -> None:
        self._for_many = for_many
        self._asking = threading.Lock()
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def make(self) -> "Made":
        """Make a child.

        Raises:
            DiedError: when that is not possible.
        """
        with self._asking:
            if self._running is not None:
                with suppress(OSError, ValueError):  # it may have died since
                    return self._running.make()
                self._stop()
            try:
                self._running = _Running(for_many=self._for_many)
                return self._running.make()
            except (OSError, ValueError):
                self._stop()
                raise DiedError from None

    def end(self, made: "Made") -> None:
        """End a child; one of a template that died has died with it."""
        with self._asking:
            if self._running is None or self._running is not made.by:
                return
            try:
                with suppress(DiedError):  # stuck in the kernel, it dies when that lets go of it
                    self._running.ask(made.id)
            except (OSError, ValueError):
                self._stop()

    def close(self) -> None:
        """End the template and with it all children."""
        with self._asking:
            self._stop()

    def _stop(self) -> None:
        if self._running is not None:
            self._running.end()
            self._running = None


class _Running:
    """A template that was started, and our end of the pair of sockets it is asked through."""

    def __init__(self, *, for_many: bool) -> None:
        # Messages keep their bounds, and the end of either side is told to the other.
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START_SECONDS)
        try:
            with theirs:
                self._process = _start(theirs.fileno(), for_many=for_many)
        except OSError:
            self._control.close()
            raise

    def make(self) -> "Made":
        input_theirs, input_ours = os.pipe()
        output_ours, output_theirs = os.pipe()
        try:
            number = self.ask(0, input_theirs, output_theirs)
        except BaseException:
            os.close(input_ours)
            os.close(output_ours)
            raise
        finally:
            os.close(input_theirs)
            os.close(output_theirs)
        return Made(self, number, input_ours, output_ours)

    def ask(self, number: int, *pipes: int) -> int:
        """Ask for the end of a child, or for a new one with these pipes.

        Raises:
            OSError: when the template is gone or does not answer.
            ValueError: when it ends over this.
            DiedError: when it cannot.
        """
        socket.send_fds(self._control, [b"%d" % number], pipes)
        answer = int(self._control.recv(_LONGEST_ANSWER))
        if answer < 0:
            raise DiedError
        return answer

    def end(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A child that was made, by its number, and our ends of its pipes."""

    by: _Running
    id: int
    input: int
    output: int


class Process:
    """One child process, told its assignment.

    Raises:
        DiedError: when it cannot be started.
        OverdueError: when it is not ready in time.
    """

    def __init__(self, template: Template, assignment: Mapping[str, Any]) -> None:
        self.is_busy = False
        self._read = bytearray()
        self._writing = threading.Lock()
        self._give_up_at = math.inf
        self._template = template
        self._made = template.make()
        self._input = os.fdopen(self._made.input, "wb")
        try:
            self.send(assignment)
            self.receive(_START_SECONDS)
        except BaseException:
            self.end()
            raise

    @property
    def is_dead(self) -> bool:
        """Whether it ended, and let go of its output."""
        return any(events & select.POLLHUP for _, events in self._events(0))

    @property
    def id(self) -> int:
        """Its process number."""
        return self._made.id

    def send(self, message: Mapping[str, Any]) -> None:
        """Hand it one line."""
        try:
            self._write(json.dumps(message).encode("ascii") + b"\n")
        except (OSError, ValueError):  # a value error where it was ended by another thread
            raise DiedError from None

    def call_off(self, seconds: float) -> None:
        """Tell it, from any thread, to give up what it was asked; whoever waits for its answer waits so long more."""
        self._give_up_at = time.monotonic() + seconds
        with suppress(OSError, ValueError):
            self._write(CANCEL)

    def receive(self, seconds: float) -> Mapping[str, Any]:
        """Wait for its next line."""
        deadline = time.monotonic() + seconds
        while (end := self._read.find(b"\n")) < 0:
            self._read_more(deadline)
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise DiedError from None
        if not isinstance(message, dict):
            raise DiedError
        return message

    def end(self) -> None:
        """End it and forget what it sent."""
        self._template.end(self._made)
        with suppress(OSError), self._writing:  # what it was not sent is lost with it
            self._input.close()
        os.close(self._made.output)

    def _write(self, line: bytes) -> None:
        with self._writing:
            self._input.write(line)
            self._input.flush()

    def _read_more(self, deadline: float) -> None:
        while not self._events(min(max(deadline - time.monotonic(), 0), _NOTICED_SECONDS)):
            if time.monotonic() >= min(deadline, self._give_up_at):
                raise OverdueError
        piece = os.read(self._made.output, _PIECE)
        if not piece or len(self._read) > _LONGEST_LINE:
            raise DiedError
        self._read += piece

    def _events(self, seconds: float) -> list[tuple[int, int]]:
        poll = select.poll()
        poll.register(self._made.output, select.POLLIN | select.POLLHUP)
        return poll.poll(seconds * 1000)


def _start(control: int, *, for_many: bool) -> "subprocess.Popen[bytes]":
    more = [FOR_MANY] if for_many else []
    return subprocess.Popen(  # noqa: S603 - our own module, in this Python
        [sys.executable, "-m", "scanners.template", *more],
        stdin=control,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a child's errors may quote values: nobody reads them
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """The environment of a template: nothing that may be a secret, quiet, and of libraries without threads."""
    kept = {
        name: value for name, value in environment().items() if name in _NEEDED or name.startswith(_NEEDED_FAMILIES)
    }
    return {
        **kept,
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }
