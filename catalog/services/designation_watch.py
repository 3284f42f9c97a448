"""What puts an approval up for review, or ends it, without anybody's move: dates, edits, and what scans found."""

from collections.abc import Collection
from datetime import date

from catalog.model import designation_guards as guards
from catalog.model.actors import Actor, Scope
from catalog.model.designation_guards import Signer
from catalog.model.designations import HOLDING, Designation, DesignationEvent, DesignationState, DesignationStep
from catalog.model.register import Activity, Verb
from catalog.services import access, approval_contents, approval_facts, approval_steps, contents, reconciling, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import designations, holdings, law, memberships
from catalog.store.engine import Connection

E, S = DesignationEvent, DesignationState
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
        due = [(one, told) for one in held if (told := _due(one, now.date()) or _unlawful(connection, one, catalog))]
    for one, (event, state, reason) in due:
        with catalog.changing(actor, "move_designation", f"designation:{one.id}", event.value) as change:
            activity = rules.existing(change.connection, Activity, one.activity_id, "Activity")
            moved = approval_steps.by_itself(change, one, event, state, reason)
            reconciling.touch(change, catalog, activity_ids=[activity.id])
            change.compare(one, moved)
            change.concerns(activity.agency_id)
    return len(due)


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
    for one in {each.id: each for each, _ in active}.values():
        labels = {catalog.taxonomy.types[code].label for code in found.get(one.id, ())} - _told(connection, one)
        if labels:
            reason = _FOUND + "; ".join(sorted(labels))
            approval_steps.by_itself(change, one, E.REVIEW, S.REVIEW_DUE, reason)


def _due(one: Designation, today: date) -> tuple[DesignationEvent, DesignationState, str] | None:
    """What a date does to an approval."""
    if one.expires_on is not None and one.expires_on < today:
        return E.EXPIRE, S.EXPIRED, f"Its last day was {one.expires_on}"
    if one.state is S.ACTIVE and one.review_due_on is not None and one.review_due_on <= today:
        return E.REVIEW, S.REVIEW_DUE, f"Its day of review is {one.review_due_on}"
    return None


def _unlawful(
    connection: Connection, one: Designation, catalog: Catalog
) -> tuple[DesignationEvent, DesignationState, str] | None:
    """What new policies, or an agreement that ended, do to an approval that was given here."""
    if one.state is not S.ACTIVE or one.submitted_by is None:
        return None
    cause = guards.lawful(approval_facts.of(connection, one, catalog.clock.now()), Signer(None))
    return (E.REVIEW, S.REVIEW_DUE, f"It could not be given today: {cause}") if cause else None


def _confirmed(connection: Connection, dataset_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The types that were confirmed in columns of each of these datasets, or of being in them."""
    held = holdings.held_types(connection, Scope(None), dataset_ids)
    told = memberships.confirmed(connection, dataset_ids)
    return {
        key: told.get(key, frozenset()) | {one.type_code for one in held.get(key, ()) if one.confirmed}
        for key in dataset_ids
    }


def _told(connection: Connection, one: Designation) -> set[str]:
    """The types that this approval was put up for review for before."""
    steps = law.where(connection, DesignationStep, designation_id=one.id, event=E.REVIEW)
    reasons = [step.reason.removeprefix(_FOUND) for step in steps if step.reason.startswith(_FOUND)]
    return {label for reason in reasons for label in reason.split("; ")}
