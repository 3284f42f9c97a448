"""Watching other processes come to their end."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether there is such a process, and not only its number."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that is about to come about."""
    for _ in range(400):
        if condition():
            return
        time.sleep(0.025)
    raise AssertionError("it did not come about")
