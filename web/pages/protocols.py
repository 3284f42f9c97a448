"""Protocols: under which rule something is collected or disclosed, and what is held under none."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.services import protocols
from catalog.services.access import Action
from web import exports, filters, law_lists, lists
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("protocols")

_ALL = 1_000_000


@routes.get("/protocols", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """All protocols this actor may know of, filtered."""
    words, sort = filters.words(), one_of("sort", protocols.SORTS)
    chosen = filters.chosen(protocols.FACETS)
    if exports.asked_for():
        page = protocols.every(actor(), catalog(), chosen, words, sort=sort, per_page=_ALL)
        return exports.answer(law_lists.protocols(page.lines))
    page = protocols.every(actor(), catalog(), chosen, words, sort=sort, page=page_number())
    template = "pages/protocols.html"
    return render_template(template, page=page, words=words, sort=sort, chips=filters.chips(page.facets))


@routes.get("/protocols/gaps", Action.READ_EVIDENCE)
def gaps() -> ResponseReturnValue:
    """Datasets that hold a type for which no authority is in force, worst first."""
    if exports.asked_for():
        return exports.answer(law_lists.gaps(protocols.gaps(actor(), catalog(), per_page=_ALL).lines))
    return render_template("pages/gaps.html", page=protocols.gaps(actor(), catalog(), page=page_number()))


@routes.get("/protocols/<int:protocol_id>", Action.READ_HOLDINGS)
def show(protocol_id: int) -> ResponseReturnValue:
    """One protocol and what falls under it."""
    page = protocols.protocol(actor(), catalog(), protocol_id)
    if exports.asked_for():
        return exports.answer(lists.datasets(f"datasets-under-protocol-{protocol_id}", page.datasets))
    successors = protocols.successors(actor(), catalog(), protocol_id)
    return render_template("pages/protocol.html", page=page, successors=successors)
