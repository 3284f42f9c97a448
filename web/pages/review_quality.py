"""How good suggestions and decisions are: calibration, by type too, and how often second readers agreed."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.services import agencies_seen, calibration
from catalog.services.access import Action
from web import calibration_chart, exports, review_lists
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("review_quality")


@routes.get("/review/quality", Action.READ_EVIDENCE)
def index() -> ResponseReturnValue:
    """What people said of suggestions, over all that the visitor sees, or in one agency or of one type."""
    agency_id, type_code = (request.args.get(name) or None for name in ("agency", "type"))
    page = calibration.quality(actor(), catalog(), agency_id=agency_id, type_code=type_code)
    if exports.asked_for():
        return exports.answer(review_lists.quality(page))
    kinds = catalog().taxonomy.types.values()
    shown = {
        "page": page,
        "chart": calibration_chart.draw(page.bins),
        "plot": calibration_chart,
        "marks": range(11),
        "agencies": [(one.id, one.name) for one in agencies_seen.whose_evidence(actor(), catalog())],
        "types": sorted(((one.code, one.label) for one in kinds), key=lambda pair: pair[1].casefold()),
        "now": {"agency": agency_id or "", "type": type_code or ""},
    }
    return render_template("pages/review_quality.html", **shown)
