"""Designations: the recorded approval of an activity (§§23-1201, 23-1202), and who signed it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.model.register import Classification


class DesignationState(StrEnum):
    """Where an approval stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PENDING_COUNTERPART = "pending_counterpart"
    REFERRED_TO_CPO = "referred_to_cpo"
    ACTIVE = "active"
    REVIEW_DUE = "review_due"
    AMENDING = "amending"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    DENIED = "denied"
    EXPIRED = "expired"
    REVOKED = "revoked"


DESIGNATION_TEXT: dict[DesignationState, str] = {
    DesignationState.DRAFT: "Draft",
    DesignationState.SUBMITTED: "Submitted",
    DesignationState.RETURNED: "Returned for changes",
    DesignationState.PENDING_COUNTERPART: "Waiting for the other privacy officer",
    DesignationState.REFERRED_TO_CPO: "Referred to the CPO",
    DesignationState.ACTIVE: "Active",
    DesignationState.REVIEW_DUE: "Review due",
    DesignationState.AMENDING: "Being amended",
    DesignationState.SUSPENDED: "Suspended",
    DesignationState.DECLINED: "Declined by the other privacy officer",
    DesignationState.DENIED: "Denied",
    DesignationState.EXPIRED: "Expired",
    DesignationState.REVOKED: "Revoked",
}


@dataclass(frozen=True, slots=True)
class Designation:
    """One approval of one activity. ``content_hash`` is of what was approved; every signature is over it."""

    id: int
    activity_id: int
    classification: Classification
    state: DesignationState
    policy_edition: str
    content_hash: str
    approved_on: date | None
    review_due_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a designation, for which agency (None for the city), and their mission statement if one is due."""

    id: int
    designation_id: int
    agency_id: str | None
    signer: str
    capacity: str
    statement: str
    signed_on: date
