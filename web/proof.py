"""Weighty acts: they are done only by somebody who has proved within minutes who they are.

Whoever has not is asked on a page that keeps the whole form, so that nothing is lost, and that leads on to the same
route. The status is 403, not 401: the session stands, and there is nothing that a browser could send by itself.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from catalog.errors import NotAllowed
from catalog.model.sessions import Door
from catalog.services import local_sign_in, people, sessions
from web.context import catalog, session, this_visit, visitor

#: What the page adds to the form it keeps; no view sees it.
_WAY, _PASSWORD, _CODE = "proof", "proof-password", "proof-code"
_OURS = frozenset({_WAY, _PASSWORD, _CODE})
_STATUS = 403


@dataclass(frozen=True, slots=True)
class _Ways:
    """How who asks can prove who they are."""

    demo: bool
    single_sign_on: bool
    password: bool


def wanted() -> bool:
    """Whether who asks would have to prove who they are before a weighty act."""
    return visitor() is not None and not sessions.is_proved(catalog(), session())


def ask() -> ResponseReturnValue | None:
    """Let a weighty request through (None), or ask for a proof."""
    given = request.form
    kept = MultiDict((name, text) for name, text in given.items(multi=True) if name not in _OURS)
    request.form = ImmutableMultiDict(kept)
    if sessions.is_proved(catalog(), session()):
        return None
    fault = _prove(given) if _WAY in given else ""
    if _WAY in given and not fault:
        return None
    fields = list(kept.items(multi=True))
    return render_template("pages/proof.html", fields=fields, ways=_ways(), fault=fault, back=_back()), _STATUS


def _back() -> str:
    """The page of ours on which the form stands, as the browser tells it; nothing where that is none to go to."""
    told = urlsplit(request.referrer or "")
    is_ours = told.netloc == request.host and told.path.startswith("/") and not told.path.startswith("//")
    pages = current_app.create_url_adapter(request)
    if not is_ours or pages is None or not pages.test(told.path, "GET"):
        return ""
    return f"{told.path}?{told.query}" if told.query else told.path


def _ways() -> _Ways:
    door = session().door
    return _Ways(
        demo=door is Door.DEMO and people.demo_is_open(catalog()),
        single_sign_on=door is Door.SINGLE_SIGN_ON,
        password=door is not Door.DEMO and local_sign_in.has_credential(catalog(), session().person_id),
    )


def _prove(given: MultiDict[str, str]) -> str:
    """What speaks against the proof that is given; nothing where it is one."""
    ways, way = _ways(), given[_WAY]
    if way == "demo" and ways.demo:
        sessions.prove(catalog(), this_visit(), Door.DEMO)
        return ""
    if way == "password" and ways.password:
        try:
            local_sign_in.prove(catalog(), this_visit(), given.get(_PASSWORD, ""), given.get(_CODE, ""))
        except NotAllowed as refused:
            return str(refused)
        return ""
    return "You have not proved it yet."
