"""The plans of the demo city: as many and as varied as promised, and nothing in them hangs in the air."""

from collections import Counter

import pytest

from catalog.demo.city import PEOPLE
from catalog.demo.plans import AgencyPlan, DatasetPlan, agency_plans
from catalog.taxonomy.loader import load

PLANS = agency_plans()
DATASETS = [plan for agency in PLANS for plan in agency.datasets]
#: What the three agencies that are written out rather than planned have beside their plans.
WRITTEN_SOURCES, WRITTEN_DATASETS, WRITTEN_COLUMNS = 6, 20, 300


def test_twelve_agencies_with_the_promised_estate() -> None:
    assert len(PLANS) == 12
    assert 40 <= WRITTEN_SOURCES + sum(len(agency.sources) for agency in PLANS) <= 60
    assert 300 <= WRITTEN_DATASETS + len(DATASETS) <= 360
    assert 4800 <= WRITTEN_COLUMNS + sum(len(plan.columns) for plan in DATASETS) <= 5400


def test_no_name_is_used_twice() -> None:
    for names in (
        [plan.name for plan in DATASETS],
        [source.name for agency in PLANS for source in agency.sources],
        [source.path for agency in PLANS for source in agency.sources],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("agency", PLANS, ids=lambda agency: agency.agency_id)
def test_what_a_plan_speaks_of_is_there(agency: AgencyPlan) -> None:
    known, codes = {source.name for source in agency.sources}, load().types
    assert {plan.source for plan in agency.datasets} == known
    assert {broken.source for broken in agency.broken} <= known
    for plan in agency.datasets:
        assert plan.holds <= codes.keys(), plan.name
        assert 0 <= plan.people[0] < plan.people[1] <= PEOPLE, plan.name
        assert plan.columns, plan.name
        assert len({column.name for column in plan.columns}) == len(plan.columns), plan.name


FORMS = {
    "views": lambda plan: bool(plan.view),
    "code books": lambda plan: bool(plan.literal),
    "headerless files": lambda plan: not plan.header,
    "odd delimiters": lambda plan: plan.delimiter != ",",
    "odd encodings": lambda plan: plan.encoding != "utf-8",
    "title rows above the header": lambda plan: bool(plan.above),
    "sheets": lambda plan: "#" in plan.name,
    "JSON": lambda plan: plan.name.endswith(".json"),
    "JSON within an object": lambda plan: bool(plan.wrap),
    "JSON lines": lambda plan: plan.name.endswith(".jsonl"),
    "Parquet": lambda plan: plan.name.endswith(".parquet"),
    "attribute and value tables": lambda plan: any(column.kind == "attribute_value" for column in plan.columns),
    "notes": lambda plan: any("FREE_TEXT_NARRATIVE" in column.holds for column in plan.columns),
    "empty columns": lambda plan: any(column.kind == "nothing" for column in plan.columns),
    "empty tables": lambda plan: not (plan.rows or plan.literal or plan.view),
    "copies without a word": lambda plan: not plan.title,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_mess_is_there(form: str) -> None:
    assert [plan.name for plan in DATASETS if FORMS[form](plan)]


def test_one_table_is_huge_and_one_is_wide() -> None:
    assert len([plan for plan in DATASETS if plan.rows >= 100_000]) == 1
    assert len([plan for plan in DATASETS if len(plan.columns) >= 200]) == 1


def test_files_that_cannot_be_read_are_of_every_kind() -> None:
    assert {broken.fault.value for agency in PLANS for broken in agency.broken} == {"empty", "torn", "locked"}


def test_folders_of_monthly_files_have_one_form() -> None:
    folders: dict[tuple[str, str], list[DatasetPlan]] = {}
    for plan in DATASETS:
        if "/" in plan.name and "#" not in plan.name:
            folders.setdefault((plan.source, plan.name.rpartition("/")[0]), []).append(plan)
    assert [group for group in folders.values() if len(group) >= 3 and len({plan.columns for plan in group}) == 1]
