import io
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from catalog import keys, plugins
from catalog.errors import DatasetError, SettingsError, SkipReason
from catalog.model.coverage import Caveat, Depth, Look, SampleMethod
from catalog.model.holdings import ColumnSchema, DatasetKind, DatasetRef
from catalog.model.runs import DatasetResult
from catalog.model.sample import Inner, Sample
from catalog.ports import Check, Load, SamplePlan, Unlisted
from scanners import child, wire
from scanners.carried import GoneError
from scanners.child import Assignment, change_key, serve
from scanners.judge import DETECTOR

CANARY = "219-09-9998"
CASES = DatasetRef("cases", "cases", DatasetKind.TABLE, key="oid:7", row_estimate=-1, change_signal="s1")


class Source:
    """A source in memory; ``fails`` is raised when it is sampled."""

    def __init__(self, fails: BaseException | None = None, declared: str = "text", *caveats: Caveat) -> None:
        self._fails, self._declared, self._caveats = fails, declared, frozenset(caveats)

    def check(self) -> Sequence[Check]:
        return (Check("login", passed=True, message="it is\naccepted"),)

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        yield CASES
        yield Unlisted(DatasetRef("John Smith.doc", "John Smith.doc", DatasetKind.FILE), SkipReason.UNKNOWN_FORMAT)

    def view(self) -> str:
        return "reader"

    def load(self) -> Load:
        return Load(active=3)

    def cancel(self) -> None:
        """Nothing goes on."""

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        if self._fails:
            raise self._fails
        columns = [ColumnSchema("ssn", 0, self._declared, key="attnum:1")]
        return Sample(
            columns, [[CANARY] * plan.rows], method=SampleMethod.RANDOM_ROWS, rows_total=9, caveats=self._caveats
        )

    def close(self) -> None:
        """Nothing is held."""


def answers(
    monkeypatch: pytest.MonkeyPatch, source: Source, *requests: Mapping[str, Any], **more: Any
) -> list[dict[str, Any]]:
    monkeypatch.setattr(plugins, "load", lambda *_: lambda *_, **__: source)
    assignment = Assignment("memory", {}, "6b" * 32, memory_mb=512, file_mb=1, rows=100, **more)
    output = io.BytesIO()
    with suppress(MemoryError):
        serve(assignment, [json.dumps(request).encode() for request in requests], output)
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert lines[0] == {"ready": True}
    return lines[1:]


def scan(rows: int = 5, deepest: int = 0) -> dict[str, Any]:
    return {"op": "scan", "ref": wire.dump(CASES), "rows": rows, "deepest": deepest, "seed": 3}


def test_a_listing_tells_references_and_names_that_may_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    listed, unlisted, done = answers(monkeypatch, Source(), {"op": "list"})
    one = wire.load(wire.Listed, listed["listed"])
    assert one.ref == CASES
    assert (one.safe.name.text, one.safe.name.key, one.safe.row_estimate) == ("cases", "oid:7", None)
    assert one.safe.change_key == change_key(CASES, (100, 0), DETECTOR)
    other = wire.load(wire.Unlisted, unlisted["unlisted"])
    assert (other.safe.name.withheld, other.reason) == (True, SkipReason.UNKNOWN_FORMAT)
    assert "Smith" not in json.dumps(unlisted)
    assert done.keys() == {"done", "view", "ms"}
    assert re.fullmatch("[0-9a-f]{64}", done["view"])


def test_a_scan_answers_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,) = answers(monkeypatch, Source(), scan())
    result = wire.load(DatasetResult, answer["result"])
    assert (result.look, result.rows_looked_at, result.rows_total, result.seed) == (Look.SCANNED, 5, 9, 3)
    assert [finding.type_code for finding in result.columns[0].findings] == ["SSN"]
    assert (result.columns[0].name.text, result.columns[0].name.key) == ("ssn", "attnum:1")
    assert CANARY not in json.dumps(answer)


def test_what_could_be_read_in_part_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,) = answers(monkeypatch, Source(None, "text", Caveat.CUT), scan())
    assert (answer["result"]["look"], answer["result"]["caveats"]) == ("partly", ["cut"])


def test_that_a_dataset_is_empty_is_a_fact_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = DatasetError("A sheet", "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
    (answer,) = answers(monkeypatch, Source(empty), scan(deepest=50))
    result = wire.load(DatasetResult, answer["result"])
    assert (result.look, result.reason, result.columns) == (Look.SCANNED, None, ())
    assert (result.rows_looked_at, result.rows_total, result.method) == (0, 0, SampleMethod.ALL_ROWS)
    assert answer["more"] is False


class Memo(Source):
    """A document with two tables, one of which could not be read whole."""

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        text = [ColumnSchema("text", 0, name_is_made_up=True, holds_passages=True)]
        people = Sample(
            [ColumnSchema("client", 0), ColumnSchema("ssn", 1)],
            [["Maria Lopez", "James Walker"], [CANARY, "219-09-9997"]],
            method=SampleMethod.ALL_ROWS,
            caveats=frozenset({Caveat.TORN}),
        )
        stock = Sample([ColumnSchema("ssn", 0)], [["P-1", "P-2", "P-3"]], method=SampleMethod.ALL_ROWS)
        inner = [Inner("table 1", people), Inner("table 2", stock)]
        return Sample(text, [["A memo."] * 4], method=SampleMethod.ALL_ROWS, rows_total=4, inner=inner)


def test_tables_inside_a_document_are_judged_each_by_itself_and_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,) = answers(monkeypatch, Memo(), scan())
    result = wire.load(DatasetResult, answer["result"])
    assert [(column.name.text, column.position) for column in result.columns] == [
        ("text", 0), ("table 1: client", 1), ("table 1: ssn", 2), ("table 2: ssn", 3),
    ]  # fmt: skip
    assert "SSN" in {finding.type_code for finding in result.columns[2].findings}
    assert len({column.name.key for column in result.columns}) == 4
    assert (result.look, result.caveats, result.rows_looked_at) == (Look.PARTLY, (Caveat.TORN,), 4)
    # Who stands in a table shorter than the text is not all that the memo is about.
    assert [column.amount.value for column in result.columns] == [1, 0, 0, 0]
    assert CANARY not in json.dumps(answer)


def test_without_its_carrier_a_reader_is_of_no_more_use(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GoneError):
        answers(monkeypatch, Source(GoneError("A share")), scan(), scan())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError(f"invalid date: {CANARY}"), "unreadable"),
        (RecursionError(CANARY), "unreadable"),
        (MemoryError(CANARY), "out_of_memory"),
        (DatasetError("A table", "it disappeared", "Scan again.", reason=SkipReason.VANISHED), "vanished"),
        (SettingsError("The secret", "it is missing", "Set it."), "bad_settings"),
    ],
)
def test_errors_are_answers_without_their_texts(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, reason: str
) -> None:
    (answer,) = answers(monkeypatch, Source(error), scan())
    assert answer["error"]["reason"] == reason
    assert answer["error"]["source_ms"] > 0, "it cost the source something all the same"
    assert CANARY not in json.dumps(answer)
    wire.load(wire.Fault, answer["error"])


def test_a_fault_of_our_own_is_no_fault_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr("scanners.child.judge", fail)
    (answer,) = answers(monkeypatch, Source(), scan())
    assert answer["error"]["reason"] == "crashed"
    assert CANARY not in json.dumps(answer)


def test_nothing_is_answered_after_the_memory_ran_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(answers(monkeypatch, Source(MemoryError()), scan(), scan())) == 1


def test_checks_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,) = answers(monkeypatch, Source(), {"op": "check"})
    assert wire.load(Check, answer["checks"][0]).message == "it is accepted"


def test_what_is_tried_is_judged_on_the_same_sample_beside_what_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    off = json.dumps({"recognizers": [{"name": "US_SSN", "type": "predefined", "enabled": False}]})
    (plain,) = answers(monkeypatch, Source(), scan())
    (answer,) = answers(monkeypatch, Source(), scan(), tried=[off])
    found, tried = (wire.load(DatasetResult, answer[key]) for key in ("result", "tried"))
    assert plain.keys() == {"result", "more"}
    assert replace(found, source_ms=1) == replace(wire.load(DatasetResult, plain["result"]), source_ms=1)
    assert (found.detector, tried.detector) == (DETECTOR, f"{DETECTOR}+{tried.detector[-8:]}")
    assert tried.rows_looked_at == found.rows_looked_at


class Deep(Source):
    """A source of notes, in which more rows may matter, and perhaps cannot be had."""

    def __init__(self, fails: BaseException | None = None) -> None:
        super().__init__()
        self._fails_deeper = fails

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        if self._fails_deeper and plan.rows > 50:
            raise self._fails_deeper
        texts = [f"The caller said that she would come to the office on the {number}th." for number in range(plan.rows)]
        return Sample([ColumnSchema("notes", 0, "text")], [texts], method=SampleMethod.RANDOM_ROWS, rows_total=9000)


def test_where_more_rows_may_matter_a_second_answer_follows_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, deeper = answers(monkeypatch, Deep(), scan(50, 400))
    assert (usual["more"], deeper["more"]) == (True, False)
    told = [wire.load(DatasetResult, answer["result"]) for answer in (usual, deeper)]
    assert [one.rows_looked_at for one in told] == [50, 400]
    assert (told[0].depth, told[1].depth is Depth.USUAL) == (Depth.USUAL, False)
    assert told[1].source_bytes > told[0].source_bytes
    (only,) = answers(monkeypatch, Deep(), scan(50, 50))
    assert only["more"] is False


def test_a_deeper_look_that_fails_is_told_after_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, failed = answers(monkeypatch, Deep(MemoryError()), scan(50, 400))
    assert usual["result"]["rows_looked_at"] == 50
    assert failed["error"]["reason"] == "out_of_memory"


def test_an_unknown_request_is_refused_and_the_next_one_served(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = answers(monkeypatch, Source(), {"op": "write"}, {"op": "check"})
    assert first["error"]["reason"] == "crashed"
    assert "checks" in second


def test_the_change_key_moves_with_all_that_may_change_findings() -> None:
    depths = (100, 500)
    before = change_key(CASES, depths, DETECTOR)
    assert before == change_key(CASES, depths, DETECTOR)
    assert before != change_key(CASES, (200, 500), DETECTOR)
    assert before != change_key(CASES, (100, 600), DETECTOR)
    assert before != change_key(DatasetRef("cases", "cases", DatasetKind.TABLE, change_signal="s2"), depths, DETECTOR)
    assert before != change_key(CASES, depths, "another")


def test_what_gives_no_signal_is_always_due() -> None:
    silent = DatasetRef("cases", "cases", DatasetKind.TABLE)
    assert change_key(silent, (100, 0), DETECTOR) == ""


def test_a_declared_type_in_words_of_its_own_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,) = answers(monkeypatch, Source(declared="Vorlim Brandt(9)"), scan())
    assert wire.load(DatasetResult, answer["result"]).columns[0].declared_type == ""


class Input:
    """Standard input as lines of bytes."""

    def __init__(self, *messages: Mapping[str, Any]) -> None:
        self.buffer = io.BytesIO(b"".join(json.dumps(message).encode() + b"\n" for message in messages))


def test_the_process_serves_its_input_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    output, confined, ended = io.BytesIO(), [], threading.Event()
    given = {"kind": "memory", "options": {}, "names_key": "6b" * 32, "memory_mb": 512, "file_mb": 1, "rows": 100}
    given["environment"] = {"DATABASE_PASSWORD": "made up"}
    monkeypatch.setenv("DATABASE_PASSWORD", "another")
    monkeypatch.setattr(plugins, "load", lambda *_: lambda *_, **__: Source())
    monkeypatch.setattr(child, "confine", lambda *limits: confined.append(limits))
    monkeypatch.setattr(child, "reserve_output", lambda: output)
    monkeypatch.setattr("scanners.pipes.os._exit", lambda code: ended.set())
    monkeypatch.setattr("scanners.child.sys.stdin", Input(given, {"op": "check"}))
    threading.Thread(target=child.main, daemon=True).start()
    assert ended.wait(10)
    for _ in range(400):
        if output.getvalue().count(b"\n") == 2:
            break
        time.sleep(0.01)
    assert "checks" in json.loads(output.getvalue().splitlines()[1])
    assert confined == [("memory", 512)]
    assert keys.resolve("env:DATABASE_PASSWORD") == "made up"


def test_only_answers_reach_standard_output() -> None:
    program = (
        "import os, sys\n"
        "from scanners.pipes import reserve_output\n"
        "output = reserve_output()\n"
        "print('219-09-9998'); print('219-09-9998', file=sys.stderr); os.write(1, b'219-09-9998'); sys.stdout.flush()\n"
        "output.write(b'answer'); output.flush()\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (told.stdout, told.stderr) == (b"answer", b"")
