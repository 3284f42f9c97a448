"""Laws: what each calls what the city holds, as of any day, and what would change if a bill passed."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.law import EFFECT_TEXT, LAW_STATUS_TEXT, NAMED_BY_TEXT, LawStatus
from catalog.model.legal_views import ClassLine, ImpactLine, LawPage
from catalog.services import laws
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("laws")

_CLASSES = ("class", "words", "citation", "identifier_types", "together_with", "agency", "confirmed", "suggested")
_IMPACT = ("type", "label", "today", "would_be", "effect", "agency", "confirmed", "suggested", "activities")


@routes.get("/laws", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """The laws and bills there are."""
    return render_template("pages/laws.html", laws=laws.every(actor(), catalog()), LAW_STATUS_TEXT=LAW_STATUS_TEXT)


@routes.get("/laws/<law>", Action.READ_HOLDINGS)
def show(law: str) -> ResponseReturnValue:
    """One law as it reads on a day, or what would change if a bill passed."""
    on = _day()
    if any(one.code == law and one.status is LawStatus.PROPOSED for one in laws.every(actor(), catalog())):
        return _impact(law, on)
    page = laws.law(actor(), catalog(), law, on)
    if exports.asked_for():
        rows = [row for line in page.classes for row in _class_rows(line)] if page.classes else _origin_rows(page)
        return exports.answer(exports.Listing(page.law.code, _CLASSES, rows))
    return render_template("pages/law.html", page=page, NAMED_BY_TEXT=NAMED_BY_TEXT)


def _impact(code: str, on: date | None) -> ResponseReturnValue:
    page = laws.impact(actor(), catalog(), code, on)
    if exports.asked_for():
        rows = [row for line in page.lines for row in _impact_rows(line)]
        return exports.answer(exports.Listing(page.bill.code, _IMPACT, rows))
    return render_template("pages/bill.html", page=page, EFFECT_TEXT=EFFECT_TEXT, NAMED_BY_TEXT=NAMED_BY_TEXT)


def _day() -> date | None:
    text = request.args.get("on", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestError("The day", "it is no day of the calendar", "Write it as 2026-07-31.") from None


def _class_rows(line: ClassLine) -> list[tuple[str | int, ...]]:
    one = line.legal_class
    said = (one.label, one.words, one.citation, ", ".join(one.types), ", ".join(one.together_with))
    held = line.by_agency or ((None, line.held),)
    return [(*said, agency.name if agency else "", each.confirmed, each.suggested) for agency, each in held]


def _origin_rows(page: LawPage) -> list[tuple[str | int, ...]]:
    return [
        (kind.label, kind.words, kind.citation, kind.code, "", "", "", "")
        for types in page.origins.values()
        for kind in types
    ]


def _impact_rows(line: ImpactLine) -> list[tuple[str | int, ...]]:
    one = line.effect
    before = one.before.citation if one.before else ""
    said = (one.type.code, one.type.label, before, one.after.citation, EFFECT_TEXT[one.effect])
    held = line.by_agency or ((None, line.held),)
    return [
        (*said, agency.name if agency else "", each.confirmed, each.suggested, line.activities) for agency, each in held
    ]
