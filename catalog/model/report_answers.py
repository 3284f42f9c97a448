"""What a report says now: what the records draft, with what people said of it, and whether that still fits.

Pure: machine draft and human word are two records, joined here alone. A person's words are never overwritten: where the
records behind them moved, they stand and are marked; where the record is gone, they stand alone.

Every entry keeps the digest of what it was said over (:func:`seen`). Who attests a task says it of all that the task
holds: that entry keeps the digest of the whole (:func:`task_digest`), and of each item as it was (:func:`attestation`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from catalog.model.report_drafts_types import COLLECTED, DISCLOSED, RETAINED, YES, compared, gone_item
from catalog.model.report_entries import Entry, EntryKind, WithholdReason
from catalog.model.report_form import Element, Task, task_of
from catalog.model.report_items import Item, Source, SourceKind
from catalog.model.report_said import ReportContent, SaidItem
from catalog.model.report_sayings import Sayings, canonical, element_of, hashed, is_about, is_own, latest, task_key


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

    ``text`` is what it says (with ``item.fields`` for what has cells); ``digest`` of all it rests on, records and
    carried words; ``said`` the latest word by which a person made it so or said that it holds, None where nobody did;
    ``moved`` whether what it rests on changed since ``said``; ``last_text``, ``last_fields`` and ``last_withheld`` (a
    :class:`WithholdReason` or "") what the last report said; ``withheld_said`` whether somebody said in this cycle that
    it is withheld, or not, and ``told`` the word that it is not; ``latest`` the number of the latest entry about it (0
    for none), which whoever says something more has to have seen; ``last_explained`` and ``last_withheld_words`` how
    the last report explained it and why it withheld it.
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
    last_withheld: str = ""
    withheld_said: bool = False
    told: Entry | None = None
    last_explained: str = ""
    last_withheld_words: str = ""

    @property
    def task(self) -> Task:
        """The task in which it is answered."""
        return task_of(self.item.element)

    @property
    def is_own(self) -> bool:
        """Whether no record drafts it: somebody added it, or the record behind what somebody wrote is gone."""
        return is_own(self.item.key) or NO_RECORD in self.item.marks

    @property
    def reason(self) -> WithholdReason | None:
        """Why it is withheld from the public."""
        return self.withheld.reason if self.withheld else None

    @property
    def is_filled(self) -> bool:
        """Whether it says anything."""
        return bool(self.text or self.item.fields)

    @property
    def is_settled(self) -> bool:
        """Whether a person said that it holds as it is; of what was carried over, that it still does."""
        back = self.said is not None and self.said.kind is EntryKind.BACK_TO_DRAFT
        return self.said is not None and not self.moved and not (back and self.origin is Origin.CARRIED)

    @property
    def needs_explaining(self) -> bool:
        """Whether it has to be explained and is not."""
        return bool(self.item.needs_reason) and self.explained is None

    @property
    def open_comments(self) -> tuple[Comment, ...]:
        """What the privacy office said of it that is not answered."""
        return tuple(one for one in self.comments if one.answer is None)

    @property
    def prefilled(self) -> bool:
        """Whether it said something before anybody wrote: from the records, or from the last report."""
        return bool(self.item.text or self.item.fields or self.last_text)


#: What is to be known of words whose record is gone.
NO_RECORD = "The record behind these words is gone"
_TICKS = frozenset({(name, YES) for name in (COLLECTED, RETAINED, DISCLOSED)})


def digest(item: Item, text: str = "") -> str:
    """A digest of all that an item rests on: it moves with every edit of a record behind it.

    Parameters:
        text: the words that are carried over from the last report, where the records draft none.
    """
    sources = sorted((one.kind.value, one.id, one.version) for one in item.sources)
    return hashed([item.key, item.fields, item.text, item.marks, item.needs_reason, sources, text])


def reason_digest(item: Item) -> str:
    """A digest of why an item has to be explained: an explanation holds while that stays the same."""
    return hashed([item.key, item.needs_reason])


def seen(answer: Answer, kind: EntryKind) -> str:
    """The digest that an entry of this kind keeps, said of the answer as it is."""
    return reason_digest(answer.item) if kind is EntryKind.EXPLAINED else answer.digest


def of_task(task: Task, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The answers of a task."""
    return tuple(one for one in answers if one.task is task)


def task_digest(answers: Iterable[Answer]) -> str:
    """A digest of all that the answers of one task say and rest on, in whatever order: what is attested is over it."""
    return hashed(sorted(_attested_of(one) for one in answers))


def attestation(answers: Iterable[Answer]) -> str:
    """What an entry that attests a task keeps as its text: the digest of each of its items, in canonical JSON."""
    return canonical({one.item.key: one.digest for one in answers})


def task_state(
    task: Task, answers: Iterable[Answer], entries: Iterable[Entry], sent_back: datetime | None = None
) -> TaskState:
    """How far a task is. What was attested before the privacy office commented on it is looked at again.

    Parameters:
        answers: those of the task, among others or not.
        entries: those of the cycle, in order.
        sent_back: when the report was sent back whole (:func:`catalog.model.report_comments.sent_back_whole`).
    """
    about = [one for one in entries if is_about(one.item_key, task)]
    attested, commented = latest(about, {EntryKind.ATTESTED}), latest(about, {EntryKind.COMMENTED})
    if attested is not None:
        same = attested.digest == task_digest(of_task(task, answers))
        after = commented is None or commented.id < attested.id
        since = sent_back is None or attested.at >= sent_back
        return TaskState.DONE if same and after and since else TaskState.LOOK_AGAIN
    begun = any(one.kind is not EntryKind.COMMENTED for one in about)
    return TaskState.IN_PROGRESS if begun else TaskState.NOT_STARTED


def answers(
    items: Sequence[Item], entries: Sequence[Entry], last: ReportContent | None, *, last_cycle_id: int = 0
) -> tuple[Answer, ...]:
    """The report as it is now, in the order of the elements; what no record drafts comes last in each.

    Parameters:
        items: what the records draft.
        entries: those of the cycle, in order.
        last: what the agency's last report said, if there is one; ``last_cycle_id`` is the number of its cycle.
    """
    sayings = Sayings(entries, last)
    drafted = {one.key for one in items}
    gone = [one for one in _gone_types(last, last_cycle_id) if one.key not in drafted]
    there = drafted | {one.key for one in gone}
    alone = [_without_record(key, sayings) for key in sayings.keys if key not in there]
    order = list(Element)
    beside = (_beside_last(one, sayings) for one in items)
    every = sorted((*beside, *gone, *(one for one in alone if one)), key=lambda one: order.index(one.element))
    gone_keys = {one.key for one in gone}
    found = (_answer(item, sayings, is_gone=item.key in gone_keys) for item in every)
    return tuple(_with_last(one, last, last_cycle_id) for one in found)


def _beside_last(item: Item, sayings: Sayings) -> Item:
    last = sayings.last.get(item.key)
    return compared(item, last.fields) if last and item.element is Element.TYPES else item


def _with_last(answer: Answer, last: ReportContent | None, cycle_id: int) -> Answer:
    """With the last report among what it rests on, where its words are carried over from there; its digest has them."""
    if last is None or answer.origin is not Origin.CARRIED:
        return answer
    sources = (_last_source(last, cycle_id, answer.text), *answer.item.sources)
    return replace(answer, item=replace(answer.item, sources=sources))


def as_signed(content: ReportContent, entries: Sequence[Entry], last: ReportContent | None) -> tuple[Answer, ...]:
    """The answers of a report that was signed, as they were; nothing of them moves while it cannot be changed.

    Parameters:
        entries: those of its cycle, in order: with the comments since.
        last: what the report before it said.
    """
    sayings = Sayings(entries, last)
    since = {one.key: Since(one.since) for one in content.changes}
    same = Since.SAME if content.last_period_to else Since.NO_LAST
    return tuple(_signed(one, sayings, since.get(one.key, same)) for one in content.items)


def _signed(said: SaidItem, sayings: Sayings, since: Since) -> Answer:
    drafted = said.text if said.origin == Origin.RECORDS else ""
    sources = tuple(Source(one.kind, one.id, one.label, "") for one in said.sources)
    item = Item(said.key, said.element, said.label, said.fields, drafted, sources, said.marks, said.group)
    now = _answer(item, sayings, is_gone=False)
    return replace(
        now,
        text=said.text,
        origin=Origin(said.origin),
        moved=False,
        since=since,
        explained=sayings.latest(said.key, EntryKind.EXPLAINED) if said.explained else None,
    )


def _gone_types(last: ReportContent | None, last_cycle_id: int) -> Iterable[Item]:
    """The lines of the types that the last report ticked, as they are where nothing speaks for them now."""
    for one in last.items if last else ():
        if last and one.element is Element.TYPES and not is_own(one.key) and not _TICKS.isdisjoint(one.fields):
            yield gone_item(one.key, one.label, one.fields, one.group, (_last_source(last, last_cycle_id, one.fields),))


def _last_source(last: ReportContent, cycle_id: int, what: object) -> Source:
    """The last report, as what something in this one rests on."""
    label = f"Report of {last.period_from.year} to {last.period_to.year}"
    return Source(SourceKind.LAST_REPORT, str(cycle_id or ""), label, hashed([last.period_to.isoformat(), what]))


def _without_record(key: str, sayings: Sayings) -> Item | None:
    """The item of words that no record drafts; None where there are none, or they were taken out."""
    element = element_of(key)
    kinds = (EntryKind.WROTE, EntryKind.BACK_TO_DRAFT, EntryKind.REMOVED)
    words = sayings.latest(key, *kinds, EntryKind.ADDED)
    if element is None or (words and words.kind is EntryKind.REMOVED):
        return None
    if is_own(key):
        there = key in sayings.last or sayings.latest(key, EntryKind.ADDED)
        return Item(key, element, "Added by the agency", (), "", ()) if there else None
    if words is None or words.kind is not EntryKind.WROTE:
        return None
    label = sayings.last[key].label if key in sayings.last else "What was written here"
    return Item(key, element, label, (), "", (), marks=(NO_RECORD,))


def _answer(item: Item, sayings: Sayings, *, is_gone: bool) -> Answer:
    last = sayings.last.get(item.key)
    text, origin = _words(item, sayings, last)
    now = digest(item, _carried(item, last))
    said, over = _said(item, sayings)
    withholding = sayings.latest(item.key, EntryKind.WITHHELD, EntryKind.NOT_WITHHELD)
    return Answer(
        item=item,
        text=text,
        origin=origin,
        digest=now,
        said=said,
        moved=said is not None and over != now,
        since=Since.GONE if is_gone else _since(item, text, sayings),
        last_text=last.text if last else "",
        last_fields=last.fields if last else (),
        withheld=withholding if withholding and withholding.kind is EntryKind.WITHHELD else None,
        explained=_explained(item, sayings),
        comments=comments(item.key, sayings),
        proposals=_proposals(item, sayings),
        latest=max((one.id for one in sayings.of(item.key)), default=0),
        last_withheld=last.withheld if last else "",
        withheld_said=withholding is not None,
        told=withholding if withholding and withholding.kind is EntryKind.NOT_WITHHELD else None,
        last_explained=last.explained if last else "",
        last_withheld_words=last.withheld_words if last else "",
    )


def _words(item: Item, sayings: Sayings, last: SaidItem | None) -> tuple[str, Origin]:
    """What an item says, and where it comes from: people's words, else those of the last report, else the draft."""
    words = sayings.latest(item.key, EntryKind.WROTE, EntryKind.BACK_TO_DRAFT, EntryKind.ADDED, EntryKind.REMOVED)
    if words is not None and words.kind is EntryKind.WROTE:
        return words.text, Origin.WRITTEN
    added = sayings.latest(item.key, EntryKind.ADDED)
    if is_own(item.key) and added is not None:
        return added.text, Origin.WRITTEN
    is_back = words is not None and words.kind is EntryKind.BACK_TO_DRAFT
    carried = _carried(item, last)
    if carried and not (is_back and is_drafted(item)):
        return carried, Origin.CARRIED
    return item.text, Origin.RECORDS if is_drafted(item) else Origin.NONE


def is_drafted(item: Item) -> bool:
    """Whether the records say anything of it."""
    return bool(item.text or item.fields)


def _carried(item: Item, last: SaidItem | None) -> str:
    """The words of people in the last report that an item takes over, also over its draft; "" for none. A draft of then
    is not taken over: where its record says nothing any more, the report does not say it any more either.
    """
    if last is None or last.origin == Origin.RECORDS or last.text == item.text:
        return ""
    return last.text


def _said(item: Item, sayings: Sayings) -> tuple[Entry | None, str]:
    """The latest word by which a person made it so or said that it holds, and the digest it had then."""
    own = sayings.latest(item.key, EntryKind.WROTE, EntryKind.STILL_TRUE, EntryKind.BACK_TO_DRAFT, EntryKind.ADDED)
    attested = sayings.attested(item)
    if attested is not None and (own is None or attested[0].id > own.id):
        return attested
    return (own, own.digest) if own else (None, "")


def _since(item: Item, text: str, sayings: Sayings) -> Since:
    """How it differs from the last report; by what it says, never by how its records are kept or called."""
    if sayings.report is None:
        return Since.NO_LAST
    last = sayings.last.get(item.key)
    if last is None:
        return Since.NEW if text or item.fields else Since.SAME
    told = {name for name, _ in last.fields}
    # A report that was entered by hand has its ticks alone: cells that it never had are no difference.
    fields = item.fields if last.sources else tuple(cell for cell in item.fields if cell[0] in told)
    return Since.SAME if (last.text, last.fields) == (text, fields) else Since.CHANGED


def _explained(item: Item, sayings: Sayings) -> Entry | None:
    """The explanation, while what it explains stays the same."""
    found = sayings.latest(item.key, EntryKind.EXPLAINED)
    return found if found and item.needs_reason and found.digest == reason_digest(item) else None


def comments(key: str, sayings: Sayings) -> tuple[Comment, ...]:
    """What the privacy office said of an item, each with its answer."""
    said = (one for one in sayings.of(key) if one.kind is EntryKind.COMMENTED)
    return tuple(Comment(one, sayings.answer_to(one, EntryKind.ANSWERED)) for one in said)


def on_task(task: Task, entries: Sequence[Entry]) -> tuple[Comment, ...]:
    """What the privacy office said of a task as a whole, each with its answer."""
    return comments(task_key(task), Sayings(entries, None))


#: What takes a proposal up, or does not.
_ENDS_PROPOSAL = (EntryKind.WROTE, EntryKind.STILL_TRUE, EntryKind.DISMISSED)


def _proposals(item: Item, sayings: Sayings) -> tuple[Entry, ...]:
    """The proposals that were neither taken up nor dismissed."""
    made = (one for one in sayings.of(item.key) if one.kind is EntryKind.PROPOSED)
    return tuple(one for one in made if sayings.answer_to(one, *_ENDS_PROPOSAL) is None)


def _attested_of(answer: Answer) -> list[str]:
    """All of an answer that is attested: what it rests on, its words, its explanation, and why it is withheld."""
    explained = answer.explained.text if answer.explained else ""
    withheld = [answer.reason or "", answer.withheld.text] if answer.withheld else ["", ""]
    return [answer.item.key, answer.digest, answer.text, answer.origin, explained, *withheld]
