"""What is asked of DuckDB, in its own words: its catalogue, and samples of its tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan
from connectors.nested import JSON_CHARACTERS

_OURS = "database_name = current_database() AND NOT internal"
_ONE = f"{_OURS} AND schema_name = ? AND"

RELATIONS = f"""
    SELECT schema_name, table_name, 'table', coalesce(comment, ''), estimated_size
    FROM duckdb_tables() WHERE {_OURS} AND NOT temporary
    UNION ALL SELECT schema_name, view_name, 'view', coalesce(comment, ''), NULL
    FROM duckdb_views() WHERE {_OURS} AND NOT temporary
    ORDER BY 1, 2
"""  # noqa: S608 - composed of the constants above
KIND = f"""
    SELECT 'table' FROM duckdb_tables() WHERE {_ONE} table_name = ?
    UNION ALL SELECT 'view' FROM duckdb_views() WHERE {_ONE} view_name = ?
"""  # noqa: S608 - composed of the constants above
COLUMNS = f"SELECT column_name, coalesce(comment, ''), is_nullable FROM duckdb_columns() WHERE {_ONE} table_name = ?"  # noqa: S608 - composed of the constants above
KEYS = """
    SELECT DISTINCT unnest(constraint_column_names) FROM duckdb_constraints()
    WHERE database_name = current_database() AND schema_name = ? AND table_name = ?
    AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')
"""

MOST_SUMS = 1_000_000
RUN = 2048
"""Rows that the engine holds, and draws, together."""

_BINARY = frozenset({"blob"})
_REAL = frozenset({"float", "double"})
_NESTED = frozenset({"array", "list", "map", "struct", "union", "variant"})
# The engine holds a block of each column that it reads: of more columns at a time memory would run out.
_WIDEST = 128
# Deleted rows leave gaps between row numbers; a newest row is looked for within so many.
_GAPS = 40


@dataclass(frozen=True, slots=True)
class DuckdbColumn:
    """A column, and the engine's word for the kind of its type."""

    schema: ColumnSchema
    kind: str

    @property
    def nests(self) -> bool:
        """Whether its cells are asked for as JSON."""
        return self.kind in _NESTED or self.schema.declared_type == "JSON"


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled."""

    schema: str = field(repr=False)
    name: str = field(repr=False)
    is_table: bool
    columns: Sequence[DuckdbColumn] = field(repr=False)

    @property
    def source(self) -> str:
        """Its name as the engine takes it."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def parts(self) -> Sequence[range]:
        """The places of columns that are asked for together; a view is asked only once."""
        width = len(self.columns)
        return [
            range(first, min(first + _WIDEST, width)) for first in range(0, width, _WIDEST if self.is_table else width)
        ]

    @property
    def renamed(self) -> str:
        """It, with its columns called by their places: a view may have two of one name, and a column that is called
        ``rowid`` would hide the engine's own.
        """
        return f"{self.source} AS t({', '.join(f'c{place}' for place in range(len(self.columns)))})"


def quoted(name: str) -> str:
    """A name as the engine takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def everything(source: str) -> str:
    """Ask for no row of all columns."""
    return f"SELECT * FROM {source} LIMIT 0"  # noqa: S608 - quoted names of the engine's own list


def count(relation: Relation) -> str:
    """Ask how many rows there are, which the engine knows without reading them."""
    return f"SELECT count(*) FROM {relation.source}"  # noqa: S608 - quoted names of the engine's own list


def first_rows(relation: Relation, plan: SamplePlan, part: range, limit: int) -> str:
    """Ask for the first ``limit`` rows, each behind its number."""
    number = "t.rowid" if relation.is_table else "row_number() OVER ()"
    return f"SELECT {number}, {_cells(relation, plan, part)} FROM {relation.renamed} LIMIT {limit}"  # noqa: S608 - quoted


def span(relation: Relation) -> str:
    """Ask for the lowest and the highest row number."""
    return f"SELECT min(t.rowid), max(t.rowid) FROM {relation.renamed}"  # noqa: S608 - quoted


def random_rows(relation: Relation, plan: SamplePlan, part: range, rows: int) -> str:
    """Ask for random rows of so many ``rows``, some more than wanted, each behind its number.

    A sum over a row's number and the seed decides, and only of the chosen rows the engine reads more. Of a table with
    more than :data:`MOST_SUMS` rows it first draws runs of :data:`RUN` that so many rows lie in.
    """
    seed = plan.seed % 2**31
    runs = f" TABLESAMPLE SYSTEM ({100 * MOST_SUMS / rows:.9f}%) REPEATABLE ({seed})" if rows > MOST_SUMS else ""
    wanted = 1.2 * plan.rows + 60
    below = min(int(wanted / max(min(rows, MOST_SUMS), 1) * 2**64), 2**64 - 1)
    return f"{_numbered(relation, plan, part)}{runs} WHERE hash(t.rowid, {seed}::BIGINT) <= {below}::UBIGINT"


def rows_from(relation: Relation, plan: SamplePlan, part: range, place: int, limit: int) -> str:
    """Ask for up to ``limit`` rows from a ``place`` among the row numbers on, each behind its number."""
    return (
        f"{_numbered(relation, plan, part)} WHERE t.rowid BETWEEN {place} AND {place + _GAPS * limit}"
        f" ORDER BY t.rowid LIMIT {limit}"
    )


def rows_up_to(relation: Relation, plan: SamplePlan, part: range, place: int, limit: int) -> str:
    """Ask for up to ``limit`` rows from a ``place`` among the row numbers back, each behind its number."""
    return (
        f"{_numbered(relation, plan, part)} WHERE t.rowid BETWEEN {place - _GAPS * limit} AND {place}"
        f" ORDER BY t.rowid DESC LIMIT {limit}"
    )


def _numbered(relation: Relation, plan: SamplePlan, part: range) -> str:
    return f"SELECT t.rowid, {_cells(relation, plan, part)} FROM {relation.renamed}"  # noqa: S608 - quoted


def _cells(relation: Relation, plan: SamplePlan, part: range) -> str:
    return ", ".join(_cell(relation.columns[place], f"t.c{place}", plan) for place in part)


def _cell(column: DuckdbColumn, name: str, plan: SamplePlan) -> str:
    if column.kind in _BINARY:
        return "NULL"
    text = f"CAST({name} AS VARCHAR)"
    if column.kind in _NESTED:
        return f"left(CAST(to_json({name}) AS VARCHAR), {JSON_CHARACTERS})"
    if column.nests:
        return f"left({text}, {JSON_CHARACTERS})"
    if column.kind in _REAL:
        # Whole numbers stored as real ones lose their ``.0``.
        whole = f"CAST(CAST({name} AS HUGEINT) AS VARCHAR)"
        return f"CASE WHEN abs({name}) < 1e15 AND trunc({name}) = {name} THEN {whole} ELSE {text} END"
    return f"left({text}, {plan.cell_chars})"
