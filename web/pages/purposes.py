"""The purpose library: what agencies collect and disclose for, worded once and used many times."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.purposes import Purpose
from catalog.model.register_views import PurposeLine
from catalog.model.revisions import RecordKind
from catalog.services import access, purposes, register_pages
from catalog.services.access import Action
from web import exports, register_lists
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("purposes")


@routes.get("/purposes", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """The library, as far as it is this actor's to see."""
    lines = purposes.library(actor(), catalog())
    if exports.asked_for():
        return exports.answer(register_lists.purposes(lines))
    return render_template("pages/purposes.html", lines=lines)


@routes.get("/purposes/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to add one."""
    return _show(Form.asked("agency"))


@routes.post("/purposes/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Add one."""

    def keep(form: Form) -> str:
        purposes.add(actor(), catalog(), _read(form, 0))
        return url_for("purposes.index")

    return kept(keep, _show)


@routes.get("/purposes/<int:purpose_id>/edit", Action.KEEP_REGISTER)
def edit(purpose_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(purpose_id)


@routes.post("/purposes/<int:purpose_id>/edit", Action.KEEP_REGISTER)
def revise(purpose_id: int) -> ResponseReturnValue:
    """Change one."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        purposes.revise(actor(), catalog(), _read(form, purpose_id), reason=reason, expected=expected)
        return url_for("purposes.index")

    return kept(keep, lambda form: _edit(purpose_id, form))


def _read(form: Form, purpose_id: int) -> Purpose:
    title, text, dpv = form.line("title", needed=True), form.text("text", needed=True), form.line("dpv", longest=100)
    form.check()
    return Purpose(purpose_id, form.value("agency") or None, title, text, dpv)


def _line(purpose_id: int) -> PurposeLine:
    """The entry, where the actor may change it.

    Raises:
        NotFound: when there is none that they may.
    """
    for line in purposes.library(actor(), catalog()):
        if line.purpose.id == purpose_id and line.may_edit:
            return line
    raise access.nothing_here()


def _show(form: Form) -> str:
    return _page(form, "Add a purpose")


def _edit(purpose_id: int, form: Form | None = None) -> str:
    line = _line(purpose_id)
    now = line.purpose
    form = form or Form.of(agency=now.agency_id, title=now.title, text=now.text, dpv=now.dpv)
    return _page(form, f"Change “{now.title}”", purpose_id, line.expected)


def _page(form: Form, title: str, purpose_id: int | None = None, expected: int = 0) -> str:
    back = url_for("purposes.index")
    frame = Frame(title, [("Library of purposes", back)], back, RecordKind.PURPOSE, purpose_id, expected)
    choices = register_pages.choices(actor(), catalog())
    return render_template("forms/purpose.html", form=form, frame=frame, choices=choices)
