"""The sign-in page: every way in that is open here."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.services.access import Action
from web.auth import local
from web.doors import demo
from web.routing import Routes

routes = Routes("sign_in")


@routes.get("/sign-in", Action.SIGN_IN)
def show() -> ResponseReturnValue:
    """The ways in, or how signing in is set up."""
    target = local(request.args.get("next", ""))
    return render_template("pages/sign_in.html", doors=demo.doors(), target=target)
