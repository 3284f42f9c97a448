"""Asking divisions for their part of a report (§23-1205), and what each of them is asked.

Who is asked sees their part and nothing else of the report, and proposes: what the report says, its officer says
(:mod:`catalog.services.division_answers`).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from catalog.errors import Conflict, RequestError
from catalog.model.actors import ASKED_ROLES, Actor, Person, RoleAssignment
from catalog.model.cycle_machine import WRITABLE
from catalog.model.cycle_words import CYCLE_TEXT
from catalog.model.cycles import Cycle, DivisionTask
from catalog.model.register import Activity
from catalog.model.report_answers import Answer
from catalog.model.report_form import ELEMENTS, FILLINGS, Filling, Task
from catalog.model.report_items import SourceKind
from catalog.model.report_views import ReportNow
from catalog.services import access, cycle_steps
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law, people
from catalog.store.engine import Connection

_MOST_WORDS = 2_000
_LONGEST_LINE = 200


def ask(
    actor: Actor,
    catalog: Catalog,
    cycle_id: int,
    *,
    division: str,
    tasks: Sequence[str],
    person_id: str | None,
    contact: str,
    note: str,
    due_on: date,
) -> DivisionTask:
    """Ask a division for its part of some tasks of a report.

    Parameters:
        division: as activities name it; "" for all of the agency.
        tasks: of :class:`~catalog.model.report_form.Task`.
        person_id: who is asked; None for somebody without an account, whom ``contact`` names.
        note: what else they are to know.

    Raises:
        Conflict: when the report cannot be changed where it is, or they are asked this already.
        NotAllowed: when the actor does not answer for an agency.
        NotFound: when there is no such report of an agency for which they do.
        RequestError: when no task or nobody is named, who is named may not answer there, or the day is past.
    """
    words = DivisionTask(
        0, cycle_id, _line(division), _known(tasks), person_id or None, _line(contact), note.strip(), due_on,
        actor.name, catalog.clock.now(), None, "", None, None,
    )  # fmt: skip
    with catalog.reading() as connection:
        agency_id = cycle_steps.known(connection, actor, cycle_id, Action.ANSWER_REPORT).agency_id
    with catalog.changing(actor, "ask_division", f"cycle:{cycle_id}", agency_id=agency_id) as change:
        change.alone()
        cycle = _writable(change.connection, cycle_id)
        _fits(change, catalog, cycle, words)
        stored = law.add(change.connection, replace(words, asked_at=change.at))
        change.says(f"division_task:{stored.id}")
        change.compare(None, stored)
    return stored


def withdraw(actor: Actor, catalog: Catalog, task_id: int) -> DivisionTask:
    """Take back what a division is asked; what it proposed stays.

    Raises:
        Conflict: when it was answered or withdrawn already.
        NotAllowed: when the actor does not answer for an agency.
        NotFound: when there is no such request of an agency for which they do.
    """
    cycle = seen(actor, catalog, task_id, Action.ANSWER_REPORT)[1]
    with catalog.changing(actor, "withdraw_division_task", f"cycle:{cycle.id}", agency_id=cycle.agency_id) as change:
        change.alone()
        now = _open(change.connection, task_id)
        return _put(change, now, replace(now, withdrawn_at=change.at))


def done(actor: Actor, catalog: Catalog, task_id: int) -> DivisionTask:
    """Say that all a division wanted to say is said; by who is asked, or by who answers for the agency.

    Raises:
        Conflict: when it was said or withdrawn already, or the report cannot be changed where it is.
        NotAllowed: when the actor answers nothing.
        NotFound: when there is no such request that they see.
    """
    cycle = seen(actor, catalog, task_id)[1]
    with catalog.changing(actor, "finish_division_task", f"cycle:{cycle.id}", agency_id=cycle.agency_id) as change:
        change.alone()
        _writable(change.connection, cycle.id)
        now = _open(change.connection, task_id)
        return _put(change, now, replace(now, done_by=actor.name, done_at=change.at))


def reopen(actor: Actor, catalog: Catalog, task_id: int) -> DivisionTask:
    """Let a division say more after it said that it was done: it is asked anew, and told of it as of any request.

    Raises:
        Conflict: when it is open, was withdrawn, or the report cannot be changed where it is.
        NotAllowed: when the actor does not answer for an agency.
        NotFound: when there is no such request of an agency for which they do.
    """
    cycle = seen(actor, catalog, task_id, Action.ANSWER_REPORT)[1]
    with catalog.changing(actor, "reopen_division_task", f"cycle:{cycle.id}", agency_id=cycle.agency_id) as change:
        change.alone()
        _writable(change.connection, cycle.id)
        now = law.one(change.connection, DivisionTask, task_id)
        if now is None or now.done_at is None or now.withdrawn_at is not None:
            raise Conflict("This request", "it is not one that was answered", "Look at it again.")
        return _put(change, now, replace(now, asked_by=actor.name, asked_at=change.at, done_by="", done_at=None))


def covers(now: ReportNow, task: DivisionTask) -> frozenset[str]:
    """The keys of the items that a division is asked about: of its tasks those that rest on its activities, all for "",
    and what only people can say and nobody has. What is withheld is asked of nobody, nor is what was withheld in the
    last report while nobody decided of it in this one: what is asked leaves the catalog by mail.
    """
    elements = {element for one in task.tasks for element in ELEMENTS[Task(one)]}
    of_tasks = [one for one in now.answers if one.item.element in elements and not _is_withheld(one)]
    if not task.division:
        return frozenset(one.item.key for one in of_tasks)
    views = (fact.line.view.activity for fact in now.facts.activities)
    own = {str(one.id) for one in views if _same(task.division) & divisions_of(one)}
    return frozenset(one.item.key for one in of_tasks if _is_about(one, own, task.division))


def divisions_of(activity: Activity) -> frozenset[str]:
    """The divisions that an activity names, however they are written."""
    return frozenset(name for one in (activity.unit, *activity.divisions) for name in _same(one))


def askable(connection: Connection, agency_id: str, catalog: Catalog) -> list[tuple[Person, RoleAssignment]]:
    """Who by name may be asked in an agency; roles through groups are known at sign-in alone."""
    held = people.assigned(connection, catalog.clock.now())
    return [(who, role) for who, role in held if role.agency_id == agency_id and role.role in ASKED_ROLES]


def seen(
    actor: Actor, catalog: Catalog, task_id: int, action: Action = Action.ANSWER_FOR_DIVISION
) -> tuple[DivisionTask, Cycle]:
    """A request that the actor sees, with the cycle it is of: one made to them, or of an agency they answer for.

    Raises:
        NotAllowed: when their roles include neither.
        NotFound: when there is none that they see.
    """
    access.require(actor, action)
    with catalog.reading() as connection:
        task = law.one(connection, DivisionTask, task_id)
        cycle = law.one(connection, Cycle, task.cycle_id) if task else None
    if task is None or cycle is None or not _sees(actor, task, cycle):
        raise access.nothing_here("This request")
    access.require(actor, action, cycle.agency_id)
    return task, cycle


def _sees(actor: Actor, task: DivisionTask, cycle: Cycle) -> bool:
    if access.may(actor, Action.ANSWER_REPORT, cycle.agency_id):
        return True
    is_asked = task.person_id == actor.person_id and task.withdrawn_at is None
    return is_asked and access.may(actor, Action.ANSWER_FOR_DIVISION, cycle.agency_id)


def _is_withheld(answer: Answer) -> bool:
    return answer.withheld is not None or (bool(answer.last_withheld) and not answer.withheld_said)


def _is_about(answer: Answer, activity_ids: Collection[str], division: str) -> bool:
    """Whether an item is of a division. What somebody added, and words whose record is gone, are of none."""
    item = answer.item
    if answer.is_own:
        return False
    if FILLINGS[item.element] is Filling.HUMAN or not answer.is_filled:
        return True
    if any(one.kind is SourceKind.ACTIVITY and one.id in activity_ids for one in item.sources):
        return True
    return item.key.casefold() == f"{item.element.value}/{division}".casefold()


def _same(name: str) -> frozenset[str]:
    """A name as it is compared; nothing for none."""
    told = " ".join(name.split()).casefold()
    return frozenset({told} if told else ())


def _known(tasks: Sequence[str]) -> tuple[str, ...]:
    """The tasks asked for, in the order of the report.

    Raises:
        RequestError: when there is none, or no such task.
    """
    known = {one.value for one in Task}
    if not tasks or not set(tasks) <= known:
        cause = "no task is chosen" if not tasks else "there is no such task"
        raise RequestError("What is asked", cause, "Choose which of the report's tasks they answer.")
    return tuple(one.value for one in Task if one.value in tasks)


def _line(text: str) -> str:
    return " ".join(text.split())


def _fits(change: Change, catalog: Catalog, cycle: Cycle, task: DivisionTask) -> None:
    thing = "What is asked"
    if max(len(task.division), len(task.contact)) > _LONGEST_LINE or len(task.note) > _MOST_WORDS:
        raise RequestError(thing, "it has more words than there is room for", "Write less.")
    if task.due_on < catalog.day(change.at):
        raise RequestError(thing, f"the day it is due ({task.due_on}) is past", "Give a day to come.")
    if task.person_id is None and not task.contact:
        raise RequestError(thing, "nobody is named", "Choose who is asked, or write down whom you send the workbook.")
    may = {who.id for who, _ in askable(change.connection, cycle.agency_id, catalog)}
    if task.person_id is not None and task.person_id not in may:
        raise RequestError(thing, "who is named has no role in this agency", "Choose one of those who have.")
    for other in law.where(change.connection, DivisionTask, cycle_id=cycle.id):
        same = (other.division, other.person_id, other.contact) == (task.division, task.person_id, task.contact)
        if same and other.done_at is None and other.withdrawn_at is None and set(other.tasks) & set(task.tasks):
            raise Conflict(thing, "they are asked some of this already", "Withdraw that request first.")


def _writable(connection: Connection, cycle_id: int) -> Cycle:
    cycle = law.one(connection, Cycle, cycle_id)
    if cycle is None:
        raise access.nothing_here("This report")
    if cycle.state not in WRITABLE:
        cause = f"it is “{CYCLE_TEXT[cycle.state]}”: what it says cannot be changed now"
        raise Conflict(cycle_steps.report_of(cycle), cause, "Look at where it is.")
    return cycle


def _open(connection: Connection, task_id: int) -> DivisionTask:
    """The request as it is now.

    Raises:
        Conflict: when it was answered or withdrawn.
    """
    now = law.one(connection, DivisionTask, task_id)
    if now is None:
        raise access.nothing_here("This request")
    if now.done_at is not None or now.withdrawn_at is not None:
        cause = "it was withdrawn" if now.withdrawn_at else "it was said to be done"
        raise Conflict("This request", cause, "Look at it again.")
    return now


def _put(change: Change, before: DivisionTask, after: DivisionTask) -> DivisionTask:
    law.put(change.connection, after)
    change.says(f"division_task:{after.id}")
    change.compare(before, after)
    return after
