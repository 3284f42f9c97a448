"""Names and texts that would run, shown on every page in a real browser: nothing runs, asks or comes into being."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlsplit

from flask import Flask, Response
from playwright.sync_api import Browser, sync_playwright
from werkzeug.exceptions import HTTPException

from benchmarks.proof import Proof
from catalog import logs
from tests.browser.conftest import FLAGS, PROGRAMS
from tests.support.city import City
from tests.support.injections import Heard, Watcher, linked, named_by, payloads
from tests.support.poison import addresses
from tests.support.serving import running, served
from web.app import create_app

_CITIES = 5
_ASKED = ("/search", "/flows", "/protocols", "/people", "/published", "/audit", "/types", "/agencies")
_OTHERS = (
    "staff",
    "officer-dss",
    "deputy-dss",
    "steward-dss",
    "foil-dss",
    "head-dss",
    "auditor",
    "researcher",
    "operator",
    "officer-doh",
)
_ALONE = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
_FORMATS = re.compile(r"format=|/static/")


def proofs(count: int = _CITIES) -> Iterator[Proof]:
    """Show everything to everybody."""
    logs.configure("CRITICAL")  # hundreds of pages refuse somebody something
    bad, heard, routes = payloads(), Heard(), set[str]()
    with tempfile.TemporaryDirectory(prefix="injection-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(), args=[*FLAGS, *_ALONE])
        for number in range(count):
            place = Path(folder) / str(number)
            city, datasets = named_by(place, bad[number::count])
            visitors = ("cpo", *_OTHERS[number::count])
            with served(city.catalog) as server:
                for visitor in visitors:
                    pages = _pages(city, datasets, bad[number::count], visitor)
                    routes |= set(pages.values())
                    _add(heard, _shown(browser, server, visitor, list(pages)))
            if number == 0:
                yield from _bites(browser, city, datasets)
            city.catalog.close()
        browser.close()
    yield from _told(heard, len(bad), routes)


def _told(heard: Heard, count: int, routes: set[str]) -> Iterator[Proof]:
    promise = f"{count:,} payloads as names and texts, {heard.pages:,} pages of {len(routes)} routes in Chromium"
    for what, found in (
        ("scripts and dialogs that ran", heard.ran),
        ("violations of the content security policy", heard.stopped),
        ("elements, handlers and addresses of payloads that came into being", heard.elements),
        ("requests to our host that payloads caused", heard.asked_us),
        ("requests to others", heard.asked_others),
        ("kept by the browser besides the session", heard.kept),
    ):
        yield Proof(f"{promise}: {what}", "; ".join([str(len(found)), *found[:2]]), "0", not found)


def _bites(browser: Browser, city: City, datasets: Sequence[int]) -> Iterator[Proof]:
    """The same pages where names are put in as they are, with and without the policy."""
    for title, changed in (("names not escaped", _staying), ("names not escaped and no policy", _without_policy)):
        app = create_app(city.catalog)
        app.jinja_env.autoescape = False
        app.after_request_funcs[None].insert(0, changed)
        with running(app) as server:
            heard = _shown(browser, server, "cpo", [f"/datasets/{one}" for one in datasets])
        told = heard.stopped if changed is _staying else heard.ran
        figure = f"{len(heard.ran)} ran, {len(heard.stopped)} stopped by the policy, {len(heard.elements)} elements"
        yield Proof(f"{title} (so the proof bites)", figure, "hundreds", len(told) > 100)


def _staying(response: Response) -> Response:
    """Without what would lead away before all the others had their turn."""
    if response.mimetype == "text/html":
        response.set_data(response.get_data().replace(b"=refresh", b"=x").replace(b"<base", b"<x"))
    return response


def _without_policy(response: Response) -> Response:
    del response.headers["Content-Security-Policy"]
    return _staying(response)


def _program() -> str:
    return next(filter(None, map(shutil.which, PROGRAMS)))


def _pages(city: City, datasets: Sequence[int], bad: Sequence[str], visitor: str) -> dict[str, str]:
    """What the visitor gets to and its routes, beginning with what the payloads are known to be on."""
    app = create_app(city.catalog)
    client = app.test_client()
    client.post("/sign-in", data={"person": visitor}, headers={"Sec-Fetch-Site": "same-origin"})

    def read(path: str) -> Sequence[str]:
        answer = client.get(path)
        known[path] = answer.status_code == 200
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return ()
        return [link for each in _LINK.findall(answer.text) if not _FORMATS.search(link := unescape(each))]

    known: dict[str, bool] = {}
    asked = (f"{where}?q={quote(one)}" for where, one in zip(_ASKED, bad, strict=False))
    starts = [*addresses(city), *(f"/datasets/{one}" for one in datasets), *asked]
    found = list(linked(read, lambda path: _endpoint(app, path), starts))
    return {path: _endpoint(app, path) for path in found if known[path]}


def _endpoint(app: Flask, page: str) -> str:
    with suppress(HTTPException):
        return str(app.url_map.bind("").match(urlsplit(page).path)[0])
    return ""


def _shown(browser: Browser, server: str, visitor: str, pages: Sequence[str]) -> Heard:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watcher = Watcher(context, server)
    watcher.enter(visitor)
    for page in pages:
        watcher.show(page)
    watcher.leftovers()
    context.close()
    return watcher.heard


def _add(heard: Heard, more: Heard) -> None:
    for each in fields(Heard):
        setattr(heard, each.name, getattr(heard, each.name) + getattr(more, each.name))
