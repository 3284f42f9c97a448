"""Our own scanner on a labelled folder: through the command line, by names alone and by values alone."""

import csv
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import three_ways
from benchmarks.detection.judged import Judged, Judgements, from_document, strongest_first
from benchmarks.detection.labelled import Key, LabelledFolder, key
from benchmarks.detection.measured import Measured, Ran, run
from benchmarks.three_ways import Way
from catalog.model.runs import ColumnResult
from catalog.taxonomy.loader import load
from scanners.grading import grade
from scanners.judge import judge
from scanners.naming import NameGuard

_ROOT = Path(__file__).resolve().parents[2]
_CLASSIFY = (sys.executable, "-c", "from catalog.cli import main; main()", "classify", "--json")
_MOST_SECONDS = 1800.0
_STARTS = 3
_LEAST_SECONDS = 0.001
_TITLE = "Privacy Catalog"


def measured(folder: LabelledFolder) -> Measured:
    """Everything there is to go by, measured from outside; starting up is what one tiny table takes."""
    start = min((_start() for _ in range(_STARTS)), key=lambda one: one.seconds)
    ran = _classified(folder.tables)
    judgements = from_document(json.loads(ran.output))
    return Measured(
        title=_TITLE,
        judgements=judgements,
        cells=_cells(folder),
        columns=len(judgements),
        judging_seconds=max(ran.seconds - start.seconds, _LEAST_SECONDS),
        judging_cpu_seconds=max(ran.cpu_seconds - start.cpu_seconds, _LEAST_SECONDS),
        start_seconds=start.seconds,
        peak_bytes=ran.peak_bytes,
    )


def judgements(folder: LabelledFolder) -> Judgements:
    """What ``classify`` says of the tables."""
    return from_document(json.loads(_classified(folder.tables).output))


def alone(folder: LabelledFolder) -> Mapping[Way, Judgements]:
    """What the names alone say, and the values alone."""
    guard = NameGuard(b"\0" * 32)
    judged: dict[Way, dict[Key, Judged]] = {Way.NAMES: {}, Way.VALUES: {}}
    for name, sample in three_ways.tables(folder.tables, "files"):
        for way, so_far in judged.items():
            for column, result in zip(sample.columns, judge(three_ways.only(sample, way), guard), strict=True):
                so_far.setdefault(key(name, column.name), _judged(result))
    return judged


def alone_measured(folder: LabelledFolder) -> tuple[Measured, ...]:
    """The same as lines of the table; their speed says nothing, since both run inside the benchmark."""
    return tuple(
        Measured(title=f"{_TITLE}, {way}", judgements=judgements, columns=len(judgements))
        for way, judgements in alone(folder).items()
    )


def _judged(result: ColumnResult) -> Judged:
    found = ((finding.type_code, finding.strength) for finding in result.findings)
    return Judged(grade(result.findings, load()), strongest_first(found))


def _classified(path: Path) -> Ran:
    ran = run((*_CLASSIFY, path.resolve()), folder=_ROOT, most_seconds=_MOST_SECONDS)
    if ran.code:
        raise RuntimeError(f"classify ended with {ran.code}: {ran.errors.strip()}")
    return ran


def _start() -> Ran:
    with tempfile.TemporaryDirectory(prefix="detection-") as name:
        tiny = Path(name) / "tiny.csv"
        tiny.write_text("amount\n" + "".join(f"{number}\n" for number in range(12)), encoding="utf-8")
        return _classified(tiny)


def _cells(folder: LabelledFolder) -> int:
    """The cells that hold something, in all tables."""
    return sum(_cells_of(path) for path in sorted(folder.tables.glob("*.csv")))


def _cells_of(path: Path) -> int:
    with path.open(newline="", encoding="utf-8", errors="replace") as lines:
        rows = csv.reader(lines)
        next(rows, None)
        return sum(1 for row in rows for cell in row if cell.strip())
