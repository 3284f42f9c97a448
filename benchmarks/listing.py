"""Listings that go wrong in every way we could think of, day after day: nothing and nobody's word is lost by it.

Our sources are not read page by page, so a page cannot come twice or be left out: that fault cannot occur here.
``LISTING_CUTS`` makes fewer broken lines, for a first look.
"""

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.manners.estate import Estate, GivenClock, estate
from benchmarks.manners.proxy import Break, Proxy, proxy
from benchmarks.manners.servers import ENGINES, Mariadb, Postgres
from benchmarks.proof import Proof
from catalog import plugins
from catalog.model.decisions import Verdict
from catalog.model.holdings import Source
from catalog.model.runs import RunState
from catalog.services import review, sources
from catalog.services.access import local_administrator
from tests.support.bounds import here
from tests.support.postgres import READER

SEED = 20261201
CUTS = int(os.environ.get("LISTING_CUTS", "80"))
_SCHEMAS = {"wide": 30, "other": 25, "small": 5}
"""Tables by schema: ``small`` is less than a fifth of all, so that no limit on how many may go protects it."""
_DAYS = 3
_NAME = "source"
_PAGE = 4096
_CHILD_SECONDS = 6
_TRIES = 3
"""On a busy machine a child may be overdue before so much has come."""
_DECISIONS = 20
_KEPT = """
    SELECT (SELECT count(*) FROM datasets WHERE retired_at IS NULL AND id <= :first),
        (SELECT group_concat(id || type_code || verdict || column_id) FROM (SELECT * FROM decisions ORDER BY id)),
        (SELECT group_concat(column_id || type_code || strength)
         FROM (SELECT * FROM findings ORDER BY column_id, type_code))
"""
"""What of the first scan is there: a fault may show things that were not there before, and these may go again."""
_SOME_FINDINGS = "SELECT column_id, min(type_code) FROM findings GROUP BY 1 ORDER BY 1 LIMIT :most"

Fault = Callable[[], AbstractContextManager[object]]


@dataclass
class Trials:
    """One source of a catalog, scanned on one day after the other, and what came of it."""

    city: Estate
    source: Source
    states: "Counter[str]" = field(default_factory=Counter)
    lost: "Counter[str]" = field(default_factory=Counter)
    faults: int = 0

    def begin(self) -> None:
        """The first scan, and people's words on what it found."""
        self._scan()
        actor = local_administrator()
        for column, code in self.city.rows(_SOME_FINDINGS, most=_DECISIONS):
            review.decide(actor, self.city.catalog, column, code, Verdict.CONFIRMED, "as it says")
        ((self._first,),) = self.city.rows("SELECT max(id) FROM datasets")
        self._before = self._kept()
        if not self._before[0] or not self._before[1]:
            raise RuntimeError("the first scan found nothing")

    def suffer(self, name: str, fault: Fault, days: int = _DAYS) -> None:
        """Scan on so many days with a fault that begins anew each day; count what is gone after each."""
        for _ in range(days):
            with fault():
                self.states[self._scan()] += 1
            self.faults += 1
            if self._kept() != self._before:
                self.lost[name] += 1

    def recover(self) -> None:
        """A day without a fault.

        Raises:
            RuntimeError: when the source cannot even be listed without one.
        """
        if self._scan() != RunState.DONE or self._kept() != self._before:
            raise RuntimeError("without a fault it was not as before")

    def _scan(self) -> str:
        clock = self.city.clock
        clock.time = clock.now() + timedelta(days=1)
        # Its options may have been changed since.
        source = sources.source_named(local_administrator(), self.city.catalog, self.source.name)
        return self.city.scan(source).state.value

    def _kept(self) -> tuple[object, ...]:
        ((found),) = self.city.rows(_KEPT, first=self._first)
        return found


def proofs() -> Iterator[Proof]:
    """Faults of each kind of source, then all together."""
    every = []
    for engine in ENGINES:
        with engine() as server, engine() as empty, proxy(server.port) as way, _city() as city:
            trials = _of_server(server, empty, way, city)
        every.append(trials)
        yield _proof(server.title, trials)
    for kind, of_files in (("files", _of_folder), ("sqlite", _of_sqlite)):
        with TemporaryDirectory(prefix="listing-") as folder, _city() as city:
            trials = of_files(Path(folder), city)
        every.append(trials)
        yield _proof(kind, trials)
    faults, lost = sum(each.faults for each in every), sum(sum(each.lost.values()) for each in every)
    promise = f"all {faults} faults (pages that come twice or not at all do not occur: nothing is read by pages)"
    yield Proof(promise, f"{lost} after which anything was gone", "0 of 200 or more", not lost and faults >= 200, SEED)


@contextmanager
def _city() -> Iterator[Estate]:
    clock = GivenClock(datetime(2026, 12, 1, 3, 0, tzinfo=UTC))
    with estate(clock, child_seconds=_CHILD_SECONDS) as city:
        yield city


def _proof(what: str, trials: Trials) -> Proof:
    told = ", ".join(f"{number} after {name}" for name, number in trials.lost.items())
    states = ", ".join(f"{number} {state}" for state, number in sorted(trials.states.items()))
    figure = told or f"0 datasets retired, 0 decisions or findings gone ({states})"
    return Proof(f"{what}: {trials.faults} faults of listings", figure, "0 gone", not trials.lost, SEED)


def _of_server(server: Postgres | Mariadb, empty: Postgres | Mariadb, way: Proxy, city: Estate) -> Trials:
    _fill(server)
    for schema in _SCHEMAS:
        empty.make_schema(schema)
    options = server.options(port=way.port)
    trials = Trials(city, city.add(_NAME, server.kind, options))
    trials.begin()
    _break_lines(trials, way, _length(server.kind, options, way))
    for name, fault in _faults(server, empty, way, city).items():
        trials.suffer(name, fault)
        way.heal()
        trials.recover()
    return trials


def _fill(server: Postgres | Mariadb) -> None:
    for schema, count in _SCHEMAS.items():
        server.make_schema(schema)
        place = server.quoted(schema)
        for number in range(count):
            server.run(
                f"CREATE TABLE {place}.t{number} (id INT PRIMARY KEY, email VARCHAR(80))",
                f"INSERT INTO {place}.t{number} VALUES (1, 'a@example.org'), (2, 'b@example.org')",
            )


def _length(kind: str, options: Mapping[str, str], way: Proxy) -> int:
    """Bytes of the answers to one whole listing, login and all."""
    way.heal()
    with closing(plugins.load("connectors", kind)(options, resolve=str, bounds=here(1))) as connector:
        list(connector.listing())
        connector.view()
    return way.passed


def _break_lines(trials: Trials, way: Proxy, length: int) -> None:
    """Break the line at random bytes, half of them in the last fifth, where few tables are missing."""
    chance = random.Random(SEED)
    hows = cycle((*(Break.CUT, Break.RESET) * 4, Break.CUT, Break.SILENCE))
    for how in islice(hows, CUTS):
        least = 1 if chance.random() < 0.5 else int(0.8 * length)
        byte = chance.randrange(least, int(0.98 * length))
        for _ in range(_TRIES):
            way.break_at(byte, how)
            trials.suffer(f"{how} at byte {byte:,} of {length:,}", nullcontext, days=1)
            if way.has_broken:
                break
        else:
            raise RuntimeError(f"the line did not break at byte {byte} of {length}")
    way.heal()
    trials.recover()


def _faults(server: Postgres | Mariadb, empty: Postgres | Mariadb, way: Proxy, city: Estate) -> dict[str, Fault]:
    """Faults that last for days."""
    small = server.quoted("small")
    if isinstance(server, Postgres):
        take, give = f"REVOKE USAGE ON SCHEMA small FROM {READER}", f"GRANT USAGE ON SCHEMA small TO {READER}"
        refuse, admit = f"ALTER ROLE {READER} NOLOGIN", f"ALTER ROLE {READER} LOGIN"
    else:
        rights = f"SELECT, SHOW VIEW ON {small}.*"
        take, give = f"REVOKE {rights} FROM {READER}", f"GRANT {rights} TO {READER}"
        refuse, admit = f"ALTER USER {READER} ACCOUNT LOCK", f"ALTER USER {READER} ACCOUNT UNLOCK"
    return {
        "a right lost between two runs": lambda: _done_and_undone(server, take, give),
        "a right lost in the middle of a listing": lambda: _in_the_middle(server, way, take, give),
        "a narrower filter": lambda: _other_options(city, {"schemas": "wide,other"}, {"schemas": ""}),
        "a login refused": lambda: _done_and_undone(server, refuse, admit),
        "an empty server at the same address": lambda: _target(way, empty.port),
        "nothing at the address": lambda: _target(way, 1),
        **({"a locked catalog": lambda: _locked_catalog(server)} if isinstance(server, Postgres) else {}),
    }


@contextmanager
def _done_and_undone(server: Postgres | Mariadb, statement: str, undo: str) -> Iterator[None]:
    server.run(statement)
    try:
        yield
    finally:
        server.run(undo)


@contextmanager
def _in_the_middle(server: Postgres | Mariadb, way: Proxy, statement: str, undo: str) -> Iterator[None]:
    """It happens while the answers to a listing come in, after the login."""
    way.break_at(6000, Break.ACT, lambda: server.run(statement))
    try:
        yield
    finally:
        server.run(undo)
    if not way.has_broken:
        raise RuntimeError("there was no middle of the listing")


@contextmanager
def _other_options(city: Estate, options: Mapping[str, str], undo: Mapping[str, str]) -> Iterator[None]:
    sources.change_source(local_administrator(), city.catalog, _NAME, options)
    try:
        yield
    finally:
        sources.change_source(local_administrator(), city.catalog, _NAME, undo)


@contextmanager
def _target(way: Proxy, port: int) -> Iterator[None]:
    before, way.target = way.target, port
    try:
        yield
    finally:
        way.target = before


@contextmanager
def _locked_catalog(server: Postgres) -> Iterator[None]:
    with server.connect() as connection, connection.transaction():
        connection.execute("LOCK TABLE pg_description IN ACCESS EXCLUSIVE MODE")
        yield


def _of_folder(folder: Path, city: Estate) -> Trials:
    share = folder / "share"
    for number in range(30):
        file = share / ("wide" if number < 26 else "small") / f"people_{number}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("name,email\n" + "".join(f"Ann {i},a{i}@example.org\n" for i in range(9)))
    trials = Trials(city, city.add(_NAME, "files", {"path": str(share)}))
    trials.begin()
    for name, fault in {
        "a share that is not mounted": lambda: _instead(share, lambda: None),
        "an empty mount": lambda: _instead(share, share.mkdir),
        "a file in the place of the share": lambda: _instead(share, lambda: share.write_text("")),
        "a link to nowhere in its place": lambda: _instead(share, lambda: share.symlink_to(folder / "nowhere")),
        "a narrower filter": lambda: _other_options(city, {"include": "wide/*"}, {"include": ""}),
    }.items():
        trials.suffer(name, fault)
        trials.recover()
    return trials


def _of_sqlite(folder: Path, city: Estate) -> Trials:
    file = folder / "people.db"
    with closing(sqlite3.connect(file)) as connection:
        for number in range(30):
            connection.execute(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, email TEXT /* {'long ' * 99}*/)")
            connection.execute(f"INSERT INTO t{number} VALUES (1, 'a@example.org')")
        connection.commit()
    whole = file.read_bytes()
    trials = Trials(city, city.add(_NAME, "sqlite", {"path": str(file)}))
    trials.begin()
    for name, fault in {
        "a missing file": lambda: _instead(file, lambda: None),
        "a file of no bytes, which is an empty database": lambda: _instead(file, file.touch),
        "a folder in its place": lambda: _instead(file, file.mkdir),
        "half a file": lambda: _instead(file, lambda: file.write_bytes(whole[: len(whole) // 2])),
        "a file of other bytes": lambda: _instead(file, lambda: file.write_bytes(random.Random(SEED).randbytes(8192))),
        "a lost page of its own list of tables": lambda: _instead(file, lambda: file.write_bytes(_spoilt(whole))),
    }.items():
        trials.suffer(name, fault)
        trials.recover()
    return trials


def _spoilt(whole: bytes) -> bytes:
    """The page with the last table's statement, as if it had never been written."""
    start = whole.rindex(b"CREATE TABLE t") // _PAGE * _PAGE
    if not start:
        raise RuntimeError("the list of tables has one page only")
    return whole[:start] + bytes(_PAGE) + whole[start + _PAGE :]


@contextmanager
def _instead(path: Path, make: Callable[[], object]) -> Iterator[None]:
    """Something else stands where a source was."""
    aside = path.with_name("aside")
    path.rename(aside)
    try:
        make()
        yield
    finally:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        aside.rename(path)
