"""People, their roles and their sessions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, or_, select

from catalog.model.actors import GroupRole, Person, Role, RoleAssignment
from catalog.store import rows
from catalog.store.people_schema import group_roles, people, role_assignments
from catalog.store.schema import audit_events


def put_person(connection: Connection, person: Person) -> None:
    """Store an account holder."""
    rows.put(connection, people, person)


def person(connection: Connection, person_id: str) -> Person | None:
    """One account holder."""
    return rows.find_one(connection, people, Person, people.c.id == person_id)


def name_of(connection: Connection, person_id: str) -> str:
    """What an account holder is called; the account's own name where there is none of them."""
    someone = person(connection, person_id)
    return someone.name if someone else person_id


def names_of(connection: Connection, person_ids: Collection[str]) -> dict[str, str]:
    """What these account holders are called, as :func:`name_of`."""
    found = rows.find(connection, people, Person, people.c.id.in_(person_ids))
    named = {someone.id: someone.name for someone in found}
    return {key: named.get(key, key) for key in person_ids}


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


def assigned(
    connection: Connection, at: datetime, agency_ids: Collection[str] | None = None
) -> list[tuple[Person, RoleAssignment]]:
    """Every person with every role they hold at a time, or with those they hold in these agencies."""
    held = role_assignments.c
    which = [held.from_at <= at, or_(held.to_at.is_(None), held.to_at > at)]
    if agency_ids is not None:
        which.append(held.agency_id.in_(agency_ids))
    current = rows.find(connection, role_assignments, RoleAssignment, *which)
    of = select(held.person_id).where(*which)
    everybody = {someone.id: someone for someone in rows.find(connection, people, Person, people.c.id.in_(of))}
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


def every_person(connection: Connection) -> list[Person]:
    """Every account holder."""
    return rows.find(connection, people, Person)


def every_role(connection: Connection, person_id: str) -> list[RoleAssignment]:
    """Every role a person holds or has held."""
    return rows.find(connection, role_assignments, RoleAssignment, role_assignments.c.person_id == person_id)


def assignment(connection: Connection, assignment_id: int) -> RoleAssignment | None:
    """One role of one person."""
    return rows.find_one(connection, role_assignments, RoleAssignment, role_assignments.c.id == assignment_id)


def held_by_anybody(connection: Connection, roles: Collection[Role], at: datetime) -> list[RoleAssignment]:
    """Who holds one of these roles at a time; nobody else ends one of them before this transaction has ended."""
    return [rows.from_row(RoleAssignment, row) for row in _kept(connection, role_assignments, roles, at)]


def held_by_any_group(connection: Connection, roles: Collection[Role], at: datetime) -> list[GroupRole]:
    """Which groups have one of these roles at a time; kept as those of accounts are."""
    return [rows.from_row(GroupRole, row) for row in _kept(connection, group_roles, roles, at)]


def end_role(connection: Connection, assignment_id: int, at: datetime) -> RoleAssignment | None:
    """End a role, and give it as it is then; None where it had ended."""
    current = (role_assignments.c.id == assignment_id) & role_assignments.c.to_at.is_(None)
    return (
        assignment(connection, assignment_id) if rows.change(connection, role_assignments, current, to_at=at) else None
    )


def group_roles_at(connection: Connection, at: datetime) -> list[GroupRole]:
    """Every role that a group has at a time."""
    held = group_roles.c
    return rows.find(connection, group_roles, GroupRole, held.from_at <= at, or_(held.to_at.is_(None), held.to_at > at))


def add_group_role(connection: Connection, given: GroupRole) -> None:
    """Give a role to a group."""
    rows.add(connection, group_roles, given)


def end_group_role(connection: Connection, group_role_id: int, at: datetime) -> GroupRole | None:
    """End a role of a group, and give it as it is then; None where it had ended."""
    current = (group_roles.c.id == group_role_id) & group_roles.c.to_at.is_(None)
    if not rows.change(connection, group_roles, current, to_at=at):
        return None
    return rows.find_one(connection, group_roles, GroupRole, group_roles.c.id == group_role_id)


def last_sign_ins(connection: Connection, person_id: str | None = None) -> dict[str, tuple[datetime, str]]:
    """When each account signed in last, or one, and what the audit log says of it."""
    its = (audit_events.c.action == "sign_in") & (audit_events.c.person_id == people.c.id)
    # One look into the index for each account, however long the log.
    latest = select(func.max(audit_events.c.sequence)).where(its).correlate(people).scalar_subquery()
    chosen = select(people.c.id, audit_events.c.at, audit_events.c.detail).join(
        audit_events, audit_events.c.sequence == latest
    )
    if person_id is not None:
        chosen = chosen.where(people.c.id == person_id)
    return {row.id: (row.at, row.detail) for row in connection.execute(chosen)}


def _kept(connection: Connection, table: Table, roles: Collection[Role], at: datetime) -> Sequence[Row[Any]]:
    # No role has an end ahead of it; what another transaction ended while this one waited is not held, whenever it was.
    current = table.c.role.in_(roles) & (table.c.from_at <= at) & table.c.to_at.is_(None)
    return connection.execute(select(table).where(current).order_by(table.c.id).with_for_update()).all()
