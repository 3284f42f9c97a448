"""Identifier types: where in the city each kind of identifying information is."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.model.views import TypeLine
from catalog.services import access, holdings, review_queue
from catalog.services.access import Action
from web import exports, lists
from web.addresses import one_of
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("identifier_types")

_SORTS = ("columns", "name", "tier", "agencies", "datasets")
_HEADINGS = ("code", "label", "tier", "agencies", "datasets", "columns_confirmed", "columns_suggested", "citation")


@routes.get("/types", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """All identifier types with what is known of them."""
    sort = one_of("sort", _SORTS)
    lines = sorted(holdings.types(actor(), catalog()), key=lambda line: _rank(line, sort))
    if exports.asked_for():
        return exports.answer(exports.Listing("identifier-types", _HEADINGS, [_row(line) for line in lines]))
    return render_template("pages/types.html", lines=lines, sort=sort)


@routes.get("/types/<code>", Action.READ_HOLDINGS)
def show(code: str) -> ResponseReturnValue:
    """One identifier type."""
    page = holdings.type_page(actor(), catalog(), code)
    if exports.asked_for():
        return exports.answer(lists.datasets(f"datasets-with-{page.type.code}", page.datasets))
    waits = review_queue.of_type(actor(), catalog(), code) if access.may(actor(), Action.DECIDE) else 0
    return render_template("pages/type.html", page=page, waits=waits)


def _rank(line: TypeLine, sort: str) -> tuple[int, str]:
    sizes = {
        "name": 0,
        "columns": line.counts.total,
        "tier": line.type.tier,
        "agencies": line.agencies,
        "datasets": line.datasets,
    }
    return -sizes[sort], line.type.label.casefold()


def _row(line: TypeLine) -> tuple[str | int, ...]:
    kind = line.type
    figures = (line.agencies, line.datasets, line.counts.confirmed, line.counts.suggested)
    return (kind.code, kind.label, kind.tier.label, *figures, kind.citation)
