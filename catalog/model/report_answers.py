"""What a report says now: what the records draft, with what people said of it, and whether that still fits.

Pure: machine draft and human word are two records, joined here alone. A person's words are never overwritten: where the
records behind them moved, they stand and are marked.
"""

from dataclasses import dataclass
from enum import StrEnum

from catalog.model.report_entries import Entry, WithholdReason
from catalog.model.report_items import Item


class Origin(StrEnum):
    """Where the words of an answer come from."""

    RECORDS = "records"
    CARRIED = "carried"
    WRITTEN = "written"
    NONE = "none"


class Since(StrEnum):
    """How an answer differs from what the last report said."""

    NO_LAST = "no_last"
    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


class TaskState(StrEnum):
    """How far a task is. What was attested and moved since has to be looked at again."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    LOOK_AGAIN = "look_again"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Comment:
    """What the privacy office said of an answer, and what the agency answered."""

    entry: Entry
    answer: Entry | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One item as the report says it now.

    ``text`` is what it says (with ``item.fields`` for what has cells); ``said`` the latest word by which a person made
    it so or said that it holds, None where nobody did; ``moved`` whether a record behind it changed since ``said``;
    ``last_text`` and ``last_fields`` what the last report said; ``latest`` the number of the latest entry about it (0
    for none), which whoever says something more has to have seen.
    """

    item: Item
    text: str
    origin: Origin
    digest: str
    said: Entry | None
    moved: bool
    since: Since
    last_text: str
    last_fields: tuple[tuple[str, str], ...]
    withheld: Entry | None
    explained: Entry | None
    comments: tuple[Comment, ...]
    proposals: tuple[Entry, ...]
    latest: int

    @property
    def reason(self) -> WithholdReason | None:
        """Why it is withheld from the public."""
        return self.withheld.reason if self.withheld else None

    @property
    def is_filled(self) -> bool:
        """Whether it says anything."""
        return bool(self.text or self.item.fields)

    @property
    def prefilled(self) -> bool:
        """Whether it said something before anybody wrote: from the records, or from the last report."""
        return bool(self.item.text or self.item.fields or self.last_text)
