"""Choosing rows of a SQL Server table. Contract-tested, not run against a live server.

A small table is read once from end to end, and each row has the same chance. Of a larger one the engine draws pages
(``TABLESAMPLE``, repeatable by the seed), of whose rows every so-manieth is taken: that reads some hundred pages
however many there are, and neighbours come together, so the draws are the pages. The ends are those of the primary
key. What the engine draws nothing from, as a view, gives its first rows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan
from connectors.nested import JSON_CHARACTERS
from connectors.rows import choose
from connectors.sql.drawn import Drawn
from connectors.sql.sqlserver_errors import PROBLEMS, is_lost, state_of
from connectors.sql.sqlserver_session import Session

_FEW_ROWS = 10_000
_PAGES = 200
_BINARY = frozenset({"binary", "varbinary", "image", "timestamp", "rowversion", "clr", "vector"})
_TEXTS = frozenset({"char", "varchar", "nchar", "nvarchar", "text", "ntext", "xml", "json"})
_REAL = frozenset({"float", "real"})
_STYLES = {
    **dict.fromkeys(("date", "datetime", "datetime2", "datetimeoffset", "smalldatetime", "time"), 121),
    **dict.fromkeys(("money", "smallmoney"), 2),
}
"""The numbers under which the engine writes dates as ISO does, and money with all its places."""

_ENDED = frozenset({"HYT00", "HY008"})


@dataclass(frozen=True, slots=True)
class SqlserverColumn:
    """A column, its plain type, and whether its text can be asked for."""

    schema: ColumnSchema
    kind: str
    permitted: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled. ``key``: the names of its primary key's columns, if readable."""

    schema: str = field(repr=False)
    name: str = field(repr=False)
    is_sampled: bool
    rows: int
    pages: int
    columns: Sequence[SqlserverColumn] = field(repr=False)
    key: Sequence[str] = field(repr=False)

    @property
    def source(self) -> str:
        """Its name as the server takes it."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def rows_a_page(self) -> float:
        """About how many rows lie on a page."""
        return max(self.rows / max(self.pages, 1), 1.0)


def quoted(name: str) -> str:
    """A name as the server takes it, whatever it holds."""
    return "[" + name.replace("]", "]]") + "]"


def rows_of(session: Session, relation: Relation, plan: SamplePlan) -> tuple[Drawn, int | None]:
    """Rows of a table or view, and how many there are in all where they were all seen."""
    if not relation.is_sampled or relation.rows <= plan.rows:
        first = _first(session, relation, plan)
        if not relation.is_sampled or first.method is SampleMethod.ALL_ROWS:
            return first, len(first.rows) if first.method is SampleMethod.ALL_ROWS and not first.cut else None
    try:
        drawn, total = _drawn(session, relation, plan)
    except PROBLEMS as error:
        if is_lost(error) or state_of(error) in _ENDED:
            raise
        # Not every kind of table can be drawn from.
        return _first(session, relation, plan), None
    if not drawn.rows:
        return _first(session, relation, plan), None
    return _with_ends(session, relation, plan, drawn), total


def first_rows(relation: Relation, plan: SamplePlan, limit: int) -> str:
    """Ask for the first ``limit`` rows."""
    return f"SELECT TOP ({limit}) {_cells(relation, plan)} FROM {relation.source}"  # noqa: S608 - quoted names


def every_row(relation: Relation, plan: SamplePlan) -> str:
    """Ask for all rows of a small table."""
    return f"SELECT TOP ({4 * _FEW_ROWS}) {_cells(relation, plan)} FROM {relation.source}"  # noqa: S608 - quoted names


def drawn_pages(relation: Relation, plan: SamplePlan) -> str:
    """Ask for rows of pages drawn at random: some more than wanted, every so-manieth of those on the pages."""
    percent = min(100.0, 100.0 * _PAGES / max(relation.pages, 1))
    step = _step(relation, plan)
    return (
        f"SELECT TOP ({4 * plan.rows}) {_names(relation)} FROM ("  # noqa: S608 - quoted names
        f"SELECT {_cells(relation, plan)}, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS place FROM {relation.source}"
        f" TABLESAMPLE SYSTEM ({percent:.6f} PERCENT) REPEATABLE ({plan.seed % 2**31 + 1})"
        f") AS drawn WHERE place % {step} = {plan.seed % step}"
    )


def end_rows(relation: Relation, plan: SamplePlan, order: str) -> str:
    """Ask for the first rows by the primary key, ``ASC`` or ``DESC``."""
    by = ", ".join(f"{quoted(name)} {order}" for name in relation.key)
    return f"SELECT TOP ({plan.ends}) {_cells(relation, plan)} FROM {relation.source} ORDER BY {by}"  # noqa: S608 - quoted names


def _first(session: Session, relation: Relation, plan: SamplePlan) -> Drawn:
    rows, cut = session.window(first_rows(relation, plan, plan.rows + 1))
    if len(rows) <= plan.rows and not cut:
        return Drawn(rows, SampleMethod.ALL_ROWS)
    return Drawn(rows[: plan.rows], SampleMethod.FIRST_ROWS, cut=cut)


def _drawn(session: Session, relation: Relation, plan: SamplePlan) -> tuple[Drawn, int | None]:
    if relation.rows <= _FEW_ROWS:
        rows, cut = session.window(every_row(relation, plan))
        if len(rows) < 4 * _FEW_ROWS and not cut:
            chosen, seen = choose(rows, plan.rows, plan.seed)
            return Drawn(chosen, SampleMethod.RANDOM_ROWS, draws=len(chosen)), seen
    rows, cut = session.window(drawn_pages(relation, plan))
    pages = math.ceil(len(rows) * _step(relation, plan) / relation.rows_a_page)
    chosen, _ = choose(rows, plan.rows, plan.seed)
    return Drawn(chosen, SampleMethod.PLACES, cut=cut, draws=min(pages, len(chosen))), None


def _step(relation: Relation, plan: SamplePlan) -> int:
    read = min(_PAGES, max(relation.pages, 1)) * relation.rows_a_page
    return max(1, math.floor(read / (1.5 * plan.rows)))


def _with_ends(session: Session, relation: Relation, plan: SamplePlan, drawn: Drawn) -> Drawn:
    if not relation.key or not plan.ends:
        return drawn
    oldest, newest = (session.window(end_rows(relation, plan, order))[0] for order in ("ASC", "DESC"))
    return drawn.with_ends(oldest, newest)


def _names(relation: Relation) -> str:
    return ", ".join(f"c{place}" for place in range(len(relation.columns)))


def _cells(relation: Relation, plan: SamplePlan) -> str:
    return ", ".join(f"{_cell(column, plan)} AS c{place}" for place, column in enumerate(relation.columns))


def _cell(column: SqlserverColumn, plan: SamplePlan) -> str:
    if not column.permitted or column.kind in _BINARY:
        return "CONVERT(nvarchar(1), NULL)"
    name = quoted(column.schema.name)
    if column.kind in _REAL:
        # Whole numbers stored as real ones lose their point; otherwise the engine would keep six digits.
        whole = f"CONVERT(nvarchar(50), CONVERT(decimal(38, 0), {name}))"
        is_whole = f"ABS({name}) < 1E15 AND {name} = FLOOR({name})"
        return f"CASE WHEN {is_whole} THEN {whole} ELSE CONVERT(nvarchar(50), {name}, 3) END"
    if column.kind in _STYLES:
        return f"CONVERT(nvarchar(50), {name}, {_STYLES[column.kind]})"
    # A variant cannot be made into a text of any length.
    length = "max" if column.kind in _TEXTS else "4000"
    characters = JSON_CHARACTERS if column.kind == "json" else plan.cell_chars
    return f"LEFT(CONVERT(nvarchar({length}), {name}), {characters})"
