import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import textwrap
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
        ("socket.of some later Python", ()),
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


#: Everything of sockets that reaches out or makes one, tried under the real hook; told is what was not refused.
TRYING = """
    import _socket, json, os, socket, sys
    from scanners.confine import confine

    ours, theirs = socket.socketpair()
    tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
    there = ("127.0.0.1", 9)
    confine("files", 4096)
    tries = {
        "socket": lambda: socket.socket(), "_socket": lambda: _socket.socket(), "pair": lambda: socket.socketpair(),
        "unix": lambda: socket.socket(socket.AF_UNIX), "of a number": lambda: socket.socket(fileno=ours.fileno()),
        "fromfd": lambda: socket.fromfd(ours.fileno(), socket.AF_UNIX, socket.SOCK_STREAM), "dup": lambda: ours.dup(),
        "create_connection": lambda: socket.create_connection(there),
        "create_server": lambda: socket.create_server(("127.0.0.1", 0)),
        "getaddrinfo": lambda: socket.getaddrinfo("localhost", 80),
        "gethostbyname": lambda: socket.gethostbyname("localhost"),
        "gethostbyname_ex": lambda: socket.gethostbyname_ex("localhost"),
        "gethostbyaddr": lambda: socket.gethostbyaddr("127.0.0.1"),
        "getnameinfo": lambda: socket.getnameinfo(there, 0),
        "getservbyname": lambda: socket.getservbyname("http"), "getservbyport": lambda: socket.getservbyport(80),
        "gethostname": lambda: socket.gethostname(), "sethostname": lambda: socket.sethostname("x"),
        "connect": lambda: tcp.connect(there), "connect_ex": lambda: tcp.connect_ex(there),
        "bind": lambda: tcp.bind(("127.0.0.1", 0)), "sendto": lambda: udp.sendto(b"x", there),
        "sendto with flags": lambda: udp.sendto(b"x", 0, there),
        "sendmsg": lambda: udp.sendmsg([b"x"], [], 0, there), "send_fds": lambda: socket.send_fds(ours, [b"x"], [0]),
        "a program": lambda: os.system("true"), "a copy": lambda: os.fork(), "a file": lambda: open("x", "w"),
    }
    passed = []
    for name, attempt in tries.items():
        try:
            attempt()
        except PermissionError as error:
            if str(error) == "a scan child reads and answers, nothing else":
                continue
            passed.append(f"{name}: {error}")
        except BaseException as error:
            passed.append(f"{name}: {error}")
        else:
            passed.append(name)
    ours.sendall(b"answer")
    print(json.dumps([passed, len(tries), theirs.recv(6).decode()]))
"""


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_nothing_of_sockets_passes_but_what_was_open() -> None:
    passed, tried, heard = json.loads(run(TRYING))
    assert passed == []
    assert (tried, heard) == (28, "answer")


#: Asks the kernel itself, past Python and its hooks, and tells whether it got there.
REACHING = """
    import ctypes, os, socket, struct, sys
    from scanners.confine import leave_network

    leave_network()
    kernel = ctypes.CDLL(None)
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(int(sys.argv[1])), bytes([127, 0, 0, 1]))
    line = kernel.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    print(kernel.connect(line, address, len(address)), os.access("/", 4))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_who_left_the_network_reaches_nobody_where_the_kernel_lets_it_be_left() -> None:
    lets = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False).returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert run(REACHING, str(server.getsockname()[1])) == ("-1 True" if lets else "0 True")


def test_a_process_can_keep_its_memory_to_itself_alone(kernel: Kernel) -> None:
    confine.leave_no_core()
    assert kernel.limits == {resource.RLIMIT_CORE: (0, 0)}
    assert kernel.calls == [(4, 0)]


def test_the_kernel_is_asked_to_end_it_with_its_parent(kernel: Kernel) -> None:
    confine.die_with_parent()
    assert kernel.calls == [(1, signal.SIGKILL)]
