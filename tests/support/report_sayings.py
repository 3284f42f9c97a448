"""Items, entries and last reports, made by hand, for tests of what a report says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from catalog.model.report_answers import Answer, Origin, answers, attestation, of_task, seen, task_digest
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import Element, Task
from catalog.model.report_items import Item, Source, SourceKind
from catalog.model.report_said import ReportContent, SaidItem, SaidSource

AT = datetime(2028, 5, 2, 15, tzinfo=UTC)


def a_source(
    key: str = "17", version: str = "v1", label: str = "Intake", kind: SourceKind = SourceKind.ACTIVITY
) -> Source:
    return Source(kind, key, label, version)


def an_item(key: str, **rest: Any) -> Item:
    element = Element(key.partition("/")[0])
    told = {"label": f"Label of {key}", "fields": (), "text": "", "sources": (a_source(),)}
    return Item(key=key, element=element, **{**told, **rest})


def an_entry(number: int, key: str, kind: EntryKind, text: str = "", **rest: Any) -> Entry:
    told = {"reason": None, "digest": "", "answers_id": None, "division_task_id": None}
    return Entry(
        id=number, cycle_id=1, item_key=key, kind=kind, text=text, person_id="apo", person="Ana Ruiz", at=AT,
        **{**told, **rest},
    )  # fmt: skip


def a_said(key: str, text: str = "", fields: tuple[tuple[str, str], ...] = (), **rest: Any) -> SaidItem:
    element = Element(key.partition("/")[0])
    told = {
        "group": "", "label": f"Label of {key}", "origin": Origin.WRITTEN.value, "marks": (), "explained": "",
        "withheld": "", "withheld_words": "", "sources": (SaidSource(SourceKind.ACTIVITY, "17", "Intake"),),
    }  # fmt: skip
    return SaidItem(key=key, element=element, text=text, fields=fields, **{**told, **rest})


def a_content(*items: SaidItem, **rest: Any) -> ReportContent:
    told: dict[str, Any] = {
        "schema": 1, "form": "2024", "agency_id": "dso", "agency": "Department of Shelter", "acronym": "DSO",
        "period_from": date(2024, 8, 1), "period_to": date(2026, 7, 31), "due_on": date(2026, 7, 31),
        "last_period_to": None, "header": (("Agency", "Department of Shelter"),), "changes": (),
    }  # fmt: skip
    return ReportContent(items=items, **{**told, **rest})


class Talk:
    """A cycle in which people say things of items, each over what they see then, as the services have them do it."""

    def __init__(self, *items: Item, last: ReportContent | None = None) -> None:
        self.items: tuple[Item, ...] = items
        self.last = last
        self.entries: list[Entry] = []

    @property
    def answers(self) -> tuple[Answer, ...]:
        return answers(self.items, self.entries, self.last)

    def of(self, key: str) -> Answer:
        (found,) = [one for one in self.answers if one.item.key == key]
        return found

    def has(self, key: str) -> bool:
        return any(one.item.key == key for one in self.answers)

    def say(self, key: str, kind: EntryKind, text: str = "", **rest: Any) -> Entry:
        there = next((one for one in self.answers if one.item.key == key), None)
        return self._add(key, kind, text, seen(there, kind) if there else "", rest)

    def add(self, key: str, text: str) -> Entry:
        """Add an item of the officer's own, which nothing is behind."""
        entry = self.say(key, EntryKind.ADDED, text)
        self.entries[-1] = replace(entry, digest=self.of(key).digest)
        return self.entries[-1]

    def attest(self, task: Task) -> Entry:
        own = of_task(task, self.answers)
        return self._add(f"task:{task.value}", EntryKind.ATTESTED, attestation(own), task_digest(own), {})

    def becomes(self, key: str, **rest: Any) -> None:
        """A record changes, and with it what an item says or rests on."""
        self.items = tuple(replace(one, **rest) if one.key == key else one for one in self.items)

    def goes(self, key: str) -> None:
        """A record is withdrawn, and its item with it."""
        self.items = tuple(one for one in self.items if one.key != key)

    def _add(self, key: str, kind: EntryKind, text: str, digest: str, rest: dict[str, Any]) -> Entry:
        entry = an_entry(len(self.entries) + 1, key, kind, text, digest=digest, **rest)
        self.entries.append(entry)
        return entry


def keys(some: Sequence[Answer]) -> list[str]:
    return [one.item.key for one in some]
