"""The quarterly report to the Speaker: which are due, what one would tell, issuing and reading it (§23-1202(c)(4))."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.model.frozen_reports import Format
from catalog.model.quarterly_content import CorrectionReason, Quarter
from catalog.services import access, quarterly, quarterly_files, report_files
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.forms import Form, kept
from web.routing import Routes, number

routes = Routes("quarterly")


@routes.get("/quarterly", Action.READ_CITY_REPORTS)
def index() -> ResponseReturnValue:
    """The quarters, and how far the report of each is."""
    return render_template("pages/quarterly.html", page=quarterly.quarters(actor(), catalog()))


@routes.get("/quarterly/<quarter>", Action.READ_CITY_REPORTS)
def show(quarter: str) -> ResponseReturnValue:
    """The report of a quarter as it was issued."""
    page = quarterly.read(actor(), catalog(), _quarter(quarter), _number())
    return render_template("pages/quarterly_report.html", page=page, formats=report_files.offered())


@routes.get("/quarterly/<quarter>/report.<ending>", Action.READ_CITY_REPORTS)
def download(quarter: str, ending: str) -> ResponseReturnValue:
    """The report of a quarter as a file; taking it is recorded."""
    if ending not in set(Format):
        raise access.nothing_here()
    exports.refuse_in_passing()
    report_files.require_offered(Format(ending))
    file = quarterly_files.take(actor(), catalog(), _quarter(quarter), Format(ending), _number())
    response = make_response(file.data)
    response.mimetype = file.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.set_etag(file.digest)
    return response


@routes.get("/quarterly/<quarter>/issue", Action.KEEP_CYCLES)
def preview(quarter: str) -> ResponseReturnValue:
    """What would be issued, of which events, and of which not."""
    return _preview(quarter, Form.asked("named", "reason"))


@routes.post("/quarterly/<quarter>/issue", Action.KEEP_CYCLES, weighty=True)
def issue(quarter: str) -> ResponseReturnValue:
    """Issue it."""

    def keep(form: Form) -> str:
        reason, named = form.choice_if_any("reason", CorrectionReason), form.ticked("named")
        shown = form.line("shown", needed=True)
        form.check()
        quarterly.issue(actor(), catalog(), _quarter(quarter), content_hash=shown, agencies_named=named, reason=reason)
        return url_for("quarterly.show", quarter=quarter)

    return kept(keep, lambda form: _preview(quarter, form))


@routes.post("/quarterly/<quarter>/included", Action.KEEP_CYCLES)
def include(quarter: str) -> ResponseReturnValue:
    """Record with events that they are in the report as it was issued."""
    quarterly.include(actor(), catalog(), _quarter(quarter))
    return redirect(url_for("quarterly.show", quarter=quarter), 303)


def _preview(quarter: str, form: Form) -> str:
    reason = next((one for one in CorrectionReason if one == form.value("reason")), None)
    page = quarterly.preview(actor(), catalog(), _quarter(quarter), agencies_named=form.ticked("named"), reason=reason)
    return render_template("pages/quarterly_issue.html", page=page, form=form)


def _quarter(key: str) -> Quarter:
    found = Quarter.named(key)
    if found is None:
        raise access.nothing_here()
    return found


def _number() -> int | None:
    """Which issue; what is no number is that of nothing."""
    asked = request.args.get("number", "")
    found = number(asked) if asked else None
    if asked and found is None:
        raise access.nothing_here()
    return found
