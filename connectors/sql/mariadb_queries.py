"""What is asked of a MariaDB or MySQL server, in its own words: its catalogue, and samples of its tables.

The catalogue compares names without regard to case and accents, so what it answers is looked through again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan

SCHEMAS = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME"
SYSTEM_SCHEMAS = frozenset({"information_schema", "mysql", "ndbinfo", "performance_schema", "sys"})
GRANTS = "SHOW GRANTS"

# A change within the second in which it is asked could be followed by another one in that second, unseen.
TABLES = """
    SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COMMENT, TABLE_ROWS,
        CASE WHEN UPDATE_TIME < NOW() - INTERVAL 1 SECOND
            THEN CONCAT_WS(':', UPDATE_TIME, CREATE_TIME, TABLE_ROWS, AUTO_INCREMENT) END
    FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = %s AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
    ORDER BY TABLE_NAME
"""
ALL_COLUMNS = """
    SELECT TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, PRIVILEGES
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s ORDER BY TABLE_NAME, ORDINAL_POSITION
"""
TABLE = """
    SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s
"""
COLUMNS = """
    SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLUMN_COMMENT, IS_NULLABLE, PRIVILEGES
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION
"""
UNIQUE_KEYS = """
    SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s AND NON_UNIQUE = 0
"""

SPARE = 2
_BINARY = frozenset(
    {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector"}
    | {"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}
    | {"geometrycollection", "geomcollection"}
)
_WHOLE_NUMBERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
# Reading these asks yet another server or file, which may not give the same rows twice.
_ELSEWHERE = frozenset({"FEDERATED", "CONNECT", "SPIDER", "S3", "SPHINX"})


@dataclass(frozen=True, slots=True)
class MariadbColumn:
    """A column, its plain type and whether it may be read."""

    schema: ColumnSchema
    kind: str
    permitted: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled. ``number_key``: a primary key of one column of whole numbers."""

    schema: str = field(repr=False)
    name: str = field(repr=False)
    is_sampled: bool
    rows: int
    columns: Sequence[MariadbColumn] = field(repr=False)
    number_key: str | None = field(repr=False)

    @property
    def source(self) -> str:
        """Its name as the server takes it."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def relation_of(found: Sequence[str | None], columns: Sequence[MariadbColumn], primary: Sequence[str]) -> Relation:
    """The relation of a row of :data:`TABLE`, its columns and the names of its primary key's columns."""
    schema, name, kind, engine, rows = found
    key = next((column for column in columns if [column.schema.name] == list(primary)), None)
    return Relation(
        schema or "",
        name or "",
        is_sampled=kind != "VIEW" and (engine or "").upper() not in _ELSEWHERE,
        rows=int(rows or 0),
        columns=columns,
        number_key=key.schema.name if key and key.permitted and key.kind in _WHOLE_NUMBERS else None,
    )


def quoted(name: str) -> str:
    """A name as the server takes it, whatever it holds."""
    return "`" + name.replace("`", "``") + "`"


def everything(relation: Relation) -> str:
    """Ask for no row of all columns: refused where one of them may not be read."""
    return f"SELECT * FROM {relation.source} LIMIT 0"  # noqa: S608 - quoted names of the server's own list


def count(relation: Relation, most: int) -> str:
    """Ask how many rows there are, up to ``most``."""
    return f"SELECT COUNT(*) FROM (SELECT 1 FROM {relation.source} LIMIT {most}) AS counted"  # noqa: S608 - quoted


def first_rows(relation: Relation, plan: SamplePlan, limit: int) -> str:
    """Ask for the first ``limit`` rows."""
    return f"SELECT {_cells(relation, plan)} FROM {relation.source} LIMIT {limit}"  # noqa: S608 - quoted


def random_rows(relation: Relation, plan: SamplePlan, rows: int) -> str:
    """Walk through a table of about so many ``rows`` and ask for random ones, some more than wanted."""
    share = min(1.0, SPARE * plan.rows / max(rows, 1))
    return (
        f"SELECT {_cells(relation, plan)} FROM {relation.source}"  # noqa: S608 - quoted
        f" WHERE RAND({plan.seed % 2**31}) < {share:.9f} LIMIT {2 * SPARE * plan.rows}"
    )


def ends(relation: Relation, key: str) -> str:
    """Ask for the lowest and the highest key."""
    return f"SELECT MIN({quoted(key)}), MAX({quoted(key)}) FROM {relation.source}"  # noqa: S608 - quoted


def rows_from(relation: Relation, key: str, plan: SamplePlan, place: int, limit: int) -> str:
    """Ask for the next ``limit`` rows, each behind its key, from a ``place`` among the keys on."""
    return (
        f"SELECT {quoted(key)}, {_cells(relation, plan)} FROM {relation.source} FORCE INDEX (PRIMARY)"  # noqa: S608 - quoted
        f" WHERE {quoted(key)} >= {place} ORDER BY {quoted(key)} LIMIT {limit}"
    )


def _cells(relation: Relation, plan: SamplePlan) -> str:
    # Their own names would come back too, cut by the server in the middle of a letter.
    return ", ".join(f"{_cell(column, plan)} AS c{place}" for place, column in enumerate(relation.columns))


def _cell(column: MariadbColumn, plan: SamplePlan) -> str:
    if column.kind in _BINARY or not column.permitted:
        return "NULL"
    if column.kind == "bit":
        return f"CAST({quoted(column.schema.name)} + 0 AS CHAR)"
    # Cut first: a conversion that grows over the server's packet size is NULL.
    return f"CONVERT(LEFT({quoted(column.schema.name)}, {plan.cell_chars}) USING utf8mb4)"
