"""What a scan child may not do: outgrow its memory, outlive its parent, leave anything on disk or call out.

Parsers are guilty until proven otherwise. The limits of memory and files are the kernel's. That nothing else is done is
an audit hook's, which holds what is Python to it and no machine code; the network is besides the kernel's to refuse for
what reads the files of a server, where the kernel lets it be left.
"""

import ctypes
import os
import resource
import signal
import sys

from catalog import plugins

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_MEGABYTE = 1024 * 1024
_NICENESS = 5
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

#: Kinds of sources that are read from disk and need nothing else.
LOCAL_KINDS = frozenset({"duckdb", "files", "sqlite"})
#: Kinds of sources whose bytes one process carries, with the connection and the secrets, and another one understands.
CARRIED_KINDS = frozenset(plugins.names("places"))

_NETWORK = "socket."
"""What the names of all events of sockets begin with. What goes through one that is connected already raises none."""
_CHANGING = frozenset(
    {
        "socket.bind",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.forkpty",
        "pty.spawn",
    }
    | {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"}
)


def confine(kind: str, memory_mb: int) -> None:
    """Give up, for good, what understanding a source of this kind does not need."""
    _limit(memory_mb)
    if kind in LOCAL_KINDS | CARRIED_KINDS:
        sys.addaudithook(_refuse)


def confine_carrier(memory_mb: int) -> None:
    """Give up, for good, what carrying bytes over a network does not need."""
    _limit(memory_mb)
    sys.addaudithook(_refuse_changing)


def _limit(memory_mb: int) -> None:
    leave_no_core()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * _MEGABYTE, memory_mb * _MEGABYTE))
    os.nice(_NICENESS)


def leave_network() -> None:
    """Leave the network for one that nobody else is in, for good, where the kernel lets this account do so; where it
    does not, nothing changes. To be called before there is a second thread. Sockets that are open stay so.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def leave_no_core() -> None:
    """Keep this process's memory to itself: no core of it is written, and no process of the same account looks in."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # A limit of none is no limit where cores are piped to a program, as on many a Linux.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """Ask the kernel to end this process when the thread that made it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_NETWORK):
        raise PermissionError("a scan child reads and answers, nothing else")
    _refuse_changing(event, arguments)


def _refuse_changing(event: str, arguments: tuple[object, ...]) -> None:
    if event in _CHANGING or (event == "open" and _is_for_writing(arguments)):
        raise PermissionError("a scan child reads and answers, nothing else")


def _is_for_writing(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITING)
