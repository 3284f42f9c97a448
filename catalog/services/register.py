"""Keeping the law's records: protocols, activities and people's words about datasets."""

from collections.abc import Collection

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import Dataset, Description
from catalog.model.register import Activity, Protocol
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements, register


def add_protocol(actor: Actor, catalog: Catalog, protocol: Protocol) -> Protocol:
    """Record a protocol: a written authority or a handling rule."""
    access.require(actor, Action.KEEP_REGISTER, protocol.issuer_agency_id)
    with catalog.changing(actor, "add_protocol", f"protocol:{protocol.title}") as change:
        stored = register.add_protocol(change.connection, protocol)
        change.index("protocol", stored.id)
    return stored


def add_activity(
    actor: Actor,
    catalog: Catalog,
    activity: Activity,
    *,
    type_codes: Collection[str] = (),
    dataset_ids: Collection[int] = (),
    protocol_ids: Collection[int] = (),
) -> Activity:
    """Record a collection or disclosure with what it involves, draws from and stands on.

    Raises:
        RequestError: when a type code is not of the taxonomy.
        NotFound: when there is no such dataset that the actor may see.
    """
    access.require(actor, Action.KEEP_REGISTER, activity.agency_id)
    unknown = sorted(set(type_codes) - set(catalog.taxonomy.types))
    if unknown:
        raise RequestError(f"Identifier type {unknown[0]}", "there is no such type", "See them under Identifier types.")
    with catalog.changing(actor, "add_activity", f"agency:{activity.agency_id}", activity.verb.value) as change:
        seen = holdings.datasets_by_id(change.connection, access.scope(actor), dataset_ids)
        if set(dataset_ids) - set(seen):
            raise NotFound("A dataset of this activity", "there is no such dataset", "Search for it.")
        stored = register.add_activity(
            change.connection, activity, type_codes=type_codes, dataset_ids=dataset_ids, protocol_ids=protocol_ids
        )
        change.index("activity", stored.id)
        for dataset_id in dataset_ids:
            change.index("dataset", dataset_id)
    return stored


def describe(actor: Actor, catalog: Catalog, description: Description) -> None:
    """Say in people's words what a dataset is, whom it is about, and whether it is published here.

    Raises:
        NotFound: when there is no such dataset that the actor may see.
    """
    with catalog.reading() as connection:
        agency_id = register.agency_of_dataset(connection, description.dataset_id)
    if agency_id is None:
        raise NotFound("This dataset", "there is no such dataset", "Search for it.")
    access.require(actor, Action.KEEP_REGISTER, agency_id)
    with catalog.changing(actor, "describe", f"dataset:{description.dataset_id}") as change:
        register.put_description(change.connection, description)
        judgements.refresh_summary(change.connection, description.dataset_id, catalog.taxonomy.types)
        change.index("dataset", description.dataset_id)


def datasets(actor: Actor, catalog: Catalog, source_id: int) -> tuple[Dataset, ...]:
    """The datasets known of a source, by name."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        seen = holdings.datasets_of_source(connection, access.scope(actor), source_id)
    return tuple(sorted(seen, key=lambda dataset: dataset.name))
