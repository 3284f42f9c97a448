"""Search: the index ranks ids for the words; filters, facets, counts and permission are SQL over those ids."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from catalog.errors import RequestError
from catalog.model.actors import Actor, Scope
from catalog.model.holdings import DatasetKind
from catalog.model.identifiers import Tier
from catalog.model.views import DatasetLine, Facet, FacetValue, OtherHit, SearchPage
from catalog.ports import Hit
from catalog.search import query, words
from catalog.services import access, lines
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import holdings, register
from catalog.store.engine import Connection
from catalog.store.holdings import Wanted

#: More hits than this are not ranked: whoever gets so many needs another word, not the next page.
RANKED = 5000
SORTS = ("relevance", "name", "scanned", "columns")

_OTHERS = 5
_MATCHED = 8
_TITLES = {
    "agency": "Agency",
    "type": "Identifier type",
    "state": "State",
    "tier": "Sensitivity",
    "programme": "Program",
    "kind": "Kind of dataset",
    "published": "Published",
}
_STATES = {
    "confirmed": "Confirmed",
    "suggested": "Suggested",
    "none": "Nothing found",
    "not_scanned": "Not scanned",
    "could_not_look": "Could not look",
}
#: What a researcher's projection does not hold cannot be filtered by.
_NOT_PUBLISHED = frozenset({"state", "tier", "published"})


def find(
    actor: Actor,
    catalog: Catalog,
    text: str,
    chosen: Mapping[str, Sequence[str]] | None = None,
    *,
    page: int = 1,
    per_page: int = 20,
    sort: str = "relevance",
) -> SearchPage:
    """Find datasets, and beside them agencies, types, protocols and activities.

    Parameters:
        text: words, with filters such as ``type:SSN`` or ``-state:confirmed`` among them.
        chosen: facet values by facet key; values of one facet are alternatives, facets add up.

    Raises:
        RequestError: for a sort or page that does not exist.
    """
    access.require(actor, Action.READ_HOLDINGS)
    if sort not in SORTS or page < 1 or not 1 <= per_page <= 1000:
        raise RequestError("This search", "the page or the order does not exist", "Start again from the search page.")
    scope, parsed = access.scope(actor), query.parse(text)
    hits = catalog.search_index.search(parsed.text, RANKED) if parsed.text.strip() else ()
    kind = "published" if scope.published_only else "dataset"
    ranked = {int(hit.id): rank for rank, hit in enumerate(hits) if hit.kind == kind}
    among = list(ranked) if parsed.text.strip() else None
    facets = [key for key in holdings.FACETS if not (scope.published_only and key in _NOT_PUBLISHED)]
    picked = {key: tuple(values) for key, values in (chosen or {}).items() if key in facets and values}
    wanted = [Wanted(key, values) for key, values in picked.items()]
    wanted += [
        Wanted(each.key, (each.value,), each.excluded)
        for each in parsed.filters
        if not (scope.published_only and each.key in _NOT_PUBLISHED)
    ]
    with catalog.reading() as connection:
        found = holdings.matching(connection, scope, wanted, among)
        ordered = _ordered(connection, scope, found, ranked, sort)
        shown = lines.dataset_lines(connection, catalog, scope, ordered[(page - 1) * per_page : page * per_page])
        codes = {value.upper() for one in wanted if one.key == "type" and not one.excluded for value in one.values}
        return SearchPage(
            text=text,
            datasets=_with_matches(connection, scope, shown, parsed.text, codes),
            total=len(found),
            page=page,
            pages=max(1, -(-len(found) // per_page)),
            others=_others(connection, catalog, scope, hits),
            facets=tuple(_facet(connection, catalog, scope, key, wanted, among, picked) for key in facets),
            without_filters=len(holdings.matching(connection, scope, (), among)),
        )


def _ordered(
    connection: Connection, scope: Scope, ids: Sequence[int], ranked: Mapping[int, int], sort: str
) -> list[int]:
    if sort == "relevance" and ranked:
        return sorted(ids, key=lambda dataset_id: ranked[dataset_id])
    if sort == "scanned":
        looks = holdings.coverage_by_id(connection, ids)
        never = datetime.min.replace(tzinfo=UTC)
        times = {i: (looks[i].scanned_at if i in looks else None) or never for i in ids}
        return sorted(ids, key=times.__getitem__, reverse=True)
    if sort == "columns":
        counts = holdings.column_counts(connection, scope, ids)
        return sorted(ids, key=lambda i: -counts.get(i, (0, 0))[1])
    return list(ids)


def _with_matches(
    connection: Connection, scope: Scope, shown: Sequence[DatasetLine], text: str, codes: set[str]
) -> tuple[DatasetLine, ...]:
    """Say which columns matched: by a word of their name, or by a type that was asked for."""
    ids = [line.dataset.id for line in shown]
    asked = {word for token in text.split() for word in words.split(token)}
    names = holdings.names_of_columns(connection, ids)
    typed = holdings.columns_with_types(connection, scope, ids, codes) if codes else frozenset()
    return tuple(
        replace(
            line,
            matched_columns=tuple(
                name
                for column_id, name in names.get(line.dataset.id, ())
                if column_id in typed or asked & set(words.split(name))
            )[:_MATCHED],
        )
        for line in shown
    )


def _facet(
    connection: Connection,
    catalog: Catalog,
    scope: Scope,
    key: str,
    wanted: Sequence[Wanted],
    among: Sequence[int] | None,
    picked: Mapping[str, Sequence[str]],
) -> Facet:
    counts = holdings.facet_counts(connection, scope, key, wanted, among)
    label = _labels(connection, catalog, key)
    values = [
        FacetValue(value, label.get(value, value), count, value in picked.get(key, ())) for value, count in counts
    ]
    return Facet(key, _TITLES[key], tuple(values))


def _labels(connection: Connection, catalog: Catalog, key: str) -> Mapping[str, str]:
    match key:
        case "agency":
            return {agency.id: agency.name for agency in register.all_agencies(connection)}
        case "type":
            return {code: kind.label for code, kind in catalog.taxonomy.types.items()}
        case "tier":
            return {str(int(tier)): tier.label for tier in Tier}
        case "state":
            return _STATES
        case "kind":
            return {kind.value: kind.value.capitalize() for kind in DatasetKind}
    return {"yes": "Published"}


def _others(connection: Connection, catalog: Catalog, scope: Scope, hits: Sequence[Hit]) -> tuple[OtherHit, ...]:
    """The best hits of each other kind that this actor may see."""
    agencies = {a.id: a for a in register.all_agencies(connection)}
    activities = {str(a.id): a for a in register.all_activities(connection)}
    protocols = {str(p.id): p for p in register.all_protocols(connection)}
    seen = agencies.keys() if scope.agency_ids is None else scope.agency_ids
    found: dict[str, list[OtherHit]] = {}
    for hit in hits:
        other: OtherHit | None = None
        if hit.kind == "agency" and hit.id in seen and hit.id in agencies:
            other = OtherHit("agency", hit.id, agencies[hit.id].name, agencies[hit.id].acronym)
        elif hit.kind == "type" and hit.id in catalog.taxonomy.types:
            kind = catalog.taxonomy.types[hit.id]
            other = OtherHit("type", hit.id, kind.label, kind.description)
        elif hit.kind == "activity" and hit.id in activities and activities[hit.id].agency_id in seen:
            activity = activities[hit.id]
            other = OtherHit("activity", activity.agency_id, activity.title, activity.programme)
        elif (
            hit.kind == "protocol"
            and hit.id in protocols
            and (protocols[hit.id].issuer_agency_id or next(iter(seen), "")) in seen
        ):
            other = OtherHit("protocol", hit.id, protocols[hit.id].title, protocols[hit.id].citation)
        if other is not None and len(found.setdefault(hit.kind, [])) < _OTHERS:
            found[hit.kind].append(other)
    return tuple(other for kind in found.values() for other in kind)
