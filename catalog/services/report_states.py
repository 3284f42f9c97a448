"""Reads cycles with all that their reports are made of, in a number of queries that does not grow with them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from catalog.model import report_drafts
from catalog.model.cycle_machine import WRITABLE
from catalog.model.cycles import Cycle, CycleEvent, CycleStep, CycleType
from catalog.model.report_answers import Origin, as_signed
from catalog.model.report_answers import answers as answers_of
from catalog.model.report_content import SCHEMA, ReportContent, SaidItem, content
from catalog.model.report_drafts_types import COLLECTED, DISCLOSED, NO, RETAINED, YES
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_facts import Facts, PersonFact
from catalog.model.report_form import Element
from catalog.model.report_views import ReportNow
from catalog.services import report_contents, report_facts
from catalog.services.catalog import Catalog
from catalog.store import law
from catalog.store import report_pages as store
from catalog.store.engine import Connection
from catalog.taxonomy import report_form

#: What is said by others than who prepares the report.
_OF_OTHERS = frozenset({EntryKind.COMMENTED, EntryKind.PROPOSED})


def state_of(connection: Connection, catalog: Catalog, cycle: Cycle) -> ReportNow:
    """A cycle's report as it is now. Whoever asks has seen to it that it may be told."""
    return states_of(connection, catalog, [cycle])[cycle.id]


def states_of(connection: Connection, catalog: Catalog, cycles: Sequence[Cycle]) -> Mapping[int, ReportNow]:
    """The same of many cycles, one of each agency at a time, by number."""
    ids = [one.id for one in cycles]
    entries, steps = store.entries(connection, ids), store.steps(connection, ids)
    lasts = last_cycles(law.every(connection, Cycle), cycles)
    said = _contents(connection, catalog, [*lasts.values(), *(one for one in cycles if is_signed(one))])
    facts = _facts(connection, catalog, cycles)
    return {one.id: _now(one, facts[one.id], entries[one.id], steps[one.id], lasts.get(one.id), said) for one in cycles}


def signed_of(
    connection: Connection, catalog: Catalog, cycles: Sequence[Cycle]
) -> Mapping[int, tuple[ReportContent, tuple[Entry, ...]]]:
    """What was signed of those of these cycles whose report cannot be changed, and what was said in them; nothing of
    the records is read for it.
    """
    signed = [one for one in cycles if is_signed(one)]
    entries = store.entries(connection, [one.id for one in signed])
    said = _contents(connection, catalog, signed)
    return {one.id: (said[one.id], entries[one.id]) for one in signed}


def is_signed(cycle: Cycle) -> bool:
    """Whether what it says is what was signed, and cannot be changed."""
    return cycle.state not in WRITABLE


def last_cycles(every: Iterable[Cycle], cycles: Iterable[Cycle]) -> dict[int, Cycle]:
    """The report that the agency of each cycle submitted before it, by the cycle's number; one that was sent back since
    counts all the same. An earlier report that was entered by hand and sent back goes on from what it said itself:
    nobody said that here.
    """
    found: dict[int, Cycle] = {}
    submitted = sorted((one for one in every if one.submitted_on is not None), key=lambda one: one.period_to)
    for cycle in cycles:
        if cycle.opened_at is None and not is_signed(cycle):
            found[cycle.id] = cycle
            continue
        before = [one for one in submitted if one.agency_id == cycle.agency_id and one.period_to < cycle.period_from]
        if before:
            found[cycle.id] = before[-1]
    return found


def content_of(now: ReportNow) -> ReportContent:
    """What was signed of a report, or would be now."""
    if now.signed is not None:
        return now.signed
    return content(
        now.cycle, now.facts, now.answers, form_edition=now.form.edition, last=now.last, preparer=now.preparer
    )


def _now(
    cycle: Cycle,
    facts: Facts,
    entries: tuple[Entry, ...],
    steps: tuple[CycleStep, ...],
    last_cycle: Cycle | None,
    said: Mapping[int, ReportContent],
) -> ReportNow:
    last = said.get(last_cycle.id) if last_cycle else None
    signed = said.get(cycle.id) if is_signed(cycle) else None
    # What was signed is told as it was: nothing is drafted for it.
    items = report_drafts.items(facts) if signed is None else ()
    if signed is not None:
        answers = as_signed(signed, entries, last)
    else:
        answers = answers_of(items, entries, last, last_cycle_id=last_cycle.id if last_cycle else 0)
    return ReportNow(
        cycle=cycle,
        facts=facts,
        form=report_form.load(),
        items=items,
        entries=entries,
        steps=steps,
        last_cycle=last_cycle,
        last=last,
        answers=answers,
        signed=signed,
        preparer=_preparer(facts, entries, steps),
    )


def _facts(connection: Connection, catalog: Catalog, cycles: Sequence[Cycle]) -> dict[int, Facts]:
    """The facts of each cycle: those of one period after the other, for an agency has one cycle in each."""
    found: dict[int, Facts] = {}
    for period in dict.fromkeys((one.period_from, one.period_to) for one in cycles):
        own = [one for one in cycles if (one.period_from, one.period_to) == period]
        facts = report_facts.gather_all(connection, catalog, [(one.agency_id, *period) for one in own])
        found |= {one.id: facts[one.agency_id] for one in own}
    return found


def _contents(connection: Connection, catalog: Catalog, cycles: Collection[Cycle]) -> dict[int, ReportContent]:
    """What was signed last in each of these cycles; of those from before it was kept, the types that they ticked."""
    ids = {one.id for one in cycles}
    frozen = store.last_frozen(connection, ids)
    said = {key: report_contents.decode(one.content) for key, one in frozen.items()}
    ticks = store.ticks(connection, ids - set(said))
    of_before = {one.id: _of_ticks(catalog, one, ticks[one.id]) for one in cycles if one.id in ticks}
    return said | of_before


def _of_ticks(catalog: Catalog, cycle: Cycle, ticks: Iterable[CycleType]) -> ReportContent:
    """A report of a release that kept the ticks of a report alone."""
    of = {one.type_code: one for one in ticks}
    items = (
        SaidItem(
            key=f"{Element.TYPES.value}/{code}",
            element=Element.TYPES,
            group=kind.report_group,
            label=kind.label,
            fields=_cells(of[code]),
            text="",
            origin=Origin.WRITTEN.value,
            marks=(),
            explained="",
            withheld="",
            withheld_words="",
            sources=(),
        )
        for code, kind in catalog.taxonomy.types.items()
        if code in of
    )
    return ReportContent(
        schema=SCHEMA,
        form="ticks alone",
        agency_id=cycle.agency_id,
        agency=cycle.agency_id,
        acronym=cycle.agency_id,
        period_from=cycle.period_from,
        period_to=cycle.period_to,
        due_on=cycle.due_on,
        last_period_to=None,
        header=(),
        items=tuple(items),
        changes=(),
    )


def _cells(tick: CycleType) -> tuple[tuple[str, str], ...]:
    told = ((COLLECTED, tick.collected), (RETAINED, tick.retained), (DISCLOSED, tick.disclosed))
    return tuple((name, YES if holds else NO) for name, holds in told)


def _preparer(facts: Facts, entries: Sequence[Entry], steps: Sequence[CycleStep]) -> PersonFact | None:
    """Who made the report ready; until somebody does, who said something for the agency last."""
    ready = [(one.person_id, one.person) for one in steps if one.event is CycleEvent.READY]
    said = [(one.person_id, one.person) for one in entries if one.kind not in _OF_OTHERS]
    if not ready and not said:
        return None
    person_id, name = (ready or said)[-1]
    known = {one.person_id: one for one in (*facts.heads, *facts.officers)}
    return known.get(person_id, PersonFact(person_id, name, "", ""))
