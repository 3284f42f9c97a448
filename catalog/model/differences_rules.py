"""From the facts of datasets and activities to the lines of the reconciliation: pure, and the only place that knows.

What each rule compares is in :mod:`catalog.model.reconciliation`; here it becomes lines, each with a key, a rank and a
digest of what it rests on.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from catalog.model import reconciliation as rules
from catalog.model.coverage import Look
from catalog.model.decisions import Standing
from catalog.model.designations import Designation
from catalog.model.differences import Difference, Match, Reason, of_dataset
from catalog.model.headcount import magnitude
from catalog.model.holdings import Magnitude
from catalog.model.identifiers import Tier
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule
from catalog.model.reconciliation import Doubt, Presence, Seen
from catalog.model.register import Activity, Protocol


@dataclass(frozen=True, slots=True)
class Hold:
    """One type in one dataset: in how many columns, confirmed in any of them, and the strength of the best finding;
    ``member`` where a person confirmed that being in the dataset tells it.
    """

    columns: int
    confirmed: bool
    strength: float
    member: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether a person confirmed it, of a column or of the dataset itself."""
        return self.confirmed or self.member


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """A dataset that is there. ``bound`` is the share of its rows that could hold what was not found, if that can be
    said; ``scanned_on`` the last day its rows were judged; ``clues`` are types for which something speaks too weakly.
    """

    id: int
    agency_id: str
    look: Look
    scanned_on: date | None
    bound: float | None
    people: Magnitude
    held: Mapping[str, Hold]
    clues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """An activity on record with what it is joined with; ``systems`` when one of these nobody can scan, ``gone`` when
    one is not there any more.
    """

    activity: Activity
    party: Party | None
    protocols: tuple[Protocol, ...]
    designations: tuple[Designation, ...]
    datasets: tuple[int, ...]
    systems: bool
    gone: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything that lines of some datasets and activities rest on.

    ``datasets`` and ``activities`` hold at least these and what they are joined with; ``types`` and ``mirrors`` (of a
    disclosure, the collections that are its other side) also those of the other sides; ``declared`` are the types of
    all activities of an agency; ``policies`` all rules of the policies. ``well_found`` are the types that scans are
    known to find where they are, ``measured`` those of which it is known how often they do.
    """

    today: date
    stale_after: timedelta
    tiers: Mapping[str, Tier]
    datasets: Mapping[int, DatasetFacts]
    activities: Mapping[int, ActivityFacts]
    types: Mapping[int, tuple[str, ...]]
    mirrors: Mapping[int, tuple[int, ...]]
    declared: Mapping[str, Collection[str]]
    policies: Sequence[PolicyRule]
    well_found: Collection[str]
    measured: Collection[str]


def standings(held: Mapping[str, Hold]) -> dict[str, Standing]:
    """The types that are held by their firmest standing."""
    sure, likely = Standing.CONFIRMED, Standing.SUGGESTED
    return {code: sure if hold.is_sure else likely for code, hold in held.items()}


def rank(tier: int, people: Magnitude, confidence: float) -> float:
    """How much a line matters: tier x people x confidence. A number of people that is not known counts least."""
    return round(tier * (1 + people) * confidence, 2)


def differences(
    facts: Facts, dataset_ids: Iterable[int], activity_ids: Iterable[int], at: datetime
) -> Iterator[Difference]:
    """The lines of these datasets and activities; those that are not there have none.

    Parameters:
        at: since when a line that is new stands.
    """
    on: dict[int, list[ActivityFacts]] = {}
    for activity in facts.activities.values():
        for dataset_id in activity.datasets:
            on.setdefault(dataset_id, []).append(activity)
    for dataset_id in dataset_ids:
        if dataset_id in facts.datasets:
            yield from _of_dataset(facts, facts.datasets[dataset_id], on.get(dataset_id, ()), at)
    for activity_id in activity_ids:
        if activity_id in facts.activities:
            yield from _of_activity(facts, facts.activities[activity_id], at)


def _of_dataset(facts: Facts, dataset: DatasetFacts, on: Sequence[ActivityFacts], at: datetime) -> Iterator[Difference]:
    living = [one.activity.id for one in on if rules.declares(one.activity, facts.today)]
    declared = {key: facts.types.get(key, ()) for key in living}
    missing = rules.missing(dataset.held, declared.values())
    elsewhere = facts.declared.get(dataset.agency_id, ())
    for code, hold in dataset.held.items():
        day, among = None, sorted(declared)
        if code not in missing:
            among = sorted(key for key, codes in declared.items() if code in codes)
            match, reason, day = _agreed(facts, dataset)
        elif code in elsewhere:
            match, reason = Match.DECLARED_ELSEWHERE, Reason.DECLARED_OF_OTHER_DATA
        else:
            match, reason = Match.UNDECLARED, Reason.NOT_AMONG_DECLARED if on else Reason.IN_NO_ACTIVITY
        tier = facts.tiers[code]
        stands = (hold.confirmed, hold.member, _band(hold.columns))
        yield Difference(
            id=0,
            key=f"{of_dataset(dataset.id)}{code}",
            agency_id=dataset.agency_id,
            match=match,
            dataset_id=dataset.id,
            activity_id=None,
            type_code=code,
            other_agency_id=None,
            types=(),
            others=(),
            confirmed=hold.confirmed,
            member=hold.member,
            columns=hold.columns,
            bound=None,
            rank=rank(tier, dataset.people, 1.0 if hold.is_sure else hold.strength),
            facts=_digest(dataset.agency_id, match, reason, day, *stands, tier, among),
            since=at,
            reason=reason,
            day=day,
        )


def _agreed(facts: Facts, dataset: DatasetFacts) -> tuple[Match, Reason, date | None]:
    """Of a type that is found and declared: whether the look that found it still says something."""
    day = dataset.scanned_on
    if day is not None and dataset.look is Look.COULD_NOT_LOOK:
        return Match.STALE, Reason.CANNOT_LOOK_ANY_MORE, day
    if day is not None and day + facts.stale_after < facts.today:
        return Match.STALE, Reason.LOOK_TOO_OLD, day
    return Match.AGREED, Reason.DECLARED_AND_FOUND, None


def _of_activity(facts: Facts, one: ActivityFacts, at: datetime) -> Iterator[Difference]:
    """The lines of an activity; none of one that has not begun or has ended."""
    if not rules.lives(one.activity, facts.today):
        return
    codes = facts.types.get(one.activity.id, ())
    behind = [facts.datasets[key] for key in one.datasets if key in facts.datasets]
    tier = max((facts.tiers[code] for code in codes), default=Tier.CONTEXTUAL)
    plain = Difference(
        id=0,
        key="",
        agency_id=one.activity.agency_id,
        match=Match.AGREED,
        dataset_id=None,
        activity_id=one.activity.id,
        type_code=None,
        other_agency_id=None,
        types=(),
        others=(),
        confirmed=True,
        columns=0,
        bound=None,
        rank=rank(tier, _people(behind), 1.0),
        facts="",
        since=at,
        reason=Reason.DECLARED_AND_FOUND,
    )
    yield from _of_approval(facts, one, plain)
    yield from _of_the_other_side(facts, one, plain)
    yield from _unfound(facts, one, behind, replace(plain, confirmed=False))


_APPROVALS: Mapping[Doubt, tuple[Match, Reason, str]] = {
    Doubt.LAPSED: (Match.PROTOCOL_EXPIRED, Reason.APPROVAL_ENDED, "approval"),
    Doubt.NO_APPROVAL: (Match.NO_PROTOCOL, Reason.NEVER_APPROVED, "approval"),
    Doubt.NO_AGREEMENT: (Match.NO_AGREEMENT, Reason.NO_AGREEMENT_IN_FORCE, "agreement"),
}


def _of_approval(facts: Facts, one: ActivityFacts, plain: Difference) -> Iterator[Difference]:
    codes = facts.types.get(one.activity.id, ())
    asking = rules.asking_agreement(facts.policies, one.activity, one.party, codes, facts.today)
    found = rules.approval_doubts(one.activity, one.party, one.protocols, one.designations, facts.today, asking)
    for doubt, day in found:
        match, reason, what = _APPROVALS[doubt]
        by_policy = asking if doubt is Doubt.NO_AGREEMENT else ()
        # Of other types, or for another purpose, it is another matter.
        of = [one.activity.classification, one.activity.party_id, one.activity.purpose, sorted(codes)]
        yield replace(
            plain,
            key=f"a:{one.activity.id}:{what}",
            match=match,
            reason=Reason.POLICY_ASKS_AGREEMENT if by_policy else reason,
            day=day,
            facts=_digest(match, day, *of, *(rule.id for rule in by_policy)),
        )


def _of_the_other_side(facts: Facts, one: ActivityFacts, plain: Difference) -> Iterator[Difference]:
    """A line for each agency whose record does not fit: the other's too where that records nothing at all."""
    other = one.party.agency_id if one.party else None
    differ = rules.mismatch(one.activity, facts.types, facts.mirrors) if other else None
    if differ is None:
        return
    reason = Reason.OTHER_RECORDS_NOTHING if differ.unanswered else Reason.OTHER_RECORDS_OTHERWISE
    here, there = tuple(sorted(differ.only_here)), tuple(sorted(differ.only_there))
    own = replace(
        plain,
        key=f"a:{one.activity.id}:mirror",
        match=Match.MIRROR_MISMATCH,
        reason=reason,
        other_agency_id=other,
        types=here,
        others=there,
        facts=_digest(Match.MIRROR_MISMATCH, reason, other, here, there),
    )
    yield own
    if differ.unanswered and other:
        yield replace(
            own,
            key=f"a:{one.activity.id}:unanswered",
            agency_id=other,
            other_agency_id=own.agency_id,
            reason=Reason.OWN_SIDE_MISSING,
            types=there,
            others=here,
        )


def _unfound(
    facts: Facts, one: ActivityFacts, behind: Sequence[DatasetFacts], plain: Difference
) -> Iterator[Difference]:
    """The declared types that the data of an activity does not show: not there, missed perhaps, or not looked for."""
    fresh_since = facts.today - facts.stale_after
    seen = [
        Seen(data.look, standings(data.held), data.clues, rules.tells(data.bound, data.scanned_on, fresh_since))
        for data in behind
    ]
    bound = max((data.bound or 0.0 for data in behind), default=None)
    ids = [dataset.id for dataset in behind]
    oldest = min((data.scanned_on for data in behind if data.scanned_on), default=None)
    people = _people(behind)
    unseen = _nowhere_to_look(one)
    for code in facts.types.get(one.activity.id, ()):
        found = rules.presence(code, seen, facts.well_found, all_can_be_seen=not one.systems)
        if found in {Presence.CONFIRMED, Presence.SUGGESTED}:
            continue
        reason = _why_unfound(facts, found, code, behind, unseen)
        match = Match.STALE if reason is Reason.LOOK_TOO_OLD else _UNFOUND[found]
        day = oldest if match is Match.STALE else None
        tier = facts.tiers[code]
        yield replace(
            plain,
            key=f"a:{plain.activity_id}:{code}",
            match=match,
            reason=reason,
            type_code=code,
            bound=bound if match is Match.NOT_FOUND else None,
            rank=rank(tier, people, 1.0),
            facts=_digest(match, reason, day, tier, ids),
            day=day,
        )


def _people(behind: Iterable[DatasetFacts]) -> Magnitude:
    """About how many the largest of these datasets is about."""
    return max((dataset.people for dataset in behind), default=Magnitude.NOT_KNOWN)


_UNFOUND: Mapping[Presence, Match] = {
    Presence.NOT_FOUND: Match.NOT_FOUND,
    Presence.MAY_BE_MISSED: Match.MAY_BE_MISSED,
    Presence.NOT_LOOKED_EVERYWHERE: Match.NOT_SCANNABLE,
}


def _why_unfound(facts: Facts, found: Presence, code: str, behind: Sequence[DatasetFacts], unseen: Reason) -> Reason:
    if found is Presence.NOT_FOUND:
        return Reason.NOWHERE_IN_ITS_DATA
    if found is Presence.NOT_LOOKED_EVERYWHERE:
        return _unlooked(behind, unseen)
    if any(code in dataset.clues for dataset in behind):
        return Reason.CLUE_TOO_WEAK
    return Reason.OFTEN_MISSED if code in facts.measured else Reason.NOT_MEASURED


def _nowhere_to_look(one: ActivityFacts) -> Reason:
    """Why there is nothing to look at, or not all of it can be."""
    if one.systems:
        return Reason.HELD_WHERE_NOBODY_LOOKS
    return Reason.DATA_GONE if one.gone else Reason.NO_DATA_NAMED


def _unlooked(behind: Sequence[DatasetFacts], unseen: Reason) -> Reason:
    """Why nobody can say whether a type is there; what can be helped comes first."""
    looks = {dataset.look for dataset in behind}
    if Look.COULD_NOT_LOOK in looks:
        return Reason.COULD_NOT_LOOK
    if Look.NOT_SCANNED in looks:
        return Reason.NOT_LOOKED_YET
    if Look.PARTLY in looks or any(dataset.bound is None for dataset in behind):
        return Reason.LOOKED_PARTLY
    # All of it was wholly looked at, so that what is left to say is how long ago.
    return Reason.LOOK_TOO_OLD if behind and unseen is not Reason.HELD_WHERE_NOBODY_LOOKS else unseen


#: How many columns, in steps that one column more seldom moves; worked out for few numbers, very often.
_band = lru_cache(magnitude)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]
