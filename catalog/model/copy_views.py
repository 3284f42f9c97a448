"""What the pages of likely copies show."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.model.copies import CopyDecision, CopyStanding, LikelyCopy
from catalog.model.holdings import Agency, Dataset, DatasetKind, Source


@dataclass(frozen=True, slots=True)
class Place:
    """A dataset and where it is."""

    dataset: Dataset
    title: str
    source: Source
    agency: Agency

    @property
    def name(self) -> str:
        """What it is called."""
        return self.title or self.dataset.name


@dataclass(frozen=True, slots=True)
class CopyLine:
    """A file that is likely a copy of a table, and what a person said of it; both are the actor's to see."""

    copy: LikelyCopy
    file: Place
    table: Place
    standing: CopyStanding
    decision: CopyDecision | None
    may_decide: bool


@dataclass(frozen=True, slots=True)
class CopiesPage:
    """What is pointed out, the most alike first; the counts are of all that the actor sees, whatever was chosen."""

    lines: tuple[CopyLine, ...]
    total: int
    page: int
    pages: int
    by_standing: Mapping[CopyStanding, int]
    by_agency: Mapping[Agency, int]
    by_kind: Mapping[DatasetKind, int]
