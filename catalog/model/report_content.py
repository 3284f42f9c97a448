"""The content of a report: what is signed, and from which every rendition is made again bit for bit.

The public version is made from it before anything is rendered, so that no rendition can tell what is withheld.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from catalog.model.cycles import Cycle
from catalog.model.days import day_words
from catalog.model.report_answers import Answer, Origin, Since
from catalog.model.report_entries import WithholdReason
from catalog.model.report_facts import Facts, PersonFact
from catalog.model.report_form import Element
from catalog.model.report_items import Source, SourceKind
from catalog.model.report_said import ReportContent, SaidChange, SaidItem, SaidSignature, SaidSource

__all__ = [
    "SCHEMA",
    "ReportContent",
    "SaidChange",
    "SaidItem",
    "SaidSignature",
    "SaidSource",
    "content",
    "header",
    "public",
]

#: The schema of the content; what reads another has to know it.
SCHEMA = 1


def content(
    cycle: Cycle,
    facts: Facts,
    answers: Sequence[Answer],
    *,
    form_edition: str,
    last: ReportContent | None,
    preparer: PersonFact | None,
) -> ReportContent:
    """The report as it would be signed now.

    Parameters:
        answers: all of them, in the order of the report.
        form_edition: the edition of the form that the city uses.
        last: the agency's last report.
        preparer: who made the report ready; None where nobody said anything yet.
    """
    return ReportContent(
        schema=SCHEMA,
        form=form_edition,
        agency_id=facts.agency.id,
        agency=facts.agency.name,
        acronym=facts.agency.acronym,
        period_from=cycle.period_from,
        period_to=cycle.period_to,
        due_on=cycle.due_on,
        last_period_to=last.period_to if last else None,
        header=tuple((name, words) for name, words, _ in header(cycle, facts, preparer)),
        items=tuple(_item(one) for one in answers),
        changes=(*_changes(answers), *_gone(answers, last)),
    )


def header(cycle: Cycle, facts: Facts, preparer: PersonFact | None) -> tuple[tuple[str, str, str], ...]:
    """The head of the report, as (name, words, where it comes from); what nobody recorded is said to be so.

    It counts contracts and names none: what is withheld of them is withheld in one place alone.
    """
    agency = facts.agency
    roles, account = "Roles of the agency’s people", "The account of who made the report ready"
    return (
        ("Agency", agency.name, "The record of the agency"),
        ("Acronym", agency.acronym, "The record of the agency"),
        ("Agency privacy officer", _people(facts.officers), roles),
        ("Agency head or designee", _people(facts.heads), roles),
        ("Prepared by", _people([preparer] if preparer else []), account),
        ("Reporting period", f"{day_words(cycle.period_from)} to {day_words(cycle.period_to)}", "The inventory cycle"),
        ("Due on", day_words(cycle.due_on), "The inventory cycle"),
        ("Date of the report", day_words(facts.today), "The day it is made"),
        ("Contracts in scope", _contracts(facts), "The agency’s contracts"),
    )


def public(full: ReportContent) -> ReportContent:
    """What of a report the public is told (§23-1205(c)).

    Of a withheld item its element, its group and the reason alone are left, and no place among the others by which it
    could be guessed. Records behind it are named nowhere, and nobody is a source. That there was a last report, on
    which all that is carried over rests, tells nothing of it.
    """
    behind: set[tuple[SourceKind, str]] = {
        (source.kind, source.id)
        for one in full.items
        if one.withheld
        for source in one.sources
        if source.kind is not SourceKind.LAST_REPORT
    }
    told = [_told(one, behind) for one in full.items if not one.withheld]
    hidden = [one for one in full.items if one.withheld]
    return replace(
        full,
        items=tuple(_numbered(_in_order([*told, *map(_hidden, hidden)]))),
        changes=tuple(one for one in full.changes if not one.withheld),
    )


#: What the public is not told as a record: who, and each thing that happened, whose number alone would tell too much.
_UNTOLD = frozenset({SourceKind.PERSON, SourceKind.EXIGENT_EVENT, SourceKind.VIOLATION, SourceKind.REQUEST})


def _told(item: SaidItem, behind: set[tuple[SourceKind, str]]) -> SaidItem:
    """An item that is not withheld, without sources that are people or events, or stand behind what is withheld."""
    sources = (one for one in item.sources if one.kind not in _UNTOLD and (one.kind, one.id) not in behind)
    return replace(item, sources=tuple(sources))


def _hidden(item: SaidItem) -> SaidItem:
    """What is said of a withheld item."""
    return SaidItem(
        key="",
        element=item.element,
        group=item.group,
        label="Withheld",
        fields=(),
        text="",
        origin=Origin.NONE.value,
        marks=(),
        explained="",
        withheld=item.withheld,
        withheld_words="",
        sources=(),
    )


def _numbered(items: Iterable[SaidItem]) -> Iterator[SaidItem]:
    """The items, the withheld ones numbered within their elements in the order in which they are told."""
    of: dict[Element, int] = {}
    for one in items:
        if one.withheld:
            number = of[one.element] = of.get(one.element, 0) + 1
            yield replace(one, key=f"{one.element.value}/withheld:{number}")
        else:
            yield one


def _in_order(items: Sequence[SaidItem]) -> tuple[SaidItem, ...]:
    """By element, and within it by group as groups first come, what is withheld last in each."""
    order = list(Element)
    places: dict[tuple[Element, str], int] = {}
    for one in items:
        places.setdefault((one.element, one.group), len(places))
    return tuple(sorted(items, key=lambda one: (order.index(one.element), places[one.element, one.group])))


def _item(answer: Answer) -> SaidItem:
    item = answer.item
    return SaidItem(
        key=item.key,
        element=item.element,
        group=item.group,
        label=item.label,
        fields=item.fields,
        text=answer.text,
        origin=answer.origin.value,
        marks=item.marks,
        explained=answer.explained.text if answer.explained else "",
        withheld=_reason(answer),
        withheld_words=answer.withheld.text if answer.withheld else "",
        sources=_sources(item.sources),
    )


def _reason(answer: Answer) -> str:
    """Why it is withheld; where no reason was given, the one that tells least: signing asks for one first."""
    if answer.withheld is None:
        return ""
    return (answer.withheld.reason or WithholdReason.PRIVACY_LAW).value


def _sources(sources: Iterable[Source]) -> tuple[SaidSource, ...]:
    return tuple(SaidSource(one.kind, one.id, one.label) for one in sources)


def _changes(answers: Iterable[Answer]) -> Iterable[SaidChange]:
    """How the answers differ from the last report."""
    for one in answers:
        if one.since in {Since.NEW, Since.CHANGED, Since.GONE}:
            yield SaidChange(
                key=one.item.key,
                element=one.item.element,
                label=one.item.label,
                since=one.since.value,
                before=in_words(one.last_fields, one.last_text),
                after="" if one.since is Since.GONE else in_words(one.item.fields, one.text),
                explained=one.explained.text if one.explained else "",
                withheld=one.withheld is not None or bool(one.last_withheld),
            )


def gone(answers: Iterable[Answer], last: ReportContent | None) -> tuple[SaidItem, ...]:
    """What the last report said and this one does not speak of."""
    there = {one.item.key for one in answers}
    return tuple(one for one in last.items if one.key not in there) if last else ()


def in_words(fields: Iterable[tuple[str, str]], text: str) -> str:
    """What an item says in one line: its cells, then its words."""
    cells = "; ".join(f"{name}: {words}" for name, words in fields if words)
    return " ".join(part for part in (f"{cells}." if cells and text else cells, text) if part)


def _gone(answers: Iterable[Answer], last: ReportContent | None) -> Iterable[SaidChange]:
    for one in gone(answers, last):
        yield SaidChange(
            key=one.key,
            element=one.element,
            label=one.label,
            since=Since.GONE.value,
            before=in_words(one.fields, one.text),
            after="",
            explained="",
            withheld=bool(one.withheld),
        )


def _people(people: Iterable[PersonFact]) -> str:
    told = (", ".join(part for part in (one.name, one.title, one.email) if part) for one in people)
    return "; ".join(told) or "Not recorded"


def _contracts(facts: Facts) -> str:
    return f"{len(facts.contracts)}, with the party of each under contractors and subcontractors"
