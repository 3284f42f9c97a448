"""The page that says what changed, as people see it and as a file."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from catalog.services import sources
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City, column, finding, listed, result, scan


def test_a_first_night_has_nothing_to_compare_with(city: City, visit: Callable[[str | None], HouseClient]) -> None:
    page = visit("cpo").get("/changes").text
    assert "What it found is what was there, not a change" in page
    assert "could not be read" in page, "the parks' share was not reached"


def test_a_second_night_tells_what_is_new_renamed_and_missing(own_city: City) -> None:
    catalog = own_city.catalog
    source = sources.source_named(ADMIN, catalog, "dss-cases")
    columns = [column("client_id", 0), column("town", 1), column("full_name", 2, finding("NAME", 0.9))]
    scan(
        catalog,
        source,
        [
            (listed("home_visits"), result([column("visit_id", 0), column("tax_id", 1, finding("SSN", 0.97))])),
            (listed("=leads<b>"), result(columns)),
        ],
    )
    client = enter(application(catalog), "officer-dss")
    page = client.get("/changes?days=1").text
    assert "Social Security number" in page
    assert "<code>tax_id</code>" in page
    assert "=leads&lt;b&gt;" in page
    assert "Missing once" in page
    body = client.get("/changes?days=1&format=csv").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(body)))
    kinds = {row["change"] for row in rows}
    assert kinds == {"types", "appeared", "no longer listed"}
    assert {row["dataset"] for row in rows if row["change"] == "appeared"} == {"'=leads<b>"}
    assert all(datetime.fromisoformat(row["at"]) > datetime.now(UTC) - timedelta(days=1) for row in rows)


def test_an_unknown_period_is_a_week(city: City, visit: Callable[[str | None], HouseClient]) -> None:
    assert '<option value="7" selected>' in visit("cpo").get("/changes?days=1e9").text
