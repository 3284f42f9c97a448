"""Keeps one warm scan child for a source: asks it, waits no longer than allowed, replaces it when it dies.

A child is not trusted: what it sends is checked field by field, and what it prints as errors is not read at all.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar

from catalog import keys
from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import Look
from catalog.model.runs import DatasetResult
from catalog.ports import Check, Load
from catalog.settings import Settings
from scanners import wire
from scanners.confine import CARRIED_KINDS, LOCAL_KINDS
from scanners.processes import DiedError, OverdueError, Process, Template
from scanners.wire import Listed, Unlisted

__all__ = ["Listed", "Supervisor", "Unlisted"]

T = TypeVar("T")

_VIEW = re.compile("[0-9a-f]{64}")
_GREATEST_MS = 2**31

#: Deaths on one dataset after which it is set aside.
MOST_DEATHS = 3
#: Seconds in which what was called off at its source has to have ended there.
_CALLED_OFF_SECONDS = 2.0


class CalledOffError(Exception):
    """What was asked was called off: there is no answer, and none was recorded."""


class Supervisor:
    """Lists, checks and scans one source through a confined process; for one thread at a time, and
    :meth:`call_off` for any.

    Parameters:
        kind: the connector's name.
        options: the source's options; references to secrets are resolved in the child, or in its carrier where there
            is one.
        names_key: key of the hashes that stand for withheld names.
        template: makes the child.
        names_as_written: give names with every blank and sign they are written with.
        recognisers: a city's own files of them, in use.
        tried: the files that would be in use, for :meth:`trial`.
    """

    def __init__(
        self,
        kind: str,
        options: Mapping[str, str],
        *,
        settings: Settings,
        names_key: bytes,
        template: Template,
        names_as_written: bool = False,
        recognisers: Sequence[str] = (),
        tried: Sequence[str] | None = None,
    ) -> None:
        source: dict[str, Any] = {
            "kind": kind,
            "options": dict(options),
            "memory_mb": settings.child_memory_mb,
            "file_mb": settings.file_mb,
            "egress": settings.egress,
            "own": list(settings.bounds.own),
            "environment": {} if kind in LOCAL_KINDS else keys.environment_for(options.values()),
        }
        self._errand = source if kind in CARRIED_KINDS else None
        self._assignment: dict[str, Any] = {
            **source,
            "names_key": names_key.hex(),
            "names_as_written": names_as_written,
            "rows": settings.sample_rows,
            "deepest": settings.deepest_rows,
            "recognisers": list(recognisers),
            "tried": None if tried is None else list(tried),
            "person_model": settings.person_model.value,
        }
        if self._errand is not None:
            self._assignment["environment"] = {}  # what reads files gets no secret
        self._template = template
        self._seconds = float(settings.child_seconds)
        self._child: Process | None = None
        self._called_off = False
        self.view, self.listing_ms = "", 0

    def __repr__(self) -> str:
        return f"<Supervisor: {self._assignment['kind']}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def list(self) -> Iterator[Listed | Unlisted]:
        """Yield every dataset; returning normally means the listing is complete, and :attr:`view` is what it was seen
        under, :attr:`listing_ms` how long it kept the source at work. Anything else asked ends it.

        Raises:
            SourceError: when it is not.
        """
        for answer in self._answers({"op": "list"}):
            match answer:
                case {"listed": listed}:
                    yield self._loaded(Listed, listed)
                case {"unlisted": unlisted}:
                    yield self._loaded(Unlisted, unlisted)
                case {"beat": True}:  # it goes on, with nothing to tell yet
                    self._refuse_called_off()
                case {"done": True, "view": str(view), "ms": int(ms)} if (
                    _VIEW.fullmatch(view) and 0 <= ms < _GREATEST_MS
                ):
                    self.view, self.listing_ms = view, ms
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

    def load(self) -> Load:
        """How busy the source is.

        Raises:
            SourceError: when it cannot be asked.
        """
        answer = next(self._answers({"op": "load"}))
        match answer:
            case {"load": load}:
                self._release()
                return self._loaded(Load, load)
        raise self._source_error(answer)

    def scan(self, listed: Listed, *, rows: int, seed: int, deepest: int = 0) -> DatasetResult:
        """Have one dataset sampled and judged, deeper than ``rows`` where that may matter and ``deepest`` allows it.

        What goes wrong is the result.

        Raises:
            CalledOffError: when it was called off.
        """
        return self._scanned(listed, rows, deepest, seed)[0]

    def trial(self, listed: Listed, *, rows: int, seed: int) -> tuple[DatasetResult, DatasetResult]:
        """The same, and what would be found in the same sample with the files that are tried."""
        found, *tried = self._scanned(listed, rows, 0, seed)
        return found, tried[0] if tried else found

    def call_off(self) -> None:
        """Have what is being asked ended at the source too; whoever waits for it gets the error, now and later."""
        self._called_off = True
        child = self._child
        if child is not None:
            child.call_off(_CALLED_OFF_SECONDS)

    def _scanned(self, listed: Listed, rows: int, deepest: int, seed: int) -> Sequence[DatasetResult]:
        request = {"op": "scan", "ref": wire.dump(listed.ref), "rows": rows, "deepest": deepest, "seed": seed}
        began = time.monotonic()
        for _ in range(MOST_DEATHS):
            self._refuse_called_off()
            try:
                answer = self._ask(request)
                results = _results(answer, seed)
            except OverdueError:
                self._end_at_source()
                self._refuse_called_off()
                return [_could_not_look(SkipReason.TIMED_OUT, seed, _ms_since(began))]
            except (DiedError, wire.WireError):
                self.close()
            else:
                if answer.get("more") is True:
                    results = self._deeper(results, seed)
                self._release_or_close(results[0].reason)
                self._refuse_called_off()
                return results
        self._refuse_called_off()
        return [_could_not_look(SkipReason.CRASHED, seed, _ms_since(began))]

    def _deeper(self, usual: Sequence[DatasetResult], seed: int) -> Sequence[DatasetResult]:
        """What the deeper look found; where it failed, the usual one stands, with what both cost the source."""
        began, ms, size = time.monotonic(), usual[0].source_ms, usual[0].source_bytes
        try:
            results = _results(self._next_of(self._child), seed)
        except OverdueError:
            self._end_at_source()
            ms += _ms_since(began)
        except (DiedError, wire.WireError):
            self.close()
            ms += _ms_since(began)
        else:
            if results[0].reason is None:
                return results
            ms, size = results[0].source_ms, results[0].source_bytes
        return [replace(each, source_ms=ms, source_bytes=size) for each in usual]

    def _refuse_called_off(self) -> None:
        if self._called_off:
            self._end_at_source()
            raise CalledOffError

    def _end_at_source(self) -> None:
        """End the child, but first what it asked: a server goes on working for a client that is gone."""
        if self._child is not None and self._child.is_busy:
            self._child.call_off(_CALLED_OFF_SECONDS)
            with suppress(DiedError, OverdueError):
                self._child.receive(_CALLED_OFF_SECONDS)
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        child = self._free_child()
        self._refuse_called_off()  # making a child takes a while, in which it cannot be told
        child.is_busy = True
        child.send(request)
        return child.receive(self._seconds)

    def _answers(self, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The answers to a request about the whole source, each due in time after the one before."""
        self._refuse_called_off()
        try:
            first = self._ask_afresh(request)
            asked = self._child  # before the first answer is out: what comes then may put another in its place
            yield first
            while True:
                yield self._next_of(asked)
        except OverdueError:
            self._end_at_source()
            self._refuse_called_off()
            raise self._failure("it did not answer in time", SkipReason.TIMED_OUT) from None
        except DiedError:
            self.close()
            raise self._failure("the process that reads it ended", SkipReason.CRASHED) from None

    def _ask_afresh(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask; where the warm child has died since it was last asked, ask a new one."""
        was_warm = self._child is not None
        try:
            return self._ask(request)
        except DiedError:
            if not was_warm:
                raise
            self.close()
            return self._ask(request)

    def _next_of(self, asked: Process | None) -> Mapping[str, Any]:
        """The next answer of a child that has not been ended or given another task meanwhile."""
        if asked is None or asked is not self._child:
            raise DiedError
        return asked.receive(self._seconds)

    def _free_child(self) -> "Process":
        """A child that waits for requests: the warm one, or a new one where that is dead or still busy."""
        if self._child is not None and (self._child.is_busy or self._child.is_dead):
            self.close()
        if self._child is None:
            self._child = Process(self._template, self._assignment, self._errand)
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


def _results(answer: Mapping[str, Any], seed: int) -> Sequence[DatasetResult]:
    if "result" in answer:
        return [wire.load(DatasetResult, answer[key]) for key in ("result", "tried") if key in answer]
    fault = wire.load(wire.Fault, answer.get("error"))
    return [_could_not_look(fault.reason, seed, fault.source_ms, fault.source_bytes)]


def _ms_since(began: float) -> int:
    return int(1000 * (time.monotonic() - began))


def _could_not_look(reason: SkipReason, seed: int, ms: int, size: int = 0) -> DatasetResult:
    return DatasetResult(
        look=Look.COULD_NOT_LOOK,
        reason=reason,
        rows_looked_at=0,
        rows_total=None,
        method=None,
        seed=seed,
        detector="",
        columns=(),
        source_ms=ms,
        source_bytes=size,
    )
