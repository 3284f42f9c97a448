"""Lists of rounds of inventory reports to export: the rounds, the grid of one, and what the city holds by them."""

from collections.abc import Sequence

from catalog.model.cycle_words import CYCLE_TEXT, TASK_STATE_TEXT
from catalog.model.report_form import Task
from catalog.model.report_views import CycleLine, Rollup, RoundLine, RoundPage
from web.exports import Cell, Listing

_ROUND = ("period_from", "period_to", "due_on", "agencies", "submitted", "sent_back", "late")
_CYCLE = ("agency", "name", "state", "due_on", "submitted_on", "late", "days_left", "lacking")
_TICKS = (
    "type",
    "label",
    "group",
    "agency",
    "collected",
    "retained",
    "disclosed",
    "withheld_from_the_public",
    "report",
)
_OF_TASK = ("state", "items", "filled", "changed_since_said", "lacking")


def rounds(lines: Sequence[RoundLine]) -> Listing:
    """All rounds, the latest first."""
    return Listing("inventory-rounds", _ROUND, [_round(line) for line in lines])


def grid(page: RoundPage, lines: Sequence[CycleLine]) -> Listing:
    """The grid of one round: one row per agency, five columns per task."""
    headings = (*_CYCLE, *(f"{task.value}_{name}" for task in Task for name in _OF_TASK))
    name = f"inventory-round-{page.line.period_from.year}-{page.line.period_to.year}"
    return Listing(name, headings, [_cycle(line) for line in lines])


def rollup(page: Rollup) -> Listing:
    """Which agencies hold which types by their submitted reports; last come those that have not submitted, of which
    nothing is known.
    """
    acronyms = {one.agency.id: one.agency.acronym for one in page.agencies}
    rows: list[tuple[Cell, ...]] = [
        (kind.key.partition("/")[2], kind.label, kind.group, acronyms[one.agency_id], one.collected, one.retained,
         one.disclosed, one.withheld, "submitted")
        for kind in page.types
        for one in kind.agencies
    ]  # fmt: skip
    rows += [
        (None, None, None, one.agency.acronym, None, None, None, None, "not submitted")
        for one in page.agencies
        if not one.submitted
    ]
    name = f"inventory-rollup-{page.line.period_from.year}-{page.line.period_to.year}"
    return Listing(name, _TICKS, rows)


def _round(line: RoundLine) -> tuple[Cell, ...]:
    days = (line.period_from.isoformat(), line.period_to.isoformat(), line.due_on.isoformat())
    return (*days, line.agencies, line.submitted, line.returned, line.late)


def _cycle(line: CycleLine) -> tuple[Cell, ...]:
    by_task = {one.task: one for one in line.tasks}
    cells: list[Cell] = []
    for task in Task:
        one = by_task.get(task)
        cells += (
            (TASK_STATE_TEXT[one.state], one.items, one.filled, one.moved, one.gaps) if one else (None,) * len(_OF_TASK)
        )
    submitted = line.cycle.submitted_on
    head: tuple[Cell, ...] = (
        line.agency.acronym,
        line.agency.name,
        CYCLE_TEXT[line.cycle.state],
        line.cycle.due_on.isoformat(),
        submitted.isoformat() if submitted else None,
        line.late,
        None if submitted else line.days_left,
        sum(one.gaps for one in line.tasks),
    )
    return (*head, *cells)
