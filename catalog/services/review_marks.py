"""What review has of the suggestions of a dataset: which version of each is shown, and what does not simply wait."""

from collections.abc import Collection, Mapping

from catalog.model.actors import Actor
from catalog.model.review import ReviewItem, ReviewState
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import review_queue

#: One type in one column.
Pair = tuple[int, str]
_TOLD = frozenset({ReviewState.PROPOSED, ReviewState.DEFERRED, ReviewState.ASKED, ReviewState.DISPUTED})


def of_columns(actor: Actor, catalog: Catalog, pairs: Collection[Pair]) -> Mapping[Pair, ReviewItem]:
    """These types in columns as review has them, where the actor decides; for who decides nowhere, none."""
    if not pairs or not access.may(actor, Action.DECIDE):
        return {}
    with catalog.reading() as connection:
        found = review_queue.items(connection, access.scope(actor, Action.DECIDE), pairs)
    return {(one.column_id, one.type_code): one for one in found}


def up(catalog: Catalog, items: Mapping[Pair, ReviewItem]) -> Mapping[Pair, ReviewItem]:
    """Those that are put off, asked about, proposed or disputed. What was put off until a day that has come waits like
    all else.
    """
    today = catalog.day()
    return {pair: one for pair, one in items.items() if one.state in _TOLD and (one.until is None or one.until > today)}
