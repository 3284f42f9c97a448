"""Runs the steps of setting up and checking, each on one line with the seconds it takes.

Standard library only: this runs before anything is installed. What a step prints goes to var/log; when it fails, its
last lines are shown with what to do next.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
LOGS = ROOT / "var" / "log"
_LINES_SHOWN = 20


@dataclass(frozen=True)
class Step:
    """One command, what it is for, and what to do when it fails."""

    name: str
    command: Sequence[str | Path]
    next_step: str


def run(step: Step) -> bool:
    """Run one step, showing that it lives; False when it failed, after saying why."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{step.name.split(':')[0].replace(' ', '-').lower()}.log"
    began = time.monotonic()
    done = threading.Event()
    display = threading.Thread(target=_show, args=(step.name, began, done), daemon=True)
    display.start()
    with log.open("wb") as output:
        code = _code(step.command, output.fileno())
    done.set()
    display.join()
    say(step.name, "done" if code == 0 else "FAILED", time.monotonic() - began)
    if code:
        _explain(step, log)
    return code == 0


def run_all(steps: Sequence[Step]) -> bool:
    """Run steps until one fails."""
    return all(run(step) for step in steps)


def say(name: str, outcome: str, seconds: float | None = None) -> None:
    """Print a step's one line, over its live display where there is one."""
    took = "" if seconds is None else f"{seconds:6.1f} s"
    clear = "\r\033[K" if sys.stdout.isatty() else ""
    print(f"{clear}  {name:<52} {outcome:<10} {took}".rstrip(), flush=True)


def _show(name: str, began: float, done: threading.Event) -> None:
    while sys.stdout.isatty() and not done.wait(0.2):
        print(f"\r\033[K  {name:<52} {'...':<10} {time.monotonic() - began:6.1f} s", end="", flush=True)


def _code(command: Sequence[str | Path], output: int) -> int:
    try:
        return subprocess.run(
            command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ).returncode
    except OSError as error:
        print(error, file=sys.stderr)
        return 127


def _explain(step: Step, log: Path) -> None:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_SHOWN:]
    print("\n".join(f"    | {line}" for line in lines))
    print(f"  {step.next_step} The whole log: {log.relative_to(ROOT)}", flush=True)
