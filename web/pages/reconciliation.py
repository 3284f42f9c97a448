"""Paper against data: what does not add up, why, and what can be done about each of it."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import NotFound
from catalog.model.difference_views import DifferencePage, DifferencesPage, Step
from catalog.model.differences import State
from catalog.services import reconciling, resolutions
from catalog.services.access import Action
from web import exports, filters, forms, reconciliation_lists
from web.addresses import one_of, page_number
from web.context import actor, catalog
from web.forms import Form
from web.reconciliation_wording import DONE_TEXT
from web.routing import Routes, number

routes = Routes("reconciliation")

#: What waits for somebody: where a list begins, and what comes next after a step.
WAITING = (State.OPEN.value, State.REOPENED.value)
_TALLIES = ("agency", "programme")
_ALL = 1_000_000


@routes.get("/reconciliation", Action.READ_EVIDENCE)
def index() -> ResponseReturnValue:
    """All differences this actor may see, narrowed down by what the address says."""
    if exports.asked_for():
        return exports.answer(reconciliation_lists.differences(_find(_ALL).lines))
    return _list()


@routes.get("/reconciliation/summary", Action.READ_EVIDENCE)
def summary() -> ResponseReturnValue:
    """How many differences there are of each kind, by agency or by program."""
    by = one_of("by", _TALLIES)
    lines = reconciling.tally(actor(), catalog(), by)
    if exports.asked_for():
        return exports.answer(reconciliation_lists.tallies(by, lines))
    return render_template("pages/reconciliation_summary.html", by=by, lines=lines)


@routes.get("/reconciliation/<int:difference_id>", Action.READ_EVIDENCE)
def show(difference_id: int) -> ResponseReturnValue:
    """One difference: why, and what comes next."""
    return _page(reconciling.one(actor(), catalog(), difference_id), Form.of())


@routes.post("/reconciliation/<int:difference_id>/declare", Action.KEEP_REGISTER)
def declare(difference_id: int) -> ResponseReturnValue:
    """Declare what was found, in a collection or disclosure."""
    return _step(difference_id, Step.DECLARE, lambda form: _into(resolutions.declare, difference_id, form, "declare"))


@routes.post("/reconciliation/<int:difference_id>/link", Action.KEEP_REGISTER)
def link(difference_id: int) -> ResponseReturnValue:
    """Join the dataset with a collection or disclosure."""
    return _step(difference_id, Step.LINK, lambda form: _into(resolutions.link, difference_id, form, "link"))


@routes.post("/reconciliation/<int:difference_id>/reject", Action.DECIDE)
def reject(difference_id: int) -> ResponseReturnValue:
    """Say that the columns do not hold this type."""

    def kept(form: Form) -> str:
        before = reconciling.one(actor(), catalog(), difference_id)
        reason, seen = form.line("reject_reason", longest=500, needed=True), form.value("seen")
        form.check()
        if resolutions.reject(actor(), catalog(), difference_id, reason, seen):
            return url_for("review_proposals.index")
        return _onward(before, Step.REJECT, form)

    return forms.kept(kept, lambda form: _again(difference_id, form))


@routes.post("/reconciliation/<int:difference_id>/ask", Action.KEEP_REGISTER)
def ask(difference_id: int) -> ResponseReturnValue:
    """Ask a data steward what is in the data."""

    def keep(form: Form) -> None:
        person, words = form.line("ask_person", needed=True), form.line("ask_reason", longest=500, needed=True)
        form.check()
        resolutions.ask_steward(actor(), catalog(), difference_id, person, words, form.value("seen"))

    return _step(difference_id, Step.ASK, keep)


@routes.post("/reconciliation/<int:difference_id>/answer", Action.PROPOSE)
def answer(difference_id: int) -> ResponseReturnValue:
    """Answer what one was asked."""

    def keep(form: Form) -> None:
        words = form.line("answer_reason", longest=500, needed=True)
        form.check()
        resolutions.answer_asked(actor(), catalog(), difference_id, words, form.value("seen"))

    return _step(difference_id, Step.ANSWER, keep)


@routes.post("/reconciliation/<int:difference_id>/exception", Action.KEEP_REGISTER)
def note_exception(difference_id: int) -> ResponseReturnValue:
    """Note why it stays as it is, and until when."""

    def keep(form: Form) -> None:
        reason, until = form.line("exception_reason", longest=500, needed=True), form.day_if_any("exception_until")
        form.check()
        resolutions.note_exception(actor(), catalog(), difference_id, reason, until, form.value("seen"))

    return _step(difference_id, Step.EXCEPTION, keep)


@routes.post("/reconciliation/<int:difference_id>/reopen", Action.KEEP_REGISTER)
def reopen(difference_id: int) -> ResponseReturnValue:
    """Take back what was said of it."""

    def keep(form: Form) -> None:
        reason = form.line("reopen_reason", longest=500, needed=True)
        form.check()
        resolutions.reopen(actor(), catalog(), difference_id, reason, form.value("seen"))

    return _step(difference_id, Step.REOPEN, keep)


def _into(act: Callable[..., object], difference_id: int, form: Form, name: str) -> None:
    """Change a collection or disclosure that the form names."""
    activity_id, reason = form.number(f"{name}_activity"), form.line(f"{name}_reason", longest=500, needed=True)
    form.check()
    act(actor(), catalog(), difference_id, activity_id, reason, form.value("seen"))


def _step(difference_id: int, step: Step, keep: Callable[[Form], None]) -> ResponseReturnValue:
    """Take a step and lead on to the next open difference of the agency; or show it again with what is wrong."""

    def kept(form: Form) -> str:
        before = reconciling.one(actor(), catalog(), difference_id)
        keep(form)
        return _onward(before, step, form)

    return forms.kept(kept, lambda form: _again(difference_id, form))


def _again(difference_id: int, form: Form) -> str:
    try:
        return _page(reconciling.one(actor(), catalog(), difference_id), form)
    except NotFound:  # settled meanwhile by somebody else
        return _list(gone=True)


def _onward(before: DifferencePage, step: Step, form: Form) -> str:
    """Where to go on, with what the next page tells of this step."""
    line = before.line
    told: dict[str, str | int] = {"done": step.value}
    if step in {Step.DECLARE, Step.LINK}:
        told["undo"] = form.number(f"{step.value}_activity")
    elif step is Step.REJECT and line.dataset:
        told["undo"] = line.dataset.dataset.id
    else:
        told["undo"] = line.difference.id
    chosen = {"agency": [line.agency.id], "state": list(WAITING)}
    rest = reconciling.find(actor(), catalog(), chosen, per_page=2).lines
    after = next((one.difference.id for one in rest if one.difference.id != line.difference.id), None)
    if after is None or step is Step.ANSWER:
        return f"{url_for('reconciliation.index')}?{urlencode([*told.items(), *(('state', one) for one in WAITING)])}"
    return f"{url_for('reconciliation.show', difference_id=after)}?{urlencode(told)}"


def _done() -> dict[str, object]:
    """What the address says was done just now, and where it can be undone."""
    step = one_of("done", ("", *(step.value for step in DONE_TEXT)))
    undo = number(request.args.get("undo", ""))
    if not step or undo is None:
        return {"done": "", "undo": ""}
    if step in {Step.DECLARE, Step.LINK}:
        address = url_for("history.show", kind="activity", record_id=undo)
    elif step == Step.REJECT:
        address = url_for("datasets.show", dataset_id=undo)
    else:
        address = url_for("reconciliation.show", difference_id=undo)
    return {"done": DONE_TEXT[Step(step)], "undo": address}


def _find(per_page: int = reconciling.PER_PAGE) -> DifferencesPage:
    chosen, words = filters.chosen(reconciling.FACETS), filters.words()
    sort, page = one_of("sort", reconciling.SORTS), page_number() if per_page != _ALL else 1
    return reconciling.find(actor(), catalog(), chosen, words, sort=sort, page=page, per_page=per_page)


def _list(*, gone: bool = False) -> str:
    page = _find()
    asked = {"words": filters.words(), "sort": one_of("sort", reconciling.SORTS), "chips": filters.chips(page.facets)}
    return render_template("pages/reconciliation.html", page=page, gone=gone, waiting=WAITING, **asked, **_done())


def _page(page: DifferencePage, form: Form) -> str:
    return render_template("pages/difference.html", page=page, form=form, answering=Step.ANSWER, **_done())
