"""When a source is scanned by itself, and how much it may be burdened: windows, allowances, limits of its load."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


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
