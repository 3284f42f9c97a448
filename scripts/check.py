"""Everything CI runs: ``check.py [--static]``. All checks run even when one fails; then a summary says which did."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import advisories

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
    "bills of materials": ["python", "scripts/sbom.py"],
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
    """Run the checks and print the summary; 1 when one failed. Advisories are asked for meanwhile."""
    left_out = missing_programs()
    static = "--static" in arguments
    with ThreadPoolExecutor() as aside:
        asked = None if static else aside.submit(advisories.look)
        results = results_of(STATIC if static else STATIC | TESTS, left_out)
        looks = asked.result() if asked else []
    print()
    for name, (passed, seconds) in results.items():
        say(name, "passed" if passed else "FAILED", seconds)
    for each in looks:
        print(*(f"  known: {finding}" for finding in each.findings), sep="\n", end="\n" * bool(each.findings))
        say(each.name, each.outcome)
    for name in left_out:
        say(f"tests that need {name}", "left out")
    return 0 if all(passed for passed, _ in results.values()) and all(each.passed for each in looks) else 1


def results_of(checks: dict[str, list[str]], left_out: list[str]) -> dict[str, tuple[bool, float]]:
    """Run checks one after the other, with scratch files in memory."""
    environment = dict(os.environ) | {"LEFT_OUT": " ".join(left_out), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory(dir=scratch(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o1777)  # as /tmp is: the databases do not run as root
        return {name: run(command, environment | {"TMPDIR": folder}) for name, command in checks.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
