"""The processes a scan starts, for the proofs that kill them."""

from pathlib import Path


def children_of(pid: int) -> list[int]:
    """The process numbers of a process's children."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(number) for number in task.read_text().split()]
        except OSError:
            continue
    return found
