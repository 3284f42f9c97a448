"""Systems that hold identifying information and cannot be scanned: what people say of them is all there is."""

from catalog.model.actors import Actor
from catalog.model.law_views import DeclaredLine
from catalog.services import access, flows, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog


def systems(actor: Actor, catalog: Catalog) -> tuple[DeclaredLine, ...]:
    """Every declared-only system of the agencies this actor answers for."""
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        return flows.declared_lines(connection, known, known.declared)
