"""Review by spreadsheet: what waits taken away, and brought back with its decisions, all of them or none."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.review_sheets import SheetPlan
from catalog.services import review_queue, review_sheet_plan, review_sheets
from catalog.services.access import Action
from web import exports, forms, workbooks
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes, number
from web.workbooks import MOST_BYTES, ROOM

routes = Routes("review_sheets")


@routes.get("/review/sheet", Action.DECIDE)
def show() -> ResponseReturnValue:
    """Where a workbook is taken and sent; or the workbook."""
    if request.args.get("format") == "xlsx":
        return _workbook()
    return _page(Form.of())


@routes.post("/review/sheet/check", Action.DECIDE, room=ROOM)
def check() -> ResponseReturnValue:
    """What a workbook would decide, and what is wrong with it; nothing is done and nothing is stored."""
    form = Form.of()
    try:
        data = workbooks.sent("review import")
        plan = review_sheet_plan.plan(actor(), catalog(), data)
    except RequestError as error:
        if error.http_status != RequestError.http_status:
            raise
        form.problem = error
        return _page(form), error.http_status
    return _page(form, plan, workbooks.as_letters(data))


@routes.post("/review/sheet", Action.DECIDE, room=ROOM)
def take() -> ResponseReturnValue:
    """Decide what was looked at: all of it, or with a problem anywhere nothing."""
    carried = request.form.get("workbook", "")

    def keep(form: Form) -> str:
        form.check()
        done = review_sheet_plan.apply(actor(), catalog(), workbooks.carried(carried))
        if done.problems:
            raise RequestError("This workbook", "not all of it can be decided any more", "See below, and mend it.")
        return url_for("review_sheets.show", done=done.columns, same=done.same)

    return forms.kept(keep, lambda form: _page(form, *_looked_at_again(carried)))


def _chosen() -> dict[str, list[str]]:
    """By what what waits is narrowed down."""
    return {key: request.args.getlist(key) for key in review_sheets.FILTERS}


def _workbook() -> ResponseReturnValue:
    exports.refuse_in_passing()
    workbook = review_sheets.export(actor(), catalog(), _chosen())
    return exports.handed(review_sheets.packed(workbook), exports.XLSX, workbook.name, actor(), workbook.at, "xlsx")


def _looked_at_again(letters: str) -> tuple[SheetPlan | None, str]:
    """What the carried file would decide now; nothing where it cannot be read."""
    try:
        return review_sheet_plan.plan(actor(), catalog(), workbooks.carried(letters)), letters
    except RequestError:
        return None, ""


def _page(form: Form, plan: SheetPlan | None = None, workbook: str = "") -> str:
    chosen = _chosen()
    done, same = (number(request.args.get(name, "")) for name in ("done", "same"))
    facets = review_queue.facets(actor(), catalog(), chosen)
    return render_template(
        "pages/review_sheet.html",
        form=form,
        plan=plan,
        workbook=workbook,
        types=catalog().taxonomy.types,
        most=MOST_BYTES // 1024 // 1024,
        waits=review_sheets.count(actor(), catalog(), chosen),
        most_rows=review_sheets.MOST_ROWS,
        facets=[one for one in facets if one.key in review_sheets.FILTERS],
        done=done,
        same=same,
    )
