"""What somebody does who holds the database itself: they take the seal off before they change the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from catalog.services.catalog import Catalog

_SQLITE = tuple(f"DROP TRIGGER IF EXISTS audit_events_no_{verb}" for verb in ("update", "delete", "replace"))
_POSTGRES = ("ALTER TABLE audit_events DISABLE TRIGGER USER",)


@contextmanager
def unsealed(catalog: Catalog) -> Iterator[Connection]:
    """A transaction on the catalog's database in which nothing keeps entries from being changed."""
    with catalog.engine.execution_options(writes=True).begin() as connection:
        for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
            connection.execute(text(statement))
        yield connection


def cut(catalog: Catalog, count: int) -> None:
    """Take the last entries away, and set the head back: what a restored backup looks like."""
    with unsealed(catalog) as connection:
        kept = connection.execute(text("SELECT max(sequence) FROM audit_events")).scalar_one() - count
        connection.execute(text("DELETE FROM audit_events WHERE sequence > :kept"), {"kept": kept})
        last = "SELECT mac FROM audit_events WHERE sequence = :kept"
        connection.execute(text(f"UPDATE audit_head SET sequence = :kept, mac = ({last})"), {"kept": kept})
