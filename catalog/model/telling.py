"""Who is told of what, when it is told anew, and when a delivery is tried again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from catalog.model.actors import Person, Role, RoleAssignment
from catalog.model.notices import Notice, NoticeKind
from catalog.model.runs import PauseReason, Run, RunState
from catalog.model.schedules import Schedule, Window

#: Whom each kind of notice is for. An officer is told of their own agency only.
AUDIENCE: dict[NoticeKind, frozenset[Role]] = {
    NoticeKind.SOURCE_FAILED: frozenset({Role.OPERATOR}),
    NoticeKind.QUIET_NIGHT: frozenset({Role.OPERATOR}),
    NoticeKind.SET_ASIDE: frozenset({Role.OPERATOR}),
    NoticeKind.NEEDS_A_PERSON: frozenset({Role.OPERATOR}),
    NoticeKind.SENSITIVE_TYPE: frozenset({Role.OFFICER, Role.CPO}),
}

#: What goes on being so is told again after this long.
TOLD_AGAIN = timedelta(days=7)
#: A run that a person has paused is left alone for this long before anybody is asked about it.
PAUSED_LONG = timedelta(days=1)
#: A person gets at most one mail in this long.
BETWEEN_MAILS = timedelta(hours=1)
#: How long what was given up stays an alarm.
ALARMING = timedelta(days=7)
#: What has not been tried for so long means that nobody sends.
OVERDUE = timedelta(days=1)
#: Times a delivery is tried.
MOST_TRIES = 5

_PAUSES = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4), timedelta(hours=4))


def audience(
    kind: NoticeKind, agency_id: str | None, held: Iterable[tuple[Person, RoleAssignment]]
) -> tuple[Person, ...]:
    """The people with an e-mail address who are to be told of a notice, each once.

    Parameters:
        agency_id: the agency it is about.
        held: every person with every role they hold.
    """
    told = {
        person.id: person
        for person, its in held
        if person.email and its.role in AUDIENCE[kind] and (its.role is not Role.OFFICER or its.agency_id == agency_id)
    }
    return tuple(told.values())


def pause_after(tries: int, luck: float) -> timedelta:
    """How long to wait after so many tries: longer each time.

    Parameters:
        luck: from 0 to 1, so that what failed together is not tried together: from 20 % less to 20 % more.
    """
    return _PAUSES[min(tries, len(_PAUSES)) - 1] * (0.8 + 0.4 * luck)


def weeks(since: datetime, now: datetime) -> int:
    """How many times over something is to be told again that has gone on since then."""
    return (now - since) // TOLD_AGAIN


def is_quiet(schedule: Schedule, window: Window, last: Run | None) -> bool:
    """Whether nothing was heard of a source since its last window opened. A run paused by a person is no silence.

    Parameters:
        window: the last window of the schedule that has closed; one from before the schedule was set does not count.
        last: the source's newest run.
    """
    if window.opens < schedule.set_at:
        return False
    if last is None:
        return True
    by_person = last.state is RunState.PAUSED and last.paused is PauseReason.PERSON
    return not by_person and max(last.last_progress_at, last.ended_at or last.last_progress_at) < window.opens


def is_told_again(told: Sequence[Notice], nights: int, now: datetime) -> bool:
    """Whether one more quiet night is to be told: the first, the second, and then once a week.

    Parameters:
        told: the notices of this silence so far, oldest first.
        nights: how many nights it has lasted.
    """
    if len(told) < min(nights, 2):
        return True
    return now - told[-1].at >= TOLD_AGAIN
