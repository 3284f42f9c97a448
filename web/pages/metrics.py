"""Figures for Prometheus, for whoever shows the token of the settings; for everybody else there is no such page."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from catalog.errors import NotFound
from catalog.services import metrics
from catalog.services.access import Action
from web.context import catalog
from web.routing import Routes

routes = Routes("metrics")


@routes.get("/metrics", Action.SIGN_IN)
def index() -> ResponseReturnValue:
    """All figures, in Prometheus' text format."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        body = metrics.for_holder(catalog(), token.strip() if kind.lower() == "bearer" else "")
    except NotFound as error:
        return Response(f"{error}\n", 404, mimetype="text/plain")  # a machine asks: it has no use for a page
    return Response(body, content_type=metrics.CONTENT_TYPE)
