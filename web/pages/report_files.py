"""Signed inventory reports: reading one, taking it away, and what happened to it."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from catalog.model.frozen_reports import Format
from catalog.model.report_reading import ReportFile
from catalog.services import access, report_files, report_signing
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.routing import Routes, number

routes = Routes("report_files")

_VERSIONS = ("full", "public")


@routes.get("/inventory/<int:cycle_id>/report", Action.READ_REPORTS)
def show(cycle_id: int) -> ResponseReturnValue:
    """A signed report as it reads; with ``?check=yes`` also whether it is still what was signed."""
    reading = report_files.read(actor(), catalog(), cycle_id, _number(), is_public=_is_public())
    check = None
    if request.args.get("check"):
        check = report_signing.verify(actor(), catalog(), cycle_id, reading.frozen.number)
    return render_template("pages/report.html", reading=reading, check=check, formats=report_files.offered())


@routes.get("/inventory/<int:cycle_id>/report.<ending>", Action.READ_REPORTS)
def download(cycle_id: int, ending: str) -> ResponseReturnValue:
    """A signed report as a file; taking it is recorded."""
    if ending not in set(Format):
        raise access.nothing_here()
    exports.refuse_in_passing()
    report_files.require_offered(Format(ending))
    is_public, which = _is_public(), _number()
    file = report_files.take(actor(), catalog(), cycle_id, Format(ending), which, is_public=is_public)
    return _handed(file)


@routes.get("/inventory/<int:cycle_id>/history", Action.READ_REPORTS)
def steps(cycle_id: int) -> ResponseReturnValue:
    """What happened to a report, step by step."""
    return render_template("pages/report_history.html", page=report_files.history(actor(), catalog(), cycle_id))


def _is_public() -> bool:
    return request.args.get("version") == _VERSIONS[1]


def _number() -> int | None:
    """Which time it was signed; what is no number is that of nothing."""
    asked = request.args.get("number", "")
    found = number(asked) if asked else None
    if asked and found is None:
        raise access.nothing_here()
    return found


def _handed(file: ReportFile) -> Response:
    """The file under its name; its digest tells whether it is the one that was submitted."""
    response = make_response(file.data)
    response.mimetype = file.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.set_etag(file.digest)
    return response
