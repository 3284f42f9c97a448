"""What is read for reports: of the law's records those that they rest on, and of a round one page at a time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from catalog.model.cycles import Cycle, CycleState
from catalog.model.report_form import Task
from catalog.services import cycles, records, report_facts, report_pages
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.integration.services.conftest import two_agencies
from tests.support.builders import CPO
from tests.support.cycle_case import DSO, DUE, FROM, TO
from tests.support.report_world import FIRST, LAST, ReportWorld, a_report_world

AGENCIES = ["dso", "dch"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportWorld]:
    made = a_report_world(tmp_path_factory.mktemp("report"))
    yield made
    made.catalog.close()


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@pytest.mark.parametrize("agencies", [AGENCIES[:1], AGENCIES[1:], AGENCIES])
def test_what_is_read_for_agencies_is_all_that_their_reports_rest_on(
    world: ReportWorld, monkeypatch: pytest.MonkeyPatch, agencies: list[str]
) -> None:
    wanted = [(agency_id, FIRST, LAST) for agency_id in agencies]
    with world.catalog.reading() as connection:
        near = report_facts.gather_all(connection, world.catalog, wanted)
        monkeypatch.setattr(records, "around", lambda *told: records.everything(*told[:2]))
        assert near == report_facts.gather_all(connection, world.catalog, wanted)
    assert all(near[agency_id].activities for agency_id in agencies)


def test_a_round_is_shown_page_by_page_in_the_order_of_names(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    _open(catalog)
    monkeypatch.setattr(report_pages, "PER_PAGE", 1)
    whole = report_pages.round_page(CPO, catalog, TO)
    assert (len(whole.cycles), whole.found, whole.page, whole.pages) == (2, 2, 1, 1)
    first, second = (report_pages.round_page(CPO, catalog, TO, page=number) for number in (1, 2))
    assert (*first.cycles, *second.cycles) == whole.cycles
    assert [(one.found, one.page, one.pages) for one in (first, second)] == [(2, 1, 2), (2, 2, 2)]
    assert first.line == whole.line == report_pages.round_line(CPO, catalog, TO)
    assert report_pages.round_page(CPO, catalog, TO, page=9) == second


def test_a_round_is_narrowed_down_before_its_reports_are_worked_out(catalog: Catalog) -> None:
    opened = _open(catalog)
    begun = next(one for one in opened if one.agency_id == "dso")
    catalog.note(lambda connection: law.put(connection, replace(begun, state=CycleState.IN_PROGRESS)))
    page = report_pages.round_page(CPO, catalog, TO, state=CycleState.IN_PROGRESS, page=1)
    assert ([one.cycle.id for one in page.cycles], page.found, page.line.agencies) == ([begun.id], 1, 2)
    none = report_pages.round_page(CPO, catalog, TO, late=True, page=1)
    assert (none.cycles, none.found, none.page, none.pages) == ((), 0, 1, 1)


def test_pages_of_a_cycle_ask_the_database_a_number_of_times_that_is_known(catalog: Catalog) -> None:
    own = next(one for one in _open(catalog) if one.agency_id == "dso")
    asked: list[str] = []
    event.listen(catalog.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    pages: tuple[Callable[[], object], ...] = (
        lambda: report_pages.cycle(DSO, catalog, own.id),
        lambda: report_pages.task(DSO, catalog, own.id, Task.TYPES),
        lambda: report_pages.check(DSO, catalog, own.id),
        lambda: report_pages.round_page(CPO, catalog, TO, page=1),
    )
    for page in pages:
        asked.clear()
        page()
        assert len(asked) <= 50


def _open(catalog: Catalog) -> tuple[Cycle, ...]:
    days: dict[str, date] = {"period_from": FROM, "period_to": TO, "due_on": DUE}
    return cycles.open_round(CPO, catalog, **days, agency_ids=AGENCIES)
