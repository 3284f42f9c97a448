import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import Look
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.runs import ListedDataset, SafeName
from catalog.settings import Settings
from scanners import wire
from scanners.processes import DiedError, Made, OverdueError, Process, Template
from scanners.supervisor import _CALLED_OFF_SECONDS, CalledOffError, Listed, Supervisor, Unlisted
from tests.support.processes import is_running, wait_until

CANARIES = ("219-09-9998", "Gonzalez", "212-555-0134")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "city.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, full_name TEXT, ssn TEXT)")
        rows = [(number, "Maria Gonzalez", f"219-09-{number + 1000}") for number in range(60)]
        connection.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)
        connection.execute(
            "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
            " SELECT x FROM c WHERE x < 0"
        )
        connection.commit()
    return path


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "calls.csv").write_text("caller,phone\nMaria Gonzalez,212-555-0134\n")
    (folder / "Maria Gonzalez.csv").write_text("Maria Gonzalez,219-09-9998\nJohn Smith,219-09-9997\n")
    return folder


Make = Callable[..., Supervisor]


@pytest.fixture
def supervise(template: Template) -> Iterator[Make]:
    made: list[Supervisor] = []

    def make(kind: str, path: Path, by: Template = template, **settings: int) -> Supervisor:
        given = Settings.load(**settings)
        made.append(Supervisor(kind, {"path": str(path)}, settings=given, names_key=b"k" * 32, template=by))
        return made[-1]

    yield make
    for each in made:
        each.close()


def table(name: str) -> Listed:
    safe = ListedDataset(SafeName(name, name, withheld=False), DatasetKind.TABLE, "", None, "0" * 64)
    return Listed(DatasetRef(name, name, DatasetKind.TABLE), safe)


PEOPLE, ENDLESS = table("people"), table("endless")


def pid_of(child: Supervisor) -> int:
    assert child._child is not None
    return child._child.id


def test_a_database_is_checked_listed_and_judged_without_a_value_coming_out(supervise: Make, database: Path) -> None:
    child = supervise("sqlite", database)
    assert all(check.passed for check in child.check())
    pid = pid_of(child)
    listed = {one.safe.name.text: one for one in child.list() if isinstance(one, Listed)}
    assert set(listed) == {"people", "endless"}
    result = child.scan(listed["people"], rows=1000, seed=7)
    assert (result.look, result.reason, result.rows_looked_at, result.seed) == (Look.SCANNED, None, 60, 7)
    found = {column.name.text: {finding.type_code for finding in column.findings} for column in result.columns}
    assert "SSN" in found["ssn"]
    assert "NAME" in found["full_name"]
    assert not any(canary in repr(result) for canary in CANARIES)
    assert replace(child.scan(listed["people"], rows=1000, seed=7), source_ms=result.source_ms) == result
    assert pid_of(child) == pid


def test_names_of_files_and_first_rows_are_withheld_where_they_are_somebodys(supervise: Make, share: Path) -> None:
    child = supervise("files", share)
    listed = {one.safe.name.text: one for one in child.list() if isinstance(one, Listed)}
    assert set(listed) == {"calls.csv", "name withheld (Aaaaa Aa+.aaa)"}
    results = [child.scan(one, rows=100, seed=1) for one in listed.values()]
    names = {column.name.text for result in results for column in result.columns}
    assert names == {"caller", "phone", "column 1", "column 2"}
    assert not any(canary in repr((list(listed.values()), results)) for canary in CANARIES)


def test_a_listing_left_halfway_does_not_disturb_what_follows(supervise: Make, share: Path) -> None:
    child = supervise("files", share)
    listing = child.list()
    first = next(one for one in listing if isinstance(one, Listed))
    assert child.scan(first, rows=100, seed=1).look is Look.SCANNED
    with pytest.raises(SourceError):
        list(listing)


def test_what_takes_too_long_is_ended_and_the_next_goes_on(supervise: Make, database: Path) -> None:
    child = supervise("sqlite", database, child_seconds=3)
    result = child.scan(ENDLESS, rows=100, seed=1)
    assert (result.look, result.reason, result.columns) == (Look.COULD_NOT_LOOK, SkipReason.TIMED_OUT, ())
    assert result.source_ms >= 2900, "what nobody answered was asked all the same"
    assert child.scan(PEOPLE, rows=100, seed=1).look is Look.SCANNED


@pytest.mark.parametrize(
    "second",
    [
        OverdueError(),
        DiedError(),
        {
            "error": {
                "reason": "out_of_memory",
                "thing": "",
                "cause": "",
                "next_step": "",
                "source_ms": 7,
                "source_bytes": 9,
            }
        },
        {"result": "not as agreed"},
    ],
)
def test_whatever_becomes_of_a_deeper_look_the_usual_one_stands(
    supervise: Make, database: Path, monkeypatch: pytest.MonkeyPatch, second: dict[str, object] | Exception
) -> None:
    child = supervise("sqlite", database)
    usual = child.scan(PEOPLE, rows=100, seed=1)

    def deeper(*_: object) -> object:
        if isinstance(second, Exception):
            raise second
        return second

    monkeypatch.setattr(child, "_ask", lambda _: {"result": wire.dump(usual), "more": True})
    monkeypatch.setattr(child, "_next_of", deeper)
    found = child.scan(PEOPLE, rows=100, seed=1, deepest=1000)
    assert replace(found, source_ms=0, source_bytes=0) == replace(usual, source_ms=0, source_bytes=0)


def test_what_is_called_off_while_its_child_is_made_is_not_asked(
    supervise: Make, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child, sent = supervise("sqlite", database), []
    make = child._free_child

    def made_late() -> Process:
        made = make()
        child.call_off()
        monkeypatch.setattr(made, "send", sent.append)
        return made

    monkeypatch.setattr(child, "_free_child", made_late)
    with pytest.raises(CalledOffError):
        child.scan(PEOPLE, rows=100, seed=1)
    assert sent == []


def test_what_is_called_off_ends_at_once_and_for_good(supervise: Make, database: Path) -> None:
    child = supervise("sqlite", database)
    child.scan(PEOPLE, rows=100, seed=1)
    calling = threading.Timer(0.3, child.call_off)
    calling.start()
    began = time.monotonic()
    with pytest.raises(CalledOffError):
        child.scan(ENDLESS, rows=100, seed=1)
    assert time.monotonic() - began < 0.3 + _CALLED_OFF_SECONDS, "it gave up by itself, and did not have to be killed"
    calling.join()
    with pytest.raises(CalledOffError):
        child.scan(PEOPLE, rows=100, seed=1)


def test_what_does_not_hear_that_it_is_called_off_is_ended(supervise: Make, database: Path) -> None:
    child = supervise("sqlite", database)
    child.scan(PEOPLE, rows=100, seed=1)
    os.kill(pid_of(child), signal.SIGSTOP)
    threading.Timer(0.3, child.call_off).start()
    began = time.monotonic()
    with pytest.raises(CalledOffError):
        child.scan(ENDLESS, rows=100, seed=1)
    assert time.monotonic() - began < 3 * _CALLED_OFF_SECONDS


def end_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the next child that is asked something die over it; the list will hold its number."""
    killed: list[int] = []
    receive = Process.receive

    def receive_once_from_the_dying(process: Process, seconds: float) -> object:
        if process.is_busy and not killed:
            killed.append(process.id)
            os.kill(process.id, signal.SIGKILL)
        return receive(process, seconds)

    monkeypatch.setattr(Process, "receive", receive_once_from_the_dying)
    return killed


def test_one_death_in_the_middle_is_forgiven(supervise: Make, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = supervise("sqlite", database)
    killed = end_one_that_is_asked(monkeypatch)
    assert child.scan(PEOPLE, rows=100, seed=1).look is Look.SCANNED
    assert len(killed) == 1


def test_a_warm_child_that_dies_over_a_listing_is_replaced_and_a_new_one_is_not(
    supervise: Make, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm, cold = supervise("sqlite", database), supervise("sqlite", database)
    warm.check()
    killed = end_one_that_is_asked(monkeypatch)
    assert "people" in {one.safe.name.text for one in warm.list()}
    assert len(killed) == 1
    end_one_that_is_asked(monkeypatch)
    with pytest.raises(SourceError) as crashed:
        list(cold.list())
    assert crashed.value.reason is SkipReason.CRASHED


def test_a_child_that_died_at_rest_is_replaced_unseen(supervise: Make, database: Path) -> None:
    child = supervise("sqlite", database)
    child.check()
    os.kill(pid_of(child), signal.SIGKILL)
    assert child.scan(PEOPLE, rows=10, seed=1).look is Look.SCANNED


def test_a_dataset_that_vanished_is_a_result(supervise: Make, database: Path) -> None:
    result = supervise("sqlite", database).scan(table("gone"), rows=10, seed=1)
    assert (result.look, result.reason) == (Look.COULD_NOT_LOOK, SkipReason.VANISHED)


def test_a_source_that_cannot_be_opened_is_an_error(supervise: Make, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as missing:
        list(supervise("sqlite", tmp_path / "none.db").list())
    assert missing.value.reason is SkipReason.UNREACHABLE
    with pytest.raises(SourceError) as unknown:
        supervise("punch cards", tmp_path).check()
    assert unknown.value.reason is SkipReason.BAD_SETTINGS


CLOSED = "import sys; sys.stdin.readline()"
GARBAGE = 'import sys; sys.stdin.readline(); print("{}"); sys.stdout.flush(); sys.stdin.readline(); print("Maria")'
LIAR = """
import json, sys
print("{}", flush=True)
for line in sys.stdin:
    print(json.dumps({"result": {"values": ["219-09-9998"]}, "listed": {"ref": {}}}), flush=True)
"""
SILENT = 'import sys, time; print("{}", flush=True); time.sleep(60)'


class IllBehaved(Template):
    """Makes children that run this program; gives the list of their process numbers, growing."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program
        self.started: list[int] = []
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def make(self) -> Made:
        process = subprocess.Popen([sys.executable, "-c", self._program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        self.started.append(process.pid)
        self._processes[process.pid] = process
        return Made(None, process.pid, os.dup(process.stdin.fileno()), os.dup(process.stdout.fileno()))

    def end(self, made: Made) -> None:
        with self._processes[made.id] as process:
            process.kill()


@pytest.mark.parametrize("program", [CLOSED, GARBAGE, LIAR], ids=["closed", "garbage", "liar"])
def test_a_child_gone_wrong_three_times_sets_the_dataset_aside(supervise: Make, database: Path, program: str) -> None:
    made = IllBehaved(program)
    child = supervise("sqlite", database, made)
    result = child.scan(PEOPLE, rows=10, seed=1)
    assert (result.look, result.reason, len(made.started)) == (Look.COULD_NOT_LOOK, SkipReason.CRASHED, 3)
    assert not any(map(is_running, made.started))
    with pytest.raises(SourceError) as caught:
        list(child.list())
    assert caught.value.reason is SkipReason.CRASHED


def test_a_silent_child_is_ended(supervise: Make, database: Path) -> None:
    with pytest.raises(SourceError) as caught:
        supervise("sqlite", database, IllBehaved(SILENT), child_seconds=1).check()
    assert caught.value.reason is SkipReason.TIMED_OUT


def test_a_program_that_cannot_be_started_is_a_result(
    supervise: Make, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Template() as unstarted:
        result = supervise("sqlite", database, unstarted).scan(PEOPLE, rows=10, seed=1)
    assert result.reason is SkipReason.CRASHED


def test_closing_leaves_no_process_and_no_thread(supervise: Make, database: Path) -> None:
    threads = threading.active_count()
    child = supervise("sqlite", database)
    child.check()
    pid = pid_of(child)
    child.close()
    assert not is_running(pid)
    assert threading.active_count() == threads


SUPERVISED = """
    import os, signal, sys
    from catalog.settings import Settings
    from scanners.processes import Template
    from scanners.supervisor import Supervisor
    template = Template()
    child = Supervisor(
        "sqlite", {"path": sys.argv[1]}, settings=Settings.load(), names_key=b"k" * 32, template=template
    )
    child.check()
    print(child._child.id, template._running._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_neither_a_child_nor_its_template_outlives_the_coordinator(database: Path) -> None:
    program = [sys.executable, "-c", textwrap.dedent(SUPERVISED), str(database)]
    told = subprocess.run(program, stdout=subprocess.PIPE, check=False).stdout
    child, template = map(int, told.split())
    wait_until(lambda: not is_running(child) and not is_running(template))


CONFINED = """
import os, resource, socket, subprocess, sys
from pathlib import Path
from scanners.confine import confine
confine(sys.argv[1], 512)
attempts = {
    "connect": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
    "resolve": lambda: socket.getaddrinfo("localhost", 80),
    "run": lambda: subprocess.run(["true"]),
    "system": lambda: os.system("true"),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "fork": os.fork,
    "write": lambda: Path(sys.argv[2]).write_text("219-09-9998"),
    "append": lambda: open(sys.argv[2], "a"),
    "memory file": lambda: open("/dev/shm/left", "wb"),
    "remove": lambda: os.remove(sys.argv[0]),
    "memory": lambda: bytearray(600 * 1024 * 1024),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except (PermissionError, MemoryError) as error:
        print(name, type(error).__name__)
print("read", Path(sys.argv[0]).is_file() and len(Path("/etc/hostname").read_bytes()) >= 0)
print("core", resource.getrlimit(resource.RLIMIT_CORE))
"""


@pytest.mark.parametrize("kind", ["files", "sqlite"])
def test_a_confined_process_reads_and_does_nothing_else(tmp_path: Path, kind: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(CONFINED)
    told = subprocess.run(
        [sys.executable, str(program), kind, str(tmp_path / "left")], capture_output=True, text=True, check=False
    )
    refused = ["connect", "resolve", "run", "system", "exec", "fork", "write", "append", "memory file", "remove"]
    assert told.stdout.splitlines() == [
        *(f"{name} PermissionError" for name in refused),
        "memory MemoryError",
        "read True",
        "core (0, 0)",
    ]
    assert not (tmp_path / "left").exists()


def test_what_is_not_a_table_is_told_apart(supervise: Make, share: Path) -> None:
    (share / "scan.tiff").write_bytes(b"II*\0")
    unlisted = [one for one in supervise("files", share).list() if isinstance(one, Unlisted)]
    assert [(one.safe.name.text, one.reason) for one in unlisted] == [("scan.tiff", SkipReason.NO_TEXT)]
