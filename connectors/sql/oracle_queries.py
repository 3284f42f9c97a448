"""What is asked of an Oracle server, in its own words: its catalogue. Contract-tested, not run against a live server.

Sources: the reference of the static data dictionary views ``ALL_TABLES``, ``ALL_VIEWS``, ``ALL_MVIEWS``,
``ALL_TAB_COLS``, ``ALL_TAB_COMMENTS``, ``ALL_CONSTRAINTS``, ``ALL_TAB_PRIVS_RECD``, ``ROLE_TAB_PRIVS``,
``SESSION_PRIVS``. The catalogue holds names as they are, and compares them letter by letter.
"""

from collections.abc import Iterable, Sequence

_PEOPLES = "IN (SELECT username FROM all_users WHERE oracle_maintained = 'N')"
_TABLES = """
    SELECT t.owner, t.table_name, 'table' AS kind, t.num_rows, c.comments FROM all_tables t
    LEFT JOIN all_tab_comments c ON c.owner = t.owner AND c.table_name = t.table_name
    WHERE t.nested = 'NO' AND t.secondary = 'N' AND t.dropped = 'NO' AND (t.iot_type IS NULL OR t.iot_type = 'IOT')
    AND NOT EXISTS (SELECT 1 FROM all_mviews m WHERE m.owner = t.owner AND m.container_name = t.table_name)
"""
_VIEWS = """
    SELECT v.owner, v.view_name, 'view', NULL, c.comments FROM all_views v
    LEFT JOIN all_tab_comments c ON c.owner = v.owner AND c.table_name = v.view_name
"""
_MATERIALIZED = """
    SELECT m.owner, m.mview_name, 'materialized_view', t.num_rows, c.comments FROM all_mviews m
    LEFT JOIN all_tables t ON t.owner = m.owner AND t.table_name = m.container_name
    LEFT JOIN all_mview_comments c ON c.owner = m.owner AND c.mview_name = m.mview_name
"""
SCHEMA = "SELECT COUNT(*) FROM all_users WHERE username = :owner"

RELATION = """
    SELECT t.num_rows, t.blocks,
        CASE WHEN t.temporary = 'N' AND e.table_name IS NULL AND t.iot_type IS NULL AND t.cluster_name IS NULL
            THEN 1 ELSE 0 END
    FROM all_tables t LEFT JOIN all_external_tables e ON e.owner = t.owner AND e.table_name = t.table_name
    WHERE t.owner = :owner AND t.table_name = :name
    UNION ALL SELECT NULL, NULL, 0 FROM all_views v WHERE v.owner = :owner AND v.view_name = :name
"""
COLUMNS = """
    SELECT c.column_name, c.data_type, c.data_type_owner, c.char_length, c.data_precision, c.data_scale, m.comments,
        c.nullable, CASE WHEN EXISTS (
            SELECT 1 FROM all_cons_columns k JOIN all_constraints n
            ON n.owner = k.owner AND n.constraint_name = k.constraint_name
            WHERE n.constraint_type IN ('P', 'U') AND k.owner = c.owner AND k.table_name = c.table_name
            AND k.column_name = c.column_name) THEN 1 ELSE 0 END
    FROM all_tab_cols c
    LEFT JOIN all_col_comments m
    ON m.owner = c.owner AND m.table_name = c.table_name AND m.column_name = c.column_name
    WHERE c.owner = :owner AND c.table_name = :name AND c.hidden_column = 'NO' ORDER BY c.column_id
"""
PRIMARY_KEY = """
    SELECT k.column_name FROM all_constraints n
    JOIN all_cons_columns k ON k.owner = n.owner AND k.constraint_name = n.constraint_name
    WHERE n.constraint_type = 'P' AND n.owner = :owner AND n.table_name = :name ORDER BY k.position
"""

RIGHTS = "SELECT privilege FROM session_privs"
SCHEMA_RIGHTS = "SELECT schema, privilege FROM session_schema_privs"
READABLE = f"""
    SELECT owner, table_name FROM all_tab_privs_recd WHERE privilege IN ('READ', 'SELECT') AND owner {_PEOPLES}
    UNION SELECT owner, table_name FROM role_tab_privs WHERE privilege IN ('READ', 'SELECT') AND owner {_PEOPLES}
    UNION SELECT USER, table_name FROM user_tables UNION SELECT USER, view_name FROM user_views
"""  # noqa: S608 - composed of the constants above
WRITABLE = f"""
    SELECT COUNT(*) FROM (
        SELECT owner, table_name FROM all_tab_privs_recd
        WHERE privilege IN ('ALTER', 'DELETE', 'EXECUTE', 'INSERT', 'UPDATE', 'WRITE') AND owner {_PEOPLES}
        UNION SELECT owner, table_name FROM role_tab_privs
        WHERE privilege IN ('ALTER', 'DELETE', 'EXECUTE', 'INSERT', 'UPDATE', 'WRITE') AND owner {_PEOPLES}
        UNION SELECT owner, table_name FROM all_col_privs_recd
        WHERE privilege IN ('INSERT', 'UPDATE') AND owner {_PEOPLES}
        UNION SELECT USER, table_name FROM user_tables)
"""  # noqa: S608 - composed of the constants above
_READING = frozenset(
    {"CREATE SESSION", "SET CONTAINER", "SELECT ANY TABLE", "READ ANY TABLE", "SELECT ANY DICTIONARY"}
    | {"EXEMPT ACCESS POLICY", "EXEMPT REDACTION POLICY"}
)
READS_ALL = frozenset({"SELECT ANY TABLE", "READ ANY TABLE"})

ACCOUNT = "SELECT USER, SYS_CONTEXT('USERENV', 'DB_NAME'), SYS_CONTEXT('USERENV', 'CON_NAME') FROM dual"
ROLES = "SELECT role FROM session_roles"
ACTIVE = (
    "SELECT COUNT(*) FROM v$session WHERE type = 'USER' AND status = 'ACTIVE' AND sid <> SYS_CONTEXT('USERENV', 'SID')"
)


def relations(schemas: int) -> str:
    """Ask for all tables and views of people, or for those of so many schemas, to be named ``s0`` and on."""
    chosen = f"IN ({', '.join(f':s{place}' for place in range(schemas))})" if schemas else _PEOPLES
    every = f"{_TABLES} UNION ALL {_VIEWS} UNION ALL {_MATERIALIZED}"
    return f"SELECT * FROM ({every}) WHERE owner {chosen} ORDER BY 1, 2"  # noqa: S608 - composed of constants


def beyond_reading(rights: Iterable[str]) -> list[str]:
    """Those of the rights that are more than reading: whatever is not known to be reading."""
    return sorted(set(rights) - _READING)


def named(schemas: Sequence[str]) -> dict[str, str]:
    """The arguments of :func:`relations`."""
    return {f"s{place}": schema for place, schema in enumerate(schemas)}
