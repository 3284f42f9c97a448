"""What of inventory cycles people are told without asking: what is opened, due, late or sent back, and what a division
is asked. Pure: a matter has the same notice however often it is looked at, and none when it is done. What is sent back
or asked anew is another matter: its notices have keys of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from catalog.model.cycle_machine import SIGNED, WRITABLE, is_late
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep, DivisionTask
from catalog.model.days import day_words
from catalog.model.notices import Notice, NoticeKind

#: So many days before a report is due its people are told of it; the nearest that has come.
REPORT_DAYS = (90, 30, 7)
#: So many days before it is due who is asked for a part is told of it again.
DIVISION_DAYS = (7, 1)

_SENTENCES: Mapping[NoticeKind, str] = {
    NoticeKind.REPORT_OPENED: "The inventory of {agency} is open: its agency report is due on {day}.",
    NoticeKind.REPORT_DUE: "The agency report of {agency} is due on {day} and is not submitted yet.",
    NoticeKind.REPORT_LATE: "The agency report of {agency} was due on {day} and is late.",
    NoticeKind.REPORT_RETURNED: "The agency report of {agency} was sent back. Why stands with it.",
    NoticeKind.DIVISION_ASKED: "A part of the agency report of {agency} was asked for, due on {day}.",
    NoticeKind.DIVISION_DUE: "A part of the agency report of {agency} is due on {day} and is not done yet.",
    NoticeKind.DIVISION_LATE: "A part of the agency report of {agency} was due on {day} and is not done.",
}
KINDS = frozenset(_SENTENCES)


def of_cycle(cycle: Cycle, steps: Sequence[CycleStep], today: date, at: datetime) -> Iterator[Notice]:
    """What is to be told of a cycle on a day.

    Parameters:
        steps: those by which it was sent back, in order.
    """
    if cycle.state in SIGNED:
        return
    back = max((one.id for one in steps if one.cycle_id == cycle.id and one.event is CycleEvent.RETURNED), default=0)
    if cycle.state is CycleState.OPEN:
        yield _told(NoticeKind.REPORT_OPENED, cycle.id, cycle.due_on, 0, cycle.agency_id, at)
    if cycle.state is CycleState.RETURNED:
        yield _told(NoticeKind.REPORT_RETURNED, cycle.id, cycle.due_on, back, cycle.agency_id, at)
    if is_late(cycle, today):
        yield _told(NoticeKind.REPORT_LATE, cycle.id, cycle.due_on, back, cycle.agency_id, at)
    else:
        came = [days for days in REPORT_DAYS if today >= cycle.due_on - timedelta(days=days)]
        if came:
            what = f"{min(came)}:{back}" if back else min(came)
            yield _told(NoticeKind.REPORT_DUE, cycle.id, cycle.due_on, what, cycle.agency_id, at)


def of_task(task: DivisionTask, cycle: Cycle, asked_on: date, today: date, at: datetime) -> Iterator[Notice]:
    """What is to be told of what a division is asked on a day; who has no account is told nothing.

    Parameters:
        asked_on: the day it was asked, or asked anew.
    """
    if task.done_at is not None or task.withdrawn_at is not None or cycle.state not in WRITABLE:
        return
    asked = f"{task.asked_at:%Y%m%d%H%M%S%f}"
    if task.due_on < today:
        yield _told(NoticeKind.DIVISION_LATE, task.id, task.due_on, asked, cycle.agency_id, at)
        return
    if task.person_id is None:
        return
    yield _told(NoticeKind.DIVISION_ASKED, task.id, task.due_on, asked, cycle.agency_id, at)
    days = [(one, task.due_on - timedelta(days=one)) for one in DIVISION_DAYS]
    came = [one for one, day in days if asked_on < day <= today]
    if came:
        yield _told(NoticeKind.DIVISION_DUE, task.id, task.due_on, f"{asked}:{min(came)}", cycle.agency_id, at)


def number_of(notice: Notice) -> int:
    """The cycle or the division task that a notice is about."""
    return int(notice.key.split(":")[1])


def due_on(notice: Notice) -> date:
    """When what a notice is about is due."""
    return date.fromisoformat(notice.key.split(":")[2])


def sentence(notice: Notice, agency: str) -> str:
    """What happened, in one sentence."""
    return _SENTENCES[notice.kind].format(agency=agency, day=day_words(due_on(notice)))


def path(notice: Notice) -> str:
    """Where in the application more is told."""
    of_division = notice.kind in {NoticeKind.DIVISION_ASKED, NoticeKind.DIVISION_DUE, NoticeKind.DIVISION_LATE}
    return f"/divisions/{number_of(notice)}" if of_division else f"/inventory/{number_of(notice)}"


def _told(kind: NoticeKind, number: int, due: date, what: int | str, agency_id: str, at: datetime) -> Notice:
    key = f"{kind.value}:{number}:{due.isoformat()}:{what}"
    return Notice(0, key, kind, agency_id, None, None, None, (), None, at)
