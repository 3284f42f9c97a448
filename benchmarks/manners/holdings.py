"""An agency's databases for the proofs of manners: small and large tables, views, partitions, JSON. All made up."""

from benchmarks.manners.servers import Mariadb, Postgres

SCHEMA = "city"
BEHIND = "behind"
"""The schema of what views read, which no source lists: what a view costs is told apart from what a table costs."""

SMALL, LARGE, VIEWS, JSON = 40, 3, 5, 2
LARGE_ROWS, JSON_ROWS, SMALL_ROWS = 300_000, 20_000, 150
_PARTS = 4


def fill(server: Postgres | Mariadb) -> int:
    """Make them all; how many datasets there are to list."""
    for schema in (SCHEMA, BEHIND):
        server.make_schema(schema)
    return _fill_postgres(server) if isinstance(server, Postgres) else _fill_mariadb(server)


def _fill_postgres(server: Postgres) -> int:
    person = (
        "'Person ' || i AS name, 'user' || i || '@example.org' AS email, '212-555-' || lpad((i % 10000)::text, 4, '0') "
        "AS phone, (i * 7) % 1000 AS amount, timestamp '2020-01-01' + i * interval '1 minute' AS made"
    )
    note = "'Called about case ' || i || ', will call again' AS note"
    statements = [f"SET search_path = {SCHEMA}"]
    statements += [
        f"CREATE TABLE small_{number} AS SELECT i AS id, {person} FROM generate_series(1, {SMALL_ROWS}) i"
        for number in range(SMALL)
    ]
    for number in range(LARGE):
        statements += _large(f"{SCHEMA}.large_{number}", f"{person}, {note}", keyed=number > 0)
    for number in range(VIEWS):
        statements += _large(f"{BEHIND}.base_{number}", person, keyed=True)
        statements.append(
            f"CREATE VIEW view_{number} AS SELECT email, phone, amount FROM {BEHIND}.base_{number} WHERE amount > 10"
        )
    document = "jsonb_build_object('id', i, 'who', jsonb_build_object('mail', 'u' || i || '@example.org'))"
    for number in range(JSON):
        statements.append(
            f"CREATE TABLE json_{number} AS SELECT i AS id, {document} AS doc FROM generate_series(1, {JSON_ROWS}) i"
        )
    statements.append("CREATE TABLE parted (id int, email text) PARTITION BY RANGE (id)")
    for part in range(_PARTS):
        bounds = f"FROM ({part * 50_000}) TO ({(part + 1) * 50_000})"
        statements.append(f"CREATE TABLE parted_{part} PARTITION OF parted FOR VALUES {bounds}")
    statements += [
        f"INSERT INTO parted SELECT i, 'u' || i || '@example.org' FROM generate_series(0, {_PARTS * 50_000 - 1}) i",
        f"CREATE MATERIALIZED VIEW kept AS SELECT email, count(*) AS n FROM {BEHIND}.base_0 GROUP BY email",
        "VACUUM ANALYZE",
    ]
    server.run(*statements)
    return SMALL + LARGE + VIEWS + JSON + 2


def _large(table: str, columns: str, *, keyed: bool) -> list[str]:
    made = f"CREATE TABLE {table} AS SELECT i AS id, {columns} FROM generate_series(1, {LARGE_ROWS}) i"
    return [made, *([f"ALTER TABLE {table} ADD PRIMARY KEY (id)"] if keyed else [])]


def _fill_mariadb(server: Mariadb) -> int:
    person = (
        "CONCAT('Person ', seq) AS name, CONCAT('user', seq, '@example.org') AS email, CONCAT('212-555-', "
        "LPAD(seq MOD 10000, 4, '0')) AS phone, (seq * 7) MOD 1000 AS amount, "
        "TIMESTAMP('2020-01-01') + INTERVAL seq MINUTE AS made"
    )
    note = "CONCAT('Called about case ', seq, ', will call again') AS note"
    key, row = "(id INT PRIMARY KEY)", "SELECT seq AS id"
    statements = [f"USE {SCHEMA}"]
    statements += [
        f"CREATE TABLE small_{number} {key} {row}, {person} FROM seq_1_to_{SMALL_ROWS}" for number in range(SMALL)
    ]
    for number in range(LARGE):
        keyed = key if number else ""
        statements.append(f"CREATE TABLE large_{number} {keyed} {row}, {person}, {note} FROM seq_1_to_{LARGE_ROWS}")
    for number in range(VIEWS):
        base = f"{BEHIND}.base_{number}"
        statements += [
            f"CREATE TABLE {base} {key} {row}, {person} FROM seq_1_to_{LARGE_ROWS}",
            f"CREATE VIEW view_{number} AS SELECT email, phone, amount FROM {base} WHERE amount > 10",
        ]
    document = "JSON_OBJECT('id', seq, 'who', JSON_OBJECT('mail', CONCAT('u', seq, '@example.org')))"
    for number in range(JSON):
        made = f"CREATE TABLE json_{number} (id INT PRIMARY KEY, doc JSON)"
        statements.append(f"{made} {row}, {document} AS doc FROM seq_1_to_{JSON_ROWS}")
    bounds = ", ".join(f"PARTITION p{part} VALUES LESS THAN ({(part + 1) * 50_000})" for part in range(_PARTS))
    statements += [
        f"CREATE TABLE parted (id INT PRIMARY KEY, email VARCHAR(80)) PARTITION BY RANGE (id) ({bounds})",
        f"INSERT INTO parted SELECT seq, CONCAT('u', seq, '@example.org') FROM seq_1_to_{_PARTS * 50_000 - 1}",
    ]
    server.run(*statements)
    return SMALL + LARGE + VIEWS + JSON + 1
