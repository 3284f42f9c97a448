"""Sources full of canaries: as values, as names, in what is broken, and in the texts of schemas."""

import csv
import random
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import psycopg
from psycopg import sql

from benchmarks.canary_words import HEADER, Breeder, rows

Row = Sequence[str]
Planter = Callable[[Breeder, str], str]

#: How names are planted: the kinds of canary and how each is written into a name.
NAMES: tuple[tuple[Planter, str], ...] = (
    (Breeder.ordinary_person, "{}"),
    (Breeder.ordinary_person, "{} intake"),
    (Breeder.ssn, "case {}"),
    (Breeder.phone, "tel {}"),
    (Breeder.email, "{}"),
    (Breeder.card, "paid {}"),
)


@dataclass(frozen=True)
class Planted:
    """A source as the command line adds it.

    Parameters:
        secrets: what its options refer to, by the name in the environment.
    """

    name: str
    kind: str
    options: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def names(breeder: Breeder, place: str, count: int) -> list[str]:
    """Names that name, number or reach somebody, each kind in turn."""
    return [form.format(make(breeder, place)) for make, form in (NAMES[at % len(NAMES)] for at in range(count))]


def plant(folder: Path, breeder: Breeder, count: int, postgres_url: str | None) -> list[Planted]:
    """Write every source; about ``count`` canaries in all."""
    lot = max(count // 95, len(NAMES))
    folder.mkdir(parents=True)
    planted = [
        _sqlite(folder / "cases.db", breeder, lot),
        _corrupted(folder / "torn.db", breeder, lot),
        plant_share(folder / "share", breeder, lot),
    ]
    if postgres_url:
        planted.append(_postgres(postgres_url, breeder, lot))
    return planted


def _sqlite(path: Path, breeder: Breeder, lot: int) -> Planted:
    connection = sqlite3.connect(path)
    _fill(connection, "clients", HEADER, rows(breeder, "SQLite table", lot))
    connection.execute("CREATE VIEW open_cases AS SELECT client, ssn, notes FROM clients ORDER BY notes")
    for at, name in enumerate(names(breeder, "SQLite table name", lot)):
        _fill(connection, name, ("code", "amount"), [(f"{at}{n}", str(n * 7)) for n in range(20)])
    columns = names(breeder, "SQLite column name", lot)
    _fill(connection, "visits", columns, [[str(n * at) for at in range(len(columns))] for n in range(20)])
    for at in range(lot // 3):
        _schema_texts(connection, breeder, at)
    _failing_views(connection, breeder, lot)
    connection.commit()
    connection.close()
    return Planted("cases", "sqlite", {"path": str(path)})


def _schema_texts(connection: sqlite3.Connection, breeder: Breeder, at: int) -> None:
    default, check, declared, text = (
        make(f"SQLite {place}")
        for make, place in (
            (breeder.person, "DEFAULT"),
            (breeder.label, "CHECK"),
            (breeder.person, "declared type"),
            (breeder.ssn, "view text"),
        )
    )
    connection.execute(
        f"CREATE TABLE schema_{at} (a TEXT DEFAULT '{default}', b TEXT CHECK (b <> '{check}'), c {declared}(9), d INT)"
    )
    connection.executemany(f"INSERT INTO schema_{at} (d) VALUES (?)", [(n,) for n in range(15)])
    connection.execute(f"CREATE VIEW text_{at} AS SELECT a, '{text}' AS constant FROM schema_{at}")


def _failing_views(connection: sqlite3.Connection, breeder: Breeder, lot: int) -> None:
    """Views that fail while they are read, in ways in which the engine quotes what it was given."""
    _fill(connection, "raw", ("body",), ((breeder.note("failing SQLite view"),) for _ in range(lot)))
    odd = breeder.label("failing SQLite view")
    for name, query in (
        ("broken_json", "SELECT json_extract(body, '$.name') AS a FROM raw"),
        ("broken_path", "SELECT json_extract('{}', body) AS a FROM raw"),
        ("broken_number", "SELECT abs(-9223372036854775807 - 1) AS a, body FROM raw"),
        ("broken_match", "SELECT body FROM raw WHERE body MATCH body"),
        ("broken_table", f'SELECT "{odd}".x AS a FROM "{odd}"'),
        ("broken_column", f"SELECT raw.{odd} AS a FROM raw"),
        ("broken_function", f"SELECT {odd}(body) AS a FROM raw"),
    ):
        connection.execute(f"CREATE VIEW {name} AS {query}")


def _corrupted(path: Path, breeder: Breeder, lot: int) -> Planted:
    """A database whose pages were partly overwritten with what stood in others."""
    connection = sqlite3.connect(path)
    for table in ("first", "second", "third"):
        _fill(connection, table, HEADER, rows(breeder, "corrupted SQLite", lot + 10))
    connection.commit()
    connection.close()
    content = bytearray(path.read_bytes())
    page = 4096
    for at in range(3 * page, len(content) - page, 3 * page):
        content[at : at + 64] = content[at + page // 2 : at + page // 2 + 64]
    path.write_bytes(content)
    return Planted("torn", "sqlite", {"path": str(path)})


def plant_share(folder: Path, breeder: Breeder, lot: int) -> Planted:
    """A folder of files: sound ones, ones without a header, named after somebody, torn, closed."""
    folder.mkdir()
    for ending, delimiter in (("csv", ","), ("tsv", "\t"), ("txt", "|")):
        _text(folder / f"clients.{ending}", [HEADER, *rows(breeder, f"{ending} file", lot)], delimiter)
    _workbook(folder / "clients.xlsx", {"2024": [HEADER, *rows(breeder, "xlsx file", lot)]})
    _headerless(folder, breeder, lot)
    _named(folder, breeder, lot)
    _torn(folder, breeder, lot)
    return Planted("share", "files", {"path": str(folder)})


def _headerless(folder: Path, breeder: Breeder, lot: int) -> None:
    """Files whose first row is somebody's already: whole records, and every two or three columns of one."""
    chance = random.Random(lot)
    for at in range(max(lot // 8, 1)):
        records = list(rows(breeder, "headerless first row", 8))
        _text(folder / f"bare{at}.csv", records)
        for place, name in enumerate(HEADER):
            _text(folder / f"only-{name}{at}.csv", [[record[place]] for record in records])
            _text(folder / f"{name}{at}.csv", [[record[place], str(n * 3)] for n, record in enumerate(records)])
            other = chance.randrange(len(HEADER))
            _text(folder / f"{name}-two{at}.csv", [[record[place], record[other]] for record in records])
    _workbook(folder / "bare.xlsx", {"list": list(rows(breeder, "headerless first row", lot))})


def _named(folder: Path, breeder: Breeder, lot: int) -> None:
    """Files, folders, sheets and columns called like somebody. No two files are alike: those have a name together."""
    ordinary = [("code", "amount"), *((f"A{n}", str(n * 7)) for n in range(20))]
    for at, name in enumerate(names(breeder, "file name", lot)):
        _text(folder / f"{name}.csv", [("code", f"amount {_letters(at)}"), *ordinary[1:]])
    for at, name in enumerate(names(breeder, "file name, run together", lot)):
        _text(
            folder / f"{name.replace(' ', '_').lower()}.tsv",
            [("code", f"amount {_letters(at)}"), *ordinary[1:]],
            "\t",
        )
    for name in names(breeder, "folder name", lot):
        (folder / name).mkdir()
        _text(folder / name / "list.csv", ordinary)
    _workbook(folder / "sheets.xlsx", {name[:31]: ordinary for name in names(breeder, "sheet name", lot)})
    for at, name in enumerate(names(breeder, "CSV column name", lot)):
        _text(
            folder / f"column {_letters(at)}.csv",
            [("code", name, "amount"), *((f"A{n}", "x", str(n)) for n in range(20))],
        )
    for name in names(breeder, "name of a file of an unknown kind", lot):
        (folder / f"{name}.unknown").write_bytes(b"\0\1" + name.encode())


def _letters(number: int) -> str:
    """A number as names of files are not told to be alike by."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _torn(folder: Path, breeder: Breeder, lot: int) -> None:
    for at in range(max(lot // 12, 1)):
        sound = folder / "clients.xlsx"
        content = sound.read_bytes()
        (folder / f"torn{at}.xlsx").write_bytes(content[: len(content) * (at + 1) // (at + 2)])
        lines = "\n".join(",".join(row) for row in rows(breeder, "broken file", 2)).encode()
        for name, broken in {
            f"bytes {_letters(at)}.csv": lines.replace(b" ", b"\xff\xfe\x81"),
            f"nul {_letters(at)}.csv": lines.replace(b"-", b"-\0"),
            f"quote {_letters(at)}.csv": b'"' + lines,
            f"wide {_letters(at)}.csv": lines + b"\n" + b",".join([b"x"] * 200),
            f"lie{at}.xlsx": lines,
            f"lie{at}.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + lines,
            f"zip{at}.xlsx": b"PK\x03\x04" + lines,
            f"lie {_letters(at)}.csv.gz": b"\x1f\x8b" + lines,
        }.items():
            (folder / name).write_bytes(broken)
        closed = folder / f"closed {_letters(at)}.csv"
        closed.write_bytes(lines)
        closed.chmod(0)
    shutil.copy(folder / "clients.csv", folder / "clients.csv.gz")


def _postgres(url: str, breeder: Breeder, lot: int) -> Planted:
    """A PostgreSQL database, read by an account of its own that may only read."""
    with psycopg.connect(url, autocommit=True) as connection:
        _make(connection, "clients", HEADER, rows(breeder, "PostgreSQL table", lot))
        for name in names(breeder, "PostgreSQL table name", lot):
            _make(connection, name, ("code",), [["1"], ["2"]])
        _make(connection, "visits", columns := names(breeder, "PostgreSQL column name", lot), [["1"] * len(columns)])
        for comment in names(breeder, "PostgreSQL comment", lot):
            _describe(connection, breeder, comment)
        for at in range(lot // 3):
            _typed(connection, breeder, at)
        _failing_casts(connection)
        connection.execute("CREATE ROLE watcher LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO watcher")
        place = {"host": "127.0.0.1", "port": str(connection.info.port), "database": connection.info.dbname}
    return Planted("server", "postgres", {**place, "user": "watcher"})


def _describe(connection: "psycopg.Connection[tuple[object, ...]]", breeder: Breeder, comment: str) -> None:
    name = breeder.label("unread").lower()
    breeder.bred.pop()  # a name of the table's own, no canary
    _make(connection, name, ("code",), [["1"]])
    table, column = sql.Identifier(name), sql.Identifier(name, "code")
    for what in (sql.SQL("TABLE {}").format(table), sql.SQL("COLUMN {}").format(column)):
        connection.execute(sql.SQL("COMMENT ON {} IS {}").format(what, sql.Literal(f"ask {comment} first")))


def _typed(connection: "psycopg.Connection[tuple[object, ...]]", breeder: Breeder, at: int) -> None:
    label, other = breeder.label("PostgreSQL enum label"), breeder.person("PostgreSQL enum label")
    kind = breeder.person("PostgreSQL type name")
    default, check, text = (breeder.person(f"PostgreSQL {place}") for place in ("DEFAULT", "CHECK", "view text"))
    for statement, words in (
        ("CREATE TYPE {} AS ENUM ({}, {})", (sql.Identifier(kind), label, other)),
        (
            f"CREATE TABLE typed_{at} (a {{}}, b text DEFAULT {{}}, c text CHECK (c <> {{}}), d int)",
            (sql.Identifier(kind), default, check),
        ),
        (f"INSERT INTO typed_{at} (a, d) VALUES ({{}}, 1)", (label,)),
        (f"CREATE VIEW seen_{at} AS SELECT d, {{}} AS constant FROM typed_{at}", (text,)),
    ):
        parts = [word if isinstance(word, sql.Identifier) else sql.Literal(word) for word in words]
        connection.execute(sql.SQL(statement).format(*parts))  # type: ignore[arg-type]  # composed of the constants above


def _failing_casts(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    for at, expression in enumerate(
        ("ssn::int", "notes::date", "client::uuid", "email::inet", "card_no::smallint", "notes::json", "client::xml")
    ):
        connection.execute(f"CREATE VIEW failing_{at} AS SELECT {expression} AS a FROM clients".encode())


def _make(connection: "psycopg.Connection[tuple[object, ...]]", name: str, columns: Row, content: object) -> None:
    table = sql.Identifier(name)
    declared = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(column)) for column in columns)
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, declared))
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
        for row in content:  # type: ignore[attr-defined]  # any iterable of rows
            copy.write_row(row)


def _fill(connection: sqlite3.Connection, name: str, columns: Row, content: object) -> None:
    declared = ", ".join(f'"{column}" TEXT' for column in columns)
    connection.execute(f'CREATE TABLE "{name}" ({declared})')
    marks = ", ".join("?" for _ in columns)
    connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', content)  # type: ignore[arg-type]  # any iterable of rows


def _text(path: Path, content: Sequence[Row], delimiter: str = ",") -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(content)


def _workbook(path: Path, sheets: Mapping[str, Sequence[Row]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    book.save(path)
