"""People, their roles and their sessions."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_

from catalog.model.actors import GroupRole, Person, Role, RoleAssignment
from catalog.store import rows
from catalog.store.people_schema import group_roles, people, role_assignments


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


def roles_of_groups(connection: Connection, groups: Collection[str], at: datetime) -> list[GroupRole]:
    """The roles that these groups have at a time."""
    held = group_roles.c
    return rows.find(
        connection,
        group_roles,
        GroupRole,
        held.group_name.in_(groups),
        held.from_at <= at,
        or_(held.to_at.is_(None), held.to_at > at),
    )
