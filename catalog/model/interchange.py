"""What goes out of the register and comes into it by spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as texts: a name, headings, and rows as long as these."""

    name: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The register as one actor sees it, to be taken away as a file."""

    name: str
    person_id: str
    at: datetime
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one cell, row (``cell`` of its first column) or sheet (``cell`` empty) cannot be taken over."""

    sheet: str
    cell: str
    reason: str

    @property
    def place(self) -> str:
        """Where it is, as spreadsheets write it: ``Activities!F12``."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row that adds a record or changes one: ``thing`` is what it is called, ``columns`` which cells moved."""

    sheet: str
    row: int
    thing: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do, or did. With a problem anywhere it does nothing; ``same`` are rows that say what is
    recorded already.
    """

    adds: tuple[PlannedRow, ...]
    changes: tuple[PlannedRow, ...]
    same: int
    problems: tuple[Problem, ...]

    @property
    def is_possible(self) -> bool:
        """Whether it can be carried out and would do something."""
        return not self.problems and bool(self.adds or self.changes)
