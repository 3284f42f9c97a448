"""The audit chain in the database: entries are added under the lock of its head, never changed."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from catalog.model.actors import Actor
from catalog.model.audit import GENESIS, AuditEvent, AuditHead, mac
from catalog.store import rows
from catalog.store.schema import audit_events, audit_head

_HEAD = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says beside who and when."""

    action: str
    thing: str
    detail: str
    agency_id: str = ""
    before: str = ""
    after: str = ""


def append(connection: Connection, key: bytes, actor: Actor, at: datetime, entry: Entry) -> None:
    """Add one entry to the chain, in the transaction of the change it records."""
    head = _locked_head(connection)
    event = AuditEvent(
        sequence=head.sequence + 1,
        at=at,
        person_id=actor.person_id,
        role=",".join(sorted(actor.roles)),
        action=entry.action,
        thing=entry.thing,
        detail=entry.detail,
        previous=head.mac,
        mac="",
        agency_id=entry.agency_id,
        before=entry.before,
        after=entry.after,
    )
    event = replace(event, mac=mac(key, event))
    rows.add(connection, audit_events, event)
    rows.change(connection, audit_head, audit_head.c.id == _HEAD, sequence=event.sequence, mac=event.mac)


def _locked_head(connection: Connection) -> AuditHead:
    # FOR UPDATE is PostgreSQL's; SQLite's writers hold the database already.
    found = connection.execute(select(audit_head).where(audit_head.c.id == _HEAD).with_for_update()).one_or_none()
    if found is not None:
        return rows.from_row(AuditHead, found)
    head = AuditHead(_HEAD, 0, GENESIS)
    rows.add(connection, audit_head, head)
    return head


def head(connection: Connection) -> AuditHead:
    """The end of the chain."""
    return rows.find_one(connection, audit_head, AuditHead) or AuditHead(_HEAD, 0, GENESIS)


def events(connection: Connection) -> Generator[AuditEvent, None, None]:
    """All entries in order, streamed; close the iterator when leaving early."""
    statement = select(audit_events).order_by(audit_events.c.sequence)
    with connection.execution_options(yield_per=1000).execute(statement) as result:
        for row in result:
            yield rows.from_row(AuditEvent, row)
