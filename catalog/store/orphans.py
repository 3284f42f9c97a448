"""Decisions whose column is gone, alone or with its dataset, and what people said of them."""

from collections.abc import Collection

from sqlalchemy import Connection, Select, and_, func, or_, select

from catalog.model.actors import Scope
from catalog.model.decisions import Settlement, Verdict
from catalog.model.holdings import Column, Dataset
from catalog.store import rows
from catalog.store.holdings import dataset_ids_ever
from catalog.store.night_schema import settlements
from catalog.store.schema import columns, datasets, decisions


def _ids(scope: Scope) -> Select[int]:
    """The columns that are gone, alone or with their dataset, and carry decisions that hold and nobody has spoken of.

    An undoing that puts an earlier decision back says what that one says, so that the last word tells.
    """
    newer = decisions.alias("newer")
    is_newer = or_(newer.c.at > decisions.c.at, and_(newer.c.at == decisions.c.at, newer.c.id > decisions.c.id))
    of_the_same = and_(newer.c.column_id == decisions.c.column_id, newer.c.type_code == decisions.c.type_code)
    decided = select(decisions.c.column_id).where(
        decisions.c.verdict != Verdict.WITHDRAWN, ~select(newer.c.id).where(of_the_same, is_newer).exists()
    )
    gone_since = func.coalesce(columns.c.retired_at, datasets.c.retired_at)
    said = select(settlements.c.column_id).where(
        settlements.c.column_id == columns.c.id, settlements.c.at >= gone_since
    )
    return (
        select(columns.c.id)
        .join(datasets, datasets.c.id == columns.c.dataset_id)
        .where(columns.c.id.in_(decided), gone_since.is_not(None), ~said.exists())
        .where(columns.c.dataset_id.in_(dataset_ids_ever(scope)))
    )


def orphans(connection: Connection, scope: Scope, limit: int | None, dataset_id: int | None = None) -> list[Column]:
    """The columns that are gone and whose decisions wait for a word, by dataset and in order, live datasets first."""
    of_it = datasets.c.id == columns.c.dataset_id
    statement = select(columns).join(datasets, of_it).where(columns.c.id.in_(_ids(scope)))
    if dataset_id is not None:
        statement = statement.where(columns.c.dataset_id == dataset_id)
    in_order = (datasets.c.retired_at.is_not(None), columns.c.dataset_id, columns.c.position, columns.c.id)
    ordered = statement.order_by(*in_order).limit(limit)
    return [rows.from_row(Column, row) for row in connection.execute(ordered)]


def count(connection: Connection, scope: Scope) -> int:
    """How many columns' decisions wait for a word."""
    return connection.execute(select(func.count()).select_from(_ids(scope).subquery())).scalar_one()


def decisions_without_column(connection: Connection, scope: Scope, dataset_id: int) -> int:
    """How many decisions of a dataset wait for a word, one for each column and type."""
    of_it = select(columns.c.id).where(columns.c.dataset_id == dataset_id, columns.c.id.in_(_ids(scope)))
    pairs = select(decisions.c.column_id, decisions.c.type_code).where(decisions.c.column_id.in_(of_it)).distinct()
    return connection.execute(select(func.count()).select_from(pairs.subquery())).scalar_one()


def is_orphan(connection: Connection, scope: Scope, column_id: int) -> bool:
    """Whether this column's decisions wait for a word."""
    return connection.execute(_ids(scope).where(columns.c.id == column_id)).first() is not None


def datasets_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Dataset]:
    """These datasets, those that are not listed any more included; the caller has seen to who may see them."""
    return {one.id: one for one in rows.find(connection, datasets, Dataset, rows.among(datasets.c.id, ids))}


def successors(connection: Connection, gone: Dataset, limit: int) -> list[Column]:
    """The columns of what appeared at the same source after a dataset was last listed, the earliest first."""
    statement = (
        select(columns)
        .join(datasets, datasets.c.id == columns.c.dataset_id)
        .where(datasets.c.source_id == gone.source_id, datasets.c.first_seen_at > gone.last_listed_at)
        .where(datasets.c.retired_at.is_(None), columns.c.retired_at.is_(None))
        .order_by(datasets.c.first_seen_at, datasets.c.id, columns.c.position)
    )
    return [rows.from_row(Column, row) for row in connection.execute(statement.limit(limit))]


def settle(connection: Connection, settlement: Settlement) -> None:
    """Write down what a person said; it counts until the column returns and goes again."""
    rows.put(connection, settlements, settlement)
