"""Search: where is it. With no words it is the list of all datasets."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.model.views import DatasetLine, SearchPage
from catalog.services import search
from catalog.services.access import Action
from web import exports, lists
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("search")

FACETS = ("agency", "type", "tier", "state", "gap", "kind", "programme", "published")
_PER_PAGE = 20
_PER_EXPORT_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in use."""

    key: str
    value: str
    text: str


@routes.get("/search", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """Datasets and other things that answer to the words and filters in the address."""
    if exports.asked_for():
        return exports.answer(lists.datasets("search", _all_hits()))
    page = _find(page_number(), _PER_PAGE)
    return render_template("pages/search.html", page=page, chips=_chips(page), sort=one_of("sort", search.SORTS))


def _chips(page: SearchPage) -> list[Chip]:
    """The filters in use; one whose value nothing has any more can still be taken off."""
    labels = {(facet.key, value.value): value.label for facet in page.facets for value in facet.values}
    return [
        Chip(facet.key, value, f"{facet.title}: {labels.get((facet.key, value), value)}")
        for facet in page.facets
        for value in dict.fromkeys(request.args.getlist(facet.key))
    ]


def _find(page: int, per_page: int) -> SearchPage:
    chosen = {key: request.args.getlist(key) for key in FACETS if request.args.getlist(key)}
    words = request.args.get("q", "").strip()[:200]
    return search.find(
        actor(), catalog(), words, chosen, page=page, per_page=per_page, sort=one_of("sort", search.SORTS)
    )


def _all_hits() -> list[DatasetLine]:
    first = _find(1, _PER_EXPORT_PAGE)
    rest = (_find(number, _PER_EXPORT_PAGE) for number in range(2, first.pages + 1))
    return [line for page in (first, *rest) for line in page.datasets]
