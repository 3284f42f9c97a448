"""People review what scans find: many columns at once, another type, later, and undo; the oracle is told each word."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from benchmarks.histories.oracle import Entry
from benchmarks.histories.tables import CODES
from catalog.errors import Conflict
from catalog.model.actors import Actor
from catalog.model.review import ActKind, Order, Pick, Why
from catalog.services import review
from catalog.services.catalog import Catalog

_WAITS = frozenset({"suggested", "reopened"})
_FEWEST, _MOST = 2, 6
#: How many of the latest acts somebody may think better of.
_REMEMBERED = 40


@dataclass(frozen=True)
class Place:
    """A live column of a table, with its number in the catalog."""

    entry: Entry
    column_id: int


@dataclass(frozen=True)
class Act:
    """What somebody did, by its number in the catalog and in the oracle, and on which types of which columns."""

    id: int
    number: int
    words: tuple[tuple[Entry, str], ...]


class Numbers:
    """Numbers of acts, and how many of them decided something."""

    def __init__(self) -> None:
        self.last = self.decisions = 0

    def next(self, *, decides: bool) -> int:
        """The next number."""
        self.last += 1
        self.decisions += decides
        return self.last


@dataclass
class Reviewing:
    """What one person does in review, and what of it did not go as specified."""

    chance: random.Random
    actor: Actor
    today: date = date.min
    numbers: Numbers = field(default_factory=Numbers)
    acts: list[Act] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def work(self, catalog: Catalog, places: Sequence[Place], today: date) -> None:
        """Some acts over columns of several tables, and one taken back."""
        self.today = today
        for play in self.chance.sample((self._alike, self._change, self._later, self._nothing), 2):
            play(catalog, self.chance.sample(places, min(self.chance.randint(_FEWEST, _MOST), len(places))))
        self._undo(catalog)

    def note(self, act_id: int | None, number: int, entry: Entry, code: str) -> None:
        """Remember an act of one column."""
        if act_id is not None:
            self.acts.append(Act(act_id, number, ((entry, code),)))

    def _alike(self, catalog: Catalog, places: Sequence[Place]) -> None:
        """Confirm or reject one type in several columns; where it stands like that already, nothing is to be said."""
        code, confirms = self.chance.choice(CODES), self.chance.random() < 0.6
        there = [place for place in places if code in place.entry.states(self.today)]
        stands = "confirmed" if confirms else "rejected"
        open_ = [place for place in there if place.entry.states(self.today)[code] != stands]
        order = Order(ActKind.CONFIRM) if confirms else Order(ActKind.REJECT, Why.SAMPLE_NOISE)
        words = [(place, code) for place in open_]
        if number := self._act(catalog, order, dict.fromkeys(there, code), words):
            for place, _ in words:
                place.entry.decide(code, number, confirms=confirms)

    def _change(self, catalog: Catalog, places: Sequence[Place]) -> None:
        """Change one type to another in columns of which nobody has said anything."""
        code, to = self.chance.sample(CODES, 2)
        there = [place for place in places if code in place.entry.found and not place.entry.words]
        words = [(place, said) for place in there for said in (code, to)]
        order = Order(ActKind.CHANGE_TYPE, Why.WRONG_TYPE, to_code=to)
        if number := self._act(catalog, order, dict.fromkeys(there, code), words):
            for place, said in words:
                place.entry.decide(said, number, confirms=said == to)

    def _nothing(self, catalog: Catalog, places: Sequence[Place]) -> None:
        """Say of columns of which nobody has said anything that nothing in them is identifying."""
        there = [place for place in places if place.entry.found and not place.entry.words]
        picked = {place: self.chance.choice(sorted(place.entry.found)) for place in there}
        words = [(place, code) for place in there for code in sorted(place.entry.found)]
        if number := self._act(catalog, Order(ActKind.NOT_IDENTIFYING), picked, words):
            for place, code in words:
                place.entry.decide(code, number, confirms=False)

    def _later(self, catalog: Catalog, places: Sequence[Place]) -> None:
        """Put what waits in several columns off for some nights."""
        code, until = self.chance.choice(CODES), self.today + timedelta(days=self.chance.randint(1, 4))
        there = [place for place in places if place.entry.states(self.today).get(code) in _WAITS]
        words = [(place, code) for place in there]
        if number := self._act(catalog, Order(ActKind.DEFER, until=until), dict.fromkeys(there, code), words):
            for place in there:
                place.entry.delay(code, number, until)

    def _act(
        self, catalog: Catalog, order: Order, picked: Mapping[Place, str], words: Sequence[tuple[Place, str]]
    ) -> int:
        """Its number in the oracle; 0 where there is nothing to do, which has to be answered so."""
        if not picked:
            return 0
        number = self.numbers.next(decides=order.kind is not ActKind.DEFER and bool(words))
        told, picks = (
            replace(order, reason=f"decision {number}"),
            [Pick(one.column_id, picked[one], None) for one in picked],
        )
        try:
            outcome = review.act(self.actor, catalog, told, picks)
        except Conflict:
            if words:
                self.faults.append(f"{order.kind} was refused")
            return 0
        done = len({place for place, _ in words})
        if (outcome.done, len(outcome.left_out)) != (done, len(picked) - done):
            self.faults.append(f"{order.kind} did other than it should")
        self.acts.append(Act(outcome.act.id, number, tuple((place.entry, code) for place, code in words)))
        self.done[order.kind.value] += 1
        return number

    def _undo(self, catalog: Catalog) -> None:
        """Take back one of the latest acts, where all its columns are there."""
        latest = [act for act in self.acts[-_REMEMBERED:] if all(entry.is_live for entry, _ in act.words)]
        if not latest or self.chance.random() < 0.4:
            return
        act = self.chance.choice(latest)
        self.acts.remove(act)
        undone = sum([entry.undo(code, act.number, self.today) for entry, code in act.words])
        try:
            review.undo(self.actor, catalog, act.id)
        except Conflict:
            if undone:
                self.faults.append("what could be undone was not")
        else:
            if not undone:
                self.faults.append("what could not be undone was")
        self.done["undo"] += bool(undone)
