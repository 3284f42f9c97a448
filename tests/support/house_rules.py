"""What every answer of the web application has to keep, whatever the page: checked on each response of a test."""

import gzip
import hashlib
import json
import re
from collections import Counter
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

_XHTML = "{http://www.w3.org/1999/xhtml}"
_TITLE = re.compile(r".+ \| Privacy Catalog")
_NONCE = re.compile(r"script-src 'nonce-([A-Za-z0-9_-]{16,})'")
_REFERENCE = re.compile(r"(?<=Reference number: <code>)[0-9A-F]{8}(?=</code>)")
_MAX_COMPRESSED = 60 * 1024
#: Pages that kept every rule, but for what is new in each answer: taken apart once, however often they are shown.
_kept: set[bytes] = set()


def check(response: TestResponse) -> None:
    """Raise AssertionError where an answer breaks a house rule."""
    check_headers(response)
    if response.mimetype == "application/json":
        json.loads(response.get_data(as_text=True))
    if response.mimetype != "text/html" or response.status_code in {303, 308}:
        return
    if response.headers.get("Content-Disposition", "").startswith("attachment;"):
        return  # a file to keep, no page of ours: it stands alone, with its styles in it
    text = response.get_data(as_text=True)
    shown = _but_for_chance(text, response.headers["Content-Security-Policy"])
    if shown not in _kept:
        check_text(response, text)
        _kept.add(shown)


def _but_for_chance(text: str, policy: str) -> bytes:
    """What tells a page from others: of its nonce it matters only where it stands."""
    nonce = _NONCE.search(policy)
    assert nonce is not None
    parts = _REFERENCE.sub("", text).split(nonce.group(1))
    return hashlib.sha256("\0".join(parts).encode()).digest()


def check_text(response: TestResponse, text: str) -> None:
    assert len(gzip.compress(response.data)) <= _MAX_COMPRESSED, "the page is too heavy"
    assert "Traceback" not in text
    if text.lstrip().startswith("<!doctype"):
        check_page(text, response.headers["Content-Security-Policy"])
    else:
        check_markup(html5lib.parseFragment(text), text)


def check_headers(response: TestResponse) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert _NONCE.search(policy)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "http" not in policy, "an outside host is allowed"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    static = response.request.path.startswith("/static/") and response.status_code == 200
    assert headers["Cache-Control"] == ("public, max-age=31536000, immutable" if static else "no-store")


def check_page(text: str, policy: str) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    page = parser.parse(text)
    found = {code for _, code, _ in parser.errors}
    assert not found, parser.errors[:3]
    assert len(_all(page, "h1")) == 1
    title = "".join(_one(page, "title").itertext())
    assert _TITLE.fullmatch(title), title
    assert page.get("lang") == "en"
    assert len(_all(page, "main")) == 1
    nonce = _NONCE.search(policy)
    assert nonce is not None
    for script in _all(page, "script"):
        assert script.get("src", "").startswith("/static/")
        assert script.get("nonce") == nonce.group(1)
        assert not (script.text or "").strip(), "an inline script"
    levels = [int(e.tag[-1]) for e in page.iter() if re.fullmatch(_XHTML + "h[1-6]", str(e.tag))]
    assert all(below - above <= 1 for above, below in pairwise(levels)), levels
    check_markup(page, text)


def check_markup(page: Element, text: str) -> None:
    assert not _all(page, "style"), "an inline style sheet"
    ids = Counter(e.get("id") for e in page.iter() if e.get("id"))
    assert not [name for name, count in ids.items() if count > 1]
    for element in page.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on"), f"an inline handler {name}"
            assert name != "style"
            assert not name.startswith(("hx-on", "hx-vals"))
            if name in {"href", "src", "action", "hx-get", "hx-post"}:
                assert re.match(r"(/(?!/)|#|mailto:[^?]+$)", value), f"an outside address {value}"
        if any(name.startswith("hx-") for name in element.attrib):
            assert element.get("hx-nonce")
    _check_forms(page, ids)
    for table in _all(page, "table"):
        assert _all(table, "caption"), "a table without a caption"
        assert all(head.get("scope") in {"col", "row", "rowgroup"} for head in _all(table, "th"))
        assert _all(table, "th"), "a table without headers"
    for word in ("asset", "PII", "URN", "ingestion", "recogniser"):
        assert not re.search(rf"\b{word}\b", re.sub(r"<[^>]*>", " ", text)), f"the word {word}"


def _check_forms(page: Element, ids: Counter[str | None]) -> None:
    labels = {label.get("for") for label in _all(page, "label")}
    for kind in ("input", "select", "textarea"):
        for field in _all(page, kind):
            if field.get("type") != "hidden":
                assert field.get("id") in labels, f"a field without a label: {field.attrib}"
    assert all(ids[name] == 1 for name in labels)
    for button in _all(page, "button"):
        assert "".join(button.itertext()).strip()
    for link in _all(page, "a"):
        assert "".join(link.itertext()).strip() or link.get("aria-label"), link.attrib
    for form in _all(page, "form"):
        assert form.get("method") in {"get", "post"}


def _all(page: Element, name: str) -> list[Element]:
    return page.findall(f".//{_XHTML}{name}")


def _one(page: Element, name: str) -> Element:
    (found,) = _all(page, name)
    return found
