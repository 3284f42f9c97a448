"""The records that drafts rest on, named alike wherever they are, and which activities a report is about."""

from collections.abc import Iterable, Iterator, Sequence

from catalog.model.designations import HOLDING, Designation, DesignationState
from catalog.model.parties import PARTY_TEXT, Party, PartyKind
from catalog.model.register import Activity, Classification, Protocol, Verb
from catalog.model.report_facts import ActivityFact, Facts
from catalog.model.report_items import Source, SourceKind

#: Whoever deals with an agency for themselves may stand on record by name: reports name none of these. With how each
#: reads in a sentence.
UNNAMED: dict[PartyKind, str] = {
    PartyKind.INDIVIDUAL: "the individuals themselves",
    PartyKind.FOIL_REQUESTER: "a media or records requester",
}
#: Where somebody has said yes or no; what only waits says nothing of an activity.
_SPOKEN = HOLDING | {
    DesignationState.DECLINED,
    DesignationState.DENIED,
    DesignationState.EXPIRED,
    DesignationState.REVOKED,
    DesignationState.SUPERSEDED,
}


def of_activity(facts: Facts, fact: ActivityFact) -> Source:
    """An activity as what an item rests on."""
    return facts.source(SourceKind.ACTIVITY, fact.line.view.activity.id, named(fact.line.view.activity))


def of_party(facts: Facts, fact: ActivityFact) -> tuple[Source, ...]:
    """From or to whom an activity is, where that is recorded."""
    party = fact.line.view.party
    return (of_body(facts, party),) if party else ()


def of_body(facts: Facts, party: Party) -> Source:
    """A party as what an item rests on."""
    return facts.source(SourceKind.PARTY, party.id, called(party))


def of_protocols(facts: Facts, protocols: Iterable[Protocol]) -> tuple[Source, ...]:
    """Protocols as what an item rests on."""
    return tuple(facts.source(SourceKind.PROTOCOL, one.id, one.title) for one in protocols)


def of_approvals(facts: Facts, fact: ActivityFact) -> tuple[Source, ...]:
    """The approvals of an activity that somebody gave, refused or ended, with their signatures."""
    label = f"Approval of {named(fact.line.view.activity)}"
    return tuple(facts.source(SourceKind.DESIGNATION, one.id, label) for one in spoken(fact))


def spoken(fact: ActivityFact) -> tuple[Designation, ...]:
    """The approvals of an activity on which somebody has said yes or no, latest first."""
    found = (one for one, _ in fact.designations if one.state in _SPOKEN)
    return tuple(sorted(found, key=lambda one: -one.id))


def called(party: Party) -> str:
    """What a report calls a party: its name, or what it is where a name may be a person's own."""
    return PARTY_TEXT[party.kind] if party.kind in UNNAMED else party.name


def called_in_words(party: Party) -> str:
    """The same within a sentence."""
    return UNNAMED.get(party.kind, party.name)


def named(activity: Activity) -> str:
    """An activity by its number and title."""
    return f"{activity.reference} {activity.title}".strip()


def key_of(activity: Activity) -> str:
    """The part of an item's key that names an activity."""
    return f"activity:{activity.id}"


def once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Each record once, in the order in which they are first named."""
    return tuple({(one.kind, one.id): one for one in sources}.values())


def identifying(facts: Facts) -> Iterator[ActivityFact]:
    """The activities that involve anybody's information: those that handle counts alone are none of the report's."""
    for fact in facts.activities:
        if fact.line.view.activity.classification is not Classification.NOT_IDENTIFYING:
            yield fact


def going_on(facts: Facts) -> Sequence[ActivityFact]:
    """Those of them that take place in the period; what was collected before it may only be kept in it."""

    def takes_place(activity: Activity) -> bool:
        return activity.ended_on is None or activity.ended_on >= facts.period_from

    return [fact for fact in identifying(facts) if takes_place(fact.line.view.activity)]


def collections(facts: Facts) -> Iterator[ActivityFact]:
    """The collections that take place in the period."""
    return (fact for fact in going_on(facts) if fact.line.view.activity.verb is Verb.COLLECTION)


def disclosures(facts: Facts) -> Iterator[ActivityFact]:
    """The disclosures that take place in the period."""
    return (fact for fact in going_on(facts) if fact.line.view.activity.verb is Verb.DISCLOSURE)
