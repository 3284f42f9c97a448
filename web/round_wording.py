"""How a round of inventory reports reads: one sentence above it, and a word and a count in every cell of its grid."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.documents.document import Block, BulletList, KeyValues, Paragraph, Table
from catalog.documents.report_words import TITLES
from catalog.model.cycle_machine import SIGNED
from catalog.model.cycle_words import CYCLE_TEXT, EVENT_TEXT, TASK_STATE_TEXT
from catalog.model.cycles import Cycle, CycleState
from catalog.model.frozen_reports import Check
from catalog.model.report_answers import TaskState
from catalog.model.report_form import Element, Task
from catalog.model.report_said import ReportContent, SaidItem
from catalog.model.report_views import CycleLine, Rollup, RollupType, RoundLine, TaskLine

#: What the columns of the grid are called; the whole words stand in the table's legend.
TASK_SHORT: dict[Task, str] = {
    Task.TYPES: "Types",
    Task.CLASSIFIED: "Approvals",
    Task.POLICIES: "Policies",
    Task.AGREEMENTS: "Agreements",
    Task.ENTITIES: "Who asks",
    Task.PURPOSES: "Purposes",
    Task.IMPACT: "Impact",
    Task.ACCESS: "Access",
    Task.CONTRACTORS: "Contractors",
}
_MARK: dict[TaskState, str] = {
    TaskState.NOT_STARTED: "none",
    TaskState.IN_PROGRESS: "open",
    TaskState.LOOK_AGAIN: "warn",
    TaskState.DONE: "good",
}
#: What making a file again told of it.
CHECK_TEXT: dict[Check, str] = {
    Check.SAME: "The same, to the byte",
    Check.OTHER_RENDERER: "Other bytes: another version of the program makes it now",
    Check.DIFFERENT: "Different, though the same program makes it",
    Check.NOT_KEPT: "Cannot be compared: it was not kept how it was when submitted",
    Check.GONE: "What it was when submitted is not there any more, and nothing says why",
    Check.NOT_SUBMITTED: "Not submitted yet, so there is nothing to compare with",
    Check.NOT_MADE: "Not compared: it cannot be made on this machine",
}
_BLOCKS: dict[type[Block], str] = {Table: "table", BulletList: "list", KeyValues: "pairs", Paragraph: "words"}
_CYCLE_MARK: dict[CycleState, str] = {
    CycleState.OPEN: "none",
    CycleState.RETURNED: "warn",
    **dict.fromkeys(SIGNED, "good"),
}


@dataclass(frozen=True, slots=True)
class CellText:
    """One cell of the grid: a word, a count, what is lacking ("" for nothing), and the class that goes with it."""

    word: str
    count: str
    lacking: str
    mark: str


def task_cell(task: TaskLine) -> CellText:
    """How far one task of one agency is."""
    counts = {
        TaskState.NOT_STARTED: f"{task.filled:,} of {task.items:,}",
        TaskState.IN_PROGRESS: f"{task.filled:,} of {task.items:,}",
        TaskState.LOOK_AGAIN: f"{task.moved:,} changed",
        TaskState.DONE: f"{task.filled:,} of {task.items:,}",
    }
    counted = counts[task.state] if task.items else "nothing to say yet"
    lacking = f"{task.gaps:,} lacking" if task.gaps else ""
    return CellText(TASK_STATE_TEXT[task.state], counted, lacking, _MARK[task.state])


def cycle_mark(state: CycleState) -> str:
    """The class of a cycle's state."""
    return _CYCLE_MARK.get(state, "open")


def cycle_days(line: CycleLine) -> str:
    """How long there is left, or how late it is; "" where it was in time."""
    if line.cycle.submitted_on:
        return "was late" if line.late else ""
    days = abs(line.days_left)
    many = f"{days:,} day" if days == 1 else f"{days:,} days"
    if line.late:
        return f"late by {many}"
    return f"{many} left" if days else "due today"


def round_in_short(line: RoundLine) -> str:
    """A round in one sentence: 3 of 12 agencies have submitted; none is late; 2 were sent back."""
    if not line.agencies:
        return "No agency is in this round."
    have = "has" if line.agencies == 1 else "have"
    agencies = "agency" if line.agencies == 1 else "agencies"
    submitted = f"{line.submitted:,} of {line.agencies:,} {agencies} {have} submitted"
    if not line.submitted:
        submitted = "The agency has not submitted" if line.agencies == 1 else f"None of {line.agencies:,} has submitted"
    parts = [submitted, f"{_some(line.late)} late"]
    if line.returned:
        parts.append(f"{line.returned:,} {'was' if line.returned == 1 else 'were'} sent back")
    return "; ".join(parts) + "."


def _some(count: int) -> str:
    return "none is" if not count else f"{count:,} {'is' if count == 1 else 'are'}"


def lacks(line: CycleLine, task: Task) -> bool:
    """Whether an agency has not attested a task, or something in it is lacking."""
    return any(one.task is task and (one.state is not TaskState.DONE or one.gaps) for one in line.tasks)


def task_of_line(tasks: Iterable[TaskLine], task: Task) -> TaskLine | None:
    """The line of one task."""
    return next((one for one in tasks if one.task is task), None)


def total_gaps(tasks: Sequence[TaskLine]) -> int:
    """How much is lacking in all tasks together."""
    return sum(one.gaps for one in tasks)


def period(of: Cycle | RoundLine) -> str:
    """The years a report is about: 2024–2026."""
    return f"{of.period_from.year}–{of.period_to.year}"


def iso_day(text: str) -> str:
    """A day as a form holds it, in words; as it is where it is none."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{on:%b} {on.day}, {on.year}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"


def block_kind(block: Block) -> str:
    """What a part of a document is, for a page that shows it."""
    return _BLOCKS[type(block)]


def by_element(content: ReportContent) -> list[tuple[Element, list[SaidItem]]]:
    """What a report says, in the order of reports, without what it says nothing of."""
    parts = ((element, [item for item in content.items if item.element is element]) for element in Element)
    return [(element, items) for element, items in parts if items]


def rollup_in_short(page: Rollup) -> str:
    """What the submitted reports say together, in one sentence."""
    line = page.line
    if not line.submitted:
        return f"None of {line.agencies:,} agencies has submitted: nothing is known from this round yet."
    of = f"{line.submitted:,} of {line.agencies:,} reports"
    held = [kind for kind in page.types if kind.collected or kind.retained]
    most = max(held, key=lambda kind: (kind.collected, kind.label), default=None)
    widest = f"; {most.label} is collected by most, {most.collected:,} of them" if most and most.collected > 1 else ""
    named = f"{len(held):,} identifier {'type' if len(held) == 1 else 'types'}"
    return f"By {of}, agencies collect or retain {named}{widest}; {_some(line.late)} late."


def ticks_by_agency(kind: RollupType) -> dict[str, str]:
    """The cells of one type by agency: C collected, R retained, D disclosed, † withheld from the public; or nothing."""
    cells: dict[str, str] = defaultdict(str)
    for one in kind.agencies:
        ticks = (("C", one.collected), ("R", one.retained), ("D", one.disclosed), ("†", one.withheld))
        cells[one.agency_id] = " ".join(letter for letter, ticked in ticks if ticked)
    return cells


def any_withheld(kinds: Iterable[RollupType]) -> bool:
    """Whether anything of these types is withheld from the public."""
    return any(one.withheld for kind in kinds for one in kind.agencies)


FILTERS = {
    "rollup_in_short": rollup_in_short,
    "ticks_by_agency": ticks_by_agency,
    "any_withheld": any_withheld,
    "task_cell": task_cell,
    "cycle_mark": cycle_mark,
    "cycle_days": cycle_days,
    "round_in_short": round_in_short,
    "task_of_line": task_of_line,
    "total_gaps": total_gaps,
    "report_period": period,
    "iso_day": iso_day,
    "ordinal": ordinal,
    "block_kind": block_kind,
    "by_element": by_element,
}
WORDS = {
    "CYCLE_TEXT": CYCLE_TEXT,
    "CYCLE_EVENT_TEXT": EVENT_TEXT,
    "REPORT_TITLES": TITLES,
    "RENDITION_CHECK_TEXT": CHECK_TEXT,
    "TASK_SHORT": TASK_SHORT,
}
