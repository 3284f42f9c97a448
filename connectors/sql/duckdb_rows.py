"""Choosing rows of a DuckDB table.

Up to :data:`_WALKED_ROWS` every row has the same chance, at the cost of a sum over each row's number: no row is read
for it, and a million take some 4 milliseconds. Above that short runs of rows are read from places drawn evenly, which
costs the same however many rows there are. A view gives its first rows.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import Row, Window, choose
from connectors.sql import duckdb_queries as queries
from connectors.sql.duckdb_queries import Relation
from connectors.sql.duckdb_session import Session

_WALKED_ROWS = 100_000_000
_PLACES = 100

_Numbered = tuple[int, Row]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows, and how they were chosen. ``cut``: whether they were cut for holding more than a sample may."""

    rows: Sequence[Row] = field(repr=False)
    method: SampleMethod
    cut: bool
    draws: int | None = None
    oldest: int = 0
    newest: int = 0


def rows_of(session: Session, relation: Relation, plan: SamplePlan) -> tuple[Drawn, int | None]:
    """Rows of a table or view, and how many there are in all where that is known."""
    if not relation.is_table:
        drawn = _first(session, relation, plan)
        return drawn, len(drawn.rows) if drawn.method is SampleMethod.ALL_ROWS and not drawn.cut else None
    rows: int = session.execute(queries.count(relation))[0][0]
    if rows <= plan.rows:
        return _first(session, relation, plan), rows
    return _sampled(session, relation, plan, rows), rows


def _first(session: Session, relation: Relation, plan: SamplePlan) -> Drawn:
    window = Window(row for _, row in _numbered(session, queries.first_rows(relation, plan, plan.rows + 1)))
    rows = list(window)
    method = SampleMethod.ALL_ROWS if len(rows) <= plan.rows else SampleMethod.FIRST_ROWS
    return Drawn(rows[: plan.rows], method, window.cut)


def _sampled(session: Session, relation: Relation, plan: SamplePlan, rows: int) -> Drawn:
    low, high = session.execute(queries.span(relation))[0]
    if rows <= _WALKED_ROWS:
        method = SampleMethod.RANDOM_ROWS
        drawn, cut = _random(session, relation, plan, rows)
        draws = len(drawn)
    else:
        method = SampleMethod.PLACES
        drawn, cut, draws = _from_places(session, relation, plan, (low, high))
    taken = {number for number, _ in drawn}
    oldest = _ends(session, queries.rows_from(relation, plan, low, plan.ends), taken, plan.ends)
    newest = _ends(session, queries.rows_up_to(relation, plan, high, plan.ends), taken, plan.ends)
    held = [row for _, row in (*drawn, *oldest, *newest)]
    return Drawn(held, method, cut, draws=draws, oldest=len(oldest), newest=len(newest))


def _random(session: Session, relation: Relation, plan: SamplePlan, rows: int) -> tuple[list[_Numbered], bool]:
    found, cut = _windowed(_numbered(session, queries.random_rows(relation, plan, rows)))
    return choose(found, plan.rows, plan.seed)[0], cut


def _from_places(
    session: Session, relation: Relation, plan: SamplePlan, span: tuple[int, int]
) -> tuple[list[_Numbered], bool, int]:
    chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
    places = sorted(chance.randint(*span) for _ in range(min(_PLACES, plan.rows)))
    found: dict[int, Row] = {}
    answering = 0
    left_out = False
    for place in places:
        run, cut = _windowed(
            _numbered(session, queries.rows_from(relation, plan, place, math.ceil(plan.rows / len(places))))
        )
        new = [(number, row) for number, row in run if number not in found]
        answering += bool(new)
        found.update(new)
        left_out = left_out or cut
    return sorted(found.items()), left_out, answering


def _ends(session: Session, query: str, taken: set[int], most: int) -> list[_Numbered]:
    """Rows of one end that are not taken yet, which they then are."""
    found = [(number, row) for number, row in _numbered(session, query) if number not in taken] if most else []
    taken.update(number for number, _ in found)
    return found


def _numbered(session: Session, query: str) -> Iterator[_Numbered]:
    return ((number, cells) for number, *cells in session.stream(query))


def _windowed(rows: Iterable[_Numbered]) -> tuple[list[_Numbered], bool]:
    numbers: list[int] = []

    def cells() -> Iterator[Row]:
        for number, row in rows:
            numbers.append(number)
            yield row

    window = Window(cells())
    held = list(window)
    return list(zip(numbers, held, strict=False)), window.cut
