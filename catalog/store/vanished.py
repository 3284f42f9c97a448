"""Complete listings of a source, and the datasets the latest of them no longer name."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from catalog.model.coverage import Look
from catalog.model.holdings import Dataset, DatasetKind
from catalog.model.retirement import Listing
from catalog.model.runs import Run, SafeName
from catalog.store import rows
from catalog.store.schema import datasets, outcomes, runs

#: Nothing else can be behind these.
_HIDE_NOTHING = (DatasetKind.TABLE, DatasetKind.VIEW, DatasetKind.MATERIALIZED_VIEW)


def listings(connection: Connection, source_id: int, *, but_of_run: int | None = None, most: int = 2) -> list[Listing]:
    """The complete listings of a source, newest first: the last of each run, but of ``but_of_run`` none."""
    statement = select(runs).where(runs.c.source_id == source_id, runs.c.listed_at.is_not(None))
    if but_of_run is not None:
        statement = statement.where(runs.c.id != but_of_run)
    newest_first = statement.order_by(runs.c.listed_at.desc(), runs.c.id.desc()).limit(most)
    found = [rows.from_row(Run, row) for row in connection.execute(newest_first)]
    return [Listing(run.listed_at, run.view, _closed(connection, run.id)) for run in found if run.listed_at]


def missing_since(connection: Connection, source_id: int, at: datetime) -> list[Dataset]:
    """The live datasets of a source that no listing has named since then."""
    of_it = (datasets.c.source_id == source_id) & datasets.c.retired_at.is_(None)
    return rows.find(connection, datasets, Dataset, of_it, datasets.c.last_listed_at < at)


def known_before(connection: Connection, source_id: int, at: datetime) -> int:
    """How many live datasets of a source were known before then."""
    of_it = (datasets.c.source_id == source_id) & datasets.c.retired_at.is_(None)
    return connection.execute(select(func.count()).where(of_it, datasets.c.first_seen_at < at)).scalar_one()


def _closed(connection: Connection, run_id: int) -> tuple[SafeName, ...]:
    """What a run could not open, of what may hold something else."""
    statement = (
        select(datasets.c.name, datasets.c.key, datasets.c.name_withheld)
        .join(outcomes, outcomes.c.dataset_id == datasets.c.id)
        .where(outcomes.c.run_id == run_id, outcomes.c.look == Look.COULD_NOT_LOOK)
        .where(datasets.c.kind.not_in(_HIDE_NOTHING))
    )
    return tuple(SafeName(name, key, withheld) for name, key, withheld in connection.execute(statement))
