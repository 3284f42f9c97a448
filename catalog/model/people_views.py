"""People and their roles as they are shown."""

from dataclasses import dataclass
from datetime import datetime

from catalog.model.actors import Actor, GroupRole, Person, Role, RoleAssignment
from catalog.model.holdings import Agency
from catalog.model.sessions import Door, Session


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of an account's own, with the agency it is held for; None is the city."""

    held: RoleAssignment
    agency: Agency | None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with the roles it holds now, and when and how it was last used to sign in."""

    person: Person
    roles: tuple[HeldRole, ...]
    last_at: datetime | None
    last_door: Door | None


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which accounts are wanted: by words in account and name, by role, by agency; what is empty asks for nothing."""

    words: str = ""
    role: Role | None = None
    agency_id: str = ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The accounts that fit, of all there are, with the agencies to choose from."""

    lines: tuple[AccountLine, ...]
    total: int
    agencies: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account: its roles of now and of before, its sessions, whether it has a password of its own here."""

    line: AccountLine
    past: tuple[HeldRole, ...]
    sessions: tuple[Session, ...]
    has_password: bool
    agencies: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What somebody sees of themselves: roles of their own, those through groups, and where they are signed in."""

    who: Actor
    roles: tuple[HeldRole, ...]
    through: tuple["GroupLine", ...]
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A role of a group, with its agency; None is the city."""

    given: GroupRole
    agency: Agency | None


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """The roles of groups, with the agencies to choose from."""

    lines: tuple[GroupLine, ...]
    agencies: tuple[Agency, ...]
