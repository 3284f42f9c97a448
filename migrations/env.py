"""Alembic's environment: runs on the connection it is given, for SQLite and PostgreSQL alike."""

from alembic import context
from sqlalchemy import TypeDecorator

from catalog.store import (  # noqa: F401  # all hold tables
    copy_schema,
    difference_schema,
    law_schema,
    night_schema,
    recogniser_schema,
    report_schema,
    review_schema,
    schema,
)
from catalog.store.metadata import metadata


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write the plain SQL type of ours, so that a revision never depends on code that may change."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
