"""Hostile names in a real browser: nothing runs, nothing asks, nothing pops up."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.city import City
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
