"""What changed: types, datasets and sources, against what was known before."""

from collections.abc import Iterator

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.model.changes import ChangesPage
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
_HEADINGS = ("change", "agency", "source", "dataset", "before", "types_new", "types_gone", "columns_new", "at")


@routes.get("/changes", Action.READ_EVIDENCE)
def index() -> ResponseReturnValue:
    """What changed in the last days."""
    period = one_of("days", PERIODS)
    page = changes.since(actor(), catalog(), int(period), request.args.get("agency") or None)
    if exports.asked_for():
        return exports.answer(exports.Listing("what-changed", _HEADINGS, list(_rows(page))))
    return render_template("pages/changes.html", page=page, period=period, periods=sorted(PERIODS, key=int))


def _rows(page: ChangesPage) -> Iterator[tuple[Cell, ...]]:
    """One row per change, in the order of the page."""
    for moved in page.moved:
        new, gone = (" ".join(kind.code for kind in kinds) for kinds in (moved.new, moved.gone))
        yield _row("types", moved.line, types_new=new, types_gone=gone, columns=moved.columns, at=moved.at.isoformat())
    for line in page.appeared:
        codes = " ".join(held.type.code for held in line.types)
        yield _row("appeared", line, types_new=codes, at=line.dataset.first_seen_at.isoformat())
    for renamed in page.renamed:
        yield _row("renamed", renamed.line, before=renamed.old_name, at=renamed.at.isoformat())
    for one in page.missing:
        at = (one.dataset.retired_at or one.dataset.last_listed_at).isoformat()
        change = "gone" if one.dataset.retired_at else "no longer listed"
        yield change, one.agency.acronym, one.source_name, one.dataset.name, "", "", "", "", at
    for line in page.unreadable:
        yield _row("could not look", line)
    for failed in page.failed:
        tried = failed.last_run.started_at.isoformat() if failed.last_run else None
        yield "source not read", failed.agency.acronym, failed.source.name, "", "", "", "", "", tried


def _row(
    change: str,
    line: DatasetLine,
    *,
    before: str = "",
    types_new: str = "",
    types_gone: str = "",
    columns: tuple[str, ...] = (),
    at: str | None = None,
) -> tuple[Cell, ...]:
    names = (change, line.agency.acronym, line.source.name, line.dataset.name)
    return (*names, before, types_new, types_gone, " ".join(columns), at)
