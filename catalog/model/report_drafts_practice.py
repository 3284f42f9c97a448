"""What an agency did: exigent events, who discloses, and what it does to collect, keep, and disclose less
(§23-1205(a)(1)(c)(3), (4), (a)(3)).
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from catalog.model.days import day_words
from catalog.model.events import ExigentEvent, ExigentState
from catalog.model.measures import MEASURE_TEXT, Measure, MeasureState
from catalog.model.reconciliation import Approval
from catalog.model.report_drafts_flows import NOT_RECORDED
from catalog.model.report_drafts_human import human
from catalog.model.report_drafts_sources import disclosures, named, of_activity, once
from catalog.model.report_drafts_words import ended, number, sentences
from catalog.model.report_facts import ActivityFact, Facts
from catalog.model.report_form import Element
from catalog.model.report_items import Item, Source, SourceKind
from catalog.model.report_sayings import is_own

_KEY = 120
_NONE, _HASHED = "(not recorded)", "named:"
#: The policies of the city tell no number of fewer than five.
_FEWEST = 5
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
            _not_exigent(found),
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
                ("Decided on", day_words(measure.decided_on) if measure.decided_on else "Not yet decided"),
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
    """How many there were; of fewer than five no number, for the report is public, and the quarterly one tells none."""
    many = "fewer than five" if 0 < len(events) < _FEWEST else number(len(events))
    what = f"{many} collections and disclosures" if events else "no collection or disclosure"
    when = f"between {day_words(facts.period_from)} and {day_words(facts.period_to)}"
    return f"The agency recorded {what} in exigent circumstances {when}."


def _told(events: Sequence[ExigentEvent]) -> str:
    if not events:
        return ""
    if any(one.cpo_notified_on is None and one.exemption is None for one in events):
        return "The Chief Privacy Officer has not been told of each of them yet."
    return "The Chief Privacy Officer was told of each that the officer has to be told of (§23-1202(d))."


def _not_exigent(found: Sequence[ExigentEvent]) -> str:
    return "What was found not to be exigent is recorded as a violation." if found else ""


def _of_events(facts: Facts, events: Sequence[ExigentEvent]) -> tuple[Source, ...]:
    """The events, and the violations that some were found to be; the agency itself where there are none."""
    known = {one.id: one for one, _ in facts.violations}
    found = [known[one.violation_id] for one in events if one.violation_id in known]
    told = (
        *((SourceKind.EXIGENT_EVENT, one.id, f"Exigent event of {day_words(one.occurred_on)}") for one in events),
        *((SourceKind.VIOLATION, one.id, f"Violation of {day_words(one.occurred_on)}") for one in found),
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
    """A division as part of a key, however long its name is; it is never taken for what an officer added, for what has
    no division, or for another division.
    """
    if not name:
        return _NONE
    taken = name == _NONE or name.startswith(_HASHED) or is_own(f"{Element.DIVISIONS}/{name}")
    return f"{_HASHED}{sha256(name.encode()).hexdigest()}" if taken or len(name) > _KEY else name


def _measure(measure: Measure, fact: ActivityFact | None) -> str:
    when = f" on {day_words(measure.decided_on)}" if measure.decided_on else ""
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
