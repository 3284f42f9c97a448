"""The way in with a password and a one-time code, for when nothing else works."""

from flask import request
from flask.typing import ResponseReturnValue

from catalog.services import local_sign_in
from catalog.services.access import Action
from web.auth import admit, browser
from web.context import catalog
from web.routing import Routes

routes = Routes("local")


@routes.post("/sign-in/password", Action.SIGN_IN)
def enter() -> ResponseReturnValue:
    """Enter under a new session."""
    given = request.form
    account, password, code = (given.get(name, "") for name in ("account", "password", "code"))
    token = local_sign_in.sign_in(catalog(), account, password, code, browser=browser())
    return admit(token, given.get("next", ""))
