import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanners import template
from scanners.processes import CHILD, FOR_MANY


class Exited(BaseException):
    """What stands for the end of the process."""


def refuse() -> None:
    raise AssertionError("this child was not to work")


@pytest.fixture
def control() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(10)
    with ours, theirs:
        yield ours, theirs


def asked(control: tuple[socket.socket, socket.socket], message: bytes, *pipes: int) -> bytes:
    ours, theirs = control
    serving = threading.Thread(target=template.serve, args=(theirs, {CHILD: refuse}))
    serving.start()
    socket.send_fds(ours, [message], pipes)
    answer = ours.recv(32)
    ours.close()
    serving.join(10)
    assert not serving.is_alive(), "it ends with the coordinator"
    return answer


def test_a_child_that_cannot_be_made_is_an_answer(
    control: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fork() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fork)
    read, write = os.pipe()
    assert asked(control, CHILD, read, write) == b"-1"
    os.close(write)
    assert os.read(read, 1) == b"", "the template keeps no pipe of a child"
    os.close(read)


@pytest.mark.parametrize(("waits", "answer"), [(0, b"7"), (1, b"7"), (1000, b"-1")])
def test_a_child_is_ended_while_its_number_is_its_own(
    control: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch, waits: int, answer: bytes
) -> None:
    ended = iter([(0, 0)] * waits + [(7, 9)])
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "waitpid", lambda *_: next(ended))
    monkeypatch.setattr(os, "kill", lambda *call: killed.append(call))
    monkeypatch.setattr(template.time, "sleep", lambda _: None)
    assert asked(control, b"7") == answer
    assert set(killed) == ({(7, signal.SIGKILL)} if waits else set())


Work = Callable[[int, int], None]


def be_child(monkeypatch: pytest.MonkeyPatch, control: socket.socket, parent: int, work: Work) -> None:
    """Be a child of a template of number 7 whose parent is now ``parent``; it works on two files."""

    def leave(code: int) -> None:
        raise Exited(code)

    nowhere = Path(os.devnull)
    with nowhere.open("rb") as given, nowhere.open("wb") as told, monkeypatch.context() as patched:
        patched.setattr(template, "sys", SimpleNamespace(stdin=given, stdout=told))
        patched.setattr(template, "die_with_parent", lambda: None)
        patched.setattr(os, "getppid", lambda: parent)
        patched.setattr(os, "_exit", leave)
        with pytest.raises(Exited):
            template._be_child(7, control, os.pipe(), lambda: work(given.fileno(), told.fileno()))


def test_a_child_works_on_its_pipes_and_never_comes_back(
    control: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[bytes] = []

    def work(given: int, told: int) -> None:
        os.write(told, b"said")
        worked.append(os.read(given, 4))
        raise ValueError("219-09-9998")

    be_child(monkeypatch, control[1], 7, work)
    assert worked == [b"said"]
    assert control[0].recv(1) == b"", "it cannot speak to the coordinator as its template does"


def test_a_child_orphaned_at_birth_does_not_work(
    control: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[int] = []
    be_child(monkeypatch, control[1], 1, lambda *pipes: worked.extend(pipes))
    assert not worked


@pytest.mark.parametrize(("told", "loads"), [([], False), ([FOR_MANY], True)])
def test_what_reads_texts_is_loaded_beforehand_only_for_many(told: list[str], loads: bool) -> None:
    script = "import sys; from scanners.template import main; import scanners.template as t; t.leave_no_core = int; "
    script += "t.serve = lambda *_: print('spacy' in sys.modules); main()"
    with socket.socket() as control:
        done = subprocess.run(
            [sys.executable, "-c", script, *told], stdin=control, capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == str(loads)
