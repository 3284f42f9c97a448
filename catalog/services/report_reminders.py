"""Reminding people of reports and of what divisions are asked, each matter once, until it is done."""

from collections.abc import Collection
from dataclasses import dataclass

from catalog.model import report_notices
from catalog.model.cycle_machine import SIGNED
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep, DivisionTask
from catalog.model.notices import Notice, NoticeKind
from catalog.services.catalog import Catalog
from catalog.store import division_tasks, law
from catalog.store import notices as store
from catalog.store.engine import Connection

_OF_TASKS = frozenset({NoticeKind.DIVISION_ASKED, NoticeKind.DIVISION_DUE, NoticeKind.DIVISION_LATE})


@dataclass(frozen=True, slots=True)
class Reminder:
    """A notice, and who by name it is for ("" for those whose role it is alone)."""

    notice: Notice
    person_id: str = ""


def found(connection: Connection, catalog: Catalog) -> tuple[Reminder, ...]:
    """All that is to be told now of reports that are not signed, told before or not."""
    at, today = catalog.clock.now(), catalog.day()
    cycles = {
        one.id: one for state in CycleState if state not in SIGNED for one in law.where(connection, Cycle, state=state)
    }
    steps = law.where(connection, CycleStep, event=CycleEvent.RETURNED)
    tasks = law.where(connection, DivisionTask, done_at=None, withdrawn_at=None)
    of_cycles = (
        Reminder(notice) for one in cycles.values() for notice in report_notices.of_cycle(one, steps, today, at)
    )
    of_tasks = (
        Reminder(notice, one.person_id or "")
        for one in tasks
        if one.cycle_id in cycles
        for notice in report_notices.of_task(one, cycles[one.cycle_id], catalog.day(one.asked_at), today, at)
    )
    return (*of_cycles, *of_tasks)


def settle(connection: Connection, current: Collection[Reminder]) -> None:
    """Take back what is on its way and is not so any more: what was answered, submitted, or has another day."""
    keys = {one.notice.key for one in current}
    unsent = store.unsent(connection, report_notices.KINDS)
    store.withdraw(connection, [delivery_id for delivery_id, key in unsent if key not in keys])


def note_told(connection: Connection, catalog: Catalog, reminder: Reminder) -> None:
    """Note on what day who is asked was reminded last: where what tells them so is on its way to them."""
    notice, person_id = reminder.notice, reminder.person_id
    if notice.kind in _OF_TASKS and person_id and store.goes_to(connection, notice.key, person_id):
        division_tasks.note_reminder(connection, report_notices.number_of(notice), catalog.day())
