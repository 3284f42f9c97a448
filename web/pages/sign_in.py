"""The sign-in page: every way in that is open here."""

from flask import request
from flask.typing import ResponseReturnValue

from catalog.services.access import Action
from web.doors import entrance
from web.routing import Routes

routes = Routes("sign_in")


@routes.get("/sign-in", Action.SIGN_IN)
def show() -> ResponseReturnValue:
    """The ways in, or how signing in is set up."""
    return entrance.page(request.args.get("next", ""))
