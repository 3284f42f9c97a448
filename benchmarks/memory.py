"""How much memory a process and all it started hold together."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Peak:
    """The most that was held at one time, in bytes; pages that processes share count once."""

    held: int = 0
    largest: int = 0
    """The most that one of the processes below the watched one held, shared pages included."""


@contextmanager
def watched(pid: int, every_seconds: float = 0.2) -> Iterator[Peak]:
    """Look at a process tree again and again, as long as the block lasts."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(every_seconds):
            tree = _tree(pid)
            peak.held = max(peak.held, sum(map(_proportional, tree)))
            peak.largest = max(peak.largest, *map(_resident, tree[1:]), 0)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _tree(pid: int) -> list[int]:
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                left += [int(number) for number in task.read_text().split()]
            except OSError:
                continue
    return found


def _proportional(pid: int) -> int:
    """The proportional set size; a child that made itself unreadable counts with all it has resident."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration, ValueError):
        return _resident(pid)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
