"""Where tables of hostile names can be made: each engine in its own words, which are not those of our connectors."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psycopg
import pymysql
from psycopg import sql

from benchmarks.manners.servers import mariadb, postgres
from catalog.ports import Connector
from connectors.sql.duckdb import DuckdbConnector
from connectors.sql.mariadb import MariadbConnector
from connectors.sql.postgres import PostgresConnector
from connectors.sql.sqlite import SqliteConnector
from tests.support.bounds import here
from tests.support.postgres import READER


@dataclass(frozen=True)
class Named:
    """A table that was made, one row in it. All names and comments are hostile."""

    schema: str
    name: str
    comment: str
    columns: Sequence[str]
    comments: Sequence[str]
    cells: Sequence[str]


@dataclass(frozen=True)
class Home:
    """One engine.

    Parameters:
        fits: whether it takes a name of this length.
        beyond: whether it takes letters beyond the first 65,536.
        make_schema: makes a schema; None where there are none.
        make: makes a table; raises one of ``refusals`` where the engine does not take its name.
        has_comments: whether it keeps comments.
        count: rows in the canary table, and tables in all.
        connect: a connector that reads all of it.
    """

    title: str
    fits: Callable[[str], bool]
    make: Callable[[Named], object]
    count: Callable[[], tuple[int, int]]
    connect: Callable[[], Connector]
    refusals: type[Exception]
    make_schema: Callable[[str], object] | None = None
    beyond: bool = True
    has_comments: bool = True
    schema: str = field(default="main")


@contextmanager
def postgres_home() -> Iterator[Home]:
    """PostgreSQL: 63 bytes a name."""
    with postgres() as server, server.connect() as connection:
        connection.execute("CREATE TABLE public.canary AS SELECT 1 AS id")

        def make(table: Named) -> None:
            place = sql.Identifier(table.schema, table.name)
            columns = [sql.SQL("{} text").format(sql.Identifier(column)) for column in table.columns]
            with connection.transaction():
                connection.execute(sql.SQL("CREATE TABLE {} ({})").format(place, sql.SQL(", ").join(columns)))
                values = sql.SQL(", ").join(map(sql.Literal, table.cells))
                connection.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(place, values))
                connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(place, table.comment))
                for column, comment in zip(table.columns, table.comments, strict=True):
                    named = sql.Identifier(table.schema, table.name, column)
                    connection.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(named, comment))

        def count() -> tuple[int, int]:
            ((tables,),) = connection.execute(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                "WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            ((rows,),) = connection.execute("SELECT count(*) FROM public.canary").fetchall()
            return rows, tables

        options = dict(server.options())
        yield Home(
            "PostgreSQL",
            fits=lambda name: len(name.encode()) <= 63,
            make=make,
            count=count,
            connect=lambda: PostgresConnector(options, resolve=str, bounds=here(1)),
            refusals=psycopg.Error,
            make_schema=server.make_schema,
        )


@contextmanager
def mariadb_home() -> Iterator[Home]:
    """MariaDB: 64 letters a name, none beyond the first 65,536, no blank at the end, and it has to name a file too."""
    with mariadb() as server, closing(server.server.connect()) as connection, connection.cursor() as cursor:
        # On everything: a grant on one database takes patterns, in which a long name has no room for its own signs.
        server.run("CREATE DATABASE canaries", "CREATE TABLE canaries.canary SELECT 1 AS id")
        server.run(f"GRANT SELECT ON *.* TO {READER}")

        def make(table: Named) -> None:
            place = f"{server.quoted(table.schema)}.{server.quoted(table.name)}"
            columns = ", ".join(
                f"{server.quoted(column)} TEXT COMMENT {connection.escape(comment)}"
                for column, comment in zip(table.columns, table.comments, strict=True)
            )
            cursor.execute(f"CREATE TABLE {place} ({columns}) ENGINE=MyISAM COMMENT {connection.escape(table.comment)}")
            cursor.execute(f"INSERT INTO {place} VALUES ({', '.join(map(connection.escape, table.cells))})")

        def count() -> tuple[int, int]:
            ((tables,),) = server.run(
                "SELECT count(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema "
                "NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')"
            )
            ((rows,),) = server.run("SELECT count(*) FROM canaries.canary")
            return rows, tables

        options = dict(server.options())
        yield Home(
            "MariaDB",
            fits=_fits_mariadb,
            make=make,
            count=count,
            connect=lambda: MariadbConnector(options, resolve=str, bounds=here(1)),
            refusals=pymysql.Error,
            make_schema=lambda name: cursor.execute(f"CREATE DATABASE {server.quoted(name)} CHARACTER SET utf8mb4"),
            beyond=False,
        )


def _fits_mariadb(name: str) -> bool:
    as_file = sum(1 if letter.isascii() and letter.isalnum() else 5 for letter in name)
    return len(name) <= 64 and as_file < 240 and name == name.rstrip()


@contextmanager
def sqlite_home() -> Iterator[Home]:
    """SQLite: no end to a name but ours, 500 letters; it has no comments."""
    with TemporaryDirectory(prefix="names-") as folder, closing(sqlite3.connect(Path(folder) / "a.db")) as connection:
        connection.execute("CREATE TABLE canary AS SELECT 1 AS id")

        def make(table: Named) -> None:
            columns = ", ".join(f"{_quoted(column)} TEXT" for column in table.columns)
            connection.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
            marks = ", ".join("?" for _ in table.cells)
            connection.execute(f"INSERT INTO {_quoted(table.name)} VALUES ({marks})", table.cells)
            connection.commit()

        def count() -> tuple[int, int]:
            ((rows,),) = connection.execute("SELECT count(*) FROM canary").fetchall()
            ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchall()
            return rows, tables

        connection.execute("PRAGMA synchronous = off")
        yield Home(
            "SQLite",
            fits=lambda name: len(name) <= 500,
            make=make,
            count=count,
            connect=lambda: SqliteConnector({"path": f"{folder}/a.db"}, resolve=str, bounds=here(1)),
            refusals=sqlite3.Error,
            has_comments=False,
            schema="",
        )


@contextmanager
def duckdb_home() -> Iterator[Home]:
    """DuckDB: no end to a name but ours, 500 letters."""
    with TemporaryDirectory(prefix="names-") as folder:
        path = f"{folder}/a.duckdb"

        def run(statement: str, values: Sequence[str] = ()) -> list[Any]:
            with closing(duckdb.connect(path)) as other:
                return other.execute(statement, values).fetchall()

        # All are made before any is read: the file is open to one or the other.
        waiting: list[duckdb.DuckDBPyConnection] = [duckdb.connect(path)]

        def make(table: Named) -> None:
            place = f"{_quoted(table.schema)}.{_quoted(table.name)}"
            columns = ", ".join(f"{_quoted(column)} VARCHAR" for column in table.columns)
            waiting[0].execute(f"CREATE TABLE {place} ({columns})")
            marks = ", ".join("?" for _ in table.cells)
            waiting[0].execute(f"INSERT INTO {place} VALUES ({marks})", list(table.cells))
            waiting[0].execute(f"COMMENT ON TABLE {place} IS {_text(table.comment)}")
            for column, comment in zip(table.columns, table.comments, strict=True):
                waiting[0].execute(f"COMMENT ON COLUMN {place}.{_quoted(column)} IS {_text(comment)}")

        def count() -> tuple[int, int]:
            ((rows,),) = run("SELECT count(*) FROM main.canary")
            ((tables,),) = run("SELECT count(*) FROM duckdb_tables() WHERE NOT internal")
            return rows, tables

        def connect() -> Connector:
            waiting[0].close()
            return DuckdbConnector({"path": path}, resolve=str, bounds=here(1))

        waiting[0].execute("CREATE TABLE canary AS SELECT 1 AS id")
        yield Home(
            "DuckDB",
            fits=lambda name: len(name) <= 500,
            make=make,
            count=count,
            connect=connect,
            refusals=duckdb.Error,
            make_schema=lambda name: waiting[0].execute(f"CREATE SCHEMA {_quoted(name)}"),
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


HOMES = (postgres_home, mariadb_home, sqlite_home, duckdb_home)
