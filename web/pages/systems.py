"""Declaring systems that nobody can scan, and changing what was declared of them."""

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.agreements import DeclaredSystem, Unscannable
from catalog.model.register_views import Choices, SystemForm
from catalog.model.revisions import RecordKind
from catalog.services import law_records, register_pages
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("systems")


@routes.get("/declared/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to declare one."""
    return _show(Form.of(agency=Form.asked("agency").value("agency"), declared_on=_today()))


@routes.post("/declared/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Declare one."""

    def keep(form: Form) -> str:
        law_records.declare_system(actor(), catalog(), _read(form, 0), form.numbers("activity"))
        return url_for("declared.index")

    return kept(keep, _show)


@routes.get("/declared/<int:system_id>/edit", Action.KEEP_REGISTER)
def edit(system_id: int) -> ResponseReturnValue:
    """A form to change what is declared of one."""
    return _edit(system_id)


@routes.post("/declared/<int:system_id>/edit", Action.KEEP_REGISTER)
def revise(system_id: int) -> ResponseReturnValue:
    """Change what is declared of one."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        system, activity_ids = _read(form, system_id), form.numbers("activity")
        law_records.revise_system(
            actor(), catalog(), system, activity_ids=activity_ids, reason=reason, expected=expected
        )
        return url_for("declared.index")

    return kept(keep, lambda form: _edit(system_id, form))


def _today() -> date:
    return catalog().clock.now().date()


def _read(form: Form, system_id: int) -> DeclaredSystem:
    form.numbers("activity")
    read = DeclaredSystem(
        id=system_id,
        agency_id=form.line("agency", needed=True),
        name=form.line("name", needed=True),
        description=form.text("description"),
        owner_unit=form.line("unit"),
        unscannable=form.choice("unscannable", Unscannable),
        contract_id=form.number_if_any("contract"),
        type_codes=form.many("type"),
        subject_categories=form.parts("subjects"),
        retention=form.line("retention"),
        declared_on=form.day("declared_on"),
    )
    form.check()
    return read


def _show(form: Form) -> str:
    return _page(form, "Declare a system that nobody can scan")


def _edit(system_id: int, form: Form | None = None) -> str:
    page = register_pages.system_form(actor(), catalog(), system_id)
    return _page(form or _filled(page), f"Change {page.system.name}", system_id, page.expected)


def _filled(page: SystemForm) -> Form:
    now = page.system
    return Form.of(
        agency=now.agency_id,
        name=now.name,
        description=now.description,
        unit=now.owner_unit,
        unscannable=now.unscannable,
        contract=now.contract_id,
        type=now.type_codes,
        subjects=", ".join(now.subject_categories),
        retention=now.retention,
        declared_on=now.declared_on,
        activity=page.activity_ids,
    )


def _page(form: Form, title: str, system_id: int | None = None, expected: int = 0) -> str:
    back = url_for("declared.index")
    crumbs = [("Collections and disclosures", url_for("flows.index")), ("Systems that cannot be scanned", back)]
    frame = Frame(title, crumbs, back, RecordKind.DECLARED_SYSTEM, system_id, expected)
    choices = register_pages.choices(actor(), catalog())
    return render_template(
        "forms/system.html",
        form=form,
        frame=frame,
        choices=choices,
        contracts=_contracts(choices, form.value("agency")),
        activities=_activities(choices, form.value("agency")),
    )


def _contracts(choices: Choices, agency_id: str) -> list[tuple[str, str]]:
    """The contracts of the agency, or, while none is chosen, of all whose register the actor keeps."""
    found = [one for one in choices.contracts if agency_id in {"", one.agency_id}]
    return [(str(one.id), f"{one.number}, {one.title} ({one.agency_id})") for one in found]


def _activities(choices: Choices, agency_id: str) -> list[tuple[str, str]]:
    """Its collections and disclosures, or likewise of all of them."""
    ours = {agency_id} if agency_id else {agency.id for agency in choices.agencies}
    found = [one for one in choices.activities if one.agency_id in ours]
    return [(str(one.id), f"{one.title} ({one.agency_id})") for one in found]
