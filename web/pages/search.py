"""Search: where is it. With no words it is the list of all datasets."""

from collections.abc import Iterator
from itertools import chain

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.model.views import DatasetLine, SearchPage
from catalog.services import search
from catalog.services.access import Action
from web import exports, filters, lists
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("search")

FACETS = ("agency", "type", "tier", "state", "gap", "kind", "programme", "published")
_PER_PAGE = 20
_PER_EXPORT_PAGE = 1000


@routes.get("/search", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """Datasets and other things that answer to the words and filters in the address."""
    if exports.asked_for():
        first = _find(1, _PER_EXPORT_PAGE)
        return exports.answer(lists.many_datasets("search", first.total, _all_hits(first)))
    page = _find(page_number(), _PER_PAGE)
    sort = one_of("sort", search.SORTS)
    return render_template("pages/search.html", page=page, chips=filters.chips(page.facets), sort=sort)


def _find(page: int, per_page: int) -> SearchPage:
    asked, sort = filters.chosen(FACETS), one_of("sort", search.SORTS)
    return search.find(actor(), catalog(), filters.words(), asked, page=page, per_page=per_page, sort=sort)


def _all_hits(first: SearchPage) -> Iterator[DatasetLine]:
    rest = (_find(number, _PER_EXPORT_PAGE) for number in range(2, first.pages + 1))
    return (line for page in chain((first,), rest) for line in page.datasets)
