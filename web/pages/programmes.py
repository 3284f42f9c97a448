"""Programs of several agencies: who takes part, what flows, what joins them."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.services import programmes
from catalog.services.access import Action
from web import beside, exports, law_lists, picture
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("programmes")


@routes.get("/programmes", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """All programs this actor may know of."""
    lines = programmes.every(actor(), catalog())
    if exports.asked_for():
        return exports.answer(law_lists.programmes(lines))
    return render_template("pages/programmes.html", lines=lines)


@routes.get("/programmes/<path:code>", Action.READ_HOLDINGS)
def show(code: str) -> ResponseReturnValue:
    """One program."""
    page = programmes.programme(actor(), catalog(), code)
    if exports.asked_for():
        names = {line.dataset.id: line.title or line.dataset.name for line in (*page.datasets, *page.counts_only)}
        return exports.answer(law_lists.flows(f"program-{page.line.programme.code}", page.flows, names))
    pairs, differences = picture.pairs(page.flows), beside.differences("programme", code)
    drawn = {"pairs": pairs, "picture": picture.draw(pairs)}
    return render_template("pages/programme.html", page=page, differences=differences, **drawn)
