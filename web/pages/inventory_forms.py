"""What the forms of an inventory cycle send: which answer, what is said of it, and having seen what."""

from dataclasses import dataclass
from datetime import date

from catalog.model.cycles import CycleEvent, CycleState
from catalog.model.report_entries import EntryKind, WithholdReason
from catalog.model.report_form import Task
from catalog.model.report_sayings import task_key
from web.forms import LONGEST_TEXT, Form

#: How long an answer of the report may be.
LONGEST_ANSWER = 10_000
_LONGEST_KEY = 300
#: What an officer says here of an answer; the rest is said elsewhere, or by others.
KINDS = frozenset(EntryKind) - {EntryKind.COMMENTED, EntryKind.PROPOSED, EntryKind.ATTESTED}
_WITH_WORDS = frozenset({EntryKind.ADDED, EntryKind.EXPLAINED, EntryKind.WITHHELD, EntryKind.ANSWERED})
#: What is said of an answer as it was shown.
_OF_WHAT_IS_SEEN = KINDS - {EntryKind.ADDED, EntryKind.REMOVED, EntryKind.DISMISSED, EntryKind.ANSWERED}
_REPORT_WORDS = frozenset({EntryKind.WROTE, EntryKind.ADDED})


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that an officer says of an answer, as the form sent it."""

    key: str
    kind: EntryKind
    text: str
    reason: WithholdReason | None
    answers_id: int | None
    expected: int
    seen: str


def saying(form: Form) -> Saying:
    """What is said; what is wrong with a field stands in the form's errors."""
    kind = form.choice("kind", EntryKind)
    if kind not in KINDS:
        form.errors["kind"] = "Choose one of these."
    longest = LONGEST_ANSWER if kind in _REPORT_WORDS else LONGEST_TEXT
    text = form.text("text", needed=kind in _WITH_WORDS, longest=longest)
    is_withheld = kind is EntryKind.WITHHELD
    return Saying(
        key=form.line("item", needed=True, longest=_LONGEST_KEY),
        kind=kind,
        text=text,
        reason=form.choice("reason", WithholdReason) if is_withheld else None,
        answers_id=form.number_if_any("answers"),
        expected=form.number("expected"),
        seen=form.line("seen", needed=kind in _OF_WHAT_IS_SEEN),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a cycle that needs no signature, with what is told with it, from the state it was seen in."""

    event: CycleEvent
    words: str
    expected: CycleState


def step(form: Form) -> Step:
    """The step that is asked for."""
    return Step(form.choice("event", CycleEvent), form.text("words", longest=4000), form.choice("expected", CycleState))


@dataclass(frozen=True, slots=True)
class HeadSignature:
    """The signature for an agency: the head's own (no signer), or one on paper that the officer records."""

    content_hash: str
    signer: str
    capacity: str
    on: date | None
    filed: str


def head_signature(form: Form, *, on_paper: bool) -> HeadSignature:
    """The signature that is given or recorded."""
    return HeadSignature(
        content_hash=form.line("content_hash", needed=True),
        signer=form.line("signer", needed=True) if on_paper else "",
        capacity=form.line("capacity", needed=on_paper),
        on=form.day("on") if on_paper else None,
        filed=form.line("filed", needed=True) if on_paper else "",
    )


def task_about(key: str) -> Task | None:
    """The task that something is said of as a whole; None where it is said of an answer."""
    return next((one for one in Task if task_key(one) == key), None)


def task(text: str) -> Task | None:
    """The task that an address names; None where there is none of the kind."""
    return Task(text) if text in set(Task) else None
