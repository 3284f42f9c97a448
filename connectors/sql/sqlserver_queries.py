"""What is asked of a SQL Server, in its own words: its catalogue. Contract-tested, not run against a live server.

Sources: the reference of the catalogue views ``sys.objects``, ``sys.columns``, ``sys.partitions``,
``sys.allocation_units``, ``sys.extended_properties``, of ``sys.fn_my_permissions`` and ``HAS_PERMS_BY_NAME``.
"""

from collections.abc import Iterable

_NAME = "QUOTENAME(s.name) + N'.' + QUOTENAME(o.name)"
_PERMITTED = f"HAS_PERMS_BY_NAME({_NAME}, 'OBJECT', 'SELECT')"
_ROWS = "(SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1))"
_FROM = "FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id"
_OURS = "o.type IN ('U', 'V') AND o.is_ms_shipped = 0"
_COMMENT = (
    "(SELECT CONVERT(nvarchar(4000), e.value) FROM sys.extended_properties e WHERE e.class = 1"
    " AND e.major_id = {of} AND e.minor_id = {part} AND e.name = N'MS_Description')"
)

_RELATIONS = f"""
    SELECT o.object_id, s.name, o.name,
        CASE WHEN o.type = 'U' THEN 'table'
            WHEN EXISTS (SELECT 1 FROM sys.indexes i WHERE i.object_id = o.object_id AND i.index_id = 1)
            THEN 'materialized_view' ELSE 'view' END,
        {_COMMENT.format(of="o.object_id", part="0")}, {_ROWS},
        CASE WHEN {_PERMITTED} = 1 OR EXISTS (
            SELECT 1 FROM sys.columns c WHERE c.object_id = o.object_id
            AND HAS_PERMS_BY_NAME({_NAME}, 'OBJECT', 'SELECT', c.name, 'COLUMN') = 1) THEN 1 ELSE 0 END
    {_FROM} WHERE {_OURS}
"""  # noqa: S608 - composed of the constants above
SCHEMA = "SELECT SCHEMA_ID(?)"

# The server forgets these figures when it restarts, and counts a change when it is made, not when it is to be seen: a
# transaction may take an hour. What it does not tell is due every night.
SIGNALS = f"""
    SELECT o.object_id, CONCAT(
        CONVERT(varchar(30), MAX(i.sqlserver_start_time), 126), ':', CONVERT(varchar(30), MAX(o.modify_date), 126), ':',
        CONVERT(varchar(30), MAX(u.last_user_update), 126), ':', {_ROWS})
    FROM sys.objects o JOIN sys.dm_db_index_usage_stats u ON u.object_id = o.object_id AND u.database_id = DB_ID()
    CROSS JOIN sys.dm_os_sys_info i
    WHERE o.type = 'U' AND o.is_ms_shipped = 0
    GROUP BY o.object_id HAVING MAX(u.last_user_update) < DATEADD(hour, -1, GETDATE())
"""  # noqa: S608 - composed of the constants above

RIGHTS = """
    SELECT 'the server', permission_name FROM sys.fn_my_permissions(NULL, 'SERVER')
    UNION SELECT 'the database', permission_name FROM sys.fn_my_permissions(NULL, 'DATABASE')
    UNION SELECT 'a schema', p.permission_name FROM sys.schemas s
        CROSS APPLY sys.fn_my_permissions(QUOTENAME(s.name), 'SCHEMA') p
        WHERE s.name NOT IN ('sys', 'INFORMATION_SCHEMA', 'guest')
"""
WRITABLE = f"""
    SELECT COUNT(DISTINCT o.object_id) {_FROM}
    CROSS APPLY sys.fn_my_permissions({_NAME}, 'OBJECT') p
    WHERE o.type IN ('U', 'V', 'P') AND o.is_ms_shipped = 0 AND p.permission_name IN
        ('INSERT', 'UPDATE', 'DELETE', 'ALTER', 'CONTROL', 'TAKE OWNERSHIP', 'EXECUTE')
"""
_READING = frozenset(
    {"CONNECT", "CONNECT SQL", "CONNECT ANY DATABASE", "SELECT", "SELECT ALL USER SECURABLES", "SHOWPLAN", "UNMASK"}
)

ACCOUNT = "SELECT ORIGINAL_LOGIN(), DB_NAME()"
ROLES = "SELECT DISTINCT name FROM sys.user_token"
GRANTS = """
    SELECT DISTINCT class_desc, major_id, minor_id, permission_name, state FROM sys.database_permissions
    WHERE grantee_principal_id IN (SELECT principal_id FROM sys.user_token)
"""
ACTIVE = """
    SELECT COUNT(*) FROM sys.dm_exec_requests r JOIN sys.dm_exec_sessions s ON s.session_id = r.session_id
    WHERE s.is_user_process = 1 AND r.session_id <> @@SPID
"""
MAY_SEE_ACTIVE = "SELECT HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE')"


def relations(schemas: int) -> str:
    """Ask for all tables and views, or for those of so many schemas, to be named."""
    named = f" AND s.name IN ({', '.join('?' * schemas)})" if schemas else ""
    return f"{_RELATIONS.rstrip()}{named} ORDER BY s.name, o.name"


def relation(number: int) -> str:
    """Ask for one table or view as it is now."""
    return f"""
    SELECT s.name, o.name, CASE WHEN t.is_external = 0 AND t.is_memory_optimized = 0 THEN 1 ELSE 0 END, {_ROWS},
        (SELECT SUM(a.used_pages) FROM sys.partitions p JOIN sys.allocation_units a ON a.container_id = p.hobt_id
         WHERE a.type = 1 AND p.object_id = o.object_id AND p.index_id IN (0, 1))
    {_FROM} LEFT JOIN sys.tables t ON t.object_id = o.object_id WHERE {_OURS} AND o.object_id = {number}"""  # noqa: S608 - composed of constants and a number


def columns(number: int) -> str:
    """Ask for the columns of one table or view."""
    return f"""
    SELECT c.column_id, c.name, CASE WHEN y.is_assembly_type = 1 THEN 'clr' ELSE TYPE_NAME(c.system_type_id) END,
        c.max_length, c.precision, c.scale, {_COMMENT.format(of="o.object_id", part="c.column_id")}, c.is_nullable,
        CASE WHEN EXISTS (
            SELECT 1 FROM sys.index_columns k
            JOIN sys.indexes i ON i.object_id = k.object_id AND i.index_id = k.index_id
            WHERE i.is_unique = 1 AND k.is_included_column = 0 AND k.object_id = c.object_id
            AND k.column_id = c.column_id) THEN 1 ELSE 0 END,
        HAS_PERMS_BY_NAME({_NAME}, 'OBJECT', 'SELECT', c.name, 'COLUMN'),
        CASE WHEN c.encryption_type IS NOT NULL
            OR c.is_masked = 1 AND HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK') = 0 THEN 1 ELSE 0 END
    {_FROM} JOIN sys.columns c ON c.object_id = o.object_id JOIN sys.types y ON y.user_type_id = c.user_type_id
    WHERE {_OURS} AND o.object_id = {number} ORDER BY c.column_id"""  # noqa: S608 - composed of constants and a number


def primary_key(number: int) -> str:
    """Ask for the numbers of the columns of a table's primary key."""
    return f"""
    SELECT k.column_id FROM sys.indexes i
    JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
    WHERE i.object_id = {number} AND i.is_primary_key = 1 ORDER BY k.key_ordinal"""  # noqa: S608 - composed of a number


def beyond_reading(rights: Iterable[tuple[str, str]]) -> list[str]:
    """Those of the rights, each of a kind of thing, that are more than reading: whatever is not known to be reading."""
    more = {(thing, right) for thing, right in rights if right not in _READING and not right.startswith("VIEW ")}
    return [f"{right} on {thing}" for thing, right in sorted(more)]
