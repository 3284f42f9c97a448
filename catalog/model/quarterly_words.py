"""How a quarterly report reads: the same words on its page and in every format it can be taken away in."""

from catalog.model.cell_suppression import Telling
from catalog.model.quarterly import ALL_OTHERS, told_total
from catalog.model.quarterly_content import (
    BREAKDOWN_TEXT,
    CORRECTION_TEXT,
    PART_TEXT,
    Breakdown,
    Counts,
    Difference,
    Part,
    PartName,
    QuarterlyContent,
)

PART_LETTER = {PartName.VIOLATIONS: "A", PartName.EXIGENT: "B"}
_CITE = {PartName.VIOLATIONS: "§23-1202(c)(4)", PartName.EXIGENT: "§23-1202(d)"}
_SUCH = {PartName.VIOLATIONS: "such disclosures", PartName.EXIGENT: "such collections and disclosures"}
#: Breakdowns that have two categories.
_OF_TWO = {Breakdown.INDIVIDUALS_TOLD, Breakdown.REMEDIED, Breakdown.VERB}
_NOTHING = {
    PartName.VIOLATIONS: "The Chief Privacy Officer was told of no disclosure in violation of the law.",
    PartName.EXIGENT: "The Chief Privacy Officer was told of no collection or disclosure in exigent circumstances.",
}


def title(content: QuarterlyContent) -> str:
    """What the report is called."""
    return f"Quarterly report to the Speaker, {content.of.months}"


def issue_words(content: QuarterlyContent) -> str:
    """Which issue it is."""
    if content.correction is None:
        return "First issue"
    reason = CORRECTION_TEXT[content.correction.reason]
    return f"Corrected issue {content.number}, in place of issue {content.number - 1}: {reason[0].lower()}{reason[1:]}"


def part_title(name: PartName) -> str:
    """The heading of a part, with where the law asks for it."""
    return f"Part {PART_LETTER[name]}. {PART_TEXT[name]} ({_CITE[name]})"


def part_words(name: PartName, part: Part, floor: int) -> str:
    """How many there were, in a sentence."""
    if part.total == 0:
        return _NOTHING[name]
    said = f"The Chief Privacy Officer was told of {told_total(part, floor)} {_SUCH[name]}."
    return f"{said} So few are not broken down." if part.total is None else said


def rows(counts: Counts) -> tuple[tuple[str, str], ...]:
    """The lines of a breakdown, with the one for all that is not told apart."""
    told = tuple((line.label, f"{line.count:,}") for line in counts.lines)
    return (*told, (ALL_OTHERS, f"{counts.rest:,}")) if counts.rest else told


def note(counts: Counts, floor: int) -> str:
    """What a breakdown does not tell, and why."""
    if counts.telling is not Telling.TOLD:
        # One wording for every reason: which it is would tell of the numbers.
        return f"Not told: fewer than {floor} could follow from it, alone or beside another issue."
    if counts.overlaps:
        listed = "A type that is not listed" if counts.lines else "Each type"
        return f"An event counts under each of its types. {listed} was in fewer than {floor}, or in none."
    if counts.rest:
        return "The others are told together, so that none of them is told."
    return "" if counts.by in _OF_TWO and len(counts.lines) == 2 else "All others have none."


_LEFT_OUT = (
    "Not counted: what the agency’s privacy officer found to be no violation; exigent events of which the law does not"
    " ask that the Chief Privacy Officer be told (§23-1202(d)); and, in part B, those found to be violations, which are"
    " counted in part A."
)
_NAMED = "Nobody is named: no individual, no recipient{}."


def basis(content: QuarterlyContent) -> tuple[str, ...]:
    """What the report counts and how, in sentences."""
    few = f"No number from 1 to {content.floor - 1} is told, nor one from which such a number would follow: those"
    named = ". The Chief Privacy Officer chose to name agencies" if content.agencies_named else " and no agency"
    return (
        "An event counts in the quarter in which the Chief Privacy Officer was told of it, whenever it occurred.",
        _LEFT_OUT,
        f"{few} categories are told together, or the breakdown is not told.",
        "Causes are recorded in words alone, which are not published.",
        _NAMED.format(named),
    )


def difference_row(one: Difference) -> tuple[str, str, str]:
    """What a corrected issue tells otherwise: of what, before and now."""
    of = (
        f"{BREAKDOWN_TEXT[one.by]}: {one.label}"
        if one.by and one.label
        else BREAKDOWN_TEXT[one.by]
        if one.by
        else "Total"
    )
    return f"Part {PART_LETTER[one.part]}. {of}", one.before, one.after
