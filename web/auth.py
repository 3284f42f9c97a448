"""Who is asking: the session cookie, the gate before every view, signing in and out.

Sessions live in the catalog's database, so they can be ended there; the cookie holds only a random token. Roles are
read at every request, so a change takes effect at the next one.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import NotAllowed
from catalog.services import access, sessions
from catalog.services.access import Action
from catalog.services.sessions import Visit
from web import proof, proxy
from web.context import catalog, this_visit, visitor
from web.routing import Routes, policy, weighty

routes = Routes("auth")

#: What browsers call themselves, the more particular first: most name their relatives too.
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def install(app: Flask) -> None:
    """Let nobody past who may not."""
    app.before_request(gate)
    app.after_request(_hand_over)


def gate() -> ResponseReturnValue | None:
    """Learn who asks and check the route's action; addresses that do not exist fall through to "not found"."""
    if request.endpoint == "static":
        return None
    action = policy(current_app).get(request.endpoint or "", Action.SIGN_IN)
    # Who asks for a page's head alone, as monitors do, keeps no cookie: each time would be a sign-in of its own.
    visit = _visit(may_begin=action is not Action.SIGN_IN and request.method != "HEAD")
    g.visit, g.actor = visit, visit.actor if visit else None
    if action is Action.SIGN_IN:
        return None
    if g.actor is None:
        return _to_sign_in()
    access.require(g.actor, action)
    return proof.ask() if request.endpoint in weighty(current_app) else None


def cookie_name() -> str:
    """The cookie's name; browsers bind the prefixed one to this host and to TLS."""
    return "__Host-session" if request.is_secure else "session"


@routes.post("/sign-out", Action.SIGN_IN)
def leave() -> ResponseReturnValue:
    """End the session, here and in the browser."""
    _end_session()
    response = redirect(url_for("sign_in.show"), 303)
    response.delete_cookie(cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def admit(token: str, target: str) -> ResponseReturnValue:
    """Lead somebody in whose session has just begun; an earlier one in this browser ends."""
    _end_session()
    return _with_session(current_app.make_response(redirect(local(target) or url_for("home.index"), 303)), token)


def browser() -> str:
    """The visitor's browser in words its owner knows it by; never the whole of what it tells."""
    told = request.user_agent.string
    name = next((name for mark, name in _BROWSERS if mark in told), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in told), "")
    return f"{name} on {system}" if system else name


def local(target: str) -> str:
    """The target if it is a page of ours, else nothing: no visitor is sent elsewhere."""
    parts = urlsplit(target)
    is_path = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if is_path and not parts.scheme and not parts.netloc and target.isprintable() else ""


def _to_sign_in() -> ResponseReturnValue:
    if request.method not in {"GET", "HEAD"} or request.headers.get("HX-Request"):
        raise NotAllowed("This page", "your session has ended", "Sign in again.")
    target = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("sign_in.show", next=target), 303)


def _visit(*, may_begin: bool) -> Visit | None:
    """Who asks: by the session of this browser, or by a new one where a proxy names somebody."""
    token, told = request.cookies.get(cookie_name(), ""), proxy.vouched()
    found = sessions.visit(catalog(), token, told) if token else None
    if found is not None or told is None or not may_begin:
        return found
    g.new_token = proxy.begin(told, browser())
    return sessions.visit(catalog(), g.new_token, told)


def _hand_over(response: Response) -> Response:
    """Give the browser the session that began with its request."""
    token = g.get("new_token")
    return _with_session(response, token) if token else response


def _with_session(response: Response, token: str) -> Response:
    response.set_cookie(cookie_name(), token, secure=request.is_secure, httponly=True, samesite="Lax", path="/")
    return response


def _end_session() -> None:
    if visitor() is not None:
        sessions.leave(catalog(), this_visit())
