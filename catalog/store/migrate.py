"""Bringing the catalog's database to this version's tables; Alembic's revisions are loaded by path."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from catalog.errors import StoreError
from catalog.store.engine import connected


def migrations_folder() -> Path:
    """Where the revisions are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_migrations"
    return packaged if packaged.is_dir() else package.parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to ``revision``, in one transaction per revision."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database down to ``revision``."""
    _run(engine, lambda config: command.downgrade(config, revision))


def current(engine: Engine) -> str | None:
    """The revision the database is at, or None for an empty one."""
    with connected(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision this version knows."""
    return str(ScriptDirectory(str(migrations_folder())).get_current_head())


def require_current(engine: Engine) -> None:
    """Refuse a database that is not at this version's revision.

    Raises:
        StoreError: saying which command mends it.
    """
    at = current(engine)
    if at == head():
        return
    if at is None:
        raise StoreError("The catalog's database", "it is empty", "Run `privacy-catalog init` first.")
    raise StoreError(
        "The catalog's database", f"it is at revision {at}, not {head()}", "Run `privacy-catalog db upgrade`."
    )


def _run(engine: Engine, step: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with connected(engine.execution_options(writes=True)) as connection:
        config.attributes["connection"] = connection
        with _without_foreign_keys(connection):
            step(config)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table to change it, which its foreign keys would not let happen; they are checked after."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101  # an opened connection has one
    # On the driver itself: within a transaction, which the next statement would begin, this does nothing.
    driver.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if driver.cursor().execute("PRAGMA foreign_key_check").fetchone():
            raise StoreError("The catalog's database", "its rows do not fit together", "Restore the last backup.")
    finally:
        driver.cursor().execute("PRAGMA foreign_keys=ON")
