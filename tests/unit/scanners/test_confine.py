import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable

import pytest

from scanners import confine


class Kernel:
    """Takes down what a process gives up, in place of giving it up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.limits: dict[int, tuple[int, int]] = {}
        self.hooks: list[Callable[..., None]] = []
        self.calls: list[tuple[int, int]] = []
        monkeypatch.setattr(resource, "setrlimit", self.limits.__setitem__)
        monkeypatch.setattr(os, "nice", lambda _: 0)
        monkeypatch.setattr(sys, "addaudithook", self.hooks.append)
        monkeypatch.setattr(ctypes, "CDLL", lambda _: self)

    def prctl(self, option: int, value: int) -> int:
        self.calls.append((option, value))
        return 0


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(monkeypatch)


@pytest.mark.parametrize("kind", ["files", "sqlite", "postgres"])
def test_no_child_outgrows_its_memory_or_leaves_anything_on_disk(kernel: Kernel, kind: str) -> None:
    confine.confine(kind, 512)
    assert kernel.limits == {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_AS: (512 * 1024 * 1024, 512 * 1024 * 1024),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own word, on Linux only")
def test_no_core_is_piped_to_a_program_either(kernel: Kernel) -> None:
    confine.confine("files", 512)
    assert (4, 0) in kernel.calls  # PR_SET_DUMPABLE


@pytest.mark.parametrize(("kind", "fences"), [("files", 1), ("sqlite", 1), ("sftp", 1), ("s3", 1), ("postgres", 0)])
def test_only_what_is_read_over_the_network_may_use_it(kernel: Kernel, kind: str, fences: int) -> None:
    confine.confine(kind, 512)
    assert len(kernel.hooks) == fences


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (None, ("127.0.0.1", 80))),
        ("socket.getaddrinfo", ("localhost", 80)),
        ("subprocess.Popen", ("true",)),
        ("os.system", ("true",)),
        ("open", ("x", "w", os.O_WRONLY | os.O_CREAT)),
        ("open", ("x", None, os.O_RDWR)),
    ],
)
def test_the_fence_refuses_and_names_nothing(kernel: Kernel, event: str, arguments: tuple[object, ...]) -> None:
    confine.confine("files", 512)
    (fence,) = kernel.hooks
    with pytest.raises(PermissionError) as caught:
        fence(event, arguments)
    assert str(caught.value) == "a scan child reads and answers, nothing else"


@pytest.mark.parametrize(
    ("event", "arguments"), [("open", ("x", "r", os.O_RDONLY)), ("open", ("x", "r", None)), ("import", ("json",))]
)
def test_the_fence_lets_reading_pass(kernel: Kernel, event: str, arguments: tuple[object, ...]) -> None:
    confine.confine("files", 512)
    (fence,) = kernel.hooks
    fence(event, arguments)


def test_what_carries_bytes_may_use_the_network_and_nothing_else(kernel: Kernel) -> None:
    confine.confine_carrier(512)
    assert kernel.limits[resource.RLIMIT_FSIZE] == (0, 0)
    assert kernel.limits[resource.RLIMIT_AS] == (512 * 1024 * 1024, 512 * 1024 * 1024)
    (fence,) = kernel.hooks
    fence("socket.connect", (None, ("192.0.2.1", 22)))
    fence("socket.getaddrinfo", ("db1", 22))
    for event, arguments in (
        ("socket.bind", (None, ("0.0.0.0", 80))),
        ("subprocess.Popen", ("true",)),
        ("os.fork", ()),
        ("open", ("x", "w", os.O_WRONLY)),
    ):
        with pytest.raises(PermissionError):
            fence(event, arguments)


def test_a_process_can_keep_its_memory_to_itself_alone(kernel: Kernel) -> None:
    confine.leave_no_core()
    assert kernel.limits == {resource.RLIMIT_CORE: (0, 0)}
    assert kernel.calls == [(4, 0)]


def test_the_kernel_is_asked_to_end_it_with_its_parent(kernel: Kernel) -> None:
    confine.die_with_parent()
    assert kernel.calls == [(1, signal.SIGKILL)]
