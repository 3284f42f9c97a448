"""What was taken away as files."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from catalog.model.exports import Export
from catalog.store import rows
from catalog.store.people_schema import people
from catalog.store.schema import exports


def add(connection: Connection, export: Export) -> None:
    """Keep that a list was taken away."""
    rows.add(connection, exports, export)


def rows_since(connection: Connection, person_id: str, since: datetime) -> int:
    """How many rows a person has taken away since then; nobody else counts for them until this transaction ends."""
    # Not the key itself: whoever adds a session or a delivery of theirs may hold the audit head, which is locked next.
    connection.execute(select(people.c.id).where(people.c.id == person_id).with_for_update(key_share=True)).first()
    mine = select(func.coalesce(func.sum(exports.c.rows), 0)).where(exports.c.person_id == person_id)
    return int(connection.execute(mine.where(exports.c.at > since)).scalar_one())
