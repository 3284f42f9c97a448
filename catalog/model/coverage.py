"""What was looked at, how deep and when; and why a look failed. Absence of a look is never absence of data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalog.errors import SkipReason

_FEWEST_DRAWS = 30

#: Failures that the dataset itself may be the cause of, with the tries each counts for: of those that ended the reader,
#: three were made at once.
TRIES = {SkipReason.CRASHED: 3, SkipReason.TIMED_OUT: 1, SkipReason.OUT_OF_MEMORY: 1}
MOST_TRIES = 3
#: Failures of the source as a whole, which say nothing of the dataset.
AWAY = frozenset({SkipReason.UNREACHABLE, SkipReason.LOGIN_REFUSED})
_ASIDE = timedelta(days=14)


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


class Caveat(StrEnum):
    """Why a look saw only part of a dataset, or may have misread it. The value is stored; :data:`CAVEAT_TEXT` shown."""

    TORN = "torn"
    CUT = "cut"
    TOO_WIDE = "too_wide"
    ENCODING = "encoding"
    LAYOUT = "layout"
    SOME_FILES = "some_files"
    SOME_PAGES = "some_pages"
    INNER = "inner"
    UNREAD_COLUMNS = "unread_columns"
    UNSEEN_ROWS = "unseen_rows"


CAVEAT_TEXT: dict[Caveat, str] = {
    Caveat.TORN: "parts of it are damaged",
    Caveat.CUT: "reading ended at a limit of size or time",
    Caveat.TOO_WIDE: "columns beyond the limit were left out",
    Caveat.ENCODING: "which encoding its text has is a guess",
    Caveat.LAYOUT: "where its columns begin and end is a guess",
    Caveat.SOME_FILES: "some of its files were not read",
    Caveat.SOME_PAGES: "pages without text, such as scans, were not read",
    Caveat.INNER: "something inside it, such as an attachment, could not be read",
    Caveat.UNREAD_COLUMNS: "columns that may not or cannot be read were left out",
    Caveat.UNSEEN_ROWS: "rows that the account may not see were left out",
}


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
    change key ``tried_key``. ``caveats`` say why the last look that succeeded saw only a part.
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
    caveats: tuple[Caveat, ...] = ()

    def is_set_aside(self, change_key: str, now: datetime) -> bool:
        """Whether it is not tried again by itself: after three tries, until it changes or a fortnight has passed."""
        same = self.tried_key == change_key
        return self.failures >= MOST_TRIES and same and now - self.attempted_at < _ASIDE

    @property
    def missed_at_most(self) -> float | None:
        """See :func:`missed_at_most`."""
        return missed_at_most(self.method, self.rows_looked_at, self.draws)


_AT_RANDOM = frozenset({SampleMethod.RANDOM_ROWS, SampleMethod.PLACES})


def missed_at_most(method: SampleMethod | None, rows_looked_at: int, draws: int | None) -> float | None:
    """The share of rows that may hold what was not found, at 95 % confidence: the rule of three (Hanley and
    Lippman-Hand 1983), over independent draws: neighbours of one place may all be alike. None where the rows were
    not drawn at random or are too few for it.
    """
    if method is SampleMethod.ALL_ROWS:
        return 0.0
    drawn = rows_looked_at if draws is None else draws
    if method not in _AT_RANDOM or drawn < _FEWEST_DRAWS:
        return None
    return 3 / drawn


_LOOKED = frozenset({Look.SCANNED, Look.PARTLY})


def is_worth_a_look(
    look: Coverage | None, change_key: str, judged_key: str, now: datetime, again_after: timedelta | None
) -> bool:
    """Whether a listed dataset is to be looked at by a run that looks at what is new or changed.

    Parameters:
        look: the last look at it.
        change_key: its change key as it is listed now; empty where its source gives no signal.
        judged_key: its change key when its rows were judged last.
        again_after: after how long what was only sampled is looked at again, with other rows, though unchanged.
    """
    if look is None or look.look not in _LOOKED:
        return look is None or not look.is_set_aside(change_key, now)
    if not change_key or change_key != judged_key:
        return True
    is_sampled = look.method is not SampleMethod.ALL_ROWS
    return again_after is not None and is_sampled and now - (look.scanned_at or now) >= again_after
