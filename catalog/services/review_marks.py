"""What lies beside a suggestion that does not simply wait: put off, asked about, proposed, disputed."""

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
    """Those of these types in columns with which something is up in review, where the actor decides; for who decides
    nowhere, none. What was put off until a day that has come waits like all else.
    """
    if not pairs or not access.may(actor, Action.DECIDE):
        return {}
    today = catalog.clock.now().date()
    with catalog.reading() as connection:
        found = review_queue.items(connection, access.scope(actor, Action.DECIDE), pairs)
    up = [one for one in found if one.state in _TOLD and (one.until is None or one.until > today)]
    return {(one.column_id, one.type_code): one for one in up}
