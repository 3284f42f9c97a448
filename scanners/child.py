"""The confined process that opens one source and answers its supervisor: values come in here and never go out.

Made by ``scanners.template``. Requests and answers are lines of JSON on standard input and output; whatever else is
printed goes nowhere. It ends when its input ends.
"""

import hashlib
import json
import math
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, BinaryIO

from catalog import keys, plugins, settings
from catalog.errors import CatalogError, DatasetError, SkipReason
from catalog.model.coverage import Depth, Look, SampleMethod
from catalog.model.egress import Egress
from catalog.model.holdings import DatasetRef
from catalog.model.runs import ColumnResult, DatasetResult, ListedDataset
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Connector, SamplePlan
from catalog.ports import Unlisted as UnlistedRef
from catalog.settings import PersonModel
from scanners import added, faults, wire, within
from scanners.beats import Beat
from scanners.carried import Carried, GoneError
from scanners.confine import confine, leave_network
from scanners.judge import detector, judge
from scanners.naming import NameGuard, clean
from scanners.pipes import Requests, reserve_output
from scanners.recognisers import Recognisers
from scanners.within import Part

Send = Callable[[Mapping[str, Any]], None]

#: What of a source's settings has no part in what its listing shows.
_NOT_SEEN = frozenset(
    {"password", "sslmode", "sslrootcert", "ca", "host_key"}
    | {"key", "passphrase", "secret_key", "session_token", "sas", "encrypt"}
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The first line a child is given: which source it is for.

    Parameters:
        rows: the usual depth of a look.
        deepest: the depth where more rows may matter.
        names_as_written: whether names are given with every blank and sign (see :class:`NameGuard`).
        recognisers: files of a city's own, in use.
        tried: the files that would be in use, where some are tried: what they change is told beside what is.
        person_model: which language model looks for persons.
        egress: what may be connected to.
        own: folders of the catalog itself, which are never read.
        environment: of the coordinator, for references to secrets; nothing where a source can have none, or where
            another process has the connection.
    """

    kind: str
    options: Mapping[str, str]
    names_key: str
    memory_mb: int
    file_mb: int
    rows: int
    deepest: int = 0
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    names_as_written: bool = False
    recognisers: Sequence[str] = ()
    tried: Sequence[str] | None = None
    person_model: str = PersonModel.NONE
    egress: str = ""
    own: Sequence[str] = ()

    @property
    def bounds(self) -> Bounds:
        """How far the source's connector may go."""
        return Bounds(self.file_mb, Egress.of(self.egress), tuple(self.own))


class Child:
    """Answers requests about one source, which is opened when first asked about.

    Parameters:
        line: to the process that carries the source's bytes, where this one does not reach it.
    """

    def __init__(self, assignment: Assignment, send: Send, line: socket.socket | None = None) -> None:
        self._assignment = assignment
        model = PersonModel(assignment.person_model)
        self._by = added.recognisers(assignment.recognisers, model)
        self._tried = None if assignment.tried is None else added.recognisers(assignment.tried, model)
        self._guard = NameGuard(bytes.fromhex(assignment.names_key), self._by, as_written=assignment.names_as_written)
        self._send = send
        self._line = line
        self._opened: Connector | None = None
        self._beat = Beat(lambda: send({"beat": True}))
        self._is_listing = False
        self._cost = Cost()

    def cancel(self) -> None:
        """End what is being asked of the source, from another thread; what asks for it gets the error."""
        if self._opened is not None:
            self._opened.cancel()

    def answer(self, request: Mapping[str, Any]) -> None:
        """Answer one request; an error is an answer too.

        Raises:
            MemoryError: after answering so; what is left of this process cannot be trusted.
            GoneError: without an answer, as if this process had died itself: its carrier may have died of the request.
        """
        try:
            self._act(request)
        except MemoryError:
            self._tell(faults.fault(SkipReason.OUT_OF_MEMORY))
            raise
        except GoneError:
            raise
        except CatalogError as error:
            self._tell(faults.told(error))
        except Exception:  # noqa: BLE001  # whatever it is, its text may quote data
            self._tell(faults.fault(SkipReason.CRASHED))

    def _tell(self, fault: wire.Fault) -> None:
        costly = replace(fault, source_ms=self._cost.ms, source_bytes=self._cost.bytes)
        self._send({"error": wire.dump(costly)})

    def _act(self, request: Mapping[str, Any]) -> None:
        self._cost = Cost()
        match request:
            case {"op": "list"}:
                self._list()
            case {"op": "scan", "ref": ref, "rows": int(rows), "deepest": int(deepest), "seed": int(seed)}:
                self._scan(wire.load(DatasetRef, ref), rows, deepest, seed)
            case {"op": "load"}:
                self._send({"load": wire.dump(self._connector().load())})
            case {"op": "check"}:
                self._send({"checks": [wire.dump(_printable(check)) for check in self._connector().check()]})
            case _:
                raise wire.WireError("an unknown request")

    def _live(self) -> None:
        """Tell that a listing goes on; anything else has to end in its time."""
        if self._is_listing:
            self._beat()

    def _list(self) -> None:
        self._is_listing = True
        try:
            self._tell_all()
        finally:
            self._is_listing = False

    def _tell_all(self) -> None:
        with self._cost.at_work():
            for found in self._connector().listing():
                if isinstance(found, UnlistedRef):
                    self._send({"unlisted": wire.dump(wire.Unlisted(self._safe(found.ref), found.reason))})
                else:
                    self._send({"listed": wire.dump(wire.Listed(found, self._safe(found)))})
            seen_as = view(self._assignment, self._connector().view())
        self._send({"done": True, "view": seen_as, "ms": self._cost.ms})

    def _scan(self, ref: DatasetRef, rows: int, deepest: int, seed: int) -> None:
        """Tell what is found, and then what a deeper look finds, where one is worth it; whatever becomes of that, the
        first answer is there.
        """
        results, why = self._look(ref, SamplePlan(rows, seed), Depth.USUAL)
        goes_on = why is not None and deepest > rows
        self._send({**_answer(results), "more": goes_on})
        if goes_on and why is not None:
            deeper, _ = self._look(ref, SamplePlan(deepest, seed), why)
            self._send({**_answer(deeper), "more": False})

    def _look(self, ref: DatasetRef, plan: SamplePlan, why: Depth) -> tuple[list[DatasetResult], Depth | None]:
        """Look once, and say why to look deeper. Where files are tried, also what would be found with them in the same
        sample.
        """
        with self._read(ref, plan) as read, within.parts_of(read) as parts:
            self._cost.bytes += sum(size_of(part.sample) for part in parts)
            results = [self._result(parts, plan.seed, by, why) for by in (self._by, self._tried) if by is not None]
            return results, within.reason_to_go_on(parts, results[0].columns)

    def _read(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        try:
            with self._cost.at_work():
                return self._connector().sample(ref, plan)
        except DatasetError as error:
            if error.reason is not SkipReason.EMPTY:
                raise
            # That it is empty is a fact, and no failure.
            return Sample([], [], method=SampleMethod.ALL_ROWS, rows_total=0)
        except (CatalogError, MemoryError):
            raise
        except Exception:  # noqa: BLE001  # parsers raise anything, and quote data in it
            raise DatasetError(
                "A dataset", "it cannot be read", "Open it by hand.", reason=SkipReason.UNREADABLE
            ) from None

    def _result(self, parts: Sequence[Part], seed: int, by: Recognisers, why: Depth) -> DatasetResult:
        whole = parts[0].sample
        return DatasetResult(
            look=Look.PARTLY if any(part.sample.partly for part in parts) else Look.SCANNED,
            reason=None,
            rows_looked_at=within.rows_of(parts),
            rows_total=whole.rows_total,
            method=whole.method,
            seed=seed,
            detector=detector(by),
            columns=tuple(self._columns(parts, by)),
            draws=whole.draws,
            oldest=whole.oldest,
            newest=whole.newest,
            depth=why,
            source_ms=self._cost.ms,
            source_bytes=self._cost.bytes,
            caveats=within.caveats_of(parts),
        )

    def _columns(self, parts: Sequence[Part], by: Recognisers) -> Iterator[ColumnResult]:
        """What is found in each column of each part, numbered through."""
        places = count()
        for part in parts:
            results = judge(part.sample, self._guard, by)
            for result, column in zip(results, part.sample.columns, strict=True):
                name = within.name_of(self._guard, part.label, column)
                position = next(places) if len(parts) > 1 else result.position
                yield replace(result, name=name, position=position, amount=within.amount_of(parts, part, result))

    def _safe(self, ref: DatasetRef) -> ListedDataset:
        return ListedDataset(
            name=self._guard.name(ref.name, ref.key),
            kind=ref.kind,
            comment=self._guard.comment(ref.comment),
            row_estimate=ref.row_estimate if ref.row_estimate is None or ref.row_estimate >= 0 else None,
            change_key=change_key(ref, (self._assignment.rows, self._assignment.deepest), detector(self._by)),
        )

    def _connector(self) -> Connector:
        if self._opened is None:
            factory = plugins.load("connectors", self._assignment.kind)
            given = {} if self._line is None else {"place": Carried(self._line, self._live)}
            bounds = replace(self._assignment.bounds, beat=self._live)
            self._opened = factory(self._assignment.options, resolve=keys.resolve, bounds=bounds, **given)
        return self._opened


def _answer(results: Sequence[DatasetResult]) -> dict[str, Any]:
    return dict(zip(("result", "tried"), map(wire.dump, results), strict=False))


class Cost:
    """What looking at one dataset costs its source: milliseconds at work, bytes sent."""

    def __init__(self) -> None:
        self.bytes = 0
        self._seconds = 0.0

    @property
    def ms(self) -> int:
        """Milliseconds, at least one for anything that was asked at all."""
        return math.ceil(1000 * self._seconds)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count the time until this ends."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds += time.monotonic() - began


def size_of(sample: Sample) -> int:
    """About how many bytes of values a sample holds."""
    columns = (sample.column(place) for place in range(len(sample.columns)))
    return sum(
        sum(len(value) for value in column if value) if isinstance(column, Sequence) else int(column.nbytes)
        for column in columns
    )


def change_key(ref: DatasetRef, depths: Sequence[int], version: str) -> str:
    """What moves when a dataset is due again: its source's signal, the detector's version, the depths of a look.

    Empty for one whose source gives no signal, which is always due.
    """
    return _digest(ref.change_signal, version, *map(str, depths)) if ref.change_signal else ""


def view(assignment: Assignment, seen_as: str) -> str:
    """What moves when a listing may show another part of the source: its settings, the account and its rights."""
    settings_of_view = sorted((key, value) for key, value in assignment.options.items() if key not in _NOT_SEEN)
    return _digest(assignment.kind, json.dumps(settings_of_view), seen_as)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _printable(check: Check) -> Check:
    return replace(check, name=clean(check.name), message=clean(check.message, faults.SENTENCE_CHARS))


def main(line: int | None = None) -> None:
    """Serve one supervisor until it closes the pipe.

    Parameters:
        line: the socket to the process that carries the source's bytes, if there is one.
    """
    output = reserve_output()
    if line is not None:
        leave_network()
    # Afterwards it could not even be made of what is open.
    carrier = None if line is None else socket.socket(fileno=line)
    requests = Requests(sys.stdin.buffer)
    lines = iter(requests)
    assignment = Assignment(**json.loads(next(lines)))
    settings.take_over(assignment.environment)
    confine(assignment.kind, assignment.memory_mb)
    serve(assignment, lines, output, requests, carrier)


def serve(
    assignment: Assignment,
    lines: Iterable[bytes],
    output: BinaryIO,
    requests: Requests | None = None,
    line: socket.socket | None = None,
) -> None:
    """Answer requests, line by line, on ``output``; ``requests`` calls off what is asked, where it was told to."""

    def send(message: Mapping[str, Any]) -> None:
        output.write(json.dumps(message).encode("ascii") + b"\n")
        output.flush()

    child = Child(assignment, send, line)
    if requests is not None:
        requests.on_cancel = child.cancel
    send({"ready": True})
    for request in lines:
        child.answer(json.loads(request))
