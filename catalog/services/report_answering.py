"""Saying things in an inventory cycle, item by item, and attesting its tasks (§23-1205).

Nothing that was said is changed: each entry is added to those before it, by one who saw the latest of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.cycles import Cycle, CycleEvent, CycleState, DivisionTask
from catalog.model.report_answers import Answer, attestation, of_task, seen, task_digest
from catalog.model.report_answers import digest as digest_of
from catalog.model.report_entries import Entry, EntryKind, Said, WithholdReason
from catalog.model.report_form import TASK_TEXT, Element, Task
from catalog.model.report_items import Item
from catalog.model.report_sayings import element_of, own_key, task_key
from catalog.model.report_views import ReportNow
from catalog.services import cycle_steps, division_tasks, report_contents, report_states, saying_rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import audit, law, reports
from catalog.store.engine import Connection

_STARTS = frozenset({CycleState.OPEN, CycleState.RETURNED})
#: What somebody says who does not answer for the agency.
_STARTS_NOTHING = frozenset({EntryKind.COMMENTED, EntryKind.PROPOSED})
_ABOUT_TASKS = frozenset({EntryKind.COMMENTED, EntryKind.ANSWERED})
#: The most that can be said at once.
MOST_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found to make sense: as it is to be said, what it is of, and the digest of that as it was seen."""

    said: Said
    thing: str
    digest: str


@dataclass
class _Talk:
    """A report as it is while somebody speaks of it and nobody else changes it."""

    actor: Actor
    connection: Connection
    now: ReportNow

    def __post_init__(self) -> None:
        self.state = self.now.cycle.state
        self.answers = {one.item.key: one for one in self.now.answers}
        self.said: dict[str, list[Entry]] = {}
        for one in self.now.entries:
            self.said.setdefault(one.item_key, []).append(one)
        self._asked: dict[int, Collection[str]] = {}

    def latest(self, key: str) -> Entry | None:
        """What was said last of an item."""
        return self.said[key][-1] if self.said.get(key) else None

    def asked(self, task_id: int) -> Collection[str]:
        """The keys of the items that the actor is asked about in a division task."""
        if task_id not in self._asked:
            found = law.one(self.connection, DivisionTask, task_id)
            task = saying_rules.require_asked(self.actor, self.now.cycle, found)
            self._asked[task_id] = division_tasks.covers(self.now, task)
        return self._asked[task_id]


def say(
    actor: Actor,
    catalog: Catalog,
    cycle_id: int,
    item_key: str,
    kind: EntryKind,
    *,
    text: str = "",
    reason: WithholdReason | None = None,
    answers_id: int | None = None,
    division_task_id: int | None = None,
    expected: int,
    seen: str = "",
) -> Entry:
    """Say something of an item of a report. The first word of who answers starts a cycle that is open or returned; what
    is sent twice is said once.

    Parameters:
        item_key: where something is added, the element it is added to.
        answers_id: the entry it answers: a comment, or a proposal that is taken up or not.
        division_task_id: in which an answer is proposed.
        expected: the latest entry of the item that was seen (:attr:`Answer.latest`); 0 where something is added.
        seen: what the item rested on when it was seen (:attr:`Answer.digest`); "" where nobody looked at it first.

    Raises:
        Conflict: when somebody was faster, the item rests on something else now, or the cycle does not take it where
            it is.
        NotAllowed: when it is another's to say.
        NotFound: when there is no such cycle or task that the actor may know of.
        RequestError: when there is no such item, words or a reason are lacking, or it makes no sense there.
    """
    said = Said(item_key, kind, text, reason, answers_id, division_task_id, expected, seen)
    (entry,) = say_many(actor, catalog, cycle_id, (said,))
    return entry


def say_many(actor: Actor, catalog: Catalog, cycle_id: int, said: Sequence[Said]) -> tuple[Entry, ...]:
    """Say many things, all of them or none; see :func:`say`. Of one item, one thing is said at once."""
    with catalog.reading() as connection:
        _known(connection, actor, cycle_id, said)
    with catalog.together() as joined, joined.reading() as connection:
        # All is looked at while nobody else can change it: neither what was said, nor the records behind it.
        audit.alone(connection)
        cycle = _known(connection, actor, cycle_id, said)
        talk = _Talk(actor, connection, report_states.state_of(connection, joined, cycle))
        checked = tuple(_check(talk, one) for one in said)
        before = [_said_before(talk, one) for one in checked]
        if all(before):
            return tuple(one for one in before if one)
        return tuple(_say(talk, joined, one) for one in checked)


def attest(actor: Actor, catalog: Catalog, cycle_id: int, task: Task, *, digest: str) -> Entry:
    """Attest that all that a task says holds: what is unchanged and filled is confirmed by it. Nothing else is needed:
    gaps block signing alone.

    Parameters:
        digest: of the task as it was seen.

    Raises:
        Conflict: when the task says something else now, or the cycle cannot be changed where it is.
        NotAllowed: when the actor does not answer for the agency.
        NotFound: when there is no such cycle that they may know of.
        RequestError: when something in it says nothing, which is named.
    """
    with catalog.reading() as connection:
        cycle = cycle_steps.known(connection, actor, cycle_id, Action.ANSWER_REPORT)
    with catalog.together() as joined, joined.reading() as connection:
        audit.alone(connection)
        cycle = cycle_steps.known(connection, actor, cycle_id, Action.ANSWER_REPORT)
        saying_rules.require_time(cycle, EntryKind.ATTESTED)
        now = report_states.state_of(connection, joined, cycle)
        own = of_task(task, now.answers)
        _require_seen(joined, now, task, own, digest)
        attested = _attested(now, task, digest)
        if attested is not None and attested.person_id == actor.person_id:
            return attested
        if attested is not None:
            raise saying_rules.attested(joined, _called(task), attested)
        return _attest(actor, joined, cycle, task, own)


def _known(connection: Connection, actor: Actor, cycle_id: int, said: Sequence[Said]) -> Cycle:
    if not said or len(said) > MOST_AT_ONCE:
        cause = "nothing is said" if not said else f"{len(said):,} things are said at once"
        raise RequestError("This report", cause, f"Say 1 to {MOST_AT_ONCE:,} things at once.")
    found = {cycle_steps.known(connection, actor, cycle_id, saying_rules.action_for(one.kind)) for one in said}
    return found.pop()


def _check(talk: _Talk, said: Said) -> _Checked:
    """What somebody wants to say, where it makes sense of the report as it is."""
    saying_rules.require_time(talk.now.cycle, said.kind)
    if said.kind is EntryKind.ADDED:
        element = saying_rules.element_added_to(said)
        thing = "What is added"
        text = saying_rules.words_of(thing, said, None)
        saying_rules.require_sense(thing, said, None, {})
        return _Checked(replace(said, item_key=element.value, text=text), thing, "")
    answer = talk.answers.get(said.item_key)
    thing = _thing(talk, said, answer)
    text = saying_rules.words_of(thing, said, answer)
    if said.seen and answer and said.seen != answer.digest:
        raise saying_rules.rests_on_other(thing)
    saying_rules.require_sense(thing, said, answer, {one.id: one for one in talk.said.get(said.item_key, ())})
    _require_asked(talk, said)
    return _Checked(replace(said, text=text), thing, seen(answer, said.kind) if answer else "")


def _thing(talk: _Talk, said: Said, answer: Answer | None) -> str:
    """What an item is called in errors; comments are also on tasks, and on what was signed and is gone now."""
    if answer is not None:
        return answer.item.label or "This item"
    if said.kind not in _ABOUT_TASKS:
        raise saying_rules.no_such_item()
    tasks = {task_key(one): TASK_TEXT[one] for one in Task}
    if said.item_key in tasks:
        return tasks[said.item_key]
    frozen = reports.frozen(talk.connection, talk.now.cycle.id)
    items = report_contents.decode(frozen.content).items if frozen else ()
    label = next((one.label for one in items if one.key == said.item_key), None)
    if label is None:
        raise saying_rules.no_such_item()
    return label or "This item"


def _require_asked(talk: _Talk, said: Said) -> None:
    """Refuse a proposal by who is not asked, or of what they are not asked about."""
    if said.kind is not EntryKind.PROPOSED:
        if said.division_task_id is not None:
            raise RequestError("This request", "what is asked of a division is answered by proposing", "Propose it.")
        return
    if said.item_key not in talk.asked(said.division_task_id or 0):
        raise RequestError("This item", "it is no part of what is asked", "Propose of the items that are.")


def _said_before(talk: _Talk, checked: _Checked) -> Entry | None:
    """What the actor said last of the item, if it is the same: a form that was sent twice."""
    said, person_id = checked.said, talk.actor.person_id
    if said.kind is EntryKind.ADDED:
        prefix = own_key(Element(said.item_key), "")
        return reports.added_last(talk.connection, talk.now.cycle.id, prefix, said.text, person_id)
    latest = talk.latest(said.item_key)
    if latest is None or latest.id <= said.expected or latest.person_id != person_id:
        return None
    told = (latest.kind, latest.text, latest.reason, latest.answers_id, latest.division_task_id)
    same = told == (said.kind, said.text, said.reason, said.answers_id, said.division_task_id)
    return latest if same and latest.digest == checked.digest else None


def _say(talk: _Talk, catalog: Catalog, checked: _Checked) -> Entry:
    """Add an entry, unless somebody was faster; the first of the agency's starts the cycle."""
    cycle, kind = talk.now.cycle, checked.said.kind
    agency_id, thing = cycle.agency_id, f"cycle:{cycle.id}"
    with catalog.changing(talk.actor, "say_in_report", thing, kind.value, agency_id=agency_id) as change:
        if talk.state in _STARTS and kind not in _STARTS_NOTHING:
            talk.state = _start(talk.actor, catalog, cycle).state
        key = _free_key(talk, catalog, checked)
        entry = _keep(change, talk.actor, cycle.id, replace(checked.said, item_key=key), checked.digest or _digest(key))
    talk.said.setdefault(key, []).append(entry)
    return entry


def _free_key(talk: _Talk, catalog: Catalog, checked: _Checked) -> str:
    """The key under which it is said: a new one for what is added.

    Raises:
        Conflict: when somebody was faster.
    """
    said, cycle_id = checked.said, talk.now.cycle.id
    if said.kind is EntryKind.ADDED:
        return own_key(Element(said.item_key), f"{cycle_id}-{reports.added(talk.connection, cycle_id) + 1}")
    latest = talk.latest(said.item_key)
    if (latest.id if latest else 0) != said.expected:
        raise saying_rules.faster(catalog, checked.thing, latest)
    return said.item_key


def _start(actor: Actor, catalog: Catalog, cycle: Cycle) -> Cycle:
    event, thing = CycleEvent.STARTED.value, f"cycle:{cycle.id}"
    with catalog.changing(actor, "move_cycle", thing, event, agency_id=cycle.agency_id) as change:
        after = cycle_steps.start(change, actor, cycle)
        change.compare(cycle, after)
    return after


def _digest(key: str) -> str:
    """The digest of what only people say: no record is behind it."""
    element = element_of(key)
    return digest_of(Item(key, element, "", (), "", ())) if element else ""


def _keep(change: Change, actor: Actor, cycle_id: int, said: Said, seen_digest: str) -> Entry:
    """Add an entry."""
    entry = Entry(
        0, cycle_id, said.item_key, said.kind, said.text, said.reason, seen_digest, said.answers_id,
        said.division_task_id, actor.person_id, actor.name, change.at,
    )  # fmt: skip
    stored = law.add(change.connection, entry)
    change.compare(None, stored)
    return stored


def _attest(actor: Actor, catalog: Catalog, cycle: Cycle, task: Task, own: Sequence[Answer]) -> Entry:
    """Add the entry that attests a task, and start the cycle where it was not."""
    empty = [one.item.label or one.item.key for one in own if not one.is_filled]
    if empty:
        cause = f"nothing is said yet in: {'; '.join(empty)}"
        raise RequestError(_called(task), cause, "Write it there, then attest this.")
    thing, agency_id = f"cycle:{cycle.id}", cycle.agency_id
    with catalog.changing(actor, "attest_report", thing, task.value, agency_id=agency_id) as change:
        if cycle.state in _STARTS:
            _start(actor, catalog, cycle)
        said = Said(task_key(task), EntryKind.ATTESTED, attestation(own))
        return _keep(change, actor, cycle.id, said, task_digest(own))


def _require_seen(catalog: Catalog, now: ReportNow, task: Task, own: Sequence[Answer], digest: str) -> None:
    """Refuse a task that says something else than was seen."""
    if task_digest(own) != digest:
        latest = max((one.latest for one in own), default=0)
        by = next((one for one in now.entries if one.id == latest), None)
        told = f"; {saying_rules.did(catalog, by)}" if by else ""
        cause = f"it says something else than you saw{told}"
        raise Conflict(_called(task), cause, "Look at it again, then attest it.")


def _attested(now: ReportNow, task: Task, digest: str) -> Entry | None:
    """The entry by which a task is attested as it is, since the report was last sent back."""
    returned = max((one.at for one in now.steps if one.event is CycleEvent.RETURNED), default=None)
    own = [one for one in now.entries if one.kind is EntryKind.ATTESTED and one.item_key == task_key(task)]
    last = own[-1] if own else None
    stands = last is not None and last.digest == digest and (returned is None or last.at > returned)
    return last if stands else None


def _called(task: Task) -> str:
    return f"“{TASK_TEXT[task]}”"
