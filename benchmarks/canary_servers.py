"""What is full of canaries beside SQLite, PostgreSQL and folders: DuckDB files, MariaDB servers with views that fail, a
bucket.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import duckdb

from benchmarks.canary_sources import Planted, Row, names, plant_share
from benchmarks.canary_words import HEADER, Breeder, rows
from tests.support.duckdb_files import quoted
from tests.support.mariadb import Place
from tests.support.s3_server import REGION, S3Server

#: Expressions over the columns of :data:`HEADER` at which the engine fails, and quotes what it failed at.
_FAILING_IN_DUCKDB = (
    "CAST(ssn AS INTEGER)", "CAST(notes AS DATE)", "CAST(client AS UUID)", "CAST(card_no AS TINYINT)",
    "CAST(home_address AS DOUBLE)", "strptime(notes, '%Y-%m-%d')", "CAST(email AS TIMESTAMP)",
    "CAST(card_no AS BIGINT) * 1000000000", "error(notes)", "CAST(phone AS TIME)",
    "regexp_extract(notes, client || '(')", "json_extract(notes, '$.a')",
)  # fmt: skip
_FAILING_IN_MARIADB = (
    "CAST(card_no AS UNSIGNED) * 100000000000", "EXP(CAST(card_no AS UNSIGNED))",
    "ST_GeomFromText(CONCAT('POINT(', notes, ')'))", "UNCOMPRESSED_LENGTH(notes) + ~0 * 2",
    "REGEXP_SUBSTR(notes, CONCAT(client, '('))", "CAST(card_no AS SIGNED) * 922337203685477580",
    "(SELECT b.client FROM clients b WHERE a.client <> b.client)", "notes IN (SELECT client, ssn FROM clients)",
)  # fmt: skip


def plant_duckdb(path: Path, breeder: Breeder, lot: int, failing: int) -> Planted:
    """A DuckDB file: values, names of tables and columns, comments, defaults, enum labels, and views that fail."""
    with closing(duckdb.connect(str(path))) as connection:
        _fill_duckdb(connection, "clients", HEADER, list(rows(breeder, "DuckDB table", lot)))
        for name in names(breeder, "DuckDB table name", lot):
            _fill_duckdb(connection, name, ("code",), [["1"], ["2"]])
        columns = names(breeder, "DuckDB column name", lot)
        _fill_duckdb(connection, "visits", columns, [["1"] * len(columns)])
        for at, comment in enumerate(names(breeder, "DuckDB comment", lot)):
            _fill_duckdb(connection, f"told_{at}", ("code",), [["1"]])
            connection.execute(f"COMMENT ON TABLE told_{at} IS {_literal(f'ask {comment} first')}")
        for at in range(lot // 3):
            label, default = breeder.label("DuckDB enum label"), breeder.person("DuckDB DEFAULT")
            text = breeder.person("DuckDB view text")
            connection.execute(f"CREATE TYPE kind_{at} AS ENUM ({_literal(label)}, 'other')")
            connection.execute(f"CREATE TABLE typed_{at} (a kind_{at}, b VARCHAR DEFAULT {_literal(default)})")
            connection.execute(f"INSERT INTO typed_{at} (a) VALUES ({_literal(label)})")
            connection.execute(f"CREATE VIEW seen_{at} AS SELECT a, {_literal(text)} AS constant FROM typed_{at}")
        for at in range(failing):
            expression = _FAILING_IN_DUCKDB[at % len(_FAILING_IN_DUCKDB)]
            connection.execute(f"CREATE VIEW failing_{at} AS SELECT {expression} AS a FROM clients")
    return Planted("ducks", "duckdb", {"path": str(path)})


def plant_mariadb(place: Place, breeder: Breeder, lot: int, failing: int) -> Planted:
    """A MariaDB database: values, names of tables and columns, comments, defaults, and views that fail."""
    declared = ", ".join(f"`{column}` text" for column in HEADER)
    place.make("clients", declared, list(rows(breeder, "MariaDB table", lot)))
    for name in names(breeder, "MariaDB table name", lot):
        place.make(f"`{name}`", "code int", [["1"]])
    columns = names(breeder, "MariaDB column name", min(lot, 60))
    place.make("visits", ", ".join(f"`{column}` int" for column in columns), [["1"] * len(columns)])
    statements = []
    for at, comment in enumerate(names(breeder, "MariaDB comment", lot)):
        told = _literal(f"ask {comment} first")
        default, label = breeder.person("MariaDB DEFAULT"), breeder.label("MariaDB enum label")
        statements += [
            f"CREATE TABLE told_{at} (a int COMMENT {told}, c enum({_literal(label)}, 'other')) COMMENT {told}",
            f"ALTER TABLE told_{at} ADD b varchar(80) DEFAULT {_literal(default)}",
            f"INSERT INTO told_{at} (a, c) VALUES (1, {_literal(label)})",
        ]
    for at in range(failing):
        expression = _FAILING_IN_MARIADB[at % len(_FAILING_IN_MARIADB)]
        statements.append(f"CREATE VIEW failing_{at} AS SELECT {expression} AS x FROM clients a")
    made = _those_taken(place, statements)
    place.run(f"GRANT SELECT, SHOW VIEW ON {place.database}.* TO {place.reader}")
    assert made, "no view was made"
    return Planted("maria", "mariadb", {**place.options(), "database": place.database, "sslmode": "disable"})


def plant_bucket(server: S3Server, folder: Path, breeder: Breeder, lot: int) -> Planted:
    """A bucket of what a folder of files would hold, which one process carries and another one understands."""
    plant_share(folder, breeder, lot)
    bucket = server.bucket("open-cases")
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with suppress(PermissionError):  # those that are closed, where root does not run this
            server.put(bucket, str(path.relative_to(folder)), path.read_bytes())
    login = {"access_key": server.access_key, "secret_key": "env:CANARY_BUCKET_SECRET"}
    options = {"bucket": bucket, "endpoint": server.endpoint, "region": REGION, **login}
    return Planted("bucket", "s3", options, {"CANARY_BUCKET_SECRET": server.secret_key})


def _those_taken(place: Place, statements: Iterable[str]) -> int:
    """Run statements; how many the server took. Some engines refuse a view that cannot but fail."""
    taken = 0
    for statement in statements:
        try:
            place.run(statement)
            taken += 1
        except Exception:  # noqa: BLE001  # whatever a driver raises for a statement of ours that it does not take
            continue
    return taken


def _fill_duckdb(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], content: Sequence[Row]
) -> None:
    connection.execute(f"CREATE TABLE {quoted(name)} ({', '.join(f'{quoted(each)} VARCHAR' for each in columns)})")
    marks = ", ".join("?" for _ in columns)
    connection.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", [list(row) for row in content])


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
