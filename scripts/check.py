"""Everything CI runs: ``check.py [--static]``. All checks run even when one fails; then a summary says which did."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from setup import missing_programs
from steps import BIN, ROOT, say

_LEAST_COVERAGE = 95
_IN_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  # only asked for room; what is made there is private

STATIC = {
    "ruff check": ["ruff", "check", "--quiet"],
    "ruff format": ["ruff", "format", "--check", "--quiet"],
    "mypy --strict": ["mypy", "--no-error-summary"],
    "import contracts": ["lint-imports"],
}
# By file, so that what a file's tests share is made once; in the order of their names, so that short ones come last.
_PYTEST = ["pytest", "-q", "--tb=short", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
# Measuring doubles the time a test takes. These suffice for the promise; all others run as they are.
_MEASURED = ["tests/integration", "tests/unit/catalog", "tests/unit/scanners"]
TESTS = {
    "pytest, measured": [*_PYTEST, "--cov=catalog", "--cov=scanners", "--cov-report=", *_MEASURED],
    f"branch coverage of catalog, scanners >= {_LEAST_COVERAGE} %": [
        *("coverage", "report", "--include=catalog/*,scanners/*", f"--fail-under={_LEAST_COVERAGE}"),
    ],
    "pytest, the others": [*_PYTEST, "tests", *(f"--ignore={path}" for path in _MEASURED)],
    "figures of the house": ["python", "-m", "benchmarks.house"],
}


def run(command: list[str], environment: dict[str, str]) -> tuple[bool, float]:
    """Run one check; what it prints is shown when it fails, and a test run's always."""
    began = time.monotonic()
    shown = command[0] not in ("ruff", "mypy", "lint-imports")
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, env=environment, check=False, capture_output=not shown, text=True
    )
    if done.returncode and not shown:
        print(done.stdout + done.stderr)
    return done.returncode == 0, time.monotonic() - began


def scratch() -> Path | None:
    """Where the tests' databases are quickest: in memory, where the machine has room there."""
    if _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM:
        return _IN_MEMORY
    return None


def main(arguments: list[str]) -> int:
    """Run the checks and print the summary; 1 when one failed."""
    left_out = missing_programs()
    environment = dict(os.environ) | {"LEFT_OUT": " ".join(left_out), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    results = {}
    with tempfile.TemporaryDirectory(dir=scratch(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o1777)  # as /tmp is: the databases do not run as root
        for name, command in (STATIC if "--static" in arguments else STATIC | TESTS).items():
            results[name] = run(command, environment | {"TMPDIR": folder})
    print()
    for name, (passed, seconds) in results.items():
        say(name, "passed" if passed else "FAILED", seconds)
    for name in left_out:
        say(f"tests that need {name}", "left out")
    return 0 if all(passed for passed, _ in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
