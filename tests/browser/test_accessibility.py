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
        "/inventory/rounds",
        "/inventory/rounds/2026-06-30",
        "/inventory/rounds/2026-06-30?state=closed",
        "/inventory/rounds/2026-06-30/rollup",
        "/inventory/rounds/2028-06-30/rollup",
        "/inventory/1/review-report",
        "/inventory/1/report",
        "/inventory/1/report?version=public&check=yes",
        "/inventory/1/history",
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
        "/review/practice",
        "/review/practice/result",
        "/inventory",
        "/inventory/{cycle}",
        "/inventory/{cycle}/tasks/types?open=types/NAME",
        "/inventory/{cycle}/tasks/policies",
        "/inventory/{cycle}/tasks/agreements",
        "/inventory/{cycle}/check",
        "/inventory/{cycle}/sign",
        "/inventory/{cycle}/signature",
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
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  const where = v => v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary).join(" | ");
  return found.violations.map(v => v.id + ": " + where(v));
}"""
SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter(e => {
  const box = e.getBoundingClientRect();
  const inText = getComputedStyle(e).display === "inline";
  return box.width > 1 && !inText && (box.height < 23.5 || box.width < 23.5);
}).map(e => e.outerHTML.slice(0, 160))"""

#: Opens what is folded up: the first of it, or all.
UNFOLD = """most => [...document.querySelectorAll("details:not([open]) > summary")].slice(0, most ?? undefined)
  .forEach(e => { e.parentElement.open = true; })"""


def path_of(template: str, city: City) -> str:
    names = ("clients", "plain", "refused", "listed_only", "done_run", "failed_run", "live_run", "draft", "used")
    told = published.address(city.catalog.names_key, city.clients)
    return template.format(**{name: getattr(city, name) for name in names}, **asdict(city.law), published=told)


@pytest.mark.parametrize("person", PAGES)
def test_every_page_is_for_everybody(person: str, city: City, window: Callable[..., Any], axe: str) -> None:
    """Wide and narrow, axe finds nothing and targets are large enough; with all of it unfolded, nothing scrolls
    sideways. A page is opened once for all of that: opening it takes longer than looking at it.
    """
    opened = window(1280)
    opened.enter(person)
    found: dict[tuple[str, int], list[str]] = {}
    for template in PAGES[person]:
        page = opened.open(path_of(template, city))
        page.evaluate(UNFOLD, 3)
        page.evaluate(axe)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            found[template, width] = [*page.evaluate(RUN, TAGS), *page.evaluate(SMALL)]
        page.evaluate(UNFOLD, None)
        for width in (768, 360, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (template, width)
        page.set_viewport_size({"width": 1280, "height": 900})
    assert {where: problems for where, problems in found.items() if problems} == {}


@pytest.mark.parametrize("path", ["/sign-in", "/help"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_before_sign_in(path: str, width: int, window: Callable[..., Any], axe: str) -> None:
    page = window(width).open(path)
    page.evaluate(axe)
    assert page.evaluate(RUN, TAGS) == []


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
