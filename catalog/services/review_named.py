"""What columns under review are called, where a list has room for their names alone."""

from collections.abc import Collection, Iterable, Mapping

from catalog.model.actors import Actor
from catalog.model.review_views import GroupLine, ItemView
from catalog.services import access, review_items
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import review_pages, review_queue


def first(actor: Actor, catalog: Catalog, pairs: Collection[tuple[int, str]], most: int) -> tuple[ItemView, ...]:
    """Some of these types in columns, as far as the actor may decide on them, in the order of a group."""
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        found = review_queue.items(connection, access.scope(actor, Action.DECIDE), pairs)
        found.sort(key=lambda one: (one.agency_id, one.dataset_id, one.column_id, one.type_code))
        return review_items.views(connection, catalog, found[:most], with_reasons=False)


def of_one(actor: Actor, catalog: Catalog, lines: Iterable[GroupLine]) -> Mapping[str, str]:
    """What the only column of a group is called in its table, by the group's key.

    A group goes by the words that its columns' names share, which says too little where it is one column: ``M06`` has
    the words of ``M07``.
    """
    access.require(actor, Action.DECIDE)
    keys = [line.key for line in lines if line.columns == 1]
    with catalog.reading() as connection:
        return review_pages.names_of_one(connection, access.scope(actor, Action.DECIDE), keys)
