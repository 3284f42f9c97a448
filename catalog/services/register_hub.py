"""The register at a glance: what it holds, and what in it waits for whoever asks."""

from collections.abc import Mapping

from catalog.model.actors import Actor
from catalog.model.differences import State
from catalog.model.identifiers import Tier
from catalog.model.register import Verb
from catalog.model.register_hub_views import Awaiting, Holds, HubPage
from catalog.model.requests import UNDECIDED
from catalog.services import access, approval_pages, memberships, mirrors, records, requests
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import difference_pages

_WAITING = (State.OPEN.value, State.REOPENED.value)


def hub(actor: Actor, catalog: Catalog) -> HubPage:
    """What this actor sees of the register, counted, and what waits for them."""
    access.require(actor, Action.READ_FLOWS)
    return HubPage(_held(actor, catalog), awaiting(actor, catalog))


def awaiting(actor: Actor, catalog: Catalog) -> Awaiting:
    """What waits for this actor: each part where it is theirs to deal with, and nothing of the others."""
    keeps = access.may(actor, Action.KEEP_REGISTER)
    answers = access.may(actor, Action.PROPOSE) and not keeps
    differences, gravest = _differences(actor, catalog) if keeps else (None, None)
    return Awaiting(
        approvals=approval_pages.queue(actor, catalog).for_me if _approves(actor) else None,
        mirrors=len(mirrors.to_record(actor, catalog)) if keeps else None,
        requests=_requests(actor, catalog) if keeps or access.may(actor, Action.APPROVE_FOIL) else None,
        differences=differences,
        gravest=gravest,
        asked=_asked(actor, catalog) if answers else None,
        memberships=_memberships(actor, catalog) if access.may(actor, Action.DECIDE) else None,
    )


def _held(actor: Actor, catalog: Catalog) -> Mapping[Holds, int]:
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
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


def _differences(actor: Actor, catalog: Catalog) -> tuple[int, int]:
    """How many differences wait in the registers this actor keeps, and how many of them are of restricted types."""
    scope, waiting = access.scope(actor, Action.KEEP_REGISTER), {"state": _WAITING}
    with catalog.reading() as connection:
        known = difference_pages.states(connection, scope, catalog.clock.now().date())
        every = difference_pages.fitting(scope, known, waiting)
        restricted = difference_pages.fitting(scope, known, {**waiting, "tier": (str(Tier.RESTRICTED.value),)})
        return difference_pages.count(connection, every), difference_pages.count(connection, restricted)


def _asked(actor: Actor, catalog: Catalog) -> int:
    """How many differences the data stewards of this actor's agencies were asked about and have not answered."""
    scope = access.scope(actor, Action.PROPOSE)
    with catalog.reading() as connection:
        known = difference_pages.states(connection, scope, catalog.clock.now().date())
    return list(known.values()).count(State.ASKED)


def _requests(actor: Actor, catalog: Catalog) -> int:
    by_state = requests.every(actor, catalog).by_state
    return sum(by_state.get(state, 0) for state in UNDECIDED)


def _memberships(actor: Actor, catalog: Catalog) -> int:
    by_standing = memberships.pending(actor, catalog, per_page=1).by_standing
    return sum(count for standing, count in by_standing.items() if standing.waits)
