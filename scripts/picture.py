"""``make picture``: docs/picture.png, the home page of the running demo as the chief privacy officer sees it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from time import monotonic, sleep

from playwright.sync_api import sync_playwright

from steps import BIN, ROOT

PORT = "8731"
ADDRESS = f"http://127.0.0.1:{PORT}/"
_SECONDS_TO_START = 240
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Build the demo in a folder of its own, serve it, photograph it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [BIN / "privacy-catalog", "demo", "--folder", Path(folder) / "demo"]
        with subprocess.Popen(command, env=os.environ | {"PRIVACY_CATALOG_PORT": PORT}) as demo:
            try:
                _wait(demo)
                _photograph(ROOT / "docs" / "picture.png")
            finally:
                demo.terminate()
    return 0


def _wait(demo: subprocess.Popen[bytes]) -> None:
    until = monotonic() + _SECONDS_TO_START
    while monotonic() < until and demo.poll() is None:
        try:
            with urllib.request.urlopen(ADDRESS, timeout=5):  # our own loopback address
                return
        except urllib.error.URLError:
            sleep(0.5)
    sys.exit("The demo did not start; what it said stands above.")


def _photograph(path: Path) -> None:
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1240})
        page.goto(ADDRESS)
        page.get_by_role("button", name=re.compile("CPO")).first.click()
        page.goto(ADDRESS)
        page.screenshot(path=path, animations="disabled")
        browser.close()
    print(f"  {path.relative_to(ROOT)} written")


if __name__ == "__main__":
    sys.exit(main())
