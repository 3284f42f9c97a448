"""How people want the keys of the review queue."""

from sqlalchemy import Connection, select, update

from catalog.model.review import ReviewKeys
from catalog.store import rows
from catalog.store.review_schema import review_keys


def of_person(connection: Connection, person_id: str) -> ReviewKeys | None:
    """What somebody chose; None where nothing."""
    row = connection.execute(select(review_keys).where(review_keys.c.person_id == person_id)).one_or_none()
    return rows.from_row(ReviewKeys, row) if row else None


def keep(connection: Connection, keys: ReviewKeys) -> None:
    """Put a choice in the place of an earlier one."""
    earlier = update(review_keys).where(review_keys.c.person_id == keys.person_id).values(rows.to_row(keys))
    if not connection.execute(earlier).rowcount:
        rows.add(connection, review_keys, keys)
