"""What the pages of the quarterly report to the Speaker show."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalog.model.quarterly import Standing
from catalog.model.quarterly_content import PartName, Quarter, QuarterlyContent


class QuarterState(StrEnum):
    """How far the report of a quarter is."""

    RUNNING = "running"
    DUE = "due"
    ISSUED = "issued"
    DIFFERS = "differs"
    TO_RECORD = "to_record"


class Step(StrEnum):
    """What issuing does with an event that counts: whether it is recorded as included."""

    TAKEN = "taken"
    TAKES = "takes"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class IssueLine:
    """An issue of a report: which, its hash, and by whom and when it was issued."""

    number: int
    content_hash: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """A quarter with the issues of its report, the first one first."""

    quarter: Quarter
    state: QuarterState
    issues: tuple[IssueLine, ...]


@dataclass(frozen=True, slots=True)
class QuarterlyList:
    """The quarters, latest first."""

    lines: tuple[QuarterLine, ...]
    may_issue: bool


@dataclass(frozen=True, slots=True)
class Considered:
    """An event near a quarter, told to the privacy office alone: whether it counts, and what becomes of it. ``lacks``
    is what it still waits for.
    """

    part: PartName
    id: int
    title: str
    agency: str
    told_on: date | None
    standing: Standing
    step: Step | None = None
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarterlyPage:
    """An issue as it is read. ``is_whole`` when its content is what was issued, ``differs`` when the records tell
    otherwise now. ``not_included`` are the events that count now and are not recorded as in it, told to the
    privacy office alone.
    """

    content: QuarterlyContent
    issue: IssueLine
    issues: tuple[IssueLine, ...]
    is_whole: bool
    differs: bool
    may_issue: bool
    not_included: tuple[Considered, ...] = ()

    @property
    def may_include(self) -> bool:
        """Whether events can be recorded as in the report as it was issued."""
        return not self.differs and any(one.step is Step.TAKES for one in self.not_included)

    @property
    def quarter(self) -> Quarter:
        """The quarter it is of."""
        return self.content.of


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A report before it is issued: what it would tell, of which events, and of which not. ``refusal`` is why it cannot
    be issued; ``may_name`` whether the one who looks may choose to name agencies.
    """

    content: QuarterlyContent
    content_hash: str
    counted: tuple[Considered, ...]
    left_out: tuple[Considered, ...]
    issues: tuple[IssueLine, ...]
    refusal: str
    may_name: bool

    @property
    def quarter(self) -> Quarter:
        """The quarter it is of."""
        return self.content.of
