"""Review by spreadsheet on its page: taken, looked at, decided; and shown again where it cannot be."""

import io
import re
from datetime import UTC, datetime

import pytest
from werkzeug.test import TestResponse

from catalog.model.interchange import Sheet, Workbook
from catalog.services import review_sheets
from catalog.services.review_sheet_rows import HEADINGS, SHEET
from catalog.sheets import reading
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from tests.web.test_pages import main


@pytest.fixture
def officer(own_city: City) -> HouseClient:
    return enter(application(own_city.catalog), "officer-dss")


def taken(client: HouseClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/review/sheet?format=xlsx{query}")
    assert answer.status_code == 200
    sheet = next(one for one in reading.read(answer.data) if one.name == SHEET)
    assert sheet.headings == HEADINGS
    return [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows]


def sent(client: HouseClient, rows: list[dict[str, str]]) -> TestResponse:
    sheets = (Sheet(SHEET, HEADINGS, [tuple(row.values()) for row in rows]), Sheet("Types", ("Code",), [("SSN",)]))
    book = Workbook("review", "officer-dss", datetime.now(UTC), sheets)
    data = b"".join(review_sheets.packed(book))
    return client.post("/review/sheet/check", data={"file": (io.BytesIO(data), "x.xlsx")}, headers=SAME_ORIGIN)


def carried(text: str) -> str:
    return re.findall(r'name="workbook" value="([^"]*)"', text)[0]


def test_decisions_are_shown_first_and_made_when_they_are_wanted(officer: HouseClient) -> None:
    page = main(officer.get("/review/sheet").text)
    rows = taken(officer)
    assert f"{len(rows)} suggestions wait for your decision" in page
    assert {row["Agency"] for row in rows} == {"DSS"}
    rows[0] |= {"Decision": "Confirm"}
    looked = sent(officer, rows)
    assert "1 column in 1 decision. " in main(looked.text)
    assert len(taken(officer)) == len(rows), "a look does nothing"
    letters = carried(looked.text)
    done = officer.post("/review/sheet", data={"workbook": letters}, headers=SAME_ORIGIN)
    assert (done.status_code, done.headers["Location"]) == (303, "/review/sheet?done=1&same=0")
    assert "1 column decided or put off" in main(officer.get("/review/sheet?done=1&same=0").text)
    assert len(taken(officer)) == len(rows) - 1
    again = officer.post("/review/sheet", data={"workbook": letters}, headers=SAME_ORIGIN)
    assert again.headers["Location"] == "/review/sheet?done=0&same=1"


def test_a_fault_is_told_with_its_cell_and_nothing_can_be_decided(officer: HouseClient) -> None:
    rows = taken(officer)
    rows[0] |= {"Decision": "Confirm"}
    rows[1] |= {"Decision": "Perhaps"}
    looked = sent(officer, rows)
    assert "Columns!L3" in main(looked.text)
    assert "1 fault to mend first" in main(looked.text)
    assert 'name="workbook"' not in looked.text


def test_what_somebody_decided_meanwhile_is_shown_instead_of_deciding(officer: HouseClient, own_city: City) -> None:
    rows = taken(officer)
    rows[0] |= {"Decision": "Confirm"}
    letters = carried(sent(officer, rows).text)
    other = enter(application(own_city.catalog), "cpo")
    theirs = [row for row in taken(other) if row["Column number"] == rows[0]["Column number"]]
    theirs = [
        row | {"Decision": "Not this type", "Why": "Test data"}
        for row in theirs
        if row["Type code"] == rows[0]["Type code"]
    ]
    other.post("/review/sheet", data={"workbook": carried(sent(other, theirs).text)}, headers=SAME_ORIGIN)
    refused = officer.post("/review/sheet", data={"workbook": letters}, headers=SAME_ORIGIN)
    assert refused.status_code == 400
    assert "not all of it can be decided any more" in main(refused.text)
    assert "said that it is not this type" in main(refused.text)


def test_only_somebody_who_means_to_takes_it_away_and_may_narrow_it_down(officer: HouseClient) -> None:
    assert officer.get("/review/sheet?format=xlsx", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert {row["Band"] for row in taken(officer, "&band=high")} == {"high"}
    for data in ({}, {"workbook": "?"}):
        assert officer.post("/review/sheet", data=data, headers=SAME_ORIGIN).status_code == 400
    nothing = officer.post("/review/sheet/check", data={}, headers=SAME_ORIGIN)
    assert "no file was chosen" in main(nothing.text)


def test_help_leads_to_practice_to_the_spreadsheet_and_to_the_keys(officer: HouseClient) -> None:
    text = main(officer.get("/help").text)
    for way in ("Practice", "Spreadsheet", "Keys"):
        assert way in text
