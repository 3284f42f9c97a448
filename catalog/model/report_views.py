"""What the services answer where inventory cycles are what is asked for; see :mod:`catalog.model.views`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog.model.cycle_machine import CycleMove
from catalog.model.cycles import Cycle, CycleStep, DivisionTask
from catalog.model.frozen_reports import FrozenReport, Rendition
from catalog.model.holdings import Agency
from catalog.model.report_answers import Answer, TaskState
from catalog.model.report_form import Element, Task
from catalog.model.report_items import Source


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is lacking before the report can be signed, or (``blocks`` False) that is good to know.

    ``task`` and ``item_key`` say where it is mended, where it is mended in the report; ``sources`` which records.
    """

    code: str
    text: str
    blocks: bool
    task: Task | None
    item_key: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in the list: how far it is, how many of its items say something, were filled before anybody wrote, moved
    since somebody spoke of them, differ from the last report, and what is lacking in it.
    """

    task: Task
    cites: tuple[str, ...]
    state: TaskState
    items: int
    filled: int
    prefilled: int
    moved: int
    changed: int
    gaps: int
    comments: int
    proposals: int


@dataclass(frozen=True, slots=True)
class CycleLine:
    """A cycle in a list, with how far its tasks are."""

    cycle: Cycle
    agency: Agency
    late: bool
    days_left: int
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class CyclePage:
    """One cycle: its list of tasks, what was said on the way, who was asked, what it froze as, and what may follow.

    ``last`` is the agency's report before it; ``can_write`` whether the actor may answer now; ``headers`` are the
    (name, words, source) of the head of the report.
    """

    line: CycleLine
    last: Cycle | None
    steps: tuple[CycleStep, ...]
    divisions: tuple[DivisionTask, ...]
    frozen: tuple[FrozenReport, ...]
    moves: tuple[CycleMove, ...]
    gaps: tuple[Gap, ...]
    headers: tuple[tuple[str, str, str], ...]
    can_write: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task of a cycle with its answers by element; ``digest`` is what attesting it is over, ``changes`` the answers
    that differ from the last report, ``questions`` what the form calls the elements, ``helps`` its help.
    """

    page: CyclePage
    line: TaskLine
    answers: Mapping[Element, tuple[Answer, ...]]
    changes: tuple[Answer, ...]
    digest: str
    questions: Mapping[Element, str]
    helps: Mapping[Element, str]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The report as it will read: every answer in the order of the report, and how it differs from the last one."""

    page: CyclePage
    answers: Mapping[Element, tuple[Answer, ...]]
    changes: tuple[Answer, ...]
    questions: Mapping[Element, str]


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """A signed report, with the cycle it is of and what it was in each format."""

    cycle: Cycle
    agency: Agency
    frozen: FrozenReport
    renditions: tuple[Rendition, ...]
    signatures: tuple[CycleStep, ...]


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round: the cycles of one period, opened together; how many were submitted, returned, or are late."""

    period_from: date
    period_to: date
    due_on: date
    agencies: int
    submitted: int
    returned: int
    late: int


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A round as a grid of agencies and tasks, and the agencies that have no cycle in it."""

    line: RoundLine
    cycles: tuple[CycleLine, ...]
    missing: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class InventoryHub:
    """Where inventory begins: the actor's cycles, and (the privacy office) the rounds; ``asked`` what is asked of the
    actor as a steward, with the cycle and agency of each.
    """

    cycles: tuple[CycleLine, ...]
    rounds: tuple[RoundLine, ...]
    asked: tuple[tuple[DivisionTask, Cycle, Agency], ...]
