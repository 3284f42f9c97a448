"""When a source is scanned by itself, and how much it may be burdened: windows, allowances, limits of its load."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from catalog.model.runs import PauseReason, Run, RunState

#: Days over which windows are looked for: a schedule has at least one a week, and the one of yesterday may be open.
_DAYS = 9
#: How long a run waits that failed or was kept from a busy source, before the same night tries again.
RETRY_AFTER = timedelta(minutes=30)
#: How long a run that has not ended makes no progress, before it is taken to have been killed.
TAKE_UP_AFTER = timedelta(minutes=5)


class Weekday(StrEnum):
    """Days of the week, as the standard library counts them: Monday is the first."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When and how hard a source may be read without a person asking.

    Parameters:
        days: the days on which a night begins, by their values.
        opens: local time at which the window opens.
        closes: local time at which it closes, on the next day where it is not later than ``opens``.
        seconds_a_day: how long the source may be kept at work a day; None for no limit.
        megabytes_a_day: how much it may be asked to send a day; None for no limit.
        most_active: statements of others at work from which on it is left alone; None for no limit.
        most_lag: seconds a replica may lag before it is left alone; None for no limit.
        look_again_days: days after which what was only sampled is looked at again though it did not change, so that
            coverage grows; 0 for never.
        held: whether a person has put it on hold.
        hold_reason: why, in their words.
    """

    source_id: int
    days: tuple[str, ...]
    opens: time
    closes: time
    seconds_a_day: int | None
    megabytes_a_day: int | None
    most_active: int | None
    most_lag: int | None
    look_again_days: int
    held: bool
    hold_reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """One night of a schedule: the date on which its window opens, and from when to when, in UTC."""

    night: date
    opens: datetime
    closes: datetime


def windows(schedule: Schedule, zone: ZoneInfo, day: date, step: int) -> Iterator[Window]:
    """The windows of a schedule, from that of a local ``day`` on, forwards (``step`` 1) or backwards (-1)."""
    weekdays = list(Weekday)
    for distance in range(_DAYS):
        night = day + timedelta(days=step * distance)
        if weekdays[night.weekday()] in schedule.days:
            yield window_of_night(schedule, zone, night)


def window_at(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Window | None:
    """The window that is open now."""
    today = now.astimezone(zone).date()
    nearest = islice(windows(schedule, zone, today, -1), 2)
    return next((window for window in nearest if window.opens <= now < window.closes), None)


def last_window(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Window | None:
    """The last window that has closed."""
    today = now.astimezone(zone).date()
    return next((window for window in windows(schedule, zone, today, -1) if window.closes <= now), None)


def next_window(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Window | None:
    """The next window that opens."""
    today = now.astimezone(zone).date()
    return next((window for window in windows(schedule, zone, today, 1) if window.opens > now), None)


def is_due(window: Window | None, last: Run | None, of_night: Run | None, now: datetime) -> bool:
    """Whether a source is to be scanned now: in its window, once a night, and on with what waits.

    Parameters:
        window: the window of its schedule that is open now, if any.
        last: the source's newest run.
        of_night: the run begun for the window's night.
        now: the time.
    """
    if window is None:
        return False
    if last is not None and last.state is RunState.PAUSED:
        return _may_go_on(last, window, now)
    if last is not None and last.ended_at is None:
        # Killed, or broken off by a fault of ours; or it goes on, which its lock tells.
        return now - last.last_progress_at >= TAKE_UP_AFTER
    if of_night is None:
        return True
    return of_night.state is RunState.FAILED and now - (of_night.ended_at or now) >= RETRY_AFTER


def _may_go_on(run: Run, window: Window, now: datetime) -> bool:
    match run.paused:
        case PauseReason.PERSON:
            return False
        case PauseReason.HOLD | PauseReason.ALLOWANCE:
            return True
        case PauseReason.BUSY:
            return now - run.last_progress_at >= RETRY_AFTER
        case _:
            return run.last_progress_at < window.opens


def day_began(zone: ZoneInfo, now: datetime) -> datetime:
    """When the local day of ``now`` began, in UTC: allowances are of a day."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


def window_of_night(schedule: Schedule, zone: ZoneInfo, night: date) -> Window:
    """The window that opens on a local day."""
    end = night if schedule.closes > schedule.opens else night + timedelta(days=1)
    opens = datetime.combine(night, schedule.opens, zone).astimezone(UTC)
    closes = datetime.combine(end, schedule.closes, zone).astimezone(UTC)
    if closes <= opens:
        # The clocks were put forward over all of it: it is as long as it says.
        length = datetime.combine(end, schedule.closes) - datetime.combine(night, schedule.opens)
        closes = opens + length
    return Window(night, opens, closes)
