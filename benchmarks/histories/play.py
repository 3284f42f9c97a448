"""Plays histories through the product's own services on a catalog of its own, and compares it with the oracle."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import text

from benchmarks.histories.oracle import Entry
from benchmarks.histories.reviewing import Place, Reviewing
from benchmarks.histories.tables import CODES, EVENTS, Table
from catalog.model.actors import Actor, Grant, Role, Scope
from catalog.model.decisions import Verdict
from catalog.model.holdings import Agency
from catalog.model.runs import RunState
from catalog.search.memory_index import MemoryIndex
from catalog.services import orphans, people, recording, review, review_states, setup, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import orphans as stored

PER_SOURCE = 50
_OFFICE = Actor("office", "Privacy office", frozenset({Grant(Role.CPO), Grant(Role.OPERATOR)}))
_ABOUT = re.compile(r"decision (\d+)")
_COLUMNS = "SELECT dataset_id, id, name, retired_at IS NULL FROM columns"
_DECISIONS = "SELECT column_id, reason FROM decisions"
_STANDINGS = "SELECT column_id, type_code, standing FROM standings"
_ITEMS = "SELECT column_id, type_code, state FROM review_items"
#: How many tables somebody looks at together.
_TOGETHER = 12
_COPIES = """SELECT count(*) FROM decisions JOIN columns ON columns.id = decisions.column_id
    JOIN datasets ON datasets.id = columns.dataset_id WHERE datasets.name LIKE '%copy%'"""


class _Clock:
    """A clock that goes on by a day a night."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def day(self) -> date:
        """The day where people are."""
        return self.time.astimezone(Settings().zone).date()


@dataclass
class Score:
    """What was compared, and what differed; ``faults`` name what is not as the specification has it."""

    decisions: int = 0
    material: int = 0
    reopened: int = 0
    others: int = 0
    ambiguous: int = 0
    carried: int = 0
    states: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def fault(self, kind: str, of: Table, what: object = "") -> None:
        """Note a fault; the first few are told in full."""
        self.faults[kind] += 1
        if len(self.told) < 20:
            self.told.append(f"history {of.number}: {kind} {what}")


@dataclass(frozen=True)
class _Known:
    """One column as the catalog has it."""

    id: int
    name: str
    is_live: bool
    decisions: frozenset[int]
    standings: Mapping[str, str]
    states: Mapping[str, str]
    is_orphan: bool


class Play:
    """Histories in sources of one catalog, night after night.

    Parameters:
        folder: where the catalog is made.
        count: how many histories.
    """

    def __init__(self, folder: Path, count: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.score = Score()
        self.clock = _Clock()
        self.reviewing = Reviewing(random.Random(f"{seed}:review"), _OFFICE)
        self.catalog = _catalog(folder, self.clock)
        self.tables = [Table(i, self.chance.random() < 0.5, random.Random(f"{seed}:{i}")) for i in range(count)]
        self.ids: dict[int, int] = {}
        self.until: dict[int, int] = {}
        system = sources.add_system(_OFFICE, self.catalog, "a", "System")
        self.sources = [
            sources.add_source(_OFFICE, self.catalog, system.id, f"source{place}", "sqlite", {"path": "/nowhere"}).id
            for place in range(-(-count // PER_SOURCE))
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.catalog.close()

    def run(self, nights: int) -> Score:
        """The first night, then ``nights`` with something happening before each; everything is compared after each."""
        for night in range(nights + 1):
            if night:
                for table in self.tables:
                    self._happen(table, night)
            self.clock.time += timedelta(days=1)
            for place, source_id in enumerate(self.sources):
                self._scan(source_id, self.tables[place * PER_SOURCE : (place + 1) * PER_SOURCE])
            known = self._known()
            self._compare(known)
            self.clock.time += timedelta(hours=6)
            self._people(known)
        self._compare(self._known())
        self._count_lost()
        self.score.acts = self.reviewing.done
        for kind in self.reviewing.faults:
            self.score.faults[kind] += 1
        return self.score

    def _happen(self, table: Table, night: int) -> None:
        if table.is_over or night < self.until.get(table.number, 0):
            return
        table.is_there = True
        table.version += 1
        events, weights = zip(*EVENTS, strict=True)
        wished = self.chance.choices(events, weights, k=4)
        happened = next((event for event in wished if event(table)), Table.nothing)
        self.score.events[happened.__name__] += 1
        if table.is_there and self.chance.random() < 0.4:
            self.score.events["evidence_moves"] += table.evidence_moves()
        if not table.is_there:
            self.until[table.number] = night + self.chance.randint(1, 3)

    def _scan(self, source_id: int, tables: list[Table]) -> None:
        """One night's run over a source."""
        listed = [(one, table) for table in tables for one in table.listed()]
        owner = {one.name.key: table for one, table in listed}
        changes = {one.name.key: one.change_key for one, _ in listed}
        with self.catalog.together() as catalog:
            run = recording.begin(_OFFICE, catalog, source_id, 1)
            due = recording.record_listing(_OFFICE, catalog, run, [one for one, _ in listed], (), "view")
            for key, dataset_id in due.items():
                self.ids.setdefault(owner[key].number, dataset_id)
                recording.record_result(_OFFICE, catalog, run, dataset_id, changes[key], owner[key].result())
            recording.finish(_OFFICE, catalog, run, RunState.DONE)

    def _people(self, known: Mapping[int, list[_Known]]) -> None:
        """Somebody decides on a column of most tables, or says where the decisions of one that is gone belong."""
        with self.catalog.together() as catalog:
            for table in self.tables:
                if table.is_there and self.chance.random() < 0.8:
                    self._decide(catalog, table, known[self.ids[table.number]])
                if table.is_there and self.chance.random() < 0.4:
                    self._settle(catalog, table, known[self.ids[table.number]])
            for begin in range(0, len(self.tables), _TOGETHER):
                self._review(catalog, self.tables[begin : begin + _TOGETHER], known)

    def _review(self, catalog: Catalog, tables: Sequence[Table], known: Mapping[int, list[_Known]]) -> None:
        """Somebody reviews columns of several tables at once."""
        places = []
        for table in tables:
            if table.is_there:
                ids = {one.name: one.id for one in known[self.ids[table.number]] if one.is_live}
                entries = [thing.entry for thing in table.things if thing.entry.name in ids]
                places += [Place(entry, ids[entry.name]) for entry in entries]
        if places:
            self.reviewing.work(catalog, places, self.clock.day())

    def _decide(self, catalog: Catalog, table: Table, columns: list[_Known]) -> None:
        entry = self.chance.choice([thing.entry for thing in table.things])
        code, confirms = self.chance.choice(CODES), self.chance.random() < 0.6
        column = next((one for one in columns if one.is_live and one.name == entry.name), None)
        if column is None:
            self.score.fault("a column is not there", table, entry.name)
            return
        number = self.reviewing.numbers.next(decides=True)
        verdict = Verdict.CONFIRMED if confirms else Verdict.REJECTED
        made = review.decide(_OFFICE, catalog, column.id, code, verdict, f"decision {number}")
        entry.decide(code, number, confirms=confirms)
        self.reviewing.note(made.act_id if made else None, number, entry, code)

    def _settle(self, catalog: Catalog, table: Table, columns: list[_Known]) -> None:
        waiting = [entry for entry in table.entries if entry.is_orphan]
        if not waiting:
            return
        entry = self.chance.choice(waiting)
        gone = next((c for c in columns if not c.is_live and c.is_orphan and c.decisions == frozenset(entry.ids)), None)
        if gone is None:
            self.score.fault("an orphan is not asked about", table, entry.name)
            return
        other = self.chance.choice([None, *(thing.entry for thing in table.things)])
        to = next((one.id for one in columns if other and one.is_live and one.name == other.name), None)
        if other is not None and to is None:
            return
        orphans.settle(_OFFICE, catalog, gone.id, to)
        self.score.carried += other is not None
        entry.settle(other)

    def _known(self) -> dict[int, list[_Known]]:
        """All columns by dataset."""
        review_states.catch_up(self.catalog)
        with self.catalog.reading() as connection:
            asked = (_COLUMNS, _DECISIONS, _STANDINGS, _ITEMS)
            found = [connection.execute(text(statement)).all() for statement in asked]
            waiting = {column.id for column in stored.orphans(connection, Scope(None), 10**9)}
        decisions: dict[int, set[int]] = {}
        for column_id, reason in found[1]:
            decisions.setdefault(column_id, set()).update(int(number) for number in _ABOUT.findall(reason))
        standings, states = _by_column(found[2]), _by_column(found[3])
        known: dict[int, list[_Known]] = {}
        for dataset_id, i, name, is_live in found[0]:
            ids = frozenset(decisions.get(i, ()))
            column = _Known(i, name, bool(is_live), ids, standings.get(i, {}), states.get(i, {}), i in waiting)
            known.setdefault(dataset_id, []).append(column)
        return known

    def _compare(self, known: Mapping[int, list[_Known]]) -> None:
        for table in self.tables:
            columns = known.get(self.ids[table.number], [])
            self._compare_columns(table, columns)
            if table.is_there:
                self._compare_standings(table, columns)
                self._compare_states(table, columns)
                self._compare_orphans(table, columns)
            self._compare_ambiguous(table, columns)

    def _compare_columns(self, table: Table, columns: list[_Known]) -> None:
        """Each decision is on the column it was made on, there or gone, and on no other."""
        expected = Counter(_told(entry) for entry in table.entries if entry.is_live or entry.ids)
        actual = Counter((one.is_live, one.name, one.decisions) for one in columns if one.is_live or one.decisions)
        if expected != actual:
            self.score.fault("decisions not where they belong", table, (expected - actual, actual - expected))

    def _compare_standings(self, table: Table, columns: list[_Known]) -> None:
        live = {one.name: one.standings for one in columns if one.is_live}
        for entry in table.entries:
            if not entry.is_live or entry.name not in live:
                continue
            for code, judged in entry.decided.items():
                is_open = live[entry.name].get(code) == "reopened"
                if judged.is_open(entry.found.get(code)):
                    self.score.material += 1
                    self.score.reopened += is_open
                else:
                    self.score.others += 1
                    if is_open:
                        self.score.fault("open without a reason", table, (entry.name, code))

    def _compare_states(self, table: Table, columns: list[_Known]) -> None:
        """Each type of each column waits, or does not, as it should: what was undone as if nobody had said it."""
        live = {one.name: one for one in columns if one.is_live}
        today = self.clock.day()
        for entry in table.entries:
            if entry.is_live and entry.name in live:
                states = entry.states(today)
                self.score.states += len(states)
                if states != live[entry.name].states:
                    self.score.fault(
                        "other in review than it should be", table, (entry.name, states, live[entry.name].states)
                    )

    def _compare_orphans(self, table: Table, columns: list[_Known]) -> None:
        expected = Counter(frozenset(entry.ids) for entry in table.entries if entry.is_orphan)
        if expected != Counter(one.decisions for one in columns if one.is_orphan):
            self.score.fault("other orphans than there are", table)

    def _compare_ambiguous(self, table: Table, columns: list[_Known]) -> None:
        """What could mean two: the decisions stay with what is gone, the column or (of a table copied) the dataset."""
        for entry in table.ambiguous:
            if entry.ids:
                self.score.ambiguous += 1
                stay = [one for one in columns if one.decisions == frozenset(entry.ids)]
                if not any(one.is_orphan or (table.is_over and one.is_live) for one in stay) and entry.is_orphan:
                    self.score.fault("an ambiguous identity was guessed", table, entry.name)
        table.ambiguous.clear()

    def _count_lost(self) -> None:
        with self.catalog.reading() as connection:
            reasons = [reason for (reason,) in connection.execute(text("SELECT reason FROM decisions"))]
            on_copies = connection.execute(text(_COPIES)).scalar_one()
        self.score.decisions = self.reviewing.numbers.decisions
        kept = {reason for reason in reasons if reason.startswith("decision ")}
        lost = self.score.decisions - len(kept)
        for kind, count in (("decisions lost", lost), ("decisions on copies nobody decided on", on_copies)):
            if count:
                self.score.faults[kind] += count


def _by_column(rows: Iterable[Sequence[Any]]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for column_id, code, word in rows:
        found.setdefault(column_id, {})[code] = word
    return found


def _told(entry: Entry) -> tuple[bool, str, frozenset[int]]:
    return entry.is_live, entry.name, frozenset(entry.ids)


def _catalog(folder: Path, clock: _Clock) -> Catalog:
    settings = Settings(data_dir=folder)
    setup.init(settings).close()
    catalog = Catalog.open(settings, clock=clock, index=MemoryIndex())
    administrator = local_administrator()
    sources.add_agency(administrator, catalog, Agency("a", "A", "Agency", (), "department", "", True, ""))
    people.add_person(administrator, catalog, _OFFICE.person_id, _OFFICE.name, Role.CPO)
    return catalog


def differences(score: Score) -> Iterator[str]:
    """What is not as the specification has it, in words."""
    missing = score.material - score.reopened
    if missing:
        yield f"{missing} material changes not re-opened"
    yield from (f"{count} {kind}" for kind, count in sorted(score.faults.items()))
