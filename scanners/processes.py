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
CHILD, CARRIER = b"child", b"carrier"
"""What a template is told to make: a scan child, or what carries a source's bytes to one."""
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

    def make(self, work: bytes = CHILD, *line: int) -> "Made":
        """Make a child.

        Parameters:
            work: what it is to do.
            line: a socket to another child, which this one gets a copy of.

        Raises:
            DiedError: when that is not possible.
        """
        with self._asking:
            if self._running is not None:
                with suppress(OSError, ValueError):  # it may have died since
                    return self._running.make(work, *line)
                self._stop()
            try:
                self._running = _Running(for_many=self._for_many)
                return self._running.make(work, *line)
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
                    self._running.ask(b"%d" % made.id)
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

    def make(self, work: bytes, *line: int) -> "Made":
        input_theirs, input_ours = os.pipe()
        output_ours, output_theirs = os.pipe()
        try:
            number = self.ask(work, input_theirs, output_theirs, *line)
        except BaseException:
            os.close(input_ours)
            os.close(output_ours)
            raise
        finally:
            os.close(input_theirs)
            os.close(output_theirs)
        return Made(self, number, input_ours, output_ours)

    def ask(self, what: bytes, *pipes: int) -> int:
        """Ask for the end of a child, by its number, or for a new one with these pipes.

        Raises:
            OSError: when the template is gone or does not answer.
            ValueError: when it ends over this.
            DiedError: when it cannot.
        """
        socket.send_fds(self._control, [what], pipes)
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
    """One child process, told its assignment, and beside it the one that carries its source's bytes, told its errand.

    Parameters:
        errand: nothing where the child opens its source itself.

    Raises:
        DiedError: when it cannot be started.
        OverdueError: when it is not ready in time.
    """

    def __init__(
        self, template: Template, assignment: Mapping[str, Any], errand: Mapping[str, Any] | None = None
    ) -> None:
        self.is_busy = False
        self._read = bytearray()
        self._give_up_at = math.inf
        self._template = template
        self._child, self._carrier = _made(template, is_carried=errand is not None)
        try:
            if self._carrier is not None:
                self._carrier.send(errand)
            self.send(assignment)
            self.receive(_START_SECONDS)
        except BaseException:
            self.end()
            raise

    @property
    def is_dead(self) -> bool:
        """Whether it ended, and let go of its output; without its carrier it ends when it is next asked."""
        return any(events & select.POLLHUP for _, events in self._child.events(0))

    @property
    def id(self) -> int:
        """Its process number."""
        return self._child.made.id

    def send(self, message: Mapping[str, Any]) -> None:
        """Hand it one line."""
        self._child.send(message)

    def call_off(self, seconds: float) -> None:
        """Tell it, from any thread, to give up what it was asked; whoever waits for its answer waits so long more."""
        self._give_up_at = time.monotonic() + seconds
        with suppress(OSError, ValueError):
            self._child.write(CANCEL)

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
        """End it and its carrier, and forget what it sent."""
        for each in filter(None, (self._carrier, self._child)):
            self._template.end(each.made)
            each.close()

    def _read_more(self, deadline: float) -> None:
        while not self._child.events(min(max(deadline - time.monotonic(), 0), _NOTICED_SECONDS)):
            if time.monotonic() >= min(deadline, self._give_up_at):
                raise OverdueError
        piece = os.read(self._child.made.output, _PIECE)
        if not piece or len(self._read) > _LONGEST_LINE:
            raise DiedError
        self._read += piece


class _Pipes:
    """Our ends of a made process's pipes; written to by several threads."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self._input = os.fdopen(made.input, "wb")
        self._writing = threading.Lock()

    def send(self, message: Mapping[str, Any] | None) -> None:
        """Hand it one line."""
        try:
            self.write(json.dumps(message).encode("ascii") + b"\n")
        except (OSError, ValueError):  # a value error where it was ended by another thread
            raise DiedError from None

    def write(self, line: bytes) -> None:
        """Write to it at once."""
        with self._writing:
            self._input.write(line)
            self._input.flush()

    def events(self, seconds: float) -> list[tuple[int, int]]:
        """What became of its output within this time."""
        poll = select.poll()
        poll.register(self.made.output, select.POLLIN | select.POLLHUP)
        return poll.poll(seconds * 1000)

    def close(self) -> None:
        """Let go of both."""
        with suppress(OSError), self._writing:  # what it was not sent is lost with it
            self._input.close()
        os.close(self.made.output)


def _made(template: Template, *, is_carried: bool) -> tuple[_Pipes, _Pipes | None]:
    """Make a child, and a carrier for it, with a line between the two that nobody else has."""
    if not is_carried:
        return _Pipes(template.make()), None
    ours, theirs = socket.socketpair()
    with ours, theirs:
        carrier = _Pipes(template.make(CARRIER, theirs.fileno()))
        try:
            return _Pipes(template.make(CHILD, ours.fileno())), carrier
        except BaseException:
            template.end(carrier.made)
            carrier.close()
            raise


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
