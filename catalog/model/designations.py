"""Designations: the recorded approval of an activity (§§23-1201, 23-1202), and who signed it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from catalog.model.actors import Role
from catalog.model.register import Classification, Ground


class DesignationState(StrEnum):
    """Where an approval stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PENDING_COUNTERPART = "pending_counterpart"
    PENDING_REVIEW = "pending_review"
    REFERRED_TO_CPO = "referred_to_cpo"
    ACTIVE = "active"
    REVIEW_DUE = "review_due"
    AMENDING = "amending"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    DENIED = "denied"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


DESIGNATION_TEXT: dict[DesignationState, str] = {
    DesignationState.DRAFT: "Draft",
    DesignationState.SUBMITTED: "Submitted",
    DesignationState.RETURNED: "Returned for changes",
    DesignationState.PENDING_COUNTERPART: "Waiting for the other privacy officer",
    DesignationState.PENDING_REVIEW: "Waiting for the second reviewer",
    DesignationState.REFERRED_TO_CPO: "Referred to the CPO",
    DesignationState.ACTIVE: "In force",
    DesignationState.REVIEW_DUE: "Review due",
    DesignationState.AMENDING: "Being amended",
    DesignationState.SUSPENDED: "Suspended",
    DesignationState.DECLINED: "Declined by the other privacy officer",
    DesignationState.DENIED: "Denied",
    DesignationState.EXPIRED: "Expired",
    DesignationState.REVOKED: "Revoked",
    DesignationState.SUPERSEDED: "Replaced by a newer one",
    DesignationState.WITHDRAWN: "Withdrawn",
}

#: The states that keep a flow's one place: of one verb, source, recipient and purpose there is one such approval.
HOLDING = frozenset(
    {
        DesignationState.ACTIVE,
        DesignationState.REVIEW_DUE,
        DesignationState.AMENDING,
        DesignationState.SUSPENDED,
    }
)


class DesignationEvent(StrEnum):
    """What moves an approval from one state to another."""

    RECORD = "record"
    DRAFT = "draft"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    COUNTERSIGN = "countersign"
    SECOND = "second"
    DECLINE = "decline"
    REFER = "refer"
    DETERMINE = "determine"
    DENY = "deny"
    REVIEW = "review"
    REAFFIRM = "reaffirm"
    AMEND = "amend"
    SUSPEND = "suspend"
    LIFT = "lift"
    EXPIRE = "expire"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


class AgreementException(StrEnum):
    """Why a disclosure to a third party that is not routine needs no agreement (§23-1203(3))."""

    EXIGENT = "exigent"
    NO_IMPORTANT_INTEREST = "no_important_interest"


EXCEPTION_TEXT: dict[AgreementException, str] = {
    AgreementException.EXIGENT: "Exigent circumstances",
    AgreementException.NO_IMPORTANT_INTEREST: "No important privacy interest would be unduly compromised",
}


@dataclass(frozen=True, slots=True)
class Designation:
    """One approval of one activity. ``content_hash`` is of what was approved; every signature is over it.

    ``content`` is that itself, canonical JSON; empty for approvals of releases that kept its hash alone. ``ground`` is
    the ground approved; None there too.
    ``flow`` says which verb, source, recipient and purpose it is for: one approval of :data:`HOLDING` each.
    ``supersedes_id`` is the approval that this one amends; ``answers`` are those of the decision procedure, question
    to answer; ``second_reviewer`` whose further approval the CPO's policies ask for (§23-1203(5)).
    """

    id: int
    activity_id: int
    classification: Classification
    state: DesignationState
    policy_edition: str
    content_hash: str
    approved_on: date | None
    review_due_on: date | None
    expires_on: date | None
    flow: str = ""
    supersedes_id: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    agreement_exception: AgreementException | None = None
    exception_reason: str = ""
    single_use: bool = False
    submitted_by: str | None = None
    second_reviewer: Role | None = None
    ground: Ground | None = None
    content: str = ""


def covers(designation: Designation, other_side: Classification) -> bool:
    """Whether the approval of a disclosure is one of the collection at its other end too: where both privacy officers
    signed that the flow is routine, as much as the one discloses the other collects (§23-1201).
    """
    joint = designation.classification is Classification.ROUTINE_INTERAGENCY
    return joint and other_side in {Classification.ROUTINE_INTERAGENCY, Classification.UNCLASSIFIED}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a designation, for which agency (None for the city), and their mission statement if one is due.

    ``person_id`` is the account that signed here; None where it stands on a paper of before, recorded by another.
    """

    id: int
    designation_id: int
    agency_id: str | None
    signer: str
    capacity: str
    statement: str
    signed_on: date
    person_id: str | None = None
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class DesignationStep:
    """One change of state: who, when, why, over which content. Only ever added to. ``agency_id`` None for the city or
    the catalog itself, whose ``person_id`` is None too.
    """

    id: int
    designation_id: int
    event: DesignationEvent
    before: DesignationState | None
    after: DesignationState
    person_id: str | None
    person: str
    agency_id: str | None
    at: datetime
    reason: str
    content_hash: str
