"""``report`` on the command line: rounds opened and watched, signed reports taken away and checked."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.errors import CatalogError, Conflict, NotFound, RequestError, StoreError
from catalog.model.cycles import Cycle
from catalog.model.frozen_reports import Format, Rendition
from catalog.report_commands import report
from catalog.services import report_signing
from catalog.store import law
from tests.support import city as cities
from tests.support.city import City
from tests.support.submitted_reports import WHY, WITHHELD, submit

LABEL = "Outreach data sharing agreement"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = cities.build(tmp_path_factory.mktemp("reports"))
    submit(made.catalog, made.law.cycle)
    yield made
    made.catalog.close()


@pytest.fixture(autouse=True)
def _environment(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(city.catalog.settings.data_dir))
    monkeypatch.setenv("PRIVACY_CATALOG_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(report, arguments)


def told(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


def refusal(*arguments: str) -> CatalogError:
    error = run(*arguments).exception
    assert isinstance(error, CatalogError), error
    return error


def opened(city: City, ends: date) -> set[str]:
    with city.catalog.reading() as connection:
        return {one.agency_id for one in law.where(connection, Cycle, period_to=ends)}


def test_how_far_a_round_is() -> None:
    rows = {row["agency"]: row for row in told("status")}
    assert (rows["DSS"]["state"], rows["DSS"]["tasks_attested"], rows["DSS"]["late"]) == ("Submitted", 9, False)
    assert (rows["DOH"]["state"], rows["DOH"]["tasks_attested"], rows["DOH"]["submitted"]) == ("Not started", 0, "")
    assert rows["DOH"]["lacking"] > 0
    assert [row["agency"] for row in told("status", "--period", "2026-06-30")] == ["DSS"]
    assert "1 of 2 submitted" in run("status").stdout
    assert isinstance(refusal("status", "--period", "2020-01-01"), NotFound)


def test_how_far_one_report_is() -> None:
    shown = told("show", "doh")
    assert (shown["agency"], shown["period_to"], shown["state"]) == ("DOH", "2028-06-30", "Not started")
    assert len(shown["tasks"]) == 9
    assert any(one["blocks"] for one in shown["lacking"])
    assert told("show", "DSS")["lacking"] == []
    assert told("show", "DSS", "--period", "2026-06-30")["period_to"] == "2026-06-30"
    assert "What is lacking" in run("show", "DOH").stdout
    assert isinstance(refusal("show", "PRK"), NotFound)
    assert isinstance(refusal("show", "nowhere"), NotFound)


def test_a_round_is_looked_at_before_it_is_opened(city: City) -> None:
    plan = told("open", "--check", "--except", "prk")
    assert {row["agency"]: row["begins_from"] for row in plan} == {
        "DOH": "the records alone",
        "DSS": "its report up to 2028-06-30",
        "TAX": "the records alone",
    }
    assert opened(city, date(2030, 6, 30)) == set()
    clash = told("open", "--check", "--agency", "DSS", "--from", "2028-01-01")
    assert [row["clashes_with"] for row in clash] == ["its report up to 2028-06-30"]
    assert isinstance(refusal("open", "--agency", "DSS", "--from", "2028-01-01"), Conflict)
    assert "there is none with this id" in str(refusal("open", "--except", "nowhere"))
    assert isinstance(refusal("open", "--agency", "nowhere"), NotFound)


def test_a_round_is_opened_for_those_named(city: City) -> None:
    days = ["--from", "2032-07-01", "--to", "2034-06-30", "--due", "2034-07-31"]
    assert [row["agency"] for row in told("open", "--agency", "tax", "--agency", "PRK", *days)] == ["TAX", "PRK"]
    assert opened(city, date(2034, 6, 30)) == {"TAX", "PRK"}


@pytest.mark.parametrize("kind", [one.value for one in Format])
def test_a_report_is_taken_away_as_it_was_submitted(city: City, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{kind}"
    said = run("export", "dss", "--period", "2028-06-30", "--format", kind, "-o", str(path))
    assert said.exit_code == 0, said.exception
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest in said.stdout.replace("\n", "")
    with city.catalog.reading() as connection:
        assert [one.digest for one in law.where(connection, Rendition, format=Format(kind), public=False)] == [digest]
    assert path.stat().st_mode & 0o077 == 0


def test_the_public_version_says_nothing_of_what_is_withheld(tmp_path: Path) -> None:
    whole, public = tmp_path / "whole.json", tmp_path / "public.json"
    assert run("export", "DSS", "--format", "json", "-o", str(whole)).exit_code == 0
    assert run("export", "DSS", "--format", "json", "--public", "-o", str(public)).exit_code == 0
    for word in (WITHHELD, WHY, LABEL):
        assert word in whole.read_text()
        assert word not in public.read_text()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("mine")
    assert "it is there already" in str(refusal("export", "DSS", "--format", "json", "-o", str(path)))
    assert path.read_text() == "mine"
    assert isinstance(refusal("export", "DOH", "-o", str(tmp_path / "none.pdf")), NotFound)
    assert isinstance(refusal("export", "DSS", "--number", "9", "-o", str(tmp_path / "none.pdf")), NotFound)
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_is_checked(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    found = told("verify", "DSS")
    assert (found["holds"], found["sealed"], found["signed"], found["number"]) == (True, True, True, 1)
    assert {one["found"] for one in found["files"]} == {"same"}
    assert "It is what was signed." in run("verify", "DSS").stdout

    def keyless(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(report_signing, "_logged", keyless)
    broken = run("verify", "DSS", "--json")
    assert json.loads(broken.stdout)["holds"] is False
    assert isinstance(broken.exception, StoreError)
    assert broken.exception.exit_code == 11
    assert "NOT what was signed" in run("verify", "DSS").stdout


def test_what_the_city_holds_by_what_was_submitted() -> None:
    found = told("rollup", "--period", "2028-06-30")
    assert (found["agencies"], found["submitted"], found["not_submitted"]) == (2, 1, ["DOH"])
    (name,) = [row for row in found["types"] if row["type"] == "NAME"]
    assert (name["collected"], name["retained"], name["disclosed"], name["agencies"]) == (1, 1, 1, ["DSS"])
    assert found["withheld"] == 1
    words = run("rollup", "--period", "2028-06-30").stdout
    assert "Not submitted, so not known: DOH." in words
    assert "Answers withheld from the public: 1." in words


def test_what_is_no_day_is_refused() -> None:
    assert run("status", "--period", "soon").exit_code == 2
    assert isinstance(refusal("export", "PRK", "-o", "/nowhere/report.pdf"), RequestError)
