"""The process that scan children are made from: it has read what all of them need, and nothing of anybody's.

Run as ``python -m scanners.template`` with one of a pair of sockets for standard input. A message with two pipes makes
a child, of which they become standard input and output; with a third, which a child that reads a server's files and the
one that carries them share, it is told its number. A message with a child's number ends that child. The template ends
when the other socket is closed, and its children with it.

A copy made by fork has all that its original has. So this process has one thread and nothing open but that socket, is
told no assignment and no secret, and lets go of a child's pipes before it makes the next one.
"""

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from catalog import plugins
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.settings import PersonModel
from scanners import added, carrier, child
from scanners.confine import LOCAL_KINDS, die_with_parent, leave_no_core
from scanners.judge import judge
from scanners.naming import NameGuard
from scanners.processes import CARRIER, CHILD, FOR_MANY
from scanners.recognisers import standard

Work = Callable[..., None]

#: The answer where nothing was made or ended.
NO_CHILD = -1
_PIPES = 3
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
_LONGEST_MESSAGE = 32
_WAITS = 400
_WAIT_SECONDS = 0.005


def main() -> None:
    """Read what all children need, then make them for one coordinator until it is gone."""
    leave_no_core()
    warm(with_texts=FOR_MANY in sys.argv)
    # Judged tables leave few cycles behind; looking for them every few hundred objects took a tenth of the time.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    serve(socket.socket(fileno=sys.stdin.fileno()), {CHILD: child.main, CARRIER: carrier.main})


def warm(*, with_texts: bool = True) -> None:
    """Load the connectors for what is read from disk, the judge's lists and models, and what reads texts if wanted."""
    for kind in sorted(LOCAL_KINDS):
        with suppress(Exception):  # not installed, or broken: a child that needs it will say so
            plugins.load("connectors", kind)
    standard().prepare()
    for model in PersonModel:
        added.recognisers((), model)
    made_up = {
        "full name": ["Jane Smith", "Smith, John", "Robert Brown"],
        "home address": ["12 Main Street", "7 Oak Avenue", "120 West 4th Street"],
    }
    if with_texts:
        made_up["notes"] = ["Jane Smith called from 212-555-0100 and asked for a visit at home."] * 3
    columns = [ColumnSchema(name, position, "text") for position, name in enumerate(made_up)]
    judge(Sample(columns, list(made_up.values()), method=SampleMethod.ALL_ROWS, rows_total=3), NameGuard(bytes(32)))
    # What is here now stays: children would copy every page the collector marks.
    gc.collect()
    gc.freeze()


def serve(control: socket.socket, works: Mapping[bytes, Work]) -> None:
    """Make children that do one of these works, and end them, as asked."""
    while True:
        message, pipes, *_ = socket.recv_fds(control, _LONGEST_MESSAGE, _PIPES)
        if not message:
            return
        control.send(b"%d" % (_make(control, pipes, works[message]) if pipes else _end(int(message))))


def _make(control: socket.socket, pipes: Sequence[int], work: Work) -> int:
    """Make a child; its number, or :data:`NO_CHILD` where the system has no room for one."""
    template = os.getpid()
    try:
        made = os.fork()
    except OSError:
        made = NO_CHILD
    if made == 0:
        _be_child(template, control, pipes, work)
    for pipe in pipes:
        os.close(pipe)
    return made


def _be_child(template: int, control: socket.socket, pipes: Sequence[int], work: Work) -> None:
    """Work, with the pipes for standard input and output and a line at most besides, and never return."""
    try:
        die_with_parent()
        if os.getppid() == template:  # else it died too soon to take this child with it
            control.close()
            for standard, pipe in zip((sys.stdin, sys.stdout), pipes, strict=False):
                os.dup2(pipe, standard.fileno())
                os.close(pipe)
            work(*pipes[2:])
    finally:
        os._exit(1)  # without a word: what was raised may quote values


def _end(number: int) -> int:
    """End a child; its number, or :data:`NO_CHILD` where the kernel cannot end it yet."""
    for _ in range(_WAITS):
        if os.waitpid(number, os.WNOHANG)[0]:
            return number
        os.kill(number, signal.SIGKILL)  # a child nobody has waited for: the number is still its own
        time.sleep(_WAIT_SECONDS)
    return NO_CHILD


if __name__ == "__main__":
    main()
