"""How far the tasks of a report are, and by how much: counts over its answers. Pure."""

from collections.abc import Sequence
from datetime import datetime

from catalog.model.report_answers import Answer, Origin, Since, TaskState, of_task, on_task, task_state
from catalog.model.report_comments import Orphan, orphans
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import CITES, ELEMENTS, Task
from catalog.model.report_said import ReportContent
from catalog.model.report_sayings import task_key
from catalog.model.report_views import Gap, TaskLine

#: What differs from the last report.
DIFFERENT = frozenset({Since.NEW, Since.CHANGED, Since.GONE})


def task_lines(
    answers: Sequence[Answer], entries: Sequence[Entry], gaps: Sequence[Gap], sent_back: datetime | None = None
) -> tuple[TaskLine, ...]:
    """The tasks of a report that can be changed, in the order of the list; ``sent_back`` is when it was sent back
    whole.
    """
    gone = orphans(answers, entries)
    states = {task: task_state(task, answers, entries, sent_back) for task in Task}
    return tuple(_line(task, of_task(task, answers), entries, gaps, gone, states[task]) for task in Task)


def signed_lines(content: ReportContent, entries: Sequence[Entry]) -> tuple[TaskLine, ...]:
    """The tasks of a report that is signed and cannot be changed, by what was signed alone: every task is done."""
    answered = {one.answers_id for one in entries if one.kind is EntryKind.ANSWERED}
    waiting = [one for one in entries if one.kind is EntryKind.COMMENTED and one.id not in answered]
    return tuple(_signed(task, content, waiting) for task in Task)


def changes(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers that differ from the last report."""
    return tuple(one for one in answers if one.since in DIFFERENT)


def _line(
    task: Task,
    answers: Sequence[Answer],
    entries: Sequence[Entry],
    gaps: Sequence[Gap],
    gone: Sequence[Orphan],
    state: TaskState,
) -> TaskLine:
    return TaskLine(
        task=task,
        cites=_cites(task),
        state=state,
        items=len(answers),
        filled=sum(one.is_filled for one in answers),
        prefilled=sum(one.prefilled for one in answers),
        moved=sum(one.moved for one in answers),
        changed=len(changes(answers)),
        gaps=sum(one.task is task and one.blocks for one in gaps),
        comments=sum(len(one.open_comments) for one in answers)
        + sum(one.answer is None for one in on_task(task, entries))
        + sum(len(one.open_comments) for one in gone if one.task is task),
        proposals=sum(len(one.proposals) for one in answers),
    )


def _signed(task: Task, content: ReportContent, waiting: Sequence[Entry]) -> TaskLine:
    own = [one for one in content.items if one.element in ELEMENTS[task]]
    keys = {one.key for one in own}
    asked = {task_key(task), *keys}
    return TaskLine(
        task=task,
        cites=_cites(task),
        state=TaskState.DONE,
        items=len(own),
        filled=sum(bool(one.text or one.fields) for one in own),
        prefilled=sum(one.origin != Origin.WRITTEN or bool(one.fields) for one in own),
        moved=0,
        changed=sum(one.key in keys for one in content.changes),
        gaps=0,
        comments=sum(one.item_key in asked for one in waiting),
        proposals=0,
    )


def _cites(task: Task) -> tuple[str, ...]:
    return tuple(dict.fromkeys(CITES[element] for element in ELEMENTS[task]))
