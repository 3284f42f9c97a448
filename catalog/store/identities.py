"""Sign-ins under way at the identity provider, and who accounts are there."""

from datetime import datetime

from sqlalchemy import Connection

from catalog.model.sessions import Identity, SignInAttempt
from catalog.store import rows
from catalog.store.people_schema import identities, sign_in_attempts


def begin(connection: Connection, attempt: SignInAttempt) -> None:
    """Remember a sign-in that is under way."""
    rows.add(connection, sign_in_attempts, attempt)


def take(connection: Connection, state_hash: str) -> SignInAttempt | None:
    """A sign-in that is under way, which it no longer is after that; None where there is none."""
    its = sign_in_attempts.c.state_hash == state_hash
    found = rows.find_one(connection, sign_in_attempts, SignInAttempt, its)
    # Of two who found it at the same time one removes it.
    return found if rows.remove(connection, sign_in_attempts, its) else None


def forget_begun_before(connection: Connection, at: datetime) -> None:
    """Forget the sign-ins that nobody came back from."""
    rows.remove(connection, sign_in_attempts, sign_in_attempts.c.begun_at < at)


def of_subject(connection: Connection, issuer: str, subject: str) -> Identity | None:
    """Whose account a subject of an identity provider is."""
    return rows.find_one(
        connection, identities, Identity, identities.c.issuer == issuer, identities.c.subject == subject
    )


def of_person(connection: Connection, issuer: str, person_id: str) -> Identity | None:
    """Who an account is at an identity provider."""
    return rows.find_one(
        connection, identities, Identity, identities.c.issuer == issuer, identities.c.person_id == person_id
    )


def all_of_person(connection: Connection, person_id: str) -> list[Identity]:
    """Who an account is at any identity provider there was."""
    return rows.find(connection, identities, Identity, identities.c.person_id == person_id)


def unlink(connection: Connection, person_id: str) -> None:
    """Forget who an account is at identity providers."""
    rows.remove(connection, identities, identities.c.person_id == person_id)


def link(connection: Connection, identity: Identity) -> None:
    """Remember who an account is at an identity provider."""
    rows.add(connection, identities, identity)
