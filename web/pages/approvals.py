"""Approvals: what waits for whom, what exactly is approved, and each move of it."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.approval_views import ApprovalPage
from catalog.model.designations import DesignationEvent
from catalog.services import approval_pages, approvals
from catalog.services.access import Action
from web import approval_lists, exports, filters
from web.addresses import page_number
from web.approval_wording import SIGNING
from web.context import actor, catalog
from web.forms import Form, kept
from web.routing import Routes

routes = Routes("approvals")

_ALL = 1_000_000


@routes.get("/approvals", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """What waits for this actor first, then for others, then what is to be looked at soon."""
    words, chosen = filters.words(), filters.chosen(approval_pages.FACETS)
    if exports.asked_for():
        page = approval_pages.queue(actor(), catalog(), chosen, words, per_page=_ALL)
        return exports.answer(approval_lists.approvals(page.lines))
    page = approval_pages.queue(actor(), catalog(), chosen, words, page=page_number())
    return render_template("pages/approvals.html", page=page, words=words, chips=filters.chips(page.facets))


@routes.get("/approvals/<int:designation_id>", Action.READ_FLOWS)
def show(designation_id: int) -> ResponseReturnValue:
    """One approval: its content, who signed it, what happened, and which moves there are."""
    return _page(designation_id, Form.of())


@routes.post("/approvals/<int:designation_id>/move", Action.READ_FLOWS)
def move(designation_id: int) -> ResponseReturnValue:
    """Make a move that neither gives the approval its effect nor ends it."""
    return _moved(designation_id, signing=False)


@routes.post("/approvals/<int:designation_id>/sign", Action.READ_FLOWS, weighty=True)
def sign(designation_id: int) -> ResponseReturnValue:
    """Make a move that gives the approval its effect, or ends it."""
    return _moved(designation_id, signing=True)


def _moved(designation_id: int, *, signing: bool) -> ResponseReturnValue:
    def keep(form: Form) -> str:
        event, reason, statement = form.choice("event", DesignationEvent), form.text("reason"), form.text("statement")
        review_due_on = form.day_if_any("review_due_on")
        form.check()
        if (event in SIGNING) is not signing:
            raise RequestError("This move", "it cannot be asked for in that way", "Use the buttons of the page.")
        approvals.move(
            actor(), catalog(), designation_id, event,
            reason=reason, statement=statement, seen=form.value("seen"), review_due_on=review_due_on,
        )  # fmt: skip
        return _next(designation_id, event)

    return kept(keep, lambda form: _page(designation_id, form))


def _next(designation_id: int, event: DesignationEvent) -> str:
    """Where a move leads: to its approval, and from one that is amended to the guide of the new one."""
    if event is not DesignationEvent.AMEND:
        return url_for("approvals.show", designation_id=designation_id)
    amended = approval_pages.page(actor(), catalog(), designation_id)
    answers: dict[str, Any] = dict(amended.designation.answers)
    return url_for("guide.show", activity_id=amended.view.activity.id, **answers)


def _page(designation_id: int, form: Form) -> str:
    page = approval_pages.page(actor(), catalog(), designation_id)
    return render_template("pages/approval.html", page=page, form=form, moves=_by_kind(page))


def _by_kind(page: ApprovalPage) -> tuple[list[DesignationEvent], list[DesignationEvent]]:
    """The moves this actor may make: those with which they sign, and the others."""
    own = [one.event for one in page.possible if not one.refused]
    return [one for one in own if one in SIGNING], [one for one in own if one not in SIGNING]
