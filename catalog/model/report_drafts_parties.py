"""With whom an agency deals: agreements, types of entities, contractors (§23-1205(a), (a)(1)(d), (a)(1)(e))."""

from collections.abc import Iterator, Sequence
from datetime import date

from catalog.model.agreements import ONWARD_TEXT, SERVICE_TEXT, ServiceClass
from catalog.model.days import day_words
from catalog.model.parties import PARTY_TEXT, Party, PartyKind
from catalog.model.reconciliation import AGREEMENTS, Force, lacks_agreement
from catalog.model.register import CLASSIFICATION_TEXT, PROTOCOL_TEXT, Activity, Protocol
from catalog.model.report_drafts_flows import NOT_RECORDED
from catalog.model.report_drafts_sources import (
    UNNAMED,
    called,
    called_in_words,
    disclosures,
    going_on,
    named,
    of_activity,
    of_approvals,
    of_body,
    of_party,
    of_protocols,
    once,
)
from catalog.model.report_drafts_words import capital, listed, number, on_ground, quoted, sentences
from catalog.model.report_facts import ActivityFact, ContractFact, Facts, ProtocolFact
from catalog.model.report_form import Element
from catalog.model.report_items import Item, Source, SourceKind
from catalog.model.requests import REQUEST_KIND_TEXT, Request, RequestKind, RequestState

_OUTCOMES: dict[RequestState, str] = {
    RequestState.APPROVED: "approved",
    RequestState.DENIED: "denied",
    RequestState.WITHDRAWN: "withdrawn",
    RequestState.RECEIVED: "not yet decided",
    RequestState.WITH_OFFICER: "not yet decided",
}


def agreements(facts: Facts) -> Iterator[Item]:
    """The agreements on present and future use, then the disclosures that lack one (§23-1205(a)(1)(d))."""
    now = going_on(facts)
    for fact in facts.protocols:
        covered = [one for one in now if _is_under(one, fact)]
        if fact.protocol.type in AGREEMENTS and (covered or _runs(facts, fact)):
            yield _agreement(facts, fact, covered)
    for one in disclosures(facts):
        if _lacks(facts, one):
            yield _lacking(facts, one)


def entities(facts: Facts) -> Iterator[Item]:
    """For each type of entity that is given information, asks for it, or is proposed for it: who, why, and how that
    furthers the purpose or mission (§23-1205(a)(1)(e)).
    """
    given = [(one, party) for one in disclosures(facts) if (party := one.line.view.party)]
    for kind in PartyKind:
        to = [one for one, party in given if party.kind is kind]
        asked = [(request, party) for request, party, _ in facts.requests if party.kind is kind]
        if to or asked:
            yield _entity(facts, kind, to, asked)


def contractors(facts: Facts) -> Iterator[Item]:
    """The contracts under which somebody holds information for the agency (§23-1205(a))."""
    for fact in facts.contracts:
        contract = fact.contract
        rider = next((one.protocol for one in facts.protocols if one.protocol.id == contract.rider_id), None)
        yield Item(
            key=f"{Element.CONTRACTORS}/contract:{contract.id}",
            element=Element.CONTRACTORS,
            label=f"{contract.number} {contract.title}".strip(),
            fields=(
                ("Contractor", called(fact.contractor)),
                ("Services", SERVICE_TEXT[contract.service_class]),
                ("Rider", rider.title if rider else "None attached"),
                ("From", day_words(contract.starts_on)),
                ("Until", day_words(contract.ends_on) if contract.ends_on else "No end on record"),
                ("Holds", _held(facts, fact)),
            ),
            text="",
            sources=once(
                (
                    facts.source(SourceKind.CONTRACT, contract.id, f"Contract {contract.number}"),
                    of_body(facts, fact.contractor),
                    *of_protocols(facts, [rider] if rider else []),
                    *(facts.source(SourceKind.SYSTEM, one.id, one.name) for one in fact.systems),
                )
            ),
            marks=_of_contract(facts, fact),
        )


def _agreement(facts: Facts, fact: ProtocolFact, covered: Sequence[ActivityFact]) -> Item:
    paper, terms = fact.protocol, fact.agreement
    others = [one for one in fact.parties if one.agency_id != facts.agency.id]
    bound = (of_body(facts, one) for one in fact.parties)
    marks = {Force.EXPIRED: ("Ended",), Force.REVIEW_OVERDUE: ("Review overdue",)}
    return Item(
        key=f"{Element.AGREEMENTS}/protocol:{paper.id}",
        element=Element.AGREEMENTS,
        label=paper.title,
        fields=(
            ("Kind", PROTOCOL_TEXT[paper.type]),
            ("With", "; ".join(called(one) for one in others) or NOT_RECORDED),
            ("From", day_words(paper.effective_on)),
            ("Until", day_words(paper.expires_on) if paper.expires_on else "No end on record"),
            ("Review due", day_words(paper.review_due_on) if paper.review_due_on else NOT_RECORDED),
            ("Covers", "; ".join(named(one.line.view.activity) for one in covered) or "Nothing on record"),
            ("Permitted uses", (terms.permitted_uses if terms else "") or NOT_RECORDED),
            ("Handing on", ONWARD_TEXT[terms.onward_disclosure] if terms else NOT_RECORDED),
        ),
        text="",
        sources=once((*of_protocols(facts, [paper]), *bound, *(of_activity(facts, one) for one in covered))),
        marks=marks.get(fact.force, ()),
    )


def _lacking(facts: Facts, fact: ActivityFact) -> Item:
    view = fact.line.view
    to = called_in_words(view.party) if view.party else ""
    why = "a disclosure to a third party that is not routine needs one (§23-1203(3))"
    if fact.asking:
        why = f"the policies ask for one ({listed([one.citation or one.title for one in fact.asking])})"
    return Item(
        key=f"{Element.AGREEMENTS}/lacking:{view.activity.id}",
        element=Element.AGREEMENTS,
        label=named(view.activity),
        fields=(
            ("Kind", "None in force"),
            ("With", called(view.party) if view.party else ""),
            ("Classification", CLASSIFICATION_TEXT[view.activity.classification]),
        ),
        text=f"No agreement on present and future use with {to} is in force.",
        sources=once(
            (
                of_activity(facts, fact),
                *of_party(facts, fact),
                *of_protocols(facts, [one for one in _papers(fact) if one.type in AGREEMENTS]),
                *of_approvals(facts, fact),
                *(facts.source(SourceKind.LAW, one.id, one.title) for one in fact.asking),
            )
        ),
        marks=("No agreement",),
        needs_reason=f"No agreement is in force, though {why}.",
    )


def _lacks(facts: Facts, fact: ActivityFact) -> bool:
    view = fact.line.view
    approvals = [one for one, _ in fact.designations]
    return lacks_agreement(
        view.activity.verb,
        view.activity.classification,
        view.party,
        _papers(fact),
        _when(facts, view.activity),
        approvals,
        by_policy=bool(fact.asking),
    )


def _when(facts: Facts, activity: Activity) -> date:
    """The day on which an activity is looked at: today, its first day where it is still to begin, its last where it
    has ended.
    """
    begun = max(facts.today, activity.started_on or facts.today)
    return min(begun, activity.ended_on or begun)


def _papers(fact: ActivityFact) -> tuple[Protocol, ...]:
    return (*fact.line.view.authorities, *fact.line.view.handling)


def _is_under(fact: ActivityFact, paper: ProtocolFact) -> bool:
    return any(one.id == paper.protocol.id for one in _papers(fact))


def _runs(facts: Facts, fact: ProtocolFact) -> bool:
    paper = fact.protocol
    return paper.effective_on <= facts.period_to and (paper.expires_on is None or paper.expires_on >= facts.period_from)


def _entity(facts: Facts, kind: PartyKind, to: Sequence[ActivityFact], asked: Sequence[tuple[Request, Party]]) -> Item:
    parties = (*(party for one in to if (party := one.line.view.party)), *(party for _, party in asked))
    names = {party.id: called(party) for party in parties if kind not in UNNAMED}
    return Item(
        key=f"{Element.ENTITIES}/{kind}",
        element=Element.ENTITIES,
        label=PARTY_TEXT[kind],
        fields=(
            ("Entities", "; ".join(names.values()) or "Not named"),
            ("Disclosures", f"{len(to):,}"),
            ("Requests in the period", capital(_asked(asked, RequestKind.REQUEST))),
            ("Proposals in the period", capital(_asked(asked, RequestKind.PROPOSAL))),
        ),
        text=_reasons(to),
        sources=_of_entity(facts, to, asked),
        marks=tuple(mark for one in to for mark in _silent(one.line.view.activity)),
    )


def _silent(activity: Activity) -> Iterator[str]:
    """What the record of a disclosure does not say of why it is made."""
    if not activity.purpose.strip():
        yield f"No purpose is recorded: {named(activity)}"
    if activity.ground is None:
        yield f"No ground is recorded: {named(activity)}"


def _of_entity(facts: Facts, to: Sequence[ActivityFact], asked: Sequence[tuple[Request, Party]]) -> tuple[Source, ...]:
    flows = (source for one in to for source in (of_activity(facts, one), *of_party(facts, one)))
    requests = (
        source
        for request, party in asked
        for source in (
            facts.source(SourceKind.REQUEST, request.id, _named(request)),
            of_body(facts, party),
        )
    )
    return once((*flows, *requests))


def _named(request: Request) -> str:
    return f"{REQUEST_KIND_TEXT[request.kind]}, received on {day_words(request.received_on)}"


def _asked(asked: Sequence[tuple[Request, Party]], kind: RequestKind) -> str:
    states = [_OUTCOMES[request.state] for request, _ in asked if request.kind is kind]
    if len(states) <= 1:
        return f"one, {states[0]}" if states else "none"
    outcomes = dict.fromkeys(_OUTCOMES.values())
    told = [f"{number(count)} {word}" for word in outcomes if (count := states.count(word))]
    return f"{number(len(states))}: {listed(told)}"


def _reasons(to: Sequence[ActivityFact]) -> str:
    """Why each disclosure is made, in the words of its record."""
    if not to:
        return "The agency makes no disclosure to them that is on record."
    return sentences(*(_reason(one) for one in to))


def _reason(fact: ActivityFact) -> str:
    activity, party = fact.line.view.activity, fact.line.view.party
    why = f": {quoted(activity.purpose)}" if activity.purpose.strip() else "."
    to = f" to {called_in_words(party)}" if party else ""
    return sentences(f"{named(activity)}, disclosed{to}{why}", on_ground("This", activity.ground))


def _held(facts: Facts, fact: ContractFact) -> str:
    held = {code for system in fact.systems for code in system.type_codes}
    labels = [one.type.label for one in facts.types if one.type.code in held]
    return "; ".join(labels) or NOT_RECORDED


def _of_contract(facts: Facts, fact: ContractFact) -> tuple[str, ...]:
    contract = fact.contract
    ended = contract.ends_on is not None and contract.ends_on < facts.today
    told = (
        ("Ended", ended),
        ("No rider attached", contract.rider_id is None),
        ("Not a contractor as §23-1201 defines it", contract.service_class is ServiceClass.OTHER),
    )
    return tuple(mark for mark, holds in told if holds)
