"""Approvals: what waits for whom, what exactly is approved, and each move of it."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.approval_views import ApprovalPage, Waits
from catalog.model.designations import DesignationEvent, DesignationState
from catalog.services import access, approval_pages, approvals
from catalog.services.access import Action
from web import approval_lists, beside, exports, filters
from web.addresses import one_of, page_number
from web.approval_wording import HAPPENED_TEXT, MOVE_TEXT, SIGNING, lower_first
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
    done = one_of("done", ("", *HAPPENED_TEXT))
    waiting = approval_pages.queue(actor(), catalog(), {"waits": [Waits.FOR_ME]}, per_page=2).lines if done else ()
    after = next((line for line in waiting if line.designation.id != designation_id), None)
    return _page(designation_id, Form.of(), done=DesignationEvent(done) if done else None, after=after)


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
        event, statement = form.choice("event", DesignationEvent), form.text("statement")
        reason = form.text("revoke_reason") or form.text("reason")
        review_due_on = form.day_if_any("review_due_on")
        _ask_for(form, designation_id, event)
        form.check()
        if (event in SIGNING) is not signing:
            raise RequestError("This move", "it cannot be asked for in that way", "Use the buttons of the page.")
        approvals.move(
            actor(), catalog(), designation_id, event,
            reason=reason, statement=statement, seen=form.value("seen"), review_due_on=review_due_on,
        )  # fmt: skip
        return _next(designation_id, event)

    return kept(keep, lambda form: _page(designation_id, form))


def _ask_for(form: Form, designation_id: int, event: DesignationEvent) -> None:
    """Say beside each field that the move needs, and that is empty, that it does."""
    page = approval_pages.page(actor(), catalog(), designation_id)
    asked = next((one for one in page.possible if one.event is event and not one.refused), None)
    if asked is None or form.value("seen") != page.designation.content_hash:
        return  # the service says what is wrong, before anything is asked for
    words = f"Needed to {lower_first(MOVE_TEXT[event])}."
    why = "revoke_reason" if event is DesignationEvent.REVOKE else "reason"
    needs = {why: asked.needs_reason, "statement": asked.needs_statement, "review_due_on": asked.needs_review_day}
    for name, is_needed in needs.items():
        if is_needed and not form.value(name).strip() and not (name == why and form.value("reason").strip()):
            form.errors.setdefault(name, words)


def _next(designation_id: int, event: DesignationEvent) -> str:
    """Where a move leads: to its approval, and from one that is amended to the guide of the new one."""
    if event is not DesignationEvent.AMEND:
        return f"{url_for('approvals.show', designation_id=designation_id)}?done={event.value}"
    amended = approval_pages.page(actor(), catalog(), designation_id)
    answers: dict[str, Any] = dict(amended.designation.answers)
    return url_for("guide.show", activity_id=amended.view.activity.id, **answers)


def _page(designation_id: int, form: Form, **told: object) -> str:
    page = approval_pages.page(actor(), catalog(), designation_id)
    one, me = page.designation, actor()
    mine = one.state is DesignationState.SUBMITTED and one.submitted_by == me.person_id
    shown: dict[str, object] = {
        "mine": mine and not any(move.event is DesignationEvent.APPROVE and not move.refused for move in page.possible),
        "signs": access.is_officer_of(me, page.view.agency.id),
        "revoke": DesignationEvent.REVOKE,
        "ours": one.state is DesignationState.ACTIVE and beside.our_side(page.view),
        "done": None,
        "after": None,
    }
    return render_template("pages/approval.html", page=page, form=form, moves=_by_kind(page), **(shown | told))


def _by_kind(page: ApprovalPage) -> tuple[list[DesignationEvent], list[DesignationEvent]]:
    """The moves this actor may make: those with which they sign, and the others; to revoke stands apart."""
    apart = DesignationEvent.REVOKE
    own = [one.event for one in page.possible if not one.refused and one.event is not apart]
    return [one for one in own if one in SIGNING], [one for one in own if one not in SIGNING]
