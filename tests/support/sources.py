"""The same synthetic tables put into a SQLite file, a PostgreSQL or MariaDB database and a folder of CSV files."""

import csv
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

import psycopg
from psycopg import sql

from catalog.plugins import load
from catalog.ports import Connector
from tests.support.bounds import here
from tests.support.mariadb import Place
from tests.support.postgres import READER, libpq

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class Table:
    """A table of texts."""

    columns: Sequence[str]
    rows: Rows


@dataclass(frozen=True)
class BuiltSource:
    """A source of one kind with its options."""

    kind: str
    options: Mapping[str, str]

    def open(self, **more: str) -> Connector:
        """A connector for it."""
        make = load("connectors", self.kind)
        connector: Connector = make({**self.options, **more}, resolve=_no_secret, bounds=here())
        return connector


def sqlite_source(folder: Path, tables: Mapping[str, Table]) -> BuiltSource:
    """Write the tables into a SQLite file."""
    path = folder / "source.db"
    connection = sqlite3.connect(path)
    for name, table in tables.items():
        columns = ", ".join(f"{_quoted(column)} TEXT" for column in table.columns)
        connection.execute(f"CREATE TABLE {_quoted(name)} ({columns})")
        marks = ", ".join("?" for _ in table.columns)
        connection.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", table.rows)
    connection.commit()
    connection.close()
    return BuiltSource("sqlite", {"path": str(path)})


def postgres_source(url: str, tables: Mapping[str, Table]) -> BuiltSource:
    """Write the tables into a PostgreSQL database and let a read-only account read them."""
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        for name, table in tables.items():
            identifier = sql.Identifier(name)
            columns = sql.SQL(", ").join(sql.SQL("{} TEXT").format(sql.Identifier(column)) for column in table.columns)
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(identifier, columns))
            with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(identifier)) as copy:
                for row in table.rows:
                    copy.write_row(row)
        connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(READER)))
    return BuiltSource("postgres", postgres_options(url))


def postgres_options(url: str, user: str = READER) -> dict[str, str]:
    """The options under which a connector reaches the database at ``url``."""
    parts = urlparse(libpq(url))
    return {"host": "127.0.0.1", "port": str(parts.port), "database": parts.path.strip("/"), "user": user}


def mariadb_source(place: Place, tables: Mapping[str, Table]) -> BuiltSource:
    """Write the tables into a MariaDB database and let a read-only account read them."""
    for name, table in tables.items():
        columns = ", ".join(f"{_ticked(column)} LONGTEXT" for column in table.columns)
        place.make(_ticked(name), columns, table.rows)
    place.run(f"GRANT SELECT ON {place.database}.* TO READER")
    return BuiltSource("mariadb", place.options())


def files_source(folder: Path, tables: Mapping[str, Table]) -> BuiltSource:
    """Write each table into a CSV file of a folder."""
    share = folder / "share"
    share.mkdir()
    for name, table in tables.items():
        with (share / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(table.columns)
            writer.writerows(["" if cell is None else cell for cell in row] for row in table.rows)
    return BuiltSource("files", {"path": str(share)})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _ticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _no_secret(reference: str) -> str:
    raise AssertionError(f"no secret was to be resolved, least of all {reference}")
