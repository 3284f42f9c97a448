"""Sessions of signed-in browsers."""

from datetime import datetime

from sqlalchemy import Connection, select

from catalog.model.sessions import Session
from catalog.store import rows
from catalog.store.people_schema import sessions


def add(connection: Connection, session: Session) -> None:
    """Remember a signed-in browser."""
    rows.add(connection, sessions, session)


def find(connection: Connection, token_hash: str) -> Session | None:
    """The session behind a token."""
    return rows.find_one(connection, sessions, Session, sessions.c.token_hash == token_hash)


def of_person(connection: Connection, person_id: str) -> list[Session]:
    """The sessions of an account."""
    return rows.find(connection, sessions, Session, sessions.c.person_id == person_id)


def touch(connection: Connection, token_hash: str, at: datetime) -> None:
    """Note that a session is in use."""
    rows.change(connection, sessions, sessions.c.token_hash == token_hash, seen_at=at)


def prove(connection: Connection, session_id: str, at: datetime) -> None:
    """Note that a session's holder has proved again who they are."""
    rows.change(connection, sessions, sessions.c.id == session_id, proved_at=at)


def end(connection: Connection, session_id: str) -> None:
    """Forget a session."""
    rows.remove(connection, sessions, sessions.c.id == session_id)


def end_begun_before(connection: Connection, at: datetime) -> None:
    """Forget the sessions of earlier days, but for those that somebody else is ending just now.

    Who signs in may hold the audit head already: waiting here for one who waits for the head would end in a deadlock.
    """
    old = select(sessions.c.token_hash).where(sessions.c.created_at < at).with_for_update(skip_locked=True)
    rows.remove(connection, sessions, sessions.c.token_hash.in_(old))


def end_all(connection: Connection, person_id: str) -> int:
    """Forget every session of an account; how many there were."""
    return rows.remove(connection, sessions, sessions.c.person_id == person_id)


def all_open(connection: Connection) -> list[Session]:
    """Every session there is."""
    return rows.find(connection, sessions, Session)
