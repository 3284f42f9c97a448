"""Who is told of what, when it is told anew, and when a delivery is tried again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from catalog.model.actors import AGENCY_ROLES, ASKED_ROLES, Person, Role, RoleAssignment
from catalog.model.notices import Notice, NoticeKind
from catalog.model.runs import PauseReason, Run, RunState
from catalog.model.schedules import RETRY_AFTER, Schedule, Window

#: Whom each kind of notice is for, beside who is asked by name. Who has a role of an agency is told of that alone.
AUDIENCE: dict[NoticeKind, frozenset[Role]] = {
    NoticeKind.SOURCE_FAILED: frozenset({Role.OPERATOR}),
    NoticeKind.QUIET_NIGHT: frozenset({Role.OPERATOR}),
    NoticeKind.SET_ASIDE: frozenset({Role.OPERATOR}),
    NoticeKind.NEEDS_A_PERSON: frozenset({Role.OPERATOR}),
    NoticeKind.EXPORT_LIMIT: frozenset({Role.OPERATOR}),
    NoticeKind.LOCAL_SIGN_IN: frozenset({Role.OPERATOR}),
    NoticeKind.SENSITIVE_TYPE: frozenset({Role.OFFICER, Role.CPO}),
    NoticeKind.REPORT_OPENED: frozenset({Role.OFFICER, Role.DEPUTY}),
    NoticeKind.REPORT_DUE: frozenset({Role.OFFICER, Role.DEPUTY, Role.AGENCY_HEAD, Role.CPO_STAFF}),
    NoticeKind.REPORT_LATE: frozenset({Role.OFFICER, Role.DEPUTY, Role.AGENCY_HEAD, Role.CPO_STAFF, Role.CPO}),
    NoticeKind.REPORT_RETURNED: frozenset({Role.OFFICER, Role.DEPUTY, Role.AGENCY_HEAD}),
    NoticeKind.DIVISION_ASKED: frozenset(),
    NoticeKind.DIVISION_DUE: frozenset(),
    NoticeKind.DIVISION_LATE: frozenset({Role.OFFICER, Role.DEPUTY}),
}

#: What goes on being so is told again after this long.
TOLD_AGAIN = timedelta(days=7)
#: A run that a person has paused is left alone for this long before anybody is asked about it.
PAUSED_LONG = timedelta(days=1)
#: A run that has made no progress for longer is not taken to be going on.
ALIVE = timedelta(hours=1)
#: A person gets at most one mail in this long.
BETWEEN_MAILS = timedelta(hours=1)
#: How long what was given up stays an alarm.
ALARMING = timedelta(days=7)
#: So long the first page tells that somebody signed in by password.
OF_LATE = timedelta(days=1)
#: What has not been tried for so long means that nobody sends.
OVERDUE = timedelta(days=1)
#: Times a delivery is tried.
MOST_TRIES = 5

_PAUSES = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4), timedelta(hours=4))


def audience(
    kind: NoticeKind, agency_id: str | None, held: Iterable[tuple[Person, RoleAssignment]], person_id: str = ""
) -> tuple[Person, ...]:
    """The people with an e-mail address who are to be told of a notice, each once.

    Parameters:
        agency_id: the agency it is about.
        held: every person with every role they hold.
        person_id: who is told by name, as long as they hold a role in the agency in which they may answer.
    """

    def is_told(person: Person, its: RoleAssignment) -> bool:
        own = its.agency_id == agency_id
        if its.role in AUDIENCE[kind] and (own or its.role not in AGENCY_ROLES):
            return True
        return bool(person_id) and person.id == person_id and own and its.role in ASKED_ROLES

    return tuple({person.id: person for person, its in held if person.email and is_told(person, its)}.values())


def pause_after(tries: int, luck: float) -> timedelta:
    """How long to wait after so many tries: longer each time.

    Parameters:
        luck: from 0 to 1, so that what failed together is not tried together: from 20 % less to 20 % more.
    """
    return _PAUSES[min(tries, len(_PAUSES)) - 1] * (0.8 + 0.4 * luck)


def weeks(since: datetime, now: datetime) -> int:
    """How many times over something is to be told again that has gone on since then."""
    return (now - since) // TOLD_AGAIN


def may_be_quiet(schedule: Schedule, window: Window, last: Run | None) -> bool:
    """Whether it has to be asked when a source was heard of last: not where its newest run ended since then.

    Parameters:
        window: the last window of the schedule that has closed; one from before the schedule was set does not count.
        last: the source's newest run.
    """
    has_ended = last is not None and last.ended_at is not None and last.ended_at >= window.opens
    return window.opens >= schedule.set_at and not has_ended


def is_quiet(window: Window, last: Run | None, heard_at: datetime | None, now: datetime) -> bool:
    """Whether nothing was heard of a source since its last window opened. That it was taken up and paused says nothing;
    but a run that a person paused, or one that goes on now, is no silence.

    Parameters:
        last: the source's run that has not ended, or its newest.
        heard_at: when a run of the source ended last, or looked at something.
    """
    if last is not None and (_is_paused_by_person(last) or _goes_on(last, now)):
        return False
    return heard_at is None or heard_at < window.opens


def is_tried_again(run: Run, window: Window | None, now: datetime) -> bool:
    """Whether a run that failed is tried once more in its night before anybody is told of it. One that a person asked
    for is told at once.

    Parameters:
        window: the window of the night it is for, where its source is still scanned by itself.
    """
    if run.night is None or window is None or run.turn > 1:
        return False
    return now < window.closes and (run.ended_at or now) + RETRY_AFTER < window.closes


def _is_paused_by_person(run: Run) -> bool:
    return run.state is RunState.PAUSED and run.paused is PauseReason.PERSON


def _goes_on(run: Run, now: datetime) -> bool:
    return run.ended_at is None and run.state is not RunState.PAUSED and now - run.last_progress_at < ALIVE


def is_told_again(told: Sequence[Notice], nights: int, now: datetime) -> bool:
    """Whether one more quiet night is to be told: the first, the second, and then once a week.

    Parameters:
        told: the notices of this silence so far, oldest first.
        nights: how many nights it has lasted.
    """
    if len(told) < min(nights, 2):
        return True
    return now - told[-1].at >= TOLD_AGAIN
