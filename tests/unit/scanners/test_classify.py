"""The answer of ``classify``: its form is an interface others rely on."""

import io
import json
import zipfile
from pathlib import Path

import docx
import fastavro
import pytest
from click.testing import CliRunner

from catalog.errors import SourceError
from catalog.taxonomy.loader import load
from scanners.cli import classify, in_words
from tests.support.workbooks import workbook

ROWS = "client_nm,ssn,agency\n" + "\n".join(
    f"{given} {family},{536_900_001 + n * 1217},Housing"
    for n, (given, family) in enumerate(
        [("Maria", "Lopez"), ("James", "Walker"), ("Priya", "Sharma"), ("Kathleen", "O'Brien"), ("Carlos", "Rivera")]
        * 4
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    share = tmp_path / "share"
    share.mkdir()
    (share / "clients.csv").write_text(ROWS, encoding="utf-8")
    (share / "picture.bin").write_bytes(b"\x00\x01")
    return share


def test_json_has_the_agreed_form(folder):
    result = CliRunner().invoke(classify, [str(folder), "--json"], catch_exceptions=False)
    answer = json.loads(result.stdout)
    assert set(answer) == {"schema", "tables", "skipped"}
    assert answer["schema"] == 1
    (table,) = answer["tables"]
    assert table["path"].endswith("clients.csv")
    assert (table["table"], table["rows_seen"]) == (None, 20)
    assert [(column["name"], column["position"], column["grade"]) for column in table["columns"]] == [
        ("client_nm", 0, "direct"),
        ("ssn", 1, "direct"),
        ("agency", 2, "none"),
    ]
    (skipped,) = answer["skipped"]
    assert skipped["path"].endswith("picture.bin")
    assert "format" in skipped["reason"]


def test_the_guide_shows_this_form(folder: Path, documents: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "detection.md").read_text(encoding="utf-8")
    shown = json.loads(guide.partition("```json")[2].partition("```")[0])
    paths = [str(folder), str(documents / "torn.avro"), "--json"]
    answer = json.loads(CliRunner().invoke(classify, paths, catch_exceptions=False).stdout)
    assert _fields(shown) == _fields(answer)


def _fields(answer: object) -> set[str]:
    """The names of all fields, at whatever depth."""
    if isinstance(answer, list):
        return set().union(*map(_fields, answer))
    if isinstance(answer, dict):
        return {*answer, *(name for value in answer.values() for name in _fields(value))}
    return set()


def test_findings_carry_type_form_strength_share_and_reasons(folder):
    result = CliRunner().invoke(classify, [str(folder / "clients.csv"), "--json"], catch_exceptions=False)
    (table,) = json.loads(result.stdout)["tables"]
    finding = table["columns"][1]["findings"][0]
    assert set(finding) == {"type", "form", "strength", "share", "reasons"}
    assert finding["type"] == "SSN"
    assert finding["type"] in load().types
    low, mid, high = finding["share"]
    assert 0 <= low <= mid <= high <= 1
    assert any("column name" in reason for reason in finding["reasons"])


def test_people_read_a_table_that_holds_no_value(folder):
    result = CliRunner().invoke(classify, [str(folder)], catch_exceptions=False)
    assert "client_nm" in result.stdout
    assert "not scanned" in result.stdout
    assert "Lopez" not in result.stdout
    assert "536900001" not in result.stdout


def test_an_empty_file_and_an_empty_sheet_were_looked_at_and_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "nothing.csv").touch()
    workbook(tmp_path / "book.xlsx", {"one": [["ssn"], ["536-90-0001"]], "two": []})
    result = CliRunner().invoke(classify, [str(tmp_path), "--json"], catch_exceptions=False)
    answer = json.loads(result.stdout)
    assert answer["skipped"] == []
    found = {(Path(table["path"]).name, table["table"]): len(table["columns"]) for table in answer["tables"]}
    assert found == {("book.xlsx", "one"): 1, ("book.xlsx", "two"): 0, ("nothing.csv", None): 0}
    said = CliRunner().invoke(classify, [str(tmp_path)], catch_exceptions=False).stdout
    assert "nothing.csv:itisempty." in "".join(said.split())  # lines are broken by how long the path is


def test_a_path_that_is_not_there_is_named_with_its_reason(tmp_path):
    result = CliRunner().invoke(classify, [str(tmp_path / "nothing"), "--json"])
    assert isinstance(result.exception, SourceError)
    (skipped,) = json.loads(result.stdout)["skipped"]
    assert skipped["path"].endswith("nothing")


def test_strength_in_words():
    assert [in_words(strength) for strength in (0.95, 0.8, 0.5, 0.3)] == ["very sure", "sure", "likely", "weak"]


def test_programs_get_names_as_they_are_written_and_people_get_them_tidied(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('" Full  Name ","Home\nPhone"\nJane Smith,212-555-0143\nRobert Brown,718-555-0122\n')
    told = CliRunner().invoke(classify, [str(path), "--json"])
    (table,) = json.loads(told.output)["tables"]
    assert [column["name"] for column in table["columns"]] == [" Full  Name ", "Home\nPhone"]
    shown = CliRunner().invoke(classify, [str(path)]).output
    assert "Full Name" in shown
    assert "Home Phone" in shown


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    share = tmp_path / "documents"
    share.mkdir()
    memo = docx.Document()
    memo.add_paragraph("The office is open on Mondays.")
    table = memo.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, [("client", "ssn"), ("Maria Lopez", "219-09-1001")], strict=False):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    memo.save(share / "minutes #3.docx")
    with zipfile.ZipFile(share / "old.zip", "w") as archive:
        archive.writestr("clients.csv", ROWS)
    workbook(share / "staff.xlsx", {"List": [["client", "ssn"], ["Maria Lopez", "219-09-1001"]]})
    (share / "photo.jpg").write_bytes(b"\xff\xd8\xff" + bytes(2000))
    schema = {"type": "record", "name": "row", "fields": [{"name": "client", "type": "string"}]}
    whole = io.BytesIO()
    fastavro.writer(whole, schema, ({"client": f"client {number}"} for number in range(4000)), sync_interval=1000)
    (share / "torn.avro").write_bytes(whole.getvalue()[:-20])
    return share


def test_a_document_is_one_table_of_no_name_with_the_columns_of_all_its_tables(documents: Path) -> None:
    result = CliRunner().invoke(classify, [str(documents), "--json"], catch_exceptions=False)
    tables = {Path(table["path"]).name: table for table in json.loads(result.stdout)["tables"]}
    assert {name: table["table"] for name, table in tables.items()} == {
        "minutes #3.docx": None, "old.zip!clients.csv": None, "staff.xlsx": "List", "torn.avro": None,
    }  # fmt: skip
    assert {"text", "table 1: client", "table 1: ssn"} <= {
        column["name"] for column in tables["minutes #3.docx"]["columns"]
    }


def test_what_was_read_in_part_says_why_and_nothing_else_does(documents: Path) -> None:
    result = CliRunner().invoke(classify, [str(documents), "--json"], catch_exceptions=False)
    partly = {Path(table["path"]).name: table.get("partly") for table in json.loads(result.stdout)["tables"]}
    assert partly.pop("torn.avro") == ["parts of it are damaged"]
    assert set(partly.values()) == {None}
    told = CliRunner().invoke(classify, [str(documents)], catch_exceptions=False).stdout
    assert told.count("Read in part: parts of it are damaged.") == 1


def test_what_nobody_can_look_into_says_what_it_is(documents: Path) -> None:
    told = CliRunner().invoke(classify, [str(documents)], catch_exceptions=False).stdout
    assert "photo.jpg(JPEGpicture,2.0KB):notscanned,itisapicture" in "".join(told.split())


def test_what_is_in_an_archive_that_was_given_is_named_after_it(documents: Path) -> None:
    result = CliRunner().invoke(classify, [str(documents / "old.zip"), "--json"], catch_exceptions=False)
    (table,) = json.loads(result.stdout)["tables"]
    assert table["path"] == f"{documents / 'old.zip'}!clients.csv"
