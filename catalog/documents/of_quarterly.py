"""A quarterly report to the Speaker as a document: what was issued in, document out, nothing else."""

from datetime import date

from catalog.documents.document import Block, BulletList, Document, KeyValues, Paragraph, Section, Table
from catalog.model.days import day_words
from catalog.model.quarterly_content import BREAKDOWN_TEXT, Counts, Part, PartName, QuarterlyContent
from catalog.model.quarterly_words import (
    basis,
    difference_row,
    issue_words,
    note,
    part_title,
    part_words,
    rows,
    title,
)

_AUTHOR = "Chief Privacy Officer"


def of_quarterly(content: QuarterlyContent, issued_on: date) -> Document:
    """The document of a report that was issued on a day."""
    return Document(
        title=title(content),
        subtitle=f"{issue_words(content)}.",
        language="en-US",
        on=issued_on,
        subject="Report under §23-1202(c)(4) and (d) of the Administrative Code",
        author=_AUTHOR,
        sections=(
            _about(content, issued_on),
            *_correction(content),
            *(_part(name, part, content.floor) for name, part in content.parts),
            Section("What this report counts", (BulletList(basis(content)),)),
        ),
    )


def _about(content: QuarterlyContent, issued_on: date) -> Section:
    period = f"{day_words(content.of.first)} to {day_words(content.of.last)}"
    pairs = (("Quarter", period), ("Issue", issue_words(content)), ("Issued", day_words(issued_on)), ("By", _AUTHOR))
    return Section("About this report", (KeyValues(pairs),))


def _correction(content: QuarterlyContent) -> tuple[Section, ...]:
    if content.correction is None:
        return ()
    told = tuple(map(difference_row, content.correction.differences))
    table = Table("What this issue tells otherwise", ("Of what", "Before", "Now"), told)
    return (Section("What was corrected", (table,)),)


def _part(name: PartName, part: Part, floor: int) -> Section:
    blocks = [block for one in part.counts for block in _counts(one, floor)]
    return Section(part_title(name), (Paragraph(part_words(name, part, floor)), *blocks))


def _counts(counts: Counts, floor: int) -> tuple[Block, ...]:
    """A table and what it does not tell; of a breakdown that is not told, that in words."""
    by, told, words = BREAKDOWN_TEXT[counts.by], rows(counts), note(counts, floor)
    if not told:
        return (Paragraph(f"{by}. {words}"),)
    return Table(by, ("Category", "Events"), told), *((Paragraph(words),) if words else ())
