"""Choosing rows of a MariaDB or MySQL table, which has no sampling of its own.

None of the ways sorts the table. They are tried in this order, each in half the time that is left:

* by the numbers of its key, see :mod:`connectors.sql.mariadb_places`: each row has the same chance;
* up to :data:`_FEW_ROWS` the whole of it is walked through once and each row has the same chance; so is a view, which
  gets :data:`_VIEW_SECONDS` for it;
* by places in its key, see there;
* without a key that allows it the table is walked through as well, up to :data:`_WALKED_ROWS`.

What the server ends as too slow, what lies too unevenly and what is larger still gives its first rows, and says so. A
table with a key gives the rows at the two ends of it besides.
"""

from collections.abc import Callable
from typing import TypeVar

import pymysql

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import Row, choose
from connectors.sql import mariadb_queries as queries
from connectors.sql.drawn import Drawn
from connectors.sql.mariadb_errors import TIMED_OUT, number
from connectors.sql.mariadb_places import Found, even_rows, rows_of_places
from connectors.sql.mariadb_queries import Relation
from connectors.sql.mariadb_session import Session

T = TypeVar("T")
Ways = tuple[Found, SampleMethod]

_FEW_ROWS = 200_000
_WALKED_ROWS = 5_000_000
_VIEW_SECONDS = 2.0


def drawn_of(session: Session, relation: Relation, plan: SamplePlan) -> Drawn:
    """Choose rows of a table or view: first those drawn, then those of its ends that are not among them."""
    found, method = _drawn(session, relation, plan) or _first(session, relation, plan)
    rows = choose(found.rows, plan.rows, plan.seed)[0]
    draws = {SampleMethod.RANDOM_ROWS: len(rows), SampleMethod.PLACES: found.draws}.get(method)
    ends: list[int] = []
    if method is not SampleMethod.ALL_ROWS and not found.cut:
        ends = [_add_end(session, relation, plan, rows, newest=newest) for newest in (False, True)]
    oldest, newest = ends or (0, 0)
    return Drawn([row[relation.key_width :] for row in rows], method, found.cut, draws, oldest, newest)


def _drawn(session: Session, relation: Relation, plan: SamplePlan) -> Ways | None:
    """Random rows; None where all of them, or the first ones, are to be read."""
    if relation.is_elsewhere or not _in_time(session, relation, lambda: _holds_more(session, relation, plan.rows)):
        return None
    for way, method in _WAYS:
        found = _in_time(session, relation, lambda way=way: way(session, relation, plan))  # type: ignore[misc] # a default of a lambda has no type
        if found is not None and (2 * len(found.rows) >= plan.rows or found.cut):
            return found, method
    return None


def _holds_more(session: Session, relation: Relation, rows: int) -> bool:
    return bool(session.execute(queries.beyond(relation, rows)))


def _few_walked(session: Session, relation: Relation, plan: SamplePlan) -> Found | None:
    """A walk through all of few rows, which the server counts first: its own figure is a guess."""
    if relation.rows > 2 * _FEW_ROWS or _holds_more(session, relation, _FEW_ROWS):
        return None
    return _walked(session, relation, plan, int(session.execute(queries.count(relation))[0][0] or 0))


def _many_walked(session: Session, relation: Relation, plan: SamplePlan) -> Found | None:
    if relation.is_view or relation.rows > _WALKED_ROWS:
        return None
    return _walked(session, relation, plan, max(relation.rows, _FEW_ROWS))


def _walked(session: Session, relation: Relation, plan: SamplePlan, rows: int) -> Found | None:
    """A walk through the whole; None where there are so many more ``rows`` than thought that it ended before it."""
    drawn, cut = session.window(queries.random_rows(relation, plan, rows))
    return Found(drawn, cut=cut) if len(drawn) < queries.most_random_rows(plan) else None


def _first(session: Session, relation: Relation, plan: SamplePlan) -> Ways:
    rows, cut = session.window(queries.first_rows(relation, plan, plan.rows + 1))
    if len(rows) <= plan.rows and not cut:
        return Found(rows), SampleMethod.ALL_ROWS
    return Found(rows[: plan.rows], cut=cut), SampleMethod.FIRST_ROWS


def _add_end(session: Session, relation: Relation, plan: SamplePlan, rows: list[Row], *, newest: bool) -> int:
    """Add the rows at one end of the key that are not there yet, and say how many they are."""
    if relation.key is None or not plan.ends or not session.is_open:
        return 0
    asked = queries.end_rows(relation, relation.key, plan, newest=newest)
    found, _ = _in_time(session, relation, lambda: session.window(asked)) or ([], False)
    there = {tuple(row[: relation.key_width]) for row in rows}
    added = [row for row in found if tuple(row[: relation.key_width]) not in there]
    rows += added
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


_WAYS = (
    (even_rows, SampleMethod.RANDOM_ROWS),
    (_few_walked, SampleMethod.RANDOM_ROWS),
    (rows_of_places, SampleMethod.PLACES),
    (_many_walked, SampleMethod.RANDOM_ROWS),
)
