"""The datasets of agencies as their reports see them: whose they are, and which unit answers for them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from catalog.store.schema import datasets, sources, systems


@dataclass(frozen=True, slots=True)
class OwnedDataset:
    """A dataset with the agency and the unit whose system it is in."""

    id: int
    agency_id: str
    unit: str


def datasets_of(connection: Connection, agency_ids: Collection[str]) -> list[OwnedDataset]:
    """The datasets of these agencies, as far as they still exist."""
    statement = (
        select(datasets.c.id, systems.c.agency_id, systems.c.owner_unit)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .where(systems.c.agency_id.in_(agency_ids), datasets.c.retired_at.is_(None))
        .order_by(datasets.c.id)
    )
    return [OwnedDataset(int(key), agency_id, unit) for key, agency_id, unit in connection.execute(statement)]
