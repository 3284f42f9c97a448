"""What every edit of a collection or disclosure has to mind: approvals that wait or hold, the other side of the flow,
and all that follows from it.
"""

from collections.abc import Collection
from dataclasses import replace

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.designation_machine import PINNING
from catalog.model.designations import DESIGNATION_TEXT, HOLDING, Designation, DesignationState
from catalog.model.register import CLASSIFICATION_TEXT, Activity, Verb
from catalog.model.revisions import Joined, RecordKind
from catalog.services import (
    approval_contents,
    approval_facts,
    contents,
    designation_watch,
    history,
    memberships,
    reconciling,
    rules,
)
from catalog.services.catalog import Catalog, Change
from catalog.store import designations, law, register
from catalog.store.engine import Connection


def waits(connection: Connection, activity_id: int) -> Designation | None:
    """The approval of an activity that waits for somebody's word: what is looked at to be approved, may not move."""
    return _latest_in(connection, activity_id, PINNING)


def holds(connection: Connection, activity_id: int) -> Designation | None:
    """The approval of an activity that holds."""
    return _latest_in(connection, activity_id, HOLDING)


def begin(change: Change, activity_id: int, reason: str, expected: int) -> Activity:
    """Begin to revise an activity: what it is now, for nobody else to change until the end.

    Raises:
        Conflict: when it was changed since, is withdrawn, or an approval of it waits.
        NotFound: when there is none.
        RequestError: when an approval of it holds, and no reason is given.
    """
    activity = rules.existing(change.connection, Activity, activity_id, "Activity")
    said = contents.content_of_activity(change.connection, activity)
    history.open_record(change, RecordKind.ACTIVITY, activity_id, activity.agency_id, said, expected)
    thing = f"Activity {activity.title}"
    if activity.withdrawn_on is not None:
        raise Conflict(thing, "it was withdrawn", "Record it anew.")
    waiting = waits(change.connection, activity_id)
    if waiting is not None:
        cause = f"its approval waits: {DESIGNATION_TEXT[waiting.state].lower()}"
        raise Conflict(thing, cause, "Let the approval be returned, or withdraw it first.")
    if holds(change.connection, activity_id) and not reason.strip():
        raise RequestError(thing, "an approval of it holds, and no reason for the change is given", "Say why.")
    return activity


def same_class(connection: Connection, before: Activity, after: Activity) -> None:
    """Refuse to record another class or ground than an approval was given for, while it holds (§23-1202).

    Raises:
        Conflict: when it would be another.
    """
    classed = (after.classification, after.ground)
    approval = holds(connection, before.id)
    if approval is None or classed in {
        (before.classification, before.ground),
        (approval.classification, approval.ground),
    }:
        return
    cause = f"an approval of it holds, in the class “{CLASSIFICATION_TEXT[approval.classification]}”"
    raise Conflict(f"Activity {before.title}", cause, "Amend or revoke the approval first; it sets class and ground.")


def own_place(connection: Connection, before: Activity, after: Activity) -> None:
    """Refuse to make it what another approval is in force for: of one verb, party and purpose one approval holds.

    Raises:
        Conflict: when an approval of this activity holds, and another one of what it would be.
    """
    held = holds(connection, before.id)
    others = [one for one in approval_facts.holders(connection, after) if one.activity_id != before.id]
    moves = approval_contents.flow_of(after) != approval_contents.flow_of(before)
    if held is not None and moves and others:
        cause = "another approval is in force for that purpose and party"
        raise Conflict(f"Activity {before.title}", cause, "End or amend one of the two approvals first.")


def same_flow(connection: Connection, before: Activity, after: Activity) -> None:
    """Refuse to make another flow of it: of another agency or verb, or to others while somebody records their side.

    Raises:
        Conflict: when another agency records the other side of a flow whose party would change.
        RequestError: when agency or verb would change.
    """
    thing = f"Activity {before.title}"
    if (after.agency_id, after.verb) != (before.agency_id, before.verb):
        cause = "it stays of its agency, and a collection or a disclosure as it is"
        raise RequestError(thing, cause, "Withdraw it and record another.")
    if after.party_id != before.party_id and mirrored(connection, before):
        cause = "the other agency records its side of this flow, which would not be one any more"
        raise Conflict(thing, cause, "Record the flow to the other party as another one, and the day this one ended.")


def mirrored(connection: Connection, activity: Activity) -> bool:
    """Whether an agency records a collection as the other side of this disclosure."""
    sides = law.where(connection, Activity, mirror_of_id=activity.id) if activity.verb is Verb.DISCLOSURE else []
    return any(one.withdrawn_on is None for one in sides)


def keep(
    change: Change, actor: Actor, catalog: Catalog, activity: Activity, dataset_ids: Collection[int], reason: str = ""
) -> None:
    """Keep what an activity says after a change, and pass it on to all that rests on it.

    Parameters:
        dataset_ids: those it is joined with, and those it was joined with before.
    """
    said = contents.content_of_activity(change.connection, activity)
    history.keep(change, actor, RecordKind.ACTIVITY, activity.id, activity.agency_id, said, reason)
    _pass_on(change, catalog, [activity.id], dataset_ids)


def withdraw(change: Change, activity_id: int, reason: str) -> tuple[Activity, Activity]:
    """Let an activity be in its history alone; what it was, and is.

    Raises:
        Conflict: when an approval of it holds or waits, or another agency records the other side of it.
    """
    last = history.latest(change.connection, RecordKind.ACTIVITY, activity_id)
    before = begin(change, activity_id, reason, last)
    thing = f"Activity {before.title}"
    if holds(change.connection, activity_id):
        raise Conflict(thing, "an approval of it holds", "Revoke the approval first, or say when the activity ended.")
    if mirrored(change.connection, before):
        cause = "the other agency records its side of this flow"
        raise Conflict(thing, cause, "Ask that agency to withdraw its side first.")
    after = replace(before, withdrawn_on=change.at.date())
    law.put(change.connection, after)
    designation_watch.activity_withdrawn(change, activity_id)
    return before, after


def moved(change: Change, catalog: Catalog, activities: Collection[Activity]) -> None:
    """Pass on that something has changed which these activities are found or judged by."""
    ids = [activity.id for activity in activities]
    drawn = {dataset_id for key in ids for dataset_id in register.own_datasets(change.connection, key)}
    _pass_on(change, catalog, ids, drawn)


def _pass_on(change: Change, catalog: Catalog, activity_ids: Collection[int], dataset_ids: Collection[int]) -> None:
    """Let approvals, search, the suggestions of what being in a table tells, and the reconciliation learn of it."""
    for activity_id in activity_ids:
        designation_watch.activity_changed(change, activity_id)
        change.index("activity", activity_id)
    for dataset_id in sorted(set(dataset_ids)):
        change.index("dataset", dataset_id)
    memberships.moved(change, catalog, dataset_ids)
    reconciling.touch(change, catalog, dataset_ids=dataset_ids, activity_ids=activity_ids)


def with_the_gone(connection: Connection, activity_id: int, wanted: Joined) -> Joined:
    """What an activity is to be joined with: what is wanted, and the datasets that are gone from their source."""
    gone = {key for key, live in register.own_datasets(connection, activity_id).items() if not live}
    return replace(wanted, dataset_ids=tuple(sorted({*wanted.dataset_ids, *gone})))


def _latest_in(connection: Connection, activity_id: int, states: frozenset[DesignationState]) -> Designation | None:
    return max(designations.of_activity(connection, activity_id, states), key=lambda one: one.id, default=None)
