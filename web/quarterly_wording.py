"""How the quarterly report to the Speaker and what becomes of its events read on a page."""

from catalog.model.quarterly import Standing
from catalog.model.quarterly_content import BREAKDOWN_TEXT, CORRECTION_TEXT
from catalog.model.quarterly_views import Considered, QuarterLine, QuarterState, Step
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

QUARTER_TEXT: dict[QuarterState, str] = {
    QuarterState.RUNNING: "Not over yet",
    QuarterState.DUE: "To be issued",
    QuarterState.ISSUED: "Issued",
    QuarterState.DIFFERS: "To be corrected",
    QuarterState.TO_RECORD: "Issued; events to be recorded as in it",
}
_WHY_NOT: dict[Standing, str] = {
    Standing.NOT_CONFIRMED: "The agency’s privacy officer has not confirmed it.",
    Standing.NOT_A_VIOLATION: "It was found to be no violation.",
    Standing.CPO_NOT_TOLD: "The Chief Privacy Officer has not been told. It counts in the quarter in which they are.",
    Standing.NEED_NOT_BE_TOLD: "The law does not ask that the Chief Privacy Officer be told of it (§23-1202(d)).",
    Standing.FOUND_A_VIOLATION: "It was found to be a violation, and counts as one once they are told of that.",
    Standing.COUNTED: "It counts.",
}


def becomes(one: Considered) -> str:
    """What becomes of an event when the report is issued, or why it is not in it."""
    if one.step is Step.TAKES:
        return "Is recorded as in the report"
    if one.step is Step.STAYS:
        return f"Counts, and stays where it is: it waits for {'; '.join(one.lacks)}"
    return "Counts; it is recorded as in the report already" if one.step is Step.TAKEN else _WHY_NOT[one.standing]


def waits(one: Considered) -> str:
    """What becomes of an event that counts and is not recorded as in the report that was issued."""
    return f"Waits for {'; '.join(one.lacks)}" if one.lacks else "Can be recorded as in the report"


def quarters_in_short(lines: tuple[QuarterLine, ...]) -> str:
    """What of the quarters waits, in a sentence."""
    due = [line for line in lines if line.state is QuarterState.DUE]
    differing = [line for line in lines if line.state is QuarterState.DIFFERS]
    lacking = [line for line in lines if line.state is QuarterState.TO_RECORD]
    said = [
        f"{_of(due)} {'is' if len(due) == 1 else 'are'} over and not reported" if due else "",
        f"what was issued of {_of(differing)} is not what the records tell now" if differing else "",
        f"events of {_of(lacking)} are to be recorded as in the report that was issued" if lacking else "",
    ]
    told = "; ".join(filter(None, said))
    return f"{told[0].upper()}{told[1:]}." if told else "Every quarter that is over is reported."


def _of(lines: list[QuarterLine]) -> str:
    latest = lines[0].quarter.months
    more = len(lines) - 1
    return latest if not more else f"{latest} and {more} earlier quarter{'s' if more > 1 else ''}"


FILTERS = {
    "quarterly_title": title,
    "quarterly_issue": issue_words,
    "quarterly_part": part_title,
    "quarterly_basis": basis,
    "quarterly_rows": rows,
    "quarterly_difference": difference_row,
    "quarters_in_short": quarters_in_short,
}
WORDS = {
    "QUARTER_TEXT": QUARTER_TEXT,
    "BREAKDOWN_TEXT": BREAKDOWN_TEXT,
    "CORRECTION_TEXT": CORRECTION_TEXT,
    "becomes": becomes,
    "waits": waits,
    "quarterly_note": note,
    "quarterly_total": part_words,
}
