"""What opening a round of inventory reports would do."""

from dataclasses import dataclass

from catalog.model.cycles import Cycle
from catalog.model.holdings import Agency


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One agency of a round to come: the signed report it begins from (None: it has none), and the report it already
    has of some of that time (None: it has none, so that one can be opened).
    """

    agency: Agency
    last: Cycle | None
    overlaps: Cycle | None


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round to come, and the agencies it leaves out."""

    lines: tuple[PlanLine, ...]
    left_out: tuple[Agency, ...]

    @property
    def clashes(self) -> tuple[PlanLine, ...]:
        """Those that already have a report of some of that time; while there are any, nothing can be opened."""
        return tuple(line for line in self.lines if line.overlaps)
