"""Words for nights: schedules, why a run waits, how deep a look went, what it cost."""

from datetime import datetime
from zoneinfo import ZoneInfo

from catalog.model.coverage import MOST_TRIES, Coverage, Depth, SampleMethod
from catalog.model.runs import IntentKind, PauseReason
from catalog.model.schedules import Schedule, Weekday

PAUSE_TEXT: dict[PauseReason, str] = {
    PauseReason.PERSON: "somebody paused it",
    PauseReason.HOLD: "the source was put on hold",
    PauseReason.WINDOW: "its window closed; it goes on in the next one",
    PauseReason.ALLOWANCE: "today’s allowance is spent; it goes on tomorrow",
    PauseReason.BUSY: "the source was busy; it is tried again",
}
INTENT_TEXT: dict[IntentKind, str] = {
    IntentKind.SCAN: "Scan",
    IntentKind.CANCEL: "Cancel",
    IntentKind.TEST: "Test",
    IntentKind.PAUSE: "Pause",
    IntentKind.RESUME: "Go on",
}
DAY_TEXT: dict[str, str] = {
    Weekday.MONDAY: "Monday",
    Weekday.TUESDAY: "Tuesday",
    Weekday.WEDNESDAY: "Wednesday",
    Weekday.THURSDAY: "Thursday",
    Weekday.FRIDAY: "Friday",
    Weekday.SATURDAY: "Saturday",
    Weekday.SUNDAY: "Sunday",
}
_DEPTH_TEXT: dict[Depth, str] = {
    Depth.USUAL: "",
    Depth.AMBIGUOUS: "Read deeper than usual, because fewer rows left it open.",
    Depth.FREE_TEXT: "Read deeper than usual, because it holds texts in which a single row may name somebody.",
    Depth.NOTHING_FOUND: "Read deeper than usual, because nothing was found in the usual number of rows.",
}
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def nightly(schedule: Schedule) -> str:
    """Monday to Friday, 22:00 to 06:00."""
    if len(schedule.days) == len(Weekday):
        days = "Every day"
    elif schedule.days == _WORKDAYS:
        days = "Monday to Friday"
    else:
        days = ", ".join(DAY_TEXT[day] for day in schedule.days)
    if schedule.opens == schedule.closes:
        return f"{days}, from {schedule.opens:%H:%M} on for a day"
    return f"{days}, {schedule.opens:%H:%M} to {schedule.closes:%H:%M}"


def local(at: datetime, zone: ZoneInfo) -> str:
    """Fri Nov 27, 22:00."""
    there = at.astimezone(zone)
    return f"{there:%a} {there:%b} {there.day}, {there:%H:%M}"


def depth(coverage: Coverage) -> str:
    """Why a look went deeper than usual, and how far looks have come together."""
    parts = [_DEPTH_TEXT[coverage.depth]]
    if coverage.looks > 1 and coverage.since and coverage.rows_in_all > coverage.rows_looked_at:
        since = f"{coverage.since:%b} {coverage.since.day}, {coverage.since.year}"
        parts.append(f"In {coverage.looks:,} looks since {since}, each at other rows: {coverage.rows_in_all:,} rows.")
    return " ".join(filter(None, parts))


def plan(coverage: Coverage, rows: int | None) -> str:
    """Drawn with seed 739947: 2.0% of the rows in 250 independent draws."""
    if coverage.method is None or coverage.method is SampleMethod.ALL_ROWS:
        return ""
    draws = coverage.rows_looked_at if coverage.draws is None else coverage.draws
    share = f"{coverage.rows_looked_at / rows:.2%} of the rows" if rows and rows >= coverage.rows_looked_at else ""
    drawn = f"in {draws:,} independent draws" if coverage.missed_at_most is not None else ""
    told = " ".join(filter(None, (share, drawn)))
    return f"Seed {coverage.seed}{told and ': '}{told}"


def ends(coverage: Coverage) -> str:
    """Among them the 25 oldest and the 25 newest."""
    parts = [
        f"the {coverage.oldest:,} oldest" if coverage.oldest else "",
        f"the {coverage.newest:,} newest" if coverage.newest else "",
    ]
    told = " and ".join(filter(None, parts))
    return f"among them {told}" if told else ""


def cost(ms: int, size: int) -> str:
    """3.2 s of its time, 4.1 MB sent."""
    return f"{ms / 1000:,.1f} s of its time, {size / 1_000_000:,.1f} MB sent"


def aside(coverage: Coverage) -> str:
    """What happens with something that failed again and again."""
    if coverage.failures < MOST_TRIES:
        return ""
    return (
        "It is set aside after three tries, until it changes, a fortnight has passed or somebody asks for a full scan."
    )


FILTERS = {function.__name__: function for function in (nightly, local, depth, plan, ends, aside)}
WORDS: dict[str, object] = {
    "PAUSE_TEXT": PAUSE_TEXT,
    "INTENT_TEXT": INTENT_TEXT,
    "DAY_TEXT": DAY_TEXT,
    "cost": cost,
}
