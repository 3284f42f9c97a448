"""The history of the register: every record as it was after each change, who changed it and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.model.holdings import Agency

#: The reason of the first revision of what was recorded before histories were kept; nobody's doing.
BEFORE_HISTORY = "As it was before histories were kept"


class RecordKind(StrEnum):
    """The kinds of record that keep a history."""

    ACTIVITY = "activity"
    PROTOCOL = "protocol"
    PARTY = "party"
    PROGRAMME = "programme"
    CONTRACT = "contract"
    DECLARED_SYSTEM = "declared_system"
    PURPOSE = "purpose"
    TEMPLATE = "template"
    REQUEST = "request"
    EXIGENT_EVENT = "exigent_event"
    VIOLATION = "violation"
    POLICY_RULE = "policy_rule"
    MEASURE = "measure"


RECORD_TEXT: dict[RecordKind, str] = {
    RecordKind.ACTIVITY: "Collection or disclosure",
    RecordKind.PROTOCOL: "Protocol",
    RecordKind.PARTY: "Party",
    RecordKind.PROGRAMME: "Program",
    RecordKind.CONTRACT: "Contract",
    RecordKind.DECLARED_SYSTEM: "System nobody can scan",
    RecordKind.PURPOSE: "Purpose",
    RecordKind.TEMPLATE: "Template",
    RecordKind.REQUEST: "Request",
    RecordKind.EXIGENT_EVENT: "Exigent event",
    RecordKind.VIOLATION: "Violation",
    RecordKind.POLICY_RULE: "Policy rule",
    RecordKind.MEASURE: "Measure to collect, keep or disclose less",
}


@dataclass(frozen=True, slots=True)
class Revision:
    """One record after one change, whole: ``content`` is canonical JSON of its fields and of what it is joined with.
    Only ever added to. ``agency_id`` is whose record it is, None for the city's.
    """

    id: int
    kind: RecordKind
    record_id: int
    number: int
    agency_id: str | None
    at: datetime
    person_id: str
    person: str
    reason: str
    content: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Joined:
    """What a record is joined with, by codes and numbers, each in order; what a kind has none of is empty."""

    type_codes: tuple[str, ...] = ()
    dataset_ids: tuple[int, ...] = ()
    protocol_ids: tuple[int, ...] = ()
    party_ids: tuple[int, ...] = ()
    activity_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one change did to one field, in words; empty where there was or is nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision, and what it changed of the one before it; of the first, everything it says."""

    revision: Revision
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The history of one record as somebody may see it, latest first. ``restorable`` when they may bring an earlier
    state back; ``latest`` is the number of the latest revision, which a restore has to know.
    """

    kind: RecordKind
    record_id: int
    title: str
    agency: Agency | None
    revisions: tuple[RevisionLine, ...]
    restorable: bool
    latest: int
