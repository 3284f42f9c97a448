"""Recording what agencies report as it happens: exigent events and violations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.event_duties import days_in_order, exigent_lacks, violation_lacks
from catalog.model.event_machine import (
    BreachStep,
    By,
    Move,
    Need,
    Told,
    breach_after,
    breach_done,
    exigent_acted,
    exigent_after,
    exigent_moves,
    found_not_exigent,
    violation_acted,
    violation_after,
    violation_moves,
)
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState
from catalog.model.parties import Party
from catalog.model.revisions import RecordKind
from catalog.services import access, contents, event_pages, history, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law

E = TypeVar("E", ExigentEvent, Violation)
S = TypeVar("S", ExigentState, ViolationState)
_KINDS: Mapping[type, tuple[RecordKind, str]] = {
    ExigentEvent: (RecordKind.EXIGENT_EVENT, "exigent_event"),
    Violation: (RecordKind.VIOLATION, "violation"),
}

#: What the officer confirms or finds excepted, and the privacy office reviews: what happened, to whom and with what.
_TOLD_OF_EVENT = (
    "activity_id", "verb", "explanation", "party_id", "type_codes", "people", "occurred_on", "cpo_notified_on",
    "category", "exemption",
)  # fmt: skip
_TOLD_OF_VIOLATION = ("activity_id", "cause", "party_id", "type_codes", "people", "breach", "occurred_on")


def add_exigent_event(actor: Actor, catalog: Catalog, event: ExigentEvent) -> ExigentEvent:
    """Record a collection or disclosure in exigent circumstances, with why they existed (§23-1202(d)).

    One that is entered late may be further on: it then says what that rests on, and is entered by who had to act.

    Raises:
        NotFound: when its activity is not one of this agency, or its party is not recorded.
        RequestError: when a type code is not of the taxonomy, days are not in order or to come, or it lacks something.
    """
    access.require(actor, Action.KEEP_REGISTER, event.agency_id)
    if event.state is ExigentState.RECLASSIFIED:
        cause = "an event is found to be a violation after it was recorded"
        raise RequestError(f"Exigent event {event.title}", cause, "Record it as it occurred, then take that step.")
    _acted(actor, event.agency_id, exigent_acted(event))
    return _add(actor, catalog, event, event.verb.value)


def add_violation(actor: Actor, catalog: Catalog, violation: Violation) -> Violation:
    """Record a disclosure in violation of the law (§23-1202(c)(4)); see :func:`add_exigent_event`.

    Raises:
        NotFound: when its activity is not one of this agency, or its party is not recorded.
        RequestError: when a type code is not of the taxonomy, days are not in order or to come, or it lacks something.
    """
    access.require(actor, Action.KEEP_REGISTER, violation.agency_id)
    _acted(actor, violation.agency_id, violation_acted(violation))
    return _add(actor, catalog, violation, "")


def revise_exigent(actor: Actor, catalog: Catalog, event: ExigentEvent, reason: str, expected: int) -> ExigentEvent:
    """Correct what is recorded of an exigent event. Whose it is and how far it is stay what they are.

    Parameters:
        expected: the number of the revision it was corrected from.

    Raises:
        Conflict: when it was changed since.
        NotAllowed: when what an officer confirmed, or the privacy office reviewed, is another's to correct.
        NotFound: when there is no such event that the actor may know of.
        RequestError: when no reason is given, or what it says does not bear out how far it is.
    """
    now = event_pages.known(actor, catalog, ExigentEvent, event.id)
    access.require(actor, Action.KEEP_REGISTER, now.agency_id)
    if (event.review, event.reviewed_on) != (now.review, now.reviewed_on):
        access.require(actor, Action.KEEP_CITY_REGISTER)
    kept = replace(event, agency_id=now.agency_id, state=now.state, violation_id=now.violation_id)
    _stands(actor, now, kept, _TOLD_OF_EVENT, exigent_acted(now))
    return _revise(actor, catalog, now, kept, reason, expected)


def revise_violation(actor: Actor, catalog: Catalog, violation: Violation, reason: str, expected: int) -> Violation:
    """Correct what is recorded of a violation; see :func:`revise_exigent`.

    Raises:
        Conflict: when it was changed since.
        NotFound: when there is no such violation that the actor may know of.
        RequestError: when no reason is given, or what it says does not bear out how far it is.
    """
    now = event_pages.known(actor, catalog, Violation, violation.id)
    access.require(actor, Action.KEEP_REGISTER, now.agency_id)
    if now.state is ViolationState.NOT_A_VIOLATION and violation.notice_reason != now.notice_reason:
        access.require(actor, Action.DESIGNATE, now.agency_id)
    kept = replace(violation, agency_id=now.agency_id, state=now.state)
    _stands(actor, now, kept, _TOLD_OF_VIOLATION, violation_acted(now))
    return _revise(actor, catalog, now, kept, reason, expected)


def move_exigent(
    actor: Actor,
    catalog: Catalog,
    event_id: int,
    to: ExigentState,
    *,
    on: date,
    words: str = "",
    exemption: NoticeExemption | None = None,
    expected: int,
) -> ExigentEvent:
    """Take the next step of the report of an exigent event (§23-1202(d)). Where it is found that there were no exigent
    circumstances, the violation it was is reported with it or not at all.

    Parameters:
        on: the day the step took place.
        expected: the number of the revision the actor has seen.

    Raises:
        Conflict: when it was changed since, or the step does not follow from where it is.
        NotFound: when there is no such event that the actor may know of.
        RequestError: when the step lacks something, or the day is not in order.
    """
    told = Told(on, words.strip(), exemption)
    now = event_pages.known(actor, catalog, ExigentEvent, event_id)
    move = _next(actor, catalog, now, exigent_moves(now), to, told)
    after = exigent_after(now, move.to, told)
    with catalog.together() as joined:
        if to is ExigentState.RECLASSIFIED:
            after = replace(after, violation_id=add_violation(actor, joined, found_not_exigent(now, told)).id)
        return _keep(actor, joined, now, after, told.words, expected, to.value)


def move_violation(
    actor: Actor,
    catalog: Catalog,
    violation_id: int,
    to: ViolationState,
    *,
    on: date,
    words: str = "",
    expected: int,
) -> Violation:
    """Take the next step of the report of a violation (§23-1202(c)(4)); see :func:`move_exigent`.

    Raises:
        Conflict: when it was changed since, or the step does not follow from where it is.
        NotFound: when there is no such violation that the actor may know of.
        RequestError: when the step lacks something, or the day is not in order.
    """
    told = Told(on, words.strip())
    now = event_pages.known(actor, catalog, Violation, violation_id)
    with catalog.reading() as connection:
        is_due = bool(event_pages.rules_of_notice(connection, now, event_pages.today(catalog)))
    move = _next(actor, catalog, now, violation_moves(now, notice_is_due=is_due), to, told)
    return _keep(actor, catalog, now, violation_after(now, move.to, told), told.words, expected, to.value)


def record_breach_step(
    actor: Actor,
    catalog: Catalog,
    violation_id: int,
    step: BreachStep,
    *,
    on: date,
    words: str = "",
    expected: int,
) -> Violation:
    """Record that a duty after a breach of private information was done, and when (§10-502).

    Raises:
        Conflict: when it was changed since.
        NotFound: when there is no such violation that the actor may know of.
        RequestError: when it is no breach or the duty does not apply to it, the determination is not given, or the day
            is not in order.
    """
    now = event_pages.known(actor, catalog, Violation, violation_id)
    access.require(actor, Action.KEEP_REGISTER, now.agency_id)
    if step not in breach_done(now):
        cause = "this is no duty after it" if now.breach else "it is not recorded as a breach of private information"
        raise RequestError(_thing(now), cause, "Correct what is recorded of it first.")
    if step is BreachStep.NO_HARM and not words.strip():
        raise RequestError(_thing(now), "the determination is not given", "Write down why no harm is likely.")
    after = breach_after(now, step, Told(on, words.strip()))
    return _keep(actor, catalog, now, after, words, expected, step.value)


def _add(actor: Actor, catalog: Catalog, record: E, detail: str) -> E:
    _sound(catalog, record)
    kind, name = _KINDS[type(record)]
    action = "add_exigent_event" if isinstance(record, ExigentEvent) else "add_violation"
    with catalog.changing(actor, action, f"agency:{record.agency_id}", detail) as change:
        change.alone()
        _about(change, record.agency_id, record.activity_id, record.party_id)
        stored = law.add(change.connection, record)
        said = contents.whole(change.connection, stored)
        history.keep(change, actor, kind, stored.id, stored.agency_id, said)
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index(name, stored.id)
    return stored


def _stands(actor: Actor, now: E, after: E, fields: Iterable[str], acted: frozenset[By]) -> None:
    """Let what an officer confirmed or the privacy office reviewed be corrected by those who may do that alone."""
    if any(getattr(now, name) != getattr(after, name) for name in fields):
        by = next((one for one in (By.OFFICE, By.OFFICER) if one in acted), By.KEEPER)
        access.require(actor, event_pages.ACTIONS[by], now.agency_id)


def _revise(actor: Actor, catalog: Catalog, now: E, after: E, reason: str, expected: int) -> E:
    if not reason.strip():
        raise RequestError(_thing(now), "no reason is given for changing it", "Say why.")
    return _keep(actor, catalog, now, after, reason, expected, "")


def _keep(actor: Actor, catalog: Catalog, now: E, after: E, reason: str, expected: int, detail: str) -> E:
    """Store a report as it is after a step or a correction, unless somebody was faster."""
    _sound(catalog, after)
    kind, name = _KINDS[type(now)]
    thing = f"{name}:{now.id}"
    action = "revise_exigent_event" if isinstance(now, ExigentEvent) else "revise_violation"
    with catalog.changing(actor, action, thing, detail, agency_id=now.agency_id) as change:
        said = contents.whole(change.connection, now)
        history.open_record(change, kind, now.id, now.agency_id, said, expected)
        _about(change, after.agency_id, after.activity_id, after.party_id)
        law.put(change.connection, after)
        said = contents.whole(change.connection, after)
        history.keep(change, actor, kind, now.id, now.agency_id, said, reason)
        change.compare(now, after)
        change.index(name, now.id)
    return after


def _next(actor: Actor, catalog: Catalog, now: E, moves: Sequence[Move[S]], to: S, told: Told) -> Move[S]:
    """The step, where it follows, the actor may take it and nothing is lacking for it."""
    move = next((one for one in moves if one.to is to), None)
    if move is None:
        raise Conflict(_thing(now), "this step does not follow from where it is now", "Look at it again.")
    access.require(actor, event_pages.ACTIONS[move.by], now.agency_id)
    lacks = list(move.lacks)
    if Need.WORDS in move.needs and not told.words:
        lacks.append("the words that go with this step")
    if Need.EXEMPTION in move.needs and told.exemption is None:
        lacks.append("which of the three reasons of §23-1202(d) there was")
    if lacks:
        raise RequestError(_thing(now), f"this step lacks {'; '.join(lacks)}", "Add it, then take the step.")
    if Need.DAY in move.needs:
        _not_to_come(catalog, now, told.on)
    return move


def _sound(catalog: Catalog, record: ExigentEvent | Violation) -> None:
    """Refuse what does not bear out how far it is, and days that are not in order or to come."""
    rules.types_exist(catalog, record.type_codes)
    lacks = exigent_lacks(record) if isinstance(record, ExigentEvent) else violation_lacks(record)
    if lacks:
        raise RequestError(_thing(record), f"it does not say {'; '.join(lacks)}", "Add it.")
    for days in days_in_order(record):
        rules.in_order(_thing(record), *days)
        for _, day in days:
            if day is not None:
                _not_to_come(catalog, record, day)


def _not_to_come(catalog: Catalog, record: ExigentEvent | Violation, day: date) -> None:
    if day > event_pages.today(catalog):
        raise RequestError(_thing(record), f"the day {day} is still to come", "Give the day it took place.")


def _acted(actor: Actor, agency_id: str, who: Iterable[By]) -> None:
    for by in who:
        access.require(actor, event_pages.ACTIONS[by], agency_id)


def _thing(record: ExigentEvent | Violation) -> str:
    return f"{'Exigent event' if isinstance(record, ExigentEvent) else 'Violation'} {record.title}"


def _about(change: Change, agency_id: str, activity_id: int | None, party_id: int | None) -> None:
    rules.agency_exists(change.connection, agency_id)
    if activity_id is not None:
        rules.own_activity(change.connection, activity_id, agency_id)
    if party_id is not None:
        rules.existing(change.connection, Party, party_id, "Party")
