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


@dataclass(frozen=True, slots=True)
class ExigentEvent:
    """A collection or disclosure in exigent circumstances, told to the CPO afterwards."""

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


@dataclass(frozen=True, slots=True)
class Violation:
    """A disclosure in violation of the law. ``breach`` when private information of §10-501 got out."""

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
