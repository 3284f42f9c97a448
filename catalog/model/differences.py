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
    MAY_BE_MISSED = "may_be_missed"
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
    Match.MAY_BE_MISSED: "Declared, scans may miss it",
    Match.STALE: "Out of date",
    Match.NOT_SCANNABLE: "Declared, cannot be looked at",
    Match.AGREED: "Agreed",
}


class Reason(StrEnum):
    """Why a line says what it says: for each, the words are the page's and the section of law is here."""

    DECLARED_AND_FOUND = "declared_and_found"
    IN_NO_ACTIVITY = "in_no_activity"
    NOT_AMONG_DECLARED = "not_among_declared"
    DECLARED_OF_OTHER_DATA = "declared_of_other_data"
    NOWHERE_IN_ITS_DATA = "nowhere_in_its_data"
    NOT_MEASURED = "not_measured"
    OFTEN_MISSED = "often_missed"
    CLUE_TOO_WEAK = "clue_too_weak"
    HELD_WHERE_NOBODY_LOOKS = "held_where_nobody_looks"
    NO_DATA_NAMED = "no_data_named"
    DATA_GONE = "data_gone"
    NOT_LOOKED_YET = "not_looked_yet"
    COULD_NOT_LOOK = "could_not_look"
    LOOKED_PARTLY = "looked_partly"
    LOOK_TOO_OLD = "look_too_old"
    CANNOT_LOOK_ANY_MORE = "cannot_look_any_more"
    NEVER_APPROVED = "never_approved"
    APPROVAL_ENDED = "approval_ended"
    NO_AGREEMENT_IN_FORCE = "no_agreement_in_force"
    POLICY_ASKS_AGREEMENT = "policy_asks_agreement"
    OTHER_RECORDS_NOTHING = "other_records_nothing"
    OWN_SIDE_MISSING = "own_side_missing"
    OTHER_RECORDS_OTHERWISE = "other_records_otherwise"


#: What the law asks for that the difference is about.
SECTION: dict[Match, str] = {
    Match.PROTOCOL_EXPIRED: "§23-1202(b), (c)",
    Match.NO_PROTOCOL: "§23-1202(b), (c)",
    Match.NO_AGREEMENT: "§23-1203(3)",
    Match.UNDECLARED: "§23-1205(a)(1)(a)",
    Match.MIRROR_MISMATCH: "§23-1202(b), (c)",
    Match.DECLARED_ELSEWHERE: "§23-1205(a)(1)(a)",
    Match.NOT_FOUND: "§23-1205(a)(1)(a)",
    Match.MAY_BE_MISSED: "§23-1205(a)(1)(a)",
    Match.STALE: "§23-1205(a)(1)(a)",
    Match.NOT_SCANNABLE: "§23-1205(a)(1)(a)",
    Match.AGREED: "§23-1205(a)(1)(a)",
}
#: Where it is another section for one of its reasons.
SECTION_OF_REASON: dict[Reason, str] = {Reason.POLICY_ASKS_AGREEMENT: "§23-1203(4)"}
#: Where paper and data do not contradict each other: they agree, or nobody can tell. Nothing waits for a decision.
SILENT = frozenset({Match.AGREED, Match.MAY_BE_MISSED, Match.NOT_SCANNABLE})


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the reconciliation. ``key`` is what it is about, the same from night to night; ``facts`` a digest of
    what it rests on: a resolution holds as long as they stay.

    ``rank`` is tier x people x confidence; ``confirmed`` whether a person confirmed what was found in a column,
    ``member`` whether they confirmed that being in the dataset tells it; ``columns`` how many hold it; ``bound`` the
    share of rows that could still hold what was not found, where that can be said; ``others`` the types that only the
    other side of a flow records, ``types`` those only this side does; ``day`` the day it turns on: an approval's last,
    or that of the last look at what cannot be looked at any more or was too long ago.
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
    reason: Reason
    day: date | None = None
    member: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether a person confirmed it, of a column or of the dataset itself."""
        return self.confirmed or self.member


def of_dataset(dataset_id: int) -> str:
    """What the keys of all lines about a dataset begin with."""
    return f"d:{dataset_id}:"


class Settling(StrEnum):
    """What a person did about a difference that leaves paper and data as they are."""

    EXCEPTION = "exception"
    ASKED = "asked"
    ANSWERED = "answered"
    REOPENED = "reopened"


SETTLING_TEXT: dict[Settling, str] = {
    Settling.EXCEPTION: "Exception noted",
    Settling.ASKED: "Steward asked",
    Settling.ANSWERED: "Steward answered",
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


class State(StrEnum):
    """Where a difference stands, given the last word on it and what it rests on now."""

    OPEN = "open"
    REOPENED = "reopened"
    ASKED = "asked"
    RESOLVED = "resolved"


STATE_TEXT: dict[State, str] = {
    State.OPEN: "Open",
    State.REOPENED: "Open again",
    State.ASKED: "Steward asked",
    State.RESOLVED: "Exception noted",
}
#: What keeps a state where nothing waits for a decision: somebody was asked, or has said something that holds.
SPOKEN = frozenset({State.ASKED, State.RESOLVED})


def state_of(one: Difference, last: Resolution | None, on: date) -> State | None:
    """Where a line stands on a day; None where nothing is to be decided, or said to hold, of it."""
    now = state(one, last, on)
    return now if one.match not in SILENT or (one.match is not Match.AGREED and now in SPOKEN) else None


def state(one: Difference, last: Resolution | None, on: date) -> State:
    """Where a difference stands on a day. A word holds as long as what it was said of has not moved, nor gone and come
    back, and its day has not passed; an answer leaves the difference to the officer who asked.
    """
    if last is None or last.settling is Settling.ANSWERED:
        return State.OPEN
    over = last.until is not None and last.until < on
    if over or last.facts != one.facts or last.at < one.since or last.settling is Settling.REOPENED:
        return State.REOPENED
    return State.ASKED if last.settling is Settling.ASKED else State.RESOLVED
