"""What the law's records say against what scans found, and against each other: pure rules, one finding each.

Suggested and confirmed stay apart everywhere: a difference a person has confirmed is not one a machine suspects.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from catalog.model.coverage import Look
from catalog.model.decisions import Standing
from catalog.model.designations import Designation, DesignationState
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule, RuleKind, fits, of_kind
from catalog.model.register import Activity, Classification, Protocol, ProtocolClass, ProtocolType, Verb

#: What takes place without an approval under chapter 12 (§23-1202(b)(2), (c)(2), (d)), or outside it.
_NO_APPROVAL = frozenset(
    {
        Classification.EXIGENT,
        Classification.EXEMPT_POLICE,
        Classification.EXEMPT_WELFARE,
        Classification.OTHER_LAW,
        Classification.NOT_IDENTIFYING,
    }
)
ROUTINE = frozenset({Classification.ROUTINE_AGENCY, Classification.ROUTINE_INTERAGENCY})
_APPROVED = frozenset({DesignationState.ACTIVE, DesignationState.REVIEW_DUE, DesignationState.AMENDING})
_PAST = frozenset(
    {
        DesignationState.EXPIRED,
        DesignationState.REVOKED,
        DesignationState.SUSPENDED,
        DesignationState.SUPERSEDED,
    }
)
#: Where nobody has said yes or no: such a paper speaks neither for an activity nor against it.
_WAITING = frozenset(
    {
        DesignationState.DRAFT,
        DesignationState.SUBMITTED,
        DesignationState.RETURNED,
        DesignationState.PENDING_COUNTERPART,
        DesignationState.PENDING_REVIEW,
        DesignationState.REFERRED_TO_CPO,
        DesignationState.WITHDRAWN,
    }
)
#: Agreements on what a party may do with what it is given (§23-1203(3), (4), (7)).
AGREEMENTS = frozenset(
    {
        ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT,
        ProtocolType.DATA_SHARING_AGREEMENT,
        ProtocolType.CONTRACT_RIDER,
        ProtocolType.RESEARCH_AGREEMENT,
    }
)

T = TypeVar("T")


class Force(StrEnum):
    """Where a protocol is in its life on a day."""

    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    REVIEW_OVERDUE = "review_overdue"
    EXPIRED = "expired"


FORCE_TEXT: dict[Force, str] = {
    Force.NOT_YET: "Not yet in effect",
    Force.IN_FORCE: "In force",
    Force.REVIEW_OVERDUE: "In force, review overdue",
    Force.EXPIRED: "Expired",
}


class Approval(StrEnum):
    """Whether an activity is approved on a day."""

    IN_FORCE = "in_force"
    LAPSED = "lapsed"
    NONE = "none"
    NOT_NEEDED = "not_needed"


class Presence(StrEnum):
    """What the data says of a type that an activity declares."""

    CONFIRMED = "confirmed"
    SUGGESTED = "suggested"
    NOT_FOUND = "not_found"
    MAY_BE_MISSED = "may_be_missed"
    NOT_LOOKED_EVERYWHERE = "not_looked_everywhere"


class Doubt(StrEnum):
    """Kinds of what does not add up, gravest first; :data:`OPEN` ones rest on scans alone: they wait for
    somebody to decide or to look.
    """

    LAPSED = "lapsed"
    NO_APPROVAL = "no_approval"
    NO_AGREEMENT = "no_agreement"
    UNDECLARED = "undeclared"
    NOT_MIRRORED = "not_mirrored"
    TYPES_DIFFER = "types_differ"
    NOT_FOUND = "not_found"
    SUSPECTED = "suspected"
    MAY_BE_MISSED = "may_be_missed"
    NOT_LOOKED = "not_looked"


DOUBT_TEXT: dict[Doubt, str] = {
    Doubt.LAPSED: "Approval lapsed",
    Doubt.NO_APPROVAL: "No approval in force",
    Doubt.NO_AGREEMENT: "No agreement with a third party",
    Doubt.UNDECLARED: "Confirmed, but not declared",
    Doubt.NOT_MIRRORED: "Other agency records nothing",
    Doubt.TYPES_DIFFER: "Other agency records other types",
    Doubt.SUSPECTED: "Suggested, but not declared",
    Doubt.NOT_FOUND: "Declared, but not found",
    Doubt.MAY_BE_MISSED: "Declared, scans may miss it",
    Doubt.NOT_LOOKED: "Declared, not looked at everywhere",
}
#: What only says that scans cannot tell: nobody has to decide anything.
UNTOLD = frozenset({Doubt.MAY_BE_MISSED, Doubt.NOT_LOOKED})
OPEN = frozenset({Doubt.NOT_FOUND, Doubt.SUSPECTED, *UNTOLD})


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that does not add up in one activity.

    Parameters:
        types: the types it is about; ``others`` those that only the other side of the flow records.
        agency: the other side of the flow.
        on: the day an approval ended.
        citations: where the policies say that an agreement is needed though it is routine.
    """

    doubt: Doubt
    types: tuple[IdentifierType, ...] = ()
    others: tuple[IdentifierType, ...] = ()
    agency: Agency | None = None
    on: date | None = None
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One dataset as a rule sees it: the look at it, the types it holds by their firmest standing, and the types for
    which something speaks, too weakly to suggest them; ``tells`` whether finding nothing says something.
    """

    look: Look
    held: Mapping[str, Standing]
    clues: Collection[str] = frozenset()
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Mirror:
    """How two sides of a flow differ: types only one records; ``unanswered`` where the other records nothing of it."""

    only_here: frozenset[str]
    only_there: frozenset[str]
    unanswered: bool = False


def lives(activity: Activity, on: date) -> bool:
    """Whether an activity goes on on a day: it has begun, and its last day has not passed."""
    begun = activity.started_on is None or activity.started_on <= on
    return begun and (activity.ended_on is None or activity.ended_on >= on)


def declares(activity: Activity, on: date) -> bool:
    """Whether what an activity declares covers what is found on a day: while it lives, and once a collection has ended,
    where it says how long or why what was collected is kept.
    """
    ended = activity.ended_on is not None and activity.ended_on < on
    kept = activity.verb is Verb.COLLECTION and bool(activity.retention.strip() or activity.retention_basis)
    return lives(activity, on) or (ended and kept)


def ended_on(protocols: Iterable[Protocol], designations: Iterable[Designation], on: date) -> date | None:
    """The last day that something permitted an activity whose approval has lapsed; None where no paper says. What was
    never given permitted nothing.
    """
    papers = [p.expires_on for p in protocols if p.type.protocol_class is ProtocolClass.AUTHORITY]
    given = [each.expires_on for each in designations if each.state in _APPROVED | _PAST]
    ends = [end for end in (*papers, *given) if end is not None and end < on]
    return max(ends, default=None)


def is_mirrored(classification: Classification) -> bool:
    """Whether the other agency has to record its side: not of what is no flow, or happens without approval."""
    return classification not in _NO_APPROVAL - {Classification.OTHER_LAW}


def force(protocol: Protocol, on: date) -> Force:
    """Where a protocol is in its life; an overdue review alone does not end it."""
    if protocol.expires_on is not None and protocol.expires_on < on:
        return Force.EXPIRED
    if protocol.effective_on > on:
        return Force.NOT_YET
    overdue = protocol.review_due_on is not None and protocol.review_due_on < on
    return Force.REVIEW_OVERDUE if overdue else Force.IN_FORCE


def in_force(protocol: Protocol, on: date) -> bool:
    """Whether a protocol binds or permits on that day."""
    return force(protocol, on) in {Force.IN_FORCE, Force.REVIEW_OVERDUE}


def approval(
    classification: Classification, protocols: Iterable[Protocol], designations: Iterable[Designation], on: date
) -> Approval:
    """Whether an activity is approved: by an authority in force and, where approvals were given or refused here, one
    that stands. An approval given here is an authority of its own where no other is named, or it was given after the
    last of these had ended.

    Lapsed means that there was an approval and all of it is past.
    """
    if classification in _NO_APPROVAL:
        return Approval.NOT_NEEDED
    authorities = [p for p in protocols if p.type.protocol_class is ProtocolClass.AUTHORITY]
    given = [each for each in designations if each.state not in _WAITING]
    standing = [each for each in given if _stands(each, on)]
    over = [p.expires_on for p in authorities if p.expires_on is not None and force(p, on) is Force.EXPIRED]
    own = any(_is_since(each, max(over, default=None)) for each in standing)
    permits = own or any(in_force(p, on) for p in authorities)
    if permits and (standing or not given):
        return Approval.IN_FORCE
    was = bool(over) or any(_is_past(each, on) for each in given)
    return Approval.LAPSED if was else Approval.NONE


def approval_doubts(
    activity: Activity,
    party: Party | None,
    protocols: Collection[Protocol],
    designations: Collection[Designation],
    on: date,
    asking: Collection[PolicyRule] = (),
) -> Iterator[tuple[Doubt, date | None]]:
    """What does not add up in the approval of an activity that goes on, each with the day an approval ended.

    Parameters:
        asking: the rules of the policies that ask for an agreement: see :func:`asking_agreement`.
    """
    if not lives(activity, on):
        return
    found = approval(activity.classification, protocols, designations, on)
    if found is Approval.LAPSED:
        yield Doubt.LAPSED, ended_on(protocols, designations, on)
    if found is Approval.NONE:
        yield Doubt.NO_APPROVAL, None
    by_policy = bool(asking)
    if lacks_agreement(activity.verb, activity.classification, party, protocols, on, designations, by_policy=by_policy):
        yield Doubt.NO_AGREEMENT, None


def asking_agreement(
    policies: Iterable[PolicyRule], activity: Activity, party: Party | None, codes: Collection[str], on: date
) -> tuple[PolicyRule, ...]:
    """The rules of the policies that ask for an agreement though this activity is routine (§23-1203(4))."""
    if activity.classification not in ROUTINE:
        return ()
    kind = party.kind if party else None
    asking = of_kind(policies, RuleKind.ROUTINE_NEEDS_AGREEMENT)
    return tuple(rule for rule in asking if fits(rule, activity.verb, kind, codes, on))


def _stands(designation: Designation, on: date) -> bool:
    ended = designation.expires_on is not None and designation.expires_on < on
    return designation.state in _APPROVED and not ended


def _is_since(designation: Designation, ended: date | None) -> bool:
    return ended is None or (designation.approved_on is not None and designation.approved_on > ended)


def _is_past(designation: Designation, on: date) -> bool:
    return designation.state in _PAST or (designation.state in _APPROVED and not _stands(designation, on))


def lacks_agreement(
    verb: Verb,
    classification: Classification,
    party: Party | None,
    protocols: Iterable[Protocol],
    on: date,
    designations: Iterable[Designation] = (),
    *,
    by_policy: bool = False,
) -> bool:
    """Whether a disclosure to a third party that needs an agreement has none in force, and no approval that stands says
    why it needs none. It needs one where it is not routine (§23-1203(3)), or the policies say so (§23-1203(4)).
    """
    if verb is not Verb.DISCLOSURE or party is None or not party.is_third_party:
        return False
    routine = classification in ROUTINE
    if classification in _NO_APPROVAL or (routine and not by_policy):
        return False
    # What the policies ask for of routine disclosures knows no exception.
    if not routine and any(each.agreement_exception and _stands(each, on) for each in designations):
        return False
    return not any(p.type in AGREEMENTS and in_force(p, on) for p in protocols)


def undeclared(held: Mapping[str, Standing], declared: Sequence[Collection[str]]) -> Mapping[str, Standing]:
    """What one dataset holds and none of its activities declares; nothing where it is in no activity at all.

    Parameters:
        held: the types it holds by their firmest standing.
        declared: for each activity on it, the types that one declares.
    """
    return missing(held, declared) if declared else {}


def missing(held: Mapping[str, T], declared: Iterable[Collection[str]]) -> dict[str, T]:
    """What of the types held is among none of those declared."""
    said = {code for codes in declared for code in codes}
    return {code: standing for code, standing in held.items() if code not in said}


def tells(bound: float | None, scanned_on: date | None, fresh_since: date) -> bool:
    """Whether what a look did not find says something: it was at all rows or at some drawn at random, and is no older.

    Parameters:
        bound: the share of rows that could still hold what was not found; None where that cannot be said.
    """
    return bound is not None and scanned_on is not None and scanned_on >= fresh_since


def presence(
    code: str, datasets: Sequence[Seen], well_found: Collection[str], *, all_can_be_seen: bool = True
) -> Presence:
    """What the data of one activity says of a type it declares. That it is not found is said only of what scans are
    known to find, looked for everywhere, without the weakest clue to it.

    Parameters:
        datasets: everything the activity is joined with, as far as it can be scanned.
        well_found: the types that scans are known to find where they are.
        all_can_be_seen: False where part of it cannot be: a declared-only system, or a dataset hidden from who asks.
    """
    standings = [one.held[code] for one in datasets if code in one.held]
    if Standing.CONFIRMED in standings:
        return Presence.CONFIRMED
    if standings:
        return Presence.SUGGESTED
    whole = bool(datasets) and all(one.look is Look.SCANNED and one.tells for one in datasets)
    if not whole or not all_can_be_seen:
        return Presence.NOT_LOOKED_EVERYWHERE
    silent = not any(code in one.clues for one in datasets)
    return Presence.NOT_FOUND if silent and code in well_found else Presence.MAY_BE_MISSED


def mirror(here: Collection[str], there: Iterable[Collection[str]]) -> Mirror:
    """How a flow between agencies differs from what the other side records of it, in one or more activities."""
    other = {code for codes in there for code in codes}
    return Mirror(frozenset(here) - other, frozenset(other - set(here)))


def other_side(activity: Activity, mirrors: Mapping[int, Sequence[int]]) -> Sequence[int]:
    """The activities of the other agency that are the other side of this one.

    Parameters:
        mirrors: for each disclosure on record, the collections that are its other side.
    """
    if activity.verb is Verb.DISCLOSURE:
        return mirrors.get(activity.id, ())
    disclosed = activity.mirror_of_id
    return (disclosed,) if disclosed is not None and disclosed in mirrors else ()


def mismatch(
    activity: Activity, types: Mapping[int, Collection[str]], mirrors: Mapping[int, Sequence[int]]
) -> Mirror | None:
    """How the two sides of a flow between agencies differ, seen from this activity; None where they do not, or where
    the other agency need not record its side.

    Parameters:
        types: the types each activity declares.
        mirrors: as for :func:`other_side`.
    """
    if not is_mirrored(activity.classification) or not types.get(activity.id):
        return None
    sides = other_side(activity, mirrors)
    if not sides:
        return Mirror(frozenset(types[activity.id]), frozenset(), unanswered=True)
    here = {activity.id} if activity.verb is Verb.DISCLOSURE else set(mirrors[sides[0]])
    found = mirror({code for key in here for code in types.get(key, ())}, [types.get(key, ()) for key in sides])
    return found if found.only_here or found.only_there else None
