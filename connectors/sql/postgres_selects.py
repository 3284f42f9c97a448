"""The statements that read rows of PostgreSQL's tables and views: every one a plain SELECT.

A row comes as one text, the engine's own notation of a record, which needs no Python object for every cell; beside it
stands where the row lies, as ``16400(12,3)``: table, block and place in the block.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from psycopg import sql

from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan
from connectors.nested import JSON_CHARACTERS

SPARE = 1.5
"""So many times as many rows are asked for as are wanted: how many come is chance."""
_FEW_ROWS = 200_000
_FEW_BLOCKS = 8_000
_BLOCKS_A_ROW = 2
_ROWS_A_PLACE = 16
_HASHES = 1_000_000_000
_MOST_END_BLOCKS = 100
_TID_RANGES = 140_000
"""The first version that reads a range of blocks without reading the others."""


@dataclass(frozen=True, slots=True)
class PostgresColumn:
    """A column, and how its text is asked for.

    Parameters:
        permitted: whether the account may read it.
        binary: whether it holds bytes, which are not read.
        json: whether it is JSON.
        to_json: whether it is a list or a record that the engine can write as JSON.
        order: 2 for the only column of a primary key that grows, 1 for one of another unique index, otherwise 0.
    """

    schema: ColumnSchema
    permitted: bool
    binary: bool
    json: bool
    to_json: bool
    order: int

    @property
    def is_read(self) -> bool:
        """Whether its values are asked for."""
        return self.permitted and not self.binary

    @property
    def nests(self) -> bool:
        """Whether what is read of it is JSON."""
        return self.is_read and (self.json or self.to_json)


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled.

    Parameters:
        kind: the engine's letter.
        rows: about how many there are; nothing is known of a view.
        blocks: blocks of the tables that hold them.
        whole: whether the account may read every column, and with them where a row lies.
    """

    oid: int
    namespace: str = field(repr=False)
    name: str = field(repr=False)
    kind: str
    rows: int
    blocks: int
    row_security: bool
    whole: bool

    @property
    def is_stored(self) -> bool:
        """Whether it is a table, a partitioned one or a materialised view, whose rows can be drawn by the engine."""
        return self.kind in ("r", "m", "p")


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely each row of a stored relation is drawn: alike for all, whatever the block.

    Parameters:
        row: the chance of a row.
        block: the chance of a block to be read at all; None where every row is looked at.
    """

    row: float
    block: float | None

    @classmethod
    def of(cls, relation: Relation, rows: int, row: float) -> "Chance":
        """Chances to draw each row with ``row``. Of a large table about twice as many blocks as ``rows`` are read, so
        that few rows come from one block: neighbours are often alike.
        """
        if relation.rows <= _FEW_ROWS and relation.blocks <= _FEW_BLOCKS:
            return cls(min(row, 1.0), None)
        block = min(1.0, max(_BLOCKS_A_ROW * rows / max(relation.blocks, 1), row))
        return cls(min(row, 1.0), block)

    @classmethod
    def few(cls, relation: Relation, rows: int, row: float) -> "Chance":
        """Chances to draw each row with ``row`` or less, many rows from each of a few blocks."""
        block = min(1.0, rows / _ROWS_A_PLACE / max(relation.blocks, 1))
        return cls(min(row, block), block)

    @property
    def draws_blocks(self) -> bool:
        """Whether only some blocks are read."""
        return self.block is not None and self.block < 1


class Selects:
    """The statements for one relation under one plan."""

    def __init__(self, relation: Relation, columns: Sequence[PostgresColumn], plan: SamplePlan) -> None:
        self._relation = relation
        self._plan = plan
        self._seed = plan.seed % 2**31
        cells = sql.SQL(", ").join(_cell(column, plan) for column in columns)
        has_place = relation.is_stored and relation.whole
        self._from = sql.Identifier(relation.namespace, relation.name)
        self._select = sql.SQL("SELECT {}, ROW({})::text FROM {}").format(
            sql.SQL("concat(tableoid, ctid)") if has_place else sql.SQL("''"), cells, self._from
        )
        keys = sorted((column for column in columns if column.permitted and column.order), key=lambda key: -key.order)
        self._key = sql.Identifier(keys[0].schema.name) if keys else None

    def first(self, limit: int) -> sql.Composed:
        """The first rows."""
        return self._select + sql.SQL(" LIMIT {}").format(limit)

    def drawn(self, chance: Chance, limit: int) -> sql.Composed:
        """Random rows of a stored relation, the same ones for one seed."""
        if chance.block is None:
            sampling = sql.SQL(" TABLESAMPLE BERNOULLI ({}) REPEATABLE ({})").format(100 * chance.row, self._seed)
            return self._select + sampling + sql.SQL(" LIMIT {}").format(limit)
        sampling = sql.SQL(" TABLESAMPLE SYSTEM ({}) REPEATABLE ({})").format(100 * chance.block, self._seed)
        return self._select + sampling + self._thinning(chance.row / chance.block, limit)

    def _thinning(self, share: float, limit: int) -> sql.Composed:
        """Keep a share of the rows of the blocks that were drawn."""
        if not self._relation.whole:
            # Where a row lies may only be asked by who may read all its columns.
            return sql.SQL(" WHERE random() < {} LIMIT {}").format(share, limit)
        return sql.SQL(" WHERE abs(hashtextextended(ctid::text, {} + tableoid::bigint) % {}) < {} LIMIT {}").format(
            self._seed, _HASHES, round(_HASHES * share), limit
        )

    def count(self) -> sql.Composed:
        """How many rows there are."""
        return sql.SQL("SELECT count(*) FROM {}").format(self._from)

    def seeded(self) -> sql.Composed:
        """Make what the engine's own chance chooses next repeatable."""
        return sql.SQL("SELECT setseed({})").format(self._seed / 2**31)

    def scattered(self, share: float, limit: int) -> sql.Composed:
        """Random rows of what cannot be drawn from by the engine, at the cost of reading it all."""
        return self._select + sql.SQL(" WHERE random() < {} LIMIT {}").format(share, limit)

    def ends(self, server_version: int) -> tuple[sql.Composed, sql.Composed] | None:
        """The oldest and the newest rows, by a key with an index or as they lie; None where neither is cheap."""
        limit = sql.SQL(" LIMIT {}").format(self._plan.ends)
        if self._key is not None:
            known = self._select + sql.SQL(" WHERE {} IS NOT NULL ORDER BY {}").format(self._key, self._key)
            return known + limit, known + sql.SQL(" DESC") + limit
        if self._relation.kind == "p" or server_version < _TID_RANGES or not self._relation.whole:
            return None
        few = self._end_blocks()
        old = sql.SQL(" WHERE ctid < {}::tid ORDER BY ctid").format(f"({few},0)")
        new = sql.SQL(" WHERE ctid >= {}::tid ORDER BY ctid DESC").format(f"({max(self._relation.blocks - few, 0)},0)")
        return self._select + old + limit, self._select + new + limit

    def _end_blocks(self) -> int:
        """Blocks that hold about twice the rows wanted of an end; the last one of a table may hold few."""
        blocks_a_row = self._relation.blocks / max(self._relation.rows, 1)
        return min(_MOST_END_BLOCKS, 2 + int(2 * self._plan.ends * blocks_a_row))


def _cell(column: PostgresColumn, plan: SamplePlan) -> sql.Composable:
    if not column.is_read:
        return sql.SQL("NULL::text")
    name = sql.Identifier(column.schema.name)
    text = sql.SQL("to_json({})::text" if column.to_json else "{}::text").format(name)
    return sql.SQL("left({}, {})").format(
        text, max(JSON_CHARACTERS, plan.cell_chars) if column.nests else plan.cell_chars
    )
