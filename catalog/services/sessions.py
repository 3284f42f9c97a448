"""Signed-in browsers: sessions begin, are looked up at every request, are proved again, and end."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from catalog.errors import NotFound
from catalog.model.actors import Actor, Grant
from catalog.model.sessions import Door, Session
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.people import demo_is_open
from catalog.store import people
from catalog.store import sessions as store
from catalog.store.engine import Connection

#: A session's time of last use is written at most this often.
_TOUCH = timedelta(minutes=1)
#: When somebody last proved who they are of whom no proof is known.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a signed-in browser: who asks, with their roles of this moment, and under which session."""

    actor: Actor
    session: Session


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom a proxy names in a request, and the groups it counts them to."""

    account: str
    groups: tuple[str, ...]


def begin(
    catalog: Catalog,
    person_id: str,
    door: Door,
    *,
    groups: Collection[str] = (),
    browser: str = "",
    has_proof: bool = True,
) -> str:
    """Begin a session for somebody whom a door has let in.

    Parameters:
        groups: what the identity provider or proxy counts them to; only groups that have a role are kept.
        has_proof: whether they have just proved who they are, so that they may do weighty acts.

    Returns:
        The token for the cookie; only its hash is stored.

    Raises:
        NotFound: when there is no such account, or it holds no role.
    """
    who = _let_in(catalog, person_id, groups)
    token = secrets.token_urlsafe(32)
    with catalog.changing(who, "sign_in", f"person:{person_id}", f"door={door.value}") as change:
        store.end_begun_before(change.connection, change.at - _longest(catalog))
        kept = {one.group_name for one in people.roles_of_groups(change.connection, groups, change.at)}
        session = Session(
            token_hash=_hash(token),
            id=secrets.token_hex(8),
            person_id=person_id,
            door=door,
            groups=tuple(sorted(kept)),
            browser=browser[:60],
            created_at=change.at,
            seen_at=change.at,
            proved_at=change.at if has_proof else _NEVER,
        )
        store.add(change.connection, session)
    return token


def visit(catalog: Catalog, token: str, vouched: Vouched | None = None) -> Visit | None:
    """Whose session a token belongs to; None when it has ended.

    Parameters:
        vouched: whom a proxy names in this request. A session that began through one ends as soon as it names somebody
            else, or nobody; its groups are those it tells now.
    """
    now = catalog.clock.now()
    with catalog.reading() as connection:
        session = store.find(connection, _hash(token))
    if session is None or not _is_alive(catalog, session, now) or not _is_open(catalog, session.door):
        return None
    groups = session.groups
    if session.door is Door.PROXY:
        if vouched is None or vouched.account != session.person_id:
            catalog.note(lambda connection: store.end(connection, session.id))
            return None
        groups = vouched.groups
    who = actor_of(catalog, session.person_id, groups)
    if who is None:
        return None
    if now - session.seen_at > _TOUCH:
        catalog.note(lambda connection: store.touch(connection, session.token_hash, now))
    return Visit(who, session)


def is_proved(catalog: Catalog, session: Session) -> bool:
    """Whether its holder has proved so lately who they are that they may do weighty acts."""
    return catalog.clock.now() - session.proved_at <= timedelta(minutes=catalog.settings.proof_minutes)


def prove(catalog: Catalog, visit: Visit, door: Door) -> None:
    """Note that the holder of a session has just proved who they are, and at which door."""
    thing = f"person:{visit.actor.person_id}"
    with catalog.changing(visit.actor, "prove_oneself", thing, f"door={door.value}") as change:
        store.prove(change.connection, visit.session.id, change.at)


def leave(catalog: Catalog, left: Visit) -> None:
    """End the session of a visit."""
    with catalog.changing(left.actor, "sign_out", f"person:{left.actor.person_id}") as change:
        store.end(change.connection, left.session.id)


def alive(connection: Connection, catalog: Catalog, person_id: str) -> Sequence[Session]:
    """The sessions of an account that have not ended, those used last first."""
    now = catalog.clock.now()
    found = [one for one in store.of_person(connection, person_id) if _is_alive(catalog, one, now)]
    return sorted(found, key=lambda one: one.seen_at, reverse=True)


def end(actor: Actor, catalog: Catalog, session_id: str) -> None:
    """End one session of one's own.

    Raises:
        NotFound: when one has no such session.
    """
    access.require(actor, Action.KEEP_OWN_ACCOUNT)
    with catalog.changing(actor, "end_session", f"person:{actor.person_id}", f"session={session_id}") as change:
        if session_id not in {one.id for one in store.of_person(change.connection, actor.person_id)}:
            raise NotFound("This session", "it has ended already", "Look at the list again.")
        store.end(change.connection, session_id)


def end_others(actor: Actor, catalog: Catalog, session_id: str) -> int:
    """End all of one's own sessions but this one; how many there were."""
    access.require(actor, Action.KEEP_OWN_ACCOUNT)
    with catalog.changing(actor, "end_other_sessions", f"person:{actor.person_id}") as change:
        others = [one for one in store.of_person(change.connection, actor.person_id) if one.id != session_id]
        for one in others:
            store.end(change.connection, one.id)
    return len(others)


def end_of(actor: Actor, catalog: Catalog, person_id: str) -> int:
    """End every session of an account; how many there were."""
    access.require(actor, Action.MANAGE_PEOPLE)
    with catalog.changing(actor, "end_sessions", f"person:{person_id}") as change:
        if people.person(change.connection, person_id) is None:
            raise NotFound(f"Account {person_id}", "there is no such account", "See: people list.")
        return store.end_all(change.connection, person_id)


def actor_of(catalog: Catalog, person_id: str, groups: Collection[str] = ()) -> Actor | None:
    """An account in the roles it holds now, of its own and through its groups; None where it holds none.

    What somebody has themselves given to a group is nothing to them: two people have a hand in every role.
    """
    now = catalog.clock.now()
    with catalog.reading() as connection:
        someone = people.person(connection, person_id)
        own = [Grant(one.role, one.agency_id) for one in people.roles_of(connection, person_id, now)]
        of_groups = people.roles_of_groups(connection, groups, now) if groups else []
    through = [Grant(one.role, one.agency_id) for one in of_groups if one.given_by != person_id]
    grants = frozenset(own + through)
    return Actor(someone.id, someone.name, grants) if someone and grants else None


def _is_open(catalog: Catalog, door: Door) -> bool:
    """Whether the settings still let people in at a door; whom a proxy names is looked at by itself."""
    if door is Door.DEMO:
        return demo_is_open(catalog)
    return door is not Door.LOCAL or catalog.settings.local_sign_in


def _let_in(catalog: Catalog, person_id: str, groups: Collection[str]) -> Actor:
    # The local administrator is whoever holds the machine: no door knows who that is.
    is_local = person_id == access.local_administrator().person_id
    who = None if is_local else actor_of(catalog, person_id, groups)
    if who is None:
        raise NotFound("This account", "there is no such account", "Choose one from the sign-in page.")
    return who


def _is_alive(catalog: Catalog, session: Session, now: datetime) -> bool:
    rested = now - session.seen_at > timedelta(minutes=catalog.settings.session_minutes)
    return not rested and now - session.created_at <= _longest(catalog)


def _longest(catalog: Catalog) -> timedelta:
    return timedelta(hours=catalog.settings.session_hours)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
