"""The audit log: who did what, when and where, what moved by it, and whether the log is whole."""

from datetime import UTC, date, datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.model.audit import AuditEvent, AuditFilter
from catalog.model.audit_actions import BARE, TELLING
from catalog.services import audit, sources
from catalog.services.access import Action
from web import exports
from web.audit_wording import action_text, line
from web.context import actor, catalog
from web.exports import Listing
from web.routing import Routes, number

routes = Routes("audit")

_A_PAGE = 50
_A_FILE = 50_000
_HEADINGS = ("sequence", "at", "account", "roles", "action", "thing", "agency", "detail", "before", "after", "request")


@routes.get("/audit", Action.READ_AUDIT)
def index() -> ResponseReturnValue:
    """The newest entries, or those that are asked for; that they were looked at is one of them."""
    audit.read(actor(), catalog(), "page:audit")
    asked = _asked()
    if exports.asked_for():
        found = audit.entries(actor(), catalog(), asked, _A_FILE)
        return exports.answer(Listing("audit-log", _HEADINGS, [_row(one) for one in found]))
    found = audit.entries(actor(), catalog(), asked, _A_PAGE + 1, number(request.args.get("below", "")))
    log = audit.standing(actor(), catalog())
    return render_template(
        "pages/audit.html",
        entries=[line(one) for one in found[:_A_PAGE]],
        older=found[_A_PAGE - 1].sequence if len(found) > _A_PAGE else None,
        asked=request.args,
        is_narrowed=asked != AuditFilter(),
        actions=sorted((action_text(one), one) for one in BARE | TELLING),
        action_text=action_text,
        agencies=sources.agencies(actor(), catalog()),
        log=log,
        gap=audit.gap(actor(), catalog()) if log.cut_short else None,
        a_file=_A_FILE,
    )


@routes.post("/audit/restored", Action.RECORD_RESTORE, weighty=True)
def record_restore() -> ResponseReturnValue:
    """Record that the catalog was restored, so that it may be changed again."""
    audit.restored(actor(), catalog(), request.form.get("reason", ""))
    return redirect(url_for("audit.index"), 303)


def _asked() -> AuditFilter:
    """What the address asks for; a day that is none asks for nothing."""
    words = {key: request.args.get(name, "").strip()[:200] for key, name in _WORDS.items()}
    since, until = _midnight("from"), _midnight("to")
    return AuditFilter(**words, since=since, until=until and until + timedelta(days=1))


_WORDS = {"person_id": "account", "action": "action", "thing": "thing", "agency_id": "agency"}


def _midnight(name: str) -> datetime | None:
    try:
        found = datetime.combine(date.fromisoformat(request.args.get(name, "")), time(), UTC)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found.date() <= date(2200, 1, 1) else None


def _row(one: AuditEvent) -> tuple[str | int, ...]:
    who = (one.sequence, one.at.isoformat(), one.person_id, one.role, one.action, one.thing, one.agency_id)
    return (*who, one.detail, one.before, one.after, one.request)
