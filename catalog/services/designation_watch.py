"""What puts an approval up for review, or ends it, without anybody's move: dates, edits, and what scans found."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from catalog.errors import Conflict
from catalog.model import designation_guards as guards
from catalog.model.actors import Actor, Scope
from catalog.model.designation_guards import Signer
from catalog.model.designation_machine import DRAFTED
from catalog.model.designations import HOLDING, Designation, DesignationEvent, DesignationState, DesignationStep
from catalog.model.register import Activity, Verb
from catalog.services import access, approval_contents, approval_facts, approval_steps, contents, reconciling, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import designations, holdings, law, memberships
from catalog.store.engine import Connection

E, S = DesignationEvent, DesignationState
#: What is in force and not up for review; what is amended stays in force meanwhile.
_WATCHED = frozenset({S.ACTIVE, S.AMENDING})
_FOUND = "Confirmed in its data, and not approved: "


def look_around(actor: Actor, catalog: Catalog) -> int:
    """End the approvals whose last day is past, and put up for review those whose day of review has come, or that the
    law or the policies would not let be given today.

    Returns:
        How many were moved.

    Raises:
        NotAllowed: when the actor neither runs scans nor keeps the city's register.
    """
    if not access.may(actor, Action.RUN_SCANS):
        access.require(actor, Action.KEEP_CITY_REGISTER)
    now = catalog.clock.now()
    with catalog.reading() as connection:
        held = designations.in_states(connection, HOLDING)
        due = [(one, told) for one in held if (told := _called(connection, one, now))]
    return sum(_come(actor, catalog, one, *told) for one, told in due)


def _come(
    actor: Actor, catalog: Catalog, one: Designation, event: DesignationEvent, state: DesignationState, reason: str
) -> bool:
    """Move one whose time has come; whether it was: what somebody moved meanwhile is looked at in the next round."""
    with suppress(Conflict):
        with catalog.changing(actor, "move_designation", f"designation:{one.id}", event.value) as change:
            change.alone()
            if law.one(change.connection, Designation, one.id) != one:
                raise designations.moved_meanwhile()
            activity = rules.existing(change.connection, Activity, one.activity_id, "Activity")
            moved = approval_steps.by_itself(change, one, event, state, reason)
            reconciling.touch(change, catalog, activity_ids=[activity.id])
            change.compare(one, moved)
            change.concerns(activity.agency_id)
        return True
    return False


def activity_changed(change: Change, activity_id: int) -> None:
    """Put an active approval up for review when the record is not what was approved any more."""
    for one in designations.of_activity(change.connection, activity_id, {S.ACTIVE}):
        activity = rules.existing(change.connection, Activity, activity_id, "Activity")
        now = approval_contents.content(change.connection, one, activity)
        if contents.digest(now) != one.content_hash:
            labels = approval_contents.labels_changed(approval_contents.read(one), now)
            approval_steps.by_itself(
                change, one, E.REVIEW, S.REVIEW_DUE, f"The record was changed: {'; '.join(labels)}"
            )


def activity_withdrawn(change: Change, activity_id: int) -> None:
    """Withdraw what is drafted of an activity that is withdrawn itself."""
    for one in designations.of_activity(change.connection, activity_id, DRAFTED):
        approval_steps.by_itself(change, one, E.WITHDRAW, S.WITHDRAWN, "Its record was withdrawn")


def types_found(change: Change, catalog: Catalog, dataset_ids: Collection[int]) -> None:
    """Put active approvals up for review of whose data a type was confirmed that nobody declares.

    As in the reconciliation, what a dataset that is collected holds is its collections' to declare. A type that was
    told once is not told again: it may have been looked at and left as it is.
    """
    connection = change.connection
    active = designations.active_on(connection, dataset_ids)
    if not active:
        return
    confirmed = _confirmed(connection, dataset_ids)
    declared = designations.declared_on(connection, dataset_ids)
    collected = {dataset_id for dataset_id, verb, _ in declared if verb is Verb.COLLECTION}
    found: dict[int, set[str]] = {}
    for one, dataset_id in active:
        said = approval_contents.read(one)
        if said.get("verb") == Verb.DISCLOSURE and dataset_id in collected:
            continue
        known = {code for key, _, code in declared if key == dataset_id} | set(said.get("types", ()))
        found.setdefault(one.id, set()).update(confirmed.get(dataset_id, frozenset()) - known)
    moved = {each.id: each for each, _ in active if found.get(each.id)}
    told = _told(connection, moved)
    for one in moved.values():
        labels = {catalog.taxonomy.types[code].label for code in found[one.id]} - told.get(one.id, set())
        if labels:
            reason = _FOUND + "; ".join(sorted(labels))
            approval_steps.by_itself(change, one, E.REVIEW, S.REVIEW_DUE, reason)


def _called(
    connection: Connection, one: Designation, at: datetime
) -> tuple[DesignationEvent, DesignationState, str] | None:
    """What dates, policies and agreements do to an approval; one that is amended is not put up for review once more
    for what it is amended for.
    """
    known = _reviewed_for(connection, one) if one.state is S.AMENDING else set()
    causes = (_due(one, at.date()), _unlawful(connection, one, at))
    return next((told for told in causes if told and told[2] not in known), None)


def _reviewed_for(connection: Connection, one: Designation) -> set[str]:
    """What it was put up for review for since it was last active."""
    steps = law.where(connection, DesignationStep, designation_id=one.id)
    last = max((step.id for step in steps if step.after is S.ACTIVE), default=0)
    return {step.reason for step in steps if step.event is E.REVIEW and step.id > last}


def _due(one: Designation, today: date) -> tuple[DesignationEvent, DesignationState, str] | None:
    """What a date does to an approval."""
    if one.expires_on is not None and one.expires_on < today:
        return E.EXPIRE, S.EXPIRED, f"Its last day was {one.expires_on}"
    if one.state in _WATCHED and one.review_due_on is not None and one.review_due_on <= today:
        return E.REVIEW, S.REVIEW_DUE, f"Its day of review is {one.review_due_on}"
    return None


def _unlawful(
    connection: Connection, one: Designation, at: datetime
) -> tuple[DesignationEvent, DesignationState, str] | None:
    """What new policies, or an agreement that ended, do to an approval."""
    if one.state not in _WATCHED:
        return None
    # Approvals of releases that kept a hash alone do not say on what ground they were given: the record does.
    facts = approval_facts.of(connection, one, at)
    given = one if one.content else replace(one, ground=facts.activity.ground)
    cause = guards.lawful(replace(facts, designation=given), Signer(None))
    return (E.REVIEW, S.REVIEW_DUE, f"It could not be given today: {cause}") if cause else None


def _confirmed(connection: Connection, dataset_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The types that were confirmed in columns of each of these datasets, or of being in them."""
    held = holdings.held_types(connection, Scope(None), dataset_ids)
    told = memberships.confirmed(connection, dataset_ids)
    return {
        key: told.get(key, frozenset()) | {one.type_code for one in held.get(key, ()) if one.confirmed}
        for key in dataset_ids
    }


def _told(connection: Connection, designation_ids: Collection[int]) -> dict[int, set[str]]:
    """The types that each of these approvals was put up for review for before."""
    told: dict[int, set[str]] = {}
    for step in designations.reviews_of(connection, designation_ids):
        if step.reason.startswith(_FOUND):
            told.setdefault(step.designation_id, set()).update(step.reason.removeprefix(_FOUND).split("; "))
    return told
