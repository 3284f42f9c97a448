"""Who is asking: the session cookie, the gate before every view, signing in and out.

Sessions live in the catalog's database, so they can be ended there; the cookie holds only a random token. Roles are
read at every request, so a change takes effect at the next one.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import ROLE_TITLES, Role
from catalog.services import access, people
from catalog.services.access import Action
from web.context import catalog, visitor
from web.routing import Routes, policy

routes = Routes("auth")

_ORDER = (Role.CPO, Role.OFFICER, Role.RESEARCHER, Role.OPERATOR)


def install(app: Flask) -> None:
    """Let nobody past who may not."""
    app.before_request(gate)


def gate() -> ResponseReturnValue | None:
    """Learn who asks and check the route's action; addresses that do not exist fall through to "not found"."""
    if request.endpoint == "static":
        return None
    token = request.cookies.get(cookie_name())
    g.actor = people.actor(catalog(), token) if token else None
    if request.endpoint is None:
        return None
    action = policy(current_app)[request.endpoint]
    if action is Action.SIGN_IN:
        return None
    if g.actor is None:
        return _to_sign_in()
    access.require(g.actor, action)
    return None


def cookie_name() -> str:
    """The cookie's name; browsers bind the prefixed one to this host and to TLS."""
    return "__Host-session" if request.is_secure else "session"


@routes.get("/sign-in", Action.SIGN_IN)
def sign_in() -> ResponseReturnValue:
    """The doors that need no password, or how signing in is set up."""
    target = _local(request.args.get("next", ""))
    return render_template("pages/sign_in.html", doors=_doors(), target=target)


@routes.post("/sign-in", Action.SIGN_IN)
def enter() -> ResponseReturnValue:
    """Enter through a door without a password, under a new session."""
    if not catalog().settings.open_sign_in:
        raise NotAllowed("Signing in without a password", "it is switched off here", "Ask the privacy office.")
    person_id = request.form.get("person", "")
    if person_id not in {person.id for person, _, _ in people.offered(catalog())}:
        raise NotFound("This account", "there is no such account", "Choose one on the sign-in page.")
    _end_session()
    response = redirect(_local(request.form.get("next", "")) or url_for("home.index"), 303)
    return _with_session(response, people.sign_in(catalog(), person_id))


@routes.post("/sign-out", Action.SIGN_IN)
def leave() -> ResponseReturnValue:
    """End the session, here and in the browser."""
    _end_session()
    response = redirect(url_for("auth.sign_in"), 303)
    response.delete_cookie(cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _doors() -> list[tuple[str, list[tuple[str, str]]]]:
    """The accounts on offer by role, as (title, [(account, agency or name)])."""
    if not catalog().settings.open_sign_in:
        return []
    found = people.offered(catalog())
    return [
        (
            ROLE_TITLES[role],
            [(person.id, agency.name if agency else "") for person, its, agency in found if its is role],
        )
        for role in _ORDER
        if any(its is role for _, its, _ in found)
    ]


def _to_sign_in() -> ResponseReturnValue:
    if request.method != "GET" or request.headers.get("HX-Request"):
        raise NotAllowed("This page", "your session has ended", "Sign in again.")
    target = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("auth.sign_in", next=target), 303)


def _with_session(response: ResponseReturnValue, token: str) -> ResponseReturnValue:
    answer = current_app.make_response(response)
    answer.set_cookie(cookie_name(), token, secure=request.is_secure, httponly=True, samesite="Lax", path="/")
    return answer


def _end_session() -> None:
    if visitor() is not None:
        people.sign_out(catalog(), request.cookies[cookie_name()])


def _local(target: str) -> str:
    """The target if it is a page of ours, else nothing: no visitor is sent elsewhere."""
    parts = urlsplit(target)
    is_path = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if is_path and not parts.scheme and not parts.netloc and target.isprintable() else ""
