"""What is asked of a MariaDB or MySQL server, in its own words: its catalogue, and samples of its tables.

The catalogue compares names without regard to case and accents, so what it answers is looked through again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan
from connectors.nested import JSON_CHARACTERS

SCHEMAS = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME"
SYSTEM_SCHEMAS = frozenset({"information_schema", "mysql", "ndbinfo", "performance_schema", "sys"})
GRANTS = "SHOW GRANTS"
ACCOUNT = "SELECT CURRENT_USER()"

# A change within the second in which it is asked could be followed by another one in that second, unseen. How many rows
# there are says nothing: the server guesses it anew when nothing has changed.
TABLES = """
    SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COMMENT, TABLE_ROWS,
        CASE WHEN UPDATE_TIME < NOW() - INTERVAL 1 SECOND
            THEN CONCAT_WS(':', UPDATE_TIME, CREATE_TIME, AUTO_INCREMENT) END
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
    SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLUMN_COMMENT, IS_NULLABLE, PRIVILEGES,
        COLLATION_NAME
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION
"""
UNIQUE_KEYS = """
    SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, NULLABLE, COLLATION, SUB_PART, INDEX_TYPE
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s AND NON_UNIQUE = 0
    ORDER BY INDEX_NAME = 'PRIMARY' DESC, INDEX_NAME, SEQ_IN_INDEX
"""

SPARE = 2
BINARY = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
_NO_TEXT = BINARY | frozenset(
    {"vector", "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}
    | {"geometrycollection", "geomcollection"}
)
# Reading these asks yet another server or file, which may not give the same rows twice.
_ELSEWHERE = frozenset({"FEDERATED", "CONNECT", "SPIDER", "S3", "SPHINX"})


@dataclass(frozen=True, slots=True)
class MariadbColumn:
    """A column, its plain type, whether it may be read and whether it is of the type that JSON is kept in."""

    schema: ColumnSchema
    kind: str
    permitted: bool
    may_be_json: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """Columns of which no two rows have the same values, and the index that holds the rows in their order."""

    index: str = field(repr=False)
    columns: Sequence[MariadbColumn] = field(repr=False)

    @property
    def names(self) -> Sequence[str]:
        """The columns' names as the server takes them."""
        return [quoted(column.schema.name) for column in self.columns]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled. ``is_elsewhere``: its rows are on another server."""

    schema: str = field(repr=False)
    name: str = field(repr=False)
    is_view: bool
    is_elsewhere: bool
    rows: int
    columns: Sequence[MariadbColumn] = field(repr=False)
    key: Key | None

    @property
    def source(self) -> str:
        """Its name as the server takes it."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def key_width(self) -> int:
        """How many columns of its key come before the cells of a row."""
        return len(self.key.columns) if self.key else 0

    @property
    def in_order(self) -> str:
        """The same, to be read by its key's index."""
        return f"{self.source} FORCE INDEX ({quoted(self.key.index)})" if self.key else self.source


def relation_of(found: Sequence[str | None], columns: Sequence[MariadbColumn], key: Key | None) -> Relation:
    """The relation of a row of :data:`TABLE`, its columns and its key."""
    schema, name, kind, engine, rows = found
    return Relation(
        schema or "",
        name or "",
        is_view=kind == "VIEW",
        is_elsewhere=(engine or "").upper() in _ELSEWHERE,
        rows=int(rows or 0),
        columns=columns,
        key=key,
    )


def quoted(name: str) -> str:
    """A name as the server takes it, whatever it holds."""
    return "`" + name.replace("`", "``") + "`"


def everything(relation: Relation) -> str:
    """Ask for no row of all columns: refused where one of them may not be read."""
    return f"SELECT * FROM {relation.source} LIMIT 0"  # noqa: S608 - quoted names of the server's own list


def beyond(relation: Relation, rows: int) -> str:
    """Ask whether there are more than so many ``rows``: then there is an answer. A count of some would be a copy."""
    return f"SELECT 1 FROM {relation.source} LIMIT 1 OFFSET {rows}"  # noqa: S608 - quoted


def count(relation: Relation) -> str:
    """Ask how many rows there are."""
    return f"SELECT COUNT(*) FROM {relation.source}"  # noqa: S608 - quoted


def first_rows(relation: Relation, plan: SamplePlan, limit: int) -> str:
    """Ask for the first ``limit`` rows, each behind its key as in all that follows."""
    return f"{_select(relation, plan)} FROM {relation.source} LIMIT {limit}"


def random_rows(relation: Relation, plan: SamplePlan, rows: int) -> str:
    """Walk through a table of about so many ``rows`` and ask for random ones, some more than wanted."""
    share = min(1.0, SPARE * plan.rows / max(rows, 1))
    chance = f"RAND({plan.seed % 2**31}) < {share:.9f}"
    return f"{_select(relation, plan)} FROM {relation.source} WHERE {chance} LIMIT {most_random_rows(plan)}"


def most_random_rows(plan: SamplePlan) -> int:
    """So many rows end a walk: there were far more to be walked through than thought."""
    return 2 * SPARE * plan.rows


def end_rows(relation: Relation, key: Key, plan: SamplePlan, *, newest: bool) -> str:
    """Ask for the rows at one end of the key."""
    order = ", ".join(f"{name} DESC" if newest else name for name in key.names)
    return f"{_select(relation, plan)} FROM {relation.in_order} ORDER BY {order} LIMIT {plan.ends}"


def rows_among(relation: Relation, key: Key, plan: SamplePlan, numbers: Sequence[int]) -> str:
    """Ask for the rows whose key of one column is among ``numbers``."""
    among = ", ".join(map(str, numbers))
    return f"{_select(relation, plan)} FROM {relation.in_order} WHERE {key.names[0]} IN ({among})"


def rows_where(relation: Relation, key: Key, plan: SamplePlan, where: str, limit: int) -> str:
    """Ask for the next ``limit`` rows in the key's order ``where`` a condition on its columns begins to hold."""
    order = ", ".join(key.names)
    return f"{_select(relation, plan)} FROM {relation.in_order} WHERE {where} ORDER BY {order} LIMIT {limit}"


def end_of_column(relation: Relation, column: MariadbColumn, where: str, *, highest: bool, beyond: int) -> str:
    """Ask for the ``beyond``-th lowest or highest value of a key's column ``where`` a condition holds."""
    name = quoted(column.schema.name)
    direction = "DESC" if highest else "ASC"
    tail = f"WHERE {where} ORDER BY {name} {direction} LIMIT 1 OFFSET {beyond}"
    return f"SELECT {plain(column)} FROM {relation.in_order} {tail}"  # noqa: S608 - quoted


def plain(column: MariadbColumn) -> str:
    """The whole of a key's column as text."""
    name = quoted(column.schema.name)
    return f"HEX({name})" if column.kind in BINARY else f"CONVERT({name} USING utf8mb4)"


def _select(relation: Relation, plan: SamplePlan) -> str:
    # Their own names would come back too, cut by the server in the middle of a letter.
    keys = [plain(column) for column in relation.key.columns] if relation.key else []
    cells = [*keys, *(_cell(column, plan) for column in relation.columns)]
    return f"SELECT {', '.join(f'{cell} AS c{place}' for place, cell in enumerate(cells))}"


def _cell(column: MariadbColumn, plan: SamplePlan) -> str:
    if column.kind in _NO_TEXT or not column.permitted:
        return "NULL"
    if column.kind == "bit":
        return f"CAST({quoted(column.schema.name)} + 0 AS CHAR)"
    most = JSON_CHARACTERS if column.may_be_json else plan.cell_chars
    # Cut first: a conversion that grows over the server's packet size is NULL.
    return f"CONVERT(LEFT({quoted(column.schema.name)}, {most}) USING utf8mb4)"
