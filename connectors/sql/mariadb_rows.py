"""Choosing rows of a MariaDB or MySQL table, which has no sampling of its own.

None of the ways sorts the table:

* up to :data:`_FEW_ROWS` the whole of it is walked through once and each row has the same chance; so is a view, which
  gets :data:`_VIEW_SECONDS` for it;
* above that its key is used, see :mod:`connectors.sql.mariadb_places`;
* above that without a key that allows it the table is walked through as well, up to :data:`_WALKED_ROWS`.

What the server ends as too slow, what lies too unevenly and what is larger still gives its first rows, and says so. A
table with a key gives the rows at the two ends of it besides.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pymysql

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import Row, choose
from connectors.sql import mariadb_queries as queries
from connectors.sql.mariadb_errors import TIMED_OUT, number
from connectors.sql.mariadb_places import Found, even_rows, rows_of_places
from connectors.sql.mariadb_queries import Relation
from connectors.sql.mariadb_session import Session

T = TypeVar("T")
Drawn = tuple[Found, SampleMethod]

_BY_KEY = ((even_rows, SampleMethod.RANDOM_ROWS), (rows_of_places, SampleMethod.PLACES))
_FEW_ROWS = 200_000
_WALKED_ROWS = 5_000_000
_VIEW_SECONDS = 2.0


@dataclass(slots=True)
class Chosen:
    """Rows and how they were chosen: first those drawn, then the ``oldest`` and ``newest`` that are not among them.

    ``cut``: whether they hold more than a sample may.
    """

    rows: list[Row] = field(repr=False)
    method: SampleMethod
    draws: int | None = None
    cut: bool = False
    oldest: int = 0
    newest: int = 0


def chosen_of(session: Session, relation: Relation, plan: SamplePlan) -> Chosen:
    """Choose rows of a table or view."""
    found, method = _drawn(session, relation, plan) or _first(session, relation, plan)
    kept = choose(found.rows, plan.rows, plan.seed)[0]
    draws = {SampleMethod.RANDOM_ROWS: len(kept), SampleMethod.PLACES: found.draws}.get(method)
    chosen = Chosen(kept, method, draws, found.cut)
    if method is not SampleMethod.ALL_ROWS and not found.cut and relation.key:
        chosen.oldest = _add_end(session, relation, plan, chosen, newest=False)
        chosen.newest = _add_end(session, relation, plan, chosen, newest=True)
    width = relation.key_width
    chosen.rows = [row[width:] for row in chosen.rows]
    return chosen


def _drawn(session: Session, relation: Relation, plan: SamplePlan) -> Drawn | None:
    """Random rows; None where all of them, or the first ones, are to be read."""
    rows = _in_time(session, relation, lambda: _count(session, relation))
    if rows is None or rows <= plan.rows:
        return None
    if rows > _FEW_ROWS and (key := relation.key):
        for way, method in _BY_KEY:
            found = _in_time(session, relation, lambda way=way: way(session, relation, key, plan))  # type: ignore[misc] # a default of a lambda has no type
            if found is not None and _is_enough(found, plan):
                return found, method
    if rows > (_FEW_ROWS if relation.is_view else _WALKED_ROWS):
        return None
    found = _in_time(session, relation, lambda: _walked(session, relation, plan, rows))
    return (found, SampleMethod.RANDOM_ROWS) if found is not None and _is_enough(found, plan) else None


def _count(session: Session, relation: Relation) -> int | None:
    """About how many rows there are; None where it cannot be told and nothing is to be drawn."""
    if relation.is_elsewhere:
        return None
    if relation.rows > 2 * _FEW_ROWS:
        return relation.rows
    # The server's own figure is a guess; counting so far costs it little.
    counted = int(session.execute(queries.count(relation, _FEW_ROWS + 1))[0][0] or 0)
    return counted if counted <= _FEW_ROWS else max(counted, relation.rows)


def _walked(session: Session, relation: Relation, plan: SamplePlan, rows: int) -> Found | None:
    """A walk through the whole; None where there are so many more ``rows`` than thought that it ended before it."""
    drawn, cut = session.window(queries.random_rows(relation, plan, rows))
    return Found(drawn, cut=cut) if len(drawn) < queries.most_random_rows(plan) else None


def _first(session: Session, relation: Relation, plan: SamplePlan) -> Drawn:
    rows, cut = session.window(queries.first_rows(relation, plan, plan.rows + 1))
    if len(rows) <= plan.rows and not cut:
        return Found(rows), SampleMethod.ALL_ROWS
    return Found(rows[: plan.rows], cut=cut), SampleMethod.FIRST_ROWS


def _add_end(session: Session, relation: Relation, plan: SamplePlan, chosen: Chosen, *, newest: bool) -> int:
    """Add the rows at one end of the key that are not there yet, and say how many they are."""
    key, width = relation.key, relation.key_width
    if key is None or not plan.ends:
        return 0
    asked = queries.end_rows(relation, key, plan, newest=newest)
    rows, cut = _in_time(session, relation, lambda: session.window(asked)) or ([], False)
    there = {tuple(row[:width]) for row in chosen.rows}
    added = [row for row in rows if tuple(row[:width]) not in there]
    chosen.rows += added
    chosen.cut = chosen.cut or cut
    return len(added)


def _in_time(session: Session, relation: Relation, ask: Callable[[], T]) -> T | None:
    """An answer, unless the server ends it: there is half the time that is left for it, and less where it is a view."""
    seconds = session.seconds_left / 2
    try:
        with session.within(min(seconds / 2, _VIEW_SECONDS) if relation.is_view else seconds):
            return ask()
    except pymysql.Error as error:
        if number(error) not in TIMED_OUT:
            raise
        return None


def _is_enough(found: Found, plan: SamplePlan) -> bool:
    return 2 * len(found.rows) >= plan.rows or found.cut
