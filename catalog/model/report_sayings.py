"""What people said in a cycle, item by item, beside what the last report said of each."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import ELEMENTS, Element, Task, task_of
from catalog.model.report_items import Item
from catalog.model.report_said import ReportContent, SaidItem

_OWN = "/own:"
_ABOUT_TASK = "task:"
#: Made once: making it anew for every item takes as long as what it does.
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def is_own(key: str) -> bool:
    """Whether a key is of an item that an officer added."""
    return _OWN in key


def own_key(element: Element, name: str) -> str:
    """The key of an item that an officer adds to an element; ``name`` is used once in a cycle and after."""
    return f"{element.value}{_OWN}{name}"


def task_key(task: Task) -> str:
    """What an entry about a whole task is about."""
    return f"{_ABOUT_TASK}{task.value}"


def element_of(key: str) -> Element | None:
    """The element an item key is of; None where it is of none."""
    name = key.partition("/")[0]
    return next((one for one in Element if one.value == name), None)


def is_about(key: str, task: Task) -> bool:
    """Whether a key is of a task, or of an item in it."""
    return key == task_key(task) or key.partition("/")[0] in ELEMENTS[task]


class Sayings:
    """The entries of a cycle by item, and the last report by item."""

    def __init__(self, entries: Sequence[Entry], last: ReportContent | None) -> None:
        self.report = last
        self.last: Mapping[str, SaidItem] = {one.key: one for one in last.items} if last else {}
        self._of: dict[str, list[Entry]] = {}
        self._answered = {one.answers_id: one for one in entries if one.answers_id is not None}
        self._attested: dict[str, tuple[Entry, Mapping[str, str]]] = {}
        for one in entries:
            self._of.setdefault(one.item_key, []).append(one)
            if one.kind is EntryKind.ATTESTED:
                self._attested[one.item_key] = (one, _read(one.text))

    @property
    def keys(self) -> tuple[str, ...]:
        """The items of officers' own in the last report, then all that anything was said of."""
        carried = (key for key in self.last if is_own(key))
        return tuple(dict.fromkeys((*carried, *self._of)))

    def of(self, key: str) -> Sequence[Entry]:
        """What was said of an item, in order."""
        return self._of.get(key, ())

    def latest(self, key: str, *kinds: EntryKind) -> Entry | None:
        """The latest entry of these kinds on an item or a task."""
        return latest(self.of(key), kinds)

    def attested(self, item: Item) -> tuple[Entry, str] | None:
        """The entry that attests the item's task, and the digest that the item had then; None if it was not there."""
        found = self._attested.get(task_key(task_of(item.element)))
        return (found[0], found[1][item.key]) if found and item.key in found[1] else None

    def answer_to(self, entry: Entry, *kinds: EntryKind) -> Entry | None:
        """What answers an entry, if it is of these kinds."""
        found = self._answered.get(entry.id)
        return found if found and found.kind in kinds else None


def latest(entries: Iterable[Entry], kinds: Collection[EntryKind]) -> Entry | None:
    """The last of the entries that is of these kinds."""
    found = [one for one in entries if one.kind in kinds]
    return found[-1] if found else None


def hashed(parts: object) -> str:
    """SHA-256 of what can be told in JSON."""
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def canonical(told: object) -> str:
    """JSON in one form: keys in order, no blanks."""
    return _ENCODER.encode(told)


def _read(text: str) -> Mapping[str, str]:
    read: dict[str, str] = json.loads(text) if text else {}
    return read
