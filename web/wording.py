"""How numbers, times, states and shares read on a page; every word for a state has its one home here."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from catalog.errors import SKIP_TEXT, SkipReason
from catalog.model.changes import ChangesPage
from catalog.model.coverage import CAVEAT_TEXT, Caveat, Coverage, Look, SampleMethod
from catalog.model.decisions import Standing
from catalog.model.evidence import Form, Share
from catalog.model.holdings import KIND_TEXT, SOURCE_TEXT, Band, Disclosure
from catalog.model.recogniser_sets import SetState, TrialState
from catalog.model.runs import Intent, RunState
from web import (
    approval_wording,
    copy_lists,
    event_wording,
    law_wording,
    night_wording,
    quarterly_wording,
    reconciliation_wording,
    register_wording,
    report_wording,
    review_wording,
    role_wording,
    round_wording,
)

LOOK_TEXT: dict[Look, str] = {
    Look.NOT_SCANNED: "Not scanned",
    Look.SCANNED: "Scanned",
    Look.PARTLY: "Partly scanned",
    Look.COULD_NOT_LOOK: "Could not look",
}
STANDING_TEXT: dict[Standing, str] = {
    Standing.SUGGESTED: "suggested",
    Standing.CONFIRMED: "confirmed",
    Standing.REJECTED: "not this type",
    Standing.REOPENED: "changed since decided",
}
FORM_TEXT: dict[Form, str] = {
    Form.FULL: "in full",
    Form.PARTIAL: "in part, such as the last digits",
    Form.HASHED: "hashed",
    Form.TOKENISED: "replaced by tokens",
    Form.DERIVED: "derived from it",
    Form.FREE_TEXT: "inside free text",
}
METHOD_TEXT: dict[SampleMethod, str] = {
    SampleMethod.ALL_ROWS: "all rows",
    SampleMethod.RANDOM_ROWS: "random",
    SampleMethod.PLACES: "from random places",
    SampleMethod.FIRST_ROWS: "the first rows only",
}
DISCLOSURE_TEXT: dict[Disclosure, str] = {
    Disclosure.HIDDEN: "Nothing",
    Disclosure.EXISTENCE: "That it exists",
    Disclosure.FULL: "What it holds",
}
DISCLOSURE_MEANS: dict[Disclosure, str] = {
    Disclosure.HIDDEN: "No page, list, count or search of theirs knows of it.",
    Disclosure.EXISTENCE: "Its title, description, agency and contact, so that they can ask for it; not what it holds.",
    Disclosure.FULL: "As well: the names of its columns, the identifier types people confirmed, whom it is about and "
    "how long it is kept, its programs and authorities, and how many people and rows, roughly.",
}
EMPTY_TEXT: dict[Band, str] = {
    Band.NONE: "never empty",
    Band.FEW: "rarely empty",
    Band.SOME: "sometimes empty",
    Band.MOST: "mostly empty",
    Band.ALL: "always empty",
}
DISTINCT_TEXT: dict[Band, str] = {
    Band.NONE: "no values",
    Band.FEW: "few distinct values",
    Band.SOME: "some distinct values",
    Band.MOST: "mostly distinct values",
    Band.ALL: "all values distinct",
}
RUN_TEXT: dict[RunState, str] = {
    RunState.LISTING: "Listing the datasets",
    RunState.SCANNING: "Scanning",
    RunState.PAUSED: "Paused",
    RunState.DONE: "Done",
    RunState.FAILED: "Failed",
    RunState.CANCELLED: "Canceled",
}
SET_TEXT: dict[SetState, str] = {
    SetState.DRAFT: "Draft",
    SetState.IN_USE: "In use",
    SetState.RETIRED: "No longer in use",
}
TRIAL_TEXT: dict[TrialState, str] = {
    TrialState.WAITING: "Waiting to be tried",
    TrialState.RUNNING: "Being tried",
    TrialState.DONE: "Tried",
    TrialState.FAILED: "Trial failed",
}


OTHER_TEXT: dict[str, str] = {
    "agency": "Agency",
    "type": "Identifier type",
    "protocol": "Protocol",
    "activity": "Collection or disclosure",
    "programme": "Program",
}


_UNITS = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "KB"))
#: A scan side at work takes up a wish within this time.
_SOON = timedelta(minutes=2)


def number(count: int) -> str:
    """12345 → 12,345."""
    return f"{count:,}"


def amount(size: int) -> str:
    """2300000 → 2.3 MB."""
    unit, words = next(((unit, words) for unit, words in _UNITS if size >= unit), (1, "bytes"))
    figure = size / unit
    return f"{figure:.1f} {words}" if unit > 1 and figure < 9.95 else f"{figure:,.0f} {words}"


def plural(count: int, singular: str, many: str = "") -> str:
    """(1, "column") → 1 column; (2, "column") → 2 columns."""
    return f"{count:,} {singular if count == 1 else many or singular + 's'}"


def moment(at: datetime) -> str:
    """Nov 22, 2026, 19:17 UTC."""
    return f"{at:%b} {at.day}, {at:%Y, %H:%M} UTC"


def day(on: date) -> str:
    """Nov 22, 2026."""
    return f"{on:%b} {on.day}, {on.year}"


def is_past(on: date) -> bool:
    """Whether a day is over, by the clock of Greenwich."""
    return on < datetime.now(UTC).date()


def percent(part: float) -> str:
    """A share of one in whole percent; what is neither none nor all never reads as either."""
    if 0 < part < 0.01:
        return "<1%"
    if 0.99 < part < 1:
        return ">99%"
    return f"{part:.0%}"


def is_estimate(part: Share) -> bool:
    """Whether a share narrows anything down; where only a name speaks, it lies between none and all."""
    return part.high - part.low < 1


def share(part: Share) -> str:
    """About 97% of rows (between 95% and 99%)."""
    if not is_estimate(part):
        return "not known: the values themselves say nothing"
    if part.low == part.high:
        return f"{percent(part.mid)} of rows"
    return f"about {percent(part.mid)} of rows (between {percent(part.low)} and {percent(part.high)})"


def reason(why: SkipReason | None) -> str:
    """Why something could not be looked at."""
    return SKIP_TEXT[why] if why else "no reason was recorded"


def caveats(those: Iterable[Caveat]) -> str:
    """Why only a part was seen, or may be misread."""
    return "; ".join(CAVEAT_TEXT[one] for one in those)


def looked_at(coverage: Coverage, rows: int | None) -> str:
    """1,000 of 50,000 rows, random."""
    if coverage.method is SampleMethod.ALL_ROWS:
        return f"all {plural(coverage.rows_looked_at, 'row')}"
    total = f" of about {rows:,}" if rows and rows >= coverage.rows_looked_at else ""
    how = f", {METHOD_TEXT[coverage.method]}" if coverage.method else ""
    ends = night_wording.ends(coverage)
    return f"{coverage.rows_looked_at:,}{total} rows{how}{ends and f', {ends}'}"


def bound(coverage: Coverage) -> str:
    """What "nothing found" means for a random sample of n rows, at 95 % confidence.

    It holds for what is looked for in every value; names and words of lists are judged by what many rows hold.
    """
    most = coverage.missed_at_most
    if not most:
        return ""
    rare = percent(most) if most >= 0.01 else f"{most:.1%}"
    return (
        f"If some rows hold a number or address that is looked for in every value, such as a Social Security number, "
        f"they are fewer than about {rare} of them. Names and words in a few rows may go unseen."
    )


def waited_long(intent: Intent) -> timedelta | None:
    """How long nobody has taken up a wish, by the clock of Greenwich; None for what may yet be taken at any moment."""
    if intent.taken_at or intent.ended_at:
        return None
    waited = datetime.now(UTC) - intent.asked_at
    return waited if waited > _SOON else None


def in_short(changes: ChangesPage) -> str:
    """What changed, in one sentence."""
    since, read = day(changes.since.date()), f"{changes.compared:,} of {plural(changes.sources, 'source')}"
    if not changes.compared:
        return f"No source has been read a second time since {since}: there is nothing to compare with yet."
    new = len({one.line.dataset.id for one in changes.moved if one.new})
    reshaped = {one.line.dataset.id for one in changes.reshaped}
    parts = [
        f"identifying information new in {plural(new, 'dataset')}" if new else "",
        f"columns new or gone in {plural(len(reshaped), 'dataset')}" if reshaped else "",
        plural(len(changes.appeared), "new dataset") if changes.appeared else "",
        f"{len(changes.renamed):,} renamed" if changes.renamed else "",
        f"{len(changes.missing):,} no longer listed" if changes.missing else "",
        f"{plural(len(changes.failed), 'source')} not read" if changes.failed else "",
    ]
    return f"Since {since}, with {read} read again: {', '.join(filter(None, parts)) or 'nothing changed'}."


def duration(length: timedelta) -> str:
    """1 h 5 min, 12 min or 40 s."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def heat_step(count: int) -> str:
    """The class of a heat-map cell: six steps of one hue."""
    return f"q{sum(count >= floor for floor in HEAT_FLOORS[1:])}"


#: Where the six steps of the heat map start.
HEAT_FLOORS = (1, 2, 5, 10, 25, 100)


FILTERS = (
    {
        function.__name__: function
        for function in (
            number,
            amount,
            plural,
            moment,
            day,
            is_past,
            percent,
            is_estimate,
            share,
            reason,
            caveats,
            looked_at,
            bound,
            in_short,
            waited_long,
            duration,
            heat_step,
        )
    }
    | approval_wording.FILTERS
    | copy_lists.FILTERS
    | event_wording.FILTERS
    | quarterly_wording.FILTERS
    | law_wording.FILTERS
    | night_wording.FILTERS
    | register_wording.FILTERS
    | reconciliation_wording.FILTERS
    | report_wording.FILTERS
    | review_wording.FILTERS
    | round_wording.FILTERS
)
WORDS = (
    {
        "LOOK_TEXT": LOOK_TEXT,
        "STANDING_TEXT": STANDING_TEXT,
        "FORM_TEXT": FORM_TEXT,
        "METHOD_TEXT": METHOD_TEXT,
        "DISCLOSURE_TEXT": DISCLOSURE_TEXT,
        "DISCLOSURE_MEANS": DISCLOSURE_MEANS,
        "KIND_TEXT": KIND_TEXT,
        "SOURCE_TEXT": SOURCE_TEXT,
        "EMPTY_TEXT": EMPTY_TEXT,
        "DISTINCT_TEXT": DISTINCT_TEXT,
        "RUN_TEXT": RUN_TEXT,
        "SET_TEXT": SET_TEXT,
        "TRIAL_TEXT": TRIAL_TEXT,
        "OTHER_TEXT": OTHER_TEXT,
        "HEAT_FLOORS": HEAT_FLOORS,
    }
    | approval_wording.WORDS
    | copy_lists.WORDS
    | event_wording.WORDS
    | quarterly_wording.WORDS
    | law_wording.WORDS
    | night_wording.WORDS
    | register_wording.WORDS
    | reconciliation_wording.WORDS
    | report_wording.WORDS
    | review_wording.WORDS
    | role_wording.WORDS
    | round_wording.WORDS
)
