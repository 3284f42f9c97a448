"""The reconciliation: the table of differences between the law's records and the data, kept in step with both.

A change of either side brings its lines up to date in its own transaction (:func:`touch`); :func:`run` does so for
everything, for what only the passing of days moves. People's words on a line are kept apart: see
:mod:`catalog.services.resolutions`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from time import monotonic

from catalog.model import differences_rules
from catalog.model.actors import Actor, Scope
from catalog.model.decisions import LIKELY, Standing
from catalog.model.difference_views import (
    DifferenceLine,
    DifferencePage,
    DifferencesPage,
    Gravest,
    Reconciled,
    Said,
    TallyLine,
)
from catalog.model.differences import MATCH_TEXT, STATE_TEXT, Difference, Match, Resolution, State
from catalog.model.differences_rules import Facts
from catalog.model.identifiers import Tier
from catalog.model.policy_rules import PolicyRule
from catalog.model.views import Facet, FacetValue, TagView
from catalog.services import access, columns, difference_lines, difference_steps, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.filtering import Chosen
from catalog.services.records import Records
from catalog.store import audit, differences, law, people, register
from catalog.store import difference_pages as pages
from catalog.store.differences import Kept
from catalog.store.engine import Connection
from catalog.taxonomy import detection

#: Lines on one page.
PER_PAGE = 50
_TITLES = {
    "match": "What does not add up",
    "state": "State",
    "agency": "Agency",
    "programme": "Program",
    "type": "Identifier type",
    "tier": "Sensitivity",
    "standing": "Confirmed or suggested",
    "dataset": "Dataset",
    "activity": "Collection or disclosure",
}
#: What pages of single things filter by: as many values as there are things, so that only those chosen are named.
_BY_NUMBER = frozenset({"dataset", "activity"})
_DIGITS = 12
FACETS = tuple(_TITLES)
SORTS = tuple(pages.ORDERS)
_ALL = tuple(field.name for field in fields(Difference) if field.name != "id")
_NUMBERS = ("columns", "bound", "rank")
#: From how many new lines on the database counts them anew, and then at each time there are as many times more.
_MANY, _AS_MANY = 1_000, 2
_NOTHING = Reconciled(0, 0, 0, 0, 0.0)


def run(actor: Actor, catalog: Catalog) -> Reconciled:
    """Reconcile everything, agency by agency: each waits for nobody longer than one takes.

    It writes no entry in the audit log: nothing is decided here, and all of it follows from what is on record.
    """
    access.require(actor, Action.RUN_SCANS)
    began = monotonic()
    with catalog.reading() as connection:
        agency_ids = [agency.id for agency in register.all_agencies(connection)]
    found, counted = _NOTHING, 0
    for agency_id in agency_ids:
        found = _sum(found, _of_agency(catalog, agency_id))
        if found.new > _AS_MANY * max(counted, _MANY):
            catalog.note(differences.many_are_new)
            counted = found.new
    return replace(found, seconds=monotonic() - began)


def touch(
    change: Change,
    catalog: Catalog,
    *,
    dataset_ids: Collection[int] = (),
    activity_ids: Collection[int] = (),
    protocol_ids: Collection[int] = (),
    party_ids: Collection[int] = (),
    policies: bool = False,
) -> None:
    """Bring the lines up to date that a change may have moved, after it has written what it writes; of many changes
    that happen together, once at their end.

    Afterwards the table is what :func:`run` would make of it. An activity can be what declares a type for all data of
    its agency, and the other side of a flow: all of its agency's lines are looked at again. What the policies ask for
    moves what is said of routine activities alone.
    """
    kinds = {"dataset": dataset_ids, "activity": activity_ids, "protocol": protocol_ids, "party": party_ids}
    things = {(kind, key) for kind, keys in kinds.items() for key in keys} | ({("policies", 0)} if policies else set())
    if things and not catalog.postpone(_touched, things):
        _touched(catalog, change.connection, change.at, things)


def _touched(catalog: Catalog, connection: Connection, at: datetime, things: Collection[tuple[str, int]]) -> None:
    audit.alone(connection)
    of: dict[str, set[int]] = {kind: set() for kind in ("dataset", "activity", "protocol", "party", "policies")}
    for kind, key in things:
        of[kind].add(key)
    of_datasets, of_activities = of["dataset"], of["activity"]
    if of["protocol"] or of["party"]:
        of_activities.update(differences.activities_under(connection, of["protocol"], of["party"]))
    if of_activities:
        agency_ids = differences.agencies_of(connection, of_activities)
        of_activities.update(differences.activities_between(connection, agency_ids))
        of_datasets.update(differences.datasets_in(connection, agency_ids))
    of_activities.update(differences.activities_on(connection, of_datasets))
    _renew(connection, catalog, at, of_datasets, of_activities)
    if of["policies"]:
        _renew(connection, catalog, at, (), differences.routine(connection))


def find(
    actor: Actor,
    catalog: Catalog,
    chosen: Chosen | None = None,
    text: str = "",
    *,
    sort: str = "rank",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> DifferencesPage:
    """The lines of this actor's agencies that pass the filters; where paper and data agree only if that is asked for.

    Parameters:
        chosen: facet values by facet key; values of one facet are alternatives, facets add up.
        text: words that all have to stand in the name of a line's dataset, activity or type.
    """
    access.require(actor, Action.READ_EVIDENCE)
    scope, wanted = access.scope(actor, Action.READ_EVIDENCE), dict(chosen or {})
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        stand = pages.states(connection, scope, known.today)
        where = pages.fitting(scope, stand, wanted, text)
        total = pages.count(connection, where)
        number = max(1, min(page, -(-total // per_page)))
        order = pages.ORDERS.get(sort, pages.ORDERS["rank"])
        found = pages.page(connection, where, order, (number - 1) * per_page, per_page)
        not_looked, datasets = difference_lines.unseen(connection, actor, wanted.get("agency", ()))
        waiting = pages.fitting(scope, stand, wanted, text, but="state")
        both = pages.fitting(scope, stand, {**wanted, "match": [Match.AGREED.value]}, text, but="state")
        return DifferencesPage(
            lines=difference_lines.lines_of(connection, catalog, actor, known, found),
            total=total,
            known=pages.count(connection, pages.fitting(scope, stand, {})),
            page=number,
            pages=max(1, -(-total // per_page)),
            facets=tuple(_facets(connection, known, scope, stand, wanted, text)),
            counts={State(name): many for name, many in pages.facet(connection, stand, "state", waiting)},
            agreed=pages.count(connection, both),
            not_looked=not_looked,
            datasets=datasets,
        )


def gravest(actor: Actor, catalog: Catalog, chosen: Chosen, most: int) -> Gravest:
    """The first lines that pass the filters, as :func:`find` finds them, and nothing to filter further by.

    Parameters:
        chosen: as for :func:`find`.
    """
    access.require(actor, Action.READ_EVIDENCE)
    scope = access.scope(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        where = pages.fitting(scope, pages.states(connection, scope, known.today), chosen)
        found = pages.page(connection, where, pages.ORDERS["rank"], 0, most)
        lines = difference_lines.lines_of(connection, catalog, actor, known, found)
        return Gravest(lines, pages.count(connection, where))


def one(actor: Actor, catalog: Catalog, difference_id: int) -> DifferencePage:
    """Everything about one line.

    Raises:
        NotFound: when there is no such line that the actor may see.
    """
    access.require(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        found = differences.one(connection, difference_id)
        if found is None or not access.may(actor, Action.READ_EVIDENCE, found.agency_id):
            raise access.nothing_here()
        known = records.visible(connection, catalog, actor)
        (line,) = difference_lines.lines_of(connection, catalog, actor, known, [found])
        said = differences.resolutions_of(connection, [found]).get(found.key, [])
        held = columns.column_views(connection, catalog, found.dataset_id) if found.dataset_id else ()
        return DifferencePage(
            line=line,
            columns=tuple(view for view in held if any(_counts(tag, found.type_code) for tag in view.tags)),
            history=tuple(_said(connection, each, line) for each in reversed(said)),
            picture=difference_lines.picture(known.kinds, found),
            steps=difference_steps.steps_of(connection, catalog, actor, known, line),
        )


def tally(actor: Actor, catalog: Catalog, by: str) -> tuple[TallyLine, ...]:
    """How many lines of each match there are, what waits for a person first.

    Parameters:
        by: ``agency``, ``programme``, ``dataset`` or ``activity``.
    """
    access.require(actor, Action.READ_EVIDENCE)
    scope = access.scope(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        stand = pages.states(connection, scope, known.today)
        found: dict[str, TallyLine] = {}
        for key, match, many, waits, top in pages.tally(connection, scope, stand, by):
            old = found.get(key, TallyLine(key, "", {}, 0, 0.0))
            found[key] = TallyLine(key, "", {**old.counts, match: many}, old.open + waits, max(old.rank, top))
        names = _names(connection, known, scope, by, found)
    told = [replace(line, name=names[key]) for key, line in found.items() if key in names]
    return tuple(sorted(told, key=lambda line: (-line.open, -line.rank, line.name.casefold())))


def _facets(
    connection: Connection, known: Records, scope: Scope, stand: pages.States, wanted: Chosen, text: str
) -> Iterator[Facet]:
    for key, title in _TITLES.items():
        picked = wanted.get(key, ())
        if key in _BY_NUMBER and not picked:
            continue
        where = pages.fitting(scope, stand, wanted, text, but=key, agreed=key == "match")
        counts = dict.fromkeys(picked, 0) | dict(pages.facet(connection, stand, key, where))
        shown = picked if key in _BY_NUMBER else counts
        names = _names(connection, known, scope, key, shown)
        yield Facet(
            key,
            title,
            tuple(FacetValue(value, names.get(value, value), counts[value], value in picked) for value in shown),
        )


def _names(
    connection: Connection, known: Records, scope: Scope, key: str, values: Collection[str]
) -> Mapping[str, str]:
    """What the values of a dimension are called."""
    if key in _BY_NUMBER:
        numbers = [value for value in values if value.isdecimal() and len(value) <= _DIGITS]
        return pages.names_of(connection, scope, key, numbers)
    named: Mapping[str, Mapping[str, str]] = {
        "match": {one.value: text for one, text in MATCH_TEXT.items()},
        "state": {one.value: text for one, text in STATE_TEXT.items()},
        "standing": {"confirmed": "Confirmed", "suggested": "Suggested"},
        "tier": {str(tier.value): tier.label for tier in Tier},
        "agency": {one.id: one.name for one in known.agencies.values() if scope.holds(one.id)},
        "programme": {one.code: one.title for one in known.programmes.values()},
        "type": {code: kind.label for code, kind in known.kinds.items()},
    }
    return named[key]


def _counts(tag: TagView, code: str | None) -> bool:
    """Whether a tag is one of those a line counts: of its type, and neither a mere clue nor rejected."""
    if tag.type.code != code or tag.standing is Standing.REJECTED:
        return False
    return tag.standing is not Standing.SUGGESTED or (tag.strength or 0.0) >= LIKELY


def _said(connection: Connection, each: Resolution, line: DifferenceLine) -> Said:
    asked = people.name_of(connection, each.asked_id) if each.asked_id else ""
    holds = each == line.resolution and line.state in {State.ASKED, State.RESOLVED}
    return Said(each, people.name_of(connection, each.person_id), asked, holds)


def _of_agency(catalog: Catalog, agency_id: str) -> Reconciled:
    done = _NOTHING

    def write(connection: Connection) -> None:
        nonlocal done
        audit.alone(connection)
        own = set(differences.datasets_in(connection, [agency_id]))
        done = _renew(connection, catalog, catalog.clock.now(), own, differences.activities_in(connection, agency_id))

    catalog.note(write)
    return done


def _renew(
    connection: Connection,
    catalog: Catalog,
    at: datetime,
    dataset_ids: Collection[int],
    activity_ids: Collection[int],
) -> Reconciled:
    """Work out the lines of these datasets and activities, and write those that differ from what is kept."""
    differences.few_of_many(connection)
    facts = _facts(connection, catalog, at, dataset_ids, activity_ids)
    found = {one.key: one for one in differences_rules.differences(facts, dataset_ids, activity_ids, at)}
    kept = differences.kept(connection, dataset_ids, activity_ids)
    new = [one for key, one in found.items() if key not in kept]
    gone = [old.id for key, old in kept.items() if key not in found]
    both = [(old, replace(found[key], id=old.id)) for key, old in kept.items() if _has_moved(found.get(key), old)]
    # Since when a line stands is since what it rests on is as it is: numbers alone move nothing.
    differences.change(connection, [now for old, now in both if now.facts != old.facts], _ALL)
    differences.change(connection, [now for old, now in both if now.facts == old.facts], _NUMBERS)
    differences.remove(connection, gone)
    differences.add(connection, new)
    return Reconciled(len(found), len(new), len(gone), len(both), 0.0)


def _has_moved(now: Difference | None, old: Kept) -> bool:
    return now is not None and (now.facts, now.columns, now.bound, now.rank) != (
        old.facts,
        old.columns,
        old.bound,
        old.rank,
    )


def _facts(
    connection: Connection,
    catalog: Catalog,
    at: datetime,
    dataset_ids: Collection[int],
    activity_ids: Collection[int],
) -> Facts:
    on_them = differences.activities_on(connection, dataset_ids)
    activities = differences.activity_facts(connection, {*activity_ids, *on_them})
    behind = {
        key for activity_id in activity_ids if activity_id in activities for key in activities[activity_id].datasets
    }
    datasets = differences.dataset_facts(connection, {*dataset_ids, *behind})
    flows = {one.activity.mirror_of_id or key for key, one in activities.items()}
    mirrors = differences.mirrors_of(connection, flows)
    sides = {*mirrors, *(key for keys in mirrors.values() for key in keys)}
    return Facts(
        today=at.date(),
        stale_after=timedelta(days=catalog.settings.stale_days),
        tiers={code: kind.tier for code, kind in catalog.taxonomy.types.items()},
        datasets=datasets,
        activities=activities,
        types=differences.types_of(connection, {*activities, *sides}),
        mirrors=mirrors,
        declared=differences.declared_in(connection, {one.agency_id for one in datasets.values()}, at.date()),
        policies=law.every(connection, PolicyRule),
        well_found=detection.well_found(),
        measured=detection.measured(),
    )


def _sum(one: Reconciled, other: Reconciled) -> Reconciled:
    return Reconciled(
        differences=one.differences + other.differences,
        new=one.new + other.new,
        gone=one.gone + other.gone,
        moved=one.moved + other.moved,
        seconds=0.0,
    )
