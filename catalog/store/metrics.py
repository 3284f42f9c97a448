"""Sums over runs for whoever watches the machine."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from catalog.model.runs import Run, RunState
from catalog.store import rows
from catalog.store.schema import outcomes, runs

_GOING = (RunState.LISTING, RunState.SCANNING, RunState.PAUSED)


def going_runs(connection: Connection, source_ids: Collection[int]) -> list[Run]:
    """The runs of these sources that have not ended."""
    return rows.find(connection, runs, Run, runs.c.state.in_(_GOING), rows.among(runs.c.source_id, source_ids))


def cost_by_source(connection: Connection, source_ids: Collection[int], since: datetime) -> dict[int, tuple[int, int]]:
    """What looking has cost each source since then: milliseconds it was kept at work, bytes it sent."""
    statement = (
        select(runs.c.source_id, func.sum(outcomes.c.source_ms), func.sum(outcomes.c.source_bytes))
        .join(runs, runs.c.id == outcomes.c.run_id)
        .where(outcomes.c.at >= since, rows.among(runs.c.source_id, source_ids))
        .group_by(runs.c.source_id)
    )
    return {source_id: (int(ms or 0), int(size or 0)) for source_id, ms, size in connection.execute(statement)}
