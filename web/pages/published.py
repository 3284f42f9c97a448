"""What researchers are told, and what anybody may look at who reads holdings: the published projection."""

from collections.abc import Collection

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.model.published import PublishedDataset, PublishedPage, PublishedTypeLine
from catalog.services import published
from catalog.services.access import Action
from web import exports, filters
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.exports import Cell, Listing
from web.routing import Routes

routes = Routes("published")

_ALL = 1_000_000
_HEADINGS = ("dataset", "title", "description", "agency", "contact", "told", "kind", "about", "kept", "people", "rows")
_HEADINGS_REST = ("confirmed_types", "authorities", "programs", "last_looked_at")


@routes.get("/published", Action.READ_PUBLISHED)
def index() -> ResponseReturnValue:
    """The published datasets that answer to the words and filters in the address."""
    chosen, sort = filters.chosen(published.FACETS), one_of("sort", published.SORTS)
    if exports.asked_for():
        found = published.find(actor(), catalog(), filters.words(), chosen, sort=sort, per_page=_ALL)
        return exports.answer(_datasets("published-datasets", found.datasets))
    page = published.find(actor(), catalog(), filters.words(), chosen, sort=sort, page=page_number())
    return render_template("published/index.html", page=page, chips=filters.chips(page.facets), sort=sort)


@routes.get("/published/datasets/<address>", Action.READ_PUBLISHED)
def dataset(address: str) -> ResponseReturnValue:
    """One published dataset."""
    page = published.dataset(actor(), catalog(), address)
    if exports.asked_for():
        return exports.answer(_columns(page))
    own = published.behind(actor(), catalog(), address)
    return render_template("published/dataset.html", page=page, own=own)


@routes.get("/published/agencies", Action.READ_PUBLISHED)
def agencies() -> ResponseReturnValue:
    """The agencies that publish something."""
    lines = published.agencies(actor(), catalog())
    if exports.asked_for():
        rows = [(line.agency.acronym, line.agency.name, line.agency.contact, line.datasets) for line in lines]
        headings = ("agency", "name", "contact", "published_datasets")
        return exports.answer(Listing("agencies-that-publish", headings, rows))
    return render_template("published/agencies.html", lines=lines)


@routes.get("/published/agencies/<agency_id>", Action.READ_PUBLISHED)
def agency(agency_id: str) -> ResponseReturnValue:
    """What one agency publishes."""
    page = published.agency(actor(), catalog(), agency_id)
    if exports.asked_for():
        return exports.answer(_datasets(f"published-by-{page.agency.acronym}", page.datasets))
    return render_template("published/agency.html", page=page)


@routes.get("/published/types", Action.READ_PUBLISHED)
def types() -> ResponseReturnValue:
    """All identifier types, with where they are published."""
    lines = published.types(actor(), catalog())
    if exports.asked_for():
        headings = ("code", "label", "tier", "agencies", "published_datasets", "citation")
        return exports.answer(Listing("identifier-types", headings, [_type(line) for line in lines]))
    return render_template("published/types.html", lines=lines)


@routes.get("/published/types/<code>", Action.READ_PUBLISHED)
def type_(code: str) -> ResponseReturnValue:
    """One identifier type: what it means, and what is published that holds it."""
    page = published.type_page(actor(), catalog(), code)
    if exports.asked_for():
        return exports.answer(_datasets(f"published-with-{page.type.code}", page.datasets))
    return render_template("published/type.html", page=page)


def _datasets(name: str, listed: Collection[PublishedDataset]) -> Listing:
    return Listing(name, _HEADINGS + _HEADINGS_REST, [_dataset(one) for one in listed])


def _dataset(one: PublishedDataset) -> tuple[Cell, ...]:
    head = (one.address, one.title, one.text, one.agency.acronym, one.contact, one.disclosure.value)
    content = one.content
    if content is None:
        return (*head, *(None,) * (len(_HEADINGS) + len(_HEADINGS_REST) - len(head)))
    return (
        *head,
        content.kind.value,
        ", ".join(content.subjects),
        content.retention,
        content.people.label if content.people else None,
        content.size.label if content.size else None,
        " ".join(kind.code for kind in content.types),
        "; ".join(f"{each.title}, {each.citation}" if each.citation else each.title for each in content.authorities),
        " ".join(each.code for each in content.programmes),
        content.looked_on.isoformat() if content.looked_on else None,
    )


def _columns(page: PublishedPage) -> Listing:
    rows = [(column.name, " ".join(kind.code for kind in column.types)) for column in page.columns]
    return Listing(f"columns-of-{page.dataset.address}", ("column", "confirmed_types"), rows)


def _type(line: PublishedTypeLine) -> tuple[Cell, ...]:
    kind = line.type
    return (kind.code, kind.label, kind.tier.label, line.agencies, line.datasets, kind.citation)
