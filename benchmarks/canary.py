"""Canaries: made-up people planted everywhere a source can hold them, and looked for everywhere they could get to."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from whoosh import index as whoosh_index

from benchmarks.canary_names import share_proofs
from benchmarks.canary_search import Hit, Net, all_hits, files_below, rows_of
from benchmarks.canary_sources import Planted, plant
from benchmarks.canary_words import Breeder, Canary
from benchmarks.processes import children_of
from benchmarks.proof import Proof
from tests.support.bounds import EGRESS

SEED = 20261122
COUNT = 10_000
_CLI = (sys.executable, "-c", "from catalog.cli import main; main()")
_AGENCY = ("--agency", "A", "--agency-name", "Agency")
_PAGES = (sys.executable, "-m", "benchmarks.canary_pages")


@dataclass(frozen=True)
class Remains:
    """What a whole life of a catalog left behind, and what it must not have kept."""

    folder: Path
    canaries: tuple[Canary, ...]

    @property
    def data_dir(self) -> Path:
        """The catalog's own folder."""
        return self.folder / "run" / "data"

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Everything that was left, but the sources themselves."""
        yield from rows_of(self.data_dir / "catalog.db")
        yield from _terms_of(self.data_dir / "index")
        yield from files_below(self.folder / "run", "left behind")


class Life:
    """Runs the real command line over planted sources, in a folder and an environment of its own."""

    def __init__(self, folder: Path, planted: Sequence[Planted]) -> None:
        self._run = folder / "run"
        self._planted = planted
        for name in ("tmp", "home", "out"):
            (self._run / name).mkdir(parents=True)
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PRIVACY_CATALOG_")},
            "PRIVACY_CATALOG_DATA_DIR": str(self._run / "data"),
            "PRIVACY_CATALOG_EGRESS": EGRESS,
            "PRIVACY_CATALOG_LOG_LEVEL": "DEBUG",
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "400",
            "HOME": str(self._run / "home"),
            "TMPDIR": str(self._run / "tmp"),
        }

    def live(self, share: Path) -> None:
        """Everything a catalog goes through."""
        self._command("init")
        for one in self._planted:
            options = [part for key, value in one.options.items() for part in ("-o", f"{key}={value}")]
            self._command("source", "add", one.name, "--kind", one.kind, *_AGENCY, *options)
        self._at_once([("source", "test", one.name) for one in self._planted])
        self._scan_killed()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda scan: scan(), (self._scan_locked, self._scan_hurried)))
        self._command("index", "rebuild")
        pages = self._start("pages", [*_PAGES, str(self._run / "data"), str(self._run / "pages")])
        self._at_once(
            [
                ("classify", str(share)),
                ("classify", str(share), "--json"),
                ("explain", "A/cases/clients"),
                ("explain", "A/cases/visits", "--json"),
                ("explain", "no-such-dataset"),
                ("search", "ssn"),
                ("search", "withheld", "--json"),
                ("audit", "verify"),
                ("doctor",),
            ]
        )
        pages.wait()

    def _scan_locked(self) -> None:
        """Scan a database while somebody holds it locked."""
        path = next(one.options["path"] for one in self._planted if one.name == "cases")
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            self._program("locked", [*_CLI, "scan", "--full", "--source", "cases"])

    def _scan_killed(self) -> None:
        """Scan, and kill children in the midst of it, as a crash would: with a core, were it allowed."""
        process = self._start("killed", [*_CLI, "scan", "--json"])
        # Two deaths over one thing are forgiven, so that a slow machine, too, scans everything in the end.
        for number in (signal.SIGSEGV, signal.SIGABRT):
            time.sleep(3)
            for child in children_of(process.pid)[:1]:
                os.kill(child, number)
        process.wait()

    def _scan_hurried(self) -> None:
        """Scan with less time than is needed."""
        self._program("hurried", [*_CLI, "scan", "--full", "--source", "share"], PRIVACY_CATALOG_CHILD_SECONDS="1")

    def _at_once(self, commands: Iterable[Sequence[str]]) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda words: self._command(*words), commands))

    def _command(self, *words: str) -> None:
        name = "-".join(word for word in words[:3] if "/" not in word)
        self._program(name, [*_CLI, *words])

    def _program(self, name: str, command: Sequence[str], **more: str) -> None:
        self._start(name, command, **more).wait()

    def _start(self, name: str, command: Sequence[str], **more: str) -> "subprocess.Popen[bytes]":
        out = self._run / "out"
        with (out / f"{name}.out").open("ab") as answer, (out / f"{name}.err").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self._run,
                env={**self._environment, **more},
                stdout=answer,
                stderr=log,
            )
        # Cores are allowed to it, as on a developer's machine: it has to refuse them by itself.
        resource.prlimit(process.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return process


def remains(folder: Path, count: int, seed: int, postgres_url: str | None = None) -> Remains:
    """Plant about ``count`` canaries below ``folder`` and let a catalog live through them."""
    breeder = Breeder(seed)
    planted = plant(folder / "sources", breeder, count, postgres_url)
    Life(folder, planted).live(folder / "sources" / "share")
    return Remains(folder, tuple(breeder.bred))


def hits(folder: Path, count: int, seed: int, postgres_url: str | None = None) -> list[Hit]:
    """Plant, live, search; every canary found again."""
    left = remains(folder, count, seed, postgres_url)
    return all_hits(Net(left.canaries), left.places())


def proofs() -> Iterator[Proof]:
    """Ten thousand canaries, with PostgreSQL."""
    from tests.support.postgres import create_database, libpq, throwaway_postgres  # noqa: PLC0415  # only the full proof needs a server

    with tempfile.TemporaryDirectory() as folder, throwaway_postgres() as cluster:
        left = remains(Path(folder), COUNT, SEED, libpq(create_database(cluster)))
        found = all_hits(Net(left.canaries), left.places())
    by_place = Counter(hit.place for hit in found)
    told = ", ".join(f"{number} of {place}" for place, number in by_place.most_common()) or "0 hits"
    yield Proof(f"{len(left.canaries):,} canaries in every place of every source", told, "0 hits", not found, SEED)
    yield from share_proofs(SEED)


def _terms_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The words and stored texts of the search index, which keeps them packed."""
    with closing(whoosh_index.open_dir(str(folder)).reader()) as reader:
        yield "index: words", "\n".join(text for _, text in _decoded(reader.all_terms())).encode()
        yield "index: texts", "\n".join(map(str, reader.all_stored_fields())).encode()


def _decoded(terms: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    return ((field, text.decode("utf-8", "replace")) for field, text in terms)
