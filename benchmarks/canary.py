"""Canaries: made-up people planted everywhere a source can hold them, and looked for everywhere they could get to."""

import json
import os
import resource
import shutil
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
from benchmarks.canary_search import Hit, Net, all_hits, dump_of, files_below, pieces_found, rows_of
from benchmarks.canary_servers import plant_bucket, plant_duckdb, plant_mariadb
from benchmarks.canary_sources import Planted, plant
from benchmarks.canary_words import Breeder, Canary
from benchmarks.processes import children_of
from benchmarks.proof import Proof
from catalog.model.actors import Role
from tests.support.bounds import EGRESS
from tests.support.mariadb import Place, place, throwaway_mariadb
from tests.support.postgres import create_database, libpq, throwaway_postgres
from tests.support.s3_server import throwaway_s3

SEED = 20261122
COUNT = 10_000
TRIES = 200
#: Those between whom every page is seen; who sees which is what the proof `matrix` is about.
_ROLES = (Role.CPO, Role.OFFICER, Role.RESEARCHER, Role.OPERATOR)
_CLI = (sys.executable, "-c", "from catalog.cli import main; main()")
_AGENCY = ("--agency", "A", "--agency-name", "Agency")
_DOORS = (sys.executable, "-m", "benchmarks.canary_doors")
_PAGES = (sys.executable, "-m", "benchmarks.canary_pages")


@dataclass(frozen=True)
class Remains:
    """What a whole life of a catalog left behind, and what it must not have kept."""

    folder: Path
    canaries: tuple[Canary, ...]
    database_url: str = ""

    @property
    def data_dir(self) -> Path:
        """The catalog's own folder."""
        return self.folder / "run" / "data"

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Everything that was left, but the sources themselves."""
        if self.database_url:
            yield "dump", pg_dump(self.database_url)
        else:
            yield from rows_of(self.data_dir / "catalog.db")
            yield dump_of(self.data_dir / "catalog.db")
        yield from _terms_of(self.data_dir / "index")
        yield from files_below(self.folder / "run", "left behind")


class Life:
    """Runs the real command line over planted sources, in a folder and an environment of its own."""

    def __init__(
        self,
        folder: Path,
        planted: Sequence[Planted],
        tries: int,
        seed: int,
        database_url: str = "",
    ) -> None:
        self._run, self._secrets = folder / "run", folder / "secrets.json"
        self._tries, self._seed = tries, seed
        self._planted = planted
        for name in ("tmp", "home", "out"):
            (self._run / name).mkdir(parents=True)
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PRIVACY_CATALOG_")},
            "PRIVACY_CATALOG_DATA_DIR": str(self._run / "data"),
            "PRIVACY_CATALOG_EGRESS": EGRESS,
            "PRIVACY_CATALOG_DATABASE_URL": database_url,
            "PRIVACY_CATALOG_LOG_LEVEL": "DEBUG",
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "400",
            "HOME": str(self._run / "home"),
            "TMPDIR": str(self._run / "tmp"),
            **{name: secret for one in planted for name, secret in one.secrets.items()},
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
        numbers = [str(self._seed), str(self._tries)]
        self._program("doors", [*_DOORS, str(self._run / "data"), str(self._secrets), *numbers])
        self._command("index", "rebuild")
        pages = self._start("pages", [*_PAGES, str(self._run / "data"), str(self._run / "pages"), *_ROLES])
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
                ("metrics",),
                ("notices", "list", "--json"),
                ("people", "list", "--json"),
                ("run", "list", "--json"),
                ("source", "list", "--json"),
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


@dataclass(frozen=True)
class Servers:
    """What a life may have beside files: a PostgreSQL source, a MariaDB one, and a PostgreSQL catalog of its own."""

    postgres: str | None = None
    mariadb: Place | None = None
    catalog: str = ""


def remains(folder: Path, count: int, seed: int, servers: Servers | None = None, tries: int = 10) -> Remains:
    """Plant about ``count`` canaries below ``folder``, let a catalog live through them, and ``tries`` ways in fail."""
    servers = servers or Servers()
    breeder = Breeder(seed)
    lot = max(count // 140, 6)
    planted = plant(folder / "sources", breeder, count, servers.postgres)
    planted.append(plant_duckdb(folder / "sources" / "ducks.duckdb", breeder, lot, tries // 2))
    if servers.mariadb:
        planted.append(plant_mariadb(servers.mariadb, breeder, lot, tries // 2))
    with throwaway_s3() as server:
        planted.append(plant_bucket(server, folder / "sources" / "bucket", breeder, lot))
        Life(folder, planted, tries, seed, servers.catalog).live(folder / "sources" / "share")
    return Remains(folder, (*breeder.bred, *_secrets(folder, planted)), servers.catalog)


def _secrets(folder: Path, planted: Iterable[Planted]) -> Iterator[Canary]:
    """What opens doors and sources."""
    for kind, secret in json.loads((folder / "secrets.json").read_text())["secrets"]:
        yield Canary(kind, "the doors", secret, (secret,))
    for one in planted:
        for secret in one.secrets.values():
            yield Canary(f"secret of {one.kind}", "the environment", secret, (secret,))


def found_in(left: Remains) -> list[Hit]:
    """Every canary found again. Of a session's token, which is a long random word, the database keeps the hash."""
    hits = all_hits(Net(left.canaries), left.places())
    return [hit for hit in hits if (hit.kind, hit.form) != ("session token", "sha256")]


def pg_dump(url: str) -> bytes:
    """A database as the statements that make it again."""
    program = shutil.which("pg_dump") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_dump")))
    command = [program, "--inserts", "--no-owner", libpq(url)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def proofs() -> Iterator[Proof]:
    """Ten thousand canaries through all kinds of sources that run here; then some through a catalog on PostgreSQL."""
    with throwaway_postgres() as cluster, throwaway_mariadb() as server, place(server) as maria:
        with tempfile.TemporaryDirectory() as folder:
            servers = Servers(libpq(create_database(cluster)), maria)
            left = remains(Path(folder), COUNT, SEED, servers, TRIES)
            yield _nothing_of(left, "through SQLite, PostgreSQL, MariaDB, DuckDB, files, a bucket and doors")
            yield _failures(left)
            yield _pieces(left)
        with tempfile.TemporaryDirectory() as folder:
            left = remains(Path(folder), COUNT // 8, SEED + 1, Servers(catalog=create_database(cluster)))
            yield _nothing_of(left, "through a catalog on PostgreSQL, with its pg_dump")
    yield from share_proofs(SEED)


def _nothing_of(left: Remains, how: str) -> Proof:
    found = found_in(left)
    by_place = Counter((hit.place, hit.kind, hit.form, hit.where) for hit in found)
    told = ", ".join(f"{number} of {' '.join(which)}" for which, number in by_place.most_common(12)) or "0 hits"
    return Proof(f"{len(left.canaries):,} canaries {how}", told, "0 hits", not found, SEED)


def _failures(left: Remains) -> Proof:
    with closing(sqlite3.connect(left.data_dir / "catalog.db")) as database:
        looked = "SELECT count(*) FROM outcomes WHERE look = 'could_not_look'"
        datasets = database.execute(looked).fetchone()[0]
        runs = database.execute("SELECT count(*) FROM runs WHERE state = 'failed'").fetchone()[0]
    ways_in = json.loads((left.folder / "secrets.json").read_text())["failures"]
    figure = f"{datasets} datasets that failed, {runs} runs, {ways_in} ways in refused"
    return Proof("forced failures among them", figure, "at least 200", datasets + ways_in >= 200 <= ways_in, SEED)


def _pieces(left: Remains) -> Proof:
    planted, others = pieces_found(left.canaries, left.places(), SEED)
    figure = f"{planted} six-digit pieces of planted numbers stand alone; of numbers never planted {sorted(others)}"
    return Proof(
        "pieces of numbers, no more than by chance", figure, "at most the most by chance", planted <= max(others), SEED
    )


def _terms_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The words and stored texts of the search index, which keeps them packed."""
    with closing(whoosh_index.open_dir(str(folder)).reader()) as reader:
        yield "index: words", "\n".join(text for _, text in _decoded(reader.all_terms())).encode()
        yield "index: texts", "\n".join(map(str, reader.all_stored_fields())).encode()


def _decoded(terms: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    return ((field, text.decode("utf-8", "replace")) for field, text in terms)
