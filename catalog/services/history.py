"""Keeping the history of the register: after every change the record as it then is, whole, with who and why."""

import json
from typing import Any

from catalog.errors import Conflict
from catalog.model.actors import Actor
from catalog.model.revisions import BEFORE_HISTORY, RECORD_TEXT, RecordKind, Revision
from catalog.services import contents
from catalog.services.catalog import Catalog, Change
from catalog.services.contents import Content
from catalog.store import audit, revisions
from catalog.store.engine import Connection


def latest(connection: Connection, kind: RecordKind, record_id: int) -> int:
    """The number of a record's latest revision; 0 where it has none."""
    last = revisions.latest(connection, kind, record_id)
    return last.number if last else 0


def open_record(
    change: Change, kind: RecordKind, record_id: int, agency_id: str | None, before: Content, expected: int
) -> None:
    """Begin to revise a record, before anything of it is written: from here on nobody else does.

    Parameters:
        before: what it says now; kept as its first revision where it has none, for it was recorded before histories
            were kept.
        expected: the number of the revision that whoever revises it has seen.

    Raises:
        Conflict: when that is not the latest any more.
    """
    hold(change, kind, record_id, expected)
    if expected == 0:
        _add(change, Revision(0, kind, record_id, 1, agency_id, change.at, "", "", BEFORE_HISTORY, *_kept(before)))


def hold(change: Change, kind: RecordKind, record_id: int, expected: int) -> None:
    """Let nobody else revise anything until this change ends, and refuse to revise what was not seen as it is.

    Raises:
        Conflict: when its latest revision is another than the one that was seen.
    """
    audit.alone(change.connection)
    if latest(change.connection, kind, record_id) != expected:
        cause = "it was changed since you opened it"
        raise Conflict(RECORD_TEXT[kind], cause, "Look at what it says now, and make your change again.")


def hold_all(catalog: Catalog) -> None:
    """Let nobody else revise anything until the transaction ends in which several records are revised together."""
    catalog.note(audit.alone)


def keep(
    change: Change,
    actor: Actor,
    kind: RecordKind,
    record_id: int,
    agency_id: str | None,
    content: Content,
    reason: str = "",
    expected: int | None = None,
) -> Revision:
    """Keep what a record says after a change of it. What says the same as the latest revision is no new one.

    Parameters:
        agency_id: whose record it is, None for the city's.
        expected: the number of the revision the change was made from, where nobody has checked it yet.

    Raises:
        Conflict: when that is not the latest any more.
    """
    if expected is not None:
        hold(change, kind, record_id, expected)
    last = revisions.latest(change.connection, kind, record_id)
    text, digest = _kept(content)
    if last is not None and last.content_hash == digest:
        return last
    number = last.number + 1 if last else 1
    made = Revision(
        0, kind, record_id, number, agency_id, change.at, actor.person_id, actor.name, reason.strip(), text, digest
    )
    return _add(change, made)


def said(revision: Revision) -> dict[str, Any]:
    """What a record said after one change."""
    content: dict[str, Any] = json.loads(revision.content)
    return content


def _add(change: Change, revision: Revision) -> Revision:
    return revisions.add(change.connection, revision)


def _kept(content: Content) -> tuple[str, str]:
    return contents.canonical(content), contents.digest(content)
