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


class Check(StrEnum):
    """What making a rendition again told. What cannot be made here is no finding."""

    SAME = "same"
    OTHER_RENDERER = "other_renderer"
    """Other bytes, made by another version of what makes it than when it was submitted."""
    DIFFERENT = "different"
    NOT_KEPT = "not_kept"
    """Its digest was not kept when the report was submitted, and the audit log says so."""
    GONE = "gone"
    """Its digest is not there, and the audit log does not say that it was not kept."""
    NOT_SUBMITTED = "not_submitted"
    NOT_MADE = "not_made"
    """It cannot be made on this machine."""


@dataclass(frozen=True, slots=True)
class RenditionCheck:
    """What was found of one rendition; ``was`` and ``now`` are what made it then and makes it now."""

    format: Format
    public: bool
    check: Check
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of a frozen report.

    ``content_hash`` is of its content as it is now. ``sealed`` whether that is the hash it was frozen under, ``logged``
    the entry of the audit log that has this hash and is whole (None: there is none), ``signed`` whether all signatures
    are over it, each with an entry of the log of its own.
    """

    frozen: FrozenReport
    content_hash: str
    sealed: bool
    logged: int | None
    signed: bool
    renditions: tuple[RenditionCheck, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found that is otherwise than it was signed."""
        differs = any(one.check in {Check.DIFFERENT, Check.GONE} for one in self.renditions)
        return self.sealed and self.signed and self.logged is not None and not differs
