"""What lies in shares and nobody can look into, by what it is and how much."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.model.out_of_sight import OutOfSightPage
from catalog.services import out_of_sight
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.exports import Listing
from web.routing import Routes
from web.wording import reason

routes = Routes("out_of_sight")

_HEADINGS = ("agency", "what", "why", "datasets", "files", "bytes")


@routes.get("/out-of-sight", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """All of it, or one agency's."""
    agency_id = request.args.get("agency", "")
    page = out_of_sight.page(actor(), catalog(), agency_id)
    if exports.asked_for():
        return exports.answer(_listing(page))
    return render_template("pages/out_of_sight.html", page=page, agency_id=agency_id)


def _listing(page: OutOfSightPage) -> Listing:
    rows = [
        (line.agency.acronym, line.what, reason(line.reason), line.datasets, line.files, line.size)
        for line in page.lines
    ]
    return Listing("out-of-sight", _HEADINGS, rows)
