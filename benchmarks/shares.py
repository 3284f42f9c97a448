"""A file of 5 GB, and folders of 100,000 files: what listing and judging them takes of memory and time.

``SHARE_GB`` and ``SHARE_FILES`` make them smaller, for a first look. Needs that much room in the folder of temporary
files.
"""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.manners.estate import estate
from benchmarks.memory import watched
from benchmarks.proof import Proof
from catalog.model.coverage import Look
from catalog.model.runs import RunState
from catalog.settings import Settings
from scanners.processes import Template
from scanners.supervisor import Listed, Supervisor

SEED = 20261128
GIGABYTES = float(os.environ.get("SHARE_GB", "5"))
FILES = int(os.environ.get("SHARE_FILES", "100000"))
_MIB = 2**20
_MOST_MIB = 512
_HEADER = "case_id,ssn,full_name,remarks\n"
_WORDS = ("ash", "bay", "cob", "dell", "elm", "fen", "glen", "hill", "isle", "knoll")


def proofs() -> Iterator[Proof]:
    """The large file, then the folders."""
    yield _large_file()
    yield _unlike_files()
    yield _alike_files()


def _large_file() -> Proof:
    with TemporaryDirectory(prefix="share-") as folder, Template(for_many=False) as template:
        size = _write_large(Path(folder) / "large.csv")
        with closing(_supervisor(folder, template)) as child, watched(os.getpid(), 0.02) as peak:
            (one,) = child.list()
            began = time.monotonic()
            result = child.scan(one, rows=1000, seed=SEED) if isinstance(one, Listed) else None
            seconds = time.monotonic() - began
    read = result.source_bytes / _MIB if result else 0
    looked = result.look.value if result else getattr(one, "reason", "not listed")
    found = (
        sorted({finding.type_code for column in result.columns for finding in column.findings[:1]}) if result else []
    )
    return Proof(
        f"A CSV file of {size / 1e9:.1f} GB is judged by parts from all over it",
        f"{looked}, {', '.join(found)}; {seconds:.1f} s, {read:,.1f} MiB of values; "
        f"one process {peak.largest / _MIB:,.0f} MiB, all together {peak.held / _MIB:,.0f} MiB",
        f"looked at; at most {_MOST_MIB} MiB",
        result is not None and result.look is not Look.COULD_NOT_LOOK and peak.largest <= _MOST_MIB * _MIB,
        SEED,
    )


def _write_large(path: Path) -> int:
    block = "".join(
        f"{number},{number % 700 + 100:03}-{number % 89 + 10}-{number % 8999 + 1000},Person Number{number},came in\n"
        for number in range(200_000)
    ).encode()
    with path.open("wb") as file:
        file.write(_HEADER.encode())
        while file.tell() < GIGABYTES * 1e9:
            file.write(block)
        return file.tell()


def _unlike_files() -> Proof:
    """Names that no rule takes for alike, each file with columns of its own: as many datasets."""
    with TemporaryDirectory(prefix="share-") as folder, Template(for_many=False) as template:
        for number in range(FILES):
            name = _in_words(number)
            (Path(folder) / f"{name}.csv").write_text(f"{name}_id,{name}_note\n1,x\n", encoding="ascii")
        with closing(_supervisor(folder, template)) as child, watched(os.getpid(), 0.05) as peak:
            began = time.monotonic()
            listed = sum(1 for _ in child.list())
            seconds = time.monotonic() - began
    return Proof(
        f"A folder of {FILES:,} files with unlike names is listed whole",
        f"{listed:,} datasets in {seconds:.1f} s; one process {peak.largest / _MIB:,.0f} MiB, all together "
        f"{peak.held / _MIB:,.0f} MiB",
        f"all of them; at most {_MOST_MIB} MiB",
        listed == FILES and peak.largest <= _MOST_MIB * _MIB,
        SEED,
    )


def _in_words(number: int) -> str:
    return "_".join(_WORDS[int(digit)] for digit in str(number))


def _alike_files() -> Proof:
    """One export a day for many years, in one folder."""
    with TemporaryDirectory(prefix="share-") as folder, estate() as city:
        for number in range(FILES):
            (Path(folder) / f"claims_{number:06}.csv").write_text(
                f"{_HEADER}{number},078-05-{number % 9000 + 1000},Person Number{number},x\n", encoding="ascii"
            )
        source = city.add("Alike", "files", {"path": folder})
        with watched(os.getpid(), 0.05) as peak:
            began = time.monotonic()
            run = city.scan(source)
            seconds = time.monotonic() - began
        names = [name for (name,) in city.rows("SELECT name FROM datasets")]
    return Proof(
        f"A folder of {FILES:,} alike files is scanned as one dataset",
        f"{run.state.value}: {', '.join(names[:3])} ({len(names)}) in {seconds:.1f} s; one process "
        f"{peak.largest / _MIB:,.0f} MiB, all together {peak.held / _MIB:,.0f} MiB",
        f"1 dataset; at most {_MOST_MIB} MiB a process",
        run.state is RunState.DONE and len(names) == 1 and peak.largest <= _MOST_MIB * _MIB,
        SEED,
    )


def _supervisor(folder: str, template: Template) -> Supervisor:
    return Supervisor("files", {"path": folder}, settings=Settings.load(), names_key=bytes(32), template=template)
