"""Agencies: what each holds, how complete the picture is, under which protocols."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.services import holdings
from catalog.services.access import Action
from web import beside, exports, heat, lists
from web.addresses import one_of
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("agencies")


@routes.get("/agencies", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """All agencies by all identifier types."""
    map_ = holdings.heat_map(actor(), catalog())
    sort = one_of("sort", ("columns", "name", "datasets", *(kind.code for kind in map_.types)))
    rows = heat.ordered(map_, sort)
    if exports.asked_for():
        return exports.answer(heat.listing(map_, rows))
    return render_template("pages/agencies.html", heat=map_, rows=rows, sort=sort)


@routes.get("/agencies/<agency_id>", Action.READ_HOLDINGS)
def show(agency_id: str) -> ResponseReturnValue:
    """One agency."""
    page = holdings.agency(actor(), catalog(), agency_id)
    if exports.asked_for():
        return exports.answer(lists.datasets(f"datasets-of-{page.agency.acronym}", page.datasets))
    types = sorted(page.types, key=lambda held: -held[1].total)
    differences = beside.differences("agency", agency_id)
    return render_template("pages/agency.html", page=page, types=types, differences=differences)
