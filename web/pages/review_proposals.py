"""Decisions that wait for a second person: what is proposed, why, and the second person's word."""

import secrets
from collections.abc import Iterator

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.model.review_views import ProposalView
from catalog.services import review_proposals
from catalog.services.access import Action
from web import exports, forms, review_lists
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes, number

routes = Routes("review_proposals")

_APPROVE, _REFUSE = "approve", "refuse"
_DONE = ("", _APPROVE, _REFUSE)


@routes.get("/review/proposals", Action.DECIDE)
def index() -> ResponseReturnValue:
    """What waits, the visitor's own among it."""
    if exports.asked_for():
        return exports.answer(review_lists.proposals(_every()))
    return _page(Form.of())


@routes.post("/review/proposals/<int:act_id>", Action.DECIDE)
def settle(act_id: int) -> ResponseReturnValue:
    """Approve what somebody else proposed, or refuse it."""

    def keep(form: Form) -> str:
        word = form.one_of("word", (_APPROVE, _REFUSE))
        reason = form.line("reason", needed=word == _REFUSE, longest=forms.LONGEST_REASON)
        if not word:
            form.errors["word"] = "Use one of the two buttons."
        form.check()
        token = form.value("token") or None
        review_proposals.settle(actor(), catalog(), act_id, approve=word == _APPROVE, reason=reason, token=token)
        return url_for("review_proposals.index", done=word)

    return forms.kept(keep, lambda form: _page(form, act_id))


def _every() -> Iterator[ProposalView]:
    _, pages = review_proposals.count(actor(), catalog())
    for page in range(1, pages + 1):
        yield from review_proposals.waiting(actor(), catalog(), page)


def _page(form: Form, tried: int | None = None) -> str:
    total, pages = review_proposals.count(actor(), catalog())
    page = min(page_number(), pages)
    waiting = review_proposals.waiting(actor(), catalog(), page)
    kinds, token = catalog().taxonomy.types, secrets.token_urlsafe()
    shown = {
        "form": form,
        "blank": Form.of(),
        "tried": tried,
        "total": total,
        "page_shown": page,
        "pages_of": pages,
        "done": one_of("done", _DONE),
        "undone": number(request.args.get("done", "")),
    }
    return render_template("pages/review_proposals.html", waiting=waiting, types=kinds, token=token, **shown)
