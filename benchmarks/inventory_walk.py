"""Somebody at the pages of the inventory cycle: presses, types and reads in Chromium, and counts what it takes.

Nothing here calls a service: what is done is done by what a page offers, found by the words that people see.
"""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

#: Where pictures of the pages are put, by whoever wants to look at them; none are taken otherwise.
_TALLEST = 2600
#: What is written where something has to be explained, and what signs an approval.
_EXPLAINED = "The bureau that keeps it looks at each column this quarter; until then the report ticks what is declared."
_APPROVES = re.compile("^(Approve and sign|Agree and countersign|Approve as second reviewer)")


@dataclass
class Taken:
    """What something took a person: presses, letters typed, pages read, and words on them that are new to read."""

    clicks: int = 0
    typed: int = 0
    pages: int = 0
    words: int = 0
    seconds: float = 0.0

    def minutes(self, *, click: float, page: float, words: float) -> float:
        """For somebody who takes so many seconds a press and to find their way on a page, and reads so many words a
        minute.
        """
        return (self.clicks * click + self.pages * page) / 60 + self.words / words


@dataclass
class Walker:
    """One browser in which one person after the other signs in; ``waits`` are approvals that wait for somebody else."""

    page: Page
    server: str
    pictures: Path | None = None
    taken: Taken = field(default_factory=Taken)
    waits: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Count from here."""
        self.taken, self._began = Taken(), time.monotonic()

    def done(self) -> Taken:
        """What it took since."""
        self.taken.seconds = time.monotonic() - self._began
        return self.taken

    def enter(self, person: str) -> None:
        """Sign in as somebody, and go to the inventory by the navigation."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.server}/sign-in")
        if (agency := self.page.locator(f'details:has(button[value="{person}"]):not([open])')).count():
            self.press(agency.locator("summary"), leads=False)
        self.press(self.page.locator(f'button[value="{person}"]'))
        self.press(self.page.get_by_role("link", name="Inventory", exact=True))

    def press(self, what: Locator, *, leads: bool = True) -> None:
        """Press something that leads to another page, or does not."""
        self.taken.clicks += 1
        if not leads:
            what.first.click()
            return
        with self.page.expect_navigation():
            what.first.click()
        self.taken.pages += 1
        if (refused := self.page.locator("main .usa-alert--error[role=alert]")).count():
            raise AssertionError(f"{self.page.url}: {refused.first.inner_text()}")

    def link(self, name: str | re.Pattern[str]) -> None:
        """Follow a link of the page by its words."""
        self.press(self.page.locator("main").get_by_role("link", name=name))

    def button(self, name: str | re.Pattern[str]) -> None:
        """Press a button of the page by its words."""
        self.press(self.page.locator("main").get_by_role("button", name=name))

    def write(self, where: Locator, text: str) -> None:
        """Type into a field."""
        self.taken.clicks += 1
        self.taken.typed += len(text)
        where.first.fill(text)

    def read(self, what: Locator) -> None:
        """Read a part of a page that is new to the person."""
        self.taken.words += sum(len(text.split()) for text in what.all_inner_texts())

    def picture(self, name: str) -> None:
        """Keep how the page looks."""
        if self.pictures is not None:
            sizes: dict[str, Any] = self.page.evaluate(
                "() => ({width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight})"
            )
            clip: Any = {"x": 0, "y": 0, "width": sizes["width"], "height": min(_TALLEST, sizes["height"])}
            self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True, clip=clip)


def to_report(walker: Walker, until: int) -> None:
    """From the inventory page to the agency's report up to that year."""
    walker.picture("hub")
    walker.press(walker.page.locator("main h3").get_by_role("link", name=f"to June {until}"))


def prepare(walker: Walker, name: str) -> None:
    """From the list of tasks: explain what has to be, and mend the records behind what is lacking."""
    walker.picture(f"{name}-cycle")
    walker.link("Check the report as it will read")
    walker.picture(f"{name}-check-before")
    walker.read(walker.page.locator(".usa-alert--error"))
    _explain(walker)
    _classify(walker)
    _tell(walker)
    walker.press(walker.page.locator(".usa-breadcrumb, .crumbs").get_by_role("link").last)


def answer(walker: Walker, name: str) -> None:
    """From the list of tasks to one that is checked: look at each, answer what is asked, say that it holds."""
    page = walker.page
    walker.press(page.locator("ol.tasks a"))
    while True:
        _task(walker, name)
        if page.get_by_role("link", name="check and sign").count():
            break
        walker.press(page.locator(".usa-alert--success a"))
    walker.link("check and sign")
    walker.read(page.locator(".usa-alert--error"))
    walker.picture(f"{name}-check-after")


def sign(walker: Walker, name: str) -> None:
    """From a checked report to the officer's signature."""
    if walker.page.get_by_role("button", name="Ready to be signed").count():
        walker.button("Ready to be signed")
    walker.link("Sign it")
    walker.read(walker.page.locator("main .facts").first)
    walker.picture(f"{name}-sign")
    walker.button(re.compile("^Sign as"))
    prove(walker)
    walker.picture(f"{name}-signed")


def prove(walker: Walker) -> None:
    """Say who one is, where that is asked."""
    if walker.page.get_by_role("button", name="It is me: continue").count():
        walker.button("It is me: continue")


def on_paper(walker: Walker, name: str, head: str) -> None:
    """The officer records what the head signed on paper."""
    walker.link("Record the head’s signature on paper")
    for field_name, words in (("signer", head), ("capacity", "Commissioner"), ("filed", "Cabinet 4, folder 2028-1")):
        walker.write(walker.page.locator(f'[name="{field_name}"]'), words)
    day = walker.page.locator('[name="on"]')
    if not day.input_value():
        walker.write(day, time.strftime("%Y-%m-%d"))
    walker.picture(f"{name}-paper")
    walker.button("Record the signature")
    prove(walker)
    walker.picture(f"{name}-submitted")


def as_head(walker: Walker, name: str, until: int) -> None:
    """The head signs in their own account."""
    to_report(walker, until)
    walker.link("Sign for the agency")
    walker.picture(f"{name}-head")
    walker.button(re.compile("^Sign as"))
    prove(walker)
    walker.picture(f"{name}-submitted")


def _explain(walker: Walker) -> None:
    """Explain all that has to be, on the page of checking."""
    lacking = walker.page.locator("section:has(> #contradictions) article.answer:not(:has(.beside))")
    while lacking.count():
        walker.read(lacking.first.locator("p").first)
        walker.write(lacking.first.locator("textarea"), _EXPLAINED)
        walker.press(lacking.first.get_by_role("button", name="Save the explanation"))


def _tell(walker: Walker) -> None:
    """Say of each thing that may tell what is withheld elsewhere that the public is told of it all the same."""
    page, asked = walker.page, re.compile("say that the public is told of it")
    while (lacking := page.locator(".usa-alert--error").get_by_role("link", name=asked)).count():
        walker.press(lacking)
        walker.press(page.locator("main").get_by_role("button", name=re.compile("^The public is told (of it|now)")))
        walker.press(page.locator(".usa-breadcrumb, .crumbs").get_by_role("link").last)
        walker.link("Check the report as it will read")


def _classify(walker: Walker) -> None:
    """See to every activity that nobody classified: its approval waits for somebody, and signing it classifies it."""
    page, walker.waits, seen = walker.page, [], set()
    while waiting := [one for one in _unclassified(page) if one not in seen]:
        seen.add(waiting[0])
        walker.press(page.locator(f'.usa-alert--error a[href="{waiting[0]}"]'))
        report = re.sub("/tasks/.*", "", page.url).removeprefix(walker.server)
        walker.press(page.locator(f'[id="{page.url.split("#")[1]}"] .sources a[href^="/flows/"]'))
        walker.link("Where it stands and what comes next")
        approve(walker)
        walker.press(page.get_by_role("link", name="Inventory", exact=True))
        walker.press(page.locator(f'main a[href="{report}"]'))
        walker.link("Check the report as it will read")


def _unclassified(page: Page) -> list[str]:
    found = page.locator(".usa-alert--error").get_by_role("link", name=re.compile("not yet classified", re.IGNORECASE))
    return [one.get_attribute("href") or "" for one in found.all()]


def approve(walker: Walker) -> None:
    """Sign an approval that waits for who is signed in; where it waits for somebody else, keep its address."""
    signs = walker.page.locator("main").get_by_role("button", name=_APPROVES)
    if not signs.count():
        walker.waits.append(walker.page.url)
        return
    walker.read(walker.page.locator("main .facts").first)
    if (statement := walker.page.locator('[name="statement"]')).count():
        walker.write(statement, "We have agreed on the types and on how long they are kept.")
    walker.press(signs)
    prove(walker)


def _task(walker: Walker, name: str) -> None:
    page = walker.page
    walker.read(page.locator("section.first-section"))
    waiting = page.locator(".usa-alert--warning li a")
    while waiting.count():
        walker.press(waiting)
        asked = page.locator('form:has(input[name="kind"][value="answered"])')
        walker.write(asked.locator("textarea"), "It is as before; the bureau has confirmed it.")
        walker.press(asked.locator("button"))
    walker.picture(f"{name}-{page.url.split('/tasks/')[1].split('?')[0]}")
    walker.press(page.locator('label[for="holds"]'), leads=False)
    walker.press(page.locator("section.attest form button"))


def look_through(walker: Walker, name: str, agency: str, until: int) -> None:
    """The privacy office, from the inventory to a report that was submitted, to be looked through."""
    walker.link("All rounds")
    walker.press(walker.page.locator(f'main a[href="/inventory/rounds/{until}-06-30"]'))
    walker.picture(f"{name}-round")
    walker.press(walker.page.locator(f'tr:has-text("{agency}") a[href$="/review-report"]'))
    walker.picture(f"{name}-look-through")


def send_back(walker: Walker, name: str, comments: tuple[str, ...]) -> None:
    """Comment on so many answers, and send the report back."""
    boxes = walker.page.locator(".report-item")
    step = max(1, boxes.count() // len(comments))
    for number, words in enumerate(comments):
        box = boxes.nth(number * step)
        walker.press(box.locator("summary"), leads=False)
        walker.write(box.locator("textarea"), words)
    walker.write(walker.page.locator("#words"), "Please look at the comments, and sign it again.")
    walker.button("Send back")
    walker.picture(f"{name}-sent-back")


def open_round(walker: Walker, agencies: tuple[str, ...]) -> None:
    """The privacy office opens the next round, as the page proposes it, for these agencies alone."""
    page = walker.page
    walker.link("All rounds")
    for box in page.locator('input[name="agency"]').all():
        if box.input_value() not in agencies:
            walker.press(page.locator(f'label[for="{box.get_attribute("id")}"]'), leads=False)
    walker.button("Preview")
    walker.picture("next-round-preview")
    walker.button(re.compile("^Open "))
    walker.picture("next-round")


def answer_comments(walker: Walker, name: str) -> None:
    """From a report that was sent back to one that is checked: each comment answered, each task said to hold again."""
    page = walker.page
    walker.picture(f"{name}-cycle")
    walker.read(page.locator("main .usa-alert--warning"))
    asked = page.locator("main .usa-alert--warning li a")
    moved = page.locator("li.task:not(:has(.task-done)) a")
    while asked.count() or moved.count():
        walker.press(asked if asked.count() else moved)
        _task(walker, name)
        walker.press(page.locator(".usa-breadcrumb, .crumbs").get_by_role("link").last)
    walker.link("Check the report as it will read")
    walker.picture(f"{name}-check")


def downloaded(walker: Walker, address: str) -> bytes:
    """A file, as the browser takes it by a link of the page of the report."""
    response = walker.page.context.request.get(address)
    return response.body()
