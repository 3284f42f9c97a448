"""Membership designations: where being in a dataset is itself the information, as the machine suggests it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.model.membership import MembershipStanding
from catalog.model.membership_views import MembershipsPage
from catalog.model.memberships import MembershipVerdict
from catalog.services import memberships
from catalog.services.access import Action
from web import exports, forms, reconciliation_lists
from web.addresses import page_number
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes

routes = Routes("memberships")

_PER_PAGE = 50
_ALL = 1_000_000


@routes.get("/memberships", Action.READ_EVIDENCE)
def index() -> ResponseReturnValue:
    """What is suggested and what people decided."""
    if exports.asked_for():
        return exports.answer(reconciliation_lists.memberships(_find(1, _ALL).lines))
    return _page(Form.of())


@routes.post("/memberships/<int:dataset_id>/<type_code>", Action.DECIDE)
def decide(dataset_id: int, type_code: str) -> ResponseReturnValue:
    """Say that being in a dataset is this information, or is not."""

    def keep(form: Form) -> str:
        verdict = form.choice("verdict", MembershipVerdict)
        reason = form.line("reason", longest=500, needed=True)
        form.check()
        memberships.decide(actor(), catalog(), dataset_id, type_code, verdict, reason, form.value("seen"))
        if form.value("from") == "dataset":
            return url_for("datasets.show", dataset_id=dataset_id, _anchor="memberships")
        return url_for("memberships.index")

    return forms.kept(keep, lambda form: _page(form, (dataset_id, type_code)))


def _find(page: int, per_page: int = _PER_PAGE) -> MembershipsPage:
    asked = {key: request.args.get(name) or None for key, name in (("agency_id", "agency"), ("type_code", "type"))}
    return memberships.pending(actor(), catalog(), **asked, standing=_standing(), page=page, per_page=per_page)


def _standing() -> MembershipStanding | None:
    asked = request.args.get("standing", "")
    return MembershipStanding(asked) if asked in set(MembershipStanding) else None


def _page(form: Form, of: tuple[int, str] | None = None) -> str:
    """The list; above it what a decision could not be kept on, with the decision as it was written."""
    page, now = _find(page_number()), _standing()
    tried = memberships.of_dataset(actor(), catalog(), of[0]) if of else ()
    again = [line for line in tried if (line.dataset.id, line.type.code) == of]
    rest = [line for line in page.lines if (line.dataset.id, line.type.code) != of]
    shown = {"page": page, "form": form, "now": now, "again": again, "rest": rest}
    return render_template("pages/memberships.html", standings=MembershipStanding, **shown)
