"""Exigent events and violations: what happened without the ordinary approval (§23-1202(c)(4), (d))."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.model.register import Verb


class ExigentState(StrEnum):
    """How far the report of an exigent event is."""

    OCCURRED = "occurred"
    EXPLAINED = "explained"
    CPO_NOTIFIED = "cpo_notified"
    NOTICE_NOT_REQUIRED = "notice_not_required"
    CPO_REVIEWED = "cpo_reviewed"
    INCLUDED_IN_QUARTERLY = "included_in_quarterly"
    CLOSED = "closed"
    RECLASSIFIED = "reclassified_as_violation"


EXIGENT_TEXT: dict[ExigentState, str] = {
    ExigentState.OCCURRED: "Occurred",
    ExigentState.EXPLAINED: "Explained",
    ExigentState.CPO_NOTIFIED: "CPO told",
    ExigentState.NOTICE_NOT_REQUIRED: "Telling the CPO is not required",
    ExigentState.CPO_REVIEWED: "Reviewed by the CPO",
    ExigentState.INCLUDED_IN_QUARTERLY: "In the quarterly report",
    ExigentState.CLOSED: "Closed",
    ExigentState.RECLASSIFIED: "Found to be a violation",
}


class NoticeExemption(StrEnum):
    """Why the CPO need not be told of an exigent event (§23-1202(d))."""

    POLICE = "police"
    WELFARE = "welfare"
    NORMAL_COURSE = "normal_course"


NOTICE_EXEMPTION_TEXT: dict[NoticeExemption, str] = {
    NoticeExemption.POLICE: "By or to the police department in an open criminal investigation",
    NoticeExemption.WELFARE: "In an open investigation of the welfare of a minor or of somebody not legally competent",
    NoticeExemption.NORMAL_COURSE: (
        "By or to an employee acting under law enforcement, public health or safety powers, in exigent circumstances"
        " that occur in the normal course of the agency's business"
    ),
}


@dataclass(frozen=True, slots=True)
class ExigentEvent:
    """A collection or disclosure in exigent circumstances, told to the CPO afterwards.

    ``category`` is the kind of reason, for the quarterly report; ``review`` what the CPO found; ``violation_id`` the
    violation it was found to be.
    """

    id: int
    agency_id: str
    activity_id: int | None
    verb: Verb
    title: str
    explanation: str
    party_id: int | None
    type_codes: tuple[str, ...]
    people: str
    state: ExigentState
    occurred_on: date
    cpo_notified_on: date | None
    category: str = ""
    exemption: NoticeExemption | None = None
    reviewed_on: date | None = None
    review: str = ""
    violation_id: int | None = None


class ViolationState(StrEnum):
    """How far an unauthorized disclosure has been dealt with."""

    REPORTED = "reported"
    NOT_A_VIOLATION = "not_a_violation"
    APO_CONFIRMED = "apo_confirmed"
    CPO_NOTIFIED = "cpo_notified"
    NOTICE_ASSESSED = "notice_assessed"
    INDIVIDUAL_NOTICE_SENT = "individual_notice_sent"
    NOTICE_NOT_REQUIRED = "notice_not_required"
    NOTICE_BARRED = "notice_barred"
    INCLUDED_IN_QUARTERLY = "included_in_quarterly"
    REMEDIATED = "remediated"
    CLOSED = "closed"


VIOLATION_TEXT: dict[ViolationState, str] = {
    ViolationState.REPORTED: "Reported",
    ViolationState.NOT_A_VIOLATION: "Not a violation",
    ViolationState.APO_CONFIRMED: "Confirmed by the privacy officer",
    ViolationState.CPO_NOTIFIED: "CPO told",
    ViolationState.NOTICE_ASSESSED: "Notice assessed",
    ViolationState.INDIVIDUAL_NOTICE_SENT: "Individuals told",
    ViolationState.NOTICE_NOT_REQUIRED: "Telling the individuals is not required",
    ViolationState.NOTICE_BARRED: "Telling the individuals is barred",
    ViolationState.INCLUDED_IN_QUARTERLY: "In the quarterly report",
    ViolationState.REMEDIATED: "Put right",
    ViolationState.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A disclosure in violation of the law. ``breach`` when private information of §10-501 got out.

    ``notice_reason`` is why the individuals are not told. Of a breach (§10-502): the day the CPO, Cyber Command and
    the Office of Technology were told, whether 5,000 residents or more are concerned and the day the consumer reporting
    agencies were told, or the written determination that no harm is likely, which is kept five years.
    """

    id: int
    agency_id: str
    activity_id: int | None
    title: str
    cause: str
    remedy: str
    party_id: int | None
    type_codes: tuple[str, ...]
    people: str
    breach: bool
    state: ViolationState
    occurred_on: date
    reported_on: date
    cpo_notified_on: date | None
    individuals_notified_on: date | None
    notice_reason: str = ""
    breach_told_on: date | None = None
    many_residents: bool = False
    bureaus_told_on: date | None = None
    no_harm_on: date | None = None
    no_harm_reason: str = ""
