import csv
import io
import json
from dataclasses import asdict

from catalog import documents
from catalog.model.frozen_reports import Format
from catalog.model.report_form import Element
from catalog.services import report_contents
from tests.support.said_reports import ITEMS, SIGNED, item, report


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_json_holds_exactly_what_was_signed() -> None:
    data = documents.render(report(), SIGNED, Format.JSON, public=False)
    whole = json.loads(data)
    assert whole["version"] == "full"
    canonical = json.dumps(whole["report"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical == report_contents.encode(report())
    assert report_contents.decode(canonical) == report()
    assert whole["signatures"][1] == {**asdict(SIGNED[1]), "on": "2026-07-28"}


def test_the_public_json_says_so_and_not_who_recorded_a_signature() -> None:
    whole = json.loads(documents.render(report(), SIGNED, Format.JSON, public=True))
    assert whole["version"] == "public"
    assert all("recorded_by" not in each for each in whole["signatures"])


def test_csv_has_a_row_for_each_item_with_all_it_says() -> None:
    found = rows(documents.render(report(), SIGNED, Format.CSV, public=False))
    assert [row["key"] for row in found] == [each.key for each in ITEMS]
    assert found[1]["what"] == "Phone number"
    assert found[1]["fields"] == "Collected: yes; Retained: no; Disclosed: no; Datasets: 3"
    assert found[1]["notes"] == "Declared, not found"
    assert found[1]["explained"] == "Callers leave it; it is not kept."
    assert found[2]["withheld"] == "investigation"
    assert found[3]["text"] == ITEMS[3].text
    assert found[3]["rests_on"] == "Intake of shelter applicants"
    assert {row["period_to"] for row in found} == {"2026-07-31"}


def test_no_cell_is_a_formula() -> None:
    bad = '=HYPERLINK("http://x","y")'
    hostile = item(Element.ACCESS, "text", bad, text=bad, group="@x", explained="+1", marks=("-2",))
    (row,) = rows(documents.render(report((hostile,), agency=bad), SIGNED, Format.CSV, public=False))
    assert {row["agency"], row["what"], row["text"]} == {f"'{bad}"}
    assert (row["group"], row["explained"], row["notes"]) == ("'@x", "'+1", "'-2")


def test_half_a_character_does_not_stop_a_file() -> None:
    half = report((item(Element.ACCESS, "text", "a\ud800b", text="\udfff"),))
    for each in Format:
        assert documents.render(half, SIGNED, each, public=False)
