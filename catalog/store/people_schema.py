"""Tables of people: accounts, roles, sessions, and how each came in."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, Named, String, Table, Text, TypedColumns

from catalog.model.actors import Role
from catalog.model.sessions import Door
from catalog.store.metadata import metadata
from catalog.store.types import Texts, Utc, Word


class _People(TypedColumns):
    id: Named[str] = Column(String(64), primary_key=True)
    name: Named[str]
    email: Named[str | None]
    created_at: Named[datetime] = Column(Utc, nullable=False)


class _RoleAssignments(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    person_id: Named[str] = Column(ForeignKey("people.id"), index=True)
    role: Named[Role] = Column(Word(Role), nullable=False)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    from_at: Named[datetime] = Column(Utc, nullable=False)
    to_at: Named[datetime | None] = Column(Utc, nullable=True)


class _GroupRoles(TypedColumns):
    id: Named[int] = Column(Integer, primary_key=True)
    group_name: Named[str] = Column(String(200), nullable=False, index=True)
    role: Named[Role] = Column(Word(Role), nullable=False)
    agency_id: Named[str | None] = Column(ForeignKey("agencies.id"))
    from_at: Named[datetime] = Column(Utc, nullable=False)
    to_at: Named[datetime | None] = Column(Utc, nullable=True)
    given_by: Named[str] = Column(String(64), nullable=False)


class _Sessions(TypedColumns):
    token_hash: Named[str] = Column(String(64), primary_key=True)
    id: Named[str] = Column(String(16), nullable=False, unique=True)
    person_id: Named[str] = Column(ForeignKey("people.id"))
    door: Named[Door] = Column(Word(Door), nullable=False)
    groups: Named[tuple[str, ...]] = Column(Texts, nullable=False)
    browser: Named[str] = Column(String(60), nullable=False)
    created_at: Named[datetime] = Column(Utc, nullable=False)
    seen_at: Named[datetime] = Column(Utc, nullable=False)
    proved_at: Named[datetime] = Column(Utc, nullable=False)


class _SignInAttempts(TypedColumns):
    state_hash: Named[str] = Column(String(64), primary_key=True)
    nonce: Named[str] = Column(String(64), nullable=False)
    verifier: Named[str] = Column(String(128), nullable=False)
    session_id: Named[str | None] = Column(String(16), nullable=True)
    target: Named[str] = Column(Text, nullable=False)
    begun_at: Named[datetime] = Column(Utc, nullable=False)


class _Identities(TypedColumns):
    issuer: Named[str] = Column(String(400), primary_key=True)
    subject: Named[str] = Column(String(255), primary_key=True)
    person_id: Named[str] = Column(ForeignKey("people.id"))
    linked_at: Named[datetime] = Column(Utc, nullable=False)


class _LocalCredentials(TypedColumns):
    person_id: Named[str] = Column(ForeignKey("people.id"), primary_key=True)
    password_hash: Named[str] = Column(Text, nullable=False)
    code_key: Named[str] = Column(Text, nullable=False)
    last_step: Named[int]
    failures: Named[int]
    closed_until: Named[datetime | None] = Column(Utc, nullable=True)
    set_at: Named[datetime] = Column(Utc, nullable=False)


people = Table("people", metadata, _People)
role_assignments = Table("role_assignments", metadata, _RoleAssignments)
group_roles = Table("group_roles", metadata, _GroupRoles)
sessions = Table("sessions", metadata, _Sessions)
sign_in_attempts = Table("sign_in_attempts", metadata, _SignInAttempts)
identities = Table("identities", metadata, _Identities)
local_credentials = Table("local_credentials", metadata, _LocalCredentials)

Index(None, identities.c.person_id)
# An account is one person at a provider, also when two sign in for the first time at the same moment.
Index(None, identities.c.issuer, identities.c.person_id, unique=True)
