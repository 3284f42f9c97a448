"""One's own account: roles, what they allow, and where one is signed in."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.services import access, people_pages, sessions
from catalog.services.access import Action
from web.context import actor, catalog, session, this_visit
from web.routing import Routes

routes = Routes("account")


@routes.get("/account", Action.KEEP_OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """My roles, what I may do, my sessions."""
    page = people_pages.own_account(this_visit(), catalog())
    allowed = [action for action in Action if access.may(actor(), action)]
    return render_template("pages/account.html", page=page, allowed=allowed, here_id=session().id)


@routes.get("/account/proved", Action.KEEP_OWN_ACCOUNT)
def proved() -> ResponseReturnValue:
    """Where the identity provider leads back to after a proof: the form waits in another tab."""
    return render_template("pages/proved.html")


@routes.post("/account/sessions/<session_id>/end", Action.KEEP_OWN_ACCOUNT)
def end(session_id: str) -> ResponseReturnValue:
    """End one session of mine."""
    sessions.end(actor(), catalog(), session_id)
    return redirect(url_for("account.index"), 303)


@routes.post("/account/sessions/end", Action.KEEP_OWN_ACCOUNT)
def end_others() -> ResponseReturnValue:
    """End all my sessions but this one."""
    sessions.end_others(actor(), catalog(), session().id)
    return redirect(url_for("account.index"), 303)
