"""An agency's report as a document, whole or for the public: content and signatures in, document out, nothing else."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from catalog.documents.document import Block, BulletList, Document, KeyValues, Paragraph, Section, Table
from catalog.documents.report_words import ORIGIN_WORDS, SINCE_WORDS, TITLES, withheld_words
from catalog.model.days import day_words
from catalog.model.report_answers import Origin
from catalog.model.report_form import CITES, Element
from catalog.model.report_said import ReportContent, SaidChange, SaidItem, SaidSignature

_MOST_COLUMNS = 6
_NOTHING = "Nothing is reported here."


def of_report(content: ReportContent, signatures: Sequence[SaidSignature], *, public: bool) -> Document:
    """The document; of the public version's content with ``public``, which says so and leaves out who typed what in."""
    version = "Public version" if public else "Full version"
    period = f"{day_words(content.period_from)} to {day_words(content.period_to)}"
    return Document(
        title=f"{content.agency}: agency report on identifying information",
        subtitle=f"{version}. Period reported on: {period}.",
        language="en-US",
        on=max((each.on for each in signatures), default=content.period_to),
        subject=f"Report under §23-1205 of the Administrative Code, {period}. {version}.",
        author=content.agency,
        sections=tuple(_sections(content, signatures, version, public=public)),
    )


def _sections(
    content: ReportContent, signatures: Sequence[SaidSignature], version: str, *, public: bool
) -> Iterable[Section]:
    yield _about(content, version)
    for number, element in enumerate(Element, 1):
        items = [item for item in content.items if item.element is element]
        yield _part(number, element, items, public=public)
    yield _changes(content)
    yield _withheld([item for item in content.items if item.withheld], public=public)
    yield _signed(signatures, public=public)


def _about(content: ReportContent, version: str) -> Section:
    last = day_words(content.last_period_to) if content.last_period_to else "There is none in this catalog"
    pairs = (("Last report, up to", last), ("Version", version), ("Edition of the form", content.form))
    return Section("About this report", (KeyValues(content.header + pairs),))


def _part(number: int, element: Element, items: Sequence[SaidItem], *, public: bool) -> Section:
    heading = f"{number}. {TITLES[element]}"
    law: Block = Paragraph(f"{CITES[element]} of the Administrative Code")
    if not items:
        return Section(heading, (law, Paragraph(_NOTHING)))
    groups = [(group, list(some)) for group, some in groupby(_by_group(items), key=lambda item: item.group)]
    if len(groups) == 1 and not groups[0][0]:
        blocks, inner = _items(TITLES[element], groups[0][1], public=public)
        return Section(heading, (law, *blocks), inner)
    parts = ((group or "Other", _items(group or "Other", some, public=public)) for group, some in groups)
    return Section(heading, (law,), tuple(Section(group, *part) for group, part in parts))


def _by_group(items: Sequence[SaidItem]) -> list[SaidItem]:
    """Items of a group together, groups in the order in which they come first."""
    order = list(dict.fromkeys(item.group for item in items))
    return sorted(items, key=lambda item: order.index(item.group))


def _items(caption: str, items: Sequence[SaidItem], *, public: bool) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """A table where all that is said fits into cells, else a section for each; what is withheld in its own list."""
    hidden = [item for item in items if public and item.withheld]
    told = [item for item in items if not (public and item.withheld)]
    names = tuple(dict.fromkeys(name for item in told for name, _ in item.fields))
    blocks: tuple[Block, ...] = (BulletList(tuple(_hidden_words(item) for item in hidden)),) if hidden else ()
    if names and len(names) <= _MOST_COLUMNS and not any(item.text for item in told):
        return (_table(f"{caption} ({_count(told)})", names, told), *blocks), ()
    return blocks, tuple(_entry(item) for item in told)


def _hidden_words(item: SaidItem) -> str:
    return f"Withheld from this version: {_lower(withheld_words(item.withheld))}."


def _table(caption: str, names: tuple[str, ...], items: Sequence[SaidItem]) -> Table:
    notes = [_notes(item) for item in items]
    based = [_sources(item) for item in items]
    rows = [(item.label, *(dict(item.fields).get(name, "") for name in names)) for item in items]
    columns = ("What", *names)
    for name, cells in (("Notes", notes), ("Rests on", based)):
        if any(cells):
            columns = (*columns, name)
            rows = [(*row, cell) for row, cell in zip(rows, cells, strict=True)]
    return Table(caption, columns, tuple(rows))


def _entry(item: SaidItem) -> Section:
    blocks: list[Block] = [KeyValues(item.fields)] if item.fields else []
    if item.text:
        blocks += [Paragraph(part) for part in item.text.split("\n\n") if part.strip()]
    elif not item.fields:
        blocks.append(Paragraph(ORIGIN_WORDS[Origin.NONE] + "."))
    known = [("Origin", ORIGIN_WORDS.get(item.origin, item.origin)), ("Notes", _notes(item, origin=False))]
    known.append(("Rests on", _sources(item)))
    blocks.append(KeyValues(tuple(pair for pair in known if pair[1])))
    return Section(item.label or "Answer", tuple(blocks))


def _notes(item: SaidItem, *, origin: bool = True) -> str:
    notes = list(item.marks)
    if origin and item.origin != Origin.RECORDS:
        notes.append(ORIGIN_WORDS.get(item.origin, item.origin))
    if item.explained:
        notes.append(f"Explanation: {item.explained}")
    if item.withheld:
        notes.append(f"Withheld from the public: {_lower(withheld_words(item.withheld))}")
    return "; ".join(notes)


def _sources(item: SaidItem) -> str:
    return "; ".join(source.label for source in item.sources if source.label)


def _changes(content: ReportContent) -> Section:
    heading = "What changed since the last report"
    if content.last_period_to is None:
        return Section(heading, (Paragraph("There is no last report in this catalog to compare with."),))
    if not content.changes:
        return Section(heading, (Paragraph("Nothing changed."),))
    columns = ("Part", "What", "How", "Before", "Now", "Explanation")
    return Section(heading, (Table(heading, columns, tuple(map(_change, content.changes))),))


def _change(change: SaidChange) -> tuple[str, ...]:
    how = SINCE_WORDS.get(change.since, change.since)
    return TITLES[change.element], change.label, how, change.before, change.after, change.explained


def _withheld(items: Sequence[SaidItem], *, public: bool) -> Section:
    """What is withheld, each; for the public how many of which part, and why."""
    heading = "What is withheld from the public"
    if not items:
        return Section(heading, (Paragraph("Nothing is withheld."),))
    if public:
        counts = Counter((TITLES[item.element], withheld_words(item.withheld)) for item in items)
        rows = tuple((title, reason, str(count)) for (title, reason), count in counts.items())
        return Section(heading, (Table(heading, ("Part", "Reason", "How many"), rows),))
    columns = ("Part", "What", "Reason", "Why")
    lines = tuple((TITLES[i.element], i.label, withheld_words(i.withheld), i.withheld_words) for i in items)
    return Section(heading, (Table(heading, columns, lines),))


def _signed(signatures: Sequence[SaidSignature], *, public: bool) -> Section:
    heading = "Signatures"
    if not signatures:
        return Section(heading, (Paragraph("Not signed."),))
    columns = ("Signed by", "In the capacity of", "On") + (() if public else ("Recorded by",))
    rows = ((each.signer, each.capacity, day_words(each.on), each.recorded_by) for each in signatures)
    return Section(heading, (Table(heading, columns, tuple(row[: len(columns)] for row in rows)),))


def _count(items: Sequence[SaidItem]) -> str:
    return "1 item" if len(items) == 1 else f"{len(items)} items"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
