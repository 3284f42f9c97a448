"""What waits for a decision, item by item over all groups, for a workbook of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, select

from catalog.model.actors import Scope
from catalog.model.identifiers import Tier
from catalog.model.review import WAITING, ReviewItem
from catalog.store import rows
from catalog.store.review_schema import review_groups, review_items

Chosen = Mapping[str, Sequence[str]]


class Waiting(NamedTuple):
    """An item that waits, and how many alike columns of its agency people confirmed, and rejected."""

    item: ReviewItem
    confirmed: int
    rejected: int


def waiting(connection: Connection, scope: Scope, chosen: Chosen, *, limit: int) -> tuple[list[Waiting], int]:
    """What waits for a decision in this part of the catalog, what is worth most first, and how many do in all.

    Parameters:
        chosen: ``agency``, ``type``, ``band`` and ``tier``, each several; values of one are alternatives.
    """
    groups, items = review_groups.c, review_items.c
    its_group = and_(groups.group_key == items.group_key, groups.agency_id == items.agency_id)
    joined = review_items.join(review_groups, its_group)
    where = and_(items.state.in_(WAITING), *_of(scope), *_chosen(chosen))
    total = connection.execute(select(func.count()).select_from(joined).where(where)).scalar_one()
    statement = (
        select(review_items, groups.confirmed, groups.rejected)
        .select_from(joined)
        .where(where)
        .order_by(groups.value.desc(), items.group_key, items.agency_id, items.column_id)
        .limit(limit)
    )
    found = connection.execute(statement)
    return [Waiting(rows.from_row(ReviewItem, row), row.confirmed, row.rejected) for row in found], total


def _of(scope: Scope) -> Iterator[ColumnElement[bool]]:
    if scope.agency_ids is not None:
        yield review_items.c.agency_id.in_(scope.agency_ids)


def _chosen(chosen: Chosen) -> Iterator[ColumnElement[bool]]:
    of = {"agency": review_items.c.agency_id, "type": review_items.c.type_code, "band": review_items.c.band}
    yield from (of[key].in_(values) for key, values in chosen.items() if values and key in of)
    if tiers := chosen.get("tier"):
        known = [tier for tier in Tier if str(int(tier)) in tiers]
        yield review_groups.c.tier.in_(known)
