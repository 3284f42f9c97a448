"""The agencies an actor sees something of: what pages offer to narrow themselves down to."""

from catalog.model.actors import Actor
from catalog.model.holdings import Agency
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import register


def whose_evidence(actor: Actor, catalog: Catalog) -> tuple[Agency, ...]:
    """The agencies whose evidence the actor sees, by name.

    Raises:
        NotAllowed: when the actor sees no evidence at all.
    """
    access.require(actor, Action.READ_EVIDENCE)
    scope = access.scope(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        every = register.all_agencies(connection)
    seen = [one for one in every if scope.holds(one.id)]
    return tuple(sorted(seen, key=lambda one: one.name.casefold()))
