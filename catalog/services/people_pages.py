"""People and their roles as whoever looks after them sees them, and one's own account."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from catalog.errors import NotFound
from catalog.model.actors import Actor, Role, RoleAssignment
from catalog.model.holdings import Agency
from catalog.model.people_views import (
    AccountLine,
    AccountPage,
    GroupLine,
    GroupsPage,
    HeldRole,
    OwnAccount,
    PeopleFilter,
    PeoplePage,
)
from catalog.model.sessions import Door
from catalog.services import access, audit, sessions
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.sessions import Visit
from catalog.store import credentials, people, register
from catalog.store.engine import Connection

Last = tuple[datetime | None, Door | None]
_NEVER: Last = (None, None)
_DETAIL = "door="


def find(actor: Actor, catalog: Catalog, wanted: PeopleFilter) -> PeoplePage:
    """The accounts that fit, by name."""
    access.require(actor, Action.READ_PEOPLE)
    audit.read(actor, catalog, "page:people")
    with catalog.reading() as connection:
        agencies = _agencies(connection)
        held = people.assigned(connection, catalog.clock.now())
        last = _last(connection)
        everybody = people.every_person(connection)
    roles: dict[str, list[RoleAssignment]] = {}
    for person, its in held:
        roles.setdefault(person.id, []).append(its)
    lines = [AccountLine(one, _shown(roles.get(one.id, ()), agencies), *last.get(one.id, _NEVER)) for one in everybody]
    fitting = sorted((line for line in lines if _fits(line, wanted)), key=lambda line: line.person.name.casefold())
    return PeoplePage(tuple(fitting), len(lines), _by_name(agencies))


def account(actor: Actor, catalog: Catalog, person_id: str) -> AccountPage:
    """One account.

    Raises:
        NotFound: when there is none.
    """
    access.require(actor, Action.READ_PEOPLE)
    with catalog.reading() as connection:
        person = people.person(connection, person_id)
    if person is None:
        raise NotFound("This account", "there is no such account", "Look for it among the people.")
    # Only now: what somebody typed into an address is no account, and has no place in the log.
    audit.read(actor, catalog, f"person:{person_id}")
    with catalog.reading() as connection:
        agencies, now = _agencies(connection), catalog.clock.now()
        current = people.roles_of(connection, person_id, now)
        past = [one for one in people.every_role(connection, person_id) if one.to_at is not None and one.to_at <= now]
        line = AccountLine(person, _shown(current, agencies), *_last(connection, person_id).get(person_id, _NEVER))
        return AccountPage(
            line=line,
            past=_shown(past, agencies),
            sessions=tuple(sessions.alive(connection, catalog, person_id)),
            has_password=credentials.find(connection, person_id) is not None,
            agencies=_by_name(agencies),
        )


def own_account(visit: Visit, catalog: Catalog) -> OwnAccount:
    """The account of who asks."""
    who = visit.actor
    access.require(who, Action.KEEP_OWN_ACCOUNT)
    with catalog.reading() as connection:
        agencies, now = _agencies(connection), catalog.clock.now()
        through = people.roles_of_groups(connection, visit.session.groups, now)
        return OwnAccount(
            who=who,
            roles=_shown(people.roles_of(connection, who.person_id, now), agencies),
            through=tuple(
                GroupLine(one, agencies.get(one.agency_id or "")) for one in through if one.given_by != who.person_id
            ),
            sessions=tuple(sessions.alive(connection, catalog, who.person_id)),
        )


def groups(actor: Actor, catalog: Catalog) -> GroupsPage:
    """The roles of groups, by group."""
    access.require(actor, Action.READ_PEOPLE)
    audit.read(actor, catalog, "page:groups")
    with catalog.reading() as connection:
        agencies = _agencies(connection)
        given = people.group_roles_at(connection, catalog.clock.now())
    lines = [GroupLine(one, agencies.get(one.agency_id or "")) for one in given]
    return GroupsPage(tuple(sorted(lines, key=lambda line: line.given.group_name.casefold())), _by_name(agencies))


def _fits(line: AccountLine, wanted: PeopleFilter) -> bool:
    text = f"{line.person.id} {line.person.name}".casefold()
    return (
        all(word in text for word in wanted.words.casefold().split())
        and (wanted.role is None or any(one.held.role is wanted.role for one in line.roles))
        and (not wanted.agency_id or any(one.held.agency_id == wanted.agency_id for one in line.roles))
    )


def _last(connection: Connection, person_id: str | None = None) -> Mapping[str, Last]:
    """When and by which door each account, or one, was last used to sign in."""
    return {each: (at, _door(detail)) for each, (at, detail) in people.last_sign_ins(connection, person_id).items()}


def _door(detail: str) -> Door | None:
    word = detail.removeprefix(_DETAIL)
    return Door(word) if word in set(Door) else None


def _agencies(connection: Connection) -> Mapping[str, Agency]:
    return {agency.id: agency for agency in register.all_agencies(connection)}


def _by_name(agencies: Mapping[str, Agency]) -> tuple[Agency, ...]:
    return tuple(sorted(agencies.values(), key=lambda agency: agency.name))


def _shown(held: Iterable[RoleAssignment], agencies: Mapping[str, Agency]) -> tuple[HeldRole, ...]:
    order = list(Role)
    return tuple(
        HeldRole(one, agencies.get(one.agency_id or ""))
        for one in sorted(held, key=lambda one: (order.index(one.role), one.agency_id or "", one.from_at))
    )
