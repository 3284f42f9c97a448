"""Approvals where many act at once: of one flow one holds its place, and each moves from the state it was seen in."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from catalog.errors import Conflict
from catalog.model.designations import HOLDING, Designation, DesignationEvent, DesignationState, DesignationStep
from catalog.model.register import Verb
from catalog.store import flows, rows
from catalog.store.law_schema import activities, activity_datasets, activity_types, designation_steps, designations


def add(connection: Connection, designation: Designation) -> Designation:
    """Store a new approval.

    Raises:
        Conflict: when it would hold, and another holds its place.
    """
    try:
        with connection.begin_nested():
            return replace(designation, id=rows.add(connection, designations, designation))
    except IntegrityError:
        raise _taken() from None


def put(connection: Connection, before: Designation, after: Designation) -> None:
    """Store an approval in place of what it was seen to be.

    Raises:
        Conflict: when it is that no more, or when it would hold, and another holds its place.
    """
    seen = (
        (designations.c.id == before.id)
        & (designations.c.state == before.state)
        & (designations.c.content_hash == before.content_hash)
    )
    values = {name: value for name, value in rows.to_row(after).items() if name != "id"}
    try:
        with connection.begin_nested():
            moved = rows.change(connection, designations, seen, **values)
    except IntegrityError:
        raise _taken() from None
    if not moved:
        raise moved_meanwhile()


def of_activity(connection: Connection, activity_id: int, states: Collection[DesignationState]) -> list[Designation]:
    """The approvals of an activity in one of these states, oldest first."""
    where = (designations.c.activity_id == activity_id, designations.c.state.in_(sorted(states)))
    return rows.find(connection, designations, Designation, *where)


def in_states(connection: Connection, states: Collection[DesignationState]) -> list[Designation]:
    """Every approval in one of these states, oldest first."""
    return rows.find(connection, designations, Designation, designations.c.state.in_(sorted(states)))


def holders(connection: Connection, flow: str, activity_id: int) -> list[Designation]:
    """The approvals that hold the place of a flow, or were given to its activity before approvals had places."""
    same = (designations.c.flow == flow) | (designations.c.activity_id == activity_id)
    return rows.find(connection, designations, Designation, same, designations.c.state.in_(sorted(HOLDING)))


def since(connection: Connection) -> dict[int, datetime]:
    """When each approval came to where it stands, where its steps are on record."""
    steps = designation_steps.c
    statement = select(steps.designation_id, func.max(steps.at, type_=steps.at.type)).group_by(steps.designation_id)
    return {row[0]: row[1] for row in connection.execute(statement)}


def authors(connection: Connection) -> dict[int, tuple[str | None, str]]:
    """Who drafted each approval that was drafted here: account and name."""
    steps = designation_steps.c
    drafted = select(steps.designation_id, steps.person_id, steps.person).where(steps.event == DesignationEvent.DRAFT)
    return {row[0]: (row[1], row[2]) for row in connection.execute(drafted.order_by(steps.id.desc()))}


def active_on(connection: Connection, dataset_ids: Collection[int]) -> list[tuple[Designation, int]]:
    """The active approvals of the activities on these datasets, each with the dataset."""
    drawn = flows.draws().where(rows.among(activity_datasets.c.dataset_id, dataset_ids)).subquery()
    statement = (
        select(designations, drawn.c.dataset_id)
        .join(drawn, drawn.c.activity_id == designations.c.activity_id)
        .where(designations.c.state == DesignationState.ACTIVE)
        .order_by(designations.c.id, drawn.c.dataset_id)
    )
    return [(rows.from_row(Designation, row), row.dataset_id) for row in connection.execute(statement)]


def reviews_of(connection: Connection, designation_ids: Collection[int]) -> list[DesignationStep]:
    """Every time one of these approvals was put up for review."""
    own = rows.among(designation_steps.c.designation_id, designation_ids)
    reviewed = designation_steps.c.event == DesignationEvent.REVIEW
    return rows.find(connection, designation_steps, DesignationStep, own, reviewed)


def declared_on(connection: Connection, dataset_ids: Collection[int]) -> list[tuple[int, Verb, str]]:
    """What is declared of these datasets: (dataset, verb of the activity on it, type) each."""
    drawn = flows.draws().where(rows.among(activity_datasets.c.dataset_id, dataset_ids)).subquery()
    statement = (
        select(drawn.c.dataset_id, activities.c.verb, activity_types.c.type_code)
        .join(activities, activities.c.id == drawn.c.activity_id)
        .join(activity_types, activity_types.c.activity_id == drawn.c.activity_id)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def moved_meanwhile() -> Conflict:
    """What is answered where an approval is not any more what it was seen to be."""
    return Conflict("This approval", "it was moved by somebody else meanwhile", "Look at where it stands now.")


def _taken() -> Conflict:
    cause = "another one is in force for the same purpose and party"
    return Conflict("This approval", cause, "End or amend that one first.")
