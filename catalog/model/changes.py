"""What changed at the sources between two times, as pages show it. A first look is a baseline, not a change."""

from dataclasses import dataclass
from datetime import datetime

from catalog.model.holdings import Agency, Dataset
from catalog.model.identifiers import IdentifierType
from catalog.model.views import DatasetLine, SourceLine


@dataclass(frozen=True, slots=True)
class TypesMoved:
    """A dataset known before in which types were found for the first time, or no longer.

    ``columns`` are the names of the columns that are new in it.
    """

    line: DatasetLine
    new: tuple[IdentifierType, ...]
    gone: tuple[IdentifierType, ...]
    columns: tuple[str, ...]
    run_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Renamed:
    """A dataset recognised under another name; its decisions and records went with it."""

    line: DatasetLine
    old_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """A dataset no longer listed. It counts as gone (``retired_at``) after two complete listings on two days."""

    dataset: Dataset
    agency: Agency
    source_name: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Everything that changed since a time, within what an actor sees."""

    since: datetime
    sources: int
    compared: int
    first_looks: int
    moved: tuple[TypesMoved, ...]
    appeared: tuple[DatasetLine, ...]
    renamed: tuple[Renamed, ...]
    missing: tuple[Missing, ...]
    unreadable: tuple[DatasetLine, ...]
    failed: tuple[SourceLine, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.moved or self.appeared or self.renamed or self.missing or self.unreadable or self.failed)
