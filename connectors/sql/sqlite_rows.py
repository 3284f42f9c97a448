"""Choosing rows of a SQLite table or view.

* Numbers drawn evenly between the ends of a table's hidden row numbers, and the rows that have them: each row has the
  same chance, and the cost does not depend on how many there are. Where fewer than one in ten is there, that is given
  up.
* Up to :data:`_FEW_ROWS` the keys of all rows are walked through, and all rows where they have none, as in a view; each
  has the same chance.
* Above that short runs of neighbours are read from places drawn among the row numbers, or the numbers that a primary
  key begins with: rows behind a gap are drawn more often than others.

What allows none of it gives its first rows, and says so. A table with a key gives the rows at its two ends besides.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import SAMPLE_CHARACTERS, Row, choose
from connectors.sql.drawn import Drawn
from connectors.sql.sqlite_queries import Relation
from connectors.sql.sqlite_session import Session, is_interrupted

T = TypeVar("T")
Key = tuple[Any, ...]

_FEW_ROWS = 200_000
_VIEW_SECONDS = 2.0
_LOOKUPS = 500
_STATEMENTS = 16
_FEWEST_FOUND = _LOOKUPS // 10
_RUN = 4
_MOST_PLACES = 1000
_STRAYS = 24
"""So many numbers at each end may lie far from all others, as 9999999 does, and none are drawn there."""


@dataclass(slots=True)
class Chosen:
    """Rows and how they were chosen. ``cut``: whether they hold more than a sample may."""

    rows: list[Row] = field(default_factory=list, repr=False)
    method: SampleMethod = SampleMethod.FIRST_ROWS
    draws: int | None = None
    cut: bool = False
    _keys: set[Key] = field(default_factory=set, repr=False)
    _left: int = SAMPLE_CHARACTERS

    def take(self, rows: Iterator[Sequence[Any]], width: int) -> int:
        """Keep rows until they hold too much, but for those that are there by their keys of ``width`` columns."""
        before = len(self.rows)
        for row in rows:
            key = tuple(row[:width])
            if width and key in self._keys:
                continue
            self._left -= sum(len(cell) for cell in row[width:] if cell is not None)
            if self._left < 0:
                self.cut = True
                break
            self._keys.add(key)
            self.rows.append(row[width:])
        return len(self.rows) - before


def drawn_of(session: Session, relation: Relation, plan: SamplePlan) -> Drawn:
    """Choose rows of a table or view: first those drawn, then those of its ends that are not among them."""
    chosen = _Choice(session, relation, plan).rows()
    ends = [0, 0]
    if chosen.method is not SampleMethod.ALL_ROWS and relation.key and plan.ends:
        select = relation.select(plan)
        for place, order in enumerate((relation.order, relation.reversed_order)):
            rows = session.execute(f"{select} ORDER BY {order} LIMIT ?", (plan.ends,))
            ends[place] = 0 if chosen.cut else chosen.take(rows, len(relation.key))
    return Drawn(chosen.rows, chosen.method, chosen.cut, chosen.draws, *ends)


class _Choice:
    """The ways in their order, until one gives at least half of the rows that are wanted."""

    def __init__(self, session: Session, relation: Relation, plan: SamplePlan) -> None:
        self._session, self._relation, self._plan = session, relation, plan
        self._width = len(relation.key)
        self._chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret

    def rows(self) -> Chosen:
        """The rows, but for those of the ends."""
        first = self._first()
        if first.method is SampleMethod.ALL_ROWS:
            return first
        for way in (self._even, self._walked, self._places):
            chosen = self._in_time(way)
            if chosen is not None and (2 * len(chosen.rows) >= self._plan.rows or chosen.cut):
                return chosen
        return first

    def _first(self) -> Chosen:
        chosen = Chosen()
        # One more than wanted tells whether there are more.
        rows = self._session.execute(f"{self._relation.select(self._plan)} LIMIT ?", (self._plan.rows + 1,))
        chosen.take(islice(rows, self._plan.rows), self._width)
        if not chosen.cut and rows.fetchone() is None:
            chosen.method = SampleMethod.ALL_ROWS
        return chosen

    def _even(self) -> Chosen | None:
        if not self._relation.is_numbered or (span := self._span()) is None:
            return None
        chosen = Chosen(method=SampleMethod.RANDOM_ROWS)
        for _ in range(_STATEMENTS):
            drawn = [self._chance.randint(*span) for _ in range(_LOOKUPS)]
            there = self._those_among(drawn)
            if len(there) < _FEWEST_FOUND:
                return None
            self._read(chosen, [(number,) for number in there][: self._plan.rows - len(chosen.rows)])
            if len(chosen.rows) >= self._plan.rows or chosen.cut:
                break
        chosen.draws = len(chosen.rows)
        return chosen

    def _those_among(self, numbers: Sequence[int]) -> list[int]:
        """Which of these row numbers there are, in the order in which they were drawn."""
        marks = ", ".join("?" for _ in numbers)
        key = self._relation.order
        found = self._session.all(f"SELECT {key} FROM {self._relation.source} WHERE {key} IN ({marks})", numbers)  # noqa: S608 - quoted
        there = {number for (number,) in found}
        return [number for number in dict.fromkeys(numbers) if number in there]

    def _walked(self) -> Chosen | None:
        counting = f"SELECT count(*) FROM (SELECT 1 FROM {self._relation.source} LIMIT {_FEW_ROWS + 1})"  # noqa: S608 - quoted
        if self._session.all(counting)[0][0] > _FEW_ROWS:
            return None
        chosen = Chosen(method=SampleMethod.RANDOM_ROWS)
        if self._relation.key:
            keys = self._session.execute(f"SELECT {self._relation.order} FROM {self._relation.source}")  # noqa: S608 - quoted
            self._read(chosen, choose(keys, self._plan.rows, self._plan.seed)[0])
        else:
            rows = self._session.execute(self._relation.select(self._plan))
            chosen.take(iter(choose(rows, self._plan.rows, self._plan.seed)[0]), 0)
        chosen.draws = len(chosen.rows)
        return chosen

    def _places(self) -> Chosen | None:
        if not self._relation.key or (span := self._span()) is None:
            return None
        first = self._relation.key[0]
        run = max(_RUN, -(-self._plan.rows // _MOST_PLACES))
        following = f"{self._relation.select(self._plan)} WHERE {first} >= ? ORDER BY {self._relation.order} LIMIT ?"
        chosen = Chosen(method=SampleMethod.PLACES, draws=0)
        for _ in range(2 * -(-self._plan.rows // run)):
            wanted = min(run, self._plan.rows - len(chosen.rows))
            if not wanted or chosen.cut:
                break
            rows = self._session.execute(following, (self._chance.randint(*span), wanted))
            chosen.draws = (chosen.draws or 0) + (chosen.take(rows, self._width) > 0)
        return chosen

    def _read(self, chosen: Chosen, keys: Sequence[Key]) -> None:
        found = " AND ".join(f"{name} = ?" for name in self._relation.key)
        asked = f"{self._relation.select(self._plan)} WHERE {found}"
        chosen.take((row for key in keys for row in self._session.execute(asked, key)), self._width)

    def _span(self) -> tuple[int, int] | None:
        """The ends of the numbers that the key begins with, but for strays; None where they are no numbers."""
        name = self._relation.key[0]
        asked = f"SELECT {name} FROM {self._relation.source} ORDER BY {name} {{}} LIMIT 1 OFFSET {_STRAYS}"  # noqa: S608 - quoted
        ends = [self._session.all(asked.replace("{}", way)) for way in ("ASC", "DESC")]
        low, high = (end[0][0] if end else None for end in ends)
        return (low, high) if isinstance(low, int) and isinstance(high, int) and low < high else None

    def _in_time(self, way: Callable[[], T]) -> T | None:
        """What a way gives, unless its time is over: half of what is left, and less where it is a view."""
        seconds = self._session.seconds_left / 2
        try:
            with self._session.within(min(seconds / 2, _VIEW_SECONDS) if self._relation.is_view else seconds):
                return way()
        except sqlite3.Error as error:
            if not is_interrupted(error):
                raise
            return None
