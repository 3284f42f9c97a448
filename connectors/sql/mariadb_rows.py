"""Choosing rows of a MariaDB or MySQL table, which has no sampling of its own.

Three ways, none of which sorts the table:

* up to :data:`_FEW_ROWS` the whole table is walked through once and each row has the same chance;
* above that, with a primary key of whole numbers, short runs of rows are read from places drawn evenly among the keys.
  That reads no more than a sample, but rows behind a gap are drawn more often and neighbours come together;
* above that without such a key the table is walked through as well, up to :data:`_WALKED_ROWS`.

What the server ends as too slow, what lies too unevenly and what is larger still gives its first rows, and says so.
"""

import math
import random
import time

import pymysql

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import Row, Window, choose
from connectors.sql import mariadb_queries as queries
from connectors.sql.mariadb_errors import TIMED_OUT, number
from connectors.sql.mariadb_queries import Relation
from connectors.sql.mariadb_session import Session

_FEW_ROWS = 200_000
_WALKED_ROWS = 5_000_000
_PLACES = 100


def rows_of(session: Session, relation: Relation, plan: SamplePlan) -> tuple[list[Row], SampleMethod, bool]:
    """The rows, how they were chosen, and whether they were cut for holding more than a sample may."""
    if not relation.is_sampled:
        return _first(session, relation, plan)
    try:
        drawn, cut = _drawn(session, relation, plan)
    except pymysql.Error as error:
        if number(error) not in TIMED_OUT:
            raise
        drawn, cut = [], False
    if 2 * len(drawn) >= plan.rows or cut:
        return choose(drawn, plan.rows, plan.seed)[0], SampleMethod.RANDOM_ROWS, cut
    return _first(session, relation, plan)


def _drawn(session: Session, relation: Relation, plan: SamplePlan) -> tuple[list[Row], bool]:
    """Random rows; none where all of them, or the first ones, are to be read."""
    rows = relation.rows
    if rows <= 2 * _FEW_ROWS:
        # The server's own figure is a guess; counting so far costs it little.
        rows = max(int(session.execute(queries.count(relation, _FEW_ROWS + 1))[0][0] or 0), min(rows, 1))
    if rows <= plan.rows:
        return [], False
    if rows > _FEW_ROWS and relation.number_key:
        drawn, cut = _from_places(session, relation, relation.number_key, plan)
        if 2 * len(drawn) >= plan.rows or cut:
            return drawn, cut
    return session.window(queries.random_rows(relation, plan, rows)) if rows <= _WALKED_ROWS else ([], False)


def _first(session: Session, relation: Relation, plan: SamplePlan) -> tuple[list[Row], SampleMethod, bool]:
    rows, cut = session.window(queries.first_rows(relation, plan, plan.rows + 1))
    if len(rows) <= plan.rows and not cut:
        return rows, SampleMethod.ALL_ROWS, False
    return rows[: plan.rows], SampleMethod.FIRST_ROWS, cut


def _from_places(session: Session, relation: Relation, key: str, plan: SamplePlan) -> tuple[list[Row], bool]:
    low, high = session.execute(queries.ends(relation, key))[0]
    if low is None or high is None:
        return [], False
    chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
    until = time.monotonic() + plan.seconds
    drawn: dict[int, Row] = {}
    for _ in range(queries.SPARE * _PLACES):
        if len(drawn) >= plan.rows or time.monotonic() > until:
            break
        place = chance.randint(int(low), int(high))
        run = session.execute(queries.rows_from(relation, key, plan, place, math.ceil(plan.rows / _PLACES)))
        drawn.update((int(number_of or 0), cells) for number_of, *cells in run)
    window = Window(drawn[place] for place in sorted(drawn))
    return list(window), window.cut
