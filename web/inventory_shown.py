"""What stands around the pages of an inventory cycle: what changed since the last report, and which steps are whose."""

from typing import Any

from catalog.model.cycle_machine import CycleMove
from catalog.model.cycles import CycleEvent, CycleState
from catalog.model.law_views import ReportView
from catalog.model.report_views import CycleLine, CyclePage, InventoryHub
from catalog.services import access, holdings, report_pages
from catalog.services.access import Action
from web.addresses import one_of
from web.context import actor, catalog
from web.report_wording import is_under_way

_SIGNING = frozenset({CycleEvent.SIGNED_BY_OFFICER, CycleEvent.SIGNED_BY_HEAD})
_EVENTS = ("", *(event.value for event in CycleEvent))


def at_home() -> InventoryHub | None:
    """What waits for the visitor in inventory; None for who has nothing to do with it."""
    if not any(access.may(actor(), action) for action in (Action.READ_REPORTS, Action.ANSWER_FOR_DIVISION)):
        return None
    return report_pages.hub(actor(), catalog())


def since(page: InventoryHub) -> tuple[CycleLine, ReportView] | None:
    """How what an agency holds differs now from its last signed report; for who answers for one agency alone."""
    agencies = access.scope(actor(), Action.READ_REPORTS).agency_ids
    if not access.may(actor(), Action.READ_REPORTS) or agencies is None or len(agencies) != 1:
        return None
    signed = [line for line in page.cycles if line.cycle.submitted_on and not is_under_way(line.cycle)]
    report = holdings.agency(actor(), catalog(), next(iter(agencies))).report
    return (max(signed, key=lambda line: line.cycle.period_to), report) if signed and report else None


def of_cycle(page: CyclePage) -> dict[str, Any]:
    """The steps this visitor may take now, without a signature, and what was just done."""
    is_head = access.is_head_of(actor(), page.line.cycle.agency_id)
    return {"steps": steps(page), "signs": signs(page), "is_head": is_head, "done": one_of("done", _EVENTS)}


def steps(page: CyclePage) -> list[CycleMove]:
    """Steps without a signature; to start goes by itself."""
    return [one for one in page.moves if one.event not in _SIGNING and one.event is not CycleEvent.STARTED]


def signs(page: CyclePage) -> CycleEvent | None:
    """The signature that this visitor may give or, of the head's on paper, record now."""
    cycle = page.line.cycle
    if cycle.state is CycleState.AGENCY_HEAD_SIGNOFF and access.may(actor(), Action.SIGN_FOR_AGENCY, cycle.agency_id):
        return CycleEvent.SIGNED_BY_HEAD
    return next((one.event for one in page.moves if one.event in _SIGNING), None)
