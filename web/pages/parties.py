"""Parties: from whom agencies collect and to whom they disclose; the kind of each says whether it is a third party."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.parties import Party, PartyKind
from catalog.model.revisions import RecordKind
from catalog.services import law_records, register_pages
from catalog.services.access import Action
from web import exports, filters, register_lists
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("parties")


@routes.get("/parties", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """All parties, narrowed down by words."""
    words = filters.words()
    every = register_pages.parties(actor(), catalog())
    found = [line for line in every if words.casefold() in line.party.name.casefold()]
    if exports.asked_for():
        return exports.answer(register_lists.parties(found))
    return render_template("pages/parties.html", lines=found, known=len(every), words=words)


@routes.get("/parties/new", Action.KEEP_CITY_REGISTER)
def new() -> ResponseReturnValue:
    """A form to record one."""
    return _show(Form.of())


@routes.post("/parties/new", Action.KEEP_CITY_REGISTER)
def add() -> ResponseReturnValue:
    """Record one."""

    def keep(form: Form) -> str:
        law_records.add_party(actor(), catalog(), _read(form, 0))
        return url_for("parties.index")

    return kept(keep, _show)


@routes.get("/parties/<int:party_id>/edit", Action.KEEP_CITY_REGISTER)
def edit(party_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(party_id)


@routes.post("/parties/<int:party_id>/edit", Action.KEEP_CITY_REGISTER)
def revise(party_id: int) -> ResponseReturnValue:
    """Change one."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        law_records.revise_party(actor(), catalog(), _read(form, party_id), reason=reason, expected=expected)
        return url_for("parties.index")

    return kept(keep, lambda form: _edit(party_id, form))


def _read(form: Form, party_id: int) -> Party:
    name, kind = form.line("name", needed=True), form.choice("kind", PartyKind)
    agency_id = form.value("agency") or None
    form.check()
    return Party(party_id, name, kind, agency_id)


def _show(form: Form) -> str:
    return _page(form, "Add a party")


def _edit(party_id: int, form: Form | None = None) -> str:
    page = register_pages.party_form(actor(), catalog(), party_id)
    now = page.party
    form = form or Form.of(name=now.name, kind=now.kind, agency=now.agency_id)
    return _page(form, f"Change {now.name}", party_id, page.expected)


def _page(form: Form, title: str, party_id: int | None = None, expected: int = 0) -> str:
    back = url_for("parties.index")
    frame = Frame(title, [("Parties", back)], back, RecordKind.PARTY, party_id, expected)
    choices = register_pages.choices(actor(), catalog())
    return render_template("forms/party.html", form=form, frame=frame, choices=choices)
