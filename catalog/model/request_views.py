"""What the pages of requests and proposals show (§23-1202(c)(3))."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import Party, PartyKind
from catalog.model.requests import Request, RequestKind, RequestState
from catalog.model.views import ActivityView


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request with its agency, party and types.

    ``days_to_officer`` are the days until it was with the privacy officer, None while it is not; ``days_open`` the
    days from when it was received until it was decided, or until today.
    """

    request: Request
    agency: Agency
    party: Party
    types: tuple[IdentifierType, ...]
    days_to_officer: int | None
    days_open: int


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """Requests and proposals, latest first, and how many of all the actor sees are of each kind and from each kind of
    recipient (§23-1205(a)(1)(e)).
    """

    lines: tuple[RequestLine, ...]
    total: int
    page: int
    pages: int
    by_kind: Mapping[RequestKind, int]
    by_recipient: Mapping[PartyKind, int]
    by_state: Mapping[RequestState, int]


@dataclass(frozen=True, slots=True)
class RequestMove:
    """A step that may follow, and whether this actor may take it."""

    to: RequestState
    allowed: bool


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request. ``candidates`` are disclosures of the agency to the same party that could cover it; ``activity`` the
    one that does; ``may_link`` whether the actor may say which one it is.
    """

    line: RequestLine
    activity: ActivityView | None
    moves: tuple[RequestMove, ...]
    candidates: tuple[ActivityView, ...]
    expected: int
    may_revise: bool
    may_link: bool
