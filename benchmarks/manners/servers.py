"""Throwaway servers as the proofs of manners need them: the same few verbs for PostgreSQL and MariaDB.

Each has an account named ``reader`` that reads what it is granted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support.mariadb import Server, throwaway_mariadb
from tests.support.postgres import READER, libpq, throwaway_postgres


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server."""

    address: str
    kind: str = "postgres"
    title: str = "PostgreSQL"

    def connect(self) -> psycopg.Connection[Any]:
        """A connection of the owner's."""
        return psycopg.connect(libpq(self.address), autocommit=True)

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as the owner; what the last one answers."""
        with self.connect() as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())  # bytes are taken as they are
            return cursor.fetchall() if cursor.description else []

    def make_schema(self, name: str) -> None:
        """Make a schema whose tables, made before or after, the reader may read."""
        self.run(
            f"CREATE SCHEMA {self.quoted(name)}",
            f"GRANT USAGE ON SCHEMA {self.quoted(name)} TO {READER}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {self.quoted(name)} GRANT SELECT ON TABLES TO {READER}",
        )

    def options(self, schemas: Sequence[str] = (), port: int = 0) -> Mapping[str, str]:
        """The options of a source that reads these schemas, all where there are none."""
        with self.connect() as connection:
            known = connection.info
            found = {"host": known.host, "port": str(port or known.port), "database": known.dbname, "user": READER}
        return {**found, **({"schemas": ",".join(schemas)} if schemas else {})}

    def quoted(self, name: str) -> str:
        """A name as the engine takes it."""
        return sql.Identifier(name).as_string(None)

    def set(self, **values: str) -> None:
        """Change the server's settings; a connection opened afterwards has them."""
        self.run(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in values.items()), "SELECT pg_reload_conf()")

    @property
    def port(self) -> int:
        """Where it answers."""
        with self.connect() as connection:
            return connection.info.port

    @property
    def folder(self) -> Path:
        """Where its files and its log are."""
        return Path(self.run("SHOW data_directory")[0][0]).parent

    @property
    def log(self) -> Path:
        """What it writes down."""
        return self.folder / "log"


@dataclass(frozen=True)
class Mariadb:
    """A MariaDB server."""

    server: Server
    kind: str = "mariadb"
    title: str = "MariaDB"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """The same."""
        return self.server.run(*statements)

    def make_schema(self, name: str) -> None:
        """The same."""
        words = name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
        self.run(
            f"CREATE DATABASE {self.quoted(name)} CHARACTER SET utf8mb4",
            f"GRANT SELECT, SHOW VIEW ON {self.quoted(words)}.* TO {READER}",
        )

    def options(self, schemas: Sequence[str] = (), port: int = 0) -> Mapping[str, str]:
        """The same."""
        found = {"host": "127.0.0.1", "port": str(port or self.server.port), "user": READER}
        return {**found, **({"schemas": ",".join(schemas)} if schemas else {})}

    def quoted(self, name: str) -> str:
        """The same."""
        return "`" + name.replace("`", "``") + "`"

    @property
    def port(self) -> int:
        """The same."""
        return self.server.port


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of its own."""
    with throwaway_postgres() as address:
        yield Postgres(address)


@contextmanager
def mariadb() -> Iterator[Mariadb]:
    """A MariaDB server of its own."""
    with throwaway_mariadb() as server:
        server.run(f"CREATE USER {READER}")
        yield Mariadb(server)


ENGINES: Sequence[Callable[[], AbstractContextManager[Postgres | Mariadb]]] = (postgres, mariadb)
