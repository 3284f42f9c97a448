"""Choosing rows of a DuckDB table.

Every row has the same chance: a sum over its number and the seed decides, and of no other row more is read. In a table
of more than a million rows that goes for rows of runs that the engine draws, so that the cost does not grow with the
table; neighbours in one run may all be alike, so the draws are the runs. A view gives its first rows.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import SAMPLE_CHARACTERS, Row, Window, choose
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
    found, cut = _asked(session, relation, partial(queries.first_rows, relation, plan, limit=plan.rows + 1))
    method = SampleMethod.ALL_ROWS if len(found) <= plan.rows else SampleMethod.FIRST_ROWS
    return Drawn([row for _, row in found[: plan.rows]], method, cut=cut)


def _sampled(session: Session, relation: Relation, plan: SamplePlan, rows: int) -> Drawn:
    found, cut = _asked(session, relation, partial(queries.random_rows, relation, plan, rows=rows))
    drawn, _ = choose(found, plan.rows, plan.seed)
    draws = len(drawn) if rows <= queries.MOST_SUMS else len({number // queries.RUN for number, _ in drawn})
    taken = {number for number, _ in drawn}
    oldest, newest = (_untaken(end, taken) for end in _ends(session, relation, plan))
    held = [row for _, row in (*drawn, *oldest, *newest)]
    return Drawn(held, SampleMethod.RANDOM_ROWS, cut, draws, len(oldest), len(newest))


def _ends(session: Session, relation: Relation, plan: SamplePlan) -> Iterator[list[_Numbered]]:
    """The rows with the lowest numbers, then those with the highest."""
    if not plan.ends:
        yield from ([], [])
        return
    for ask, place in zip(
        (queries.rows_from, queries.rows_up_to), session.execute(queries.span(relation))[0], strict=True
    ):
        yield _asked(session, relation, partial(ask, relation, plan, place=place, limit=plan.ends))[0]


def _untaken(rows: Iterable[_Numbered], taken: set[int]) -> list[_Numbered]:
    """The rows that are not taken yet, which they then are."""
    fresh = [(number, row) for number, row in rows if number not in taken]
    taken.update(number for number, _ in fresh)
    return fresh


def _asked(session: Session, relation: Relation, ask: Callable[[range], str]) -> tuple[list[_Numbered], bool]:
    """Rows by their numbers, put together of the parts that are asked for; and whether some are cut."""
    found: dict[int, list[str | None]] | None = None
    is_cut = False
    for part in relation.parts:
        held, cut = _windowed(session.stream(ask(part)), SAMPLE_CHARACTERS // len(relation.parts))
        is_cut = is_cut or cut
        if found is None:
            found = held
        else:
            found = {number: cells + held[number] for number, cells in found.items() if number in held}
    return list((found or {}).items()), is_cut


def _windowed(rows: Iterable[tuple[Any, ...]], characters: int) -> tuple[dict[int, list[str | None]], bool]:
    numbers: list[int] = []

    def cells() -> Iterator[Row]:
        for number, *row in rows:
            numbers.append(number)
            yield row

    window = Window(cells(), characters)
    # All rows first: their numbers come with them.
    held = list(map(list, window))
    return dict(zip(numbers, held, strict=False)), window.cut
