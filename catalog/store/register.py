"""Agencies, systems, sources and the law's records: people's words, with no write path from a scan."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from catalog.model.holdings import Agency, Description, Disclosure, Source, System
from catalog.model.register import Activity, ActivityDataset, ActivityProtocol, ActivityType, Protocol
from catalog.model.revisions import Joined
from catalog.store import flows, law, rows
from catalog.store.law_schema import (
    activities,
    activity_datasets,
    activity_protocols,
    agreement_parties,
    parties,
    programme_members,
    programmes,
    protocols,
)
from catalog.store.schema import agencies, datasets, descriptions, sources, systems


def put_agency(connection: Connection, agency: Agency) -> None:
    """Store an agency.

    Raises:
        RequestError: when a word of it is longer than its place is.
    """
    rows.require_room(agencies, agency)
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


def add_activity(connection: Connection, activity: Activity, joined: Joined) -> Activity:
    """Store a new activity with what it involves, draws from and stands on."""
    stored = replace(activity, id=rows.add(connection, activities, activity))
    join_activity(connection, stored.id, joined)
    return stored


def join_activity(connection: Connection, activity_id: int, joined: Joined) -> None:
    """Store what an activity involves, draws from and stands on, in place of what that was."""
    key = {"activity_id": activity_id}
    law.relink(connection, ActivityType, [ActivityType(activity_id, code) for code in joined.type_codes], **key)
    law.relink(connection, ActivityDataset, [ActivityDataset(activity_id, i) for i in joined.dataset_ids], **key)
    law.relink(connection, ActivityProtocol, [ActivityProtocol(activity_id, i) for i in joined.protocol_ids], **key)


def joined_of(connection: Connection, activity_id: int) -> Joined:
    """What an activity involves, draws from and stands on."""
    types = law.where(connection, ActivityType, activity_id=activity_id)
    papers = law.where(connection, ActivityProtocol, activity_id=activity_id)
    return Joined(
        type_codes=tuple(sorted(link.type_code for link in types)),
        dataset_ids=tuple(sorted(own_datasets(connection, activity_id))),
        protocol_ids=tuple(sorted(link.protocol_id for link in papers)),
    )


def own_datasets(connection: Connection, activity_id: int) -> dict[int, bool]:
    """The datasets of its own agency that an activity is joined with, and whether each is still at its source."""
    drawn = flows.draws().add_columns(datasets.c.retired_at.is_(None))
    statement = drawn.where(activity_datasets.c.activity_id == activity_id)
    return {dataset_id: bool(live) for _, dataset_id, live in connection.execute(statement)}


def activities_under(connection: Connection, protocol_id: int) -> list[Activity]:
    """The activities, unless withdrawn, that stand on a protocol."""
    under = select(activity_protocols.c.activity_id).where(activity_protocols.c.protocol_id == protocol_id)
    return rows.find(connection, activities, Activity, activities.c.id.in_(under), activities.c.withdrawn_on.is_(None))


def activities_with(connection: Connection, party_id: int) -> list[Activity]:
    """The activities, unless withdrawn, that are from or to a party."""
    return rows.find(
        connection, activities, Activity, activities.c.party_id == party_id, activities.c.withdrawn_on.is_(None)
    )


def reach_of_protocol(connection: Connection, protocol_id: int) -> set[str | None]:
    """The agencies that issued a protocol, are bound by it or are an end of a flow under it."""
    under = activities.join(activity_protocols, activity_protocols.c.activity_id == activities.c.id)
    issued = select(protocols.c.issuer_agency_id).where(protocols.c.id == protocol_id)
    bound = (
        select(parties.c.agency_id)
        .join(agreement_parties, agreement_parties.c.party_id == parties.c.id)
        .where(agreement_parties.c.protocol_id == protocol_id)
    )
    return _agencies(connection, issued, bound, *_ends(under, activity_protocols.c.protocol_id == protocol_id))


def reach_of_programme(connection: Connection, programme_id: int) -> set[str | None]:
    """The agencies that lead a programme, are a member of it or are an end of a flow in it."""
    leads = select(programmes.c.lead_agency_id).where(programmes.c.id == programme_id)
    members = (
        select(parties.c.agency_id)
        .join(programme_members, programme_members.c.party_id == parties.c.id)
        .where(programme_members.c.programme_id == programme_id)
    )
    return _agencies(connection, leads, members, *_ends(activities, activities.c.programme_id == programme_id))


def _ends(flowing: FromClause, where: ColumnElement[bool]) -> tuple[Select[str], Select[str | None]]:
    """The agencies at both ends of some activities, unless withdrawn."""
    live = (where, activities.c.withdrawn_on.is_(None))
    other = flowing.join(parties, parties.c.id == activities.c.party_id)
    return (
        select(activities.c.agency_id).select_from(flowing).where(*live),
        select(parties.c.agency_id).select_from(other).where(*live),
    )


def _agencies(connection: Connection, *parts: Select[str] | Select[str | None]) -> set[str | None]:
    return {agency_id for part in parts for agency_id in connection.execute(part).scalars()}


def all_activities(connection: Connection) -> list[Activity]:
    """Every activity that is not withdrawn."""
    return rows.find(connection, activities, Activity, activities.c.withdrawn_on.is_(None))


def activity_counts(connection: Connection, dataset_ids: Collection[int]) -> dict[int, int]:
    """How many activities each dataset is part of."""
    drawn = flows.draws().where(rows.among(activity_datasets.c.dataset_id, dataset_ids)).subquery()
    statement = select(drawn.c.dataset_id, func.count()).group_by(drawn.c.dataset_id)
    return {dataset_id: int(count) for dataset_id, count in connection.execute(statement)}
