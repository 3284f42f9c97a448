"""A dataset: what identifying information is in it, why we think so, who collects it, under which protocol."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import NotFound, RequestError
from catalog.model.decisions import VERDICTS, Standing, Verdict
from catalog.model.views import ColumnView, Counts, DatasetPage
from catalog.services import copies, holdings, memberships, published, review, review_marks
from catalog.services.access import Action
from web import beside, exports
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("datasets")

STATES = ("any", "identifying", "confirmed", "suggested", "reopened", "rejected", "none")
PER_PAGE = 200
_HEADINGS = ("position", "column", "description", "declared_type", "identifier_type", "standing", "strength")
_HEADINGS_REST = ("share_low", "share_mid", "share_high", "strength_without_name", "reasons", "decided_by")


@dataclass(frozen=True, slots=True)
class ColumnPage:
    """The columns that pass the filter, one page of them."""

    columns: tuple[ColumnView, ...]
    matching: int
    page: int
    pages: int


@routes.get("/datasets/<int:dataset_id>", Action.READ_HOLDINGS)
def show(dataset_id: int) -> ResponseReturnValue:
    """One dataset."""
    page = holdings.dataset(actor(), catalog(), dataset_id)
    state, words = one_of("state", STATES), request.args.get("q", "").strip()
    chosen = [column for column in page.columns if _matches(column, words, state)]
    if exports.asked_for():
        rows = [row for column in chosen for row in _rows(column)]
        return exports.answer(exports.Listing(f"columns-of-dataset-{dataset_id}", _HEADINGS + _HEADINGS_REST, rows))
    shown = _cut(chosen, page_number())
    tags = {(view.column.id, tag.type.code) for view in shown.columns for tag in view.tags}
    items = review_marks.of_columns(actor(), catalog(), tags)
    more = {
        "items": items,
        "marks": review_marks.up(catalog(), items),
        "told": published.seen_by_researchers(actor(), catalog(), dataset_id),
        "copies": copies.of_dataset(actor(), catalog(), dataset_id),
        "members": memberships.of_dataset(actor(), catalog(), dataset_id),
        "differences": beside.differences("dataset", dataset_id),
    }
    template = "pages/dataset.html"
    return render_template(template, page=page, shown=shown, state=state, words=words, held=_held(page), **more)


@routes.post("/datasets/<int:dataset_id>/columns/<int:column_id>/<type_code>", Action.DECIDE)
def decide(dataset_id: int, column_id: int, type_code: str) -> ResponseReturnValue:
    """Confirm that a column holds a type, or say that it does not."""
    page = holdings.dataset(actor(), catalog(), dataset_id)
    if not any(view.column.id == column_id for view in page.columns):
        raise NotFound("This column", "there is none in this dataset", "Go back to the dataset.")
    reason = request.form.get("reason", "").strip()[:500]
    verdict, seen = _verdict(), request.form.get("seen", "")
    if review.decide(actor(), catalog(), column_id, type_code, verdict, reason, seen=seen) is None:
        return redirect(url_for("review_proposals.index"), 303)  # it says what waits for a second person
    return redirect(url_for("datasets.show", dataset_id=dataset_id, _anchor=f"column-{column_id}"), 303)


def _verdict() -> Verdict:
    for verdict in VERDICTS:
        if request.form.get("verdict") == verdict:
            return verdict
    raise RequestError("This decision", "it is neither yes nor no", "Use the buttons beside the reasons.")


def _matches(view: ColumnView, words: str, state: str) -> bool:
    column = view.column
    labels = " ".join(tag.type.label for tag in view.tags if tag.standing is not Standing.REJECTED)
    text = f"{column.name} {column.comment} {labels}".casefold()
    return all(word in text for word in words.casefold().split()) and _is_in(view, state)


def _is_in(view: ColumnView, state: str) -> bool:
    standings = {tag.standing for tag in view.tags}
    holds = bool(standings - {Standing.REJECTED})
    return {"any": True, "identifying": holds, "none": not holds}.get(state, state in standings)


def _cut(columns: list[ColumnView], number: int) -> ColumnPage:
    pages = max(1, -(-len(columns) // PER_PAGE))
    page = min(number, pages)
    return ColumnPage(tuple(columns[(page - 1) * PER_PAGE : page * PER_PAGE]), len(columns), page, pages)


def _held(page: DatasetPage) -> Counts:
    """Columns by their firmest standing."""
    standings = [{tag.standing for tag in view.tags} - {Standing.REJECTED} for view in page.columns]
    confirmed = sum(Standing.CONFIRMED in each for each in standings)
    return Counts(confirmed, sum(bool(each) for each in standings) - confirmed)


def _rows(view: ColumnView) -> list[tuple[str | int | float | None, ...]]:
    """One row per column and type; a column without any has one row too."""
    column = view.column
    head = (column.position + 1, column.name, column.comment, column.declared_type)
    nothing = (None,) * (len(_HEADINGS) + len(_HEADINGS_REST) - len(head))
    rows: list[tuple[str | int | float | None, ...]] = [
        (
            *head,
            tag.type.code,
            tag.standing.value,
            tag.strength,
            tag.share.low if tag.share else None,
            tag.share.mid if tag.share else None,
            tag.share.high if tag.share else None,
            tag.without_name,
            "; ".join((*tag.reasons, *tag.against)),
            tag.decided_by,
        )
        for tag in view.tags
    ]
    return rows or [(*head, *nothing)]
