"""The real application in a real browser: served on a free port over a seeded catalog, nothing from the network."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support import city as cities
from tests.support.city import City
from tests.support.serving import served

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return cities.build(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="session")
def server(city: City) -> Iterator[str]:
    """The address of the running application."""
    with served(city.catalog) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        # `make test` names what a machine has to leave out; otherwise, and in CI, nothing is skipped.
        if "Chromium" in os.environ.get("LEFT_OUT", ""):
            pytest.skip("No Chromium is installed.")
        pytest.fail("No Chromium is installed. Install the package chromium.", pytrace=False)
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *root])
        yield running
        running.close()


class Window:
    """A browser window of one person; it remembers what went wrong in it."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.server = server
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda r: None if r.url.startswith(server) else self.strangers.append(r.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def enter(self, person: str) -> Page:
        self.page.goto(f"{self.server}/sign-in")
        if (agency := self.page.locator(f'details:has(button[value="{person}"])')).count():
            agency.locator("summary").click()
        self.page.click(f'button[value="{person}"]')
        return self.page

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.server}{path}")
        return self.page


@pytest.fixture
def window(browser: Browser, server: str) -> Iterator[Callable[..., Window]]:
    """Open a window of a width; at the end of the test nothing may have gone wrong in any."""
    contexts: list[BrowserContext] = []
    windows: list[Window] = []

    def opened(width: int = 1280, *, scripts: bool = True) -> Window:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        windows.append(Window(context, server))
        return windows[-1]

    yield opened
    complaints = [complaint for each in windows for complaint in each.complaints]
    strangers = [url for each in windows for url in each.strangers]
    for context in contexts:
        context.close()
    assert not complaints
    assert not strangers


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker; built with the front end, never served."""
    root = Path(__file__).parents[2]
    for path in (root / "var/test-assets/axe.min.js", root / "frontend/node_modules/axe-core/axe.min.js"):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    pytest.fail("axe-core comes with the front end: run make environment-dev.", pytrace=False)
