"""A signed report as somebody reads it, takes it away, or looks it through; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalog.model.cycles import Cycle, CycleStep
from catalog.model.frozen_reports import Format
from catalog.model.holdings import Agency
from catalog.model.report_answers import Comment, Since
from catalog.model.report_said import ReportContent, SaidChange, SaidItem


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """One time that a report was signed, without what it says."""

    number: int
    person: str
    at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A signed report in one format, made from its data again; ``digest`` is SHA-256 of its bytes."""

    name: str
    format: Format
    mimetype: str
    data: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class ItemComments:
    """What the privacy office said of one answer, and the latest entry about it (0 for none)."""

    comments: tuple[Comment, ...] = ()
    latest: int = 0


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What happened to a cycle, the first first, and each time it was signed."""

    cycle: Cycle
    agency: Agency
    steps: tuple[CycleStep, ...]
    numbers: tuple[FrozenLine, ...]


def between(before: ReportContent, after: ReportContent) -> tuple[SaidChange, ...]:
    """How one version of a report differs from one before it, in the order of the later one, what is gone last.

    Whether an item is withheld in one of the two is told with its change: the public version says nothing of it.
    """
    old, new = _by_key(before), _by_key(after)
    changed = [_change(old.get(key), item) for key, item in new.items() if _differs(old.get(key), item)]
    return (*changed, *(_change(item, None) for key, item in old.items() if key not in new))


def said_in_words(item: SaidItem) -> str:
    """All that an item says, in one text: its cells, its words, and how it was explained."""
    cells = "; ".join(f"{name}: {words}" for name, words in item.fields if words)
    return "\n".join(filter(None, (cells, item.text, item.explained and f"Explained: {item.explained}")))


def _by_key(content: ReportContent) -> Mapping[str, SaidItem]:
    return {item.key: item for item in content.items}


def _differs(before: SaidItem | None, after: SaidItem) -> bool:
    if before is None:
        return True
    told = (before.fields, before.text, before.explained, before.marks, before.withheld, before.withheld_words)
    return told != (after.fields, after.text, after.explained, after.marks, after.withheld, after.withheld_words)


def _change(before: SaidItem | None, after: SaidItem | None) -> SaidChange:
    item = after or before
    assert item is not None  # noqa: S101  # one of the two is there, or nothing differs
    since = Since.GONE if after is None else Since.NEW if before is None else Since.CHANGED
    was, now = (said_in_words(one) if one else "" for one in (before, after))
    withheld = any(one is not None and bool(one.withheld) for one in (before, after))
    return SaidChange(item.key, item.element, item.label, since.value, was, now, item.explained, withheld)
