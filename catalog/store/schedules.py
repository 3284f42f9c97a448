"""Schedules in the database."""

from collections.abc import Sequence

from sqlalchemy import Connection

from catalog.model.schedules import Schedule
from catalog.store import rows
from catalog.store.night_schema import schedules


def schedule(connection: Connection, source_id: int) -> Schedule | None:
    """The schedule of a source; None for one that is scanned only when somebody asks."""
    return rows.find_one(connection, schedules, Schedule, schedules.c.source_id == source_id)


def all_schedules(connection: Connection) -> Sequence[Schedule]:
    """Every schedule."""
    return rows.find(connection, schedules, Schedule)


def put_schedule(connection: Connection, schedule: Schedule) -> None:
    """Store a schedule, in place of the one before."""
    rows.put(connection, schedules, schedule)


def remove_schedule(connection: Connection, source_id: int) -> None:
    """Forget a schedule: the source is scanned only when somebody asks."""
    rows.remove(connection, schedules, schedules.c.source_id == source_id)
