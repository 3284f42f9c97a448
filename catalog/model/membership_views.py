"""What the pages of membership designations show."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model.holdings import Agency, Dataset
from catalog.model.identifiers import IdentifierType
from catalog.model.membership import MembershipStanding
from catalog.model.memberships import MembershipDecision
from catalog.model.sensitivity import Summary


@dataclass(frozen=True, slots=True)
class MembershipLine:
    """What being in a dataset tells of a person, as the machine suggests it and as a person decided it.

    ``clues`` are words of ours; ``is_suggested`` whether they still speak for it; ``digest`` is what a decision on it
    is to be sent with (``seen``).
    """

    dataset: Dataset
    title: str
    agency: Agency
    summary: Summary | None
    type: IdentifierType
    clues: tuple[str, ...]
    standing: MembershipStanding
    is_suggested: bool
    decision: MembershipDecision | None
    digest: str
    may_decide: bool


@dataclass(frozen=True, slots=True)
class MembershipsPage:
    """What waits for a person, gravest first; the counts are of all that the actor sees, whatever was chosen."""

    lines: tuple[MembershipLine, ...]
    total: int
    page: int
    pages: int
    by_standing: Mapping[MembershipStanding, int]
    by_agency: Mapping[str, int]
    by_type: Mapping[str, int]
