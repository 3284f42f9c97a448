"""Where the law's records and the data do not add up, activity by activity: the rules of the model, applied."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from catalog.model import reconciliation as rules
from catalog.model.actors import Actor, Scope
from catalog.model.coverage import Coverage, Look
from catalog.model.decisions import Standing
from catalog.model.differences_rules import standings
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.law_views import FlowLine
from catalog.model.reconciliation import Concern, Doubt, Presence, Seen
from catalog.model.register import Activity, Verb
from catalog.services import access
from catalog.services.access import Action
from catalog.services.records import Records, reference_order
from catalog.store import differences, facets, holdings
from catalog.store.engine import Connection
from catalog.taxonomy import detection

Data = Mapping[int, Seen]
_UNFOUND = {
    Doubt.NOT_FOUND: Presence.NOT_FOUND,
    Doubt.MAY_BE_MISSED: Presence.MAY_BE_MISSED,
    Doubt.NOT_LOOKED: Presence.NOT_LOOKED_EVERYWHERE,
}


def data(
    connection: Connection,
    scope: Scope,
    known: Records,
    among: Collection[int] | None = None,
    looks: Mapping[int, Coverage] | None = None,
) -> Data:
    """What scans know of every dataset in this part of the catalog, or of these where some are named.

    Parameters:
        looks: the last look at each of them, where that was read before.
    """
    ids = facets.matching(connection, scope, (), among)
    looks = holdings.coverage_by_id(connection, ids) if looks is None else looks
    held, clues = differences.held(connection, ids)
    return {
        key: Seen(
            looks[key].look if key in looks else Look.NOT_SCANNED,
            standings(held.get(key, {})),
            clues.get(key, frozenset()),
            key in looks and rules.tells(looks[key].missed_at_most, _day(looks[key].scanned_at), known.fresh_since),
        )
        for key in ids
    }


def data_of(connection: Connection, actor: Actor, known: Records, activity_ids: Collection[int]) -> Data:
    """What scans know of the datasets behind these activities, as far as this actor may see the evidence of them."""
    behind = {key for activity_id in activity_ids for key in known.datasets.get(activity_id, ())}
    return data(connection, access.scope(actor, Action.READ_EVIDENCE), known, behind)


def flow_lines(known: Records, seen: Data, actor: Actor, ids: Iterable[int]) -> tuple[FlowLine, ...]:
    """These activities, in the order of their numbers, with what does not add up in each."""
    ordered = sorted((known.activities[key] for key in ids), key=reference_order)
    return tuple(flow_line(known, seen, actor, activity) for activity in ordered)


def flow_line(known: Records, seen: Data, actor: Actor, activity: Activity) -> FlowLine:
    """One activity with what does not add up in it, as far as this actor may know."""
    return line_of(known, seen, activity, own=is_own(actor, activity))


def line_of(known: Records, seen: Data, activity: Activity, *, own: bool) -> FlowLine:
    """One activity with what does not add up in it.

    Parameters:
        own: whether what its data says is told too.
    """
    found = _concerns(known, seen, activity, own=own)
    agreements = tuple(p for p in known.papers.get(activity.id, ()) if p.type in rules.AGREEMENTS)
    datasets = tuple(key for key in known.datasets.get(activity.id, ()) if key in seen)
    return FlowLine(known.view(activity.id), found, agreements, datasets)


def concerns(known: Records, seen: Data, actor: Actor, activity: Activity) -> tuple[Concern, ...]:
    """Everything that does not add up in an activity that goes on, gravest first. What its data says is its agency's
    alone.
    """
    return _concerns(known, seen, activity, own=is_own(actor, activity))


def _concerns(known: Records, seen: Data, activity: Activity, *, own: bool) -> tuple[Concern, ...]:
    if not rules.lives(activity, known.today):
        return ()
    found = [*_of_approval(known, activity), *_of_the_other_side(known, activity)]
    if own:
        found += [*_undeclared(known, seen, activity), *_unfound(known, seen, activity)]
    return tuple(sorted(found, key=lambda one: list(Doubt).index(one.doubt)))


def is_own(actor: Actor, activity: Activity) -> bool:
    """Whether the data behind an activity is the actor's to see."""
    return access.may(actor, Action.READ_EVIDENCE, activity.agency_id)


def undeclared_of(known: Records, seen: Data, activity: Activity) -> Mapping[int, Mapping[str, Standing]]:
    """For each dataset of an activity, the types it holds that no activity on it declares.

    Where a dataset is collected, that is its collections' fault; a disclosure may draw on a part of it.
    """
    blameless = known.collected if activity.verb is Verb.DISCLOSURE else frozenset()
    every = {
        key: rules.undeclared(seen[key].held, known.said_of[key])
        for key in known.datasets.get(activity.id, ())
        if key in seen and key not in blameless
    }
    return {key: codes for key, codes in every.items() if codes}


def presence_of(known: Records, seen: Data, activity: Activity) -> Mapping[str, Presence]:
    """What the data of an activity says of each type it declares."""
    ids = known.datasets.get(activity.id, ())
    whole = not known.systems.get(activity.id) and all(key in seen for key in ids)
    looked = [seen[key] for key in ids if key in seen]
    codes = known.types.get(activity.id, ())
    return {code: rules.presence(code, looked, detection.well_found(), all_can_be_seen=whole) for code in codes}


def other_side_of(known: Records, activity: Activity) -> Sequence[int]:
    """The activities of the other agency that are the other side of this one, seen or not."""
    return rules.other_side(activity, known.mirrors)


def partner(known: Records, activity: Activity) -> Agency | None:
    """The agency of this catalog at the other end of an activity."""
    party = known.parties[activity.party_id] if activity.party_id else None
    return known.agencies[party.agency_id] if party and party.agency_id else None


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _of_approval(known: Records, activity: Activity) -> Iterator[Concern]:
    view = known.view(activity.id)
    papers = known.papers.get(activity.id, ())
    asking = known.asking_agreement(activity)
    signed = known.approvals_of(activity)
    for doubt, day in rules.approval_doubts(activity, view.party, papers, signed, known.today, asking):
        citations = tuple(rule.citation for rule in asking) if doubt is Doubt.NO_AGREEMENT else ()
        yield Concern(doubt, on=day, citations=citations)


def _of_the_other_side(known: Records, activity: Activity) -> Iterator[Concern]:
    other = partner(known, activity)
    differ = rules.mismatch(activity, known.types, known.mirrors) if other else None
    if differ is None:
        return
    if differ.unanswered:
        yield Concern(Doubt.NOT_MIRRORED, agency=other)
        return
    only_here, only_there = (_named(known, codes) for codes in (differ.only_here, differ.only_there))
    yield Concern(Doubt.TYPES_DIFFER, only_here, only_there, other)


def _undeclared(known: Records, seen: Data, activity: Activity) -> Iterator[Concern]:
    firmest: dict[str, Standing] = {}
    for codes in undeclared_of(known, seen, activity).values():
        for code, standing in codes.items():
            firmest[code] = standing if firmest.get(code) is not Standing.CONFIRMED else Standing.CONFIRMED
    for doubt, wanted in ((Doubt.UNDECLARED, True), (Doubt.SUSPECTED, False)):
        fitting = {code for code, standing in firmest.items() if (standing is Standing.CONFIRMED) is wanted}
        if fitting:
            yield Concern(doubt, _named(known, fitting))


def _unfound(known: Records, seen: Data, activity: Activity) -> Iterator[Concern]:
    presence = presence_of(known, seen, activity)
    for doubt, state in _UNFOUND.items():
        codes = {code for code, found in presence.items() if found is state}
        if codes:
            yield Concern(doubt, _named(known, codes))


def _named(known: Records, codes: Collection[str]) -> tuple[IdentifierType, ...]:
    """Types, gravest first."""
    return tuple(sorted((known.kinds[code] for code in codes), key=lambda kind: (-kind.tier, kind.label)))
