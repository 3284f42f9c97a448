"""The pipes of a process that a template made: requests come in by standard input, answers leave by standard output."""

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO

from scanners.processes import CANCEL


def reserve_output() -> BinaryIO:
    """Keep standard output for answers; what anything else prints may be a value and goes nowhere."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    return output


class Requests:
    """Lines as they come, with ``on_cancel`` called at once for the one that calls off what is being answered.

    When the stream ends, so does the process, whatever it is doing.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.on_cancel: Callable[[], None] = lambda: None
        self._waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stream = stream
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield self._waiting.get()

    def _read(self) -> None:
        for line in self._stream:
            if line == CANCEL:
                # Not in this thread: a source that does not answer must not keep it from seeing the stream's end.
                threading.Thread(target=self.on_cancel, name="cancel", daemon=True).start()
            else:
                self._waiting.put(line)
        os._exit(0)
