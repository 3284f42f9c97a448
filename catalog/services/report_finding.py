"""Which report somebody means who names an agency and, perhaps, a period."""

from datetime import date

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.cycles import Cycle
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law, reports


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
        may = access.may(actor, Action.READ_REPORTS, agency_id)
        cycles = law.where(connection, Cycle, agency_id=agency_id) if may else []
        known = [
            one
            for one in cycles
            if period_to in (None, one.period_to) and not (is_signed and reports.frozen(connection, one.id) is None)
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
