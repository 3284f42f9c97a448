"""What browsers report when a page tried what its content security policy forbids: that it was tried, and where.

Written down are the directive and the route, both out of lists of ours, and never what else a report holds: addresses
and pieces of pages. Anybody can send reports, so only so many a minute are.
"""

import json
import threading
import time
from urllib.parse import urlsplit

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from catalog import logs
from catalog.services.access import Action
from web import security
from web.routing import Routes

routes = Routes("policy_reports")

_MOST_BYTES = 8 * 1024
_MOST_A_MINUTE = 20
_OTHER = "other"
_log = logs.get("web")


class _Allowance:
    """So many a minute, whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute, self._used = 0, 0

    def take(self) -> bool:
        """Whether there is one more."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._used = minute, 0
            self._used += 1
            return self._used <= _MOST_A_MINUTE


_allowance = _Allowance()


@routes.post(security.REPORTS, Action.SIGN_IN)
def add() -> ResponseReturnValue:
    """Write down that a policy was broken. The answer is the same whatever was sent."""
    request.max_content_length = _MOST_BYTES
    if request.mimetype == security.REPORT_TYPE and _allowance.take():
        directive, route = _read(_body())
        _log.warning("A page tried what its content security policy forbids", reason=directive, route=route)
    return Response(status=204)


def _body() -> bytes:
    """What was sent; nothing where it is longer than a report."""
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        return b""


def _read(body: bytes) -> tuple[str, str]:
    """The directive and the route, as far as they are among ours."""
    try:
        report = json.loads(body)["csp-report"]
        told = report.get("effective-directive") or report["violated-directive"]
        return _directive(str(told)), _route(str(report["document-uri"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _OTHER, _OTHER


def _directive(told: str) -> str:
    word = told.split(" ", maxsplit=1)[0]
    # Browsers tell scripts from handlers and style sheets from attributes.
    known = {*security.DIRECTIVES, "script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr"}
    return word if word in known else _OTHER


def _route(address: str) -> str:
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(address).path)
    except HTTPException:
        return _OTHER
    return str(endpoint)
