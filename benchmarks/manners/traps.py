"""What never answers: locked tables; views that sleep, recur without end or join everything with everything; a function
that goes on when it is told to end.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from benchmarks.manners.servers import Mariadb, Postgres

_LOCKED = "locked"
_POSTGRES = {
    "sleeps": "SELECT pg_sleep(3600)::text AS email, 1 AS id",
    "trickles": "SELECT id, 'a@example.org' || coalesce(nullif(pg_sleep(0.2)::text, ''), '') AS email "
    "FROM generate_series(1, 1000000) id",
    "recurs": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n % 7 + 1 FROM r) SELECT max(n) AS id FROM r",
    "crosses": "SELECT count(*) AS id FROM generate_series(1, 100000) a, generate_series(1, 100000) b, "
    "generate_series(1, 1000) c WHERE a + b + c < 0",
}
# The list of sessions shows what the function asks, not what asked for the function.
_POSTGRES_FUNCTION = """
    CREATE FUNCTION {function}() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
        LOOP BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
    END $$
"""
_MARIADB_FUNCTION = """
    CREATE FUNCTION {function}() RETURNS TEXT BEGIN
        DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;
        REPEAT DO SLEEP(LENGTH('{name}') > 0); UNTIL FALSE END REPEAT;
        RETURN 'a';
    END
"""
_MARIADB = {
    "sleeps": "SELECT SLEEP(3600) AS email, 1 AS id",
    "trickles": "SELECT seq AS id, CONCAT('a@example.org', SLEEP(0.2)) AS email FROM seq_1_to_1000000",
    "recurs": "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n MOD 7 + 1 FROM r) SELECT MAX(n) AS id FROM r",
    "crosses": "SELECT COUNT(*) AS id FROM seq_1_to_100000 a, seq_1_to_100000 b, seq_1_to_1000 c "
    "WHERE a.seq + b.seq + c.seq < 0",
}
_STUBBORN = "stubborn"
ENDLESS = (*_POSTGRES, _STUBBORN)
KINDS = (_LOCKED, *ENDLESS)
"""What waits for a lock ends in two seconds, whatever else is done; the others would go on."""


def make(server: Postgres | Mariadb, schema: str, kinds: Sequence[str]) -> list[str]:
    """Fill a schema with a trap of each of these kinds between two tables that are none; the names of the tables to be
    locked.
    """
    server.make_schema(schema)
    place = server.quoted(schema)
    views, function = (_POSTGRES, _POSTGRES_FUNCTION) if isinstance(server, Postgres) else (_MARIADB, _MARIADB_FUNCTION)
    fine = "(id INT PRIMARY KEY, email VARCHAR(80))"
    # Tables that the engine itself makes up belong to the schema in use.
    statements, locked = [f"USE {place}"] if isinstance(server, Mariadb) else [], []
    for name in ("a_fine", "z_fine"):
        statements += [f"CREATE TABLE {place}.{name} {fine}", f"INSERT INTO {place}.{name} VALUES (1, 'a@example.org')"]
    for number, kind in enumerate(kinds):
        name = f"stuck_{schema}_{number}_{kind}"
        if kind == _LOCKED:
            locked.append(f"{place}.{name}")
            statements += [f"CREATE TABLE {locked[-1]} {fine}", f"INSERT INTO {locked[-1]} VALUES (1, 'a@example.org')"]
        elif kind == _STUBBORN:
            called = f"{place}.function_{number}"
            statements.append(function.format(function=called, name=name))
            statements.append(f"CREATE VIEW {place}.{name} AS SELECT {called}() AS email")
        else:
            statements.append(f"CREATE VIEW {place}.{name} AS {views[kind]}")
    server.run(*statements)
    return locked


@contextmanager
def held(server: Postgres | Mariadb, tables: Sequence[str]) -> Iterator[None]:
    """Lock these tables as long as this lasts, so that nobody may read them."""
    with ExitStack() as stack:
        if isinstance(server, Postgres):
            connection = stack.enter_context(server.connect())
            stack.enter_context(connection.transaction())
            for table in tables:
                connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        elif tables:
            other = stack.enter_context(closing(server.server.connect()))
            with other.cursor() as cursor:
                cursor.execute(f"LOCK TABLES {', '.join(f'{table} WRITE' for table in tables)}")
        yield
