"""Runs and what they bring back: results carry no values, so they may be stored, sent and signed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalog.errors import SkipReason
from catalog.model.coverage import Caveat, Depth, Look, SampleMethod
from catalog.model.evidence import Finding
from catalog.model.holdings import Band, DatasetKind, Magnitude


class RunState(StrEnum):
    """Where a run stands."""

    LISTING = "listing"
    SCANNING = "scanning"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PauseReason(StrEnum):
    """Why a run waits. What was begun for a night goes on by itself, but where a person paused it."""

    PERSON = "person"
    HOLD = "hold"
    WINDOW = "window"
    ALLOWANCE = "allowance"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one source. ``listing_complete`` is what alone may retire anything; a ``full`` run looks at
    everything again, changed or not.

    ``night`` is the night of the schedule it was begun for, by the date on which its window opened; at most one run per
    source and night. ``view`` moves when the source's filter, its account or the account's rights do: only listings
    under one view may be compared. ``listed_at`` is when it last listed completely, which may be nights after it began:
    None in a run of the first releases, whose listing proves nothing. ``paused`` says why a run in that state waits.
    ``turn`` counts how often it was taken up: who carries on an earlier turn, not knowing that it was taken from them,
    can do no harm. ``listing_ms`` is how long its listings kept the source at work.
    """

    id: int
    source_id: int
    state: RunState
    reason: SkipReason | None
    seed: int
    full: bool
    listing_complete: bool
    datasets_listed: int
    datasets_due: int
    datasets_done: int
    started_by: str
    started_at: datetime
    last_progress_at: datetime
    ended_at: datetime | None
    night: date | None = None
    view: str = ""
    paused: PauseReason | None = None
    turn: int = 1
    listing_ms: int = 0
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run did with one dataset; at most one per run and dataset.

    ``source_ms`` and ``source_bytes`` are what it cost the source: milliseconds it was kept at work, bytes it sent.
    """

    id: int
    run_id: int
    dataset_id: int
    look: Look
    reason: SkipReason | None
    rows_looked_at: int
    columns_with_findings: int
    types_new: tuple[str, ...]
    types_gone: tuple[str, ...]
    at: datetime
    source_ms: int = 0
    source_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Rename:
    """A dataset that a run found again under another name; both names are safe to show."""

    id: int
    run_id: int
    dataset_id: int
    old_name: str
    new_name: str
    at: datetime


class IntentKind(StrEnum):
    """What the web may ask of the scan side."""

    SCAN = "scan"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish written by the web and carried out by the scan side, which writes the outcome beside it."""

    id: int
    kind: IntentKind
    source_id: int
    person_id: str
    asked_at: datetime
    taken_at: datetime | None
    ended_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class SafeName:
    """A name as it may be stored: itself, or a shape with a keyed hash as identity where it may be somebody's."""

    text: str
    key: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """A dataset of a listing, with a name that is safe to store."""

    name: SafeName
    kind: DatasetKind
    comment: str
    row_estimate: int | None
    change_key: str


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """What a scan child found out about one column."""

    name: SafeName
    position: int
    declared_type: str
    comment: str
    nullable: bool | None
    in_key: bool
    values_looked_at: int
    empty: Band
    distinct: Band
    shapes: tuple[str, ...]
    findings: tuple[Finding, ...]
    amount: Magnitude = Magnitude.NOT_KNOWN


@dataclass(frozen=True, slots=True)
class DatasetResult:
    """What a scan child brings back of one dataset. Value-free: every text is a safe name or of our vocabulary.

    ``caveats`` say, sorted, why it was looked at only in part; there are some exactly where ``look`` says so.
    """

    look: Look
    reason: SkipReason | None
    rows_looked_at: int
    rows_total: int | None
    method: SampleMethod | None
    seed: int
    detector: str
    columns: tuple[ColumnResult, ...]
    draws: int | None = None
    oldest: int = 0
    newest: int = 0
    depth: Depth = Depth.USUAL
    source_ms: int = 0
    source_bytes: int = 0
    caveats: tuple[Caveat, ...] = ()
