"""Hostile names in a real browser: nothing runs, nothing asks, nothing pops up."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.city import City
from tests.support.injections import Watcher, named_by, payloads
from tests.support.poison import PAYLOADS, addresses, poisoned
from tests.support.serving import served


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return poisoned(tmp_path_factory.mktemp("poisoned"), PAYLOADS)


@pytest.fixture(scope="module")
def server(city: City) -> Iterator[str]:
    with served(city.catalog) as address:
        yield address


@pytest.mark.parametrize("width", [1280, 320])
def test_no_name_runs_and_none_breaks_the_page(width: int, city: City, window: Callable[..., Any]) -> None:
    opened = window(width)
    opened.enter("cpo")
    for path in addresses(city):
        page = opened.open(path)
        for summary in page.query_selector_all("details:not([open]) > summary"):
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("main script, main iframe, main img").count() == 0
        assert page.locator("main [hx-get]:not([hx-nonce])").count() == 0


def test_no_payload_runs_asks_or_comes_into_being(browser: Browser, tmp_path: Path) -> None:
    """Sixty of those that ``make proof NAME=injection`` shows, on the pages where they stand."""
    every = payloads()
    city, datasets = named_by(tmp_path, every[:: len(every) // 60])
    with served(city.catalog) as server:
        watcher = Watcher(browser.new_context(), server)
        watcher.enter("cpo")
        for path in (*addresses(city), *(f"/datasets/{one}" for one in datasets), "/people", "/groups", "/audit"):
            watcher.show(path)
        watcher.leftovers()
    assert watcher.heard.pages > 20
    assert watcher.heard.everything() == []


def test_what_the_policy_stops_is_reported(browser: Browser, server: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{server}/sign-in")
    with page.expect_request(f"{server}/policy-reports") as asked:
        page.evaluate("new Image().src = 'https://elsewhere.example/'")
    answer = asked.value.response()
    assert answer is not None
    assert answer.status == 204
