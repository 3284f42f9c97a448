"""The way in with a password and a one-time code, for when nothing else works."""

from flask import request
from flask.typing import ResponseReturnValue

from catalog.errors import NotAllowed
from catalog.services import local_sign_in
from catalog.services.access import Action
from web import errors
from web.auth import admit, browser
from web.context import catalog
from web.doors import entrance
from web.routing import Routes

routes = Routes("local")


@routes.post("/sign-in/password", Action.SIGN_IN)
def enter() -> ResponseReturnValue:
    """Enter under a new session."""
    given = request.form
    account, password, code = (given.get(name, "") for name in ("account", "password", "code"))
    target = given.get("next", "")
    try:
        token = local_sign_in.sign_in(catalog(), account, password, code, browser=browser())
    except NotAllowed as refused:
        errors.write_down(refused)
        return entrance.page(target, account=account, fault=str(refused)), refused.http_status
    return admit(token, target)
