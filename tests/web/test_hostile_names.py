"""Names come from other people's systems: none may become markup, a script or a formula."""

import csv
import io
import json
from collections.abc import Iterator

import openpyxl
import pytest

from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City
from tests.support.poison import FORMULAS, PAYLOADS, addresses, poisoned


@pytest.fixture(scope="module")
def markup_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, HouseClient]]:
    city = poisoned(tmp_path_factory.mktemp("markup"), PAYLOADS)
    yield city, enter(application(city.catalog), "cpo")
    city.catalog.close()


@pytest.mark.parametrize("place", range(21))
def test_no_name_becomes_markup(place: int, markup_city: tuple[City, HouseClient]) -> None:
    city, client = markup_city
    answer = client.get(addresses(city)[place])
    assert answer.status_code == 200
    for raw in ("<script>alert", "<img", "<div hx-get", "<svg/", "<iframe", "<!--"):
        assert raw not in answer.text
    assert "&lt;" in answer.text or "&#34;" in answer.text, "no payload reached this page"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_question_becomes_markup(payload: str, markup_city: tuple[City, HouseClient]) -> None:
    _, client = markup_city
    for where in ("/search", "/datasets/1", "/types", "/agencies", "/flows", "/protocols", "/recognizers/1"):
        answer = client.get(
            where, query_string=dict.fromkeys(("q", "sort", "state", "page", "agency", "doubt", "change"), payload)
        )
        assert answer.status_code in {200, 400}
        assert "<img" not in answer.text
        assert "<script>" not in answer.text


@pytest.fixture(scope="module")
def formula_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, HouseClient]]:
    city = poisoned(tmp_path_factory.mktemp("formulas"), FORMULAS)
    yield city, enter(application(city.catalog), "cpo")
    city.catalog.close()


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5, 6, *range(8, 21)])
def test_no_name_becomes_a_formula(place: int, formula_city: tuple[City, HouseClient]) -> None:
    city, client = formula_city
    where = addresses(city)[place]
    answer = client.get(f"{where}{'&' if '?' in where else '?'}format=csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"), newline="")))
    assert len(rows) > 1
    for row in rows:
        assert len(row) == len(rows[0])
        for cell in row:
            assert not cell.strip(" ").startswith(tuple("=+-@\t\r\n\0＝＋－＠")), cell


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5, 6, *range(8, 21)])
def test_no_name_becomes_a_formula_in_a_workbook(place: int, formula_city: tuple[City, HouseClient]) -> None:
    city, client = formula_city
    where = addresses(city)[place]
    answer = client.get(f"{where}{'&' if '?' in where else '?'}format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    assert any(cell.value in FORMULAS or FORMULAS[0] in str(cell.value) for cell in cells)


def test_names_come_out_of_all_exports_exactly(formula_city: tuple[City, HouseClient]) -> None:
    city, client = formula_city
    where = f"/datasets/{city.clients}"
    text = client.get(where, query_string={"format": "csv"}).get_data(as_text=True).lstrip("\ufeff")
    names = [row["column"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert [name.removeprefix("'") for name in names] == list(FORMULAS)
    exact = json.loads(client.get(where, query_string={"format": "json"}).data)
    assert [row["column"] for row in exact["rows"]] == list(FORMULAS)
    assert exact["count"] == len(FORMULAS)
    book = openpyxl.load_workbook(io.BytesIO(client.get(where, query_string={"format": "xlsx"}).data))
    assert [row[1] for row in book["List"].iter_rows(min_row=2, values_only=True)] == list(FORMULAS)
