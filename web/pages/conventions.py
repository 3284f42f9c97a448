"""The inventory as files of other conventions: DCAT-US of what is published; GDPR article 30 and DPV of activities."""

import json
from collections.abc import Iterator

from flask import request
from flask.typing import ResponseReturnValue

from catalog.services import conventions
from catalog.services.access import Action
from catalog.services.conventions import Exported
from catalog.sheets.cells import as_csv
from web.context import actor, catalog
from web.exports import handed, refuse_in_passing
from web.routing import Routes

routes = Routes("conventions")


@routes.get("/exports/dcat-us.json", Action.READ_PUBLISHED)
def dcat_us() -> ResponseReturnValue:
    """Published datasets as a DCAT-US catalog."""
    return _answer("dcat_us", "json", "application/json")


@routes.get("/exports/gdpr-30.<any(json, csv):kind>", Action.READ_FLOWS)
def gdpr_30(kind: str) -> ResponseReturnValue:
    """Activities as the record of GDPR article 30."""
    return _answer("gdpr_30", kind, "text/csv" if kind == "csv" else "application/json")


@routes.get("/exports/dpv.jsonld", Action.READ_FLOWS)
def dpv() -> ResponseReturnValue:
    """Activities in the Data Privacy Vocabulary."""
    return _answer("dpv", "jsonld", "application/ld+json")


def _answer(code: str, kind: str, mimetype: str) -> ResponseReturnValue:
    """The file; ``?agency=`` narrows it down."""
    refuse_in_passing()
    agency_id = request.args.get("agency") or None
    taken = conventions.export(actor(), catalog(), code, agency_id)
    name = code.replace("_", "-")
    pieces = _csv(taken) if kind == "csv" else _json(taken)
    return handed(pieces, mimetype, name, actor(), catalog().clock.now(), kind)


def _json(taken: Exported) -> Iterator[str]:
    yield json.dumps(taken.data, ensure_ascii=False, indent=1)


def _csv(taken: Exported) -> Iterator[str]:
    headings = tuple(rule.to for rule in taken.convention.rules)
    return as_csv(headings, ([line[name] for name in headings] for line in taken.lines))
