"""Inventory cycles: an agency's report every two years (§23-1205), kept as it was signed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CycleState(StrEnum):
    """How far an agency's report is."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    APO_REVIEW = "apo_review"
    AGENCY_HEAD_SIGNOFF = "agency_head_signoff"
    SUBMITTED = "submitted"
    UNDER_COMMITTEE_REVIEW = "under_committee_review"
    RECOMMENDATIONS_RECEIVED = "recommendations_received"
    RETURNED = "returned"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One agency's report of one period; ``content_hash`` is of what was signed."""

    id: int
    agency_id: str
    period_from: date
    period_to: date
    due_on: date
    state: CycleState
    signed_by: str
    signed_at: datetime | None
    submitted_on: date | None
    content_hash: str


@dataclass(frozen=True, slots=True)
class CycleType:
    """What a report says of one identifier type (§23-1205(a)(1)(a))."""

    cycle_id: int
    type_code: str
    collected: bool
    retained: bool
    disclosed: bool
