"""How often suggestions are right, as people's decisions have it, and how often two people agree. Counts alone."""

from itertools import pairwise

from catalog.errors import NotFound
from catalog.model.actors import Actor
from catalog.model.identifiers import IdentifierType
from catalog.model.quality import EDGES, Tally, agreement, finding, reliability
from catalog.model.review_views import Agreement, QualityPage
from catalog.services import access, second_readings
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import calibration, register

_NONE = Tally(0, 0, 0, 0)


def quality(
    actor: Actor, catalog: Catalog, *, agency_id: str | None = None, type_code: str | None = None
) -> QualityPage:
    """What people decided on suggestions, by how strong those were and by type, and how second readers agree with the
    first, in the agencies whose evidence this actor sees.

    Parameters:
        agency_id, type_code: of this agency or type alone.

    Raises:
        NotFound: when there is no such agency that the actor may see, or no such type.
    """
    access.require(actor, Action.READ_EVIDENCE, agency_id)
    kinds = catalog.taxonomy.types
    if type_code is not None and type_code not in kinds:
        raise NotFound("This type", "there is no such identifier type", "Choose one of the list.")
    scope = access.scope(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        if agency_id is not None and register.agency(connection, agency_id) is None:
            raise access.nothing_here()
        bars, types = calibration.tallies(connection, scope, agency_id, type_code)
        read = calibration.agreements(connection, scope, agency_id, type_code)
        waiting = second_readings.waiting(connection, actor)
    bins = tuple(reliability(bars.get(place, _NONE), *edges) for place, edges in enumerate(pairwise(EDGES)))
    return QualityPage(
        bins=bins,
        by_type=tuple((kinds[code], reliability(types[code], EDGES[0], EDGES[-1])) for code in kinds if code in types),
        agreements=tuple(_agreement(kinds[code], *read[code]) for code in kinds if code in read),
        finding=finding(bins),
        waiting=waiting,
    )


def _agreement(kind: IdentifierType, read: int, agreed: int) -> Agreement:
    low, high = agreement(agreed, read)
    return Agreement(kind, read, agreed, low, high)
