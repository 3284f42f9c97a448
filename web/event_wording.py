"""How the reports of exigent events and violations read on a page: what each step is called, means and needs."""

from collections.abc import Iterable, Mapping
from datetime import date

from catalog.model.event_machine import BREACH_TEXT, Need
from catalog.model.event_views import NextMove, S
from catalog.model.events import NOTICE_EXEMPTION_TEXT, ExigentEvent, ExigentState, Violation
from catalog.model.events import ViolationState as State
from catalog.model.holdings import Agency
from catalog.model.quarterly_counts import REASON_TEXT
from catalog.model.register import Activity

#: What the button of a step says.
EXIGENT_MOVE: dict[ExigentState, str] = {
    ExigentState.EXPLAINED: "It is explained",
    ExigentState.CPO_NOTIFIED: "The Chief Privacy Officer was told",
    ExigentState.NOTICE_NOT_REQUIRED: "The Chief Privacy Officer need not be told",
    ExigentState.CPO_REVIEWED: "Record the review",
    ExigentState.INCLUDED_IN_QUARTERLY: "It is in the quarterly report",
    ExigentState.CLOSED: "Close it",
    ExigentState.RECLASSIFIED: "There were no exigent circumstances: it is a violation",
}
#: What a step means, and what it rests on.
EXIGENT_MEANS: dict[ExigentState, str] = {
    ExigentState.EXPLAINED: "Why it could not wait, what was collected or disclosed, from or to whom, its types, and "
    "how many people it was about (§23-1202(d)).",
    ExigentState.CPO_NOTIFIED: "As soon as practicable afterward. The law sets no number of days; the days it took are "
    "counted (§23-1202(d)).",
    ExigentState.NOTICE_NOT_REQUIRED: "Only for one of the three reasons that §23-1202(d) gives.",
    ExigentState.CPO_REVIEWED: "What the privacy office found.",
    ExigentState.INCLUDED_IN_QUARTERLY: "The quarterly report to the Speaker names nobody.",
    ExigentState.CLOSED: "Nothing is left to do.",
    ExigentState.RECLASSIFIED: "A report of the violation is begun, and the two are linked (§23-1202(c)(4)).",
}
#: What the words are called that a step is given.
EXIGENT_WORDS: dict[ExigentState, str] = {
    ExigentState.CPO_REVIEWED: "what the review found",
    ExigentState.RECLASSIFIED: "why there were no exigent circumstances",
}
VIOLATION_MOVE: dict[State, str] = {
    State.REPORTED: "Look at it again",
    State.NOT_A_VIOLATION: "It is no violation",
    State.APO_CONFIRMED: "Confirm that it is a violation",
    State.CPO_NOTIFIED: "The Chief Privacy Officer was told",
    State.NOTICE_ASSESSED: "It was assessed whether the individuals are to be told",
    State.INDIVIDUAL_NOTICE_SENT: "The individuals were told",
    State.NOTICE_NOT_REQUIRED: "The individuals need not be told",
    State.NOTICE_BARRED: "The individuals may not be told",
    State.INCLUDED_IN_QUARTERLY: "It is in the quarterly report",
    State.REMEDIATED: "It was put right",
    State.CLOSED: "Close it",
}
VIOLATION_MEANS: dict[State, str] = {
    State.REPORTED: "It may be a violation after all.",
    State.NOT_A_VIOLATION: "Say why the law was kept. The report ends here and stays on record.",
    State.APO_CONFIRMED: "The privacy officer of the agency finds that it was a disclosure in violation of the law.",
    State.CPO_NOTIFIED: "As soon as practicable (§23-1202(c)(4)). The days it took are counted.",
    State.NOTICE_ASSESSED: "Whether the CPO’s policies ask that the individuals be told (§23-1203(6)).",
    State.INDIVIDUAL_NOTICE_SENT: "In writing: what was disclosed and to whom (§23-1202(c)(4)).",
    State.NOTICE_NOT_REQUIRED: "Say why no policy asks for it.",
    State.NOTICE_BARRED: "Say which: it would violate the law on privacy, interfere with an investigation, or "
    "compromise public safety (§23-1204(e)).",
    State.INCLUDED_IN_QUARTERLY: "The quarterly report to the Speaker names nobody.",
    State.REMEDIATED: "What was done so that it does not happen again.",
    State.CLOSED: "Nothing is left to do.",
}
VIOLATION_WORDS: dict[State, str] = {
    State.REMEDIATED: "what was put right",
    State.INDIVIDUAL_NOTICE_SENT: "what the notice said was disclosed, and to whom",
    State.NOTICE_ASSESSED: "what was found",
}
#: The kinds of reason that the quarterly report counts exigent events by.
CATEGORIES = tuple(REASON_TEXT.values())


_FEW = 5


def needs(moves: Iterable[NextMove[S]]) -> set[str]:
    """What the steps between them have to be told."""
    return {need.value for one in moves for need in one.move.needs}


def worded(moves: Iterable[NextMove[S]], names: Mapping[S, str], words: Mapping[S, str]) -> str:
    """Which of the steps are told in words, and what the words say."""
    wordy = [one.move.to for one in moves if Need.WORDS in one.move.needs]
    return "; ".join(f"“{names[to]}” ({words.get(to, 'why')})" for to in wordy)


def told_after(record: ExigentEvent | Violation) -> str:
    """How long it took until the CPO was told, in words; empty while they were not."""
    return f"told {after(record.occurred_on, record.cpo_notified_on)}" if record.cpo_notified_on else ""


def after(start: date, end: date) -> str:
    """How many days later, in words."""
    days = (end - start).days
    return "the same day" if days <= 0 else "after 1 day" if days == 1 else f"after {days:,} days"


def few(people: str) -> str:
    """How many people, as it is told: fewer than five are never told exactly."""
    said = people.strip().casefold()
    return "under 5" if said in {"one person", *map(str, range(1, _FEW))} else people


def own_flows(activities: Iterable[Activity], kept: Iterable[Agency]) -> list[tuple[str, str]]:
    """The flows of the agencies whose records are kept, with their numbers, to choose from."""
    ids = {agency.id for agency in kept}
    own = [one for one in activities if one.agency_id in ids]
    return [(str(one.id), f"{one.reference} {one.title}".strip()) for one in own]


FILTERS = {function.__name__: function for function in (needs, worded, told_after, few, own_flows)}
WORDS = {
    "BREACH_TEXT": BREACH_TEXT,
    "EXIGENT_MOVE": EXIGENT_MOVE,
    "EXIGENT_MEANS": EXIGENT_MEANS,
    "EXIGENT_WORDS": EXIGENT_WORDS,
    "VIOLATION_MOVE": VIOLATION_MOVE,
    "VIOLATION_MEANS": VIOLATION_MEANS,
    "VIOLATION_WORDS": VIOLATION_WORDS,
    "EXEMPTION_TEXT": NOTICE_EXEMPTION_TEXT,
    "EXIGENT_CATEGORIES": CATEGORIES,
}
