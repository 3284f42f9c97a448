"""People, roles and sign-in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model import mail_addresses
from catalog.model.actors import Actor, Person, Role, RoleAssignment, Session
from catalog.model.holdings import Agency
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import people, register

#: A session ends after this long, used or not.
SESSION_HOURS = 12

#: A session's time of last use is written at most this often.
_TOUCH = timedelta(minutes=1)


def add_person(
    actor: Actor,
    catalog: Catalog,
    person_id: str,
    name: str,
    role: Role,
    agency_id: str | None = None,
    email: str | None = None,
) -> Person:
    """Add an account holder with one role, or give a known one another.

    Parameters:
        email: where notices reach them; a known one keeps theirs where it is None, and has none where it is empty.

    Raises:
        RequestError: when an officer's agency is missing, or is not in the catalog, or the address is none.
    """
    access.require(actor, Action.ADMINISTER)
    if email:
        mail_addresses.check(email)
    with catalog.reading() as connection:
        known = agency_id is None or register.agency(connection, agency_id) is not None
        someone = people.person(connection, person_id)
    if not known or (role is Role.OFFICER) != (agency_id is not None):
        raise RequestError(
            f"Person {person_id}",
            "an officer needs an agency that is in the catalog, and nobody else has one",
            "Name the agency of an officer by its id; leave it out for every other role.",
        )
    with catalog.changing(
        actor, "add_person", f"person:{person_id}", f"role={role} agency={agency_id or ''}"
    ) as change:
        address = email if email is not None else someone.email if someone else None
        person = Person(person_id, name, address or None, change.at)
        people.put_person(change.connection, person)
        people.assign(change.connection, RoleAssignment(0, person_id, role, agency_id, change.at, None))
    return person


def offered(catalog: Catalog) -> tuple[tuple[Person, Role, Agency | None], ...]:
    """Whom the sign-in page offers: everybody where sign-in is open, nobody otherwise."""
    if not catalog.settings.open_sign_in:
        return ()
    with catalog.reading() as connection:
        agencies = {agency.id: agency for agency in register.all_agencies(connection)}
        held = people.assigned(connection, catalog.clock.now())
        order = list(Role)
        everybody = [(someone, role.role, agencies.get(role.agency_id or "")) for someone, role in held]
    return tuple(sorted(everybody, key=lambda entry: (order.index(entry[1]), entry[2].name if entry[2] else "")))


def sign_in(catalog: Catalog, person_id: str) -> str:
    """Begin a session without a password, where sign-in is open.

    Returns:
        The token for the cookie; only its hash is stored.

    Raises:
        NotAllowed: where sign-in is not open.
        NotFound: when there is no such person.
    """
    if not catalog.settings.open_sign_in:
        raise NotAllowed(
            "Sign-in", "signing in without a password is switched off", "Ask the operator how to sign in here."
        )
    with catalog.reading() as connection:
        someone = people.person(connection, person_id)
        actor = _actor(catalog, someone, catalog.clock.now()) if someone else None
    if someone is None or actor is None:
        raise NotFound("This account", "there is no such account", "Choose one from the sign-in page.")
    token = secrets.token_urlsafe(32)
    with catalog.changing(actor, "sign_in", f"person:{person_id}") as change:
        people.end_sessions_begun_before(change.connection, change.at - timedelta(hours=SESSION_HOURS))
        people.add_session(change.connection, Session(_hash(token), person_id, change.at, change.at))
    return token


def actor(catalog: Catalog, token: str) -> Actor | None:
    """Who a session's token belongs to, with their roles of this moment; None when it has ended."""
    now = catalog.clock.now()
    with catalog.reading() as connection:
        session = people.session(connection, _hash(token))
        someone = people.person(connection, session.person_id) if session else None
    if session is None or someone is None:
        return None
    idle = now - session.seen_at > timedelta(minutes=catalog.settings.session_minutes)
    if idle or now - session.created_at > timedelta(hours=SESSION_HOURS):
        return None
    if now - session.seen_at > _TOUCH:
        catalog.note(lambda connection: people.touch_session(connection, session.token_hash, now))
    return _actor(catalog, someone, now)


def sign_out(catalog: Catalog, token: str) -> None:
    """End a session."""
    someone = actor(catalog, token)
    if someone is not None:
        with catalog.changing(someone, "sign_out", f"person:{someone.person_id}") as change:
            people.end_session(change.connection, _hash(token))


def _actor(catalog: Catalog, someone: Person, at: datetime) -> Actor | None:
    with catalog.reading() as connection:
        held = people.roles_of(connection, someone.id, at)
    if not held:
        return None
    agencies = frozenset(role.agency_id for role in held if role.role is Role.OFFICER and role.agency_id)
    return Actor(someone.id, someone.name, frozenset(role.role for role in held), agencies)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
