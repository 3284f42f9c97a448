"""Collections and disclosures: who gets what from whom, why, under what agreement."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.model.designations import DesignationState
from catalog.services import approval_pages, flows
from catalog.services.access import Action
from web import beside, exports, filters, law_lists
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("flows")

_ALL = 1_000_000


@routes.get("/flows", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """The register: all flows this actor takes part in, filtered."""
    words, sort = filters.words(), one_of("sort", flows.SORTS)
    chosen = filters.chosen(flows.FACETS)
    if exports.asked_for():
        page = flows.find(actor(), catalog(), chosen, words, sort=sort, per_page=_ALL)
        return exports.answer(law_lists.flows("collections-and-disclosures", page.lines, page.names))
    page = flows.find(actor(), catalog(), chosen, words, sort=sort, page=page_number())
    template = "pages/flows.html"
    return render_template(template, page=page, words=words, sort=sort, chips=filters.chips(page.facets))


@routes.get("/flows/<int:activity_id>", Action.READ_FLOWS)
def show(activity_id: int) -> ResponseReturnValue:
    """One collection or disclosure."""
    page = flows.flow(actor(), catalog(), activity_id)
    if exports.asked_for():
        names = {line.dataset.id: line.title or line.dataset.name for line in page.datasets}
        return exports.answer(law_lists.flows(f"activity-{activity_id}", [page.line, *page.other_side], names))
    latest = page.approvals[0].designation if page.approvals else None
    is_stopped = latest is not None and latest.state is DesignationState.SUSPENDED
    stopped = approval_pages.page(actor(), catalog(), latest.id) if latest and is_stopped else None
    differences = beside.differences("activity", activity_id)
    told = {"stopped": stopped, "ours": beside.our_side(page.line.view), "done": one_of("done", ("", "mirror"))}
    return render_template("pages/flow.html", page=page, differences=differences, **told)
