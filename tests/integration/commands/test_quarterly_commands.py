"""``quarterly`` as the privacy office's own machine calls it."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.errors import CatalogError, Conflict, NotFound, RequestError
from catalog.quarterly_commands import quarterly
from catalog.services import sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support.blank import put_blank
from tests.support.builders import an_agency
from tests.support.quarters import a_party, violations


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(tmp_path / "catalog"))
    monkeypatch.setenv("PRIVACY_CATALOG_LOG_LEVEL", "ERROR")
    put_blank(tmp_path / "catalog")
    catalog = Catalog.open(Settings.load())
    sources.add_agency(local_administrator(), catalog, an_agency())
    violations(catalog, 6, party_id=a_party(catalog))
    catalog.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(quarterly, arguments)


def refusal(*arguments: str) -> CatalogError:
    result = run(*arguments)
    assert isinstance(result.exception, CatalogError), result
    return result.exception


def state() -> dict[str, object]:
    rows = json.loads(run("list", "--json").output)
    found: dict[str, object] = next(row for row in rows if row["quarter"] == "2026-q3")
    return found


def test_it_is_listed_shown_issued_and_taken_away(tmp_path: Path) -> None:
    assert state() == {"quarter": "2026-q3", "state": "due", "issues": 0, "issued": ""}
    preview = json.loads(run("show", "2026-q3", "--preview", "--json").output)
    assert preview["violations"]["total"] == 6
    issued = json.loads(run("issue", "2026-q3", "--json").output)
    assert (issued["quarter"], issued["issue"]) == ("2026-q3", 1)
    assert (state()["state"], state()["issues"]) == ("issued", 1)
    assert json.loads(run("show", "2026-q3", "--json").output) == preview
    plain = run("show", "2026-q3").output
    assert "Disclosures in violation of the law (§23-1202(c)(4)): 6" in plain
    assert "Nonprofit organization" in plain
    file = tmp_path / "report.json"
    said = json.loads(run("export", "2026-q3", "--format", "json", "-o", str(file), "--json").output)
    assert said["sha256"] == issued["sha256"]
    assert json.loads(file.read_text()) == preview


def test_a_correction_says_why() -> None:
    run("issue", "2026-q3")
    assert isinstance(refusal("issue", "2026-q3"), Conflict)
    assert isinstance(refusal("issue", "2026-q3", "--correct", "recorded_late"), Conflict)  # nothing changed
    catalog = Catalog.open(Settings.load())
    violations(catalog, 6, party_id=1)
    catalog.close()
    assert state()["state"] == "differs"
    assert (
        "Issue 2 of the report of July to September 2026 is issued."
        in run("issue", "2026-q3", "--correct", "recorded_late").output
    )
    assert json.loads(run("show", "2026-q3", "--number", "1", "--json").output)["violations"]["total"] == 6
    assert json.loads(run("show", "2026-q3", "--json").output)["violations"]["total"] == 12


def test_agencies_are_named_where_that_is_asked_for() -> None:
    assert "Department of Shelter" not in run("show", "2026-q3", "--preview").output
    assert "Department of Shelter" in run("show", "2026-q3", "--preview", "--name-agencies").output


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    assert isinstance(refusal("show", "2026-Q3"), RequestError)
    assert isinstance(refusal("show", "2026-q3"), NotFound)
    there = tmp_path / "there.pdf"
    there.write_text("mine")
    run("issue", "2026-q3")
    assert "it is there already" in str(refusal("export", "2026-q3", "-o", str(there)))
    assert there.read_text() == "mine"


def test_events_that_are_told_late_are_recorded_as_in_it() -> None:
    assert isinstance(refusal("include", "2026-q2"), NotFound)
    early = {"reported_on": date(2026, 5, 5), "occurred_on": date(2026, 5, 5), "cpo_notified_on": date(2026, 5, 5)}
    catalog = Catalog.open(Settings.load())
    violations(catalog, 1, **early)
    assert run("issue", "2026-q2").exit_code == 0
    assert isinstance(refusal("include", "2026-q2"), Conflict)
    violations(catalog, 2, **early)  # fewer than five still
    catalog.close()
    assert json.loads(run("include", "2026-q2", "--json").output) == {"quarter": "2026-q2", "events": 2}
