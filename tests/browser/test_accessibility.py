"""Every page, wide and narrow: axe finds nothing, nothing scrolls sideways, targets are large enough."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from catalog.model import published
from tests.support.city import City

PAGES = {
    "cpo": (
        "/",
        "/agencies",
        "/agencies/DSS",
        "/agencies/TAX",
        "/datasets/{clients}",
        "/datasets/{plain}",
        "/datasets/{refused}",
        "/datasets/{listed_only}",
        "/datasets/{clients}?q=zzz",
        "/types",
        "/types/SSN",
        "/types/RELIGION",
        "/search",
        "/search?q=ssn&agency=DSS",
        "/search?q=zzzz",
        "/changes",
        "/scans",
        "/runs/{done_run}",
        "/runs/{failed_run}",
        "/flows",
        "/flows?agency=DSS&q=study",
        "/flows?q=zzzz",
        "/flows/{referral}",
        "/flows/{study}",
        "/flows/{dashboard}",
        "/events",
        "/declared",
        "/programmes",
        "/programmes/STREET-OUTREACH",
        "/protocols",
        "/protocols?force=expired",
        "/protocols/{designation}",
        "/protocols/gaps",
        "/recognizers",
        "/recognizers/new",
        "/recognizers/{draft}",
        "/recognizers/{used}",
        "/people",
        "/people/officer-dss",
        "/groups",
        "/account",
        "/review/mine",
        "/review/proposals",
        "/review/asked",
        "/review/later",
        "/review/second",
        "/review/quality",
        "/help",
        "/help/detection",
        "/accessibility",
    ),
    "officer-dss": (
        "/",
        "/agencies",
        "/datasets/{clients}",
        "/flows",
        "/flows/{received}",
        "/agencies/DSS",
        "/datasets/{clients}/description",
        "/datasets/{clients}/publishing",
        "/review/mine",
        "/review/mine/1",
    ),
    "researcher": (
        "/published",
        "/published?q=nothing+answers",
        "/published/datasets/{published}",
        "/published/agencies",
        "/published/agencies/DSS",
        "/published/types",
        "/published/types/SSN",
    ),
    "operator": ("/", "/scans", "/runs/{live_run}", "/recognizers/{draft}", "/audit"),
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}});
  const where = v => v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary).join(" | ");
  return found.violations.map(v => v.id + ": " + where(v));
}"""
SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter(e => {
  const box = e.getBoundingClientRect();
  const inText = getComputedStyle(e).display === "inline";
  return box.width > 1 && !inText && (box.height < 23.5 || box.width < 23.5);
}).map(e => e.outerHTML.slice(0, 160))"""


def path_of(template: str, city: City) -> str:
    names = ("clients", "plain", "refused", "listed_only", "done_run", "failed_run", "live_run", "draft", "used")
    told = published.address(city.catalog.names_key, city.clients)
    return template.format(**{name: getattr(city, name) for name in names}, **asdict(city.law), published=told)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("person", PAGES)
def test_axe_finds_nothing(person: str, width: int, city: City, window: Callable[..., Any], axe: str) -> None:
    opened = window(width)
    opened.enter(person)
    found = {}
    for template in PAGES[person]:
        page = opened.open(path_of(template, city))
        for summary in page.query_selector_all("details:not([open]) > summary")[:3]:
            summary.click()
        page.evaluate(axe)
        found[template] = [*page.evaluate(RUN, TAGS), *page.evaluate(SMALL)]
    assert {template: problems for template, problems in found.items() if problems} == {}


@pytest.mark.parametrize("path", ["/sign-in", "/help"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_before_sign_in(path: str, width: int, window: Callable[..., Any], axe: str) -> None:
    page = window(width).open(path)
    page.evaluate(axe)
    assert page.evaluate(RUN, TAGS) == []


def test_no_page_scrolls_sideways(city: City, window: Callable[..., Any]) -> None:
    opened = window(320)
    for person, paths in PAGES.items():
        opened.enter(person)
        for template in paths:
            page = opened.open(path_of(template, city))
            for summary in page.query_selector_all("details:not([open]) > summary"):
                summary.click()
            for width in (768, 360, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (template, width)


def test_focus_is_always_to_be_seen(city: City, window: Callable[..., Any]) -> None:
    opened = window()
    opened.enter("cpo")
    page = opened.open(path_of("/datasets/{clients}", city))
    seen = set()
    for turn in range(60):
        page.keyboard.press("Tab")
        page.wait_for_timeout(0 if turn else 400)  # the skip link slides in
        state = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
            const inView = b.top >= 0 && b.bottom <= innerHeight + 1;
            return [e.tagName, parseFloat(s.outlineWidth), s.outlineStyle, inView]; }"""
        )
        if state[0] == "BODY":
            break
        assert state[1] >= 2, state
        assert state[2] != "none", state
        assert state[3], state
        seen.add(state[0])
    assert {"A", "BUTTON", "INPUT", "SELECT", "SUMMARY"} <= seen
