"""Whether what the public is told may tell what is withheld (§23-1205(c)).

What is withheld is an item; what it tells may stand in others too: in those on the same record, or in words. And an
item may come back under another key, when a division is renamed or a missing agreement is signed. Only people can say
whether the public is told then. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.model.report_answers import Answer
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import Element
from catalog.model.report_items import SourceKind
from catalog.model.report_said import ReportContent, SaidItem
from catalog.model.report_sayings import element_of, is_own

Record = tuple[SourceKind, str]
#: What an item may share with one that is withheld without telling anything of it.
_SHARED_BY_MANY = frozenset(
    {SourceKind.TYPE, SourceKind.LAW, SourceKind.AGENCY, SourceKind.PERSON, SourceKind.LAST_REPORT}
)
_ABOUT = {
    "activity": SourceKind.ACTIVITY,
    "lacking": SourceKind.ACTIVITY,
    "protocol": SourceKind.PROTOCOL,
    "contract": SourceKind.CONTRACT,
    "measure": SourceKind.MEASURE,
}
#: Items that are about a name, and rest on all that bears it.
_BY_NAME = frozenset({Element.TYPES, Element.DIVISIONS})
_DECIDES = frozenset({EntryKind.WITHHELD, EntryKind.NOT_WITHHELD})


@dataclass(frozen=True, slots=True)
class Lost:
    """Something withheld whose key no item has now: the records behind it (none: not known), and the number of the
    entry that withheld it (0: it was the last report).
    """

    element: Element
    records: frozenset[Record]
    entry_id: int


def shares(one: Answer, hidden: Answer) -> bool:
    """Whether two items rest on one record that says something of either."""
    return not _behind(one).isdisjoint(_behind(hidden))


def tells(one: Answer, hidden: Answer) -> bool:
    """Whether an item may tell what another says, which is withheld: it rests on the record which that is about, or
    names the type or division which that is about. A line of a type that rests on other records too tells of no one of
    them.
    """
    if hidden.item.element in _BY_NAME and not is_own(hidden.item.key):
        return _names(one, hidden.item.label)
    about = _subject(hidden.item.key)
    records = {about} if about else _behind(hidden)
    behind = _behind(one)
    return behind <= records and bool(behind) if one.item.element is Element.TYPES else not behind.isdisjoint(records)


def is_told(answer: Answer, after: int) -> bool:
    """Whether somebody said of an item as it is now, and after an entry, that the public is told of it."""
    told = answer.told
    return told is not None and told.digest == answer.digest and told.id > after


def lost(answers: Sequence[Answer], entries: Sequence[Entry], last: ReportContent | None) -> tuple[Lost, ...]:
    """What was withheld, in this cycle or the last report, and has no item now; an officer's own are taken out by them,
    and the key of a type is its own.
    """
    there = {one.item.key for one in answers}
    before = {one.key: one for one in last.items} if last else {}
    said = {one.item_key: one for one in entries if one.kind in _DECIDES}
    keys = {key: one.id for key, one in said.items() if one.kind is EntryKind.WITHHELD}
    keys |= {key: 0 for key, one in before.items() if one.withheld and key not in said}
    found = (_lost(key, at, before.get(key)) for key, at in keys.items() if key not in there and not is_own(key))
    return tuple(one for one in found if one is not None and one.element is not Element.TYPES)


def may_be(answer: Answer, what: Lost) -> bool:
    """Whether an item may be what was withheld under another key, and nobody said since whether the public is told."""
    if answer.item.element is not what.element or answer.withheld is not None or is_told(answer, what.entry_id):
        return False
    return not what.records or not what.records.isdisjoint(_behind(answer))


def _lost(key: str, entry_id: int, said: SaidItem | None) -> Lost | None:
    element, about = element_of(key), _subject(key)
    behind = {(one.kind, one.id) for one in said.sources if one.kind not in _SHARED_BY_MANY} if said else set()
    return Lost(element, frozenset({*behind, *([about] if about else [])}), entry_id) if element else None


def _subject(key: str) -> Record | None:
    """The record that an item is about, by its key; None where it is about no single one."""
    kind, _, number = key.partition("/")[2].partition(":")
    return (_ABOUT[kind], number) if kind in _ABOUT else None


def _behind(answer: Answer) -> set[Record]:
    return {(one.kind, one.id) for one in answer.item.sources if one.kind not in _SHARED_BY_MANY}


def _names(one: Answer, label: str) -> bool:
    """Whether an item names something in its cells or its words."""
    told = " ".join((*(words for _, words in one.item.fields), one.text))
    return bool(label) and re.search(rf"(?<!\w){re.escape(label)}(?!\w)", told, re.IGNORECASE) is not None
