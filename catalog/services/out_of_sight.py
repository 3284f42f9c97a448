"""How much of the shares nobody can look into: what is not seen is told, and never passed over."""

from catalog.model.actors import Actor, Scope
from catalog.model.out_of_sight import OutOfSightPage, gathered
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import out_of_sight, register


def page(actor: Actor, catalog: Catalog, agency_id: str = "") -> OutOfSightPage:
    """What lies out of sight in the agencies whose holdings this actor sees, or in one of them."""
    access.require(actor, Action.READ_HOLDINGS)
    scope = access.scope(actor)
    if agency_id:
        scope = Scope(frozenset({agency_id}) if scope.holds(agency_id) else frozenset())
    with catalog.reading() as connection:
        agencies = {agency.id: agency for agency in register.all_agencies(connection)}
        found = out_of_sight.unread(connection, scope)
        lines = gathered((agencies[held_by], kind, said, reason) for held_by, kind, said, reason in found)
        return OutOfSightPage(lines, out_of_sight.looked_at(connection, scope))
