"""What joins the law's records: every link of a kind at once, because pages show many activities."""

from typing import TypeVar

from sqlalchemy import Connection, Select, select

from catalog.store.law_schema import (
    activities,
    activity_datasets,
    activity_declared_systems,
    activity_protocols,
    activity_types,
    agreement_parties,
)
from catalog.store.schema import datasets, sources, systems

T = TypeVar("T")
Links = dict[int, tuple[T, ...]]


def types_of_activities(connection: Connection) -> Links[str]:
    """The codes each activity is said to involve."""
    return _grouped(connection, select(activity_types.c.activity_id, activity_types.c.type_code))


def draws() -> Select[int, int]:
    """(activity_id, dataset_id): the datasets of its own agency that an activity, unless withdrawn, creates, updates or
    draws from.

    A link to another agency's dataset, which releases before this let some people record, counts for nothing: it would
    tell of an agency's activities, programmes and papers wherever that dataset is shown.
    """
    return (
        select(activity_datasets.c.activity_id, activity_datasets.c.dataset_id)
        .join(activities, activities.c.id == activity_datasets.c.activity_id)
        .join(datasets, datasets.c.id == activity_datasets.c.dataset_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, (systems.c.id == sources.c.system_id) & (systems.c.agency_id == activities.c.agency_id))
        .where(activities.c.withdrawn_on.is_(None))
    )


def datasets_of_activities(connection: Connection) -> Links[int]:
    """The datasets each activity creates, updates or draws from, as far as they still exist."""
    return _grouped(connection, draws().where(datasets.c.retired_at.is_(None)))


def protocols_of_activities(connection: Connection) -> Links[int]:
    """The protocols each activity stands on."""
    return _grouped(connection, select(activity_protocols.c.activity_id, activity_protocols.c.protocol_id))


def systems_of_activities(connection: Connection) -> Links[int]:
    """The declared-only systems each activity works with."""
    links = activity_declared_systems.c
    return _grouped(connection, select(links.activity_id, links.declared_system_id))


def parties_of_agreements(connection: Connection) -> Links[int]:
    """The parties each agreement binds, by the protocol that is the agreement."""
    return _grouped(connection, select(agreement_parties.c.protocol_id, agreement_parties.c.party_id))


def _grouped(connection: Connection, pairs: Select[int, T]) -> Links[T]:
    found: dict[int, list[T]] = {}
    for key, value in connection.execute(pairs.order_by(*pairs.selected_columns)):
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
