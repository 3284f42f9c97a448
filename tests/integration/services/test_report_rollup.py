"""What the submitted reports of a round say together: each figure counted here by hand from what was signed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catalog.errors import NotAllowed, NotFound
from catalog.model.cycles import Cycle, CycleState
from catalog.model.frozen_reports import FrozenReport
from catalog.model.report_said import ReportContent, SaidItem
from catalog.model.report_views import AgencyTicks, RollupCount
from catalog.services import report_contents, report_rollup, sources
from catalog.services.catalog import Catalog
from catalog.store import law
from catalog.store.engine import Connection
from tests.integration.services.conftest import DATABASES, two_agencies
from tests.support.builders import CPO, OPERATOR, RESEARCHER, an_agency
from tests.support.cycle_case import DSO, a_past
from tests.support.registers import AUDITOR, HEAD, STAFF, STEWARD
from tests.support.report_sayings import a_content, a_said

ENDS = date(2026, 7, 31)
AT = datetime(2026, 7, 30, 14, tzinfo=UTC)


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        for agency_id, name in (("dot", "Department of Transit"), ("dpr", "Department of Parks")):
            sources.add_agency(OPERATOR, made, an_agency(agency_id, name))
        yield made


def ticks(collected: bool, retained: bool, disclosed: bool) -> tuple[tuple[str, str], ...]:
    told = (("Collected", collected), ("Retained", retained), ("Disclosed", disclosed))
    return (*((name, "Yes" if holds else "No") for name, holds in told), ("Datasets", "3"))


def classified(number: int, how: str) -> SaidItem:
    return a_said(
        f"classified/activity:{number}", "", (("Collection or disclosure", "Disclosure"), ("Classification", how))
    )


ROUTINE, CASE = "Pre-approved as routine", "Approved case by case"
SHELTER = a_content(
    a_said("types/NAME", "", ticks(True, True, True), label="Name", group="top"),
    a_said("types/SSN", "", ticks(True, True, False), label="Social Security number", withheld="investigation"),
    a_said("types/own:1-1", "Wristband numbers"),
    classified(1, ROUTINE), classified(2, ROUTINE), classified(3, CASE),
    a_said("agreements/protocol:1", ""), a_said("agreements/lacking:3", "None."),
    a_said("entities/court", ""), a_said("entities/researcher", ""),
    a_said("access/text", "Hidden", withheld="public_safety"),
)  # fmt: skip
HEALTH = a_content(
    a_said("types/NAME", "", ticks(True, False, False), label="Name", group="top"),
    a_said("types/DOB", "", ticks(False, False, False), label="Date of birth"),
    classified(9, CASE),
    a_said("entities/court", ""), a_said("entities/own:2-1", "Embassies"),
)  # fmt: skip


def put(
    catalog: Catalog, agency_id: str, *signed: ReportContent, state: CycleState = CycleState.SUBMITTED, **rest: object
) -> Cycle:
    """A cycle that was signed as often as there are contents."""
    kept: list[Cycle] = []

    def write(connection: Connection) -> None:
        cycle = law.add(connection, replace(a_past(agency_id), state=state, **rest))  # type: ignore[arg-type]  # fields of a cycle
        for number, content in enumerate(signed, 1):
            text = report_contents.encode(content)
            law.add(connection, FrozenReport(0, cycle.id, number, text, report_contents.digest(text), "p", "P", AT))
        kept.append(cycle)

    catalog.note(write)
    return kept[0]


def test_a_round_is_added_up_from_what_was_signed(catalog: Catalog) -> None:
    put(catalog, "dso", SHELTER)
    put(catalog, "dch", HEALTH, submitted_on=date(2026, 8, 4))
    put(catalog, "dot", state=CycleState.IN_PROGRESS, submitted_on=None)
    told = report_rollup.rollup(CPO, catalog, ENDS)
    # Health comes before Shelter, by name.
    assert [(one.key, one.label, one.group, one.collected, one.retained, one.disclosed) for one in told.types] == [
        ("types/NAME", "Name", "top", 2, 1, 1),
        ("types/DOB", "Date of birth", "", 0, 0, 0),
        ("types/SSN", "Social Security number", "", 1, 1, 0),
    ]
    assert told.types[0].agencies == (
        AgencyTicks("dch", True, False, False, False),
        AgencyTicks("dso", True, True, True, False),
    )
    assert told.types[2].agencies == (AgencyTicks("dso", True, True, False, True),)
    assert told.classifications == (RollupCount(CASE, 2, 2), RollupCount(ROUTINE, 2, 1))
    assert told.recipients == (
        RollupCount("Court", 2, 2),
        RollupCount("Embassies", 1, 1),
        RollupCount("Researcher", 1, 1),
    )
    assert (told.lacking, told.withheld, told.missing) == (1, 2, 1)
    assert told.others == (("dso", "Wristband numbers"),)
    figures = [
        (one.agency.id, one.submitted, one.late, one.types, one.activities, one.lacking, one.withheld)
        for one in told.agencies
    ]
    assert figures == [
        ("dch", True, True, 1, 1, 0, 0),
        ("dso", True, False, 3, 3, 1, 2),
        ("dot", False, True, 0, 0, 0, 0),
    ]
    assert (told.line.agencies, told.line.submitted, told.line.late) == (3, 2, 1)


@pytest.mark.parametrize(
    "state",
    [
        CycleState.OPEN,
        CycleState.IN_PROGRESS,
        CycleState.APO_REVIEW,
        CycleState.AGENCY_HEAD_SIGNOFF,
        CycleState.RETURNED,
    ],
)
def test_what_is_not_submitted_counts_for_nothing_though_it_was_signed(catalog: Catalog, state: CycleState) -> None:
    put(catalog, "dso", SHELTER, state=state)
    told = report_rollup.rollup(CPO, catalog, ENDS)
    assert (told.types, told.classifications, told.recipients, told.others) == ((), (), (), ())
    assert (told.lacking, told.withheld, told.missing) == (0, 0, 1)


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_of_a_report_that_was_signed_twice_the_later_counts(catalog: Catalog) -> None:
    put(catalog, "dso", SHELTER, HEALTH, state=CycleState.CLOSED)
    told = report_rollup.rollup(CPO, catalog, ENDS)
    assert [one.key for one in told.types] == ["types/NAME", "types/DOB"]
    assert (told.withheld, told.missing) == (0, 0)


def test_other_rounds_count_for_nothing(catalog: Catalog) -> None:
    put(catalog, "dso", SHELTER)
    put(catalog, "dso", HEALTH, period_from=date(2022, 8, 1), period_to=date(2024, 7, 31))
    assert [one.key for one in report_rollup.rollup(CPO, catalog, date(2024, 7, 31)).types] == [
        "types/NAME",
        "types/DOB",
    ]
    with pytest.raises(NotFound):
        report_rollup.rollup(CPO, catalog, date(2030, 7, 31))


def test_the_roll_up_is_the_city_s(catalog: Catalog) -> None:
    put(catalog, "dso", SHELTER)
    for actor in (CPO, STAFF, AUDITOR):
        assert report_rollup.rollup(actor, catalog, ENDS).missing == 0
    for actor in (DSO, HEAD, STEWARD, RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            report_rollup.rollup(actor, catalog, ENDS)
