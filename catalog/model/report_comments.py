"""What the privacy office said of what is not there any more, and sending a report back without a comment. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.model.cycles import CycleEvent, CycleStep
from catalog.model.report_answers import Answer, Comment, comments
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import Task, task_of
from catalog.model.report_sayings import Sayings, element_of


@dataclass(frozen=True, slots=True)
class Orphan:
    """Comments on an item that is not there any more; ``latest`` is the number of the latest entry about it."""

    key: str
    task: Task
    comments: tuple[Comment, ...]
    latest: int

    @property
    def open_comments(self) -> tuple[Comment, ...]:
        """Those that are not answered."""
        return tuple(one for one in self.comments if one.answer is None)


def orphans(answers: Iterable[Answer], entries: Sequence[Entry]) -> tuple[Orphan, ...]:
    """The comments of a cycle on what no answer is of, by what they are on, in the order in which they were made."""
    there, sayings = {one.item.key for one in answers}, Sayings(entries, None)
    keys = dict.fromkeys(one.item_key for one in entries if one.kind is EntryKind.COMMENTED)
    return tuple(
        Orphan(key, task_of(element), comments(key, sayings), sayings.of(key)[-1].id)
        for key in keys
        if key not in there and (element := element_of(key))
    )


def sent_back_whole(steps: Iterable[CycleStep], entries: Iterable[Entry]) -> datetime | None:
    """When the report was sent back last, if nothing was commented on since it was signed: all its tasks are looked at
    again then; where there are comments, those that they are about.
    """
    signed, found = None, None
    for one in steps:
        signed = one.at if one.event is CycleEvent.SIGNED_BY_OFFICER else signed
        found = (one.at, signed) if one.event is CycleEvent.RETURNED else found
    if found is None:
        return None
    at, since = found
    said = (one for one in entries if one.kind is EntryKind.COMMENTED)
    return None if any(since is None or one.at >= since for one in said) else at
