"""What is asked of a PostgreSQL server, in its own words: its catalogue, and samples of its tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from psycopg import sql

from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan

# Partitions are read through their parent.
_LISTED = """
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (%(schemas)s::text[] IS NULL OR n.nspname = ANY (%(schemas)s))
"""
_ROWS = """
    CASE c.relkind
        WHEN 'p' THEN (
            SELECT nullif(sum(greatest(leaf.reltuples, 0)), 0) FROM pg_partition_tree(c.oid) tree
            JOIN pg_class leaf ON leaf.oid = tree.relid WHERE tree.isleaf)
        ELSE c.reltuples
    END::bigint
"""

RELATIONS = f"""
    SELECT c.oid, n.nspname, c.relname, c.relkind::text, coalesce(obj_description(c.oid, 'pg_class'), ''), {_ROWS},
        has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT'),
        CASE WHEN c.relkind IN ('r', 'm') THEN concat_ws(
            ':', c.relfilenode, s.n_tup_ins, s.n_tup_upd, s.n_tup_del,
            extract(epoch FROM greatest(s.last_analyze, s.last_autoanalyze)),
            (SELECT md5(string_agg(concat_ws(' ', a.attnum, a.attname, a.atttypid), ',' ORDER BY a.attnum))
             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0))
        ELSE '' END
    {_LISTED.replace("WHERE", "LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid WHERE", 1)}
    ORDER BY n.nspname, c.relname
"""  # noqa: S608 - composed of the constants above

WRITABLE = f"""
    SELECT
        (SELECT coalesce(bool_or(rolsuper OR rolcreaterole), false) FROM pg_roles
         WHERE pg_has_role(oid, 'MEMBER')),
        has_database_privilege(current_database(), 'CREATE'),
        (SELECT count(*) FROM pg_namespace n WHERE has_schema_privilege(n.oid, 'CREATE') AND n.oid IN (
            SELECT n.oid {_LISTED})),
        (SELECT count(*) {_LISTED} AND (
            has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR has_any_column_privilege(c.oid, 'INSERT, UPDATE')))
"""  # noqa: S608 - composed of the constants above

MISSING_SCHEMAS = (
    "SELECT count(*) FROM unnest(%(schemas)s::text[]) AS asked WHERE to_regnamespace(quote_ident(asked)) IS NULL"
)

RELATION = f"""
    SELECT n.nspname, c.relname, c.relkind::text, {_ROWS},
        CASE c.relkind
            WHEN 'p' THEN (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(c.oid))
            ELSE pg_relation_size(c.oid)
        END::bigint,
        row_security_active(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = %(oid)s
"""  # noqa: S608 - composed of the constants above

COLUMNS = """
    SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
        coalesce(col_description(a.attrelid, a.attnum), ''),
        NOT a.attnotnull,
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)),
        has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
        'bytea'::regtype IN (a.atttypid, t.typbasetype)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""

_FEW_ROWS = 200_000
_SPARE = 2
_BYTES_A_ROW = 100


@dataclass(frozen=True, slots=True)
class PostgresColumn:
    """A column, and whether its text can be asked for."""

    schema: ColumnSchema
    permitted: bool
    binary: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as it is when it is sampled."""

    namespace: str = field(repr=False)
    name: str = field(repr=False)
    kind: str
    rows: int
    size: int
    row_security: bool

    @property
    def rows_at_most(self) -> int:
        """Rows in the table where counted by the server, otherwise guessed from its size."""
        return self.rows if self.rows > 0 else self.size // _BYTES_A_ROW


def first_rows(relation: Relation, columns: Sequence[PostgresColumn], plan: SamplePlan, limit: int) -> sql.Composed:
    """Ask for the first ``limit`` rows."""
    return sql.SQL("SELECT {} FROM {} LIMIT {}").format(
        _cells(columns, plan), sql.Identifier(relation.namespace, relation.name), limit
    )


def random_rows(relation: Relation, columns: Sequence[PostgresColumn], plan: SamplePlan) -> sql.Composed:
    """Ask for random rows, some more than wanted: row by row of a small table, block by block of a large one."""
    percent = min(100.0, 100.0 * _SPARE * plan.rows / max(relation.rows_at_most, 1))
    return sql.SQL("SELECT {} FROM {} TABLESAMPLE {} ({}) REPEATABLE ({}) LIMIT {}").format(
        _cells(columns, plan),
        sql.Identifier(relation.namespace, relation.name),
        sql.SQL("BERNOULLI" if relation.rows_at_most <= _FEW_ROWS else "SYSTEM"),
        percent,
        plan.seed % 2**31,
        2 * _SPARE * plan.rows,
    )


def as_lines(query: sql.Composed) -> sql.Composed:
    """Ask for the rows as lines of comma-separated text, which need no Python object for every cell."""
    return sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)


def _cells(columns: Sequence[PostgresColumn], plan: SamplePlan) -> sql.Composed:
    return sql.SQL(", ").join(_cell(column, plan) for column in columns)


def _cell(column: PostgresColumn, plan: SamplePlan) -> sql.Composable:
    if column.binary or not column.permitted:
        return sql.SQL("NULL::text")
    return sql.SQL("left({}::text, {})").format(sql.Identifier(column.schema.name), plan.cell_chars)
