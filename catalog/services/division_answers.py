"""What divisions propose for a report, and what its officer takes up of it; see :mod:`catalog.services.division_tasks`.

A proposal is words, or nothing at all: it then says that the item holds as it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from catalog.errors import Conflict
from catalog.model.actors import Actor
from catalog.model.cycle_machine import WRITABLE
from catalog.model.cycles import Cycle, DivisionTask
from catalog.model.division_views import Askable, DivisionAnswer, DivisionLine, DivisionPage, DivisionsPage
from catalog.model.holdings import Agency
from catalog.model.report_answers import Answer
from catalog.model.report_entries import Entry, EntryKind, Said
from catalog.model.report_form import Element
from catalog.model.report_views import ReportNow
from catalog.services import access, cycle_steps, division_tasks, report_answering, report_states
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law, people, register
from catalog.store.engine import Connection


def of(actor: Actor, catalog: Catalog, task_id: int) -> DivisionPage:
    """All that one request asks, with what was proposed; for who is asked and who answers for the agency.

    Raises:
        NotAllowed: when the actor answers nothing.
        NotFound: when there is no such request that they see.
    """
    task, cycle = division_tasks.seen(actor, catalog, task_id)
    with catalog.reading() as connection:
        now = report_states.state_of(connection, catalog, cycle)
        line = _line(now, task, _names(connection, [task]), catalog.day())
        agency = _agency(connection, cycle)
    asked = _asked(now, task)
    elements = [element for element in Element if any(one.answer.item.element is element for one in asked)]
    return DivisionPage(
        line=line,
        cycle=cycle,
        agency=agency,
        answers={key: tuple(one for one in asked if one.answer.item.element is key) for key in elements},
        questions={one: now.form.questions[one].question for one in elements},
        helps={one: now.form.questions[one].help for one in elements},
        can_answer=line.is_open and cycle.state in WRITABLE,
        is_officer=access.may(actor, Action.ANSWER_REPORT, cycle.agency_id),
    )


def of_cycle(actor: Actor, catalog: Catalog, cycle_id: int) -> DivisionsPage:
    """What was asked of divisions for a report, and whom and which there are to ask; for who reads the report.

    Raises:
        NotAllowed: when the actor reads no reports at all.
        NotFound: when there is no such report that they may know of.
    """
    with catalog.reading() as connection:
        cycle = cycle_steps.known(connection, actor, cycle_id)
        now = report_states.state_of(connection, catalog, cycle)
        tasks = law.where(connection, DivisionTask, cycle_id=cycle_id)
        names = _names(connection, tasks)
        held = division_tasks.askable(connection, cycle.agency_id, catalog)
        agency = _agency(connection, cycle)
    activities = (fact.line.view.activity for fact in now.facts.activities)
    divisions = {" ".join(name.split()) for one in activities for name in (one.unit, *one.divisions)} - {""}
    return DivisionsPage(
        cycle=cycle,
        agency=agency,
        lines=tuple(_line(now, one, names, catalog.day()) for one in tasks),
        divisions=tuple(sorted(divisions, key=str.casefold)),
        people=tuple(Askable(who.id, who.name, role.role) for who, role in sorted(held, key=lambda one: one[0].name)),
        can_ask=cycle.state in WRITABLE and access.may(actor, Action.ANSWER_REPORT, cycle.agency_id),
    )


def propose(
    actor: Actor,
    catalog: Catalog,
    task_id: int,
    said: Mapping[str, tuple[str, int]],
    rests: Mapping[str, str] | None = None,
) -> tuple[Entry, ...]:
    """Propose words for items that a division is asked about, all of them or none.

    Parameters:
        said: by key of item, the words ("" where it holds as it is) and the latest entry of it that was seen.
        rests: by key of item, what it rested on when it was seen (:attr:`Answer.digest`).

    Raises:
        Conflict: when somebody was faster, records behind an item changed since it was seen, or the request or the
            report is not open any more.
        NotAllowed: when the actor answers nothing.
        NotFound: when there is no such request that they see.
        RequestError: when an item is no part of what is asked, or says nothing that could hold.
    """
    task, cycle = division_tasks.seen(actor, catalog, task_id)
    seen = rests or {}
    wanted = [
        Said(key, EntryKind.PROPOSED, text, division_task_id=task.id, expected=expected, seen=seen.get(key, ""))
        for key, (text, expected) in said.items()
    ]
    return report_answering.say_many(actor, catalog, cycle.id, wanted)


def take_up(actor: Actor, catalog: Catalog, task_id: int, entry_ids: Collection[int] | None = None) -> int:
    """Make what a division proposed what the report says: the last proposal of each item; earlier ones are put aside.
    What it is not asked about any more is left to the page of its task.

    Parameters:
        entry_ids: the proposals to take up; None for all that wait.

    Returns:
        How many items were answered so.

    Raises:
        Conflict: when one of them does not wait any more, or the report cannot be changed where it is.
        NotAllowed: when the actor does not answer for an agency.
        NotFound: when there is no such request of an agency for which they do.
    """
    task, cycle = division_tasks.seen(actor, catalog, task_id, Action.ANSWER_REPORT)
    with catalog.reading() as connection:
        now = report_states.state_of(connection, catalog, cycle)
    covered = division_tasks.covers(now, task)
    waiting = {one.item.key: (one, _of_task(one.proposals, task)) for one in now.answers if one.item.key in covered}
    known = {proposal.id for _, made in waiting.values() for proposal in made}
    if entry_ids is not None and not set(entry_ids) <= known:
        raise Conflict("What was proposed", "some of it does not wait any more", "Look at it again.")
    taken = 0
    with catalog.together() as joined:
        for answer, made in waiting.values():
            chosen = [one for one in made if entry_ids is None or one.id in entry_ids]
            if chosen:
                _take_up(actor, joined, cycle.id, answer, chosen)
                taken += 1
    return taken


def _take_up(actor: Actor, catalog: Catalog, cycle_id: int, answer: Answer, made: Sequence[Entry]) -> None:
    latest, key = answer.latest, answer.item.key
    for earlier in made[:-1]:
        latest = report_answering.say(
            actor, catalog, cycle_id, key, EntryKind.DISMISSED, answers_id=earlier.id, expected=latest
        ).id
    last = made[-1]
    kind = EntryKind.WROTE if last.text else EntryKind.STILL_TRUE
    report_answering.say(actor, catalog, cycle_id, key, kind, text=last.text, answers_id=last.id, expected=latest)


def _asked(now: ReportNow, task: DivisionTask) -> list[DivisionAnswer]:
    covered = division_tasks.covers(now, task)
    made = {
        key: list(some)
        for key, some in groupby(
            sorted(_of_task(now.entries, task), key=lambda one: (one.item_key, one.id)), lambda one: one.item_key
        )
    }
    return [_answer(one, made.get(one.item.key, [])) for one in now.answers if one.item.key in covered]


def _answer(answer: Answer, made: Sequence[Entry]) -> DivisionAnswer:
    last = made[-1] if made else None
    waits = last is not None and any(one.id == last.id for one in answer.proposals)
    moved = last is not None and last.digest != answer.digest
    return DivisionAnswer(answer, last, waits, last is not None and not last.text, moved)


def _of_task(entries: Iterable[Entry], task: DivisionTask) -> list[Entry]:
    return [one for one in entries if one.kind is EntryKind.PROPOSED and one.division_task_id == task.id]


def _line(now: ReportNow, task: DivisionTask, names: Mapping[str, str], today: date) -> DivisionLine:
    asked = _asked(now, task)
    return DivisionLine(
        task=task,
        asked=names.get(task.person_id or "", "") or task.contact,
        items=len(asked),
        answered=sum(one.proposed is not None for one in asked),
        waiting=sum(one.waits for one in asked),
        overdue=task.due_on < today and task.done_at is None and task.withdrawn_at is None,
    )


def _names(connection: Connection, tasks: Iterable[DivisionTask]) -> Mapping[str, str]:
    return people.names_of(connection, {one.person_id for one in tasks if one.person_id})


def _agency(connection: Connection, cycle: Cycle) -> Agency:
    return next(one for one in register.all_agencies(connection) if one.id == cycle.agency_id)
