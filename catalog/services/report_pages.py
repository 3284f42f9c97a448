"""What people see of inventory: cycles, tasks, the check before signing, and rounds (§23-1205).

A report is read by who answers for its agency, by its head, and by the privacy office and auditors; a steward is told
what is asked of them, and no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from catalog.model.actors import Actor
from catalog.model.cycle_machine import SIGNED, WRITABLE, By, is_late, moves
from catalog.model.cycles import Cycle, CycleState, DivisionTask
from catalog.model.frozen_reports import FrozenReport, Rendition
from catalog.model.holdings import Agency
from catalog.model.report_answers import Answer, of_task, on_task, task_digest
from catalog.model.report_checks import gaps
from catalog.model.report_comments import orphans
from catalog.model.report_content import gone, header
from catalog.model.report_form import ELEMENTS, Element, Task
from catalog.model.report_lines import changes, signed_lines, task_lines
from catalog.model.report_sayings import task_key
from catalog.model.report_views import (
    CheckPage,
    CycleLine,
    CyclePage,
    FrozenPage,
    Gap,
    InventoryHub,
    ReportNow,
    RoundLine,
    RoundPage,
    TaskLine,
    TaskPage,
)
from catalog.services import access, cycle_steps, report_contents
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.report_states import content_of, is_signed, signed_of, state_of, states_of
from catalog.store import law, register, reports
from catalog.store import report_pages as store
from catalog.store.engine import Connection

__all__ = [
    "PER_PAGE", "check", "content_of", "cycle", "frozen", "hub", "known", "round_line", "round_of", "round_page",
    "rounds", "state_of", "task",
]  # fmt: skip

#: So many agencies are on a page of the grid of a round.
PER_PAGE = 20


def known(actor: Actor, catalog: Catalog, cycle_id: int) -> Cycle:
    """A cycle that the actor may read.

    Raises:
        NotAllowed: when the actor reads no reports at all.
        NotFound: when there is no such cycle that they may know of.
    """
    with catalog.reading() as connection:
        return cycle_steps.known(connection, actor, cycle_id)


def hub(actor: Actor, catalog: Catalog) -> InventoryHub:
    """Where inventory begins: the cycles of the actor's agencies, the rounds of the city, and what is asked of them.

    Raises:
        NotAllowed: when the actor neither reads reports nor answers for a division.
    """
    reads = access.may(actor, Action.READ_REPORTS)
    if not reads:
        access.require(actor, Action.ANSWER_FOR_DIVISION)
    with catalog.reading() as connection:
        every = law.every(connection, Cycle)
        agencies = _agencies(connection)
        mine = access.scope(actor, Action.READ_REPORTS).agency_ids
        own = [one for one in every if mine is not None and one.agency_id in mine]
        lines = _lines(connection, catalog, sorted(own, key=lambda one: one.period_to, reverse=True), agencies)
        asked = _asked(connection, actor, every, agencies)
    city = access.may(actor, Action.READ_CITY_REPORTS)
    return InventoryHub(lines, _rounds(every, catalog.day()) if city else (), asked)


def cycle(actor: Actor, catalog: Catalog, cycle_id: int) -> CyclePage:
    """One cycle: how far its tasks are, what is lacking, what happened, and what may follow.

    Raises:
        NotAllowed: when the actor reads no reports at all.
        NotFound: when there is no such cycle that they may know of.
    """
    with catalog.reading() as connection:
        now = state_of(connection, catalog, cycle_steps.known(connection, actor, cycle_id))
        return _page(connection, catalog, actor, now)


def task(actor: Actor, catalog: Catalog, cycle_id: int, task: Task) -> TaskPage:
    """One task of a cycle: its answers, what differs from the last report, and what attesting it is over.

    Raises:
        NotAllowed: when the actor reads no reports at all.
        NotFound: when there is no such cycle that they may know of.
    """
    with catalog.reading() as connection:
        now = state_of(connection, catalog, cycle_steps.known(connection, actor, cycle_id))
        page = _page(connection, catalog, actor, now)
    own = of_task(task, now.answers)
    asked = {one: now.form.questions[one] for one in ELEMENTS[task]}
    return TaskPage(
        page=page,
        line=next(one for one in page.line.tasks if one.task is task),
        answers=_by_element(own, ELEMENTS[task]),
        changes=changes(own),
        digest=task_digest(own),
        questions={one: question.question for one, question in asked.items()},
        helps={one: question.help for one, question in asked.items()},
        gone=tuple(one for one in gone(now.answers, now.last) if one.element in ELEMENTS[task]),
        gaps=tuple(one for one in page.gaps if one.task is task),
        comments=on_task(task, now.entries),
        orphans=tuple(one for one in orphans(now.answers, now.entries) if one.task is task),
        latest=max((one.id for one in now.entries if one.item_key == task_key(task)), default=0),
    )


def check(actor: Actor, catalog: Catalog, cycle_id: int) -> CheckPage:
    """The report as it will read, with the hash of what would be signed.

    Raises:
        NotAllowed: when the actor reads no reports at all.
        NotFound: when there is no such cycle that they may know of.
    """
    with catalog.reading() as connection:
        now = state_of(connection, catalog, cycle_steps.known(connection, actor, cycle_id))
        page = _page(connection, catalog, actor, now)
    content = content_of(now)
    return CheckPage(
        page=page,
        answers=_by_element(now.answers, tuple(Element)),
        changes=changes(now.answers),
        questions={one: now.form.questions[one].question for one in Element},
        gone=gone(now.answers, now.last),
        content=content,
        content_hash=report_contents.digest(report_contents.encode(content)),
    )


def frozen(actor: Actor, catalog: Catalog, cycle_id: int, number: int | None = None) -> FrozenPage:
    """A report as it was signed, with its signatures and renditions.

    Parameters:
        number: which time it was signed; None for the last.

    Raises:
        NotAllowed: when the actor reads no reports at all.
        NotFound: when there is no such report that they may know of, or it was not signed yet.
    """
    with catalog.reading() as connection:
        own = cycle_steps.known(connection, actor, cycle_id)
        signed = reports.frozen(connection, cycle_id, number)
        if signed is None:
            raise access.nothing_here("This report")
        steps = store.steps(connection, [cycle_id])[cycle_id]
        return FrozenPage(
            cycle=own,
            agency=_agencies(connection)[own.agency_id],
            frozen=signed,
            renditions=tuple(law.where(connection, Rendition, frozen_id=signed.id)),
            signatures=tuple(one for one in steps if one.number == signed.number and one.event in cycle_steps.SIGNING),
        )


def rounds(actor: Actor, catalog: Catalog) -> tuple[RoundLine, ...]:
    """The rounds of the city, latest first.

    Raises:
        NotAllowed: when the actor does not read the reports of the city.
    """
    access.require(actor, Action.READ_CITY_REPORTS)
    with catalog.reading() as connection:
        return _rounds(law.every(connection, Cycle), catalog.day())


def round_page(
    actor: Actor,
    catalog: Catalog,
    period_to: date,
    *,
    state: CycleState | None = None,
    late: bool = False,
    page: int | None = None,
) -> RoundPage:
    """A round as a grid of agencies and tasks, in the order of their names.

    How far a report is that can be changed is worked out from the records, which for a whole city takes long: whoever
    waits for it asks for a page.

    Parameters:
        state: only reports in this state.
        late: only reports that are late.
        page: which page, the last where there are fewer; None for all of them.

    Raises:
        NotAllowed: when the actor does not read the reports of the city.
        NotFound: when no cycle ends on this day.
    """
    with catalog.reading() as connection:
        own, line = round_of(connection, catalog, actor, period_to)
        agencies = _agencies(connection)
        chosen = [one for one in own if state in (None, one.state) and (not late or is_late(one, catalog.day()))]
        by_name = sorted(chosen, key=lambda one: agencies[one.agency_id].name.casefold())
        pages = 1 if page is None else max(1, -(-len(by_name) // PER_PAGE))
        at = min(page or 1, pages)
        shown = by_name if page is None else by_name[(at - 1) * PER_PAGE : at * PER_PAGE]
        lines = _lines(connection, catalog, shown, agencies)
    reporting = {one.agency_id for one in own}
    missing = (one for key, one in agencies.items() if key not in reporting)
    by_word = tuple(sorted(missing, key=lambda one: one.name.casefold()))
    return RoundPage(line, lines, by_word, len(by_name), at, pages)


def round_line(actor: Actor, catalog: Catalog, period_to: date) -> RoundLine:
    """A round in one line.

    Raises:
        NotAllowed: when the actor does not read the reports of the city.
        NotFound: when no cycle ends on this day.
    """
    with catalog.reading() as connection:
        return round_of(connection, catalog, actor, period_to)[1]


def round_of(
    connection: Connection, catalog: Catalog, actor: Actor, period_to: date
) -> tuple[Sequence[Cycle], RoundLine]:
    """The cycles of a round, and it in one line.

    Raises:
        NotAllowed: when the actor does not read the reports of the city.
        NotFound: when no cycle ends on this day.
    """
    access.require(actor, Action.READ_CITY_REPORTS)
    own = law.where(connection, Cycle, period_to=period_to)
    if not own:
        raise access.nothing_here("This round")
    return own, _round(own, catalog.day())


def _page(connection: Connection, catalog: Catalog, actor: Actor, now: ReportNow) -> CyclePage:
    own = now.cycle
    lacking = _gaps(now, catalog.day())
    told = now.signed.header if now.signed else ()
    return CyclePage(
        line=_line(now, lacking, catalog.day()),
        last=now.last_cycle,
        steps=now.steps,
        divisions=tuple(law.where(connection, DivisionTask, cycle_id=own.id)),
        frozen=tuple(law.where(connection, FrozenReport, cycle_id=own.id)),
        moves=moves(own, *_as(actor, own.agency_id)),
        gaps=lacking,
        headers=tuple((*one, "As it was signed") for one in told) or header(own, now.facts, now.preparer),
        can_write=own.state in WRITABLE and access.may(actor, Action.ANSWER_REPORT, own.agency_id),
    )


def _as(actor: Actor, agency_id: str) -> tuple[By, ...]:
    """As what the actor may take steps of an agency's cycle."""
    held = {
        By.ANSWERER: access.may(actor, Action.ANSWER_REPORT, agency_id),
        By.OFFICER: access.is_officer_of(actor, agency_id),
        By.HEAD: access.is_head_of(actor, agency_id),
        By.OFFICE: access.may(actor, Action.KEEP_CYCLES, agency_id),
    }
    return tuple(by for by, holds in held.items() if holds)


def _gaps(now: ReportNow, today: date) -> tuple[Gap, ...]:
    """What is lacking; of what is signed nothing is."""
    if is_signed(now.cycle):
        return ()
    return gaps(now.facts, now.answers, now.entries, today=today, last=now.last, sent_back=now.sent_back)


def _line(now: ReportNow, lacking: Sequence[Gap], today: date) -> CycleLine:
    if now.signed:
        tasks = signed_lines(now.signed, now.entries)
    else:
        tasks = task_lines(now.answers, now.entries, lacking, now.sent_back)
    return _with(now.cycle, now.facts.agency, tasks, today)


def _with(own: Cycle, agency: Agency, tasks: tuple[TaskLine, ...], today: date) -> CycleLine:
    return CycleLine(own, agency, is_late(own, today), (own.due_on - today).days, tasks)


def _lines(
    connection: Connection, catalog: Catalog, cycles: Sequence[Cycle], agencies: Mapping[str, Agency]
) -> tuple[CycleLine, ...]:
    """These cycles in their order; the records are read for those alone whose report can change."""
    today = catalog.day()
    states = states_of(connection, catalog, [one for one in cycles if not is_signed(one)])
    lines = {key: _line(now, _gaps(now, today), today) for key, now in states.items()}
    signed = signed_of(connection, catalog, cycles)
    lines |= {
        one.id: _with(one, agencies[one.agency_id], signed_lines(*signed[one.id]), today)
        for one in cycles
        if one.id in signed
    }
    return tuple(lines[one.id] for one in cycles)


def _rounds(cycles: Iterable[Cycle], today: date) -> tuple[RoundLine, ...]:
    """Cycles whose periods end on one day, as rounds, latest first."""
    of: dict[date, list[Cycle]] = {}
    for one in cycles:
        of.setdefault(one.period_to, []).append(one)
    return tuple(_round(of[day], today) for day in sorted(of, reverse=True))


def _round(cycles: Sequence[Cycle], today: date) -> RoundLine:
    waiting = [one for one in cycles if one.state not in SIGNED]
    return RoundLine(
        period_from=min(one.period_from for one in cycles),
        period_to=cycles[0].period_to,
        due_on=max(one.due_on for one in cycles),
        agencies=len(cycles),
        submitted=len(cycles) - len(waiting),
        returned=sum(one.state is CycleState.RETURNED for one in cycles),
        late=sum(is_late(one, today) for one in waiting),
    )


def _asked(
    connection: Connection, actor: Actor, every: Iterable[Cycle], agencies: Mapping[str, Agency]
) -> tuple[tuple[DivisionTask, Cycle, Agency], ...]:
    """What is asked of the actor in reports that can be changed, in agencies for whose divisions they answer."""
    cycles = {one.id: one for one in every if one.state in WRITABLE}
    asked = [
        (one, cycles[one.cycle_id]) for one in store.asked_of(connection, actor.person_id) if one.cycle_id in cycles
    ]
    return tuple(
        (one, own, agencies[own.agency_id])
        for one, own in asked
        if access.may(actor, Action.ANSWER_FOR_DIVISION, own.agency_id)
    )


def _agencies(connection: Connection) -> Mapping[str, Agency]:
    return {one.id: one for one in register.all_agencies(connection)}


def _by_element(answers: Iterable[Answer], elements: Iterable[Element]) -> Mapping[Element, tuple[Answer, ...]]:
    kept = tuple(answers)
    return {element: tuple(one for one in kept if one.item.element is element) for element in elements}
