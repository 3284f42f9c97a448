"""What moved between runs, as queries."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

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
    """What these runs did with datasets whose types moved or that could not be looked at."""
    telling = or_(outcomes.c.types_new != (), outcomes.c.types_gone != (), outcomes.c.look == Look.COULD_NOT_LOOK)
    return rows.find(connection, outcomes, Outcome, rows.among(outcomes.c.run_id, run_ids), telling)


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
        select(runs.c.source_id, func.max(runs.c.started_at).label("began"))
        .where(runs.c.listing_complete, rows.among(runs.c.source_id, source_ids))
        .group_by(runs.c.source_id)
        .subquery()
    )
    unlisted = datasets.c.retired_at.is_(None) & (datasets.c.last_listed_at < last.c.began)
    statement = (
        select(datasets)
        .join(last, last.c.source_id == datasets.c.source_id)
        .where(or_(unlisted, datasets.c.retired_at >= since))
        .order_by(datasets.c.name)
    )
    return [rows.from_row(Dataset, row) for row in connection.execute(statement)]


def new_columns(connection: Connection, dataset_ids: Collection[int], since: datetime) -> dict[int, list[str]]:
    """The names of the columns that came to datasets already known, since then."""
    statement = (
        select(columns.c.dataset_id, columns.c.name)
        .join(datasets, datasets.c.id == columns.c.dataset_id)
        .where(
            rows.among(columns.c.dataset_id, dataset_ids),
            columns.c.first_seen_at >= since,
            columns.c.retired_at.is_(None),
            datasets.c.first_seen_at < since,
        )
        .order_by(columns.c.dataset_id, columns.c.position)
    )
    found: dict[int, list[str]] = {}
    for dataset_id, name in connection.execute(statement):
        found.setdefault(dataset_id, []).append(name)
    return found
