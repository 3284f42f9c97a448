"""The audit chain in the database: entries are added under the lock of its head, never changed."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from catalog.errors import CutShort
from catalog.model.actors import Actor
from catalog.model.audit import ANCHORING, GENESIS, Anchor, AuditCheck, AuditEvent, AuditFilter, AuditHead, mac
from catalog.store import anchors, rows
from catalog.store.schema import audit_checks, audit_events, audit_head

_HEAD = 1
_BATCH = 2000
# Made once: an entry is written with every change, and making its statements anew takes as long as running them.
# FOR UPDATE is PostgreSQL's; SQLite's writers hold the database already.
_LOCKED = select(audit_head).where(audit_head.c.id == _HEAD).with_for_update()
_MAC_AT = select(audit_events.c.mac).where(audit_events.c.sequence == bindparam("at_sequence"))
_ADDED = insert(audit_events)
_MOVED = update(audit_head).where(audit_head.c.id == _HEAD).values(sequence=bindparam("to"), mac=bindparam("seal"))


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says beside who and when."""

    action: str
    thing: str
    detail: str
    agency_id: str = ""
    before: str = ""
    after: str = ""
    request: str = ""


def append(
    connection: Connection, key: bytes, actor: Actor, at: datetime, entry: Entry, anchored: Path | None = None
) -> AuditEvent:
    """Add one entry to the chain, in the transaction of the change it records.

    Parameters:
        anchored: the file of anchors that the chain has to agree with before anything is added.

    Raises:
        CutShort: when it does not: the catalog was restored, or cut.
        StoreError: when the anchors cannot be read, or are gone.
    """
    head = _locked_head(connection)
    # Only now that nobody else adds entries: an anchor set in between would seem to be ahead.
    if anchored is not None:
        check(connection, head, anchors.newest(anchored))
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
        request=entry.request,
    )
    event = replace(event, mac=mac(key, event))
    connection.execute(_ADDED, rows.to_row(event))
    connection.execute(_MOVED, {"to": event.sequence, "seal": event.mac})
    return event


def agrees(connection: Connection, head: AuditHead, anchor: Anchor) -> bool:
    """Whether the chain has the entry that an anchor notes."""
    if anchor.sequence >= head.sequence:
        return (anchor.sequence, anchor.mac) == (head.sequence, head.mac)
    return anchor.sequence == 0 or mac_at(connection, anchor.sequence) == anchor.mac


def check(connection: Connection, head: AuditHead, newest: Anchor | None) -> None:
    """Refuse to go on where the chain does not agree with its newest anchor, or the anchors are gone.

    Raises:
        CutShort: for the first.
        StoreError: for the second.
    """
    if newest is None and is_anchored(connection):
        raise anchors.lost()
    if newest is not None and not agrees(connection, head, newest):
        raise CutShort


def is_anchored(connection: Connection) -> bool:
    """Whether an anchor was ever set.

    The chain itself says so: whoever takes that away too breaks it, or cuts off all that came since.
    """
    its = audit_events.c.action == ANCHORING
    return connection.execute(select(audit_events.c.sequence).where(its).limit(1)).first() is not None


def mac_at(connection: Connection, sequence: int) -> str | None:
    """The MAC of one entry."""
    return connection.execute(_MAC_AT, {"at_sequence": sequence}).scalar()


def alone(connection: Connection) -> None:
    """Let nobody else change the catalog until this transaction ends: entries are added under this lock anyway."""
    _locked_head(connection)


def _locked_head(connection: Connection) -> AuditHead:
    found = connection.execute(_LOCKED).one_or_none()
    if found is not None:
        return rows.from_row(AuditHead, found)
    head = AuditHead(_HEAD, 0, GENESIS)
    rows.add(connection, audit_head, head)
    return head


def head(connection: Connection) -> AuditHead:
    """The end of the chain."""
    return rows.find_one(connection, audit_head, AuditHead) or AuditHead(_HEAD, 0, GENESIS)


def events(connection: Connection, first: int = 1, last: int | None = None) -> Generator[AuditEvent, None, None]:
    """The entries from one number to another in order, streamed; close the iterator when leaving early."""
    statement = select(audit_events).order_by(audit_events.c.sequence)
    # Entries numbered below the first one of all are forged: a walk over everything has to meet them.
    if first > 1:
        statement = statement.where(audit_events.c.sequence >= first)
    if last is not None:
        statement = statement.where(audit_events.c.sequence <= last)
    with connection.execution_options(yield_per=_BATCH).execute(statement) as result:
        for row in result:
            yield rows.from_row(AuditEvent, row)


def latest(connection: Connection, asked: AuditFilter, most: int, below: int | None = None) -> list[AuditEvent]:
    """The newest entries that are asked for, newest first.

    Parameters:
        below: only entries numbered below this.
    """
    where = _where(asked)
    if below is not None:
        where.append(audit_events.c.sequence < below)
    statement = select(audit_events).where(*where).order_by(audit_events.c.sequence.desc()).limit(most)
    return [rows.from_row(AuditEvent, row) for row in connection.execute(statement)]


def was_read(connection: Connection, person_id: str, thing: str, since: datetime) -> bool:
    """Whether it was recorded since then that this person read this."""
    mine = (audit_events.c.person_id == person_id, audit_events.c.at > since, audit_events.c.thing == thing)
    read = audit_events.c.action == "read"
    return connection.execute(select(audit_events.c.sequence).where(*mine, read).limit(1)).first() is not None


def add_check(connection: Connection, check: AuditCheck) -> None:
    """Keep what a walk over the chain found."""
    rows.add(connection, audit_checks, check)


def last_check(connection: Connection) -> AuditCheck | None:
    """What the last walk over the chain found."""
    row = connection.execute(select(audit_checks).order_by(audit_checks.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else rows.from_row(AuditCheck, row)


def _where(asked: AuditFilter) -> list[ColumnElement[bool]]:
    equal = {"person_id": asked.person_id, "action": asked.action, "thing": asked.thing, "agency_id": asked.agency_id}
    where = [audit_events.c[name] == text for name, text in equal.items() if text]
    if asked.since is not None:
        where.append(audit_events.c.at >= asked.since)
    if asked.until is not None:
        where.append(audit_events.c.at < asked.until)
    return where
