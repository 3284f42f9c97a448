"""The inventory cycle in a whole city: how long its pages take, with a round open for every agency.

A city of 160 agencies, 100,000 datasets and a million columns on PostgreSQL, 50 collections and disclosures in each
agency. Every agency submitted a report before; in the round that is open, half of the tasks are attested.
``INVENTORY_AGENCIES`` makes a smaller city, for a first look.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from benchmarks.law_estate import Size
from benchmarks.proof import Proof
from benchmarks.reconciliation import a_city
from catalog.model.cycles import Cycle, CycleState
from catalog.model.frozen_reports import FrozenReport
from catalog.model.report_answers import Origin, attestation, of_task, task_digest
from catalog.model.report_content import ReportContent, SaidItem
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import Task
from catalog.model.report_sayings import task_key
from catalog.model.report_views import ReportNow
from catalog.services import cycles, laws, report_contents, report_pages
from catalog.services.catalog import Catalog
from catalog.services.report_states import content_of, states_of
from catalog.store import law
from tests.support.builders import CPO, officer

SEED = 20261128
_AGENCIES = int(os.environ.get("INVENTORY_AGENCIES", "160"))
_TURNS, _TURNS_OF_GRID = 40, 10
_MOST_OF_ONE, _MOST_OF_GRID = 0.150, 2.0
PERIOD = date(2024, 8, 1), date(2026, 7, 31)
_BEFORE = date(2022, 8, 1), date(2024, 7, 31)
_DUE, _SUBMITTED = date(2026, 12, 31), date(2024, 7, 30)
_AT = datetime(2024, 7, 30, 14, tzinfo=UTC)
#: So many agencies' reports are worked out at a time while the city is filled: the whole of them takes much room.
_AT_A_TIME = 20


def proofs() -> Iterator[Proof]:
    """At full size, nothing of it kept from one page to the next."""
    size = replace(Size(), agencies=_AGENCIES)
    where = f"{size.agencies} agencies, {size.all_datasets:,} datasets, {size.all_datasets * size.columns:,} columns"
    with a_city(size) as catalog:
        ids = open_round(catalog, size)
        chance = random.Random(SEED)
        grid = lambda: report_pages.round_page(CPO, catalog, PERIOD[1], page=chance.randint(1, 8))  # noqa: E731 - one of many such turns
        yield _timed(f"the grid of a round of {where}", grid, _TURNS_OF_GRID, _MOST_OF_GRID)
        for what, turn in turns(catalog, ids, chance).items():
            yield _timed(f"{what}, {where}", turn, _TURNS, _MOST_OF_ONE)


def open_round(catalog: Catalog, size: Size) -> dict[str, int]:
    """Open a round for every agency, each with a report before it, and attest half of its tasks.

    Returns:
        The number of each agency's cycle.
    """
    agencies = [f"a{number}" for number in range(1, size.agencies + 1)]
    days = {"period_from": PERIOD[0], "period_to": PERIOD[1], "due_on": _DUE}
    opened = cycles.open_round(CPO, catalog, **days, agency_ids=agencies)
    for first in range(0, len(opened), _AT_A_TIME):
        some = opened[first : first + _AT_A_TIME]
        _each(catalog, some, _submit_before)
        _each(catalog, some, _attest_half)
    with catalog.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return {one.agency_id: one.id for one in opened}


def turns(catalog: Catalog, ids: dict[str, int], chance: random.Random) -> dict[str, Callable[[], object]]:
    """What is timed, by what it is."""

    def own(page: Callable[..., object], *rest: object) -> object:
        agency_id = chance.choice(list(ids))
        return page(officer(agency_id), catalog, ids[agency_id], *rest)

    return {
        "where inventory begins, for an officer": lambda: report_pages.hub(officer(chance.choice(list(ids))), catalog),
        "where inventory begins, for the CPO": lambda: report_pages.hub(CPO, catalog),
        "the list of tasks": lambda: own(report_pages.cycle),
        "the task on types": lambda: own(report_pages.task, Task.TYPES),
        "the task on purposes": lambda: own(report_pages.task, Task.PURPOSES),
        "the check before signing": lambda: own(report_pages.check),
        "the page of §10-501": lambda: laws.law(CPO, catalog, "nyc-10-501"),
        "the impact of Int 197-2026": lambda: laws.impact(CPO, catalog, "int-197-2026"),
    }


def _timed(what: str, turn: Callable[[], object], times: int, most: float) -> Proof:
    turn()  # the first one opens connections and reads the taxonomy
    waits = [_seconds(turn) for _ in range(times)]
    p95 = statistics.quantiles(waits, n=20)[-1]
    figure = f"p95 {1000 * p95:.0f} ms, median {1000 * statistics.median(waits):.0f} ms of {times}"
    return Proof(what, figure, f"p95 <= {1000 * most:.0f} ms", p95 <= most, SEED)


def _seconds(turn: Callable[[], object]) -> float:
    began = time.monotonic()
    turn()
    return time.monotonic() - began


def _each(catalog: Catalog, some: Sequence[Cycle], work: Callable[[Catalog, ReportNow], None]) -> None:
    with catalog.reading() as connection:
        states = states_of(connection, catalog, some)
    for now in states.values():
        work(catalog, now)


def _submit_before(catalog: Catalog, now: ReportNow) -> None:
    """What it says now, as it would have been said in the report before."""
    before = Cycle(
        id=0,
        agency_id=now.cycle.agency_id,
        period_from=_BEFORE[0],
        period_to=_BEFORE[1],
        due_on=_BEFORE[1],
        state=CycleState.SUBMITTED,
        signed_by="Hari Edwin",
        signed_at=_AT,
        submitted_on=_SUBMITTED,
        content_hash="",
    )
    content = report_contents.encode(_said_before(content_of(now)))
    with catalog.engine.begin() as connection:
        kept = law.add(connection, before)
        told = (content, report_contents.digest(content), "hari", "Hari Edwin", _AT)
        law.add(connection, FrozenReport(0, kept.id, 1, *told))


def _said_before(content: ReportContent) -> ReportContent:
    items = tuple(one if one.text or one.fields else _written(one) for one in content.items)
    return replace(content, period_from=_BEFORE[0], period_to=_BEFORE[1], due_on=_BEFORE[1], items=items)


def _written(item: SaidItem) -> SaidItem:
    return replace(item, text="We do so, and see to it that everybody knows.", origin=Origin.WRITTEN.value)


def _attest_half(catalog: Catalog, now: ReportNow) -> None:
    """Every other task, which these are being another in the next agency."""
    with catalog.engine.begin() as connection:
        for place, task in enumerate(Task):
            if (place + now.cycle.id) % 2 == 0:
                law.add(connection, _attested(now, task))


def _attested(now: ReportNow, task: Task) -> Entry:
    own = of_task(task, now.answers)
    words, digest = attestation(own), task_digest(own)
    who = officer(now.cycle.agency_id)
    said = (task_key(task), EntryKind.ATTESTED, words, None, digest, None, None, who.person_id, who.name)
    return Entry(0, now.cycle.id, *said, datetime.now(UTC))
