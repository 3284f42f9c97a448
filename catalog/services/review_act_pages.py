"""One act of review with the columns it took, as they stand now."""

from collections.abc import Sequence

from catalog.model.actors import Actor
from catalog.model.decisions import Decision
from catalog.model.review import Deferral, Proposal
from catalog.model.review_views import ActLine, ItemView
from catalog.services import access, review_acts, review_items
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import review_acts as stored
from catalog.store import review_queue
from catalog.store.engine import Connection

PER_PAGE = 100


def columns(
    actor: Actor, catalog: Catalog, act_id: int, page: int = 1
) -> tuple[ActLine, tuple[ItemView, ...], int, int, int]:
    """An act of this actor's, some of the types in columns that it decided on, put off or proposed something of and
    that are still there, how many of these there are, the page and how many pages.

    Raises:
        NotFound: when there is no such act of the actor's own.
    """
    line = review_acts.one(actor, catalog, act_id)
    with catalog.reading() as connection:
        pairs = _pairs(connection, act_id)
        found = review_queue.items(connection, access.scope(actor, Action.DECIDE), pairs)
        found.sort(key=lambda one: (one.agency_id, one.dataset_id, one.column_id, one.type_code))
        pages = max(1, -(-len(found) // PER_PAGE))
        number = min(max(page, 1), pages)
        shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
        return line, review_items.views(connection, catalog, shown, with_reasons=False), len(found), number, pages


def _pairs(connection: Connection, act_id: int) -> set[tuple[int, str]]:
    taken: Sequence[Decision | Deferral | Proposal] = (
        *stored.decisions_in(connection, [act_id]),
        *stored.deferrals_in(connection, [act_id]),
        *stored.proposals_in(connection, [act_id]),
    )
    return {(one.column_id, one.type_code) for one in taken}
