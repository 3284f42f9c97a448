"""What moved between runs, as queries."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from catalog.model.changes import ColumnsMoved
from catalog.model.coverage import Look
from catalog.model.holdings import Dataset
from catalog.model.runs import Outcome, Run
from catalog.store import rows
from catalog.store.schema import columns, datasets, outcomes, runs


def first_complete_runs(connection: Connection, source_ids: Collection[int]) -> dict[int, Run]:
    """The first run of each source that listed all of it: what later ones are compared with."""
    first = (
        select(func.min(runs.c.id))
        .where(runs.c.listing_complete, rows.among(runs.c.source_id, source_ids))
        .group_by(runs.c.source_id)
    )
    return {run.source_id: run for run in rows.find(connection, runs, Run, runs.c.id.in_(first))}


def runs_since(connection: Connection, source_ids: Collection[int], since: datetime) -> list[Run]:
    """The runs of these sources that began since then."""
    return rows.find(connection, runs, Run, rows.among(runs.c.source_id, source_ids), runs.c.started_at >= since)


def telling_outcomes(connection: Connection, run_ids: Collection[int]) -> list[Outcome]:
    """What these runs did with datasets whose types moved since an earlier look, or that could not be looked at."""
    moved = or_(outcomes.c.types_new != (), outcomes.c.types_gone != ()) & _was_looked_at_before()
    telling = or_(moved, outcomes.c.look == Look.COULD_NOT_LOOK)
    return rows.find(connection, outcomes, Outcome, rows.among(outcomes.c.run_id, run_ids), telling)


def columns_moved(connection: Connection, run_ids: Collection[int], since: datetime) -> dict[Outcome, ColumnsMoved]:
    """The columns that came and went in datasets these runs looked at, and earlier ones had looked at before.

    Parameters:
        since: when the first of these runs began.
    """
    came = _columns_at(connection, columns.c.first_seen_at, run_ids, since)
    went = _columns_at(connection, columns.c.retired_at, run_ids, since)
    return {one: ColumnsMoved(tuple(came.get(one, ())), tuple(went.get(one, ()))) for one in {**came, **went}}


def _columns_at(
    connection: Connection,
    moment: Column[datetime] | Column[datetime | None],
    run_ids: Collection[int],
    since: datetime,
) -> dict[Outcome, list[str]]:
    """Columns by the outcome at whose very moment this happened to them: both are written with one time."""
    statement = (
        select(outcomes, columns.c.name.label("column_name"))
        .join(columns, (columns.c.dataset_id == outcomes.c.dataset_id) & (moment == outcomes.c.at))
        .where(moment >= since, rows.among(outcomes.c.run_id, run_ids), _was_looked_at_before())
        .order_by(outcomes.c.id, columns.c.position, columns.c.id)
    )
    found: dict[Outcome, list[str]] = {}
    for row in connection.execute(statement):
        found.setdefault(rows.from_row(Outcome, row), []).append(row.column_name)
    return found


def _was_looked_at_before() -> ColumnElement[bool]:
    """Whether an outcome is not that of the first look at its dataset: what that finds was there."""
    earlier = outcomes.alias()
    same = (earlier.c.dataset_id == outcomes.c.dataset_id) & (earlier.c.id < outcomes.c.id)
    return select(earlier.c.id).where(same, earlier.c.look.in_((Look.SCANNED, Look.PARTLY))).exists()


def appeared(connection: Connection, source_ids: Collection[int], since: datetime) -> list[Dataset]:
    """The live datasets listed for the first time since then."""
    return rows.find(
        connection,
        datasets,
        Dataset,
        rows.among(datasets.c.source_id, source_ids),
        datasets.c.first_seen_at >= since,
        datasets.c.retired_at.is_(None),
    )


def missing(connection: Connection, source_ids: Collection[int], since: datetime) -> list[Dataset]:
    """The datasets that the last complete listing of their source did not show, or that were retired since then."""
    last = (
        select(runs.c.source_id, func.max(func.coalesce(runs.c.listed_at, runs.c.started_at)).label("at"))
        .where(runs.c.listing_complete, rows.among(runs.c.source_id, source_ids))
        .group_by(runs.c.source_id)
        .subquery()
    )
    unlisted = datasets.c.retired_at.is_(None) & (datasets.c.last_listed_at < last.c.at)
    statement = (
        select(datasets)
        .join(last, last.c.source_id == datasets.c.source_id)
        .where(or_(unlisted, datasets.c.retired_at >= since))
        .order_by(datasets.c.name)
    )
    return [rows.from_row(Dataset, row) for row in connection.execute(statement)]
