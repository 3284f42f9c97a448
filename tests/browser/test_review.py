"""The queue of review by keyboard alone, without a script, when somebody was faster, and when the network fails."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from catalog.model.decisions import Standing
from catalog.model.runs import ColumnResult
from catalog.services import review_queue
from catalog.store.schema import standings
from tests.browser.test_accessibility import RUN, SMALL, TAGS
from tests.support import city as cities
from tests.support.city import ADMIN, City
from tests.support.serving import served

#: What is suggested in columns of six tables that are alike, and in one column alone: each test has its own.
GROUPS = ("BENEFIT_ID", "EMPLOYEE_ID", "STUDENT_ID")
ALONE = (
    "OCCUPATION",
    "SEX",
    "RELIGION",
    "AGE",
    "EDUCATION",
    "NATIONALITY",
    "LANGUAGE",
    "SIGNATURE",
    "INCOME",
    "HEIGHT",
)
OFFICER = "officer-dss"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = cities.build(tmp_path_factory.mktemp("city"))
    source = cities.add_source(city.catalog, "DSS", "Old cases", "dss-old")
    tables = {f"old_{at}": _columns(GROUPS, 0.9 if at % 3 else 0.6) for at in range(6)} | {
        "single": _columns(ALONE, 0.9)
    }
    health = cities.add_source(city.catalog, "DOH", "Old visits", "doh-old")
    cities.scan(city.catalog, health, [(cities.listed("visit"), cities.result(_columns(("FAMILY",), 0.9)))])
    cities.scan(city.catalog, source, [(cities.listed(name), cities.result(found)) for name, found in tables.items()])
    return city


@pytest.fixture(scope="module")
def server(city: City) -> Iterator[str]:
    with served(city.catalog) as address:
        yield address


def _columns(codes: tuple[str, ...], strength: float) -> list[ColumnResult]:
    return [
        cities.column(f"THE_{code}", at, cities.finding(code, strength, clue="it")) for at, code in enumerate(codes)
    ]


def standing(city: City, code: str) -> list[Standing]:
    with city.catalog.reading() as connection:
        found = connection.execute(select(standings.c.standing).where(standings.c.type_code == code))
        return [row.standing for row in found]


def address(city: City, code: str) -> str:
    (line,) = review_queue.queue(ADMIN, city.catalog, {"type": [code], "q": ["the"]}).lines
    return f"/review/groups/{line.key}"


def press(page: Page, key: str, *, leads: bool = True) -> None:
    """Press a key, and wait for the page it leads to."""
    if not leads:
        page.keyboard.press(key)
        return
    with page.expect_navigation():
        page.keyboard.press(key)


def status(page: Page) -> Any:
    return expect(page.locator("#queue [role=status]").first)


def test_five_groups_are_decided_by_keyboard_alone(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter(OFFICER)
    page = opened.open("/review?q=the&order=name")  # age, benefit id, education, employee id, height
    press(page, "a")
    status(page).to_contain_text("1 column confirmed: Age")
    press(page, "a")
    expect(page.get_by_role("button", name="Confirm: 4 columns")).to_be_focused()
    press(page, "Enter")
    status(page).to_contain_text("4 columns confirmed: Benefit number")
    press(page, "r", leads=False)
    expect(page.get_by_label("Why is it not this type?").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    press(page, "Enter")
    status(page).to_contain_text("1 column marked as not this type: Education")
    press(page, "r")
    expect(page.get_by_label("Why is it not this type?")).to_be_focused()
    page.keyboard.press("Tab")
    press(page, "Enter")
    status(page).to_contain_text("4 columns marked as not this type: Employee number")
    press(page, "n")
    status(page).to_contain_text("1 column marked as not identifying")
    press(page, "u")
    status(page).to_contain_text("put back as it was")
    assert standing(city, "AGE") == [Standing.CONFIRMED]
    assert standing(city, "BENEFIT_ID").count(Standing.CONFIRMED) == 4
    assert standing(city, "EDUCATION") == [Standing.REJECTED]
    assert standing(city, "EMPLOYEE_ID").count(Standing.REJECTED) == 4
    assert standing(city, "HEIGHT") == [Standing.SUGGESTED]


def test_keys_lead_through_the_queue_and_tick_columns(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter(OFFICER)
    page = opened.open(f"{address(city, 'STUDENT_ID')}?order=name&q=the")
    page.keyboard.press("x")  # the column shown is ticked: now it is not
    boxes = page.locator(".alike input")
    expect(boxes.nth(2)).to_be_focused()
    expect(boxes.nth(2)).not_to_be_checked()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert [boxes.nth(at).is_checked() for at in range(6)] == [False, False, False, False, False, True]
    page.keyboard.press("Escape")
    expect(page.locator("#queue")).to_be_focused()
    press(page, "b")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm: 1 column")
    press(page, "k")
    press(page, "e")
    assert page.locator(".groups-side").count() == 0
    press(page, "e")
    before = page.url
    press(page, "k")
    press(page, "j")
    assert re.sub(r"[?].*", "", page.url) == re.sub(r"[?].*", "", before)
    page.keyboard.press("?")
    expect(page.get_by_text("Keys work while this frame has the focus")).to_be_visible()
    page.keyboard.press("Escape")
    press(page, "o")
    assert "/datasets/" in page.url


def test_keys_do_nothing_where_one_types_with_other_keys_or_outside(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter(OFFICER)
    page = opened.open(address(city, "RELIGION"))
    for keys in ("Control+a", "Alt+a", "Meta+a", "Shift+A"):
        page.keyboard.press(keys)
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.press("r")  # typed into the list of types
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.get_by_label("In your words (needed").press_sequentially("a")
    page.get_by_role("searchbox", name="Search datasets").focus()
    page.keyboard.type("an")
    page.get_by_role("link", name="Home", exact=True).focus()
    page.keyboard.press("a")
    page.wait_for_timeout(100)
    assert page.url.endswith(address(city, "RELIGION"))
    assert standing(city, "RELIGION") == [Standing.SUGGESTED]


def test_keys_command_nothing_in_what_a_button_has_opened(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter("officer-doh")
    page = opened.open("/review?type=FAMILY")  # there is no steward in this agency, so nothing to type into
    page.keyboard.press("s")
    expect(page.get_by_text("Nobody is recorded as a steward")).to_be_visible()
    page.keyboard.type("a bit unsure")
    page.keyboard.press("Escape")
    expect(page.locator("#queue")).to_be_focused()
    page.locator("summary", has_text="Ask the steward").click()
    page.keyboard.type("and now")
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Later").click()
    expect(page.get_by_label("Until which day?")).to_be_focused()
    page.get_by_role("button", name="Decide later").focus()
    page.keyboard.type("an")
    page.wait_for_timeout(100)
    assert "/review?type=FAMILY" in page.url
    assert standing(city, "FAMILY") == [Standing.SUGGESTED]


def test_keys_can_be_switched_off_and_changed(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    page = opened.enter("deputy-dss")
    opened.open("/review/keys")
    page.get_by_label("Confirm", exact=True).fill("y")
    page.get_by_role("button", name="Keep").click()
    opened.open(address(city, "SEX"))
    page.keyboard.press("a")
    page.wait_for_timeout(100)
    assert standing(city, "SEX") == [Standing.SUGGESTED]
    press(page, "y")
    status(page).to_contain_text("1 column confirmed: Sex")
    opened.open("/review/keys")
    page.get_by_label("Use keys in the review queue").uncheck()
    page.get_by_role("button", name="Keep").click()
    opened.open(address(city, "SIGNATURE"))
    page.locator("#queue").focus()
    page.keyboard.press("y")
    page.wait_for_timeout(100)
    assert standing(city, "SIGNATURE") == [Standing.SUGGESTED]
    expect(page.locator("#queue kbd")).to_have_count(0)


def test_it_works_without_a_script(city: City, window: Callable[..., Any]) -> None:
    opened = window(scripts=False)
    opened.enter(OFFICER)
    page = opened.open(address(city, "LANGUAGE"))
    page.get_by_role("button", name="Confirm").click()
    status(page).to_contain_text("1 column confirmed: Languages spoken")
    page.get_by_role("button", name="Undo").click()
    status(page).to_contain_text("1 column put back as it was")
    opened.open(address(city, "LANGUAGE"))
    page.locator("summary", has_text="Later").click()
    page.get_by_label("Or hand it to").select_option(label="Noor Haddad, Deputy privacy officer")
    page.get_by_role("button", name="Decide later").click()
    status(page).to_contain_text("1 column handed to Noor Haddad")
    opened.open(address(city, "STUDENT_ID"))
    page.get_by_role("button", name="Not this type").click()
    page.get_by_label("Why is it not this type?").select_option("test_data")
    page.get_by_role("button", name="Say that it is not this type: 4 columns").click()
    status(page).to_contain_text("4 columns marked as not this type")


def test_who_was_faster_is_told_and_nothing_overwritten(city: City, window: Callable[..., Any]) -> None:
    slow, fast = window(), window()
    slow.enter(OFFICER)
    fast.enter("staff")
    page = slow.open(address(city, "INCOME"))
    press(fast.open(address(city, "INCOME")), "a")
    page.keyboard.press("r")
    page.get_by_label("In your words (needed").fill("They are amounts of rent")
    press(page, "Enter")
    alert = page.get_by_role("alert").filter(has_text="Not saved")
    expect(alert).to_contain_text(re.compile(r"Lior Abrams decided this (just now|.* ago)"))
    expect(page.get_by_text("Lior Abrams confirmed it").first).to_be_visible()
    assert standing(city, "INCOME") == [Standing.CONFIRMED]
    assert all("409" in complaint for complaint in slow.complaints)
    slow.complaints.clear()


def test_what_cannot_be_sent_stays_and_can_be_sent_again(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter(OFFICER)
    page = opened.open(address(city, "NATIONALITY"))
    page.route("**/review/act*", lambda route: route.abort())
    page.keyboard.press("r")
    page.get_by_label("In your words (needed").fill("Names of teams")
    page.keyboard.press("Enter")
    expect(page.locator("#queue-problem")).to_contain_text("Not saved: the catalog could not be reached")
    expect(page.get_by_label("In your words (needed")).to_have_value("Names of teams")
    page.unroute("**/review/act*")
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    press(page, "Enter")
    status(page).to_contain_text("1 column marked as not this type: Nationality")
    opened.complaints.clear()


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    width: int, city: City, window: Callable[..., Any], axe: str
) -> None:
    opened = window(width)
    opened.enter("cpo")
    found = {}
    for path in ("/review", "/review?q=zzz", "/review/groups/many", "/review/columns/ssn", "/review/keys", "preview"):
        page = _opened(opened, path, city)
        for summary in page.query_selector_all("#queue details:not([open]) > summary"):
            summary.click()
        page.evaluate(axe)
        found[path] = [*page.evaluate(RUN, TAGS), *page.evaluate(SMALL)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[path].append("scrolls sideways")
    assert {path: problems for path, problems in found.items() if problems} == {}


def _opened(opened: Any, path: str, city: City) -> Page:
    if path == "preview":
        _opened(opened, "/review/groups/many", city).get_by_role("button", name="Change type").click()
        page: Page = opened.page
        return page
    many = address(city, "STUDENT_ID")
    kept: Page = opened.open(path.replace("/review/groups/many", many).replace("/ssn", f"/{city.column}/SSN"))
    return kept
