"""Giving and ending roles, of accounts and of groups: nobody gives themselves one; who can give them is never lost."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TypeVar

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import AGENCY_ROLES, ROLE_TITLES, Actor, GroupRole, Role, RoleAssignment
from catalog.model.holdings import Agency
from catalog.services import access, review_deferrals
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import people, register, sessions
from catalog.store.engine import Connection

R = TypeVar("R", RoleAssignment, GroupRole)

#: The most characters of a reason and of a group's name.
_LONGEST_REASON, _LONGEST_GROUP = 500, 200


def give(actor: Actor, catalog: Catalog, person_id: str, role: Role, agency_id: str | None = None) -> None:
    """Give a role to somebody else.

    Raises:
        NotAllowed: when it is oneself (four eyes: NIST SP 800-53, AC-5).
        NotFound: when there is no such account.
        RequestError: when a role of agencies has no agency that is in the catalog, or another role has one.
        Conflict: when they hold it already.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    refuse_oneself(actor, person_id)
    thing, told = f"person:{person_id}", f"role={role} agency={agency_id or ''}"
    with catalog.changing(actor, "give_role", thing, told, agency_id=agency_id or "") as change:
        if people.person(change.connection, person_id) is None:
            raise NotFound(f"Account {person_id}", "there is no such account", "Add it with: people add.")
        check(change.connection, role, agency_id)
        if holds(change.connection, person_id, role, agency_id, change.at):
            raise Conflict("This role", "they hold it already", "Look at the account again.")
        given = RoleAssignment(0, person_id, role, agency_id, change.at, None)
        people.assign(change.connection, given)
        change.compare(None, given)


def end(actor: Actor, catalog: Catalog, person_id: str, assignment_id: int, reason: str) -> None:
    """End a role; its holder is signed out everywhere, and what was handed to them in review or asked of them as that
    waits again.

    Raises:
        NotFound: when it is not held.
        RequestError: without a reason.
        Conflict: when nobody were left who can give roles.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    reason = _reason(reason)
    with catalog.reading() as connection:
        held = _held(people.roles_of(connection, person_id, catalog.clock.now()), assignment_id)
    thing = f"person:{person_id}"
    with catalog.changing(actor, "end_role", thing, reason, agency_id=held.agency_id or "") as change:
        _refuse_the_last(change.connection, change.at, but=held)
        ended = people.end_role(change.connection, assignment_id, change.at)
        if ended is None:
            raise _gone()
        sessions.end_all(change.connection, person_id)
        review_deferrals.hand_back(change, catalog, actor, person_id)
        change.compare(held, ended)


def end_named(actor: Actor, catalog: Catalog, person_id: str, role: Role, agency_id: str | None, reason: str) -> None:
    """End a role by its name; see :func:`end`."""
    access.require(actor, Action.MANAGE_PEOPLE)
    with catalog.reading() as connection:
        held = people.roles_of(connection, person_id, catalog.clock.now())
    its = [one for one in held if one.role is role and one.agency_id == agency_id]
    if not its:
        raise _not_held(role, agency_id, "account", [(one.role, one.agency_id) for one in held])
    end(actor, catalog, person_id, its[0].id, reason)


def give_group(actor: Actor, catalog: Catalog, group: str, role: Role, agency_id: str | None = None) -> None:
    """Give a role to everybody in a group, but for oneself.

    Raises:
        RequestError: when the group has no name, or a role of agencies has no agency that is in the catalog.
        Conflict: when the group has it already.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    group = group.strip()
    if not 0 < len(group) <= _LONGEST_GROUP or not group.isprintable():
        cause = f"its name must have 1 to {_LONGEST_GROUP} characters, none of them a control character"
        raise RequestError("The group", cause, "Write it as the identity provider does.")
    told = f"role={role} agency={agency_id or ''}"
    with catalog.changing(actor, "give_group_role", f"group:{group}", told, agency_id=agency_id or "") as change:
        check(change.connection, role, agency_id)
        current = people.group_roles_at(change.connection, change.at)
        if any((one.group_name, one.role, one.agency_id) == (group, role, agency_id) for one in current):
            raise Conflict("This role", "the group has it already", "Look at the list again.")
        given = GroupRole(0, group, role, agency_id, change.at, None, actor.person_id)
        people.add_group_role(change.connection, given)
        change.compare(None, given)


def end_group(actor: Actor, catalog: Catalog, group_role_id: int, reason: str) -> None:
    """End a role of a group; who is signed in as one of it is signed out.

    Raises:
        NotFound: when the group does not have it.
        RequestError: without a reason.
        Conflict: when nobody were left who can give roles.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    reason = _reason(reason)
    with catalog.reading() as connection:
        held = _held(people.group_roles_at(connection, catalog.clock.now()), group_role_id)
    thing = f"group:{held.group_name}"
    with catalog.changing(actor, "end_group_role", thing, reason, agency_id=held.agency_id or "") as change:
        _refuse_the_last(change.connection, change.at, but=held)
        ended = people.end_group_role(change.connection, group_role_id, change.at)
        if ended is None:
            raise _gone()
        for session in sessions.all_open(change.connection):
            if held.group_name in session.groups:
                sessions.end(change.connection, session.id)
        change.compare(held, ended)


def end_group_named(actor: Actor, catalog: Catalog, group: str, role: Role, agency_id: str | None, reason: str) -> None:
    """End a role of a group by its name; see :func:`end_group`."""
    access.require(actor, Action.MANAGE_PEOPLE)
    with catalog.reading() as connection:
        given = people.group_roles_at(connection, catalog.clock.now())
    its = [one for one in given if (one.group_name, one.role, one.agency_id) == (group, role, agency_id)]
    if not its:
        raise _not_held(
            role, agency_id, "group", [(one.role, one.agency_id) for one in given if one.group_name == group]
        )
    end_group(actor, catalog, its[0].id, reason)


def check(connection: Connection, role: Role, agency_id: str | None) -> None:
    """Refuse a role of agencies without one that is in the catalog, and an agency with any other role.

    Raises:
        RequestError: saying which of these it is, and which ids of agencies are like the one given.
    """
    thing = f"The role {ROLE_TITLES[role]}"
    if agency_id is None:
        if role in AGENCY_ROLES:
            raise RequestError(thing, "it needs an agency", "Say for which agency it is.")
    elif role not in AGENCY_ROLES:
        raise RequestError(thing, "it is for the city, and takes no agency", "Leave the agency out.")
    elif register.agency(connection, agency_id) is None:
        near = ", ".join(_ids_like(agency_id, register.all_agencies(connection)))
        step = f"Ids like it: {near}." if near else "Look for its id on the page of agencies."
        raise RequestError("The agency", "none in the catalog has this id or short name", step)


def agency_named(actor: Actor, catalog: Catalog, text: str | None) -> str | None:
    """The id of the agency that somebody names by id or short name, in capitals or not; what names none, or several,
    comes back as it is.
    """
    access.require(actor, Action.READ_PEOPLE)
    if text is None:
        return None
    with catalog.reading() as connection:
        known = register.all_agencies(connection)
    if any(agency.id == text for agency in known):
        return text
    folded = text.casefold()
    found = [one.id for one in known if folded in {one.id.casefold(), one.acronym.casefold()}]
    return found[0] if len(found) == 1 else text


def holds(connection: Connection, person_id: str, role: Role, agency_id: str | None, at: datetime) -> bool:
    """Whether somebody holds a role of their own."""
    held = people.roles_of(connection, person_id, at)
    return any(one.role is role and one.agency_id == agency_id for one in held)


def refuse_oneself(actor: Actor, person_id: str) -> None:
    """Refuse to give a role to oneself.

    Raises:
        NotAllowed: when it is.
    """
    if actor.person_id == person_id:
        raise NotAllowed(
            "Your own account", "nobody gives a role to themselves", "Ask somebody else who looks after people."
        )


def _ids_like(text: str, known: Collection[Agency]) -> list[str]:
    by_word = {word.casefold(): agency.id for agency in known for word in (agency.acronym, agency.id)}
    return list(dict.fromkeys(by_word[word] for word in get_close_matches(text.casefold(), by_word)))


def _refuse_the_last(connection: Connection, at: datetime, *, but: RoleAssignment | GroupRole) -> None:
    """Refuse to end the last role that can give roles.

    Roles that somebody has given to a group are nothing to them (four eyes), so they do not stand in for their own.
    """
    able = access.roles_for(Action.MANAGE_PEOPLE)
    if but.role not in able:
        return
    own, through = people.held_by_anybody(connection, able, at), people.held_by_any_group(connection, able, at)
    if isinstance(but, RoleAssignment):
        own = [one for one in own if one.id != but.id]
        through = [one for one in through if one.given_by != but.person_id]
    else:
        through = [one for one in through if one.id != but.id]
    if not (own or through):
        raise Conflict(
            "This role",
            "it is the last that can give and end roles, so nobody here could give it back",
            "Give such a role to somebody else first.",
        )


def _reason(text: str) -> str:
    text = " ".join(text.split())
    if not 0 < len(text) <= _LONGEST_REASON:
        raise RequestError("The reason", f"it is empty or over {_LONGEST_REASON} characters", "Say briefly why.")
    return text


def _not_held(role: Role, agency_id: str | None, whose: str, held: Sequence[tuple[Role, str | None]]) -> NotFound:
    """The error of a role that is to end and is not held; it says which are."""
    has = ", ".join(sorted(f"{one.value} of {agency}" if agency else one.value for one, agency in held))
    wanted = f"{ROLE_TITLES[role]}{f' of {agency_id}' if agency_id else ''}"
    return NotFound(f"The role {wanted}", f"this {whose} does not have it", f"It has: {has or 'no role'}.")


def _held(roles: Iterable[R], id_: int) -> R:
    """The one of this number among the roles held now."""
    found = next((one for one in roles if one.id == id_), None)
    if found is None:
        raise _gone()
    return found


def _gone() -> NotFound:
    return NotFound("This role", "it is not held", "Look at the list again.")
