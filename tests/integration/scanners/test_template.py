"""What a child has of its template and of the other children: nothing but what was there before any of them."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import children_of
from catalog.settings import Settings
from scanners import processes
from scanners.processes import Made, Template
from scanners.supervisor import Supervisor
from tests.support.processes import is_running, wait_until
from tests.support.sources import Table, sqlite_source

CANARY = "219-09-9998"

#: A template whose children tell what they have, in place of opening a source.
TELLING = """
    import ctypes, json, os, random, secrets, sys
    from scanners import child, template
    from scanners.pipes import reserve_output
    from scanners.confine import confine

    def open_files():
        found = {}
        for number in range(64):
            try:
                found[number] = os.readlink(f"/proc/self/fd/{number}")
            except OSError:
                continue
        return found

    def room_for(megabytes):
        try:
            return len(bytearray(megabytes << 20)) > 0
        except MemoryError:
            return False

    def tell():
        is_dumpable, opened = ctypes.CDLL(None).prctl(3), open_files()
        output = reserve_output()
        print(sys.stdin.readline())
        print("219-09-9998", file=sys.stderr, flush=True)
        confine("files", 512)
        told = {
            "open": opened,
            "chance": [random.random(), secrets.token_hex(8)],
            "environment": dict(os.environ),
            "room": [room_for(50), room_for(600)],
            "dumpable": is_dumpable,
        }
        output.write(json.dumps(told).encode() + b"\\n")
        output.flush()
        sys.stdin.readline()

    child.main = tell
    template.main()
"""


@pytest.fixture
def template() -> Iterator[Template]:
    with Template() as made:
        yield made


@pytest.fixture
def telling(template: Template, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, Any]]:
    """Makes two children, both alive; gives what the second tells, beside what the first does."""
    monkeypatch.setenv("DATABASE_PASSWORD", CANARY)

    def start(control: int, *, for_many: bool) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(TELLING)],
            stdin=control,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=processes._environment(),
        )

    monkeypatch.setattr(processes, "_start", start)

    def tell() -> dict[str, Any]:
        first, second = template.make(), template.make()
        told = {"first": told_by(first), "second": told_by(second)}
        for made in (first, second):
            template.end(made)
        return told

    return tell


def told_by(made: Made) -> dict[str, Any]:
    with os.fdopen(made.input, "wb") as given, os.fdopen(made.output, "rb") as output:
        given.write(CANARY.encode() + b"\n")
        given.flush()
        told: dict[str, Any] = json.loads(output.readline())
    return told


def test_a_child_has_nothing_of_its_siblings_and_no_secret(telling: Callable[[], dict[str, Any]]) -> None:
    told = telling()
    first, second = told["first"], told["second"]
    assert [sorted(each["open"]) for each in (first, second)] == [["0", "1", "2"]] * 2
    assert first["open"]["2"] == "/dev/null"
    assert not {first["open"][number] for number in "01"} & {second["open"][number] for number in "01"}
    assert not set(first["chance"]) & set(second["chance"])
    assert CANARY not in repr(told), "neither printed nor inherited"
    assert first["environment"]["OMP_NUM_THREADS"] == "1"
    assert first["room"] == [True, False], "of the limit, what is inherited is but a part"
    assert first["dumpable"] == 0


@pytest.fixture
def child(template: Template, tmp_path: Path) -> Iterator[Supervisor]:
    built = sqlite_source(tmp_path, {"stock": Table(("sku",), [("P-1",)])})
    made = Supervisor(built.kind, built.options, settings=Settings.load(), names_key=b"k" * 32, template=template)
    yield made
    made.close()


def ids_of(child: Supervisor, template: Template) -> tuple[int, int]:
    assert child._child is not None
    assert template._running is not None
    return child._child.id, template._running._process.pid


def test_children_are_copies_of_one_process_of_one_thread(child: Supervisor, template: Template) -> None:
    child.check()
    made, original = ids_of(child, template)
    assert "\nThreads:\t1\n" in Path(f"/proc/{original}/status").read_text()
    assert f"\nPPid:\t{original}\n" in Path(f"/proc/{made}/status").read_text()
    assert made in children_of(os.getpid())
    child.close()
    child.check()
    assert ids_of(child, template)[1] == original


def test_a_template_that_dies_takes_its_children_along_and_is_replaced(child: Supervisor, template: Template) -> None:
    child.check()
    made, original = ids_of(child, template)
    os.kill(original, signal.SIGKILL)
    wait_until(lambda: not is_running(made))
    assert all(check.passed for check in child.check())
    assert ids_of(child, template)[1] != original


def test_closing_ends_the_template(child: Supervisor, template: Template) -> None:
    child.check()
    made, original = ids_of(child, template)
    template.close()
    assert not is_running(original)
    wait_until(lambda: not is_running(made))


@pytest.mark.parametrize(
    ("kind", "password", "told"),
    [
        ("files", "env:DATABASE_PASSWORD", False),
        ("sqlite", "env:DATABASE_PASSWORD", False),
        ("postgres", "env:DATABASE_PASSWORD", True),
        ("postgres", "env:ANOTHER", False),
        ("postgres", "file:/run/DATABASE_PASSWORD", False),
    ],
)
def test_a_child_is_told_the_secret_its_source_refers_to_and_no_other(
    monkeypatch: pytest.MonkeyPatch, template: Template, kind: str, password: str, told: bool
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", CANARY)
    monkeypatch.setenv("ANOTHERS_PASSWORD", CANARY)
    options = {"host": "db1", "password": password}
    child = Supervisor(kind, options, settings=Settings.load(), names_key=b"k" * 32, template=template)
    assert ("DATABASE_PASSWORD" in child._assignment["environment"]) is told
    assert "ANOTHERS_PASSWORD" not in child._assignment["environment"]
