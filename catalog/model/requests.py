"""Requests for identifying information, and proposals to disclose it unasked (§23-1202(c)(3))."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class RequestKind(StrEnum):
    """Who began it."""

    REQUEST = "request"
    PROPOSAL = "proposal"


class RequestState(StrEnum):
    """How far it is."""

    RECEIVED = "received"
    WITH_OFFICER = "with_officer"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


REQUEST_KIND_TEXT: dict[RequestKind, str] = {
    RequestKind.REQUEST: "Request",
    RequestKind.PROPOSAL: "Proposal to disclose unasked",
}
REQUEST_TEXT: dict[RequestState, str] = {
    RequestState.RECEIVED: "Received",
    RequestState.WITH_OFFICER: "With the privacy officer",
    RequestState.APPROVED: "Approved",
    RequestState.DENIED: "Denied",
    RequestState.WITHDRAWN: "Withdrawn",
}
#: They wait for somebody.
UNDECIDED = frozenset({RequestState.RECEIVED, RequestState.WITH_OFFICER})
#: What may follow; whoever decided may think again.
REQUEST_MOVES: dict[RequestState, tuple[RequestState, ...]] = {
    RequestState.RECEIVED: (RequestState.WITH_OFFICER, RequestState.WITHDRAWN),
    RequestState.WITH_OFFICER: (RequestState.APPROVED, RequestState.DENIED, RequestState.WITHDRAWN),
    RequestState.APPROVED: (RequestState.WITH_OFFICER,),
    RequestState.DENIED: (RequestState.WITH_OFFICER,),
    RequestState.WITHDRAWN: (RequestState.RECEIVED,),
}


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks an agency for identifying information, or an employee proposes to disclose it.

    ``passed_on`` is the day it went to the privacy officer; ``activity_id`` the disclosure that it became or is covered
    by; ``decided_by`` the account that decided.
    """

    id: int
    agency_id: str
    kind: RequestKind
    party_id: int
    title: str
    reason: str
    type_codes: tuple[str, ...]
    received_on: date
    state: RequestState
    decided_on: date | None
    decided_by: str | None
    decision: str
    activity_id: int | None
    passed_on: date | None = None
