"""Search: the index ranks ids for the words; filters, facets, counts and permission are SQL over those ids."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from catalog.errors import RequestError
from catalog.model.actors import Actor, Scope
from catalog.model.holdings import KIND_TEXT
from catalog.model.identifiers import Tier
from catalog.model.programmes import Programme
from catalog.model.views import DatasetLine, Facet, FacetValue, OtherHit, SearchPage
from catalog.ports import Hit
from catalog.search import query, words
from catalog.services import access, indexing, lines, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import facets, holdings, law, register
from catalog.store.engine import Connection
from catalog.store.facets import Wanted

#: More hits than this are not ranked: whoever gets so many needs another word, not the next page.
RANKED = 5000
SORTS = ("relevance", "name", "scanned", "columns")

_WHOLE = Scope(None)
_OTHERS = 5
#: What of the index is no other hit here: datasets, and what is published of them.
_DATASETS = frozenset({"dataset", *indexing.PUBLISHED})
_MATCHED = 8
_TITLES = {
    "agency": "Agency",
    "type": "Identifier type",
    "state": "State",
    "gap": "What does not add up",
    "tier": "Sensitivity",
    "programme": "Program",
    "kind": "Kind of dataset",
    "published": "Told to researchers",
}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "state": {
        "confirmed": "Confirmed",
        "suggested": "Suggested",
        "none": "Nothing found",
        "not_scanned": "Not scanned",
        "could_not_look": "Could not look",
    },
    "gap": {"no_activity": "No collection or disclosure recorded", "undeclared": "Found, but not declared"},
    "tier": {str(int(tier)): tier.label for tier in Tier},
    "kind": {kind.value: text.capitalize() for kind, text in KIND_TEXT.items()},
    "published": {"hidden": "Nothing", "existence": "That it exists", "full": "What it holds"},
}


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
    """Find datasets, and beside them agencies, types, programmes, protocols and activities.

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
    # The best of the whole city are not the best of one agency: who sees a part of it is given the best of that part.
    most = RANKED if scope == _WHOLE else sys.maxsize
    hits = catalog.search_index.search(parsed.text, most) if parsed.text.strip() else ()
    picked = {key: tuple(values) for key, values in (chosen or {}).items() if key in facets.FACETS and values}
    wanted = _wanted(picked, parsed.filters)
    with catalog.reading() as connection:
        named = _programmes_named(connection, parsed.text)
        ranked = _ranked(connection, hits, scope, named)
        among = list(ranked) if parsed.text.strip() else None
        found = facets.matching(connection, scope, wanted, among)
        ordered = _ordered(connection, scope, found, ranked, sort)
        pages = max(1, -(-len(found) // per_page))
        page = min(page, pages)
        shown = lines.dataset_lines(connection, catalog, scope, ordered[(page - 1) * per_page : page * per_page])
        return SearchPage(
            text=text,
            datasets=_with_matches(connection, scope, shown, parsed.text, _codes(wanted)),
            total=len(found),
            page=page,
            pages=pages,
            others=_others(connection, catalog, actor, (*_as_hits(named), *hits)),
            facets=tuple(_facet(connection, catalog, scope, key, wanted, among, picked) for key in facets.FACETS),
            without_filters=len(facets.matching(connection, scope, (), among)),
        )


def _programmes_named(connection: Connection, text: str) -> tuple[Programme, ...]:
    """The programmes that go by just these words: whoever asks by name wants what belongs to it first."""
    asked = _split(text)
    every = law.every(connection, Programme) if asked else ()
    return tuple(one for one in every if asked in {_split(name) for name in (one.code, one.title, *one.known_as)})


def _split(text: str) -> tuple[str, ...]:
    return tuple(word for token in text.split() for word in words.split(token))


def _as_hits(programmes: Sequence[Programme]) -> tuple[Hit, ...]:
    return tuple(Hit("programme", str(one.id), 1.0, ("name",)) for one in programmes)


def _ranked(connection: Connection, hits: Sequence[Hit], scope: Scope, named: Sequence[Programme]) -> Mapping[int, int]:
    """The rank of each dataset hit, in the index; those of a programme named come first."""
    own = [Wanted("programme", tuple(one.code for one in named))] if named else None
    first = facets.matching(connection, scope, own, None) if own else []
    ids = [int(hit.id) for hit in hits if hit.kind == "dataset"]
    if len(ids) > RANKED:
        seen = frozenset(facets.matching(connection, scope, (), None))
        ids = [dataset_id for dataset_id in ids if dataset_id in seen][:RANKED]
    return {dataset_id: rank for rank, dataset_id in enumerate(dict.fromkeys((*first, *ids)))}


def _wanted(picked: Mapping[str, tuple[str, ...]], filters: Sequence[query.Filter]) -> list[Wanted]:
    return [Wanted(key, values) for key, values in picked.items()] + [
        Wanted(each.key, (each.value,), each.excluded) for each in filters
    ]


def _codes(wanted: Sequence[Wanted]) -> set[str]:
    return {value.upper() for one in wanted if one.key == "type" and not one.excluded for value in one.values}


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
    counts = facets.facet_counts(connection, scope, key, wanted, among)
    label = _labels(connection, catalog, key)
    if missing := [value for value in picked.get(key, ()) if value not in dict(counts)]:
        # Whoever knows the code of what they may not see learns nothing by it, least of all its name.
        seen = dict(facets.facet_counts(connection, scope, key, (), None))
        label = {value: text for value, text in label.items() if value in seen or key not in _NAMED_BY_PEOPLE}
        counts += [(value, 0) for value in missing]
    values = [
        FacetValue(value, label.get(value, value), count, value in picked.get(key, ())) for value, count in counts
    ]
    return Facet(key, _TITLES[key], tuple(values))


#: Facets whose values are things in the catalog, not words of ours.
_NAMED_BY_PEOPLE = frozenset({"agency", "programme"})


def _labels(connection: Connection, catalog: Catalog, key: str) -> Mapping[str, str]:
    if key == "agency":
        return {agency.id: agency.name for agency in register.all_agencies(connection)}
    if key == "type":
        return {code: kind.label for code, kind in catalog.taxonomy.types.items()}
    if key == "programme":
        return {programme.code: programme.title for programme in law.every(connection, Programme)}
    return _LABELS.get(key, {})


def _others(connection: Connection, catalog: Catalog, actor: Actor, hits: Sequence[Hit]) -> tuple[OtherHit, ...]:
    """The best hits of each other kind that this actor may see."""
    asked = dict.fromkeys((hit.kind, hit.id) for hit in hits if hit.kind not in _DATASETS)
    visible = _other_hits(connection, catalog, actor) if asked else {}
    found: dict[str, list[OtherHit]] = {}
    for key in asked:
        other = visible.get(key)
        if other is not None and len(found.setdefault(key[0], [])) < _OTHERS:
            found[key[0]].append(other)
    return tuple(other for kind in found.values() for other in kind)


def _other_hits(connection: Connection, catalog: Catalog, actor: Actor) -> Mapping[tuple[str, str], OtherHit]:
    """Everything besides datasets that this actor may be told of, by kind and number in the index."""
    scope, known = access.scope(actor), records.visible(connection, catalog, actor)
    every: dict[tuple[str, str], OtherHit] = {}
    for code, kind in known.kinds.items():
        every["type", code] = OtherHit("type", code, kind.label, kind.description)
    for agency in known.agencies.values():
        if scope.holds(agency.id):
            every["agency", agency.id] = OtherHit("agency", agency.id, agency.name, agency.acronym)
    for programme in known.programmes.values():
        # Its page goes by its code, the index by its number.
        names = ", ".join(programme.known_as)
        every["programme", str(programme.id)] = OtherHit("programme", programme.code, programme.title, names)
    for protocol in known.protocols.values():
        every["protocol", str(protocol.id)] = OtherHit("protocol", str(protocol.id), protocol.title, protocol.citation)
    for activity in known.activities.values():
        every["activity", str(activity.id)] = OtherHit("activity", str(activity.id), activity.title, activity.reference)
    return every
