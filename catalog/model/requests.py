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
REQUEST_MOVES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.RECEIVED: frozenset({RequestState.WITH_OFFICER, RequestState.WITHDRAWN}),
    RequestState.WITH_OFFICER: frozenset({RequestState.APPROVED, RequestState.DENIED, RequestState.WITHDRAWN}),
}


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks an agency for identifying information, or an employee proposes to disclose it.

    ``activity_id`` is the disclosure that it became or is covered by; ``decided_by`` the account that decided.
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
