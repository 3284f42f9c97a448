"""What is put off until a day or was handed to somebody: it can be decided at any time all the same."""

from collections.abc import Iterator

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.model.review_views import ItemView
from catalog.services import review_deferrals
from catalog.services.access import Action
from web import exports, review_lists
from web.addresses import page_number
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("review_later")


@routes.get("/review/later", Action.DECIDE)
def index() -> ResponseReturnValue:
    """The columns that are put off or handed to somebody."""
    if exports.asked_for():
        items, total, _, pages = review_deferrals.later(actor(), catalog())
        return exports.answer(review_lists.later(total, _every(items, pages)))
    items, total, page, pages = review_deferrals.later(actor(), catalog(), page_number())
    return render_template("pages/review_later.html", items=items, total=total, number_of=page, pages_of=pages)


def _every(first: tuple[ItemView, ...], pages: int) -> Iterator[ItemView]:
    yield from first
    for number in range(2, pages + 1):
        yield from review_deferrals.later(actor(), catalog(), number)[0]
