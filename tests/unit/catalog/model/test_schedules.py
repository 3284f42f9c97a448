from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import SkipReason
from catalog.model.runs import PauseReason, Run, RunState
from catalog.model.schedules import (
    RETRY_AFTER,
    TAKE_UP_AFTER,
    Schedule,
    Weekday,
    is_due,
    last_window,
    next_window,
    window_at,
    window_of_night,
)

CITY = ZoneInfo("America/New_York")
SOMETIME = datetime(2026, 1, 1, tzinfo=UTC)
EVERY_DAY = tuple(day.value for day in Weekday)
MIDNIGHT = datetime(2026, 11, 28, 5, tzinfo=UTC)
"""Local midnight between Friday and Saturday."""


def a_schedule(opens: str = "22:00", closes: str = "06:00", days: tuple[str, ...] = EVERY_DAY) -> Schedule:
    return Schedule(
        source_id=1,
        days=days,
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        seconds_a_day=None,
        megabytes_a_day=None,
        most_active=None,
        most_lag=None,
        look_again_days=0,
        held=False,
        hold_reason="",
        set_by="op",
        set_at=SOMETIME,
    )


def a_run(state: RunState, at: datetime, night: date | None, paused: PauseReason | None = None) -> Run:
    ended = at if state in {RunState.DONE, RunState.FAILED, RunState.CANCELLED} else None
    reason = SkipReason.UNREACHABLE if state is RunState.FAILED else None
    return Run(7, 1, state, reason, 1, False, True, 9, 9, 3, "op", at, at, ended, night, "", paused)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY).astimezone(UTC)


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens() -> None:
    window = window_at(a_schedule(), CITY, local("2026-11-28 05:59"))
    assert window is not None
    assert (window.night, window.opens, window.closes) == (
        date(2026, 11, 27),
        local("2026-11-27 22:00"),
        local("2026-11-28 06:00"),
    )
    assert window_at(a_schedule(), CITY, local("2026-11-28 06:00")) is None
    assert window_at(a_schedule(), CITY, local("2026-11-28 21:59")) is None


def test_only_on_its_days_does_a_night_begin() -> None:
    workdays = a_schedule(days=("mon", "tue", "wed", "thu", "fri"))
    assert window_at(workdays, CITY, local("2026-11-28 03:00")), "Friday's night lasts into Saturday"
    assert window_at(workdays, CITY, local("2026-11-28 23:00")) is None
    following = next_window(workdays, CITY, local("2026-11-28 12:00"))
    before = last_window(workdays, CITY, local("2026-11-29 12:00"))
    assert following is not None
    assert before is not None
    assert (following.night, before.night) == (date(2026, 11, 30), date(2026, 11, 27))


def test_a_window_of_a_whole_day_is_always_open() -> None:
    always = a_schedule("00:00", "00:00")
    for hour in range(48):
        at = MIDNIGHT + timedelta(hours=hour)
        window = window_at(always, CITY, at)
        assert window is not None
        assert window.opens <= at < window.closes


@pytest.mark.parametrize(
    ("night", "opens", "closes", "hours"),
    [
        ("2026-03-07", "22:00", "06:00", 7),  # the clocks go forward at 2
        ("2026-10-31", "22:00", "06:00", 9),  # and back
        ("2026-03-08", "02:00", "03:00", 1),  # an hour that does not exist
        ("2026-03-08", "02:30", "02:45", 0.25),
        ("2026-11-01", "01:00", "02:00", 2),  # one that comes twice
    ],
)
def test_changes_of_the_clock_leave_no_night_without_a_window(
    night: str, opens: str, closes: str, hours: float
) -> None:
    window = window_of_night(a_schedule(opens, closes), CITY, date.fromisoformat(night))
    assert window.closes - window.opens == timedelta(hours=hours)
    assert window_at(a_schedule(opens, closes), CITY, window.opens) == window


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: SOMETIME + timedelta(minutes=minutes))
SCHEDULES = st.builds(
    lambda opens, closes, days: replace(a_schedule(days=tuple(days)), opens=opens, closes=closes),
    TIMES,
    TIMES,
    st.lists(st.sampled_from(EVERY_DAY), min_size=1, unique=True),
)


@given(SCHEDULES, INSTANTS)
@settings(max_examples=200)
def test_windows_lie_around_every_instant_as_they_say(schedule: Schedule, now: datetime) -> None:
    is_open, before, after = (look(schedule, CITY, now) for look in (window_at, last_window, next_window))
    assert is_open is None or is_open.opens <= now < is_open.closes
    assert before is not None
    assert after is not None
    assert before.closes <= now < after.opens
    assert {EVERY_DAY[window.night.weekday()] for window in (before, after)} <= set(schedule.days)


@given(SCHEDULES, INSTANTS, st.lists(st.tuples(st.integers(-120, 600), st.booleans()), min_size=20, max_size=60))
@settings(max_examples=100)
def test_whoever_looks_and_however_clocks_jump_a_night_begins_once(
    schedule: Schedule, start: datetime, ticks: list[tuple[int, bool]]
) -> None:
    """Several look at clocks that jump back two hours at most; what one begins the others see, done or killed."""
    begun: dict[date, Run] = {}
    now, last = start, None
    for minutes, dies in ticks:
        now += timedelta(minutes=minutes)
        window = window_at(schedule, CITY, now)
        of_night = begun.get(window.night) if window else None
        if window is None or not is_due(window, last, of_night, now):
            is_open = last is not None and last.ended_at is None
            assert window is None or of_night is not None or is_open, "an open window is not missed"
            continue
        assert last is None or last.ended_at or now - last.last_progress_at >= TAKE_UP_AFTER
        assert of_night is None or of_night.state is RunState.SCANNING, "only what was killed is gone on with"
        last = begun[window.night] = a_run(RunState.SCANNING if dies else RunState.DONE, now, window.night)


@pytest.mark.parametrize(
    ("paused", "waited", "due"),
    [
        (PauseReason.PERSON, timedelta(days=3), False),
        (PauseReason.WINDOW, timedelta(hours=1), False),
        (PauseReason.WINDOW, timedelta(hours=20), True),
        (PauseReason.HOLD, timedelta(minutes=1), True),
        (PauseReason.BUSY, RETRY_AFTER / 2, False),
        (PauseReason.BUSY, RETRY_AFTER, True),
        (PauseReason.ALLOWANCE, timedelta(minutes=30), True),  # where there is some again
    ],
)
def test_what_waits_goes_on_when_what_it_waited_for_has_come(paused: PauseReason, waited: timedelta, due: bool) -> None:
    now = local("2026-11-28 01:00")
    window = window_at(a_schedule(), CITY, now)
    run = a_run(RunState.PAUSED, now - waited, date(2026, 11, 27), paused)
    assert is_due(window, run, run, now) is due


def test_a_night_that_failed_is_tried_again_after_a_while() -> None:
    now = local("2026-11-28 01:00")
    window = window_at(a_schedule(), CITY, now)
    failed = a_run(RunState.FAILED, now, date(2026, 11, 27))
    assert not is_due(window, failed, failed, now)
    assert is_due(window, failed, failed, now + RETRY_AFTER)


def test_outside_of_a_window_nothing_is_due() -> None:
    assert not is_due(None, None, None, SOMETIME)
