"""A DuckDB file in a real scan child: under its limits of memory, files and calls."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.errors import SkipReason
from catalog.model.coverage import Look, SampleMethod
from catalog.model.runs import ListedDataset
from catalog.settings import Settings
from scanners.processes import Template
from scanners.supervisor import Listed, Supervisor
from tests.support.duckdb_files import made

CANARIES = ("Gonzalez", "219-09-1")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ssns = "printf('219-09-%04d', 1000 + i % 9000)"
    return made(
        tmp_path_factory.mktemp("child") / "city.duckdb",
        f"""
        CREATE TABLE people AS SELECT i AS id, 'Maria Gonzalez' AS full_name, {ssns} AS ssn,
            {{'home': 'maria' || i || '@example.org'}} AS mail FROM range(300000) n(i);
        CREATE VIEW greedy AS SELECT list(i) AS l FROM range(200000000) n(i);
        CREATE VIEW sorted AS SELECT * FROM people ORDER BY full_name || id;
        """,
    )


@pytest.fixture
def child(database: Path) -> Iterator[Supervisor]:
    with Template() as template:
        options = {"path": str(database)}
        supervisor = Supervisor("duckdb", options, settings=Settings.load(), names_key=b"k" * 32, template=template)
        yield supervisor
        supervisor.close()


def test_a_file_is_listed_and_judged_within_the_limits_of_a_child(child: Supervisor, database: Path) -> None:
    assert all(check.passed for check in child.check())
    listed = {one.safe.name.text: one for one in child.list() if isinstance(one, Listed)}
    assert set(listed) == {"main.people", "main.greedy", "main.sorted"}
    assert isinstance(listed["main.people"].safe, ListedDataset)
    result = child.scan(listed["main.people"], rows=1000, seed=7)
    assert (result.look, result.reason, result.method) == (Look.SCANNED, None, SampleMethod.RANDOM_ROWS)
    assert (result.draws, result.rows_total) == (1000, 300000)
    found = {column.name.text: {finding.type_code for finding in column.findings} for column in result.columns}
    assert "SSN" in found["ssn"]
    assert "EMAIL" in found["mail.home"]
    assert not any(canary in repr(result) for canary in CANARIES)
    greedy = child.scan(listed["main.greedy"], rows=100, seed=1)
    assert greedy.reason is SkipReason.OUT_OF_MEMORY
    assert child.scan(listed["main.sorted"], rows=100, seed=1).look is Look.SCANNED
    assert [file.name for file in database.parent.iterdir()] == ["city.duckdb"]
