"""The types of identifying information that an agency collects, keeps and discloses (§23-1205(a)(1)(a)).

Ticks rest on what people declared, on systems that nobody can scan, and on findings that people confirmed. What scans
alone suggest ticks nothing.
"""

from collections.abc import Iterator
from dataclasses import replace

from catalog.model.identifiers import Origin
from catalog.model.reconciliation import Presence
from catalog.model.report_drafts_sources import going_on, identifying, of_activity, once
from catalog.model.report_drafts_words import counted, listed, sentences
from catalog.model.report_facts import ActivityFact, Facts, TypeFact
from catalog.model.report_form import Element
from catalog.model.report_items import Item, Source, SourceKind

#: The cells of a type's line.
COLLECTED, RETAINED, DISCLOSED = "Collected", "Retained", "Disclosed"
DATASETS, SYSTEMS = "Datasets", "Systems that cannot be scanned"
YES, NO = "Yes", "No"
#: The ticks of a line, and what each says that the agency does.
_VERBS = {COLLECTED: "collects", RETAINED: "keeps", DISCLOSED: "discloses"}

DECLARED_AND_FOUND = "Declared and found"
NOT_FOUND = "Declared, not found"
CANNOT_TELL = "Declared, scans cannot tell"
DECLARED_SUGGESTED = "Declared, suggested by scans, nobody has confirmed it"
NOT_DECLARED = "Found, not declared"
SUGGESTED = "Suggested by scans, nobody has confirmed it"
NO_LONGER = "In the last report, not now"
_SUSPECTED = frozenset({SUGGESTED, DECLARED_SUGGESTED})
_UNTOLD = "scans cannot tell whether it is held"
_UNDECIDED = "Scans suggest this, and nobody has confirmed or rejected it."
#: The types on which a person decides before a report is signed: those that the law or the CPO lists.
_ASKED = frozenset({Origin.LAW, Origin.CPO})


def types(facts: Facts) -> Iterator[Item]:
    """A line for each type that is declared, confirmed or suggested in the agency, group by group."""
    groups = list(dict.fromkeys(fact.type.report_group for fact in facts.types))
    own = {fact.line.view.activity.id: fact for fact in identifying(facts)}
    now = {one.line.view.activity.id for one in going_on(facts)}
    for fact in sorted(facts.types, key=lambda one: groups.index(one.type.report_group)):
        yield _item(facts, fact, own, now)


def told(presence: Presence) -> Presence:
    """What a report tells of what scans found. Where they found nothing and cannot say that there is nothing, it tells
    no reason: that not everything was looked at, or that they may miss it, may change every night.
    """
    return Presence.NOT_LOOKED_EVERYWHERE if presence is Presence.MAY_BE_MISSED else presence


def is_undecided(item: Item) -> bool:
    """Whether a person decides in review what the line says of the data, or explains why nobody can."""
    return item.needs_reason.startswith(_UNDECIDED)


def compared(item: Item, last: tuple[tuple[str, str], ...]) -> Item:
    """The line of a type beside its cells in the last report: of each tick that is gone the officer has to say why."""
    gone = [verb for name, verb in _VERBS.items() if (name, YES) in last and (name, NO) in item.fields]
    if not gone:
        return item
    why = f"The last report says that the agency {listed(gone)} this. Nothing on record says so now."
    return replace(item, needs_reason=sentences(item.needs_reason, why))


def gone_item(
    key: str, label: str, fields: tuple[tuple[str, str], ...], group: str, sources: tuple[Source, ...]
) -> Item:
    """The line of a type that the last report ticked and nothing speaks for now; the officer has to say why.

    Parameters:
        fields: the cells of the last report.
        group: the heading it stood under there.
        sources: the last report.
    """
    return Item(
        key=key,
        element=Element.TYPES,
        label=label,
        fields=tuple((name, NO) for name, _ in fields if name in _VERBS),
        text="",
        sources=sources,
        marks=(NO_LONGER,),
        group=group,
        needs_reason="The last report says that the agency collects, keeps or discloses this. Nothing on record says"
        " so now.",
    )


def _item(facts: Facts, fact: TypeFact, own: dict[int, ActivityFact], now: set[int]) -> Item:
    declaring = [own[key] for key in (*fact.collected_by, *fact.disclosed_by) if key in own]
    mark = _mark(fact, declared=bool(declaring or fact.systems))
    group = fact.type.report_group
    return Item(
        key=f"{Element.TYPES}/{fact.type.code}",
        element=Element.TYPES,
        label=fact.type.label,
        fields=_fields(fact, own, now),
        text="",
        sources=_sources(facts, fact, declaring),
        marks=(mark,),
        group=facts.names.get(f"group:{group}", group),
        needs_reason=_reason(fact, mark),
    )


def _mark(fact: TypeFact, *, declared: bool) -> str:
    if not declared:
        return NOT_DECLARED if fact.confirmed else SUGGESTED
    if fact.confirmed:
        return DECLARED_AND_FOUND
    if fact.suggested:
        return DECLARED_SUGGESTED
    return NOT_FOUND if fact.presence is Presence.NOT_FOUND else CANNOT_TELL


def _fields(fact: TypeFact, own: dict[int, ActivityFact], now: set[int]) -> tuple[tuple[str, str], ...]:
    kept = any(_keeps(own[key]) for key in fact.collected_by if key in own)
    told = (
        (COLLECTED, YES if now & {*fact.collected_by} else NO),
        (RETAINED, YES if kept or fact.systems or fact.confirmed else NO),
        (DISCLOSED, YES if now & {*fact.disclosed_by} else NO),
        (DATASETS, _datasets(fact)),
    )
    return (*told, (SYSTEMS, f"{len(fact.systems):,}")) if fact.systems else told


def _keeps(fact: ActivityFact) -> bool:
    """Whether what a collection takes in is kept, as far as anybody says."""
    activity = fact.line.view.activity
    return bool(activity.retention.strip() or activity.retention_basis or fact.line.datasets)


def _datasets(fact: TypeFact) -> str:
    """In how many datasets people confirmed it. Of suggestions no number: it would move whatever is signed with every
    scan.
    """
    if fact.confirmed:
        return f"{fact.confirmed:,}"
    return "None confirmed, some suggested" if fact.suggested else "0"


def _sources(facts: Facts, fact: TypeFact, declaring: list[ActivityFact]) -> tuple[Source, ...]:
    held = {system.id: system for system, _ in facts.systems}
    systems = (facts.source(SourceKind.SYSTEM, key, held[key].name) for key in fact.systems)
    return once(
        (
            facts.source(SourceKind.TYPE, fact.type.code, _found(fact)),
            *(of_activity(facts, one) for one in declaring),
            *systems,
        )
    )


def _found(fact: TypeFact) -> str:
    """What the data says of a type, as the name of what an item rests on: it is signed with the report, and tells
    nothing that a scan moves which finds the same again.
    """
    if fact.confirmed:
        return f"{fact.type.label}: confirmed in {counted(fact.confirmed, 'dataset')}"
    if fact.suggested:
        return f"{fact.type.label}: suggested, not confirmed"
    is_absent = fact.presence is Presence.NOT_FOUND
    return f"{fact.type.label}: {'looked for everywhere and not found' if is_absent else _UNTOLD}"


def _reason(fact: TypeFact, mark: str) -> str:
    """Why a person has to explain what is said of a type; without counts, so that an explanation holds while they
    move.
    """
    if mark == NOT_DECLARED:
        return "People confirmed this in the data, but no collection, disclosure or system on record names it."
    if mark == NOT_FOUND:
        return "This is declared, but was found in none of the agency's datasets, though all of them were looked at."
    if mark in _SUSPECTED and fact.type.origin in _ASKED:
        return _UNDECIDED
    return ""
