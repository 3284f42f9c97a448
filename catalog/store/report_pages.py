"""What the pages of inventory read of many cycles at once, in a number of queries that does not grow with them."""

from collections.abc import Collection
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Table, func, select

from catalog.model.cycles import CycleStep, CycleType, DivisionTask
from catalog.model.frozen_reports import FrozenReport
from catalog.model.report_entries import Entry
from catalog.store import rows
from catalog.store.law_schema import cycle_types
from catalog.store.report_schema import cycle_steps, division_tasks, frozen_reports, report_entries

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")


def entries(connection: Connection, cycle_ids: Collection[int]) -> dict[int, tuple[Entry, ...]]:
    """What people said in each of these cycles, in order."""
    return _by_cycle(connection, report_entries, Entry, cycle_ids)


def steps(connection: Connection, cycle_ids: Collection[int]) -> dict[int, tuple[CycleStep, ...]]:
    """What happened to each of these cycles, in order."""
    return _by_cycle(connection, cycle_steps, CycleStep, cycle_ids)


def ticks(connection: Connection, cycle_ids: Collection[int]) -> dict[int, tuple[CycleType, ...]]:
    """The types that each of these cycles ticks."""
    return _by_cycle(connection, cycle_types, CycleType, cycle_ids)


def last_frozen(connection: Connection, cycle_ids: Collection[int]) -> dict[int, FrozenReport]:
    """What was signed last in each of these cycles; those in which nothing was are left out."""
    own = rows.among(frozen_reports.c.cycle_id, cycle_ids)
    newest = select(func.max(frozen_reports.c.id)).where(own).group_by(frozen_reports.c.cycle_id)
    found = rows.find(connection, frozen_reports, FrozenReport, frozen_reports.c.id.in_(newest))
    return {one.cycle_id: one for one in found}


def asked_of(connection: Connection, person_id: str) -> list[DivisionTask]:
    """What somebody is asked to answer and has neither done nor been relieved of, the first due first."""
    own = division_tasks.c.person_id == person_id
    open_ones = (own, division_tasks.c.done_at.is_(None), division_tasks.c.withdrawn_at.is_(None))
    found = rows.find(connection, division_tasks, DivisionTask, *open_ones)
    return sorted(found, key=lambda one: (one.due_on, one.id))


def _by_cycle(
    connection: Connection, table: Table, kind: type[D], cycle_ids: Collection[int]
) -> dict[int, tuple[D, ...]]:
    found: dict[int, list[D]] = {key: [] for key in cycle_ids}
    for row in connection.execute(
        select(table).where(rows.among(table.c.cycle_id, cycle_ids)).order_by(*table.primary_key.columns)
    ):
        found[row._mapping["cycle_id"]].append(rows.from_row(kind, row))
    return {key: tuple(values) for key, values in found.items()}
