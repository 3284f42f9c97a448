"""Exigent events and violations: what happened without the ordinary approval."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.services import events
from catalog.services.access import Action
from web import exports, law_lists
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("events")


@routes.get("/events", Action.READ_EVENTS)
def index() -> ResponseReturnValue:
    """All of them that this actor may be told of."""
    page = events.events(actor(), catalog())
    if exports.asked_for():
        return exports.answer(law_lists.events(page))
    return render_template("pages/events.html", page=page)
