"""The journeys people came for, in a browser, with and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.model.recogniser_sets import TrialOutcome
from catalog.model.runs import RunState
from catalog.services import recognisers, recording
from tests.support import city as cities
from tests.support.city import ADMIN, City


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("person", ["cpo", "officer-dss"])
def test_from_home_to_the_evidence_and_back_by_search(person: str, scripts: bool, window: Callable[..., Any]) -> None:
    page = window(scripts=scripts).enter(person)
    page.get_by_role("link", name="Department of Social Services", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Department of Social Services")
    page.get_by_role("link", name="Clients of social services").click()
    reason = page.get_by_text("970 of 1,000 values pass").nth(1)
    expect(reason).not_to_be_visible()
    page.locator("#column-2 summary").first.click()
    expect(reason).to_be_visible()
    page.get_by_role("searchbox", name="Search datasets").fill("ssn")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_have_text("client_ssn")


def test_two_clicks_from_the_map_to_every_column_with_ssns_in_an_agency(window: Callable[..., Any]) -> None:
    page = window().enter("cpo")
    page.locator('a.heat[href="/search?agency=DSS&type=SSN"]').click()
    page.get_by_role("link", name="Clients of social services").click()
    expect(page.locator("tr", has_text="client_ssn")).to_contain_text("Social Security number")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_researcher_reads_what_is_published(scripts: bool, window: Callable[..., Any]) -> None:
    page = window(scripts=scripts).enter("researcher")
    page.get_by_label("Words in title").fill("clients")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Clients of social services").click()
    expect(page.locator("tr", has_text="client_ssn")).to_contain_text("Social Security number")
    expect(page.get_by_text("intake@dss.example")).to_be_visible()
    assert page.locator("summary").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_an_officer_decides(scripts: bool, city: City, window: Callable[..., Any]) -> None:
    opened = window(scripts=scripts)
    opened.enter("officer-dss")
    page = opened.open(f"/datasets/{city.visits}")
    row = page.locator("tr", has_text="contact_phone")
    row.locator("summary").click()
    row.get_by_label("Your reason").fill("Seen on the form")
    row.get_by_role("button", name="Confirm").click()
    expect(page.locator("tr", has_text="contact_phone").locator("a.tag")).to_contain_text("confirmed")


def test_progress_comes_by_itself_and_stops_when_done(city: City, window: Callable[..., Any]) -> None:
    catalog = city.catalog
    source = cities.add_source(catalog, "PRK", "Live", "live")
    run = recording.begin(ADMIN, catalog, source.id, 7)
    opened = window()
    opened.enter("operator")
    page = opened.open(f"/runs/{run.id}")
    expect(page.get_by_role("status")).to_contain_text("Listing the datasets")
    recording.record_listing(ADMIN, catalog, run, [cities.listed("one"), cities.listed("two")], [])
    expect(page.get_by_role("status")).to_contain_text("0 of 2 due are done", timeout=15_000)
    recording.finish(ADMIN, catalog, run, RunState.DONE)
    expect(page.get_by_role("status")).to_contain_text("Done", timeout=15_000)
    assert page.locator("#progress[hx-get]").count() == 0


def test_progress_comes_by_a_link_without_scripts(city: City, window: Callable[..., Any]) -> None:
    opened = window(scripts=False)
    opened.enter("operator")
    page = opened.open(f"/runs/{city.live_run}")
    page.get_by_role("link", name="Refresh").click()
    expect(page).to_have_url(re.compile(f"/runs/{city.live_run}$"))


def test_an_injected_fragment_asks_for_nothing(city: City, window: Callable[..., Any]) -> None:
    """A name that became markup all the same would be stopped by the nonce; here one is put in by force."""
    opened = window()
    opened.enter("operator")
    page = opened.open(f"/runs/{city.live_run}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """() => { const e = document.createElement("div");
        e.setAttribute("hx-get", "/scans"); e.setAttribute("hx-trigger", "load");
        document.querySelector("main").append(e); htmx.process(e); }"""
    )
    page.wait_for_timeout(500)
    assert not [url for url in asked if url.endswith("/scans")]
    assert [text for text in opened.complaints if "hx-csp" in text]
    opened.complaints.clear()


def test_recognizers_are_written_tried_and_put_in_use_without_scripts(city: City, window: Callable[..., Any]) -> None:
    page = window(scripts=False).enter("cpo")
    page.get_by_role("link", name="Recognizers", exact=True).click()
    page.get_by_role("link", name="Add recognizers").click()
    page.get_by_label("Name of the set").fill("Harbor")
    page.get_by_role("button", name="Keep as a draft").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting to be tried")
    (trial,) = recognisers.waiting(ADMIN, city.catalog)
    recognisers.take(ADMIN, city.catalog, trial)
    recognisers.finish(ADMIN, city.catalog, trial, TrialOutcome("", 3, 0, 20, ()))
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("nothing would change")).to_be_visible()
    page.get_by_role("button", name="Put in use").click()
    page.get_by_role("link", name="Recognizers", exact=True).first.click()
    expect(page.locator("tr", has_text="Harbor")).to_contain_text("In use")


def test_nothing_stays_in_the_browser(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter("operator")
    page = opened.open(f"/runs/{city.live_run}")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
