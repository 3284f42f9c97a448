"""What changed: types, datasets and sources, against what was known before."""

from collections.abc import Iterator

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.model.changes import ChangesPage, ColumnsMoved
from catalog.model.views import DatasetLine
from catalog.services import changes
from catalog.services.access import Action
from web import exports
from web.addresses import one_of
from web.context import actor, catalog
from web.exports import Cell
from web.routing import Routes

routes = Routes("changes")

#: How far back one may look, in days.
PERIODS = ("7", "1", "30", "365")
_NONE = ColumnsMoved()
_HEADINGS = ("change", "agency", "source", "dataset", "before", "types_new", "types_gone")
_HEADINGS_REST = ("columns_new", "columns_gone", "at")


@routes.get("/changes", Action.READ_EVIDENCE)
def index() -> ResponseReturnValue:
    """What changed in the last days."""
    period = one_of("days", PERIODS)
    page = changes.since(actor(), catalog(), int(period), request.args.get("agency") or None)
    if exports.asked_for():
        return exports.answer(exports.Listing("what-changed", _HEADINGS + _HEADINGS_REST, list(_rows(page))))
    return render_template("pages/changes.html", page=page, period=period, periods=sorted(PERIODS, key=int))


def _rows(page: ChangesPage) -> Iterator[tuple[Cell, ...]]:
    """One row per change, in the order of the page."""
    for moved in page.moved:
        new, gone = (" ".join(kind.code for kind in kinds) for kinds in (moved.new, moved.gone))
        yield _row("types", moved.line, types_new=new, types_gone=gone, columns=moved.columns, at=moved.at.isoformat())
    for one in page.reshaped:
        yield _row("columns", one.line, columns=one.columns, at=one.at.isoformat())
    for line in page.appeared:
        codes = " ".join(held.type.code for held in line.types)
        yield _row("appeared", line, types_new=codes, at=line.dataset.first_seen_at.isoformat())
    for renamed in page.renamed:
        yield _row("renamed", renamed.line, before=renamed.old_name, at=renamed.at.isoformat())
    for lost in page.missing:
        at = (lost.dataset.retired_at or lost.dataset.last_listed_at).isoformat()
        change = "gone" if lost.dataset.retired_at else "no longer listed"
        yield change, lost.agency.acronym, lost.source_name, lost.dataset.name, "", "", "", "", "", at
    for line in page.unreadable:
        yield _row("could not look", line)
    for failed in page.failed:
        tried = failed.last_run.started_at.isoformat() if failed.last_run else None
        yield "source not read", failed.agency.acronym, failed.source.name, "", "", "", "", "", "", tried


def _row(
    change: str,
    line: DatasetLine,
    *,
    before: str = "",
    types_new: str = "",
    types_gone: str = "",
    columns: ColumnsMoved = _NONE,
    at: str | None = None,
) -> tuple[Cell, ...]:
    names = (change, line.agency.acronym, line.source.name, line.dataset.name)
    return (*names, before, types_new, types_gone, " ".join(columns.new), " ".join(columns.gone), at)
