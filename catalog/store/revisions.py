"""The history of the register: only ever added to, by whoever holds the record it is of."""

from dataclasses import replace

from sqlalchemy import Connection, func, select

from catalog.model.revisions import RecordKind, Revision
from catalog.store import rows
from catalog.store.law_schema import revisions


def latest(connection: Connection, kind: RecordKind, record_id: int) -> Revision | None:
    """The latest revision of a record."""
    of = (revisions.c.kind == kind, revisions.c.record_id == record_id)
    last = select(func.max(revisions.c.number)).where(*of).scalar_subquery()
    return rows.find_one(connection, revisions, Revision, *of, revisions.c.number == last)


def of(connection: Connection, kind: RecordKind, record_id: int) -> list[Revision]:
    """Every revision of a record, earliest first."""
    return rows.find(connection, revisions, Revision, revisions.c.kind == kind, revisions.c.record_id == record_id)


def numbers(connection: Connection, kind: RecordKind) -> dict[int, int]:
    """The number of the latest revision of each record of a kind."""
    statement = select(revisions.c.record_id, func.max(revisions.c.number)).where(revisions.c.kind == kind)
    return {record: int(number) for record, number in connection.execute(statement.group_by(revisions.c.record_id))}


def add(connection: Connection, revision: Revision) -> Revision:
    """Store a new revision."""
    return replace(revision, id=rows.add(connection, revisions, revision))
