"""Choosing rows of an Oracle table. Contract-tested, not run against a live server.

A small table is read from end to end, and a sum over its address and the seed gives each row the same chance. Of a
larger one the engine draws blocks (``SAMPLE BLOCK``, repeatable by the seed), whose rows are thinned by the same sum:
that reads some hundred blocks however many there are, and neighbours come together, so the draws are the blocks. The
ends are those of the primary key. What the engine draws nothing from, as a view, gives its first rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan
from connectors.nested import JSON_CHARACTERS
from connectors.rows import Row, choose
from connectors.sql.drawn import Drawn
from connectors.sql.oracle_errors import PROBLEMS, is_ended, is_lost
from connectors.sql.oracle_session import Session

_FEW_ROWS = 20_000
_BLOCKS = 200
_ROWS_A_BLOCK = 50
_TRIES = 3
_PARTS = 1_000_000
# The address of a row: object, file and block, then its place in the block.
_BLOCK_LETTERS = 15
_TEXTS = frozenset({"CHAR", "VARCHAR2", "NCHAR", "NVARCHAR2", "CLOB", "NCLOB"})
_NUMBERS = frozenset({"NUMBER", "FLOAT", "BINARY_FLOAT", "BINARY_DOUBLE"})
_OTHERS = ("INTERVAL", "ROWID", "UROWID", "BOOLEAN")


@dataclass(frozen=True, slots=True)
class OracleColumn:
    """A column and its plain type; empty where it is a type of somebody's own."""

    schema: ColumnSchema
    kind: str

    @property
    def is_read(self) -> bool:
        """Whether it is text that can be asked for: a ``LONG`` cannot be cut."""
        return self.kind != "LONG"


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled. ``key``: the names of its primary key's columns."""

    owner: str = field(repr=False)
    name: str = field(repr=False)
    is_sampled: bool
    rows: int
    blocks: int
    columns: Sequence[OracleColumn] = field(repr=False)
    key: Sequence[str] = field(repr=False)

    @property
    def source(self) -> str:
        """Its name as the server takes it."""
        return f"{quoted(self.owner)}.{quoted(self.name)}"


def quoted(name: str) -> str:
    """A name as the server takes it; it can hold anything but a quotation mark.

    Raises:
        ValueError: when it holds one, which the engine does not allow.
    """
    if '"' in name:
        raise ValueError("no name of this engine holds a quotation mark")
    return f'"{name}"'


def rows_of(session: Session, relation: Relation, plan: SamplePlan) -> tuple[Drawn, int | None]:
    """Rows of a table or view, and how many there are in all where they were all counted."""
    if not relation.is_sampled:
        first = _first(session, relation, plan)
        return first, len(first.rows) if first.method is SampleMethod.ALL_ROWS else None
    counted = int(session.execute(count(relation))[0][0])
    if counted <= plan.rows:
        return _first(session, relation, plan), counted
    try:
        drawn = _drawn(session, relation, plan, counted)
    except PROBLEMS as error:
        if is_lost(error) or is_ended(error):
            raise
        # Not every kind of table can be drawn from.
        drawn = None
    return drawn or _first(session, relation, plan), counted if counted <= _FEW_ROWS else None


def count(relation: Relation) -> str:
    """Ask how many rows there are, as far as a small table goes."""
    return f"SELECT COUNT(*) FROM (SELECT 1 FROM {relation.source} WHERE ROWNUM <= {_FEW_ROWS + 1})"  # noqa: S608 - quoted


def first_rows(relation: Relation, plan: SamplePlan, limit: int) -> str:
    """Ask for the first ``limit`` rows."""
    return f"SELECT {_cells(relation, plan)} FROM {relation.source} WHERE ROWNUM <= {limit}"  # noqa: S608 - quoted


def drawn_rows(relation: Relation, plan: SamplePlan, percent: float, parts: int) -> str:
    """Ask for rows behind their addresses: of so many per cent of the blocks, so many of a million rows each."""
    seed = plan.seed % 2**31
    sample = f" SAMPLE BLOCK ({percent:.6f}) SEED ({seed})" if percent < 100 else ""
    return (
        f"SELECT ROWIDTOCHAR(ROWID), {_cells(relation, plan)} FROM {relation.source}{sample}"  # noqa: S608 - quoted
        f" WHERE ORA_HASH(ROWID, {_PARTS - 1}, {seed}) < {parts} AND ROWNUM <= {4 * plan.rows}"
    )


def end_rows(relation: Relation, plan: SamplePlan, order: str) -> str:
    """Ask for the first rows by the primary key, ``ASC`` or ``DESC``, behind their addresses."""
    by = ", ".join(f"{quoted(name)} {order}" for name in relation.key)
    return (
        f"SELECT * FROM (SELECT ROWIDTOCHAR(ROWID) AS place, {_cells(relation, plan)} FROM {relation.source}"  # noqa: S608 - quoted
        f" ORDER BY {by}) WHERE ROWNUM <= {plan.ends}"
    )


def _first(session: Session, relation: Relation, plan: SamplePlan) -> Drawn:
    rows, cut = session.window(first_rows(relation, plan, plan.rows + 1))
    if len(rows) <= plan.rows and not cut:
        return Drawn(rows, SampleMethod.ALL_ROWS)
    return Drawn(rows[: plan.rows], SampleMethod.FIRST_ROWS, cut=cut)


def _drawn(session: Session, relation: Relation, plan: SamplePlan, counted: int) -> Drawn | None:
    """Rows drawn; None where what the server thinks of the table's size leads to too few."""
    wanted = 1.2 * plan.rows + 60
    rows = max(relation.rows, counted)
    percent = 100.0
    if counted > _FEW_ROWS:
        percent = min(100.0, 100.0 * _BLOCKS / (relation.blocks or rows / _ROWS_A_BLOCK))
    chance = wanted / (rows * percent / 100)
    for _ in range(_TRIES):
        asked = drawn_rows(relation, plan, percent, min(int(_PARTS * chance) + 1, _PARTS))
        found, cut = session.window(asked)
        if 2 * len(found) >= plan.rows or cut:
            return _chosen(session, relation, plan, found, cut=cut, whole=percent >= 100)
        chance, percent = chance * 4, min(100.0, percent * (4 if chance >= 1 else 1))
    return None


def _chosen(
    session: Session, relation: Relation, plan: SamplePlan, found: Sequence[Row], *, cut: bool, whole: bool
) -> Drawn:
    chosen, _ = choose(found, plan.rows, plan.seed)
    method = SampleMethod.RANDOM_ROWS if whole else SampleMethod.PLACES
    blocks = len({(row[0] or "")[:_BLOCK_LETTERS] for row in chosen})
    drawn = Drawn(chosen, method, cut=cut, draws=len(chosen) if whole else blocks)
    if relation.key and plan.ends:
        drawn = drawn.with_ends(*(session.window(end_rows(relation, plan, order))[0] for order in ("ASC", "DESC")))
    return Drawn(list(_without_place(drawn.rows)), method, cut, drawn.draws, drawn.oldest, drawn.newest)


def _without_place(rows: Iterable[Row]) -> Iterable[Row]:
    return (row[1:] for row in rows)


def _cells(relation: Relation, plan: SamplePlan) -> str:
    return ", ".join(f"{_cell(column, plan)} AS c{place}" for place, column in enumerate(relation.columns))


def _cell(column: OracleColumn, plan: SamplePlan) -> str:
    name, kind = quoted(column.schema.name), column.kind
    if kind in _TEXTS:
        return f"SUBSTR({name}, 1, {plan.cell_chars})"
    if kind == "JSON":
        return f"SUBSTR(JSON_SERIALIZE({name} RETURNING CLOB), 1, {JSON_CHARACTERS})"
    if kind == "XMLTYPE":
        return f"SUBSTR(XMLSERIALIZE(CONTENT {name} AS CLOB), 1, {plan.cell_chars})"
    return _plain_cell(name, kind)


def _plain_cell(name: str, kind: str) -> str:
    if kind in _NUMBERS:
        return f"TO_CHAR({name}, 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''')"
    if kind == "DATE":
        # Where no row has a time of day, none is meant.
        return f"TO_CHAR({name}, CASE WHEN {name} = TRUNC({name}) THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI:SS' END)"
    if kind.startswith("TIMESTAMP"):
        zone = " TZH:TZM" if "TIME ZONE" in kind else ""
        return f"TO_CHAR({name}, 'YYYY-MM-DD HH24:MI:SS.FF{zone}')"
    if kind.startswith(_OTHERS):
        return f"TO_CHAR({name})"
    # Bytes, places on a map, what somebody made a type of.
    return "CAST(NULL AS VARCHAR2(1))"
