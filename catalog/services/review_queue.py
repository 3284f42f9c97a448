"""The queue of review: what waits for a person's decision, alike columns together, the most worth deciding first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from catalog.model.actors import Actor, Scope
from catalog.model.decisions import LIKELY, band
from catalog.model.identifiers import Tier
from catalog.model.review import WAITING, ReviewGroup, ReviewTotal, likelihood, normal_name
from catalog.model.review_views import GroupLine, QueueCounts, QueuePage
from catalog.model.review_words import STATES
from catalog.model.schedules import next_window
from catalog.model.views import Facet, FacetValue
from catalog.services import access, review_states, second_readings
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen
from catalog.store import orphans, register, schedules
from catalog.store import review_queue as store
from catalog.store import review_states as derived
from catalog.store.engine import Connection
from catalog.store.review_queue import HANDED, Waits, Wanted, scope_of

#: Groups on one page.
PER_PAGE = 25
#: No address asks a database for more than it can count to.
_MOST_PAGES = 1_000_000
ORDERS = ("value", "columns", "name")
FACETS = {
    "band": "How sure the suggestion is",
    "state": "State",
    "agency": "Agency",
    "type": "Identifier type",
    "tier": "Sensitivity",
}
_BANDS = {"high": "High", "medium": "Medium", "low": "Low"}
_STATES = {
    **{state.value: words.capitalize() for state, words in STATES.items() if state in WAITING},
    HANDED: "Handed to me",
}


_TIERS = {str(tier.value): tier.value for tier in Tier}
_NO_TIER = min(Tier) - 1
#: What a group's parts have in numbers.
_NUMBERS = (
    "columns", "high", "medium", "low", "reopened", "disputed", "deferred", "asked", "proposed", "confirmed",
    "rejected", "strength_sum", "value",
)  # fmt: skip
_RANKS = {"low": 0, "medium": 1, "high": 2}


def queue(actor: Actor, catalog: Catalog, chosen: Chosen, *, order: str = "value", page: int = 1) -> QueuePage:
    """One page of the groups that wait for this actor's decision and pass the filters.

    Parameters:
        chosen: facet values by facet key, and under ``q`` words that all have to stand in the name of the columns or
            in that of the type; values of one facet are alternatives, facets add up.
        order: ``value``: what is most worth deciding first; ``columns``: the largest first; ``name``.
    """
    scope, wanted = _asked(actor, catalog, chosen)
    with catalog.reading() as connection:
        keys, total, number = _page(connection, scope, wanted, order, page)
        return QueuePage(
            lines=tuple(_lines(connection, catalog, scope, wanted, keys)),
            total=total,
            page=number,
            pages=max(1, -(-total // PER_PAGE)),
            facets=tuple(_facets(connection, catalog, scope, wanted, chosen)),
            counts=_counts(connection, scope, actor),
            next_scan=None if total else _next_scan(connection, catalog, scope_of(scope, wanted.agencies)),
            put_off=0 if total else store.put_off(connection, scope, wanted),
        )


def around(
    actor: Actor, catalog: Catalog, key: str, chosen: Chosen, *, order: str = "value"
) -> tuple[str | None, str | None]:
    """The groups before and after one, among those that pass the filters; of one that is not among them any more, none
    before, and the first after it.
    """
    scope, wanted = _asked(actor, catalog, chosen)
    with catalog.reading() as connection:
        found = store.around(connection, scope, wanted, order, key)
        if found is not None:
            return found
        keys, _ = store.page(connection, scope, wanted, order, 0, 1)
        return None, next(iter(keys), None)


def counts(actor: Actor, catalog: Catalog) -> QueueCounts:
    """What waits for this actor's decision, and what lies elsewhere."""
    scope, _ = _asked(actor, catalog, {})
    with catalog.reading() as connection:
        return _counts(connection, scope, actor)


def facets(actor: Actor, catalog: Catalog, chosen: Chosen) -> tuple[Facet, ...]:
    """The filters of the queue, with what each of their values would leave given the others; without the queue."""
    scope, wanted = _asked(actor, catalog, chosen)
    with catalog.reading() as connection:
        return tuple(_facets(connection, catalog, scope, wanted, chosen))


def is_made(actor: Actor, catalog: Catalog) -> bool:
    """Whether the queue was made at all where this actor decides: a catalog of before there was one has none yet."""
    scope, _ = _asked(actor, catalog, {})
    with catalog.reading() as connection:
        return derived.is_made(connection, scope)


def of_type(actor: Actor, catalog: Catalog, type_code: str) -> int:
    """How many columns of one type wait for this actor's decision."""
    scope, _ = _asked(actor, catalog, {})
    with catalog.reading() as connection:
        return store.of_type(connection, scope, type_code)


def line(catalog: Catalog, groups: Sequence[ReviewGroup]) -> GroupLine:
    """A group as the queue shows it.

    Parameters:
        groups: its parts, one of each agency of which it is told, at least one.
    """
    first, waiting = groups[0], sum(one.columns > 0 for one in groups)
    sums = {name: sum(getattr(one, name) for one in groups) for name in _NUMBERS}
    shared = {name: getattr(first, name) for name in ("group_key", "name", "family", "type_code", "tier")}
    return line_of(catalog, ReviewTotal(**shared, agencies=waiting or len(groups), **sums))


def line_of(catalog: Catalog, total: ReviewTotal) -> GroupLine:
    """The same of a group whose parts are counted together."""
    strength = total.strength_sum / total.columns if total.columns else LIKELY
    likely = likelihood(strength, total.confirmed, total.rejected)
    return GroupLine(
        key=total.group_key,
        name=total.name,
        family=total.family,
        type=catalog.taxonomy.types[total.type_code],
        agencies=total.agencies,
        columns=total.columns,
        high=total.high,
        medium=total.medium,
        low=total.low,
        reopened=total.reopened,
        disputed=total.disputed,
        confirmed=total.confirmed,
        rejected=total.rejected,
        likely=likely,
        band=band(likely),
        lowered=_RANKS[band(likely)] < _RANKS[band(strength)],
        value=total.value,
    )


def _asked(actor: Actor, catalog: Catalog, chosen: Chosen) -> tuple[Scope, Wanted]:
    """The part of the catalog in which the actor decides, and what they want to see of it."""
    access.require(actor, Action.DECIDE)
    review_states.catch_up(catalog)
    kinds = catalog.taxonomy.types.values()
    words = {word for text in chosen.get("q", ()) for word in normal_name(text).split()}
    spoken = {
        word: tuple(one.code for one in kinds if word in normal_name(f"{one.label} {one.code}")) for word in words
    }
    return access.scope(actor, Action.DECIDE), Wanted(
        person_id=actor.person_id,
        agencies=tuple(chosen.get("agency", ())),
        types=tuple(chosen.get("type", ())),
        tiers=tuple(_TIERS.get(value, _NO_TIER) for value in chosen.get("tier", ())),
        bands=tuple(chosen.get("band", ())),
        states=tuple(chosen.get("state", ())),
        words=tuple(sorted(spoken.items())),
    )


def _page(
    connection: Connection, scope: Scope, wanted: Wanted, order: str, page: int
) -> tuple[Sequence[str], int, int]:
    """The keys on a page, how many there are on all, and the page's number: one past the last is the last."""
    number = min(max(page, 1), _MOST_PAGES)
    keys, total = store.page(connection, scope, wanted, order, (number - 1) * PER_PAGE, PER_PAGE)
    if keys or number == 1:
        return keys, total, number
    _, total = store.page(connection, scope, wanted, order, 0, 1)
    return _page(connection, scope, wanted, order, max(1, -(-total // PER_PAGE)))


def _lines(
    connection: Connection, catalog: Catalog, scope: Scope, wanted: Wanted, keys: Sequence[str]
) -> Iterator[GroupLine]:
    """These groups, in this order, as far as they are of the agencies chosen."""
    own = scope_of(scope, wanted.agencies)
    found = (
        {} if set(wanted.states) == {HANDED} else {one.group_key: one for one in store.totals(connection, own, keys)}
    )
    if HANDED in wanted.states:  # beside what waits of the same group, that counts
        found = {one.group_key: one for one in store.handed(connection, own, wanted.person_id, keys)} | {
            key: one for key, one in found.items() if one.columns
        }
    return (line_of(catalog, found[key]) for key in keys)


def _facets(connection: Connection, catalog: Catalog, scope: Scope, wanted: Wanted, chosen: Chosen) -> Iterator[Facet]:
    """Each filter with the columns that each of its values would leave, given the others."""
    seen = [one for one in register.all_agencies(connection) if scope.holds(one.id)]
    names: Mapping[str, Mapping[str, str]] = {
        "band": _BANDS,
        "state": _STATES,
        "agency": {one.id: one.name for one in seen},
        "type": {code: kind.label for code, kind in catalog.taxonomy.types.items()},
        "tier": {str(tier.value): tier.label for tier in Tier},
    }
    by_type: dict[str, Mapping[str, Waits]] = {}
    for key, title in FACETS.items():
        picked = tuple(chosen.get(key, ()))
        # What is chosen in no filter is counted with that of states left out, which tells of what was handed too.
        but = key if picked else "" if wanted.states else "state"
        if key != "agency" and but not in by_type:
            by_type[but] = store.by_type(connection, scope, wanted, but)
        told = store.by_agency(connection, scope, wanted) if key == "agency" else _told(catalog, key, by_type[but])
        counts = dict.fromkeys(picked, 0) | {value: many for value, many in told.items() if many}
        values = sorted(counts, key=lambda value: _place(key, value, counts, names[key]))
        yield Facet(
            key,
            title,
            tuple(FacetValue(value, names[key].get(value, value), counts[value], value in picked) for value in values),
        )


def _told(catalog: Catalog, key: str, found: Mapping[str, Waits]) -> Mapping[str, int]:
    """The columns of each value of a filter, out of those of each type."""
    counts: dict[str, int] = {}
    for code, waits in found.items():
        of: Mapping[str, Mapping[str, int]] = {
            "band": waits.bands,
            "state": waits.states,
            "type": {code: waits.columns},
            "tier": {str(catalog.taxonomy.types[code].tier.value): waits.columns},
        }
        for value, many in of[key].items():
            counts[value] = counts.get(value, 0) + many
    return counts


def _place(key: str, value: str, counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[int, str]:
    """Bands, states and tiers have an order of their own; of all else, the most come first."""
    if key == "tier":
        return (-int(value) if value in names else 0), value
    if key in {"band", "state"}:
        return (list(names).index(value) if value in names else len(names)), value
    return -counts[value], names.get(value, value)


def _counts(connection: Connection, scope: Scope, actor: Actor) -> QueueCounts:
    told = store.in_all(connection, scope, actor.person_id)
    return QueueCounts(
        columns=told.columns,
        groups=told.groups,
        bands={"high": told.high, "medium": told.medium, "low": told.low},
        reopened=told.reopened,
        disputed=told.disputed,
        deferred=told.deferred,
        handed=told.handed,
        asked=told.asked,
        proposed=told.proposed,
        second=second_readings.waiting(connection, actor),
        orphans=orphans.count(connection, scope),
    )


def _next_scan(connection: Connection, catalog: Catalog, scope: Scope) -> datetime | None:
    """When the next scan of this part of the catalog is due by its schedules."""
    zone, now = catalog.settings.zone, catalog.clock.now()
    agencies = {system.id: system.agency_id for system in register.all_systems(connection)}
    seen = {source.id for source in register.all_sources(connection) if scope.holds(agencies[source.system_id])}
    known = schedules.all_schedules(connection)
    windows = (next_window(one, zone, now) for one in known if one.source_id in seen and not one.held)
    return min((window.opens for window in windows if window), default=None)
