"""Files of shares that nobody could ever look into."""

from sqlalchemy import Connection, func, select

from catalog.errors import SkipReason
from catalog.model.actors import Scope
from catalog.model.coverage import Look
from catalog.model.holdings import SHARES, DatasetKind
from catalog.model.out_of_sight import NOTHING_MISSED
from catalog.store.holdings import dataset_ids
from catalog.store.schema import coverage, datasets, sources, systems


def unread(connection: Connection, scope: Scope) -> list[tuple[str, DatasetKind, str, SkipReason]]:
    """The agency of each, what it is, what its listing says of it, and why it could not be looked into.

    What could be once is not among them: something is known of it. Nor is that in which there was nothing to see.
    """
    statement = (
        select(systems.c.agency_id, datasets.c.kind, datasets.c.comment, coverage.c.reason)
        .select_from(datasets)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .join(coverage, coverage.c.dataset_id == datasets.c.id)
        .where(datasets.c.id.in_(dataset_ids(scope)), sources.c.kind.in_(SHARES))
        .where(coverage.c.look == Look.COULD_NOT_LOOK, coverage.c.scanned_at.is_(None))
        .where(coverage.c.reason.is_not(None), coverage.c.reason.not_in(NOTHING_MISSED))
    )
    return [(row.agency_id, row.kind, row.comment, row.reason) for row in connection.execute(statement)]


def looked_at(connection: Connection, scope: Scope) -> int:
    """How many datasets of shares were ever looked at."""
    statement = (
        select(func.count())
        .select_from(datasets)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(coverage, coverage.c.dataset_id == datasets.c.id)
        .where(datasets.c.id.in_(dataset_ids(scope)), sources.c.kind.in_(SHARES))
        .where(coverage.c.scanned_at.is_not(None))
    )
    return connection.execute(statement).scalar_one()
