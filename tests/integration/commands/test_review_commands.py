"""``review`` on the command line: groups decided, looked at first, taken back; and the workbook there and back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog import review_order_commands
from catalog.errors import CatalogError, RequestError
from catalog.model import review_words
from catalog.model.decisions import Verdict
from catalog.model.review import ActKind, LeftOutBecause, ReviewState
from catalog.model.review_views import LastWord, LeftOut
from catalog.review_commands import review
from tests.support.review_world import STEWARD, City, a_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = a_city(tmp_path_factory.mktemp("review"))
    yield made
    made.catalog.close()


@pytest.fixture(autouse=True)
def _environment(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(city.catalog.settings.data_dir))
    monkeypatch.setenv("PRIVACY_CATALOG_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(review, arguments)


def told(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


def refusal(*arguments: str) -> CatalogError:
    error = run(*arguments).exception
    assert isinstance(error, CatalogError), error
    return error


def the_group(code: str) -> str:
    return next(line["group"] for line in told("list") if line["type"] == code)


def test_a_group_is_shown_decided_and_taken_back(city: City) -> None:
    key = the_group("SSN")
    shown = told("show", key)
    assert {one["dataset"] for one in shown["columns"]} == {"clients", "stays", "patients"}
    assert "strength 0.9" in shown["sentence"]
    looked = told("confirm", key, "--check")
    assert (looked["done"], looked["columns"], looked["agencies"]) == (False, 3, ["DCH", "DSO"])
    assert city.decisions("dso.clients.ssn") == []
    done = told("confirm", key, "--column", str(city.columns["dso.clients.ssn"]), "--reason", "As the form says")
    assert (done["columns"], done["left_out"]) == (1, [])
    (made,) = city.decisions("dso.clients.ssn")
    assert made.reason == "As the form says"
    assert told("reject", key, "--why", "test_data", "--agency", "dch")["columns"] == 1
    mine = told("mine")
    assert [(one["did"], one["columns"]) for one in mine] == [("reject", 1), ("confirm", 1)]
    assert "To undo it: review undo" in run("undo").stdout
    assert told("undo", str(done["number"]))["columns"] == 1
    assert len(told("show", key)["columns"]) == 3
    assert "no longer" not in run("mine").stdout


def test_later_another_type_and_nothing_at_all(city: City) -> None:
    key = the_group("EMAIL")
    place = str(city.columns["dso.stays.mail"])
    assert told("change", key, "--to", "PHONE", "--column", place)["columns"] == 1
    assert told("undo")["columns"] == 1
    assert told("not-identifying", key, "--column", place)["columns"] == 1
    assert told("undo")["columns"] == 1


def test_a_steward_is_asked_and_the_question_taken_back(city: City) -> None:
    key, place = the_group("SSN"), str(city.columns["dso.clients.ssn"])
    question = ("ask", key, "--column", place, "--reason", "Whose numbers are these?", "--to")
    assert told(*question, STEWARD)["columns"] == 1
    assert len(told("show", key)["columns"]) == 2
    assert told("undo")["columns"] == 1
    assert "no data steward of the agency" in str(refusal(*question, "nobody"))


def test_a_column_is_chosen_though_its_evidence_is_not_the_usual(city: City) -> None:
    key, place = the_group("SSN"), str(city.columns["dso.stays.ssn"])
    assert told("confirm", key, "--column", place, "--column", place, "--check")["columns"] == 1


def test_the_pages_of_a_group_are_shown_one_by_one(city: City) -> None:
    assert told("show", the_group("SSN"), "--page", "2")["page"] == 1


def test_what_is_left_out_says_who_decided_and_when() -> None:
    last = LastWord("Ada Cole", Verdict.REJECTED, datetime(2026, 11, 22, 3, 7, tzinfo=UTC), "")
    left = LeftOut(1, "SSN", LeftOutBecause.DECIDED_MEANWHILE, "Clients, ssn", last)
    (told_of,) = review_order_commands._left_out([left])
    because = "somebody decided it meanwhile: Ada Cole said that it is not this type, 2026-11-22 03:07 UTC"
    assert told_of["because"] == because


def test_there_are_words_for_every_reason_and_act() -> None:
    assert review_words.LEFT_OUT.keys() == set(LeftOutBecause)
    assert review_words.DONE.keys() == set(ActKind)
    assert review_words.SAID.keys() == review_words.HOLDS.keys() == set(Verdict)
    assert review_words.STATES.keys() == set(ReviewState)


def test_what_cannot_be_is_told_plainly(city: City) -> None:
    key = the_group("SSN")
    assert refusal("confirm", "nothing").exit_code == 2
    assert "not among the first 1,000" in str(refusal("confirm", key, "--column", "99999"))
    assert "neither to a day nor to a person" in str(refusal("defer", key))
    assert "no such type" in str(refusal("change", key, "--to", "PII"))
    assert refusal("undo", "99999").exit_code == 2
    assert "Add --verdict" in str(refusal("second", "1"))
    assert run("reject", key).exit_code == 2


def test_what_waits_goes_into_a_file_of_ones_own_and_comes_back(city: City, tmp_path: Path) -> None:
    path = tmp_path / "waits.xlsx"
    assert "suggestions are in" in run("export", str(path), "--type", "SSN").stdout
    assert path.stat().st_mode & 0o077 == 0
    assert "file exists" in str(refusal("export", str(path)))
    plan = told("import", str(path), "--check")
    assert (plan["done"], plan["decisions"], plan["problems"]) == (False, [], [])
    assert plan["empty"] == 3
    path.write_bytes(b"nothing")
    assert "no workbook" in str(refusal("import", str(path)))
    assert isinstance(run("import", str(tmp_path / "none.xlsx")).exception, RequestError)


def test_quality_second_readings_and_the_queue_made_anew_have_their_answers() -> None:
    assert told("rebuild") == [{"put_right": 0}]
    assert told("second") == []
    assert set(told("quality")) == {"finding", "strengths", "agreement", "waiting"}
    assert run("quality").exit_code == 0
    assert "Nothing waits for a second reader." in run("second").stdout
