"""What has changed and not yet reached the search index; written with the change, so no kill loses it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from catalog.model.audit import OutboxEntry
from catalog.store import rows
from catalog.store.schema import outbox


def add(connection: Connection, entries: Iterable[OutboxEntry]) -> None:
    """Note changes."""
    rows.add_all(connection, outbox, entries)


def waiting(connection: Connection, limit: int | None = None) -> list[OutboxEntry]:
    """The oldest changes not yet indexed, or all of them."""
    statement = select(outbox).order_by(outbox.c.id).limit(limit)
    return [rows.from_row(OutboxEntry, row) for row in connection.execute(statement)]


def clear(connection: Connection, ids: Sequence[int]) -> None:
    """Forget changes that are indexed."""
    rows.remove(connection, outbox, rows.among(outbox.c.id, ids))
