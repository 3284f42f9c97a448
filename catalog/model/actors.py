"""Who acts. Every service takes an :class:`Actor` first; what it may do is decided in ``services.access`` alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person does here. The officer is the privacy officer of §23-1201 of the Administrative Code."""

    CPO = "cpo"
    CPO_STAFF = "cpo_staff"
    OFFICER = "officer"
    DEPUTY = "deputy"
    STEWARD = "steward"
    FOIL_OFFICER = "foil_officer"
    AGENCY_HEAD = "agency_head"
    AUDITOR = "auditor"
    RESEARCHER = "researcher"
    OPERATOR = "operator"


ROLE_TITLES: dict[Role, str] = {
    Role.CPO: "Chief Privacy Officer",
    Role.CPO_STAFF: "Privacy office staff",
    Role.OFFICER: "Agency privacy officer",
    Role.DEPUTY: "Deputy privacy officer",
    Role.STEWARD: "Data steward",
    Role.FOIL_OFFICER: "Records access officer",
    Role.AGENCY_HEAD: "Head of agency",
    Role.AUDITOR: "Auditor",
    Role.RESEARCHER: "Researcher",
    Role.OPERATOR: "Operator",
}

#: Roles held for one agency each; every other role is held for the city.
AGENCY_ROLES = frozenset({Role.OFFICER, Role.DEPUTY, Role.STEWARD, Role.FOIL_OFFICER, Role.AGENCY_HEAD})
#: Who in an agency may be asked by name for a part of its report.
ASKED_ROLES = frozenset({Role.STEWARD, Role.OFFICER, Role.DEPUTY})


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
class GroupRole:
    """A role that everybody has whom the identity provider counts to a group, but for who gave it (``given_by``)."""

    id: int
    group_name: str
    role: Role
    agency_id: str | None
    from_at: datetime
    to_at: datetime | None
    given_by: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role as an actor holds it: in one agency, or (``agency_id`` None) in the city.

    A role of agencies without its agency is worth nothing, so that no lost reference makes an officer of all agencies.
    """

    role: Role
    agency_id: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it has an agency where, and only where, its role needs one."""
        return (self.role in AGENCY_ROLES) == (self.agency_id is not None)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in their roles, as of one request."""

    person_id: str
    name: str
    grants: frozenset[Grant]

    @property
    def roles(self) -> frozenset[Role]:
        """What they are, wherever."""
        return frozenset(grant.role for grant in self.grants if grant.is_whole)


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the catalog an actor sees: these agencies whole (None for all, none for nothing)."""

    agency_ids: frozenset[str] | None

    def holds(self, agency_id: str) -> bool:
        """Whether an agency is in it."""
        return self.agency_ids is None or agency_id in self.agency_ids
