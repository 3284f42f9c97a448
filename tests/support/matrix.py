"""Who is who in the tests of every route by every role: the roles' accounts, and what a page is expected to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Every role, by the account that holds it; those of agencies for Social Services.
PEOPLE = {
    "cpo": "cpo",
    "staff": "staff",
    "officer": "officer-dss",
    "deputy": "deputy-dss",
    "steward": "steward-dss",
    "foil": "foil-dss",
    "head": "head-dss",
    "auditor": "auditor",
    "researcher": "researcher",
    "operator": "operator",
}
#: Beside them: an officer of another agency (Health), and somebody who is not signed in.
FOREIGN, NOBODY = "foreign officer", "nobody"
EVERYBODY = (*PEOPLE, FOREIGN, NOBODY)

OFFICE = ("cpo", "staff")
OFFICERS = (*OFFICE, "officer", "deputy")
INSIDERS = (*OFFICERS, "steward", "foil", "head", "auditor")
READERS = (*INSIDERS, "researcher")
ALL = tuple(PEOPLE)
#: Who reads who has which role.
KEEPERS = ("cpo", "auditor", "operator")
SCANNERS = (*OFFICERS, "auditor", "operator")
DESCRIBERS = (*OFFICERS, "steward")


@dataclass(frozen=True)
class Page:
    """Where it is, and who gets 200 there.

    Parameters:
        foreign: what the officer of another agency gets, where it is not what an officer gets.
        nobody: what somebody gets who is not signed in.
        but: roles that get something else again.
    """

    address: str
    allowed: tuple[str, ...]
    foreign: int | None = None
    nobody: int = 303
    but: Mapping[str, int] = field(default_factory=dict)
    status: int = 200

    def expected(self, who: str) -> int:
        """The status for one of :data:`EVERYBODY`."""
        if who == NOBODY:
            return self.nobody
        if who == FOREIGN:
            return self.foreign or self.expected("officer")
        return self.but.get(who, self.status if who in self.allowed else 403)


@dataclass(frozen=True)
class Change(Page):
    """What is asked for, and who gets ``status``: a way on, unless said otherwise."""

    nobody: int = 403
    status: int = 303
    data: Mapping[str, str] = field(default_factory=dict)
