"""What was looked at, how deep and when; and why a look failed. Absence of a look is never absence of data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.errors import SkipReason


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
