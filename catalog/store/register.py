"""Agencies, systems, sources and the law's records: people's words, with no write path from a scan."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection, func, select

from catalog.model.holdings import Agency, Description, Disclosure, Source, System
from catalog.model.register import Activity, ActivityDataset, ActivityProtocol, ActivityType, Protocol
from catalog.store import flows, rows
from catalog.store.law_schema import (
    activities,
    activity_datasets,
    activity_protocols,
    activity_types,
    protocols,
)
from catalog.store.schema import agencies, datasets, descriptions, sources, systems


def put_agency(connection: Connection, agency: Agency) -> None:
    """Store an agency."""
    rows.put(connection, agencies, agency)


def agency(connection: Connection, agency_id: str) -> Agency | None:
    """One agency."""
    return rows.find_one(connection, agencies, Agency, agencies.c.id == agency_id)


def all_agencies(connection: Connection) -> list[Agency]:
    """Every agency."""
    return rows.find(connection, agencies, Agency)


def add_system(connection: Connection, system: System) -> System:
    """Store a new system."""
    return replace(system, id=rows.add(connection, systems, system))


def system_named(connection: Connection, agency_id: str, name: str) -> System | None:
    """The system of this name in an agency."""
    return rows.find_one(connection, systems, System, systems.c.agency_id == agency_id, systems.c.name == name)


def all_systems(connection: Connection) -> list[System]:
    """Every system."""
    return rows.find(connection, systems, System)


def add_source(connection: Connection, source: Source) -> Source:
    """Store a new source."""
    return replace(source, id=rows.add(connection, sources, source))


def put_source(connection: Connection, source: Source) -> None:
    """Store a source, in place of what it was."""
    rows.put(connection, sources, source)


def source(connection: Connection, source_id: int) -> Source | None:
    """One source."""
    return rows.find_one(connection, sources, Source, sources.c.id == source_id)


def source_named(connection: Connection, name: str) -> Source | None:
    """The source of this name."""
    return rows.find_one(connection, sources, Source, sources.c.name == name)


def all_sources(connection: Connection) -> list[Source]:
    """Every source."""
    return rows.find(connection, sources, Source)


def agency_of_source(connection: Connection, source_id: int) -> str | None:
    """The id of the agency a source belongs to."""
    statement = select(systems.c.agency_id).join(sources, sources.c.system_id == systems.c.id)
    return connection.execute(statement.where(sources.c.id == source_id)).scalar_one_or_none()


def agency_of_dataset(connection: Connection, dataset_id: int) -> str | None:
    """The id of the agency a dataset belongs to."""
    statement = (
        select(systems.c.agency_id)
        .join(sources, sources.c.system_id == systems.c.id)
        .join(datasets, datasets.c.source_id == sources.c.id)
    )
    return connection.execute(statement.where(datasets.c.id == dataset_id)).scalar_one_or_none()


def put_description(connection: Connection, description: Description) -> None:
    """Store people's words about a dataset."""
    rows.put(connection, descriptions, description)


def set_disclosure(connection: Connection, dataset_id: int, level: Disclosure) -> None:
    """Store what researchers are told of a described dataset."""
    rows.change(connection, descriptions, descriptions.c.dataset_id == dataset_id, disclosure=level)


def descriptions_by_id(connection: Connection, dataset_ids: Collection[int]) -> dict[int, Description]:
    """People's words about each of these datasets."""
    found = rows.find(connection, descriptions, Description, rows.among(descriptions.c.dataset_id, dataset_ids))
    return {words.dataset_id: words for words in found}


def add_protocol(connection: Connection, protocol: Protocol) -> Protocol:
    """Store a new protocol."""
    return replace(protocol, id=rows.add(connection, protocols, protocol))


def all_protocols(connection: Connection) -> list[Protocol]:
    """Every protocol."""
    return rows.find(connection, protocols, Protocol)


def add_activity(
    connection: Connection,
    activity: Activity,
    *,
    type_codes: Collection[str],
    dataset_ids: Collection[int],
    protocol_ids: Collection[int],
) -> Activity:
    """Store a new activity with what it involves, draws from and stands on."""
    stored = replace(activity, id=rows.add(connection, activities, activity))
    rows.add_all(connection, activity_types, [ActivityType(stored.id, code) for code in sorted(set(type_codes))])
    rows.add_all(connection, activity_datasets, [ActivityDataset(stored.id, i) for i in sorted(set(dataset_ids))])
    rows.add_all(connection, activity_protocols, [ActivityProtocol(stored.id, i) for i in sorted(set(protocol_ids))])
    return stored


def all_activities(connection: Connection) -> list[Activity]:
    """Every activity that is not withdrawn."""
    return rows.find(connection, activities, Activity, activities.c.withdrawn_on.is_(None))


def types_by_activity(connection: Connection, activity_ids: Collection[int]) -> dict[int, list[str]]:
    """The codes each activity is said to involve."""
    links = rows.find(connection, activity_types, ActivityType, rows.among(activity_types.c.activity_id, activity_ids))
    found: dict[int, list[str]] = {}
    for link in links:
        found.setdefault(link.activity_id, []).append(link.type_code)
    return found


def activity_counts(connection: Connection, dataset_ids: Collection[int]) -> dict[int, int]:
    """How many activities each dataset is part of."""
    drawn = flows.draws().where(rows.among(activity_datasets.c.dataset_id, dataset_ids)).subquery()
    statement = select(drawn.c.dataset_id, func.count()).group_by(drawn.c.dataset_id)
    return {dataset_id: int(count) for dataset_id, count in connection.execute(statement)}
