"""Likely copies: files that repeat known tables, as the machine points them out."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.model.copies import CopyStanding, CopyVerdict
from catalog.model.copy_views import CopiesPage
from catalog.model.holdings import DatasetKind
from catalog.services import copies
from catalog.services.access import Action
from web import copy_lists, exports, forms
from web.addresses import page_number
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes

routes = Routes("copies")

_PER_PAGE = 50
_ALL = 1_000_000


@routes.get("/copies", Action.READ_EVIDENCE)
def index() -> ResponseReturnValue:
    """What is pointed out, and what people said is no copy."""
    if exports.asked_for():
        return exports.answer(copy_lists.copies(_find(1, _ALL).lines))
    return _page(Form.of())


@routes.post("/copies/<int:dataset_id>/<int:of_dataset_id>", Action.DECIDE)
def decide(dataset_id: int, of_dataset_id: int) -> ResponseReturnValue:
    """Say that a file is no copy of a table, or take that back."""

    def keep(form: Form) -> str:
        verdict = form.choice("verdict", CopyVerdict)
        reason = form.line("reason", longest=500, needed=True)
        form.check()
        copies.decide(actor(), catalog(), dataset_id, of_dataset_id, verdict, reason, form.value("seen"))
        if form.value("from") == "dataset":
            return url_for("datasets.show", dataset_id=dataset_id, _anchor="copies")
        return url_for("copies.index")

    return forms.kept(keep, lambda form: _page(form, (dataset_id, of_dataset_id)))


def _find(page: int, per_page: int = _PER_PAGE) -> CopiesPage:
    kind, standing = request.args.get("kind", ""), request.args.get("standing", "")
    return copies.pointed_out(
        actor(),
        catalog(),
        agency_id=request.args.get("agency") or None,
        kind=DatasetKind(kind) if kind in set(DatasetKind) else None,
        standing=CopyStanding(standing) if standing in set(CopyStanding) else None,
        page=page,
        per_page=per_page,
    )


def _page(form: Form, of: tuple[int, int] | None = None) -> str:
    """The list; above it what a decision could not be kept on, with the decision as it was written."""
    page = _find(page_number())
    tried = copies.of_dataset(actor(), catalog(), of[0]) if of else ()
    again = [line for line in tried if (line.copy.dataset_id, line.copy.of_dataset_id) == of]
    rest = [line for line in page.lines if (line.copy.dataset_id, line.copy.of_dataset_id) != of]
    asked = {key: request.args.get(key, "") for key in ("agency", "kind", "standing")}
    shown = {"page": page, "form": form, "asked": asked, "again": again, "rest": rest}
    return render_template("pages/copies.html", standings=CopyStanding, kinds=DatasetKind, **shown)
