"""What people say in a cycle, entry by entry: the report is what the records draft and what people said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What somebody said of an item, or of a whole task."""

    WROTE = "wrote"
    """The words of the report, in place of what was drafted or carried over."""
    BACK_TO_DRAFT = "back_to_draft"
    STILL_TRUE = "still_true"
    """What the item says now holds: of carried words "still true", of a draft "it is so"."""
    ADDED = "added"
    """An item of the officer's own, which no record drafts."""
    REMOVED = "removed"
    """An item of the officer's own is taken out again."""
    EXPLAINED = "explained"
    WITHHELD = "withheld"
    NOT_WITHHELD = "not_withheld"
    PROPOSED = "proposed"
    """Words by somebody of a division, for the officer to take up; without words, that the item holds as it is."""
    DISMISSED = "dismissed"
    """A proposal (``answers_id``) that the officer does not take up."""
    COMMENTED = "commented"
    """The privacy office's, of a submitted report."""
    ANSWERED = "answered"
    """To a comment (``answers_id``)."""
    ATTESTED = "attested"
    """Of a task: all it says holds (its item key is "task:<task>", its digest that of the task)."""


class WithholdReason(StrEnum):
    """Why something is not told to the public (§23-1205(c), §23-1204(e))."""

    PRIVACY_LAW = "privacy_law"
    INVESTIGATION = "investigation"
    PUBLIC_SAFETY = "public_safety"


WITHHOLD_TEXT: Mapping[WithholdReason, str] = {
    WithholdReason.PRIVACY_LAW: "It would violate a law on privacy",
    WithholdReason.INVESTIGATION: "It would interfere with an investigation",
    WithholdReason.PUBLIC_SAFETY: "It would compromise public safety",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing one person said, only ever added to.

    ``digest`` is of the item as it was seen (:func:`catalog.model.report_answers.digest`), so that what moved since is
    known. ``answers_id`` is the entry it answers; ``division_task_id`` the division task it was said in.
    """

    id: int
    cycle_id: int
    item_key: str
    kind: EntryKind
    text: str
    reason: WithholdReason | None
    digest: str
    answers_id: int | None
    division_task_id: int | None
    person_id: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody wants to say: of which item, having seen which latest entry of it (0 for none), and what
    it rests on (``seen``, a digest; "" where nobody looked at it first).

    Where something is added, ``item_key`` is the element it is added to.
    """

    item_key: str
    kind: EntryKind
    text: str = ""
    reason: WithholdReason | None = None
    answers_id: int | None = None
    division_task_id: int | None = None
    expected: int = 0
    seen: str = ""
