"""Contracts with those who hold information for an agency (§23-1202(g))."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.agreements import Contract, ServiceClass
from catalog.model.revisions import RecordKind
from catalog.services import law_records, register_pages
from catalog.services.access import Action
from web import exports, register_lists
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("contracts")


@routes.get("/contracts", Action.KEEP_REGISTER)
def index() -> ResponseReturnValue:
    """The contracts of the agencies whose register this actor keeps."""
    choices = register_pages.choices(actor(), catalog())
    names = {party.id: party.name for party in choices.parties}
    if exports.asked_for():
        return exports.answer(register_lists.contracts(choices.contracts, names))
    return render_template("pages/contracts.html", contracts=choices.contracts, names=names)


@routes.get("/contracts/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to record one."""
    return _show(Form.asked("agency"))


@routes.post("/contracts/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Record one."""

    def keep(form: Form) -> str:
        law_records.add_contract(actor(), catalog(), _read(form, 0))
        return url_for("contracts.index")

    return kept(keep, _show)


@routes.get("/contracts/<int:contract_id>/edit", Action.KEEP_REGISTER)
def edit(contract_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(contract_id)


@routes.post("/contracts/<int:contract_id>/edit", Action.KEEP_REGISTER)
def revise(contract_id: int) -> ResponseReturnValue:
    """Change one."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        law_records.revise_contract(actor(), catalog(), _read(form, contract_id), reason=reason, expected=expected)
        return url_for("contracts.index")

    return kept(keep, lambda form: _edit(contract_id, form))


def _read(form: Form, contract_id: int) -> Contract:
    read = Contract(
        id=contract_id,
        agency_id=form.line("agency", needed=True),
        party_id=form.number("party"),
        number=form.line("number", needed=True, longest=100),
        title=form.line("title", needed=True),
        service_class=form.choice("service", ServiceClass),
        rider_id=form.number_if_any("rider"),
        starts_on=form.day("starts_on"),
        ends_on=form.day_if_any("ends_on"),
    )
    form.check()
    return read


def _show(form: Form) -> str:
    return _page(form, "Add a contract")


def _edit(contract_id: int, form: Form | None = None) -> str:
    page = register_pages.contract_form(actor(), catalog(), contract_id)
    return _page(form or _filled(page.contract), f"Change contract {page.contract.number}", contract_id, page.expected)


def _filled(now: Contract) -> Form:
    return Form.of(
        agency=now.agency_id,
        party=now.party_id,
        number=now.number,
        title=now.title,
        service=now.service_class,
        rider=now.rider_id,
        starts_on=now.starts_on,
        ends_on=now.ends_on,
    )


def _page(form: Form, title: str, contract_id: int | None = None, expected: int = 0) -> str:
    back = url_for("contracts.index")
    frame = Frame(title, [("Contracts", back)], back, RecordKind.CONTRACT, contract_id, expected)
    choices = register_pages.choices(actor(), catalog())
    return render_template("forms/contract.html", form=form, frame=frame, choices=choices)
