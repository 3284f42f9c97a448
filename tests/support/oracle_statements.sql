-- What is asked of an Oracle server, word for word; a change of what is asked is a change of this file.

-- name: read only
SET TRANSACTION READ ONLY

-- name: relations
SELECT * FROM ( SELECT t.owner, t.table_name, 'table' AS kind, t.num_rows, c.comments FROM all_tables t LEFT
JOIN all_tab_comments c ON c.owner = t.owner AND c.table_name = t.table_name WHERE t.nested = 'NO' AND
t.secondary = 'N' AND t.dropped = 'NO' AND (t.iot_type IS NULL OR t.iot_type = 'IOT') AND NOT EXISTS (SELECT 1
FROM all_mviews m WHERE m.owner = t.owner AND m.container_name = t.table_name) UNION ALL SELECT v.owner,
v.view_name, 'view', NULL, c.comments FROM all_views v LEFT JOIN all_tab_comments c ON c.owner = v.owner AND
c.table_name = v.view_name UNION ALL SELECT m.owner, m.mview_name, 'materialized_view', t.num_rows, c.comments
FROM all_mviews m LEFT JOIN all_tables t ON t.owner = m.owner AND t.table_name = m.container_name LEFT JOIN
all_mview_comments c ON c.owner = m.owner AND c.mview_name = m.mview_name ) WHERE owner IN (SELECT username FROM
all_users WHERE oracle_maintained = 'N') ORDER BY 1, 2

-- name: relations of two schemas
SELECT * FROM ( SELECT t.owner, t.table_name, 'table' AS kind, t.num_rows, c.comments FROM all_tables t LEFT
JOIN all_tab_comments c ON c.owner = t.owner AND c.table_name = t.table_name WHERE t.nested = 'NO' AND
t.secondary = 'N' AND t.dropped = 'NO' AND (t.iot_type IS NULL OR t.iot_type = 'IOT') AND NOT EXISTS (SELECT 1
FROM all_mviews m WHERE m.owner = t.owner AND m.container_name = t.table_name) UNION ALL SELECT v.owner,
v.view_name, 'view', NULL, c.comments FROM all_views v LEFT JOIN all_tab_comments c ON c.owner = v.owner AND
c.table_name = v.view_name UNION ALL SELECT m.owner, m.mview_name, 'materialized_view', t.num_rows, c.comments
FROM all_mviews m LEFT JOIN all_tables t ON t.owner = m.owner AND t.table_name = m.container_name LEFT JOIN
all_mview_comments c ON c.owner = m.owner AND c.mview_name = m.mview_name ) WHERE owner IN (:s0, :s1) ORDER BY
1, 2

-- name: schema
SELECT COUNT(*) FROM all_users WHERE username = :owner

-- name: relation
SELECT t.num_rows, t.blocks, CASE WHEN t.temporary = 'N' AND e.table_name IS NULL AND t.iot_type IS NULL AND
t.cluster_name IS NULL THEN 1 ELSE 0 END FROM all_tables t LEFT JOIN all_external_tables e ON e.owner = t.owner
AND e.table_name = t.table_name WHERE t.owner = :owner AND t.table_name = :name UNION ALL SELECT NULL, NULL, 0
FROM all_views v WHERE v.owner = :owner AND v.view_name = :name

-- name: columns
SELECT c.column_name, c.data_type, c.data_type_owner, c.char_length, c.data_precision, c.data_scale, m.comments,
c.nullable, CASE WHEN EXISTS ( SELECT 1 FROM all_cons_columns k JOIN all_constraints n ON n.owner = k.owner AND
n.constraint_name = k.constraint_name WHERE n.constraint_type IN ('P', 'U') AND k.owner = c.owner AND
k.table_name = c.table_name AND k.column_name = c.column_name) THEN 1 ELSE 0 END FROM all_tab_cols c LEFT JOIN
all_col_comments m ON m.owner = c.owner AND m.table_name = c.table_name AND m.column_name = c.column_name WHERE
c.owner = :owner AND c.table_name = :name AND c.hidden_column = 'NO' ORDER BY c.column_id

-- name: primary key
SELECT k.column_name FROM all_constraints n JOIN all_cons_columns k ON k.owner = n.owner AND k.constraint_name =
n.constraint_name WHERE n.constraint_type = 'P' AND n.owner = :owner AND n.table_name = :name ORDER BY
k.position

-- name: rights
SELECT privilege FROM session_privs

-- name: schema rights
SELECT schema, privilege FROM session_schema_privs

-- name: readable
SELECT owner, table_name FROM all_tab_privs_recd WHERE privilege IN ('READ', 'SELECT') AND owner IN (SELECT
username FROM all_users WHERE oracle_maintained = 'N') UNION SELECT owner, table_name FROM role_tab_privs WHERE
privilege IN ('READ', 'SELECT') AND owner IN (SELECT username FROM all_users WHERE oracle_maintained = 'N')
UNION SELECT USER, table_name FROM user_tables UNION SELECT USER, view_name FROM user_views

-- name: writable
SELECT COUNT(*) FROM ( SELECT owner, table_name FROM all_tab_privs_recd WHERE privilege IN ('ALTER', 'DELETE',
'EXECUTE', 'INSERT', 'UPDATE', 'WRITE') AND owner IN (SELECT username FROM all_users WHERE oracle_maintained =
'N') UNION SELECT owner, table_name FROM role_tab_privs WHERE privilege IN ('ALTER', 'DELETE', 'EXECUTE',
'INSERT', 'UPDATE', 'WRITE') AND owner IN (SELECT username FROM all_users WHERE oracle_maintained = 'N') UNION
SELECT owner, table_name FROM all_col_privs_recd WHERE privilege IN ('INSERT', 'UPDATE') AND owner IN (SELECT
username FROM all_users WHERE oracle_maintained = 'N') UNION SELECT USER, table_name FROM user_tables)

-- name: account
SELECT USER, SYS_CONTEXT('USERENV', 'DB_NAME'), SYS_CONTEXT('USERENV', 'CON_NAME') FROM dual

-- name: roles
SELECT role FROM session_roles

-- name: active
SELECT COUNT(*) FROM v$session WHERE type = 'USER' AND status = 'ACTIVE' AND sid <> SYS_CONTEXT('USERENV',
'SID')

-- name: count
SELECT COUNT(*) FROM (SELECT 1 FROM "HR"."Pe'o;ple --" WHERE ROWNUM <= 20001)

-- name: first rows
SELECT TO_CHAR("ID", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c0, SUBSTR("na:me%s'", 1, 4096) AS c1,
TO_CHAR("BORN", CASE WHEN "BORN" = TRUNC("BORN") THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI:SS' END) AS c2,
TO_CHAR("SEEN", 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM') AS c3, CAST(NULL AS VARCHAR2(1)) AS c4,
SUBSTR(JSON_SERIALIZE("EXTRA" RETURNING CLOB), 1, 65536) AS c5, SUBSTR(XMLSERIALIZE(CONTENT "FORM" AS CLOB), 1,
4096) AS c6, CAST(NULL AS VARCHAR2(1)) AS c7, SUBSTR("NOTES", 1, 4096) AS c8 FROM "HR"."Pe'o;ple --" WHERE
ROWNUM <= 101

-- name: every row
SELECT ROWIDTOCHAR(ROWID), TO_CHAR("ID", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c0, SUBSTR("na:me%s'", 1,
4096) AS c1, TO_CHAR("BORN", CASE WHEN "BORN" = TRUNC("BORN") THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI:SS'
END) AS c2, TO_CHAR("SEEN", 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM') AS c3, CAST(NULL AS VARCHAR2(1)) AS c4,
SUBSTR(JSON_SERIALIZE("EXTRA" RETURNING CLOB), 1, 65536) AS c5, SUBSTR(XMLSERIALIZE(CONTENT "FORM" AS CLOB), 1,
4096) AS c6, CAST(NULL AS VARCHAR2(1)) AS c7, SUBSTR("NOTES", 1, 4096) AS c8 FROM "HR"."Pe'o;ple --" WHERE
ORA_HASH(ROWID, 999999, 7) < 600001 AND ROWNUM <= 400

-- name: blocks
SELECT ROWIDTOCHAR(ROWID), TO_CHAR("ID", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c0, SUBSTR("na:me%s'", 1,
4096) AS c1, TO_CHAR("BORN", CASE WHEN "BORN" = TRUNC("BORN") THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI:SS'
END) AS c2, TO_CHAR("SEEN", 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM') AS c3, CAST(NULL AS VARCHAR2(1)) AS c4,
SUBSTR(JSON_SERIALIZE("EXTRA" RETURNING CLOB), 1, 65536) AS c5, SUBSTR(XMLSERIALIZE(CONTENT "FORM" AS CLOB), 1,
4096) AS c6, CAST(NULL AS VARCHAR2(1)) AS c7, SUBSTR("NOTES", 1, 4096) AS c8 FROM "HR"."Pe'o;ple --" SAMPLE
BLOCK (2.000000) SEED (7) WHERE ORA_HASH(ROWID, 999999, 7) < 18001 AND ROWNUM <= 400

-- name: oldest
SELECT * FROM (SELECT ROWIDTOCHAR(ROWID) AS place, TO_CHAR("ID", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c0,
SUBSTR("na:me%s'", 1, 4096) AS c1, TO_CHAR("BORN", CASE WHEN "BORN" = TRUNC("BORN") THEN 'YYYY-MM-DD' ELSE
'YYYY-MM-DD HH24:MI:SS' END) AS c2, TO_CHAR("SEEN", 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM') AS c3, CAST(NULL AS
VARCHAR2(1)) AS c4, SUBSTR(JSON_SERIALIZE("EXTRA" RETURNING CLOB), 1, 65536) AS c5, SUBSTR(XMLSERIALIZE(CONTENT
"FORM" AS CLOB), 1, 4096) AS c6, CAST(NULL AS VARCHAR2(1)) AS c7, SUBSTR("NOTES", 1, 4096) AS c8 FROM
"HR"."Pe'o;ple --" ORDER BY "ID" ASC) WHERE ROWNUM <= 5

-- name: newest
SELECT * FROM (SELECT ROWIDTOCHAR(ROWID) AS place, TO_CHAR("ID", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c0,
SUBSTR("na:me%s'", 1, 4096) AS c1, TO_CHAR("BORN", CASE WHEN "BORN" = TRUNC("BORN") THEN 'YYYY-MM-DD' ELSE
'YYYY-MM-DD HH24:MI:SS' END) AS c2, TO_CHAR("SEEN", 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM') AS c3, CAST(NULL AS
VARCHAR2(1)) AS c4, SUBSTR(JSON_SERIALIZE("EXTRA" RETURNING CLOB), 1, 65536) AS c5, SUBSTR(XMLSERIALIZE(CONTENT
"FORM" AS CLOB), 1, 4096) AS c6, CAST(NULL AS VARCHAR2(1)) AS c7, SUBSTR("NOTES", 1, 4096) AS c8 FROM
"HR"."Pe'o;ple --" ORDER BY "ID" DESC) WHERE ROWNUM <= 5
