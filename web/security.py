"""What every answer promises the browser, and which requests are refused before any view sees them."""

import secrets
from io import BytesIO
from typing import IO
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, request

from catalog import logs
from catalog.errors import NotAllowed, RequestError
from web.routing import roomy

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Where browsers report that a page tried what it may not, and the kind of content they send there.
REPORTS = "/policy-reports"
REPORT_TYPE = "application/csp-report"
_FORM_TYPE = "application/x-www-form-urlencoded"
_FILES_TYPE = "multipart/form-data"
_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    f"require-trusted-types-for 'script'; trusted-types htmx; report-uri {REPORTS}"
)
DIRECTIVES = frozenset(part.split()[0] for part in _POLICY.split(";"))
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FOREVER = "public, max-age=31536000, immutable"
_TWO_YEARS = "max-age=63072000; includeSubDomains"


class InMemory(Request):
    """A request whose files stay in memory, being as small as they have to be: none is left on this machine's disk."""

    def _get_file_stream(self, *_told: object, **_named: object) -> IO[bytes]:
        return BytesIO()


def install(app: Flask) -> None:
    """Check every request and dress every answer."""
    app.request_class = InMemory
    app.before_request(_begin)
    app.teardown_request(_end)
    app.before_request(refuse_cross_site)
    app.before_request(refuse_other_content)
    app.before_request(make_room)
    app.after_request(harden)


def nonce() -> str:
    """The random word that scripts of this answer carry; another one in every answer."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _begin() -> None:
    logs.begin_request()


def _end(_error: BaseException | None) -> None:
    logs.end_request()


def refuse_cross_site() -> None:
    """Refuse a change that was not asked for from a page of ours.

    Raises:
        NotAllowed: unless the browser itself vouches for the origin.
    """
    if request.method in _SAFE_METHODS or _is_same_origin():
        return
    raise NotAllowed(
        "This request", "it did not come from a page of this application", "Open the page here and try again."
    )


def refuse_other_content() -> None:
    """Refuse a change that comes as anything but a plain form, or a form with a file where one is taken.

    Raises:
        RequestError: for any other kind of content; it is not read.
    """
    taken = REPORT_TYPE if request.path == REPORTS else _FILES_TYPE if _room() else _FORM_TYPE
    if request.method in _SAFE_METHODS or request.mimetype in {"", _FORM_TYPE, taken}:
        return
    raise RequestError("This request", "it is not a form of a page of ours", "Go back and use the buttons of the page.")


def make_room() -> None:
    """Let a request be as large as its route takes, where that is more than forms need; before anybody reads it."""
    if room := _room():
        request.max_content_length = request.max_form_memory_size = room


def harden(response: Response) -> Response:
    """Put the security and caching headers on an answer."""
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce())
    response.headers.update(_HEADERS)
    response.headers["Cache-Control"] = _FOREVER if _is_lasting(response) else "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _TWO_YEARS
    return response


def _room() -> int:
    """The largest body that the route asked for takes, where it takes a file; 0 where it takes none."""
    return roomy(current_app).get(request.endpoint or "", 0)


def _is_same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return (origin.scheme, origin.netloc) == (request.scheme, request.host)


def _is_lasting(response: Response) -> bool:
    return request.endpoint == "static" and response.status_code == 200
