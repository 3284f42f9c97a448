"""Inventory cycles: an agency's report every two years (§23-1205), what happened to it, and who answers parts of it.

How a cycle goes on stands in :mod:`catalog.model.cycle_machine`; what people say in it in
:mod:`catalog.model.report_entries`.
"""

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


class CycleEvent(StrEnum):
    """What happens to a cycle."""

    OPENED = "opened"
    STARTED = "started"
    READY = "ready"
    TAKEN_BACK = "taken_back"
    SIGNED_BY_OFFICER = "signed_by_officer"
    SIGNED_BY_HEAD = "signed_by_head"
    RETURNED = "returned"
    TO_COMMITTEE = "to_committee"
    RECOMMENDED = "recommended"
    CLOSED = "closed"
    REDATED = "redated"
    """The office changed the day it is due, or the days it is about where nobody began; it stays where it is."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One agency's report of one period; ``content_hash`` is of what was signed last. Who has nothing more to change is
    told by ``state``; whether it is late by :func:`catalog.model.cycle_machine.is_late`.
    """

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
    opened_by: str = ""
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CycleType:
    """What a report says of one identifier type (§23-1205(a)(1)(a))."""

    cycle_id: int
    type_code: str
    collected: bool
    retained: bool
    disclosed: bool


@dataclass(frozen=True, slots=True)
class CycleStep:
    """One thing that happened to a cycle, only ever added to. ``words`` are what was said with it (why it is returned,
    what the committee recommends); a signature has a ``signer``, the ``capacity`` they sign in, and the hash of what
    they signed. Who signed on paper is the signer, on the day ``signed_on``, and the paper is where ``filed`` says; who
    recorded it is the person. ``number`` is the frozen report that a signature is under, 0 for other steps.
    """

    id: int
    cycle_id: int
    event: CycleEvent
    before: CycleState | None
    after: CycleState
    person_id: str
    person: str
    at: datetime
    words: str
    signer: str
    capacity: str
    content_hash: str
    signed_on: date | None = None
    filed: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """What a step says of a signature; see :class:`CycleStep`."""

    signer: str = ""
    capacity: str = ""
    content_hash: str = ""
    on: date | None = None
    filed: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class DivisionTask:
    """A part of a report that a division is asked to answer: the tasks ``tasks`` (of
    :class:`catalog.model.report_form.Task`), as far as they are about the activities of ``division`` ("" for all).

    ``person_id`` is the steward who is asked; None where somebody without an account answers by spreadsheet, whom
    ``contact`` names. ``reminded_on`` is the day they were last reminded.
    """

    id: int
    cycle_id: int
    division: str
    tasks: tuple[str, ...]
    person_id: str | None
    contact: str
    note: str
    due_on: date
    asked_by: str
    asked_at: datetime
    reminded_on: date | None
    done_by: str
    done_at: datetime | None
    withdrawn_at: datetime | None
