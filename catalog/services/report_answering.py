"""Saying things in an inventory cycle, item by item, and attesting its tasks (§23-1205).

Nothing that was said is changed: each entry is added to those before it, by one who saw the latest of them.
"""

from collections.abc import Sequence
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
from catalog.services import access, cycle_steps, division_tasks, report_contents, report_states, saying_rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law, reports
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
) -> Entry:
    """Say something of an item of a report. The first word of who answers starts a cycle that is open or returned; what
    is sent twice is said once.

    Parameters:
        item_key: where something is added, the element it is added to.
        answers_id: the entry it answers: a comment, or a proposal that is taken up or not.
        division_task_id: in which an answer is proposed.
        expected: the latest entry of the item that was seen (:attr:`Answer.latest`); 0 where something is added.

    Raises:
        Conflict: when somebody was faster, or the cycle does not take it where it is.
        NotAllowed: when it is another's to say.
        NotFound: when there is no such cycle or task that the actor may know of.
        RequestError: when there is no such item, words or a reason are lacking, or it makes no sense there.
    """
    said = Said(item_key, kind, text, reason, answers_id, division_task_id, expected)
    (entry,) = say_many(actor, catalog, cycle_id, (said,))
    return entry


def say_many(actor: Actor, catalog: Catalog, cycle_id: int, said: Sequence[Said]) -> tuple[Entry, ...]:
    """Say many things, all of them or none; see :func:`say`. Of one item, one thing is said at once."""
    with catalog.reading() as connection:
        cycle = _known(connection, actor, cycle_id, said)
        now = report_states.state_of(connection, catalog, cycle)
        checked = tuple(_check(connection, actor, cycle, now, one) for one in said)
        before = [_said_before(connection, actor, cycle, one) for one in checked]
    if all(before):
        return tuple(one for one in before if one)
    with catalog.together() as joined:
        return tuple(_say(actor, joined, cycle, one) for one in checked)


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
        now = report_states.state_of(connection, catalog, cycle)
        attested = _attested(now, task)
        if attested is not None and attested.digest == digest:
            return attested
    with catalog.together() as joined:
        return _attest(actor, joined, cycle, task, digest)


def _known(connection: Connection, actor: Actor, cycle_id: int, said: Sequence[Said]) -> Cycle:
    if not said or len(said) > MOST_AT_ONCE:
        cause = "nothing is said" if not said else f"{len(said):,} things are said at once"
        raise RequestError("This report", cause, f"Say 1 to {MOST_AT_ONCE:,} things at once.")
    found = {cycle_steps.known(connection, actor, cycle_id, saying_rules.action_for(one.kind)) for one in said}
    return found.pop()


def _check(connection: Connection, actor: Actor, cycle: Cycle, now: ReportNow, said: Said) -> _Checked:
    """What somebody wants to say, where it makes sense of the report as it is."""
    saying_rules.require_time(cycle, said.kind)
    if said.kind is EntryKind.ADDED:
        element = saying_rules.element_added_to(said)
        thing = "What is added"
        text = saying_rules.words_of(thing, said, None)
        saying_rules.require_sense(thing, said, None, {})
        return _Checked(replace(said, item_key=element.value, text=text), thing, "")
    answer = next((one for one in now.answers if one.item.key == said.item_key), None)
    thing = _thing(connection, cycle, said, answer)
    text = saying_rules.words_of(thing, said, answer)
    of_item = {one.id: one for one in now.entries if one.item_key == said.item_key}
    saying_rules.require_sense(thing, said, answer, of_item)
    _require_asked(connection, actor, cycle, now, said)
    return _Checked(replace(said, text=text), thing, seen(answer, said.kind) if answer else "")


def _thing(connection: Connection, cycle: Cycle, said: Said, answer: Answer | None) -> str:
    """What an item is called in errors; comments are also on tasks, and on what was signed and is gone now."""
    if answer is not None:
        return answer.item.label or "This item"
    if said.kind not in _ABOUT_TASKS:
        raise saying_rules.no_such_item()
    tasks = {task_key(one): TASK_TEXT[one] for one in Task}
    if said.item_key in tasks:
        return tasks[said.item_key]
    frozen = reports.frozen(connection, cycle.id)
    items = report_contents.decode(frozen.content).items if frozen else ()
    label = next((one.label for one in items if one.key == said.item_key), None)
    if label is None:
        raise saying_rules.no_such_item()
    return label or "This item"


def _require_asked(connection: Connection, actor: Actor, cycle: Cycle, now: ReportNow, said: Said) -> None:
    """Refuse a proposal by who is not asked, or of what they are not asked about."""
    if said.kind is not EntryKind.PROPOSED:
        if said.division_task_id is not None:
            raise RequestError("This request", "what is asked of a division is answered by proposing", "Propose it.")
        return
    found = law.one(connection, DivisionTask, said.division_task_id or 0)
    task = saying_rules.require_asked(actor, cycle, found)
    if said.item_key not in division_tasks.covers(now, task):
        raise RequestError("This item", "it is no part of what is asked", "Propose of the items that are.")


def _said_before(connection: Connection, actor: Actor, cycle: Cycle, checked: _Checked) -> Entry | None:
    """What the actor said last of the item, if it is the same: a form that was sent twice."""
    said = checked.said
    if said.kind is EntryKind.ADDED:
        added = reports.added_last(connection, cycle.id, own_key(Element(said.item_key), ""), said.text)
        return added if added is not None and added.person_id == actor.person_id else None
    latest = reports.latest_entry(connection, cycle.id, said.item_key)
    if latest is None or latest.id <= said.expected or latest.person_id != actor.person_id:
        return None
    told = (latest.kind, latest.text, latest.reason, latest.answers_id, latest.division_task_id)
    same = told == (said.kind, said.text, said.reason, said.answers_id, said.division_task_id)
    return latest if same and latest.digest == checked.digest else None


def _say(actor: Actor, catalog: Catalog, cycle: Cycle, checked: _Checked) -> Entry:
    """Add an entry, unless somebody was faster."""
    kind, thing = checked.said.kind, f"cycle:{cycle.id}"
    with catalog.changing(actor, "say_in_report", thing, kind.value, agency_id=cycle.agency_id) as change:
        change.alone()
        saying_rules.require_time(_started(change, actor, catalog, cycle.id, kind), kind)
        key = _free_key(change, catalog, cycle.id, checked)
        return _keep(change, actor, cycle.id, replace(checked.said, item_key=key), checked.digest or _digest(key))


def _free_key(change: Change, catalog: Catalog, cycle_id: int, checked: _Checked) -> str:
    """The key under which it is said: a new one for what is added.

    Raises:
        Conflict: when somebody was faster.
    """
    said = checked.said
    if said.kind is not EntryKind.ADDED:
        latest = reports.latest_entry(change.connection, cycle_id, said.item_key)
        if (latest.id if latest else 0) != said.expected:
            raise saying_rules.faster(catalog, checked.thing, latest)
        return said.item_key
    element = Element(said.item_key)
    twin = reports.added_last(change.connection, cycle_id, own_key(element, ""), said.text)
    if twin is not None:
        raise saying_rules.faster(catalog, checked.thing, twin)
    return own_key(element, f"{cycle_id}-{reports.added(change.connection, cycle_id) + 1}")


def _started(change: Change, actor: Actor, catalog: Catalog, cycle_id: int, kind: EntryKind) -> Cycle:
    """The cycle as it is, started where it was not and who speaks answers for the agency."""
    cycle = law.one(change.connection, Cycle, cycle_id)
    if cycle is None:
        raise access.nothing_here("This report")
    if cycle.state not in _STARTS or kind in _STARTS_NOTHING:
        return cycle
    return _start(actor, catalog, cycle)


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


def _attest(actor: Actor, catalog: Catalog, cycle: Cycle, task: Task, seen_digest: str) -> Entry:
    """Add the entry that attests a task, if it says what was seen."""
    thing, agency_id = f"cycle:{cycle.id}", cycle.agency_id
    with catalog.changing(actor, "attest_report", thing, task.value, agency_id=agency_id) as change:
        change.alone()
        current = _started(change, actor, catalog, cycle.id, EntryKind.ATTESTED)
        saying_rules.require_time(current, EntryKind.ATTESTED)
        now = report_states.state_of(change.connection, catalog, current)
        own = of_task(task, now.answers)
        _require_seen(catalog, now, task, own, seen_digest)
        said = Said(task_key(task), EntryKind.ATTESTED, attestation(own))
        return _keep(change, actor, cycle.id, said, seen_digest)


def _require_seen(catalog: Catalog, now: ReportNow, task: Task, own: Sequence[Answer], seen_digest: str) -> None:
    """Refuse a task that says something else than was seen, that is attested already, or with what says nothing."""
    thing = f"“{TASK_TEXT[task]}”"
    if task_digest(own) != seen_digest:
        latest = max((one.latest for one in own), default=0)
        by = next((one for one in now.entries if one.id == latest), None)
        told = f"; {saying_rules.did(catalog, by)}" if by else ""
        raise Conflict(thing, f"it says something else than you saw{told}", "Look at it again, then attest it.")
    attested = _attested(now, task)
    if attested is not None and attested.digest == seen_digest:
        raise saying_rules.faster(catalog, thing, attested)
    empty = [one.item.label or one.item.key for one in own if not one.is_filled]
    if empty:
        raise RequestError(thing, f"nothing is said yet in: {'; '.join(empty)}", "Write it there, then attest this.")


def _attested(now: ReportNow, task: Task) -> Entry | None:
    """The entry that attested a task last."""
    own = [one for one in now.entries if one.kind is EntryKind.ATTESTED and one.item_key == task_key(task)]
    return own[-1] if own else None
