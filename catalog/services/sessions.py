"""Signed-in browsers: sessions begin, are looked up at every request, and end."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.errors import NotFound
from catalog.model.actors import Actor, Grant
from catalog.model.sessions import Door, Session
from catalog.services.catalog import Catalog
from catalog.store import people
from catalog.store import sessions as store

#: A session's time of last use is written at most this often.
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a signed-in browser: who asks, with their roles of this moment, and under which session."""

    actor: Actor
    session: Session


def begin(catalog: Catalog, person_id: str, door: Door, *, groups: Collection[str] = (), browser: str = "") -> str:
    """Begin a session for somebody who has just proved who they are.

    Returns:
        The token for the cookie; only its hash is stored.

    Raises:
        NotFound: when there is no such account, or it holds no role.
    """
    groups = tuple(sorted(groups))
    who = actor_of(catalog, person_id, groups)
    if who is None:
        raise NotFound("This account", "there is no such account", "Choose one from the sign-in page.")
    token = secrets.token_urlsafe(32)
    with catalog.changing(who, "sign_in", f"person:{person_id}", f"door={door.value}") as change:
        store.end_begun_before(change.connection, change.at - _longest(catalog))
        session = Session(
            _hash(token), secrets.token_hex(8), person_id, door, groups, browser[:60], change.at, change.at, change.at
        )
        store.add(change.connection, session)
    return token


def visit(catalog: Catalog, token: str) -> Visit | None:
    """Whose session a token belongs to; None when it has ended."""
    now = catalog.clock.now()
    with catalog.reading() as connection:
        session = store.find(connection, _hash(token))
    if session is None or not _is_alive(catalog, session, now):
        return None
    who = actor_of(catalog, session.person_id, session.groups)
    if who is None:
        return None
    if now - session.seen_at > _TOUCH:
        catalog.note(lambda connection: store.touch(connection, session.token_hash, now))
    return Visit(who, session)


def leave(catalog: Catalog, token: str) -> None:
    """End a session with its own token."""
    left = visit(catalog, token)
    if left is not None:
        with catalog.changing(left.actor, "sign_out", f"person:{left.actor.person_id}") as change:
            store.end(change.connection, left.session.id)


def actor_of(catalog: Catalog, person_id: str, groups: Collection[str] = ()) -> Actor | None:
    """An account in the roles it holds now, of its own and through its groups; None where it holds none."""
    now = catalog.clock.now()
    with catalog.reading() as connection:
        someone = people.person(connection, person_id)
        own = [Grant(one.role, one.agency_id) for one in people.roles_of(connection, person_id, now)]
        through = [Grant(one.role, one.agency_id) for one in people.roles_of_groups(connection, groups, now)]
    grants = frozenset(own + through)
    return Actor(someone.id, someone.name, grants) if someone and grants else None


def _is_alive(catalog: Catalog, session: Session, now: datetime) -> bool:
    rested = now - session.seen_at > timedelta(minutes=catalog.settings.session_minutes)
    return not rested and now - session.created_at <= _longest(catalog)


def _longest(catalog: Catalog) -> timedelta:
    return timedelta(hours=catalog.settings.session_hours)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
