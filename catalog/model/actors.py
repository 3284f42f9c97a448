"""Who acts. Every service takes an :class:`Actor` first; what it may do is decided in ``services.access`` alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person does here. The officer is the privacy officer of §23-1201 of the Administrative Code."""

    CPO = "cpo"
    OFFICER = "officer"
    RESEARCHER = "researcher"
    OPERATOR = "operator"


ROLE_TITLES: dict[Role, str] = {
    Role.CPO: "Chief Privacy Officer",
    Role.OFFICER: "Agency privacy officer",
    Role.RESEARCHER: "Researcher",
    Role.OPERATOR: "Operator",
}


@dataclass(frozen=True, slots=True)
class Person:
    """An account holder; ``id`` is an account name, never a personal identifier of another kind."""

    id: str
    name: str
    email: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """A role a person holds, for one agency or (``agency_id`` None) for the city."""

    id: int
    person_id: str
    role: Role
    agency_id: str | None
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in their roles, as of one request; ``agency_ids`` are those an officer answers for."""

    person_id: str
    name: str
    roles: frozenset[Role]
    agency_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Only the hash of its token is kept."""

    token_hash: str
    person_id: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the catalog an actor sees: agencies (None for all), and either everything in them or only
    published datasets with confirmed types.
    """

    agency_ids: frozenset[str] | None
    published_only: bool
