"""The processes a scan starts, for the proofs that kill them."""

from pathlib import Path


def children_of(pid: int) -> list[int]:
    """The process numbers of a coordinator's scan children: copies of its template, which is its own child."""
    return [child for template in started_by(pid) for child in started_by(template)]


def started_by(pid: int) -> list[int]:
    """The process numbers of what a process started itself."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(number) for number in task.read_text().split()]
        except OSError:
            continue
    return found
