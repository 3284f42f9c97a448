"""One task of an agency's report by keyboard alone, fields that save themselves, and somebody who was faster."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import city as cities
from tests.support.city import City
from tests.support.serving import served

OFFICER, DEPUTY = "officer-dss", "deputy-dss"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return cities.build(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def server(city: City) -> Iterator[str]:
    with served(city.catalog) as address:
        yield address


def _to(page: Page, words: str) -> None:
    """Go on with the Tab key until what has the focus reads like this."""
    for _ in range(120):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
            " return (l || e).textContent.trim(); }"
        )
        if re.search(words, told):
            return
    pytest.fail(f"no key leads to {words}")


def test_a_task_is_answered_and_attested_by_keyboard_alone(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter(OFFICER)
    page = opened.open(f"/inventory/{city.law.cycle}/tasks/access")
    for question in ("necessary", "least", "decided and kept small"):
        _to(page, f"Your answer.*{question}")
        page.keyboard.type("Yes, by rule 4.")
        # Leaving the field saves it.
        _to(page, "^Save")
        expect(page.locator(".saved:not(:empty)").last).to_contain_text(re.compile(r"Saved \d\d:\d\d UTC"))
    expect(page.locator(".saved:not(:empty)")).to_have_count(3)
    page.reload()
    _to(page, "all of this holds")
    page.keyboard.press("Space")
    _to(page, "^Say that it holds")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".usa-alert--success")).to_contain_text("You said that all of this holds.")
    expect(page.locator("h1 + .badges")).to_contain_text("Attested")


def test_the_button_beside_a_field_that_saved_itself_saves_on(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter(OFFICER)
    page = opened.open(f"/inventory/{city.law.cycle}/tasks/impact")
    field = page.get_by_role("textbox", name=re.compile("Impact of the Identifying Information Law")).first
    field.fill("More forms.")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(r"Save\W+Impact of the Identifying")).click()
    expect(page.locator(".said-now")).to_contain_text("Saved.")
    expect(field).to_have_value("More forms.")


def test_a_field_that_somebody_else_filled_meanwhile_says_so_and_keeps_what_was_typed(
    city: City, window: Callable[..., Any]
) -> None:
    mine, theirs = window(), window()
    mine.enter(OFFICER)
    theirs.enter(DEPUTY)
    where = f"/inventory/{city.law.cycle}/tasks/policies"
    one, other = mine.open(where), theirs.open(where)
    name = re.compile("Requests from third parties")
    other.get_by_role("textbox", name=name).first.fill("The deputy's words")
    other.get_by_role("textbox", name=name).first.blur()
    expect(other.locator(".saved:not(:empty)")).to_contain_text("Saved")
    one.get_by_role("textbox", name=name).first.fill("The officer's words")
    one.get_by_role("textbox", name=name).first.blur()
    expect(one.locator(".saved:not(:empty)")).to_contain_text("Not saved")
    expect(one.get_by_role("textbox", name=name).first).to_have_value("The officer's words")
    mine.complaints.clear()  # the browser tells of the refusal itself
