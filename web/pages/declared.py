"""Systems that hold identifying information and cannot be scanned."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.services import declared
from catalog.services.access import Action
from web import exports, law_lists
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("declared")


@routes.get("/declared", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """All of them that this actor answers for."""
    lines = declared.systems(actor(), catalog())
    if exports.asked_for():
        return exports.answer(law_lists.declared(lines))
    return render_template("pages/declared.html", lines=lines)
