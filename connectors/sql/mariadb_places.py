"""Rows of a large MariaDB or MySQL table from places in its key, each found by a few lookups in the key's index.

What that costs does not depend on how many rows there are. Two ways:

* numbers drawn evenly among those of a key of one column of whole numbers, and the rows that have them: each row has
  the same chance. Where fewer than one in ten is there, that is given up;
* short runs of neighbours from places drawn between the ends of the key: numbers, moments, or texts made like those
  that there are; of a key of several columns, within the first one's value that was met between the ends of the next.
  Rows behind a gap are drawn more often than others.
"""

import math
import random
from dataclasses import dataclass, field

from catalog.ports import SamplePlan
from connectors.rows import SAMPLE_CHARACTERS, Row
from connectors.sql import mariadb_queries as queries
from connectors.sql.mariadb_axis import WHOLE_NUMBERS, Axis, Numbers, axis_of
from connectors.sql.mariadb_queries import Key, Relation, quoted
from connectors.sql.mariadb_session import Session

_LOOKUPS = 500
"""In one statement. From 1000 on MariaDB makes a table of them."""
_STATEMENTS = 16
_FEWEST_FOUND = _LOOKUPS // 10
_RUN = 4
_MOST_PLACES = 1000
_STRAYS = 24
"""So many values at each end may lie far from all others, as 9999999 does, and points are not drawn there."""
_EVERYTHING = "1 = 1"
_DEEPEST = 3


@dataclass(slots=True)
class Found:
    """Rows, each behind its key, until they hold more characters than a sample may.

    ``draws`` are independent of each other.
    """

    rows: list[Row] = field(default_factory=list, repr=False)
    draws: int = 0
    cut: bool = False
    _keys: set[tuple[str | None, ...]] = field(default_factory=set, repr=False)
    _left: int = SAMPLE_CHARACTERS

    def take(self, rows: list[Row], width: int) -> int:
        """Keep those that are not there yet by their keys of ``width`` columns, and say how many they were."""
        before = len(self.rows)
        for row in rows:
            if (key := tuple(row[:width])) in self._keys:
                continue
            self._left -= sum(len(cell) for cell in row if cell is not None)
            self.cut = self.cut or self._left < 0
            if self.cut:
                break
            self._keys.add(key)
            self.rows.append(row)
        return len(self.rows) - before


def even_rows(session: Session, relation: Relation, plan: SamplePlan) -> Found | None:
    """Rows each of which had the same chance; None where there is no key of numbers, or one with too many gaps."""
    key = relation.key
    if key is None or len(key.columns) > 1 or key.columns[0].kind not in WHOLE_NUMBERS:
        return None
    numbers = _bounds(session, relation, key, 0, _EVERYTHING)
    if not isinstance(numbers, Numbers) or numbers.high - numbers.low < plan.rows:
        return None
    chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
    found = Found()
    enough = session.seconds_left / 2
    for _ in range(max(_STATEMENTS, 4 * math.ceil(plan.rows / _LOOKUPS))):
        drawn = [chance.randint(numbers.low, numbers.high) for _ in range(_LOOKUPS)]
        rows, cut = session.window(queries.rows_among(relation, key, plan, drawn))
        found.cut = cut
        if found.take(rows, 1) < _FEWEST_FOUND and not found.cut and len(found.rows) < plan.rows:
            return None
        if len(found.rows) >= plan.rows or found.cut or session.seconds_left < enough:
            break
    found.draws = len(found.rows)
    return found


def rows_of_places(session: Session, relation: Relation, plan: SamplePlan) -> Found | None:
    """Short runs of rows from places all over the table; few or none where its key does not allow it."""
    key = relation.key
    if key is None:
        return None
    places = _Places(session, relation, key, random.Random(plan.seed))  # noqa: S311 - repeatable choice, not a secret
    run = max(_RUN, math.ceil(plan.rows / _MOST_PLACES))
    found = Found()
    enough = session.seconds_left / 2
    for _ in range(queries.SPARE * math.ceil(plan.rows / run)):
        where = places.draw()
        if where is None or found.cut or len(found.rows) >= plan.rows or session.seconds_left < enough:
            break
        rows, cut = session.window(queries.rows_where(relation, key, plan, where, run))
        places.learn(rows)
        found.draws += found.take(rows, len(key.columns)) > 0
        found.cut = found.cut or cut
    return found


class _Places:
    """Conditions under which the rows of a random place begin. Seeks its way from one column of the key to the next."""

    def __init__(self, session: Session, relation: Relation, key: Key, chance: random.Random) -> None:
        self._session, self._relation, self._key, self._chance = session, relation, key, chance
        self._known: dict[str, Axis | None] = {}

    def draw(self) -> str | None:
        """A condition, or None where the first column allows no drawing."""
        axis = self._axis(0, _EVERYTHING)
        if axis is None:
            return None
        name = self._key.names[0]
        where = f"{name} >= {axis.point(self._chance)}"
        return self._deeper(0, _EVERYTHING, where, axis)

    def learn(self, rows: list[Row]) -> None:
        """See the keys of rows that were found."""
        axis = self._known.get(_EVERYTHING)
        if axis is not None:
            axis.learn(row[0] or "" for row in rows)

    def _deeper(self, level: int, before: str, where: str, axis: Axis) -> str:
        """The same place, closer by the key's next column where many rows share the values of those before it."""
        if level + 1 == min(len(self._key.columns), _DEEPEST):
            return where
        column = self._key.columns[level]
        asked = queries.end_of_column(self._relation, column, where, highest=False, beyond=0)
        met = self._session.execute(asked)
        if not met or met[0][0] is None:
            return where
        there = f"{before} AND {quoted(column.schema.name)} = {axis.literal(met[0][0])}"
        following = self._axis(level + 1, there)
        if following is None:
            return where
        name = self._key.names[level + 1]
        return self._deeper(level + 1, there, f"{there} AND {name} >= {following.point(self._chance)}", following)

    def _axis(self, level: int, where: str) -> Axis | None:
        if where not in self._known:
            self._known[where] = _bounds(self._session, self._relation, self._key, level, where)
        return self._known[where]


def _bounds(session: Session, relation: Relation, key: Key, level: int, where: str) -> Axis | None:
    """The axis of a key's column where those before it have certain values; None where it is all one value."""
    column = key.columns[level]
    beyond = 0 if level else _STRAYS
    ends = [
        session.execute(queries.end_of_column(relation, column, where, highest=highest, beyond=beyond))
        for highest in (False, True)
    ]
    low, high = (end[0][0] if end else None for end in ends)
    return axis_of(column.kind, low, high) if low is not None and high is not None and low != high else None
