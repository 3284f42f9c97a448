"""Signing in at the city's identity provider: attempts, and which account here somebody is.

The provider answers for who somebody is, by issuer and subject; we answer for what an account may do. Nobody here knows
the provider's protocol: what arrives has been checked.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Person
from catalog.model.sessions import Door, Identity, SignInAttempt
from catalog.services import access, sessions
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog
from catalog.services.people import check_account
from catalog.services.sessions import Visit
from catalog.store import credentials, identities, people
from catalog.store import sessions as session_store

#: How long somebody may take at the identity provider.
ATTEMPT = timedelta(minutes=10)

_NEXT = "Ask the privacy office. To come in as somebody else, first sign out of single sign-on on the sign-in page."


@dataclass(frozen=True, slots=True)
class Told:
    """Who the identity provider says somebody is, once all of it has been checked.

    ``account`` is empty where it does not say; ``authenticated_at`` is when they last proved who they are there, None
    where it does not say.
    """

    issuer: str
    subject: str
    account: str
    name: str
    groups: frozenset[str]
    authenticated_at: datetime | None


def begin(catalog: Catalog, twin: str, target: str, session_id: str | None = None) -> tuple[str, SignInAttempt]:
    """Begin a sign-in.

    Parameters:
        twin: a secret of the browser's, without which the state is worth nothing.
        target: the page of ours they want.
        session_id: the session whose holder proves anew who they are.

    Returns:
        The state to send along, and the attempt it stands for; the database holds no more than the state's hash.
    """
    state, now = secrets.token_urlsafe(32), catalog.clock.now()
    attempt = SignInAttempt(
        _hash(state, twin), secrets.token_urlsafe(32), secrets.token_urlsafe(48), session_id, target, now
    )
    with catalog.together() as joined:
        joined.note(lambda connection: identities.forget_begun_before(connection, now - ATTEMPT))
        joined.note(lambda connection: identities.begin(connection, attempt))
    return state, attempt


def take(catalog: Catalog, state: str, twin: str) -> SignInAttempt | None:
    """The sign-in that a browser comes back from, once; None where this browser began none, or too long ago."""
    found: list[SignInAttempt | None] = []
    catalog.note(lambda connection: found.append(identities.take(connection, _hash(state, twin))))
    attempt = found[0]
    return attempt if attempt and catalog.clock.now() - attempt.begun_at <= ATTEMPT else None


def enter(catalog: Catalog, told: Told, *, browser: str = "") -> str:
    """Begin a session for somebody whom the identity provider has signed in.

    An account is found by issuer and subject. At a first sign-in the account of the told name is linked to them, or,
    where one of their groups has a role here, made; all of it happens together or not at all.

    Returns:
        The token for the cookie.

    Raises:
        NotAllowed: when they have no account, or it has no role, or it is somebody else's.
    """
    with catalog.together() as joined:
        person_id = _known(joined, told) or _linked(joined, told)
        if sessions.actor_of(joined, person_id, told.groups) is None:
            raise NotAllowed("Your account", "it has no role here", _NEXT)
        token = sessions.begin(
            joined, person_id, Door.SINGLE_SIGN_ON, groups=told.groups, browser=browser, has_proof=False
        )
        _note_proof(joined, token, told.authenticated_at)
    return token


def prove(catalog: Catalog, visit: Visit, told: Told) -> None:
    """Note that the holder of a session has proved anew who they are.

    Raises:
        NotAllowed: when somebody else did.
    """
    if _known(catalog, told) != visit.actor.person_id:
        raise NotAllowed("This proof", "it is of another account", "Sign in there with the account you use here.")
    sessions.prove(catalog, visit, Door.SINGLE_SIGN_ON)


def unlink(actor: Actor, catalog: Catalog, person_id: str) -> None:
    """Forget who an account is at the identity provider; its sessions end, and its next first sign-in links it anew.

    Raises:
        NotFound: when it is linked to nobody.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    with catalog.changing(actor, "unlink_identity", f"person:{person_id}") as change:
        before = identities.all_of_person(change.connection, person_id)
        if not before:
            raise NotFound(
                f"Account {person_id}", "it is linked to nobody at the identity provider", "See: people list."
            )
        identities.unlink(change.connection, person_id)
        session_store.end_all(change.connection, person_id)
        change.compare(max(before, key=lambda one: one.linked_at), None)


def _known(catalog: Catalog, told: Told) -> str | None:
    with catalog.reading() as connection:
        identity = identities.of_subject(connection, told.issuer, told.subject)
    return identity.person_id if identity else None


def _linked(catalog: Catalog, told: Told) -> str:
    with catalog.reading() as connection:
        someone = people.person(connection, told.account)
        is_taken = identities.of_person(connection, told.issuer, told.account) is not None
        # An emergency account proves itself here; a provider that named it first would take it over.
        is_ours = credentials.find(connection, told.account) is not None
    # The local administrator is whoever holds the machine: no provider says who that is.
    if is_taken or is_ours or told.account == local_administrator().person_id:
        raise NotAllowed("This account", "it belongs to somebody else at the identity provider", _NEXT)
    if someone is None:
        _make_account(catalog, told)
    who = sessions.actor_of(catalog, told.account, told.groups)
    if who is None:
        raise NotAllowed("Your account", "it has no role here", _NEXT)
    with catalog.changing(who, "link_identity", f"person:{told.account}") as change:
        identity = Identity(told.issuer, told.subject, told.account, change.at)
        identities.link(change.connection, identity)
        change.compare(None, identity)
    return told.account


def _make_account(catalog: Catalog, told: Told) -> None:
    with catalog.reading() as connection:
        held = people.roles_of_groups(connection, told.groups, catalog.clock.now())
    if not held:
        raise _unknown()
    try:
        check_account(told.account)
    except RequestError:
        raise _unknown() from None
    grants = frozenset(Grant(one.role, one.agency_id) for one in held)
    name = told.name or told.account
    made_by = Actor(told.account, name, grants)
    with catalog.changing(made_by, "add_person", f"person:{told.account}", "by=groups") as change:
        person = Person(told.account, name, None, change.at)
        people.put_person(change.connection, person)
        change.compare(None, person)


def _unknown() -> NotAllowed:
    return NotAllowed("Signing in", "you have no account here", _NEXT)


def _note_proof(catalog: Catalog, token: str, at: datetime | None) -> None:
    """Who was signed in at the provider long since has not proved anything now."""
    visit = sessions.visit(catalog, token)
    if visit is not None and at is not None:
        proved_at = min(at, visit.session.created_at)
        catalog.note(lambda connection: session_store.prove(connection, visit.session.id, proved_at))


def _hash(state: str, twin: str) -> str:
    return hashlib.sha256(f"{state}.{twin}".encode("utf-8", "replace")).hexdigest()
