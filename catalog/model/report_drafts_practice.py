"""What an agency did: exigent events, who discloses, and what it does to collect, keep, and disclose less
(§23-1205(a)(1)(c)(3), (4), (a)(3)).
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from catalog.model.events import ExigentEvent, ExigentState
from catalog.model.measures import MEASURE_TEXT, Measure, MeasureState
from catalog.model.reconciliation import Approval
from catalog.model.register import Verb
from catalog.model.report_drafts_flows import NOT_RECORDED
from catalog.model.report_drafts_human import human
from catalog.model.report_drafts_sources import disclosures, named, of_activity, once
from catalog.model.report_drafts_words import capital, counted, day, ended, listed, sentences, were
from catalog.model.report_facts import ActivityFact, Facts
from catalog.model.report_form import Element
from catalog.model.report_items import Item, Source, SourceKind

_KEY = 120
NO_DIVISION = "No division is recorded"


def exigent(facts: Facts) -> Iterator[Item]:
    """How disclosures are classified, in people's words; then the exigent events of the period (§23-1202(d))."""
    yield from human(facts, Element.EXIGENT_POLICY)
    events = [one for one, _ in facts.exigent]
    found = [one for one in events if one.state is ExigentState.RECLASSIFIED]
    yield Item(
        key=f"{Element.EXIGENT_POLICY}/events",
        element=Element.EXIGENT_POLICY,
        label="Exigent events in the period",
        fields=(),
        text=sentences(
            _occurred(facts, [one for one in events if one not in found]),
            _told([one for one in events if one not in found]),
            _not_exigent(len(found)),
        ),
        sources=_of_events(facts, events),
    )


def divisions(facts: Facts) -> Iterator[Item]:
    """The divisions and categories of employees that disclose what an officer approved (§23-1205(a)(1)(c)(4))."""
    found: dict[str, list[ActivityFact]] = {}
    for fact in disclosures(facts):
        activity = fact.line.view.activity
        if fact.line.view.approval is not Approval.NOT_NEEDED:
            units = activity.divisions or ((activity.unit,) if activity.unit.strip() else ("",))
            for unit in dict.fromkeys(units):
                found.setdefault(unit, []).append(fact)
    for name in sorted(found, key=lambda one: (not one, one.casefold())):
        yield _division(facts, name, found[name])


def minimising(facts: Facts) -> Iterator[Item]:
    """The measures to collect, keep, or disclose less that were considered or decided on (§23-1205(a)(3))."""
    about = {fact.line.view.activity.id: fact for fact in facts.activities}
    for measure, _ in facts.measures:
        fact = about.get(measure.activity_id or 0)
        yield Item(
            key=f"{Element.MINIMISING}/measure:{measure.id}",
            element=Element.MINIMISING,
            label=measure.title,
            fields=(
                ("State", MEASURE_TEXT[measure.state]),
                ("Decided on", day(measure.decided_on) if measure.decided_on else "Not yet decided"),
            ),
            text=_measure(measure, fact),
            sources=once(
                (
                    facts.source(SourceKind.MEASURE, measure.id, measure.title),
                    *((of_activity(facts, fact),) if fact else ()),
                )
            ),
        )


def _occurred(facts: Facts, events: Sequence[ExigentEvent]) -> str:
    parts = [(verb, sum(one.verb is verb for one in events)) for verb in Verb]
    kinds = [counted(count, verb.value) for verb, count in parts if count] or ["no collection or disclosure"]
    when = f"between {day(facts.period_from)} and {day(facts.period_to)}"
    return f"The agency recorded {listed(kinds)} in exigent circumstances {when}."


def _told(events: Sequence[ExigentEvent]) -> str:
    told = sum(one.cpo_notified_on is not None for one in events)
    exempt = sum(one.cpo_notified_on is None and one.exemption is not None for one in events)
    waiting = len(events) - told - exempt
    if events and told == len(events):
        return f"The Chief Privacy Officer was told of {'it' if told == 1 else 'each of them'}."
    return sentences(
        f"The Chief Privacy Officer was told of {counted(told, 'of them', 'of them')}." if told else "",
        f"The officer did not have to be told of {counted(exempt, 'of them', 'of them')} (§23-1202(d))."
        if exempt
        else "",
        f"The officer has not been told of {counted(waiting, 'of them', 'of them')} yet." if waiting else "",
    )


def _not_exigent(count: int) -> str:
    if not count:
        return ""
    found = f"{capital(counted(count, 'event'))} {were(count)} found not to be exigent"
    return f"{found}, and {'is' if count == 1 else 'are'} recorded as {'a violation' if count == 1 else 'violations'}."


def _of_events(facts: Facts, events: Sequence[ExigentEvent]) -> tuple[Source, ...]:
    """The events, and the violations that some were found to be; the agency itself where there are none."""
    known = {one.id: one for one, _ in facts.violations}
    found = [known[one.violation_id] for one in events if one.violation_id in known]
    told = (
        *((SourceKind.EXIGENT_EVENT, one.id, f"Exigent event of {day(one.occurred_on)}") for one in events),
        *((SourceKind.VIOLATION, one.id, f"Violation of {day(one.occurred_on)}") for one in found),
    )
    none = (SourceKind.AGENCY, facts.agency.id, f"{facts.agency.name}: no exigent events on record")
    return once(facts.source(*each) for each in told or (none,))


def _division(facts: Facts, name: str, made: Sequence[ActivityFact]) -> Item:
    employees = dict.fromkeys(who for one in made for who in one.line.view.activity.employees)
    return Item(
        key=f"{Element.DIVISIONS}/{_key(name)}",
        element=Element.DIVISIONS,
        label=name or NO_DIVISION,
        fields=(
            ("Categories of employees", "; ".join(employees) or NOT_RECORDED),
            ("Disclosures", "; ".join(named(one.line.view.activity) for one in made)),
        ),
        text="",
        sources=once(of_activity(facts, one) for one in made),
    )


def _key(name: str) -> str:
    """A division as part of a key, however long its name is."""
    if len(name) <= _KEY:
        return name or "(not recorded)"
    return f"{name[:_KEY]}:{sha256(name.encode()).hexdigest()[:16]}"


def _measure(measure: Measure, fact: ActivityFact | None) -> str:
    when = f" on {day(measure.decided_on)}" if measure.decided_on else ""
    state = {
        MeasureState.CONSIDERED: "The agency is considering this.",
        MeasureState.IMPLEMENTED: f"The agency implemented this{when}.",
        MeasureState.NOT_TAKEN: f"The agency considered this, and decided against it{when}.",
    }[measure.state]
    return sentences(
        ended(measure.text),
        state,
        f"It is about {named(fact.line.view.activity)}." if fact else "",
        f"Before: {ended(measure.before)}" if measure.before.strip() else "",
        f"After: {ended(measure.after)}" if measure.after.strip() else "",
    )
