"""Decisions without a column: where they belong is asked of whoever answers for the agency."""

from collections.abc import Iterator
from itertools import groupby

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.orphan_views import Candidate, Orphan, OrphansPage
from catalog.services import orphans
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.exports import Cell
from web.orphan_wording import in_common
from web.routing import Routes, number

routes = Routes("orphans")

_HEADINGS = ("agency", "source", "dataset", "column", "gone_since", "type", "verdict", "decided_by", "decided_at")
_HEADINGS_REST = ("reason", "candidates")


@routes.get("/orphans", Action.DECIDE)
def index() -> ResponseReturnValue:
    """All that wait for this actor's word, or those of one dataset."""
    dataset_id = number(request.args.get("dataset", ""))
    page = orphans.waiting(actor(), catalog(), dataset_id)
    if exports.asked_for():
        rows = list(_rows(page))
        return exports.answer(exports.Listing("decisions-without-a-column", _HEADINGS + _HEADINGS_REST, rows))
    words = {"in_common": in_common, "by_dataset": _by_dataset(page)}
    return render_template("pages/orphans.html", page=page, dataset_id=dataset_id, **words)


@routes.post("/orphans/<int:column_id>", Action.DECIDE)
def settle(column_id: int) -> ResponseReturnValue:
    """Say which column the decisions go on with, or that they rest."""
    reason = request.form.get("reason", "").strip()[:500]
    orphans.settle(actor(), catalog(), column_id, _moved_to(), reason)
    dataset_id = number(request.form.get("dataset", ""))
    return redirect(url_for("orphans.index", dataset=dataset_id), 303)


@routes.post("/orphans/datasets/<int:dataset_id>/rest", Action.DECIDE)
def rest(dataset_id: int) -> ResponseReturnValue:
    """Say that all decisions of a dataset rest."""
    orphans.rest(actor(), catalog(), dataset_id, request.form.get("reason", ""))
    return redirect(url_for("orphans.index"), 303)


def _moved_to() -> int | None:
    word = request.form.get("to", "")
    if word == "rest":
        return None
    chosen = number(request.form.get("other", "") if word == "other" else word)
    if chosen is None:
        raise RequestError("These decisions", "no column was chosen for them", "Choose one, or let them rest.")
    return chosen


def _by_dataset(page: OrphansPage) -> list[list[Orphan]]:
    """The columns of datasets that are gone themselves."""
    gone = [orphan for orphan in page.orphans if orphan.dataset.retired_at]
    return [list(those) for _, those in groupby(gone, key=lambda orphan: orphan.dataset.id)]


def _place(orphan: Orphan, candidate: Candidate) -> str:
    same = candidate.dataset.id == orphan.dataset.id
    return candidate.column.name if same else f"{candidate.dataset.name}.{candidate.column.name}"


def _rows(page: OrphansPage) -> Iterator[tuple[Cell, ...]]:
    """One row per decision."""
    for orphan in page.orphans:
        gone = orphan.gone_since
        head = (orphan.agency.acronym, orphan.source.name, orphan.dataset.name, orphan.column.name)
        names = " ".join(_place(orphan, candidate) for candidate in orphan.candidates)
        for decision in orphan.decisions:
            said = (decision.type.code, decision.verdict.value, decision.person, decision.at.isoformat())
            yield (*head, gone.isoformat() if gone else None, *said, decision.reason, names)
