"""Home: what needs me, what changed, can I trust it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.review_views import QueueCounts
from catalog.model.views import HeatMap
from catalog.services import (
    access,
    changes,
    holdings,
    notice_pages,
    quarterly,
    register_hub,
    review_deferrals,
    review_queue,
)
from catalog.services.access import Action
from web import heat, inventory_shown
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("home")

_AGENCIES = 20
_TYPES = 12
#: How far back the first page tells what changed.
_DAYS = 7


@routes.get("/", Action.READ_HOME)
def index() -> ResponseReturnValue:
    """The first page after signing in; for who reads what is published and nothing else, that."""
    if not (access.may(actor(), Action.READ_HOLDINGS) or access.may(actor(), Action.READ_RUNS)):
        return redirect(url_for("published.index"), 303)
    page = holdings.home(actor(), catalog())
    changed = changes.since(actor(), catalog(), _DAYS) if access.may(actor(), Action.READ_EVIDENCE) else None
    heat_map, title = _most_important(page.heat), _title(page.heat)
    alarm = notice_pages.alarm(actor(), catalog()) if access.may(actor(), Action.READ_RUNS) else None
    waits = register_hub.awaiting(actor(), catalog())
    shown: dict[str, object] = {
        "page": page,
        "changed": changed,
        "heat": heat_map,
        "title": title,
        "alarm": alarm,
        "waits": waits,
    }
    shown |= {"quarters": quarterly.due(actor(), catalog()), "inventory": inventory_shown.at_home()}
    return render_template("pages/home.html", review=_review(), asked=_asked(), **shown)


def _review() -> QueueCounts | None:
    """What waits for the visitor's decision; None for who may not decide."""
    return review_queue.counts(actor(), catalog()) if access.may(actor(), Action.DECIDE) else None


def _asked() -> int:
    """How many questions about the data wait for the visitor's answer."""
    return review_deferrals.open_for(actor(), catalog()) if access.may(actor(), Action.PROPOSE) else 0


def _title(map_: HeatMap) -> str:
    """Whose picture it is: the operator's, one agency's or the city's."""
    if not access.may(actor(), Action.READ_HOLDINGS):
        return "Scans at a glance"
    holder = map_.rows[0].agency.name if access.scope(actor()).agency_ids and len(map_.rows) == 1 else "the city"
    return f"What {holder} holds about people"


def _most_important(map_: HeatMap) -> HeatMap:
    rows = heat.ordered(map_, "columns")[:_AGENCIES]
    return HeatMap(map_.types[:_TYPES], rows, map_.finding)


@routes.get("/health", Action.SIGN_IN)
def health() -> ResponseReturnValue:
    """Says that the process answers; for load balancers."""
    return {"status": "ok"}
