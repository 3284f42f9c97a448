"""People, their roles and their sessions."""

from datetime import datetime

from sqlalchemy import Connection, or_

from catalog.model.actors import Person, Role, RoleAssignment, Session
from catalog.store import rows
from catalog.store.schema import people, role_assignments, sessions


def put_person(connection: Connection, person: Person) -> None:
    """Store an account holder."""
    rows.put(connection, people, person)


def person(connection: Connection, person_id: str) -> Person | None:
    """One account holder."""
    return rows.find_one(connection, people, Person, people.c.id == person_id)


def assign(connection: Connection, assignment: RoleAssignment) -> None:
    """Give a role."""
    rows.add(connection, role_assignments, assignment)


def roles_of(connection: Connection, person_id: str, at: datetime) -> list[RoleAssignment]:
    """The roles a person holds at a time."""
    held = role_assignments.c
    return rows.find(
        connection,
        role_assignments,
        RoleAssignment,
        held.person_id == person_id,
        held.from_at <= at,
        or_(held.to_at.is_(None), held.to_at > at),
    )


def assigned(connection: Connection, at: datetime) -> list[tuple[Person, RoleAssignment]]:
    """Every person with every role they hold at a time."""
    everybody = {someone.id: someone for someone in rows.find(connection, people, Person)}
    held = role_assignments.c
    current = rows.find(
        connection, role_assignments, RoleAssignment, held.from_at <= at, or_(held.to_at.is_(None), held.to_at > at)
    )
    return [(everybody[assignment.person_id], assignment) for assignment in current]


def officers(connection: Connection, agency_id: str, at: datetime) -> list[Person]:
    """The privacy officers of an agency."""
    return [
        someone
        for someone, held in assigned(connection, at)
        if held.role is Role.OFFICER and held.agency_id == agency_id
    ]


def add_session(connection: Connection, session: Session) -> None:
    """Remember a signed-in browser."""
    rows.add(connection, sessions, session)


def session(connection: Connection, token_hash: str) -> Session | None:
    """The session behind a token."""
    return rows.find_one(connection, sessions, Session, sessions.c.token_hash == token_hash)


def touch_session(connection: Connection, token_hash: str, at: datetime) -> None:
    """Note that a session is in use."""
    rows.change(connection, sessions, sessions.c.token_hash == token_hash, seen_at=at)


def end_sessions_begun_before(connection: Connection, at: datetime) -> None:
    """Forget the sessions of earlier days."""
    rows.remove(connection, sessions, sessions.c.created_at < at)


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget a session."""
    rows.remove(connection, sessions, sessions.c.token_hash == token_hash)
