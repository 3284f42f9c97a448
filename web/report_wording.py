"""How an inventory cycle reads on a page: how far it is, what was said of an answer, and where its words come from."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask import url_for

from catalog.model.cycle_words import EVENT_TEXT, ORIGIN_TEXT, SINCE_TEXT, TASK_STATE_TEXT
from catalog.model.cycles import Cycle, CycleEvent, CycleState, DivisionTask
from catalog.model.days import month_words
from catalog.model.report_answers import Answer, Origin, TaskState
from catalog.model.report_comments import Orphan
from catalog.model.report_drafts_types import is_undecided
from catalog.model.report_entries import WITHHOLD_TEXT, EntryKind
from catalog.model.report_form import CITES, ELEMENTS, FILLINGS, TASK_TEXT, Element, Filling, Task
from catalog.model.report_items import Source, SourceKind
from catalog.model.report_said import SaidSource
from catalog.model.report_sayings import task_key
from catalog.model.report_views import CycleLine, Gap, RoundLine, TaskLine, TaskPage
from catalog.services.access import Action, may
from web.context import actor
from web.report_links import link_of

SOURCE_TEXT: Mapping[SourceKind, str] = {
    SourceKind.AGENCY: "Agency",
    SourceKind.PERSON: "Person",
    SourceKind.TYPE: "Identifier type",
    SourceKind.ACTIVITY: "Collection or disclosure",
    SourceKind.PROTOCOL: "Protocol",
    SourceKind.DESIGNATION: "Approval",
    SourceKind.CONTRACT: "Contract",
    SourceKind.SYSTEM: "System nobody can scan",
    SourceKind.PARTY: "Party",
    SourceKind.REQUEST: "Request or proposal",
    SourceKind.EXIGENT_EVENT: "Exigent event",
    SourceKind.VIOLATION: "Violation",
    SourceKind.MEASURE: "Measure",
    SourceKind.LAST_REPORT: "Last report",
    SourceKind.LAW: "Law",
}
#: What is told once something was said.
SAID_OF_REPORT_TEXT: Mapping[EntryKind, str] = {
    EntryKind.WROTE: "Saved",
    EntryKind.BACK_TO_DRAFT: "The draft stands again",
    EntryKind.STILL_TRUE: "Noted: it holds",
    EntryKind.ADDED: "Added to the report",
    EntryKind.REMOVED: "Taken out of the report",
    EntryKind.EXPLAINED: "Explanation saved",
    EntryKind.WITHHELD: "Withheld from the public copy",
    EntryKind.NOT_WITHHELD: "In the public copy again",
    EntryKind.PROPOSED: "Proposed",
    EntryKind.DISMISSED: "Proposal put aside",
    EntryKind.COMMENTED: "Comment added",
    EntryKind.ANSWERED: "Comment answered",
    EntryKind.ATTESTED: "You said that all of this holds",
}
#: What the steps without a signature are called on their buttons, and what they do.
CYCLE_STEP_TEXT: Mapping[CycleEvent, str] = {
    CycleEvent.STARTED: "Start",
    CycleEvent.READY: "Ready to be signed",
    CycleEvent.TAKEN_BACK: "Take back to change it",
    CycleEvent.RETURNED: "Send back",
    CycleEvent.TO_COMMITTEE: "Accept and hand to the committee",
    CycleEvent.RECOMMENDED: "Record the committee’s recommendations",
    CycleEvent.CLOSED: "Close",
}
STEP_MEANS: Mapping[CycleEvent, str] = {
    CycleEvent.STARTED: "It goes by itself with the first thing you say.",
    CycleEvent.READY: "Tells the privacy officer that it can be checked and signed. It can still be changed.",
    CycleEvent.TAKEN_BACK: "It can be changed again, and what was signed no longer counts.",
    CycleEvent.RETURNED: "The agency can change it again and has to sign it again.",
    CycleEvent.TO_COMMITTEE: "The citywide privacy protection committee reviews it within 90 days.",
    CycleEvent.RECOMMENDED: "What the committee recommends stays with the report.",
    CycleEvent.CLOSED: "Nothing more is done with it.",
}
#: What has to be told in words with a step.
STEP_WORDS: Mapping[CycleEvent, str] = {
    CycleEvent.TAKEN_BACK: "Why it is taken back",
    CycleEvent.RETURNED: "What has to change",
    CycleEvent.RECOMMENDED: "What the committee recommends",
}
#: The parts of inventory, for the navigation.
INVENTORY_PARTS = ("inventory", "inventory_signing", "inventory_rounds", "report_files", "divisions")
#: More columns than these, and lines read better one below the other.
_MOST_COLUMNS = 5
_SAYS_NOTHING = frozenset({"", "No", "0", "None", "Not recorded"})
_SHORT = 200
#: What an item is called that the report has no more.
GONE = "What is not in the report any more"
_SIGNED_BY_NOBODY = frozenset({CycleState.OPEN, CycleState.IN_PROGRESS, CycleState.APO_REVIEW, CycleState.RETURNED})


def answer_id(key: str) -> str:
    """The id of an answer on a page: keys hold what ids may not."""
    return f"a-{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def due_in(line: CycleLine) -> str:
    """Due in 31 days; overdue by 2 days; nothing where it is submitted."""
    if line.cycle.submitted_on and line.cycle.state not in _SIGNED_BY_NOBODY:
        return "Submitted late" if line.late else "Submitted in time"
    days = line.days_left
    if days == 0:
        return "Due today"
    many = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"Due in {many}" if days > 0 else f"Overdue by {many}"


def is_under_way(cycle: Cycle) -> bool:
    """Whether a report is not signed for its agency yet."""
    return cycle.state in _SIGNED_BY_NOBODY or cycle.state is CycleState.AGENCY_HEAD_SIGNOFF


def done_of(line: CycleLine) -> str:
    """3 of 9 tasks done."""
    done = sum(task.state is TaskState.DONE for task in line.tasks)
    return f"{done} of {len(line.tasks)} tasks done"


def task_in_words(line: TaskLine, last: Cycle | None = None) -> str:
    """12 lines, all filled; 2 changed since 2026; 1 comment."""
    if not line.items:
        return "The records hold nothing to report here."
    lines = "1 line" if line.items == 1 else f"{line.items:,} lines"
    empty = line.items - line.filled
    parts = [f"{lines}, {'filled' if line.items == 1 else 'all filled'}" if not empty else f"{lines}, {empty:,} empty"]
    if line.changed and last:
        verb = "differs" if line.changed == 1 else "differ"
        parts.append(f"{line.changed:,} {verb} from the report of {last.period_to.year}")
    if line.moved:
        parts.append(f"{line.moved:,} moved since somebody spoke of {'it' if line.moved == 1 else 'them'}")
    if line.proposals:
        parts.append("1 proposal" if line.proposals == 1 else f"{line.proposals:,} proposals")
    if line.comments:
        parts.append("1 comment" if line.comments == 1 else f"{line.comments:,} comments")
    return "; ".join(parts) + "."


def comes_from(answer: Answer) -> str:
    """Where the words of an answer come from, in words."""
    words = ORIGIN_TEXT[answer.origin]
    if answer.origin is Origin.CARRIED and (answer.said is None or answer.moved):
        return "From your last report, not checked"
    return words


def period(cycle: Cycle) -> str:
    """July 2026 to June 2028."""
    return f"{_month(cycle.period_from)} to {_month(cycle.period_to)}"


def below_headings(answers: Iterable[Answer]) -> list[tuple[str, list[Answer]]]:
    """Answers below their headings, in their order; "" for those under none."""
    found: dict[str, list[Answer]] = {}
    for one in answers:
        found.setdefault(one.item.group, []).append(one)
    return list(found.items())


def as_lines(answers: Iterable[Answer]) -> list[Answer]:
    """Those that read as lines of a table: they have cells, not too many, and no drafted sentence."""
    found = [one for one in answers if one.item.fields and not one.item.text]
    return found if len(columns_of(found)) <= _MOST_COLUMNS else []


def as_sentences(answers: Sequence[Answer]) -> list[Answer]:
    """Those that do not."""
    in_lines = {one.item.key for one in as_lines(answers)}
    return [one for one in answers if one.item.key not in in_lines]


def columns_of(answers: Iterable[Answer]) -> list[str]:
    """The columns of lines that stand in one table, in their order."""
    return list(dict.fromkeys(name for one in answers for name, _ in one.item.fields))


def listed(words: str) -> list[str]:
    """A cell that lists things, as these things."""
    return words.split("; ")


def by_kind(sources: Iterable[Source | SaidSource]) -> list[tuple[SourceKind, list[Source | SaidSource]]]:
    """The records behind an answer by what they are, in the order in which they are first named."""
    found: dict[SourceKind, list[Source | SaidSource]] = {}
    for one in sources:
        found.setdefault(one.kind, []).append(one)
    return list(found.items())


def ticked(words: str) -> str:
    """A cell; what is ticked is seen at a glance, and read in words."""
    return {"Yes": "✓ Yes", "": "–"}.get(words, words)


def now_in_short(answer: Answer) -> str:
    """What an answer says, in one line: its cells that say anything, then its words."""
    cells = [f"{name}: {words}" for name, words in answer.item.fields if words not in _SAYS_NOTHING]
    told = ". ".join(filter(None, ["; ".join(cells), " ".join(answer.text.split())]))
    return told if len(told) <= _SHORT else f"{told[:_SHORT].rsplit(' ', 1)[0]} …"


def moved_cells(answer: Answer) -> list[tuple[str, str, str]]:
    """The cells of which both reports say something, and not the same: name, then, now."""
    then = dict(answer.last_fields)
    return [(name, then[name], now) for name, now in answer.item.fields if then.get(name, now) != now]


def since_what(changes: Iterable[Answer], since: str) -> list[Answer]:
    """The differences of one kind."""
    return [one for one in changes if one.since.value == since]


def by_task(gaps: Iterable[Gap]) -> list[tuple[Task, list[Gap]]]:
    """What is lacking, by the task in which it is mended."""
    every = list(gaps)
    return [(task, some) for task in Task if (some := [one for one in every if one.task is task])]


def as_whole(page: TaskPage) -> dict[str, object]:
    """A task as what is answered where the privacy office comments on all of it."""
    item = {"key": task_key(page.line.task), "label": TASK_TEXT[page.line.task]}
    waiting = [one for one in page.comments if not one.answer]
    return {"item": item, "latest": page.latest, "digest": "", "open_comments": waiting}


def as_gone(one: Orphan) -> dict[str, object]:
    """What is not in a report any more, as what is answered where the privacy office commented on it."""
    item = {"key": one.key, "label": GONE}
    return {"item": item, "latest": one.latest, "digest": "", "open_comments": one.open_comments}


def commented(answers: Mapping[Element, Iterable[Answer]]) -> list[Answer]:
    """Those that wait for an answer to a comment."""
    return [one for some in answers.values() for one in some if one.open_comments]


def contradictions(answers: Mapping[Element, Iterable[Answer]]) -> list[Answer]:
    """Those in which paper and data disagree, so that somebody has to explain them."""
    return [one for some in answers.values() for one in some if one.item.needs_reason]


def counted(answers: Mapping[Element, Iterable[Answer]], what: str) -> int:
    """How many answers there are, say something ("filled"), or are "withheld" from the public."""
    every = [one for some in answers.values() for one in some]
    if what == "filled":
        return sum(one.is_filled for one in every)
    return sum(one.withheld is not None for one in every) if what == "withheld" else len(every)


def under_way(lines: Iterable[CycleLine]) -> list[CycleLine]:
    """The reports that are not submitted yet."""
    return [line for line in lines if is_under_way(line.cycle)]


def rounds_open(rounds: Iterable[RoundLine]) -> list[RoundLine]:
    """The rounds of which not every report is submitted."""
    return [one for one in rounds if one.submitted < one.agencies]


def asked_address(asked: DivisionTask) -> str:
    """Where a division answers what it was asked."""
    return url_for("divisions.show", task_id=asked.id)


def review_of(key: str) -> str | None:
    """Where the visitor decides on what scans suggest of a type, by the key of its line; None where they may not."""
    return url_for("review.index", type=key.partition("/")[2]) if may(actor(), Action.DECIDE) else None


def next_task(task: Task) -> Task | None:
    """The task after this one; None after the last."""
    tasks = list(Task)
    return next(iter(tasks[tasks.index(task) + 1 :]), None)


def reads_inventory() -> bool:
    """Whether the visitor has anything to do with inventory."""
    return may(actor(), Action.READ_REPORTS) or may(actor(), Action.ANSWER_FOR_DIVISION)


def _month(day: date) -> str:
    return month_words(day)


FILTERS = {
    function.__name__: function
    for function in (
        answer_id, due_in, is_under_way, done_of, task_in_words, comes_from, period, below_headings,
        as_lines, as_sentences,
        columns_of, listed, by_kind, ticked, now_in_short, moved_cells, since_what, by_task, as_whole, as_gone,
        commented, contradictions, counted,
        under_way, rounds_open, asked_address, review_of, is_undecided, next_task, link_of,
    )
}  # fmt: skip
WORDS = {
    "INVENTORY_PARTS": INVENTORY_PARTS,
    "EVENT_TEXT": EVENT_TEXT,
    "TASK_TEXT": TASK_TEXT,
    "TASK_STATE_TEXT": TASK_STATE_TEXT,
    "GONE": GONE,
    "TASKS": tuple(Task),
    "ELEMENTS_OF": ELEMENTS,
    "CITES": CITES,
    "SINCE_TEXT": SINCE_TEXT,
    "SOURCE_TEXT": SOURCE_TEXT,
    "SAID_OF_REPORT_TEXT": SAID_OF_REPORT_TEXT,
    "CYCLE_STEP_TEXT": CYCLE_STEP_TEXT,
    "STEP_MEANS": STEP_MEANS,
    "STEP_WORDS": STEP_WORDS,
    "WITHHOLD_TEXT": WITHHOLD_TEXT,
    "HUMAN_ELEMENTS": frozenset(one for one, how in FILLINGS.items() if how is Filling.HUMAN),
}
