"""The page that says what changed, as people see it and as a file."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from catalog.services import sources
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City, column, finding, listed, result, scan
from tests.web.test_orphans import words
from tests.web.test_runs import rescan


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


def test_columns_that_came_and_went_are_named_and_lead_to_decisions_that_wait(own_city: City) -> None:
    rescan(own_city, "client_master", [column("tax_no", 0, finding("SSN", 0.9)), column("office_code", 6)])
    rescan(own_city, "ref_office_codes", [column("code", 0), column("=room<b>", 1)])
    client = enter(application(own_city.catalog), "officer-dss")
    text = client.get("/changes?days=1").text
    page = words(text)
    assert "columns new or gone in 1 dataset" in page
    assert re.search(r"Columns that are new or gone .* ref_office_codes", page)
    assert "<code>=room&lt;b&gt;</code>" in text
    assert "<code>office</code>" in text
    assert re.search(r"<code>tax_no</code></td><td[^>]*><code>client_id</code>", text), "with the types that moved"
    assert "3 columns that somebody decided on were not found again" in page
    assert 'href="/orphans"' in text
    body = client.get("/changes?days=1&format=csv").text.lstrip("\ufeff")
    (row,) = [one for one in csv.DictReader(io.StringIO(body)) if one["change"] == "columns"]
    assert (row["columns_new"], row["columns_gone"]) == ("'=room<b>", "office")


def test_what_was_never_looked_at_is_not_as_of_never(visit: Callable[[str | None], HouseClient]) -> None:
    page = words(visit("cpo").get("/changes").text)
    assert "It was never looked at." in page
    assert "as of never" not in page


def test_an_unknown_period_is_a_week(city: City, visit: Callable[[str | None], HouseClient]) -> None:
    assert '<option value="7" selected>' in visit("cpo").get("/changes?days=1e9").text
