"""Help, the words we use, and how accessible the pages are: open to everybody, in the same place on every page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.services.access import Action
from web.routing import Routes

routes = Routes("help")


@routes.get("/help", Action.SIGN_IN)
def index() -> ResponseReturnValue:
    """How to read the pages, and the words they use."""
    return render_template("pages/help.html")


@routes.get("/help/detection", Action.SIGN_IN)
def detection() -> ResponseReturnValue:
    """How detection decides."""
    return render_template("pages/detection.html")


@routes.get("/accessibility", Action.SIGN_IN)
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("pages/accessibility.html")
