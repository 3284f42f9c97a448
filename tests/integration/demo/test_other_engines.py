"""Part of the demo city on PostgreSQL and MariaDB: the same findings wherever an agency keeps its tables."""

import re

import pytest

from catalog.demo.city import SEED
from catalog.demo.make import make_table
from catalog.demo.people import residents
from catalog.demo.plans import agency_plans
from catalog.model.holdings import DatasetRef
from catalog.ports import SamplePlan
from scanners.judge import judge
from scanners.naming import NameGuard
from tests.support.mariadb import Place
from tests.support.sources import BuiltSource, Table, mariadb_source, postgres_source, sqlite_source

#: What is taken of the city, and of each column the types found, code by code.
Findings = dict[str, list[tuple[str, frozenset[str]]]]
WANTED = frozenset({"WMS_CASE", "BEN_MATCH", "PT_REG", "ENROLL_SUBMIT", "CANVASS_OBS"})


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    people = residents(SEED, 2700)
    plans = [plan for agency in agency_plans() for plan in agency.datasets if plan.name in WANTED]
    made = [make_table(plan, SEED, people + people) for plan in plans]
    return {
        table.name: Table(
            table.columns, [[None if cell is None else str(cell) for cell in row] for row in table.rows[:300]]
        )
        for table in made
    }


def findings(source: BuiltSource) -> Findings:
    connector = source.open()
    found: Findings = {}
    for ref in connector.listing():
        assert isinstance(ref, DatasetRef)
        name = re.sub(r".*\.", "", ref.name)
        with connector.sample(ref, SamplePlan(rows=1000, seed=1)) as sample:
            found[name.upper()] = [
                (column.name.text.upper(), frozenset(finding.type_code for finding in column.findings))
                for column in judge(sample, NameGuard(bytes(32)))
            ]
    connector.close()
    return found


@pytest.fixture(scope="module")
def expected(tables: dict[str, Table], tmp_path_factory: pytest.TempPathFactory) -> Findings:
    found = findings(sqlite_source(tmp_path_factory.mktemp("city"), tables))
    assert set(found) == WANTED
    assert ("CL_NM_L", frozenset({"NAME"})) in found["WMS_CASE"]
    return found


def test_the_same_on_postgresql(tables: dict[str, Table], expected: Findings, postgres_url: str) -> None:
    assert findings(postgres_source(postgres_url, tables)) == expected


def test_the_same_on_mariadb(tables: dict[str, Table], expected: Findings, mariadb_place: Place) -> None:
    assert findings(mariadb_source(mariadb_place, tables)) == expected
