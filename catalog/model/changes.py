"""What changed at the sources between two times, as pages show it. A first look is a baseline, not a change."""

from dataclasses import dataclass
from datetime import datetime

from catalog.model.holdings import Agency, Dataset
from catalog.model.identifiers import IdentifierType
from catalog.model.views import DatasetLine, SourceLine


@dataclass(frozen=True, slots=True)
class ColumnsMoved:
    """The names of the columns that a look at a dataset found for the first time, and of those it found no more."""

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypesMoved:
    """A dataset known before in which types were found for the first time, or no longer.

    ``columns`` are those that came and went with the same look.
    """

    line: DatasetLine
    new: tuple[IdentifierType, ...]
    gone: tuple[IdentifierType, ...]
    columns: ColumnsMoved
    run_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A dataset known before whose columns came or went, while it holds the same types as before."""

    line: DatasetLine
    columns: ColumnsMoved
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
    """Everything that changed since a time, within what an actor sees.

    ``columns_gone`` are columns, gone at any time, whose decisions wait for this actor's word.
    """

    since: datetime
    sources: int
    compared: int
    first_looks: int
    moved: tuple[TypesMoved, ...]
    reshaped: tuple[Reshaped, ...]
    appeared: tuple[DatasetLine, ...]
    renamed: tuple[Renamed, ...]
    missing: tuple[Missing, ...]
    unreadable: tuple[DatasetLine, ...]
    failed: tuple[SourceLine, ...]
    columns_gone: int = 0

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed at all."""
        found = (self.moved, self.reshaped, self.appeared, self.renamed, self.missing, self.unreadable, self.failed)
        return not any(found)
