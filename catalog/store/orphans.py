"""Decisions whose column is gone while its dataset lives, and what people said of them."""

from sqlalchemy import Connection, Select, func, select

from catalog.model.actors import Scope
from catalog.model.decisions import Settlement
from catalog.model.holdings import Column
from catalog.store import rows
from catalog.store.holdings import dataset_ids
from catalog.store.night_schema import settlements
from catalog.store.schema import columns, decisions


def _ids(scope: Scope) -> Select[int]:
    """The retired columns of live datasets that carry decisions of which nobody has said anything since."""
    said = select(settlements.c.column_id).where(
        settlements.c.column_id == columns.c.id, settlements.c.at >= columns.c.retired_at
    )
    return (
        select(columns.c.id)
        .where(columns.c.retired_at.is_not(None), columns.c.dataset_id.in_(dataset_ids(scope)))
        .where(select(decisions.c.id).where(decisions.c.column_id == columns.c.id).exists(), ~said.exists())
    )


def orphans(connection: Connection, scope: Scope, limit: int, dataset_id: int | None = None) -> list[Column]:
    """The columns that are gone and whose decisions wait for a word, by dataset and in order."""
    statement = select(columns).where(columns.c.id.in_(_ids(scope)))
    if dataset_id is not None:
        statement = statement.where(columns.c.dataset_id == dataset_id)
    ordered = statement.order_by(columns.c.dataset_id, columns.c.position, columns.c.id).limit(limit)
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


def settle(connection: Connection, settlement: Settlement) -> None:
    """Write down what a person said; it counts until the column returns and goes again."""
    rows.put(connection, settlements, settlement)
