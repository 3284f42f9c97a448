"""The practice queue by keyboard: all items in Chromium, by somebody who knows the answers and presses keys alone.

What is timed is the product and no person: from the page being there to the next one being there, reading and thinking
left out. How often people are right with the page alone is for people to try: ``python -m benchmarks.practice_blind``.
"""

import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, g, request
from playwright.sync_api import Page, sync_playwright

from benchmarks.proof import Proof
from catalog import logs
from catalog.model.review import ActKind
from catalog.model.review_views import PracticeItem
from catalog.taxonomy import loader
from catalog.taxonomy import practice as items
from tests.browser.conftest import FLAGS, PROGRAMS
from tests.support import city as cities
from tests.support.serving import running
from web.app import create_app

PERSON = "officer-dss"
_MOST_SECONDS, _MOST_MS = 4.0, 150
_ALONE = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
_KEYS = {ActKind.CONFIRM: "a", ActKind.NOT_IDENTIFYING: "n", ActKind.REJECT: "r", ActKind.CHANGE_TYPE: "c"}
_READY = "document.activeElement && document.activeElement.id === 'queue'"


@dataclass
class _Watched:
    """How long the server took for each request of the practice queue, in milliseconds."""

    shown: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    def over(self, app: Flask) -> Flask:
        app.before_request(self._begin)
        app.after_request(self._end)
        app.before_request_funcs[None].insert(0, app.before_request_funcs[None].pop())
        app.after_request_funcs[None].insert(0, app.after_request_funcs[None].pop())  # the first added is the last run
        return app

    def _begin(self) -> None:
        g.began = time.perf_counter()

    def _end(self, response: Response) -> Response:
        took = (time.perf_counter() - g.began) * 1000
        if request.path == "/review/practice":
            (self.answered if request.method == "POST" else self.shown).append(took)
        return response


def proofs() -> Iterator[Proof]:
    """Answer every item of a turn, then look at how it went."""
    logs.configure("CRITICAL")
    watched = _Watched()
    with tempfile.TemporaryDirectory(prefix="practice-") as folder, sync_playwright() as playwright:
        city = cities.build(Path(folder))
        browser = playwright.chromium.launch(executable_path=_program(), args=[*FLAGS, *_ALONE])
        with running(watched.over(create_app(city.catalog))) as server:
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            _enter(page, server)
            seconds = _answer_all(page, server)
            result = page.goto(f"{server}/review/practice/result")
            told = page.locator("main .finding").inner_text()
        browser.close()
        city.catalog.close()
    count = len(items.load())
    whole = f"{count} of {count} right."
    yield Proof(
        f"{count} practice items answered by keyboard in Chromium, all as is known to be right",
        f"{len(seconds)} answered; the page then says: {told}",
        f"{count} right",
        result is not None and result.ok and told.startswith(whole) and len(seconds) == count,
    )
    median, slow = statistics.median(seconds), _p95(seconds)
    yield Proof(
        "one item, from its page to the next, by a driver that knows the answer (reading and thinking left out)",
        f"median {median:.2f} s, 95 % within {slow:.2f} s",
        f"median ≤ {_MOST_SECONDS:.0f} s",
        median <= _MOST_SECONDS,
    )
    for what, took in (("showing an item", watched.shown), ("taking an answer", watched.answered)):
        yield Proof(
            f"the server {what}, of {len(took)} requests",
            f"median {statistics.median(took):.0f} ms, 95 % within {_p95(took):.0f} ms",
            f"95 % within {_MOST_MS} ms",
            _p95(took) <= _MOST_MS,
        )


def _answer_all(page: Page, server: str) -> list[float]:
    page.goto(f"{server}/review/practice")
    seconds = []
    while page.locator("#queue").count():
        page.wait_for_function(_READY)
        began = time.perf_counter()
        item = items.load()[_asked(page)]
        _press(page, item)
        page.wait_for_load_state("load")
        if page.locator("#queue").count():
            page.wait_for_function(_READY)
        seconds.append(time.perf_counter() - began)
    return seconds


def _asked(page: Page) -> str:
    """The item that the page asks about, which its forms say."""
    return page.locator('input[name="item"]').first.input_value()


def _press(page: Page, item: PracticeItem) -> None:
    """Give the first right answer, as an officer would with keys alone."""
    kind, code = item.answers[0]
    # Enter in the line of words sends the form; a key of the queue sends it where nothing more is to be said.
    keys = ["Tab", "Enter"] if kind in (ActKind.REJECT, ActKind.CHANGE_TYPE) else []
    with page.expect_navigation(url=re.compile("/review/practice")):
        page.keyboard.press(_KEYS[kind])
        if code and page.locator("#to_code").input_value() != code:  # what is suggested beside it is chosen already
            page.keyboard.type(loader.load().types[code].label)  # the list goes to what is typed
        for key in keys:
            page.keyboard.press(key)


def _enter(page: Page, server: str) -> None:
    page.goto(f"{server}/sign-in")
    if (agency := page.locator(f'details:has(button[value="{PERSON}"])')).count():
        agency.locator("summary").click()
    page.click(f'button[value="{PERSON}"]')


def _program() -> str:
    return next(filter(None, map(shutil.which, PROGRAMS)))


def _p95(took: list[float]) -> float:
    return sorted(took)[min(int(len(took) * 0.95), len(took) - 1)]
