"""What is asked of a PostgreSQL server about itself, in its own words: its catalogue, an account's rights."""

_SOMEBODYS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_EVERYTHING = f"""
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND {_SOMEBODYS}
"""
# Partitions are read through their parent.
_LISTED = f"""
    {_EVERYTHING} AND NOT c.relispartition
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

_COUNTS = "pg_stat_get_tuples_inserted({0}), pg_stat_get_tuples_updated({0}), pg_stat_get_tuples_deleted({0})"
# What may be read belongs to it: rows and columns that the account is given later are looked at then. The server keeps
# in memory what it answers about each column, so it is asked only of those that carry rights of their own.
_SHAPE = """
    (SELECT md5(concat_ws(' ', row_security_active(c.oid), has_table_privilege(c.oid, 'SELECT'), string_agg(concat_ws(
        ' ', a.attnum, a.attname, a.atttypid,
        CASE WHEN a.attacl IS NULL OR has_table_privilege(c.oid, 'SELECT') THEN NULL
        WHEN has_column_privilege(c.oid, a.attnum, 'SELECT') THEN 'may be read' END),
        ',' ORDER BY a.attnum)))
     FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)
"""
_SIGNAL = f"""
    CASE
        -- A replica counts no changes, nor does a server told not to: what would stand still says nothing.
        WHEN pg_is_in_recovery() OR NOT current_setting('track_counts')::bool THEN ''
        WHEN c.relkind IN ('r', 'm') THEN concat_ws(
            ':', c.relfilenode, {_COUNTS.format("c.oid")}, {_SHAPE})
        WHEN c.relkind = 'p' THEN (
            SELECT CASE WHEN bool_or(leaf.relkind = 'f') THEN '' ELSE md5(string_agg(concat_ws(
                ':', leaf.oid, leaf.relfilenode, {_COUNTS.format("leaf.oid")}), ',' ORDER BY leaf.oid)) || {_SHAPE} END
            FROM pg_partition_tree(c.oid) tree JOIN pg_class leaf ON leaf.oid = tree.relid)
        ELSE ''
    END
"""  # noqa: S608 - composed of the constants above

RELATIONS = f"""
    SELECT c.oid, n.nspname, c.relname, c.relkind::text, coalesce(obj_description(c.oid, 'pg_class'), ''), {_ROWS},
        has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT'), {_SIGNAL}
    {_LISTED}
    ORDER BY n.nspname, c.relname
"""

WRITABLE = f"""
    SELECT
        (SELECT coalesce(bool_or(rolsuper OR rolcreaterole OR rolcreatedb
             OR rolname IN ('pg_write_server_files', 'pg_execute_server_program')), false)
         FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')),
        has_database_privilege(current_database(), 'CREATE'),
        (SELECT count(*) FROM pg_namespace n WHERE {_SOMEBODYS} AND has_schema_privilege(n.oid, 'CREATE')),
        (SELECT count(*) {_EVERYTHING} AND (
            has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR c.oid IN (SELECT attrelid FROM pg_attribute WHERE attacl IS NOT NULL)
            AND has_any_column_privilege(c.oid, 'INSERT, UPDATE') OR pg_has_role(c.relowner, 'MEMBER')))
"""  # noqa: S608 - composed of the constants above
"""What the account may change, wherever it is: in schemas that are not listed too, and in partitions of their own."""

VIEW = """
    SELECT current_user::text, array(
        SELECT concat_ws(' ', rolname, rolsuper, rolbypassrls) FROM pg_roles WHERE pg_has_role(oid, 'USAGE') ORDER BY 1)
"""
"""Who asks, and the roles whose rights are theirs without a further step."""

MISSING_SCHEMAS = (
    "SELECT count(*) FROM unnest(%(schemas)s::text[]) AS asked WHERE to_regnamespace(quote_ident(asked)) IS NULL"
)

RELATION = """
    SELECT n.nspname, c.relname, CASE WHEN c.relkind = 'p' AND size.strangers > 0 THEN 'f' ELSE c.relkind::text END,
        coalesce(size.rows, 0), coalesce(size.blocks, 0),
        row_security_active(c.oid), has_table_privilege(c.oid, 'SELECT')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL (
        SELECT count(*) FILTER (WHERE leaf.relkind = 'f') AS strangers, sum(part.blocks)::bigint AS blocks, sum(
            CASE WHEN leaf.reltuples > 0 AND leaf.relpages > 0 THEN leaf.reltuples / leaf.relpages * part.blocks
            ELSE part.bytes / 100 END)::bigint AS rows
        FROM pg_class leaf, LATERAL (
            SELECT size AS bytes, ceil(size::numeric / current_setting('block_size')::int) AS blocks
            FROM pg_relation_size(leaf.oid) size) part
        WHERE leaf.relkind IN ('r', 'm', 'f')
        AND leaf.oid IN (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid))
    ) size WHERE c.oid = %(oid)s
"""
"""Rows at the density last counted, in the blocks there are now; without a count, at 100 bytes a row. A table with
foreign ones among its partitions is as foreign: of those the engine would draw every row."""

COLUMNS = """
    SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
        coalesce(col_description(a.attrelid, a.attnum), ''),
        NOT a.attnotnull,
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)),
        has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
        'bytea'::regtype IN (base.oid, base.typelem),
        base.oid IN ('json'::regtype, 'jsonb'::regtype),
        base.typname = 'hstore' OR base.typtype = 'c' OR (base.typcategory = 'A' AND base.typlen = -1),
        coalesce((
            SELECT max(1 + i.indisprimary::int) FROM pg_index i
            JOIN pg_class tree ON tree.oid = i.indexrelid JOIN pg_am method ON method.oid = tree.relam
            WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
            AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND method.amname = 'btree'
            AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'date'::regtype,
                'timestamp'::regtype, 'timestamptz'::regtype)), 0)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type base ON base.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
    WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
