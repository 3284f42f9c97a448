"""The register brought back as a workbook: looked at first, and then taken over whole or not at all."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.interchange import ImportPlan
from catalog.services import interchange
from catalog.services.access import Action
from web import forms, workbooks
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes
from web.workbooks import MOST_BYTES, ROOM

routes = Routes("interchange")


@routes.get("/register/import", Action.KEEP_REGISTER)
def show() -> ResponseReturnValue:
    """Where a workbook is sent."""
    return _page(Form.of())


@routes.post("/register/import/check", Action.KEEP_REGISTER, room=ROOM)
def check() -> ResponseReturnValue:
    """What a workbook would add and change, and what is wrong with it; nothing is done and nothing is stored."""
    form = Form.of()
    try:
        data = workbooks.sent("register import")
        plan = interchange.plan(actor(), catalog(), interchange.read(data))
    except RequestError as error:
        if error.http_status != RequestError.http_status:
            raise
        form.problem = error
        return _page(form), error.http_status
    return _page(form, plan, workbooks.as_letters(data))


@routes.post("/register/import", Action.KEEP_REGISTER, weighty=True, room=ROOM)
def take() -> ResponseReturnValue:
    """Take over what was looked at: all of it, or with a problem anywhere nothing."""
    carried = request.form.get("workbook", "")

    def keep(form: Form) -> str:
        reason = form.line("reason", longest=500, needed=True)
        form.check()
        done = interchange.apply(actor(), catalog(), interchange.read(workbooks.carried(carried)), reason)
        if done.problems:
            raise RequestError("This workbook", "not all of it can be taken over any more", "See below, and mend it.")
        return url_for("register_hub.index", added=len(done.adds), changed=len(done.changes))

    return forms.kept(keep, lambda form: _page(form, *_looked_at_again(carried)))


def _looked_at_again(letters: str) -> tuple[ImportPlan | None, str]:
    """What the carried file would do now; nothing where it cannot be read."""
    try:
        return interchange.plan(actor(), catalog(), interchange.read(workbooks.carried(letters))), letters
    except RequestError:
        return None, ""


def _page(form: Form, plan: ImportPlan | None = None, workbook: str = "") -> str:
    most = MOST_BYTES // 1024 // 1024
    return render_template("pages/import.html", form=form, plan=plan, workbook=workbook, most=most)
