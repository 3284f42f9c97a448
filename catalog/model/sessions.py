"""Signing in: by which door, under which session, with which proof."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Door(StrEnum):
    """How somebody signed in."""

    DEMO = "demo"
    SINGLE_SIGN_ON = "single_sign_on"
    PROXY = "proxy"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Only the hash of its token is kept; ``id`` is what lists call it by.

    ``groups`` are the groups the identity provider told at sign-in; their roles are looked up at every request.
    ``proved_at`` is when its holder last proved who they are. ``browser`` is its kind and system, such as "Firefox on
    Linux", so that its owner knows it again.
    """

    token_hash: str
    id: str
    person_id: str
    door: Door
    groups: tuple[str, ...]
    browser: str
    created_at: datetime
    seen_at: datetime
    proved_at: datetime


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A sign-in that is under way at the identity provider; used once, within minutes.

    ``session_id`` names the session whose holder proves themselves again; None begins a new one. ``target`` is the
    page of ours they wanted.
    """

    state_hash: str
    nonce: str
    verifier: str
    session_id: str | None
    target: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is at an identity provider; the pair names them for good, names and mail addresses do not."""

    issuer: str
    subject: str
    person_id: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class LocalCredential:
    """How an account gets in when the identity provider cannot be reached: a password and a one-time code (RFC 6238).

    ``password_hash`` is Argon2's; ``code_key`` is encrypted under a key outside the database. ``last_step`` is the time
    step of the last code used; none is taken twice. After too many ``failures`` nothing is tried before
    ``closed_until``.
    """

    person_id: str
    password_hash: str
    code_key: str
    last_step: int
    failures: int
    closed_until: datetime | None
    set_at: datetime
