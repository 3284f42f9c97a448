"""What was looked at, how deep and when; and why a look failed. Absence of a look is never absence of data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.errors import SkipReason

_FEWEST_ROWS = 30


class Look(StrEnum):
    """The state of our knowledge about one dataset."""

    NOT_SCANNED = "not_scanned"
    SCANNED = "scanned"
    PARTLY = "partly"
    COULD_NOT_LOOK = "could_not_look"


class SampleMethod(StrEnum):
    """How rows were chosen."""

    ALL_ROWS = "all_rows"
    RANDOM_ROWS = "random_rows"
    FIRST_ROWS = "first_rows"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The last look at one dataset.

    ``scanned_at`` is the last time rows were judged, ``attempted_at`` the last try; findings date from the
    former, so a failed look leaves them standing and says so.
    """

    dataset_id: int
    look: Look
    reason: SkipReason | None
    rows_looked_at: int
    method: SampleMethod | None
    seed: int | None
    detector: str
    scanned_at: datetime | None
    attempted_at: datetime
    run_id: int

    @property
    def missed_at_most(self) -> float | None:
        """The share of rows that may hold what was not found, at 95 % confidence: the rule of three (Hanley and
        Lippman-Hand 1983). None where the rows were not drawn at random or are too few for it.
        """
        if self.method is SampleMethod.ALL_ROWS:
            return 0.0
        if self.method is not SampleMethod.RANDOM_ROWS or self.rows_looked_at < _FEWEST_ROWS:
            return None
        return 3 / self.rows_looked_at
