"""Keeps one warm scan child for a source: asks it, waits no longer than allowed, replaces it when it dies.

A child is not trusted: what it sends is checked field by field, and what it prints as errors is not read at all.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import Look
from catalog.model.runs import DatasetResult
from catalog.ports import Check
from catalog.settings import Settings, environment
from scanners import wire
from scanners.wire import Listed, Unlisted

__all__ = ["Listed", "Supervisor", "Unlisted"]

T = TypeVar("T")

#: Deaths on one dataset after which it is set aside.
MOST_DEATHS = 3
_START_SECONDS = 60.0
_CLOSE_SECONDS = 2.0
_LONGEST_LINE = 64_000_000
_PIECE = 1 << 18


class _DiedError(Exception):
    """The child ended, or sent what was not agreed."""


class _OverdueError(Exception):
    """The child did not answer in time."""


class Supervisor:
    """Lists, checks and scans one source through a confined process; for one thread at a time.

    Parameters:
        kind: the connector's name.
        options: the source's options; references to secrets are resolved in the child.
        names_key: key of the hashes that stand for withheld names.
    """

    def __init__(self, kind: str, options: Mapping[str, str], *, settings: Settings, names_key: bytes) -> None:
        self._assignment = {
            "kind": kind,
            "options": dict(options),
            "names_key": names_key.hex(),
            "memory_mb": settings.child_memory_mb,
            "file_mb": settings.file_mb,
            "rows": settings.sample_rows,
        }
        self._seconds = float(settings.child_seconds)
        self._child: _Process | None = None

    def __repr__(self) -> str:
        return f"<Supervisor: {self._assignment['kind']}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def list(self) -> Iterator[Listed | Unlisted]:
        """Yield every dataset; returning normally means the listing is complete. Anything else asked ends it.

        Raises:
            SourceError: when it is not.
        """
        for answer in self._answers({"op": "list"}):
            match answer:
                case {"listed": listed}:
                    yield self._loaded(Listed, listed)
                case {"unlisted": unlisted}:
                    yield self._loaded(Unlisted, unlisted)
                case {"done": True}:
                    self._release()
                    return
                case _:
                    raise self._source_error(answer)

    def check(self) -> tuple[Check, ...]:
        """Test the connection step by step.

        Raises:
            SourceError: when the source cannot even be tried.
        """
        answer = next(self._answers({"op": "check"}))
        match answer:
            case {"checks": [*checks]}:
                self._release()
                return tuple(self._loaded(Check, check) for check in checks)
        raise self._source_error(answer)

    def scan(self, listed: Listed, *, rows: int, seed: int) -> DatasetResult:
        """Have one dataset sampled and judged. Never raises: what went wrong is the result."""
        request = {"op": "scan", "ref": wire.dump(listed.ref), "rows": rows, "seed": seed}
        for _ in range(MOST_DEATHS):
            try:
                answer = self._ask(request)
                result = _result(answer, seed)
            except _OverdueError:
                self.close()
                return _could_not_look(SkipReason.TIMED_OUT, seed)
            except (_DiedError, wire.WireError):
                self.close()
            else:
                self._release_or_close(result.reason)
                return result
        return _could_not_look(SkipReason.CRASHED, seed)

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        child = self._free_child()
        child.is_busy = True
        child.send(request)
        return child.receive(self._seconds)

    def _answers(self, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The answers to a request about the whole source, each due in time after the one before."""
        try:
            first = self._ask(request)
            asked = self._child  # before the first answer is out: what comes then may put another in its place
            yield first
            while True:
                yield self._next_of(asked)
        except _OverdueError:
            self.close()
            raise self._failure("it did not answer in time", SkipReason.TIMED_OUT) from None
        except _DiedError:
            self.close()
            raise self._failure("the process that reads it ended", SkipReason.CRASHED) from None

    def _next_of(self, asked: "_Process | None") -> Mapping[str, Any]:
        """The next answer of a child that has not been ended or given another task meanwhile."""
        if asked is None or asked is not self._child:
            raise _DiedError
        return asked.receive(self._seconds)

    def _free_child(self) -> "_Process":
        """A child that waits for requests: the warm one, or a new one where that is dead or still busy."""
        if self._child is not None and (self._child.is_busy or self._child.is_dead):
            self.close()
        if self._child is None:
            self._child = _Process(self._assignment)
        return self._child

    def _release(self) -> None:
        if self._child is not None:
            self._child.is_busy = False

    def _loaded(self, kind: type[T], data: object) -> T:
        try:
            return wire.load(kind, data)
        except wire.WireError:
            self.close()
            raise self._failure("the process that reads it sent what was not agreed", SkipReason.CRASHED) from None

    def _source_error(self, answer: Mapping[str, Any]) -> SourceError:
        fault = self._loaded(wire.Fault, answer.get("error"))
        self._release_or_close(fault.reason)
        return SourceError(fault.thing, fault.cause, fault.next_step, reason=fault.reason)

    def _release_or_close(self, reason: SkipReason | None) -> None:
        if reason is SkipReason.OUT_OF_MEMORY:
            self.close()
        self._release()

    def _failure(self, cause: str, reason: SkipReason) -> SourceError:
        return SourceError(
            f"Source of kind {self._assignment['kind']}",
            cause,
            "Test the source; when the test passes, raise the limits of time and memory in the settings.",
            reason=reason,
        )


class _Process:
    """One child process and the two ends of its pipes."""

    def __init__(self, assignment: Mapping[str, Any]) -> None:
        self.is_busy = False
        self._read = bytearray()
        self._process = _start()
        try:
            self.send(assignment)
            self.receive(_START_SECONDS)
        except BaseException:
            self.end()
            raise

    @property
    def is_dead(self) -> bool:
        """Whether it ended."""
        return self._process.poll() is not None

    @property
    def id(self) -> int:
        """Its process number."""
        return self._process.pid

    def send(self, message: Mapping[str, Any]) -> None:
        """Hand it one line."""
        assert self._process.stdin is not None  # noqa: S101  # opened as a pipe above
        try:
            self._process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise _DiedError from None

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
            raise _DiedError from None
        if not isinstance(message, dict):
            raise _DiedError
        return message

    def end(self) -> None:
        """End it and forget what it sent."""
        self._process.kill()
        self._process.wait(_CLOSE_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it was not sent is lost with it
                    pipe.close()

    def _read_more(self, deadline: float) -> None:
        assert self._process.stdout is not None  # noqa: S101  # opened as a pipe above
        output = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(output, select.POLLIN | select.POLLHUP)
        if not poll.poll(max(deadline - time.monotonic(), 0) * 1000):
            raise _OverdueError
        piece = os.read(output, _PIECE)
        if not piece or len(self._read) > _LONGEST_LINE:
            raise _DiedError
        self._read += piece


def _start() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "scanners.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # its errors may quote values: nobody reads them
            env=_environment(),
        )
    except OSError:
        raise _DiedError from None


def _environment() -> dict[str, str]:
    """The environment of a child: ours, for references to secrets, but quiet and with one thread for arithmetic."""
    return {
        **environment(),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def _result(answer: Mapping[str, Any], seed: int) -> DatasetResult:
    if "result" in answer:
        return wire.load(DatasetResult, answer["result"])
    return _could_not_look(wire.load(wire.Fault, answer.get("error")).reason, seed)


def _could_not_look(reason: SkipReason, seed: int) -> DatasetResult:
    return DatasetResult(
        look=Look.COULD_NOT_LOOK,
        reason=reason,
        rows_looked_at=0,
        rows_total=None,
        method=None,
        seed=seed,
        detector="",
        columns=(),
    )
