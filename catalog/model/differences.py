"""What the paper says and what the data says, side by side: one difference (or agreement) a line, kept with its rank,
and what people resolved about it. Machine and people have records of their own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Match(StrEnum):
    """How paper and data compare, gravest first."""

    PROTOCOL_EXPIRED = "protocol_expired"
    NO_PROTOCOL = "no_protocol"
    NO_AGREEMENT = "no_agreement"
    UNDECLARED = "undeclared"
    MIRROR_MISMATCH = "mirror_mismatch"
    DECLARED_ELSEWHERE = "declared_elsewhere"
    NOT_FOUND = "not_found"
    STALE = "stale"
    NOT_SCANNABLE = "not_scannable"
    AGREED = "agreed"


MATCH_TEXT: dict[Match, str] = {
    Match.PROTOCOL_EXPIRED: "Approval or protocol expired",
    Match.NO_PROTOCOL: "No protocol",
    Match.NO_AGREEMENT: "No agreement with a third party",
    Match.UNDECLARED: "Found, but not declared",
    Match.MIRROR_MISMATCH: "The other side does not agree",
    Match.DECLARED_ELSEWHERE: "Found here, declared elsewhere",
    Match.NOT_FOUND: "Declared, but not found",
    Match.STALE: "Out of date",
    Match.NOT_SCANNABLE: "Declared, cannot be looked at",
    Match.AGREED: "Agreed",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the reconciliation. ``key`` is what it is about, the same from night to night; ``facts`` a digest of
    what it rests on: a resolution holds as long as they stay.

    ``rank`` is tier x people x confidence; ``confirmed`` whether a person confirmed what was found; ``columns`` how
    many hold it; ``bound`` the share of rows that could still hold what was not found, where that can be said;
    ``others`` the types that only the other side of a flow records, ``types`` those only this side does.
    """

    id: int
    key: str
    agency_id: str
    match: Match
    dataset_id: int | None
    activity_id: int | None
    type_code: str | None
    other_agency_id: str | None
    types: tuple[str, ...]
    others: tuple[str, ...]
    confirmed: bool
    columns: int
    bound: float | None
    rank: float
    facts: str
    since: datetime


class Settling(StrEnum):
    """What a person did about a difference that leaves paper and data as they are."""

    EXCEPTION = "exception"
    ASKED = "asked"
    REOPENED = "reopened"


SETTLING_TEXT: dict[Settling, str] = {
    Settling.EXCEPTION: "Exception noted",
    Settling.ASKED: "Steward asked",
    Settling.REOPENED: "Opened again",
}


@dataclass(frozen=True, slots=True)
class Resolution:
    """A person's word on a difference, beside earlier ones; the latest counts, as long as ``facts`` are those of the
    difference and its day has not passed.

    ``picture`` says in words of ours what the difference looked like when it was resolved; ``until`` the day an
    exception ends; ``asked_id`` the account that was asked.
    """

    id: int
    key: str
    agency_id: str
    settling: Settling
    reason: str
    until: date | None
    asked_id: str | None
    facts: str
    picture: str
    person_id: str
    at: datetime
