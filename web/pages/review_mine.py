"""What one did in review, the latest first: each act is undone as the one thing it was, at any time."""

import secrets
from collections.abc import Iterator

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.errors import NotFound
from catalog.model.review_views import ActLine, ActsPage
from catalog.services import review_act_pages, review_acts
from catalog.services.access import Action
from web import exports, review_lists
from web.addresses import page_number
from web.context import actor, catalog
from web.routing import Routes, number

routes = Routes("review_mine")


@routes.get("/review/mine", Action.DECIDE)
def index() -> ResponseReturnValue:
    """The visitor's own acts, and nobody else's."""
    if exports.asked_for():
        first = review_acts.mine(actor(), catalog())
        return exports.answer(review_lists.acts(first.total, _every(first)))
    page = review_acts.mine(actor(), catalog(), page_number())
    return render_template("pages/review_mine.html", page=page, done=_just_done(), token=secrets.token_urlsafe())


@routes.get("/review/mine/<int:act_id>", Action.DECIDE)
def show(act_id: int) -> ResponseReturnValue:
    """One of the visitor's own acts, with its columns as they stand now."""
    line, items, total, at, pages = review_act_pages.columns(actor(), catalog(), act_id, page_number())
    shown = {"line": line, "items": items, "total": total, "number_of": at, "pages_of": pages}
    return render_template("pages/review_mine_act.html", token=secrets.token_urlsafe(), **shown)


def _just_done() -> ActLine | None:
    """The act that the visitor comes from, where it is one of theirs."""
    act_id = number(request.args.get("done", ""))
    try:
        return review_acts.one(actor(), catalog(), act_id) if act_id else None
    except NotFound:
        return None


def _every(first: ActsPage) -> Iterator[ActLine]:
    yield from first.lines
    for at in range(2, first.pages + 1):
        yield from review_acts.mine(actor(), catalog(), at).lines
