"""What the catalog knows of itself."""

from sqlalchemy import Connection

from catalog.model.marks import Mark
from catalog.store import rows
from catalog.store.schema import marks


def put(connection: Connection, mark: Mark) -> None:
    """Set a mark."""
    rows.put(connection, marks, mark)


def value(connection: Connection, name: str) -> str:
    """A mark's value, empty where it is not set."""
    found = rows.find_one(connection, marks, Mark, marks.c.name == name)
    return found.value if found else ""
