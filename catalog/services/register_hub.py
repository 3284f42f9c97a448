"""The register at a glance: what it holds, and what in it waits for whoever asks."""

from collections.abc import Mapping
from datetime import date

from catalog.model.actors import Actor
from catalog.model.differences import State
from catalog.model.identifiers import Tier
from catalog.model.register import Verb
from catalog.model.register_hub_views import Awaiting, Holds, HubPage
from catalog.model.requests import UNDECIDED, Request
from catalog.services import access, approval_queue, memberships, mirrors, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records
from catalog.store import difference_pages, law
from catalog.store.engine import Connection

_WAITING = (State.OPEN.value, State.REOPENED.value)
#: How many of the approvals that wait are told by name.
_NAMED = 3


def hub(actor: Actor, catalog: Catalog) -> HubPage:
    """What this actor sees of the register, counted, and what waits for them."""
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        return HubPage(_held(known), _awaiting(connection, catalog, actor, known))


def awaiting(actor: Actor, catalog: Catalog) -> Awaiting:
    """What waits for this actor: each part where it is theirs to deal with, and nothing of the others."""
    if not access.may(actor, Action.READ_FLOWS):
        return Awaiting()
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        return _awaiting(connection, catalog, actor, known)


def _awaiting(connection: Connection, catalog: Catalog, actor: Actor, known: Records) -> Awaiting:
    keeps, today = access.may(actor, Action.KEEP_REGISTER), catalog.clock.now().date()
    differences, gravest = _differences(connection, actor, today) if keeps else (None, None)
    decides = keeps or access.may(actor, Action.APPROVE_FOIL)
    approvals = approval_queue.for_me(connection, actor, known, today) if _approves(actor) else None
    return Awaiting(
        approvals=None if approvals is None else len(approvals),
        first=(approvals or ())[:_NAMED],
        lately=approval_queue.lately(connection, actor, known, catalog.clock.now()),
        mirrors=mirrors.waiting(actor, known) if keeps else None,
        requests=_requests(connection, actor) if decides else None,
        differences=differences,
        gravest=gravest,
        asked=_asked(connection, actor, today) if not keeps and access.may(actor, Action.PROPOSE) else None,
        memberships=_memberships(actor, catalog) if access.may(actor, Action.DECIDE) else None,
    )


def _held(known: Records) -> Mapping[Holds, int]:
    verbs = [activity.verb for activity in known.activities.values()]
    return {
        Holds.COLLECTIONS: verbs.count(Verb.COLLECTION),
        Holds.DISCLOSURES: verbs.count(Verb.DISCLOSURE),
        Holds.PROTOCOLS: len(known.protocols),
        Holds.PROGRAMMES: len(known.programmes),
        Holds.SYSTEMS: len(known.declared),
    }


def _approves(actor: Actor) -> bool:
    moves = (Action.DESIGNATE, Action.APPROVE_FOIL, Action.REVIEW_SECOND, Action.PROPOSE)
    return any(access.may(actor, action) for action in moves)


def _differences(connection: Connection, actor: Actor, today: date) -> tuple[int, int]:
    """How many differences wait in the registers this actor keeps, and how many of them are of restricted types."""
    scope, waiting = access.scope(actor, Action.KEEP_REGISTER), {"state": _WAITING}
    known = difference_pages.states(connection, scope, today)
    every = difference_pages.fitting(scope, known, waiting)
    restricted = difference_pages.fitting(scope, known, {**waiting, "tier": (str(Tier.RESTRICTED.value),)})
    return difference_pages.count(connection, every), difference_pages.count(connection, restricted)


def _asked(connection: Connection, actor: Actor, today: date) -> int:
    """How many differences the data stewards of this actor's agencies were asked about and have not answered."""
    known = difference_pages.states(connection, access.scope(actor, Action.PROPOSE), today)
    return list(known.values()).count(State.ASKED)


def _requests(connection: Connection, actor: Actor) -> int:
    """How many requests to the actor's agencies nobody has decided."""
    deciding = (Action.KEEP_REGISTER, Action.APPROVE_FOIL)
    return sum(
        one.state in UNDECIDED and any(access.may(actor, action, one.agency_id) for action in deciding)
        for one in law.every(connection, Request)
    )


def _memberships(actor: Actor, catalog: Catalog) -> int:
    by_standing = memberships.pending(actor, catalog, per_page=1).by_standing
    return sum(count for standing, count in by_standing.items() if standing.waits)
