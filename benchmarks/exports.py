"""A list of a million rows taken out as CSV, JSON and a workbook: the memory it takes, and that no file is left.

``python -m benchmarks.exports KIND ROWS FOLDER`` is the process that is measured.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.proof import Proof
from catalog.sheets import writing
from catalog.sheets.cells import Row, as_csv, as_json
from web.lists import DATASET_HEADINGS

_ROWS = 1_000_000
_FEW = 1_000
_MOST_MIB = 16
_ROOT = Path(__file__).resolve().parents[1]


def proofs() -> Iterator[Proof]:
    """Measure the processes."""
    for kind in ("csv", "json", "xlsx"):
        few, many = _measured(kind, _FEW), _measured(kind, _ROWS)
        more = many[0] - few[0]
        figure = f"{more:.1f} MiB more than for {_FEW:,}, {many[2] / 2**20:,.0f} MiB in {many[1]:.0f} s"
        promise = f"{_ROWS:,} datasets as {kind.upper()}: memory"
        yield Proof(promise, figure, f"<= {_MOST_MIB} MiB more", more <= _MOST_MIB)
        yield Proof(f"{kind.upper()}: files written meanwhile", str(int(many[3])), "0", not many[3])


def _measured(kind: str, rows: int) -> tuple[float, ...]:
    """MiB held at most, seconds, bytes given, files written."""
    with tempfile.TemporaryDirectory(prefix="exports-") as folder:
        command = [sys.executable, "-m", "benchmarks.exports", kind, str(rows), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=_ROOT)
    return tuple(float(word) for word in done.stdout.split())


def _write(kind: str, rows: int, folder: Path) -> None:
    tempfile.tempdir = str(folder)
    begun, size, files = time.monotonic(), 0, set[str]()
    for number, piece in enumerate(_pieces(kind, rows)):
        size += len(piece)
        if number % 50 == 0:
            files |= {path.name for path in folder.iterdir()}
    print(_peak(), time.monotonic() - begun, size, len(files))


def _peak() -> float:
    """Of this program alone: what getrusage tells begins with what its parent held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _pieces(kind: str, rows: int) -> Iterator[str] | Iterator[bytes]:
    if kind == "csv":
        return as_csv(DATASET_HEADINGS, _rows(rows))
    if kind == "json":
        return as_json({}, DATASET_HEADINGS, _rows(rows))
    properties = writing.Properties("search", "cpo", datetime.now(UTC))
    return writing.pieces(properties, [], DATASET_HEADINGS, _rows(rows))


def _rows(count: int) -> Iterator[Row]:
    for number in range(count):
        words = (f"Case file {number}", f"case_file_{number:x}", "DSS", "Case management", "dss-cases", "table")
        states = ("scanned", "2026-01-05T04:00:00+00:00", "Restricted", "10,000 to 99,999", "SSN DATE_OF_BIRTH", "NAME")
        row: Row = (number, *words, *states, number % 40, 7, number % 3, number % 2 == 0, "client_ssn, dob")
        yield row[: len(DATASET_HEADINGS)]


if __name__ == "__main__":
    _write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
