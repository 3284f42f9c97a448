"""What was looked at, how deep and when; and why a look failed. Absence of a look is never absence of data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.errors import SkipReason

_FEWEST_DRAWS = 30


class Look(StrEnum):
    """The state of our knowledge about one dataset."""

    NOT_SCANNED = "not_scanned"
    SCANNED = "scanned"
    PARTLY = "partly"
    COULD_NOT_LOOK = "could_not_look"


class SampleMethod(StrEnum):
    """How rows were chosen. Rows of ``PLACES`` are short runs of neighbours from places drawn at random."""

    ALL_ROWS = "all_rows"
    RANDOM_ROWS = "random_rows"
    PLACES = "places"
    FIRST_ROWS = "first_rows"


class Depth(StrEnum):
    """Why a look went as deep as it did."""

    USUAL = "usual"
    AMBIGUOUS = "ambiguous"
    FREE_TEXT = "free_text"
    NOTHING_FOUND = "nothing_found"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The last look at one dataset.

    ``scanned_at`` is the last time rows were judged, ``attempted_at`` the last try; findings date from the
    former, so a failed look leaves them standing and says so.

    ``draws`` are the independent draws among ``rows_looked_at``: rows drawn one by one, or places; ``oldest`` and
    ``newest`` rows were taken from the ends besides. ``looks`` and ``rows_in_all`` sum what was looked at ``since`` the
    first look by this detector, each with a seed of its own. ``failures`` are failed looks in a row at what had the
    change key ``tried_key``.
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
    draws: int | None = None
    oldest: int = 0
    newest: int = 0
    depth: Depth = Depth.USUAL
    looks: int = 0
    rows_in_all: int = 0
    since: datetime | None = None
    failures: int = 0
    tried_key: str = ""

    @property
    def missed_at_most(self) -> float | None:
        """The share of rows that may hold what was not found, at 95 % confidence: the rule of three (Hanley and
        Lippman-Hand 1983), over independent draws: neighbours of one place may all be alike. None where the rows were
        not drawn at random or are too few for it.
        """
        if self.method is SampleMethod.ALL_ROWS:
            return 0.0
        draws = self.rows_looked_at if self.draws is None else self.draws
        if self.method not in _AT_RANDOM or draws < _FEWEST_DRAWS:
            return None
        return 3 / draws


_AT_RANDOM = frozenset({SampleMethod.RANDOM_ROWS, SampleMethod.PLACES})
