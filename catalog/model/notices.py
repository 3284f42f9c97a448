"""What people are told of without asking: failures, new sensitive types, silence, what is due."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.errors import SkipReason


class NoticeKind(StrEnum):
    """What a notice is about."""

    SOURCE_FAILED = "source_failed"
    SENSITIVE_TYPE = "sensitive_type"
    QUIET_NIGHT = "quiet_night"
    SET_ASIDE = "set_aside"
    NEEDS_A_PERSON = "needs_a_person"
    EXPORT_LIMIT = "export_limit"
    LOCAL_SIGN_IN = "local_sign_in"
    REPORT_OPENED = "report_opened"
    REPORT_DUE = "report_due"
    REPORT_LATE = "report_late"
    REPORT_RETURNED = "report_returned"
    DIVISION_ASKED = "division_asked"
    DIVISION_DUE = "division_due"
    DIVISION_LATE = "division_late"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told. ``key`` names it: of one key there is one notice, however often it is seen."""

    id: int
    key: str
    kind: NoticeKind
    agency_id: str | None
    source_id: int | None
    run_id: int | None
    dataset_id: int | None
    type_codes: tuple[str, ...]
    reason: SkipReason | None
    at: datetime


class Channel(StrEnum):
    """How a notice reaches somebody."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way: to a person by e-mail, or to the city's webhook."""

    id: int
    notice_id: int
    channel: Channel
    person_id: str | None
    state: DeliveryState
    tries: int
    next_at: datetime
    sent_at: datetime | None
    problem: str
