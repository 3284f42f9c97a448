-- What is asked of a SQL Server, word for word; a change of what is asked is a change of this file.

-- name: session
SET LOCK_TIMEOUT 2000; SET DEADLOCK_PRIORITY LOW; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET ROWCOUNT
0; SET NOCOUNT ON;

-- name: number
SELECT @@ERROR

-- name: relations
SELECT o.object_id, s.name, o.name, CASE WHEN o.type = 'U' THEN 'table' WHEN EXISTS (SELECT 1 FROM sys.indexes i
WHERE i.object_id = o.object_id AND i.index_id = 1) THEN 'materialized_view' ELSE 'view' END, (SELECT
CONVERT(nvarchar(4000), e.value) FROM sys.extended_properties e WHERE e.class = 1 AND e.major_id = o.object_id
AND e.minor_id = 0 AND e.name = N'MS_Description'), (SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id
= o.object_id AND p.index_id IN (0, 1)), CASE WHEN HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' +
QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1 OR EXISTS ( SELECT 1 FROM sys.columns c WHERE c.object_id =
o.object_id AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT', c.name,
'COLUMN') = 1) THEN 1 ELSE 0 END FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id WHERE o.type
IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name

-- name: relations of two schemas
SELECT o.object_id, s.name, o.name, CASE WHEN o.type = 'U' THEN 'table' WHEN EXISTS (SELECT 1 FROM sys.indexes i
WHERE i.object_id = o.object_id AND i.index_id = 1) THEN 'materialized_view' ELSE 'view' END, (SELECT
CONVERT(nvarchar(4000), e.value) FROM sys.extended_properties e WHERE e.class = 1 AND e.major_id = o.object_id
AND e.minor_id = 0 AND e.name = N'MS_Description'), (SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id
= o.object_id AND p.index_id IN (0, 1)), CASE WHEN HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' +
QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1 OR EXISTS ( SELECT 1 FROM sys.columns c WHERE c.object_id =
o.object_id AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT', c.name,
'COLUMN') = 1) THEN 1 ELSE 0 END FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id WHERE o.type
IN ('U', 'V') AND o.is_ms_shipped = 0 AND s.name IN (?, ?) ORDER BY s.name, o.name

-- name: schema
SELECT SCHEMA_ID(?)

-- name: signals
SELECT o.object_id, CONCAT( CONVERT(varchar(30), MAX(i.sqlserver_start_time), 126), ':', CONVERT(varchar(30),
MAX(o.modify_date), 126), ':', CONVERT(varchar(30), MAX(u.last_user_update), 126), ':', (SELECT SUM(p.rows) FROM
sys.partitions p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1))) FROM sys.objects o JOIN
sys.dm_db_index_usage_stats u ON u.object_id = o.object_id AND u.database_id = DB_ID() CROSS JOIN
sys.dm_os_sys_info i WHERE o.type = 'U' AND o.is_ms_shipped = 0 GROUP BY o.object_id HAVING
MAX(u.last_user_update) < DATEADD(hour, -1, GETDATE())

-- name: rights
SELECT 'the server', permission_name FROM sys.fn_my_permissions(NULL, 'SERVER') UNION SELECT 'the database',
permission_name FROM sys.fn_my_permissions(NULL, 'DATABASE') UNION SELECT 'a schema', p.permission_name FROM
sys.schemas s CROSS APPLY sys.fn_my_permissions(QUOTENAME(s.name), 'SCHEMA') p WHERE s.name NOT IN ('sys',
'INFORMATION_SCHEMA', 'guest')

-- name: writable
SELECT COUNT(DISTINCT o.object_id) FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id CROSS
APPLY sys.fn_my_permissions(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT') p WHERE o.type IN ('U', 'V',
'P') AND o.is_ms_shipped = 0 AND p.permission_name IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER', 'CONTROL', 'TAKE
OWNERSHIP', 'EXECUTE')

-- name: account
SELECT ORIGINAL_LOGIN(), DB_NAME()

-- name: roles
SELECT DISTINCT name FROM sys.user_token

-- name: grants
SELECT DISTINCT class_desc, major_id, minor_id, permission_name, state FROM sys.database_permissions WHERE
grantee_principal_id IN (SELECT principal_id FROM sys.user_token)

-- name: may see active
SELECT HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE')

-- name: active
SELECT COUNT(*) FROM sys.dm_exec_requests r JOIN sys.dm_exec_sessions s ON s.session_id = r.session_id WHERE
s.is_user_process = 1 AND r.session_id <> @@SPID

-- name: relation
SELECT s.name, o.name, CASE WHEN t.is_external = 0 AND t.is_memory_optimized = 0 THEN 1 ELSE 0 END, (SELECT
SUM(p.rows) FROM sys.partitions p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1)), (SELECT
SUM(a.used_pages) FROM sys.partitions p JOIN sys.allocation_units a ON a.container_id = p.hobt_id WHERE a.type =
1 AND p.object_id = o.object_id AND p.index_id IN (0, 1)) FROM sys.objects o JOIN sys.schemas s ON s.schema_id =
o.schema_id LEFT JOIN sys.tables t ON t.object_id = o.object_id WHERE o.type IN ('U', 'V') AND o.is_ms_shipped =
0 AND o.object_id = 11

-- name: columns
SELECT c.column_id, c.name, CASE WHEN y.is_assembly_type = 1 THEN 'clr' ELSE TYPE_NAME(c.system_type_id) END,
c.max_length, c.precision, c.scale, (SELECT CONVERT(nvarchar(4000), e.value) FROM sys.extended_properties e
WHERE e.class = 1 AND e.major_id = o.object_id AND e.minor_id = c.column_id AND e.name = N'MS_Description'),
c.is_nullable, CASE WHEN EXISTS ( SELECT 1 FROM sys.index_columns k JOIN sys.indexes i ON i.object_id =
k.object_id AND i.index_id = k.index_id WHERE i.is_unique = 1 AND k.is_included_column = 0 AND k.object_id =
c.object_id AND k.column_id = c.column_id) THEN 1 ELSE 0 END, HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' +
QUOTENAME(o.name), 'OBJECT', 'SELECT', c.name, 'COLUMN'), CASE WHEN c.encryption_type IS NOT NULL OR c.is_masked
= 1 AND HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK') = 0 THEN 1 ELSE 0 END FROM sys.objects o JOIN
sys.schemas s ON s.schema_id = o.schema_id JOIN sys.columns c ON c.object_id = o.object_id JOIN sys.types y ON
y.user_type_id = c.user_type_id WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND o.object_id = 11 ORDER BY
c.column_id

-- name: primary key
SELECT k.column_id FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id =
i.index_id WHERE i.object_id = 11 AND i.is_primary_key = 1 ORDER BY k.key_ordinal

-- name: first rows
SELECT TOP (101) LEFT(CONVERT(nvarchar(4000), [id]), 4096) AS c0, LEFT(CONVERT(nvarchar(max), [na]]me]), 4096)
AS c1, CASE WHEN ABS([score]) < 1E15 AND [score] = FLOOR([score]) THEN CONVERT(nvarchar(50), CONVERT(decimal(38,
0), [score])) ELSE CONVERT(nvarchar(50), [score], 3) END AS c2, CONVERT(nvarchar(50), [born], 121) AS c3,
CONVERT(nvarchar(50), [pay], 2) AS c4, CONVERT(nvarchar(1), NULL) AS c5, LEFT(CONVERT(nvarchar(max), [extra]),
65536) AS c6, LEFT(CONVERT(nvarchar(4000), [any]), 4096) AS c7 FROM [dbo].[pe]]ople; --]

-- name: every row
SELECT TOP (40000) LEFT(CONVERT(nvarchar(4000), [id]), 4096) AS c0, LEFT(CONVERT(nvarchar(max), [na]]me]), 4096)
AS c1, CASE WHEN ABS([score]) < 1E15 AND [score] = FLOOR([score]) THEN CONVERT(nvarchar(50), CONVERT(decimal(38,
0), [score])) ELSE CONVERT(nvarchar(50), [score], 3) END AS c2, CONVERT(nvarchar(50), [born], 121) AS c3,
CONVERT(nvarchar(50), [pay], 2) AS c4, CONVERT(nvarchar(1), NULL) AS c5, LEFT(CONVERT(nvarchar(max), [extra]),
65536) AS c6, LEFT(CONVERT(nvarchar(4000), [any]), 4096) AS c7 FROM [dbo].[pe]]ople; --]

-- name: pages
SELECT TOP (400) c0, c1, c2, c3, c4, c5, c6, c7 FROM (SELECT LEFT(CONVERT(nvarchar(4000), [id]), 4096) AS c0,
LEFT(CONVERT(nvarchar(max), [na]]me]), 4096) AS c1, CASE WHEN ABS([score]) < 1E15 AND [score] = FLOOR([score])
THEN CONVERT(nvarchar(50), CONVERT(decimal(38, 0), [score])) ELSE CONVERT(nvarchar(50), [score], 3) END AS c2,
CONVERT(nvarchar(50), [born], 121) AS c3, CONVERT(nvarchar(50), [pay], 2) AS c4, CONVERT(nvarchar(1), NULL) AS
c5, LEFT(CONVERT(nvarchar(max), [extra]), 65536) AS c6, LEFT(CONVERT(nvarchar(4000), [any]), 4096) AS c7,
ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS place FROM [dbo].[pe]]ople; --] TABLESAMPLE SYSTEM (20.000000
PERCENT) REPEATABLE (8)) AS drawn WHERE place % 66 = 7

-- name: oldest
SELECT TOP (5) LEFT(CONVERT(nvarchar(4000), [id]), 4096) AS c0, LEFT(CONVERT(nvarchar(max), [na]]me]), 4096) AS
c1, CASE WHEN ABS([score]) < 1E15 AND [score] = FLOOR([score]) THEN CONVERT(nvarchar(50), CONVERT(decimal(38,
0), [score])) ELSE CONVERT(nvarchar(50), [score], 3) END AS c2, CONVERT(nvarchar(50), [born], 121) AS c3,
CONVERT(nvarchar(50), [pay], 2) AS c4, CONVERT(nvarchar(1), NULL) AS c5, LEFT(CONVERT(nvarchar(max), [extra]),
65536) AS c6, LEFT(CONVERT(nvarchar(4000), [any]), 4096) AS c7 FROM [dbo].[pe]]ople; --] ORDER BY [id] ASC

-- name: newest
SELECT TOP (5) LEFT(CONVERT(nvarchar(4000), [id]), 4096) AS c0, LEFT(CONVERT(nvarchar(max), [na]]me]), 4096) AS
c1, CASE WHEN ABS([score]) < 1E15 AND [score] = FLOOR([score]) THEN CONVERT(nvarchar(50), CONVERT(decimal(38,
0), [score])) ELSE CONVERT(nvarchar(50), [score], 3) END AS c2, CONVERT(nvarchar(50), [born], 121) AS c3,
CONVERT(nvarchar(50), [pay], 2) AS c4, CONVERT(nvarchar(1), NULL) AS c5, LEFT(CONVERT(nvarchar(max), [extra]),
65536) AS c6, LEFT(CONVERT(nvarchar(4000), [any]), 4096) AS c7 FROM [dbo].[pe]]ople; --] ORDER BY [id] DESC
