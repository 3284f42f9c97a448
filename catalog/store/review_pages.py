"""What stands beside an item of review: its column and dataset, the words of people, and what declares its type."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVarTuple

from sqlalchemy import Connection, Select, func, select

from catalog.model.actors import Scope
from catalog.model.decisions import Decision
from catalog.model.holdings import Column
from catalog.model.review import WAITING, Picture, ReviewAct, ReviewState, SecondReading
from catalog.store import rows
from catalog.store.flows import draws
from catalog.store.law_schema import activity_types
from catalog.store.review_schema import pictures, review_acts, review_items, second_readings
from catalog.store.schema import columns, datasets, decisions, standings

Ts = TypeVarTuple("Ts")
#: An item: one type in one column.
Pair = tuple[int, str]


def columns_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Column]:
    """These columns, whether they are still there or not."""
    return {one.id: one for one in rows.find(connection, columns, Column, rows.among(columns.c.id, ids))}


def pictures_of(connection: Connection, decision_ids: Collection[int]) -> dict[int, Picture]:
    """What the machine said when these decisions were made."""
    found = rows.find(connection, pictures, Picture, rows.among(pictures.c.decision_id, decision_ids))
    return {one.decision_id: one for one in found}


def acts_by_id(connection: Connection, ids: Collection[int]) -> dict[int, ReviewAct]:
    """These acts of review."""
    return {one.id: one for one in rows.find(connection, review_acts, ReviewAct, rows.among(review_acts.c.id, ids))}


def readings_of(connection: Connection, decision_ids: Collection[int]) -> dict[int, SecondReading]:
    """What second readers said of these decisions, by decision."""
    chosen = rows.among(second_readings.c.decision_id, decision_ids)
    found = rows.find(connection, second_readings, SecondReading, chosen, second_readings.c.verdict.is_not(None))
    return {one.decision_id: one for one in found}


def counting(connection: Connection, pairs: Iterable[Pair]) -> frozenset[Pair]:
    """Those of these items that totals and lists take to be so now."""
    wanted = frozenset(pairs)
    statement = select(standings.c.column_id, standings.c.type_code).where(
        rows.among(standings.c.column_id, {column_id for column_id, _ in wanted}), standings.c.counts
    )
    return wanted & {(row.column_id, row.type_code) for row in connection.execute(statement)}


def names_of_one(connection: Connection, scope: Scope, keys: Collection[str]) -> dict[str, str]:
    """The name of the column of each of these groups in which one alone waits, where it is not withheld."""
    statement = (
        select(review_items.c.group_key, func.min(columns.c.name).label("name"))
        .join(columns, columns.c.id == review_items.c.column_id)
        .where(review_items.c.group_key.in_(keys), review_items.c.state.in_(WAITING))
        .where(columns.c.name_withheld.is_(False))
        .group_by(review_items.c.group_key)
        .having(func.count() == 1)
    )
    if scope.agency_ids is not None:
        statement = statement.where(review_items.c.agency_id.in_(scope.agency_ids))
    return {row.group_key: row.name for row in connection.execute(statement)}


def usual_digest(
    connection: Connection, scope: Scope, key: str, state: ReviewState = ReviewState.SUGGESTED
) -> str | None:
    """The digest of the evidence that most of the columns of a group have that stand so; None where none does."""
    statement = (
        _of_group(select(review_items.c.digest), scope, key)
        .where(review_items.c.state == state)
        .group_by(review_items.c.digest)
        .order_by(func.count().desc(), review_items.c.digest)
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none()


def latest_words(
    connection: Connection, scope: Scope, key: str, *, but: Collection[int] = ()
) -> list[tuple[str, Decision]]:
    """The latest decision that stands on a column of a group, of each agency in this part of the catalog.

    Parameters:
        but: columns left out.
    """
    stands = review_items.c.state.in_((ReviewState.CONFIRMED, ReviewState.REJECTED))
    said = select(review_items.c.agency_id, func.max(decisions.c.id).label("decision_id")).join(
        decisions,
        (decisions.c.column_id == review_items.c.column_id) & (decisions.c.type_code == review_items.c.type_code),
    )
    others = ~rows.among(review_items.c.column_id, but)
    statement = _of_group(said, scope, key).where(stands, others).group_by(review_items.c.agency_id)
    agency_of = {row.decision_id: row.agency_id for row in connection.execute(statement)}
    found = rows.find(connection, decisions, Decision, rows.among(decisions.c.id, agency_of))
    return [(agency_of[one.id], one) for one in found]


def declaring(connection: Connection, dataset_ids: Collection[int]) -> Mapping[int, dict[str, set[int]]]:
    """By dataset and type, the activities, unless withdrawn, that draw on the one and declare the other."""
    drawn = draws().where(rows.among(datasets.c.id, dataset_ids)).subquery()
    statement = select(drawn.c.dataset_id, activity_types.c.type_code, drawn.c.activity_id).join(
        activity_types, activity_types.c.activity_id == drawn.c.activity_id
    )
    found: dict[int, dict[str, set[int]]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.dataset_id, {}).setdefault(row.type_code, set()).add(row.activity_id)
    return found


def _of_group(statement: Select[*Ts], scope: Scope, key: str) -> Select[*Ts]:
    """The items of a group in this part of the catalog."""
    statement = statement.where(review_items.c.group_key == key)
    return statement if scope.agency_ids is None else statement.where(review_items.c.agency_id.in_(scope.agency_ids))
