"""The report of a quarter to the Speaker as it is issued (§23-1202(c)(4), (d)): counts that may be told, and words of
ours alone. No record's own words, and nothing that is not told to the public, is in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from catalog.model.cell_suppression import Telling

_KEY = re.compile(r"([12][0-9]{3})-q([1-4])")
_MONTHS = ("January to March", "April to June", "July to September", "October to December")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a year: ``number`` 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter a day is in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def named(cls, key: str) -> "Quarter | None":
        """The quarter that a key names; None where it names none."""
        found = _KEY.fullmatch(key)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def key(self) -> str:
        """How addresses and commands name it: ``2026-q3``."""
        return f"{self.year}-q{self.number}"

    @property
    def months(self) -> str:
        """Its months in words: July to September 2026."""
        return f"{_MONTHS[self.number - 1]} {self.year}"


class Breakdown(StrEnum):
    """By what the events of a part are counted."""

    TYPE = "type"
    AGENCY_GROUP = "agency_group"
    AGENCY = "agency"
    PEOPLE = "people"
    RECIPIENT = "recipient"
    PARTY = "party"
    INDIVIDUALS_TOLD = "individuals_told"
    REMEDIED = "remedied"
    VERB = "verb"
    REASON = "reason"


BREAKDOWN_TEXT: Mapping[Breakdown, str] = {
    Breakdown.TYPE: "Type of information",
    Breakdown.AGENCY_GROUP: "Kind of agency",
    Breakdown.AGENCY: "Agency",
    Breakdown.PEOPLE: "How many people it was about",
    Breakdown.RECIPIENT: "Kind of recipient",
    Breakdown.PARTY: "From whom it was collected or to whom it was disclosed",
    Breakdown.INDIVIDUALS_TOLD: "Whether the individuals were told",
    Breakdown.REMEDIED: "Whether remedial action is recorded",
    Breakdown.VERB: "Collection or disclosure",
    Breakdown.REASON: "Kind of reason",
}


class CorrectionReason(StrEnum):
    """Why a quarter is reported again. One of these, for a reason in free words would be published with the report."""

    RECORDED_LATE = "recorded_late"
    RECORDS_CORRECTED = "records_corrected"
    FOUND_OTHERWISE = "found_otherwise"


CORRECTION_TEXT: Mapping[CorrectionReason, str] = {
    CorrectionReason.RECORDED_LATE: "What the Chief Privacy Officer was told in the quarter was recorded later",
    CorrectionReason.RECORDS_CORRECTED: "What is recorded of the quarter’s events was corrected",
    CorrectionReason.FOUND_OTHERWISE: "What had been reported was found to be something else",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A category and how many events it has: none, or the floor or more."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """A breakdown as it is told. ``rest`` is how many events all other categories have together."""

    by: Breakdown
    telling: Telling
    lines: tuple[Line, ...]
    rest: int | None

    @property
    def overlaps(self) -> bool:
        """Whether an event may count in several categories."""
        return self.by is Breakdown.TYPE


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two parts. ``total`` is None where there are fewer than the floor, but some."""

    total: int | None
    counts: tuple[Counts, ...]


class PartName(StrEnum):
    """The two parts of the report."""

    VIOLATIONS = "violations"
    EXIGENT = "exigent"


PART_TEXT: Mapping[PartName, str] = {
    PartName.VIOLATIONS: "Disclosures in violation of the law",
    PartName.EXIGENT: "Collections and disclosures in exigent circumstances",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What a corrected issue tells otherwise than the one before it; ``by`` None for the total, ``label`` empty for all
    of a breakdown.
    """

    part: PartName
    by: Breakdown | None
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Correction:
    """That an issue takes the place of the one before it: why, and what it tells otherwise."""

    reason: CorrectionReason
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class QuarterlyContent:
    """What is issued. ``floor`` is the smallest number that is told, ``agencies_named`` whether the CPO chose to name
    agencies; ``schema`` of which shape it is.
    """

    year: int
    quarter: int
    number: int
    floor: int
    agencies_named: bool
    violations: Part
    exigent: Part
    correction: Correction | None = None
    schema: int = 1

    @property
    def of(self) -> Quarter:
        """The quarter it is of."""
        return Quarter(self.year, self.quarter)

    @property
    def parts(self) -> tuple[tuple[PartName, Part], ...]:
        """Both parts, by name."""
        return (PartName.VIOLATIONS, self.violations), (PartName.EXIGENT, self.exigent)
