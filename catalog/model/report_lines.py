"""How far the tasks of a report are, and by how much: counts over its answers. Pure."""

from collections.abc import Sequence

from catalog.model.report_answers import Answer, Since, TaskState, of_task, task_state
from catalog.model.report_entries import Entry
from catalog.model.report_form import CITES, ELEMENTS, Task
from catalog.model.report_views import Gap, TaskLine

#: What differs from the last report.
DIFFERENT = frozenset({Since.NEW, Since.CHANGED, Since.GONE})


def task_lines(
    answers: Sequence[Answer], entries: Sequence[Entry], gaps: Sequence[Gap], *, signed: bool
) -> tuple[TaskLine, ...]:
    """The tasks of a report, in the order of the list.

    Parameters:
        signed: whether it is signed and cannot be changed: then every task is done.
    """
    return tuple(_line(task, of_task(task, answers), entries, gaps, signed=signed) for task in Task)


def changes(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers that differ from the last report."""
    return tuple(one for one in answers if one.since in DIFFERENT)


def _line(
    task: Task, answers: Sequence[Answer], entries: Sequence[Entry], gaps: Sequence[Gap], *, signed: bool
) -> TaskLine:
    return TaskLine(
        task=task,
        cites=tuple(dict.fromkeys(CITES[element] for element in ELEMENTS[task])),
        state=TaskState.DONE if signed else task_state(task, answers, entries),
        items=len(answers),
        filled=sum(one.is_filled for one in answers),
        prefilled=sum(one.prefilled for one in answers),
        moved=sum(one.moved for one in answers),
        changed=len(changes(answers)),
        gaps=sum(one.task is task and one.blocks for one in gaps),
        comments=sum(len(one.open_comments) for one in answers),
        proposals=sum(len(one.proposals) for one in answers),
    )
