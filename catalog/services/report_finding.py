"""Which report somebody means who names an agency and, perhaps, a period."""

from datetime import date

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.cycles import Cycle
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law


def latest(
    actor: Actor, catalog: Catalog, agency_id: str, period_to: date | None = None, *, is_signed: bool = False
) -> Cycle:
    """An agency's latest report, or that of a period.

    Parameters:
        period_to: the last day of the period.
        is_signed: only one that was signed; the latest such.

    Raises:
        NotAllowed: when the actor reads no reports.
        NotFound: when there is none that the actor may know of.
    """
    access.require(actor, Action.READ_REPORTS)
    with catalog.reading() as connection:
        cycles = law.where(connection, Cycle, agency_id=agency_id)
    known = [
        one
        for one in cycles
        if access.may(actor, Action.READ_REPORTS, one.agency_id)
        and (period_to is None or one.period_to == period_to)
        and (one.content_hash or not is_signed)
    ]
    if not known:
        of = f" up to {period_to}" if period_to else ""
        what = "signed report" if is_signed else "report"
        raise NotFound(f"Agency {agency_id}", f"it has no {what}{of}", "See: privacy-catalog report status")
    return max(known, key=lambda one: (one.period_to, one.id))


def latest_round(actor: Actor, catalog: Catalog) -> date:
    """The last day of the latest round.

    Raises:
        NotAllowed: when the actor does not read the city's reports.
        RequestError: when none was opened yet.
    """
    access.require(actor, Action.READ_CITY_REPORTS)
    with catalog.reading() as connection:
        ends = [one.period_to for one in law.every(connection, Cycle)]
    if not ends:
        raise RequestError("The city", "no round of reports was opened yet", "Use: privacy-catalog report open --help")
    return max(ends)
