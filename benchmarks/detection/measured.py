"""What is measured of a tool that judged a folder, and of the process it ran in."""

import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.detection.judged import Judgements
from benchmarks.memory import watched


@dataclass(frozen=True, slots=True)
class Measured:
    """One tool on one folder; ``not_run`` says why there is nothing, ``note`` what to know beside the figures,
    ``is_partial`` that its time was up before it came to all tables."""

    title: str
    judgements: Judgements = field(default_factory=dict)
    cells: int = 0
    columns: int = 0
    judging_seconds: float = 0.0
    judging_cpu_seconds: float = 0.0
    start_seconds: float = 0.0
    peak_bytes: int = 0
    not_run: str = ""
    note: str = ""
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """One process and all it started."""

    code: int
    output: bytes
    errors: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run(command: Sequence[str | Path], *, folder: Path, most_seconds: float) -> Ran:
    """Run a command to its end, killing it when it takes too long.

    Raises:
        subprocess.TimeoutExpired: when it was killed.
    """
    began, cpu = time.monotonic(), _cpu_of_children()
    with (
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        watched(process.pid) as peak,
    ):
        try:
            output, errors = process.communicate(timeout=most_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    seconds = time.monotonic() - began
    told = errors.decode(errors="replace")
    return Ran(process.returncode, output, told, seconds, _cpu_of_children() - cpu, peak.held)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
