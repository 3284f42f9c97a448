"""What joins the law's records: every link of a kind at once, because pages show many activities."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, select

from catalog.store import rows
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


def types_of_activities(connection: Connection, among: Collection[int] | None = None) -> Links[str]:
    """The codes each activity, or each of these, is said to involve."""
    links = activity_types.c
    return _grouped(connection, select(links.activity_id, links.type_code), links.activity_id, among)


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


def datasets_of_activities(connection: Connection, among: Collection[int] | None = None) -> Links[int]:
    """The datasets each activity, or each of these, creates, updates or draws from, as far as they still exist."""
    live = draws().where(datasets.c.retired_at.is_(None))
    return _grouped(connection, live, activity_datasets.c.activity_id, among)


def protocols_of_activities(connection: Connection, among: Collection[int] | None = None) -> Links[int]:
    """The protocols each activity, or each of these, stands on."""
    links = activity_protocols.c
    return _grouped(connection, select(links.activity_id, links.protocol_id), links.activity_id, among)


def systems_of_activities(connection: Connection, among: Collection[int] | None = None) -> Links[int]:
    """The declared-only systems each activity, or each of these, works with."""
    links = activity_declared_systems.c
    return _grouped(connection, select(links.activity_id, links.declared_system_id), links.activity_id, among)


def parties_of_agreements(connection: Connection, among: Collection[int] | None = None) -> Links[int]:
    """The parties each agreement, or each of these, binds, by the protocol that is the agreement."""
    links = agreement_parties.c
    return _grouped(connection, select(links.protocol_id, links.party_id), links.protocol_id, among)


def _grouped(
    connection: Connection, pairs: Select[int, T], column: ColumnElement[int], among: Collection[int] | None
) -> Links[T]:
    if among is not None:
        pairs = pairs.where(rows.among(column, among))
    found: dict[int, list[T]] = {}
    for key, value in connection.execute(pairs.order_by(*pairs.selected_columns)):
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
