"""What researchers are told: made from the published projection alone, and the same for everybody who asks."""

import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import KIND_TEXT, Disclosure
from catalog.model.published import (
    PublishedAgencyLine,
    PublishedAgencyPage,
    PublishedDataset,
    PublishedList,
    PublishedPage,
    PublishedTypeLine,
    PublishedTypePage,
)
from catalog.services import access, columns, filtering, indexing
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen, Dimension
from catalog.store import holdings, published
from catalog.taxonomy import detection

SORTS = ("relevance", "title", "agency")
PER_PAGE = 20

_KINDS = {kind: text.capitalize() for kind, text in KIND_TEXT.items()}
#: A dataset of which only the existence is told has an agency and nothing else to filter by.
_DIMENSIONS: Mapping[str, Dimension[PublishedDataset]] = {
    "agency": Dimension("Agency", lambda one: [(one.agency.id, one.agency.name)]),
    "type": Dimension(
        "Identifier type", lambda one: [(kind.code, kind.label) for kind in one.content.types] if one.content else []
    ),
    "programme": Dimension(
        "Program", lambda one: [(each.code, each.title) for each in one.content.programmes] if one.content else []
    ),
    "kind": Dimension(
        "Kind of dataset", lambda one: [(one.content.kind.value, _KINDS[one.content.kind])] if one.content else []
    ),
}
FACETS = tuple(_DIMENSIONS)


def find(
    actor: Actor,
    catalog: Catalog,
    text: str = "",
    chosen: Chosen | None = None,
    *,
    sort: str = "relevance",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> PublishedList:
    """Find published datasets.

    Parameters:
        text: words to rank by; nothing in it is syntax.
        chosen: facet values by facet key; values of one facet are alternatives, facets add up.

    Raises:
        RequestError: for a sort or page that does not exist.
    """
    access.require(actor, Action.READ_PUBLISHED)
    if sort not in SORTS or page < 1 or per_page < 1:
        raise RequestError("This search", "the page or the order does not exist", "Start again from the first page.")
    every = _every(catalog)
    spoken = _answering(catalog, every, text) if text.strip() else every
    passed = filtering.passing(spoken, _DIMENSIONS, chosen or {})
    ordered = passed if sort == "relevance" else sorted(passed, key=lambda one: _rank(one, sort))
    shown, page, pages = filtering.page_of(ordered, page, per_page)
    return PublishedList(
        text=text,
        datasets=tuple(shown),
        total=len(passed),
        page=page,
        pages=pages,
        facets=filtering.facets(spoken, _DIMENSIONS, chosen or {}),
        without_filters=len(spoken),
    )


def dataset(actor: Actor, catalog: Catalog, address: str) -> PublishedPage:
    """One published dataset.

    Raises:
        NotFound: when nothing is published under this address.
    """
    access.require(actor, Action.READ_PUBLISHED)
    with catalog.reading() as connection:
        found = published.page(connection, indexing.terms(catalog), address)
    if found is None:
        raise access.nothing_here()
    return found


def behind(actor: Actor, catalog: Catalog, address: str) -> int | None:
    """The dataset that is published under an address, where the actor may see it themselves."""
    access.require(actor, Action.READ_PUBLISHED)
    if not access.may(actor, Action.READ_HOLDINGS):
        return None
    with catalog.reading() as connection:
        found = published.numbers(connection, indexing.terms(catalog), address)
        return next((one for one in found if holdings.sees(connection, access.scope(actor), one)), None)


def agencies(actor: Actor, catalog: Catalog) -> tuple[PublishedAgencyLine, ...]:
    """The agencies that publish something, by name."""
    access.require(actor, Action.READ_PUBLISHED)
    counts = Counter(one.agency for one in _every(catalog))
    found = sorted(counts, key=lambda agency: agency.name.casefold())
    return tuple(PublishedAgencyLine(agency, counts[agency]) for agency in found)


def agency(actor: Actor, catalog: Catalog, agency_id: str) -> PublishedAgencyPage:
    """What one agency publishes.

    Raises:
        NotFound: when it publishes nothing, or there is no such agency: nobody is told which.
    """
    access.require(actor, Action.READ_PUBLISHED)
    own = tuple(one for one in _every(catalog) if one.agency.id == agency_id)
    if not own:
        raise access.nothing_here()
    return PublishedAgencyPage(own[0].agency, own)


def types(actor: Actor, catalog: Catalog) -> tuple[PublishedTypeLine, ...]:
    """Every identifier type with where it is published; those in most datasets first."""
    access.require(actor, Action.READ_PUBLISHED)
    holders: dict[str, list[str]] = {code: [] for code in catalog.taxonomy.types}
    for one in _every(catalog):
        for kind in one.content.types if one.content else ():
            holders[kind.code].append(one.agency.id)
    lines = (
        PublishedTypeLine(kind, len(set(holders[code])), len(holders[code]))
        for code, kind in catalog.taxonomy.types.items()
    )
    return tuple(sorted(lines, key=lambda line: (-line.datasets, line.type.label.casefold())))


def type_page(actor: Actor, catalog: Catalog, code: str) -> PublishedTypePage:
    """What one identifier type means, and what is published that holds it.

    Raises:
        NotFound: when there is no such type.
    """
    access.require(actor, Action.READ_PUBLISHED)
    kind = catalog.taxonomy.types.get(code)
    if kind is None:
        raise NotFound("This identifier type", "there is no such type", "See them all under Identifier types.")
    return PublishedTypePage(
        kind, columns.label(catalog, kind), detection.load().of(code), _holding(_every(catalog), code)
    )


def seen_by_researchers(
    actor: Actor, catalog: Catalog, dataset_id: int, level: Disclosure | None = None
) -> PublishedPage | None:
    """A dataset as researchers see it, or None where they do not.

    Parameters:
        level: what they would be told, in place of what they are.

    Raises:
        NotFound: when there is no such dataset that the actor may see.
    """
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        if not holdings.sees(connection, access.scope(actor), dataset_id):
            raise access.nothing_here("This dataset")
        return published.pages(connection, indexing.terms(catalog), [dataset_id], level).get(dataset_id)


def _every(catalog: Catalog) -> tuple[PublishedDataset, ...]:
    """All that is published, by title; the order of equal titles follows from nothing that is not told."""
    with catalog.reading() as connection:
        found = published.every(connection, indexing.terms(catalog)).values()
    return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.address)))


def _answering(catalog: Catalog, every: Collection[PublishedDataset], text: str) -> tuple[PublishedDataset, ...]:
    """The datasets that answer to words, best first.

    The index is told of a change a little later than the catalog. A hit counts where it is of a document that tells as
    much as the dataset does now; and all are ranked, because a limit would count what is not published too.
    """
    known = {(indexing.PUBLISHED_AS[one.disclosure], one.address): one for one in every}
    hits: Sequence[tuple[str, str]] = [(hit.kind, hit.id) for hit in catalog.search_index.search(text, sys.maxsize)]
    return tuple(known[key] for key in hits if key in known)


def _holding(every: Collection[PublishedDataset], code: str) -> tuple[PublishedDataset, ...]:
    return tuple(one for one in every if one.content and any(kind.code == code for kind in one.content.types))


def _rank(one: PublishedDataset, sort: str) -> tuple[str, str, str]:
    return (one.agency.name.casefold() if sort == "agency" else "", one.title.casefold(), one.address)
