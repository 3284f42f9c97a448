"""Names, trees and races that try to have the connectors of files read what is not the share's, or the catalog's own.

The kernel tells of every read of what lies outside (inotify), by whatever name it was reached; what came back is
looked through for canaries besides.
"""

import os
import socket
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.proof import Proof
from benchmarks.watching import Watched
from catalog.errors import CatalogError
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.plugins import load
from catalog.ports import Bounds, Connector, SamplePlan, Unlisted

RACES = int(os.environ.get("PATH_RACES", "400"))
CANARY = "canary-4711"
_PLAN = SamplePlan(rows=50, seed=1)
_TABLE = "name,number\n{0},1\n{0},2\n"

_UPS = (
    "../",
    "..\\",
    "....//",
    "..;/",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%2f",
    "..%c0%af",
    "..%255c",
    ".%2e/",
    "\u2024\u2024/",
    "\uff0e\uff0e/",
)
_TARGETS = ("outside/secret.csv", "data/keys/audit", "data/catalog.db", "etc/passwd", "etc/shadow")
_NAMES = (
    *(
        "/etc/passwd",
        "//etc/passwd",
        "///etc/passwd",
        "/proc/self/environ",
        "/proc/self/mem",
        "/dev/stdin",
        "~/secret.csv",
    ),
    *(
        "\\\\server\\share\\secret.csv",
        "//server/share/secret.csv",
        "\\\\?\\C:\\secret.csv",
        "\\\\.\\pipe\\x",
        "C:\\secret.csv",
    ),
    *(
        "OUTSID~1/SECRET.CSV",
        "SECRET~1.CSV",
        "secret.csv::$DATA",
        "CON",
        "NUL.csv",
        "aux.csv",
        "secret.csv.",
        "secret.csv ",
    ),
    *(
        "a\0.csv",
        "a.csv\0../outside/secret.csv",
        "\0",
        "",
        ".",
        "..",
        "./..",
        "../",
        "/",
        "//",
        "a//b",
        "./a.csv/..",
        "a.csv/",
    ),
    *(
        "x" * 255 + ".csv",
        "x" * 5000,
        "d/" * 3000 + "a.csv",
        "\udcff.csv",
        "file:///etc/passwd",
        "http://127.0.0.1/a.csv",
    ),
    *(
        "s3://bucket/a.csv",
        "jar:a.csv!/b",
        "a.csv#../outside",
        "a.csv?x",
        "|cat /etc/passwd",
        "$(id).csv",
        "`id`.csv",
        "-rf",
    ),
    *(
        "link.csv",
        "folder/secret.csv",
        "folder/../secret.csv",
        "loop/loop/loop/a.csv",
        "pipe.csv",
        "socket.csv",
        "null.csv",
    ),
    *(
        "key.csv",
        "chain.csv",
        "up.csv",
        "self.csv",
        "root/etc/passwd",
        "own/keys/audit",
        "data.csv",
        "into.csv/secret.csv",
    ),
)


class Ground:
    """A share, what lies outside it, and a catalog's own folder beside them."""

    def __init__(self, folder: Path) -> None:
        self.share, self.outside, self.data = folder / "share", folder / "outside", folder / "data"
        for made in (self.share / "sub" / "deep", self.outside / "inner", self.data / "keys"):
            made.mkdir(parents=True)
        for number, place in enumerate((self.outside, self.outside / "inner")):
            (place / "secret.csv").write_text(_TABLE.format(f"{CANARY}-{number}"))
            (place / f"{CANARY}-name.csv").write_text(_TABLE.format("x"))
        (self.data / "keys" / "audit").write_text(_TABLE.format(CANARY))
        with closing(sqlite3.connect(self.data / "catalog.db")) as own:
            own.executescript(f"CREATE TABLE t (a); INSERT INTO t VALUES ('{CANARY}')")
        for name in ("a.csv", "sub/b.csv", "sub/deep/c.csv"):
            (self.share / name).write_text(_TABLE.format("fine"))
        self._plant()
        self.bounds = Bounds(1, own=(str(self.data),))

    def _plant(self) -> None:
        links = {
            "link.csv": self.outside / "secret.csv",
            "folder": self.outside,
            "loop": self.share,
            "sub/loop": Path("loop"),
            "chain.csv": self.share / "link.csv",
            "up.csv": Path("../outside/secret.csv"),
            "self.csv": Path("self.csv"),
            "root": Path("/"),
            "own": self.data,
            "data.csv": self.data / "catalog.db",
            "into.csv": self.outside,
            "magic": Path("/proc/self/root"),
        }
        for name, target in links.items():
            (self.share / name).symlink_to(target)
        os.link(self.data / "keys" / "audit", self.share / "key.csv")
        os.link(self.data / "keys" / "audit", self.share / "sub" / "key.csv")
        os.link(self.data / "catalog.db", self.share / "store.db")
        os.mkfifo(self.share / "pipe.csv")
        with socket.socket(socket.AF_UNIX) as line:
            line.bind(str(self.share / "socket.csv"))
        with suppress(PermissionError):
            os.mknod(self.share / "null.csv", 0o600 | 0o020000, os.makedev(1, 3))
            os.mknod(self.share / "zero.csv", 0o600 | 0o020000, os.makedev(1, 5))
        with zipfile.ZipFile(self.share / "slip.xlsx", "w") as slip:
            for up in ("../../slipped.csv", "/slipped.csv", "..\\slipped.csv", "xl/workbook.xml"):
                slip.writestr(up, _TABLE.format(CANARY))

    def watched(self) -> Watched:
        """What is not to be read."""
        own = [path for path in self.data.rglob("*") if path.is_file()]
        return Watched([self.outside, *self.outside.rglob("*"), *own])


class Tally:
    """What was tried, and what came of it."""

    def __init__(self) -> None:
        self.tried, self.shown, self.reads = 0, 0, 0

    def note(self, watched: Watched, came: object) -> None:
        """One attempt and what came back."""
        self.tried += 1
        self.shown += CANARY in str(came)
        self.reads += len(watched.reads())


def proofs() -> Iterator[Proof]:
    """Names, trees and databases; then races."""
    with TemporaryDirectory() as folder:
        ground, tally = Ground(Path(folder)), Tally()
        watched = ground.watched()
        for attempt in (*_locators(ground), *_roots(ground), *_databases(ground)):
            tally.note(watched, attempt())
        fine = _listed(ground.share, ground.bounds)
        slipped = list(Path(folder).rglob("slipped*"))
    yield Proof(
        "Reads outside a share or of the catalog's own, by names, links, devices and second names",
        f"{tally.reads} reads and {tally.shown} canaries in {tally.tried} attempts",
        "0 in at least 300",
        not tally.reads and not tally.shown and not slipped and tally.tried >= 300,
    )
    yield Proof(
        "What is the share's own is read beside them",
        f"{sum(CANARY not in name and 'fine' in name for name in fine)} of 3 files",
        "all",
        sum("fine" in name for name in fine) == 3,
    )
    with TemporaryDirectory() as folder:
        yield _race(Ground(Path(folder)))


def _locators(ground: Ground) -> Iterator[Callable[[], object]]:
    names = [*_NAMES, *(up * times + target for up in _UPS for times in (1, 2, 8) for target in _TARGETS)]
    names += [f"sub/{name}" for name in _NAMES]
    for name in names:
        yield lambda name=name: _sampled(ground.share, ground.bounds, name)  # type: ignore[misc]  # of this turn of the loop


def _roots(ground: Ground) -> Iterator[Callable[[], object]]:
    share, data = ground.share, ground.data
    roots = [
        *(data, data / "keys", data / "keys" / "audit", share / "own", share / "own" / "keys", share / "own/../data"),
        *(share / "key.csv", share / "link.csv/..", Path(f"/proc/self/root{data}"), Path("/proc"), Path("/proc/self")),
        *(
            Path("/sys"),
            Path("/dev"),
            Path("/proc/self/fd"),
            Path("/dev/fd"),
            Path("/proc/self/environ"),
            Path("/dev/null"),
        ),
        *(
            share / "pipe.csv",
            share / "socket.csv",
            share / "magic" / str(data)[1:],
            share / "self.csv",
            share / "null.csv",
        ),
    ]
    for root in roots:
        yield lambda root=root: _listed(root, ground.bounds)  # type: ignore[misc]  # of this turn of the loop


def _databases(ground: Ground) -> Iterator[Callable[[], object]]:
    data, share = ground.data, ground.share
    for kind in ("sqlite", "duckdb"):
        for path in (
            *(data / "catalog.db", share / "store.db", share / "data.csv", share / "own" / "catalog.db"),
            *(data / "keys" / ".." / "catalog.db", Path(f"/proc/self/root{data}/catalog.db"), share / "key.csv"),
            *(
                Path(f"//{data}/catalog.db"),
                Path("/dev/null"),
                Path("/dev/zero"),
                Path("/proc/self/mem"),
                share / "pipe.csv",
            ),
        ):
            yield lambda kind=kind, path=path: _read(kind, path, ground.bounds)  # type: ignore[misc]  # of this turn of the loop


def _race(ground: Ground) -> Proof:
    """A folder is swapped for a link to the outside, over and over, while it is walked and read."""
    turn, spare, kept = (ground.share / name for name in ("turn", "spare", ".kept"))
    turn.mkdir()
    for name in ("a.csv", "secret.csv"):
        (turn / name).write_text(_TABLE.format("fine"))
    spare.symlink_to(ground.outside)
    over, swaps, tally, watched = threading.Event(), [0], Tally(), ground.watched()

    def swap() -> None:
        while not over.is_set():
            turn.rename(kept)
            spare.rename(turn)
            turn.rename(spare)
            kept.rename(turn)
            swaps[0] += 1

    thread = threading.Thread(target=swap)
    thread.start()
    met = 0
    for _ in range(RACES):
        tally.note(watched, _listed(ground.share, ground.bounds))
        came = _sampled(ground.share, ground.bounds, "turn/secret.csv")
        met += "fine" not in str(came)
        tally.note(watched, came)
    over.set()
    thread.join()
    return Proof(
        "Reads outside a share while its folders are swapped for links",
        f"{tally.reads} reads and {tally.shown} canaries in {tally.tried} attempts, {met} refused, {swaps[0]} swaps",
        "0, of which some refused",
        not tally.reads and not tally.shown and met > 0,
    )


def _sampled(root: Path, bounds: Bounds, locator: str) -> object:
    with suppress(CatalogError), closing(_connector("files", root, bounds)) as opened:
        sample = opened.sample(DatasetRef(locator, "x", DatasetKind.FILE), _PLAN)
        return [list(sample.column(place)) for place in range(len(sample.columns))]
    return None


def _listed(root: Path, bounds: Bounds, kind: str = "files") -> list[str]:
    """Names of what is listed, and what is read of it."""
    found: list[str] = []
    with suppress(CatalogError), closing(_connector(kind, root, bounds)) as opened:
        found.extend(
            f"{item.ref.name} {item.reason}" if isinstance(item, Unlisted) else _with_cells(opened, item)
            for item in opened.listing()
        )
    return found


def _with_cells(opened: Connector, ref: DatasetRef) -> str:
    with suppress(CatalogError):
        sample = opened.sample(ref, _PLAN)
        return f"{ref.name} {[list(sample.column(place)) for place in range(len(sample.columns))]}"
    return ref.name


def _read(kind: str, path: Path, bounds: Bounds) -> object:
    return _listed(path, bounds, kind)


def _connector(kind: str, path: Path, bounds: Bounds) -> Connector:
    made: Connector = load("connectors", kind)({"path": str(path)}, resolve=str, bounds=bounds)
    return made
