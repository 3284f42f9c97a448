"""What opening a round would do, and which report somebody means who names an agency: worked out by hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.services import cycles, report_finding, round_plans, sources
from catalog.services.catalog import Catalog
from catalog.services.round_plans import _years_on
from tests.support.builders import CPO, OPERATOR, a_catalog, an_agency
from tests.support.cycle_case import DCH, DSO, PEOPLE, a_past

FROM, TO, DUE = date(2026, 8, 1), date(2028, 7, 31), date(2028, 7, 31)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = a_catalog(tmp_path)
    for agency_id in ("dso", "dch", "abc"):
        sources.add_agency(OPERATOR, made, an_agency(agency_id))
    yield made
    made.close()


def test_the_first_round_is_of_the_two_years_that_it_is_in(catalog: Catalog) -> None:
    begins, ends, due = round_plans.next_round(CPO, catalog)
    assert begins <= catalog.day() <= ends
    assert (begins.month, begins.day, ends.month, ends.day) == (7, 1, 6, 30)
    assert ends.year - begins.year == 2
    assert due == date(ends.year, 7, 31)
    assert ends.year % 2 == 0


def test_the_next_round_begins_where_the_last_one_ends(catalog: Catalog) -> None:
    cycles.open_round(CPO, catalog, period_from=FROM, period_to=TO, due_on=DUE, agency_ids=["dso"])
    assert round_plans.next_round(CPO, catalog) == (date(2028, 8, 1), date(2030, 7, 31), date(2030, 7, 31))


def test_a_round_that_ends_late_in_a_year_is_due_in_the_next(catalog: Catalog) -> None:
    days = {"period_from": date(2026, 1, 1), "period_to": date(2027, 12, 31), "due_on": date(2028, 1, 31)}
    cycles.open_round(CPO, catalog, **days, agency_ids=["dso"])
    assert round_plans.next_round(CPO, catalog) == (date(2028, 1, 1), date(2029, 12, 31), date(2030, 7, 31))


def test_two_years_after_a_day_that_is_not_there_then() -> None:
    assert _years_on(date(2028, 2, 29)) == date(2030, 3, 1)
    assert _years_on(date(2028, 2, 28)) == date(2030, 2, 28)


def test_each_agency_begins_from_its_last_signed_report_and_no_other(catalog: Catalog) -> None:
    old = a_past(period_from=date(2022, 8, 1), period_to=date(2024, 7, 31), due_on=date(2024, 7, 31))
    cycles.add_past(CPO, catalog, old, [], {})
    last = cycles.add_past(CPO, catalog, a_past(), [], {})
    cycles.open_round(CPO, catalog, period_from=FROM, period_to=TO, due_on=DUE, agency_ids=["dch"])
    plan = round_plans.plan(CPO, catalog, FROM, TO, ["dch", "dso", "nowhere"])
    told = {line.agency.id: (line.last, line.overlaps is not None) for line in plan.lines}
    assert told == {"dch": (None, True), "dso": (last, False)}
    assert [line.agency.id for line in plan.clashes] == ["dch"]
    assert [one.id for one in plan.left_out] == ["abc"]
    later = round_plans.plan(CPO, catalog, date(2028, 8, 1), date(2030, 7, 31), ["dch"])
    assert [(line.last, line.overlaps) for line in later.lines] == [(None, None)], "what is open is no last report"


def test_only_the_privacy_office_plans_rounds(catalog: Catalog) -> None:
    for name in PEOPLE.keys() - {"cpo", "staff"}:
        with pytest.raises(NotAllowed):
            round_plans.next_round(PEOPLE[name], catalog)
        with pytest.raises(NotAllowed):
            round_plans.agencies(PEOPLE[name], catalog)
        with pytest.raises(NotAllowed):
            round_plans.plan(PEOPLE[name], catalog, FROM, TO, ["dso"])


def test_the_report_that_is_meant(catalog: Catalog) -> None:
    last = cycles.add_past(CPO, catalog, a_past(), [], {})
    (now,) = cycles.open_round(CPO, catalog, period_from=FROM, period_to=TO, due_on=DUE, agency_ids=["dso"])
    assert report_finding.latest(DSO, catalog, "dso").id == now.id
    assert report_finding.latest(DSO, catalog, "dso", date(2026, 7, 31)).id == last.id
    assert report_finding.latest(DSO, catalog, "dso", is_signed=True).id == last.id
    for actor, agency_id, day in ((DSO, "dch", None), (DCH, "dso", None), (DSO, "dso", FROM), (CPO, "none", None)):
        with pytest.raises(NotFound):
            report_finding.latest(actor, catalog, agency_id, day)
    with pytest.raises(NotFound, match="no signed report up to 2028-07-31"):
        report_finding.latest(CPO, catalog, "dso", TO, is_signed=True)
    with pytest.raises(NotAllowed):
        report_finding.latest(PEOPLE["researcher"], catalog, "dso")


def test_the_latest_round(catalog: Catalog) -> None:
    with pytest.raises(RequestError, match="no round of reports was opened yet"):
        report_finding.latest_round(CPO, catalog)
    cycles.open_round(CPO, catalog, period_from=FROM, period_to=TO, due_on=DUE, agency_ids=["dso"])
    assert report_finding.latest_round(CPO, catalog) == TO
    with pytest.raises(NotAllowed):
        report_finding.latest_round(DSO, catalog)
