"""What the services answer where inventory cycles are what is asked for; see :mod:`catalog.model.views`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.model.cycle_machine import CycleMove
from catalog.model.cycles import Cycle, CycleStep, DivisionTask
from catalog.model.frozen_reports import FrozenReport, Rendition
from catalog.model.holdings import Agency
from catalog.model.report_answers import Answer, Comment, TaskState
from catalog.model.report_comments import Orphan, sent_back_whole
from catalog.model.report_content import ReportContent, SaidItem
from catalog.model.report_entries import Entry
from catalog.model.report_facts import Facts, PersonFact
from catalog.model.report_form import Element, Form, Task
from catalog.model.report_items import Item, Source


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
class ReportNow:
    """A cycle's report as it is now, with all that it is made of.

    ``last`` is what the agency's report before it said, ``last_cycle`` the cycle of that. ``signed`` is what was signed
    of a report that cannot be changed, None of one that can: ``answers`` are then what was signed, not what the records
    would draft now. ``preparer`` is who made it ready.
    """

    cycle: Cycle
    facts: Facts
    form: Form
    items: tuple[Item, ...]
    entries: tuple[Entry, ...]
    steps: tuple[CycleStep, ...]
    last_cycle: Cycle | None
    last: ReportContent | None
    answers: tuple[Answer, ...]
    signed: ReportContent | None
    preparer: PersonFact | None

    @property
    def sent_back(self) -> datetime | None:
        """When it was sent back whole, without a comment on any of it."""
        return sent_back_whole(self.steps, self.entries)


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
    that differ from the last report, ``questions`` what the form calls the elements, ``helps`` its help; ``gone`` what
    the last report said here and this one does not speak of. ``comments`` are what the privacy office said of the task
    as a whole, ``latest`` the number of the latest entry about it (0 for none); ``orphans`` what it said of what is not
    there any more.
    """

    page: CyclePage
    line: TaskLine
    answers: Mapping[Element, tuple[Answer, ...]]
    changes: tuple[Answer, ...]
    digest: str
    questions: Mapping[Element, str]
    helps: Mapping[Element, str]
    gone: tuple[SaidItem, ...] = ()
    gaps: tuple[Gap, ...] = ()
    comments: tuple[Comment, ...] = ()
    latest: int = 0
    orphans: tuple[Orphan, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The report as it will read: every answer in the order of the report, and how it differs from the last one.

    ``gone`` is what the last report said and this one does not speak of; ``content`` what is signed, over
    ``content_hash``.
    """

    page: CyclePage
    answers: Mapping[Element, tuple[Answer, ...]]
    changes: tuple[Answer, ...]
    questions: Mapping[Element, str]
    gone: tuple[SaidItem, ...]
    content: ReportContent
    content_hash: str


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
    """A round as a grid of agencies and tasks, and the agencies that have no cycle in it.

    ``cycles`` are those of one page where pages were asked for; ``found`` counts those of all pages.
    """

    line: RoundLine
    cycles: tuple[CycleLine, ...]
    missing: tuple[Agency, ...]
    found: int = 0
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class InventoryHub:
    """Where inventory begins: the actor's cycles, and (the privacy office) the rounds; ``asked`` what is asked of the
    actor as a steward, with the cycle and agency of each.
    """

    cycles: tuple[CycleLine, ...]
    rounds: tuple[RoundLine, ...]
    asked: tuple[tuple[DivisionTask, Cycle, Agency], ...]


@dataclass(frozen=True, slots=True)
class AgencyTicks:
    """What the submitted report of an agency ticks of one type; ``withheld`` where the public is not told."""

    agency_id: str
    collected: bool
    retained: bool
    disclosed: bool
    withheld: bool


@dataclass(frozen=True, slots=True)
class RollupType:
    """One type over all submitted reports: how many agencies collect, retain and disclose it, and which say what."""

    key: str
    label: str
    group: str
    collected: int
    retained: int
    disclosed: int
    agencies: tuple[AgencyTicks, ...]


@dataclass(frozen=True, slots=True)
class RollupCount:
    """Something counted over all submitted reports: how many of it, and in how many agencies."""

    label: str
    count: int
    agencies: int


@dataclass(frozen=True, slots=True)
class RollupAgency:
    """An agency in the roll-up. One that has not submitted counts for nothing: ``submitted`` is False, and what it
    holds is not known from this round.
    """

    cycle: Cycle
    agency: Agency
    submitted: bool
    late: bool
    types: int
    activities: int
    lacking: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Rollup:
    """What the submitted reports of a round say together, by what was signed alone.

    ``classifications`` count collections and disclosures by how they may take place, ``recipients`` agencies and lines
    by kind of party; ``lacking`` are disclosures without an agreement, ``withheld`` items that the public is not told;
    ``missing`` counts the agencies of the round that have not submitted; ``others`` are types that are none of the
    catalog's, in words of the agencies that say them.
    """

    line: RoundLine
    types: tuple[RollupType, ...]
    agencies: tuple[RollupAgency, ...]
    classifications: tuple[RollupCount, ...]
    recipients: tuple[RollupCount, ...]
    lacking: int
    withheld: int
    missing: int
    others: tuple[tuple[str, str], ...] = ()
