"""The register at a glance: what it holds, what waits for the visitor, and the ways into it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.services import interchange, register_hub
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.routing import Routes, number

routes = Routes("register_hub")


@routes.get("/register", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """What it holds, and what waits; or all of it that this actor sees, as a workbook."""
    if request.args.get("format") == "xlsx":
        return _workbook()
    page = register_hub.hub(actor(), catalog())
    added, changed = (number(request.args.get(name, "")) for name in ("added", "changed"))
    return render_template("pages/register.html", page=page, added=added, changed=changed)


def _workbook() -> ResponseReturnValue:
    exports.refuse_in_passing()
    workbook = interchange.export(actor(), catalog())
    return exports.handed(interchange.packed(workbook), exports.XLSX, workbook.name, actor(), workbook.at, "xlsx")
