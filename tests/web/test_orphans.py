"""Decisions without a column, as whoever answers for the agency sees and settles them."""

import csv
import html
import io
import re

import pytest
from werkzeug.test import TestResponse

from catalog.model.decisions import Standing
from catalog.model.runs import RunState
from catalog.services import holdings, recording
from catalog.store import scans
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City, column, finding, listed, result


@pytest.fixture
def reshaped(own_city: City) -> City:
    """The clients' Social Security column was dropped, and two came that may be it."""
    now = [
        column("ssn_of_client", 1, finding("SSN", 0.98)),
        column("client_ssn_no", 2, finding("SSN", 0.98)),
        column("office_code", 6, kind="char(4)"),
    ]
    run = recording.begin(ADMIN, own_city.catalog, own_city.source, 7, full=True)
    due = recording.record_listing(ADMIN, own_city.catalog, run, [listed("client_master")], [])
    recording.record_result(ADMIN, own_city.catalog, run, due["client_master"], "v2", result(now))
    recording.finish(ADMIN, own_city.catalog, run, RunState.CANCELLED)
    return own_city


def words(text: str) -> str:
    shown = text.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", shown)))


def gone(page: str) -> dict[str, int]:
    """The columns that are gone by name, as the page's anchors give them."""
    found = re.findall(r'id="gone-(\d+)">\s*<h2><code>([^<]*)</code>', page)
    return {name: int(number) for number, name in found}


def settle(client: HouseClient, column_id: int, **form: object) -> TestResponse:
    return client.post(f"/orphans/{column_id}", data=form, headers=SAME_ORIGIN)


def standing(city: City, name: str, code: str) -> Standing:
    page = holdings.dataset(ADMIN, city.catalog, city.clients)
    view = next(view for view in page.columns if view.column.name == name)
    return next(tag.standing for tag in view.tags if tag.type.code == code)


def test_where_every_decision_has_its_column_the_page_says_so(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    assert "Every decision has its column." in words(client.get("/orphans").text)
    assert "without a column" not in client.get(f"/datasets/{own_city.clients}").text
    assert "Decisions without a column" not in client.get("/").text


def test_the_dataset_and_home_lead_to_what_waits(reshaped: City) -> None:
    client = enter(application(reshaped.catalog), "officer-dss")
    shown = client.get(f"/datasets/{reshaped.clients}").text
    assert "4 decisions are without a column" in words(shown)
    assert f'href="/orphans?dataset={reshaped.clients}"' in shown
    assert "3 columns that somebody decided on were not found again" in words(client.get("/").text)
    page = words(client.get(f"/orphans?dataset={reshaped.clients}").text)
    assert "3 columns with decisions are gone from this dataset." in page
    assert "Social Security number" in page
    assert "confirmed, by Ben Okafor" in page
    assert "“Matches the intake form”" in page
    assert "Words of the name, shapes of values, declared type" in page


def test_another_agencys_officer_learns_nothing_of_it(reshaped: City) -> None:
    app = application(reshaped.catalog)
    assert "Every decision has its column." in words(enter(app, "officer-doh").get("/orphans").text)


def test_decisions_go_on_with_the_column_whose_button_is_pressed(reshaped: City) -> None:
    client = enter(application(reshaped.catalog), "officer-dss")
    page = client.get("/orphans").text
    column_id = gone(page)["client_ssn"]
    button = re.search(r'name="to" value="(\d+)">Go on with it<span class="hidden">: ssn_of_client', page)
    assert button is not None
    answer = settle(client, column_id, to=button.group(1), reason="Renamed in the new release")
    assert (answer.status_code, answer.location) == (303, "/orphans")
    assert standing(reshaped, "ssn_of_client", "SSN") is Standing.CONFIRMED
    assert "client_ssn" not in gone(client.get("/orphans").text)
    assert "Renamed in the new release" in client.get(f"/datasets/{reshaped.clients}").text


def test_any_other_column_can_be_chosen_and_decisions_may_rest(reshaped: City) -> None:
    client = enter(application(reshaped.catalog), "cpo")
    waiting = gone(client.get("/orphans").text)
    office = cities.column_ids(reshaped.catalog, reshaped.clients)["office_code"]
    answer = settle(client, waiting["full_name"], to="other", other=office, dataset=reshaped.clients)
    assert answer.location == f"/orphans?dataset={reshaped.clients}"
    assert standing(reshaped, "office_code", "NAME") is Standing.REOPENED, "no scan finds names there"
    assert settle(client, waiting["date_of_birth"], to="rest").status_code == 303
    assert set(gone(client.get("/orphans").text)) == {"client_ssn"}
    assert settle(client, waiting["date_of_birth"], to="rest").status_code == 409


@pytest.mark.parametrize("form", [{}, {"to": "other"}, {"to": "other", "other": ""}, {"to": "٣"}, {"to": "9" * 30}])
def test_what_names_no_column_is_refused_and_changes_nothing(reshaped: City, form: dict[str, str]) -> None:
    client = enter(application(reshaped.catalog), "cpo")
    waiting = gone(client.get("/orphans").text)
    assert settle(client, waiting["client_ssn"], **form).status_code == 400
    assert gone(client.get("/orphans").text) == waiting


def test_the_list_can_be_taken_along(reshaped: City) -> None:
    text = enter(application(reshaped.catalog), "cpo").get("/orphans?format=csv").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert {(row["column"], row["type"], row["verdict"]) for row in rows} == {
        ("client_ssn", "SSN", "confirmed"),
        ("client_ssn", "PHONE", "rejected"),
        ("full_name", "NAME", "confirmed"),
        ("date_of_birth", "DOB", "confirmed"),
    }


def test_a_dataset_that_is_gone_is_shown_apart_and_can_rest_at_once(reshaped: City) -> None:
    catalog = reshaped.catalog
    with catalog.reading() as connection:
        gone_too = [one for one in scans.datasets_of(connection, reshaped.source) if one.id == reshaped.clients]
    catalog.note(lambda connection: scans.retire(connection, gone_too, catalog.clock.now()))
    client = enter(application(catalog), "officer-dss")
    page = client.get("/orphans").text
    assert "Datasets that are no longer listed Their decisions return with them." in words(page)
    assert "3 columns with decisions · not listed since" in words(page)
    assert f'href="/datasets/{reshaped.clients}"' not in page, "there is no such page any more"
    where = f"/orphans/datasets/{reshaped.clients}/rest"
    assert f'action="{where}"' in page
    rows = list(csv.DictReader(io.StringIO(client.get("/orphans?format=csv").text.lstrip("\ufeff"))))
    assert all(row["gone_since"] for row in rows)
    assert client.post(where, headers=SAME_ORIGIN).location == "/orphans"
    assert "Every decision has its column." in words(client.get("/orphans").text)
    assert client.post(where, headers=SAME_ORIGIN).status_code == 409


def test_a_column_of_another_dataset_is_offered_with_where_it_is(own_city: City) -> None:
    catalog = own_city.catalog
    with catalog.reading() as connection:
        (clients,) = [one for one in scans.datasets_of(connection, own_city.source) if one.id == own_city.clients]
    catalog.note(lambda connection: scans.retire(connection, [clients], catalog.clock.now()))
    run = recording.begin(ADMIN, catalog, own_city.source, 7, full=True)
    due = recording.record_listing(ADMIN, catalog, run, [listed("customer_master")], [])
    found = [column("client_ssn", 1, finding("SSN", 0.98))]
    recording.record_result(ADMIN, catalog, run, due["customer_master"], "v2", result(found))
    recording.finish(ADMIN, catalog, run, RunState.CANCELLED)
    client = enter(application(catalog), "officer-dss")
    page = client.get("/orphans").text
    assert f'<a href="/datasets/{due["customer_master"]}#column-' in page
    assert "client_ssn in customer_master" in words(page)
    assert "customer_master.client_ssn" in client.get("/orphans?format=csv").text
