"""Names come from other people's systems: none may become markup, a script or a formula."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.model.decisions import Verdict
from catalog.model.holdings import Agency, Description
from catalog.model.register import Activity, Classification, Verb
from catalog.services import indexing, register, review, sources
from tests.support import city as cities
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<div hx-get='/scans' hx-trigger='load'>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title><svg/onload=alert(1)>",
    "<!--<iframe src=//elsewhere.example>",
)
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "'=1",
    ' =HYPERLINK("http://elsewhere.example";"x")',
    'a";=1+1;"',
    "a,=1+1",
)


def poisoned(folder: Path, bad: tuple[str, ...]) -> City:
    """A city where every name anybody can choose is one of the payloads."""
    city = cities.build(folder)
    catalog = city.catalog
    everything = " ".join(bad)
    sources.add_agency(ADMIN, catalog, Agency("DSS", bad[0], bad[1], bad, "mayoral", everything, True, everything))
    source = cities.add_source(catalog, "DSS", bad[2], bad[3])
    columns = [
        cities.column(name, place, cities.finding("SSN", 0.9), kind=name, comment=everything)
        for place, name in enumerate(bad, 1)
    ]
    _, (dataset,) = cities.scan(catalog, source, [(cities.listed(bad[4], everything), cities.result(columns))])
    first = cities.column_ids(catalog, dataset)[bad[0]]
    review.decide(ADMIN, catalog, first, "SSN", Verdict.CONFIRMED, everything)
    register.describe(
        ADMIN, catalog, Description(dataset, bad[5], everything, everything, everything, (everything,), True)
    )
    register.add_activity(
        ADMIN,
        catalog,
        Activity(0, "DSS", Verb.DISCLOSURE, everything, everything, Classification.UNCLASSIFIED, None, everything,
                 everything, None, (everything,), bad[6], None, None),
        type_codes=["SSN"],
        dataset_ids=[dataset],
    )  # fmt: skip
    indexing.rebuild(ADMIN, catalog)
    return replace(city, clients=dataset, source=source.id)


@pytest.fixture(scope="module")
def markup_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, HouseClient]]:
    city = poisoned(tmp_path_factory.mktemp("markup"), PAYLOADS)
    yield city, enter(application(city.catalog), "cpo")
    city.catalog.close()


def addresses(city: City) -> list[str]:
    return [
        "/",
        "/agencies",
        "/agencies/DSS",
        f"/datasets/{city.clients}",
        "/types/SSN",
        "/search",
        "/search?agency=DSS",
        "/search?q=alert",
        "/scans",
        f"/runs/{city.live_run + 2}",
    ]


@pytest.mark.parametrize("place", range(10))
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
    for where in ("/search", "/datasets/1", "/types", "/agencies"):
        answer = client.get(where, query_string={"q": payload, "sort": payload, "state": payload, "page": payload})
        assert answer.status_code in {200, 400}
        assert "<img" not in answer.text
        assert "<script>" not in answer.text


@pytest.fixture(scope="module")
def formula_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, HouseClient]]:
    city = poisoned(tmp_path_factory.mktemp("formulas"), FORMULAS)
    yield city, enter(application(city.catalog), "cpo")
    city.catalog.close()


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5, 6, 8, 9])
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


def test_names_come_out_of_both_exports_exactly(formula_city: tuple[City, HouseClient]) -> None:
    city, client = formula_city
    where = f"/datasets/{city.clients}"
    text = client.get(where, query_string={"format": "csv"}).get_data(as_text=True).lstrip("\ufeff")
    names = [row["column"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert [name.removeprefix("'") for name in names] == list(FORMULAS)
    exact = json.loads(client.get(where, query_string={"format": "json"}).data)
    assert [row["column"] for row in exact["rows"]] == list(FORMULAS)
    assert exact["count"] == len(FORMULAS)
