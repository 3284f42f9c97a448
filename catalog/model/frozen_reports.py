"""A report as it was signed: frozen, whole, and what its renditions were."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Format(StrEnum):
    """What a report can be taken away as."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """What an officer signed, the ``number``-th time in its cycle; never changed. ``content`` is canonical JSON of
    :class:`catalog.model.report_content.ReportContent`.
    """

    id: int
    cycle_id: int
    number: int
    content: str
    content_hash: str
    person_id: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rendition:
    """What a frozen report was in one format when it was submitted: SHA-256 of its bytes, and by what it was made."""

    frozen_id: int
    format: Format
    public: bool
    digest: str
    size: int
    renderer: str


@dataclass(frozen=True, slots=True)
class QuarterlyReport:
    """A report to the Speaker (§23-1202(c)(4), (d)) as it was issued; ``number`` counts corrected issues of a quarter.
    ``content`` is canonical JSON.
    """

    id: int
    year: int
    quarter: int
    number: int
    content: str
    content_hash: str
    person_id: str
    person: str
    at: datetime
