"""Choosing rows of a DuckDB table.

Every row has the same chance: a sum over its number and the seed decides, and of no other row more is read. In a table
of more than some million rows that goes for rows of runs that the engine draws, so that the cost does not grow with the
table; neighbours in one run may all be alike, so the draws are the runs. A view gives its first rows.
"""

from collections.abc import Iterable, Iterator

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import Row, Window, choose
from connectors.sql import duckdb_queries as queries
from connectors.sql.drawn import Drawn
from connectors.sql.duckdb_queries import Relation
from connectors.sql.duckdb_session import Session

_Numbered = tuple[int, Row]


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
    return Drawn(rows[: plan.rows], method, cut=window.cut)


def _sampled(session: Session, relation: Relation, plan: SamplePlan, rows: int) -> Drawn:
    found, cut = _windowed(_numbered(session, queries.random_rows(relation, plan, rows)))
    drawn, _ = choose(found, plan.rows, plan.seed)
    draws = len(drawn) if rows <= queries.MOST_SUMS else len({number // queries.RUN for number, _ in drawn})
    low, high = session.execute(queries.span(relation))[0]
    taken = {number for number, _ in drawn}
    oldest = _ends(session, queries.rows_from(relation, plan, low, plan.ends), taken, plan.ends)
    newest = _ends(session, queries.rows_up_to(relation, plan, high, plan.ends), taken, plan.ends)
    held = [row for _, row in (*drawn, *oldest, *newest)]
    return Drawn(held, SampleMethod.RANDOM_ROWS, cut, draws, len(oldest), len(newest))


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
