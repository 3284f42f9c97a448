"""The sign-in page: every way in that is open here."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.services.access import Action
from web import proxy
from web.auth import local
from web.doors import demo
from web.routing import Routes

routes = Routes("sign_in")


@routes.get("/sign-in", Action.SIGN_IN)
def show() -> ResponseReturnValue:
    """The ways in, or how signing in is set up."""
    target, told = local(request.args.get("next", "")), proxy.vouched()
    by_proxy = told.account if told else ""
    return render_template("pages/sign_in.html", doors=demo.doors(), target=target, by_proxy=by_proxy)
