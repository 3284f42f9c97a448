"""What divisions are asked for a report, beyond what :mod:`catalog.store.law` keeps of it."""

from datetime import date

from sqlalchemy import Connection

from catalog.store import rows
from catalog.store.report_schema import division_tasks


def note_reminder(connection: Connection, task_id: int, day: date) -> None:
    """Note on what day who is asked was reminded last, and nothing else: the scan side may write that alone."""
    rows.change(connection, division_tasks, division_tasks.c.id == task_id, reminded_on=day)
