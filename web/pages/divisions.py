"""What divisions are asked for a report: asking them, their part as one page to answer, and the same by workbook."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.division_views import AnswerPlan, DivisionAnswer, DivisionPage
from catalog.model.report_form import TASK_TEXT
from catalog.services import answer_sheets, division_answers, division_tasks
from catalog.services.access import Action
from web import exports, forms, workbooks
from web.addresses import one_of
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes, number
from web.workbooks import MOST_BYTES, ROOM

routes = Routes("divisions")

LONGEST_ANSWER = 10_000
_DONE = ("", "asked", "withdrawn", "proposed", "done", "reopened", "taken_up", "taken_over")


@dataclass(frozen=True, slots=True)
class _Typed:
    """What the page's last form held, by key of item: words, whether it is still true, and what is wrong with it."""

    words: Mapping[str, str]
    holds: frozenset[str]
    wrong: Mapping[str, str]


_NOTHING_TYPED = _Typed({}, frozenset(), {})


@routes.get("/inventory/<int:cycle_id>/divisions", Action.READ_REPORTS)
def index(cycle_id: int) -> ResponseReturnValue:
    """What was asked of divisions for a report, how far they are, and a form to ask."""
    return _index(cycle_id, Form.of())


@routes.post("/inventory/<int:cycle_id>/divisions", Action.ANSWER_REPORT)
def ask(cycle_id: int) -> ResponseReturnValue:
    """Ask a division."""

    def keep(form: Form) -> str:
        division, contact = form.line("division"), form.line("contact")
        tasks, note, due_on = form.many("task", [one.value for one in TASK_TEXT]), form.text("note"), form.day("due_on")
        person_id = form.line("person") or None
        if not tasks:
            form.errors["task"] = "Choose what they are asked for."
        if person_id is None and not contact:
            form.errors["person"] = "Choose somebody, or name below whom you send the workbook."
        form.check()
        division_tasks.ask(
            actor(), catalog(), cycle_id,
            division=division, tasks=tasks, person_id=person_id, contact=contact, note=note, due_on=due_on,
        )  # fmt: skip
        return url_for("divisions.index", cycle_id=cycle_id, done="asked")

    return forms.kept(keep, lambda form: _index(cycle_id, form))


@routes.get("/divisions/<int:task_id>", Action.ANSWER_FOR_DIVISION)
def show(task_id: int) -> ResponseReturnValue:
    """All that one request asks, to be answered on one page; or the same as a workbook."""
    if request.args.get("format") == "xlsx":
        exports.refuse_in_passing()
        workbook = answer_sheets.export(actor(), catalog(), task_id)
        return exports.handed(answer_sheets.packed(workbook), exports.XLSX, workbook.name, actor(), workbook.at, "xlsx")
    return _page(task_id, Form.of())


@routes.post("/divisions/<int:task_id>/propose", Action.ANSWER_FOR_DIVISION, room=ROOM)
def propose(task_id: int) -> ResponseReturnValue:
    """Propose all that was filled in: words, or that an item is still true; and, by its button, say that all is said.
    What says what was proposed last is no news.
    """
    typed = _NOTHING_TYPED

    def keep(form: Form) -> str:
        nonlocal typed
        page = division_answers.of(actor(), catalog(), task_id)
        typed = _typed(form, page)
        form.errors.update(typed.wrong)
        form.check()
        said, is_done = _said(form, typed, page), form.ticked("done")
        rests = dict(zip(form.values("item"), form.values("rests"), strict=False))
        with catalog().together() as joined:
            if said:
                division_answers.propose(actor(), joined, task_id, said, rests)
            if is_done:
                division_tasks.done(actor(), joined, task_id)
        told = "done" if is_done else "proposed"
        return url_for("divisions.show", task_id=task_id, done=told, _anchor="progress")

    return forms.kept(keep, lambda form: _page(task_id, form, typed=typed))


@routes.post("/divisions/<int:task_id>/done", Action.ANSWER_FOR_DIVISION)
def done(task_id: int) -> ResponseReturnValue:
    """Say that all is said."""

    def keep(_form: Form) -> str:
        division_tasks.done(actor(), catalog(), task_id)
        return url_for("divisions.show", task_id=task_id, done="done")

    return forms.kept(keep, lambda form: _page(task_id, form))


@routes.post("/divisions/<int:task_id>/withdraw", Action.ANSWER_REPORT)
def withdraw(task_id: int) -> ResponseReturnValue:
    """Take back what is asked."""

    def keep(_form: Form) -> str:
        task = division_tasks.withdraw(actor(), catalog(), task_id)
        return url_for("divisions.index", cycle_id=task.cycle_id, done="withdrawn")

    return forms.kept(keep, lambda form: _page(task_id, form))


@routes.post("/divisions/<int:task_id>/reopen", Action.ANSWER_REPORT)
def reopen(task_id: int) -> ResponseReturnValue:
    """Let a division say more."""

    def keep(_form: Form) -> str:
        division_tasks.reopen(actor(), catalog(), task_id)
        return url_for("divisions.show", task_id=task_id, done="reopened")

    return forms.kept(keep, lambda form: _page(task_id, form))


@routes.post("/divisions/<int:task_id>/take-up", Action.ANSWER_REPORT)
def take_up(task_id: int) -> ResponseReturnValue:
    """Make one proposal, or all that wait, what the report says."""

    def keep(form: Form) -> str:
        chosen = form.numbers("proposal")
        form.check()
        division_answers.take_up(actor(), catalog(), task_id, chosen or None)
        return url_for("divisions.show", task_id=task_id, done="taken_up", _anchor="progress")

    return forms.kept(keep, lambda form: _page(task_id, form))


@routes.post("/divisions/<int:task_id>/sheet/check", Action.ANSWER_FOR_DIVISION, room=ROOM)
def check(task_id: int) -> ResponseReturnValue:
    """What a workbook would propose, and what is wrong with it; nothing is done and nothing is stored."""
    form = Form.of()
    try:
        data = workbooks.sent("import")
        plan = answer_sheets.plan(actor(), catalog(), task_id, data)
    except RequestError as error:
        if error.http_status != RequestError.http_status:
            raise
        form.problem = error
        return _page(task_id, form), error.http_status
    return _page(task_id, form, plan=plan, workbook=workbooks.as_letters(data))


@routes.post("/divisions/<int:task_id>/sheet", Action.ANSWER_FOR_DIVISION, room=ROOM)
def take(task_id: int) -> ResponseReturnValue:
    """Propose what was looked at: all of it, or with a problem anywhere nothing."""

    def keep(form: Form) -> str:
        form.check()
        done_now = answer_sheets.apply(actor(), catalog(), task_id, workbooks.carried(form.value("workbook")))
        if done_now.problems:
            raise RequestError("This workbook", "not all of it can be understood", "Mend it, and look at it again.")
        return url_for("divisions.show", task_id=task_id, done="taken_over", _anchor="progress")

    return forms.kept(keep, lambda form: _page(task_id, form))


def _typed(form: Form, page: DivisionPage) -> _Typed:
    """What was filled in. What is still true takes no words; where that was said before, words take its place."""
    words = {key: text.strip() for key, text in zip(form.values("item"), form.values("words"), strict=False)}
    ticked = frozenset(form.values("holds")) & words.keys()
    held_before = {key for key, one in _by_key(page).items() if one.holds and words.get(key)}
    holds = ticked - held_before
    wrong = {
        key: f"Use at most {LONGEST_ANSWER:,} characters; these are {len(text):,}."
        for key, text in words.items()
        if len(text) > LONGEST_ANSWER
    }
    wrong |= {key: "Either it is still true, or your words take its place." for key in holds if words[key]}
    return _Typed(words, holds, wrong)


def _said(form: Form, typed: _Typed, page: DivisionPage) -> dict[str, tuple[str, int]]:
    """What is new of it, with the latest entry of each item that was seen."""
    numbers = (number(text) or 0 for text in form.values("seen"))
    seen, last = dict(zip(form.values("item"), numbers, strict=False)), _by_key(page)
    filled = {key: text for key, text in typed.words.items() if text or key in typed.holds}
    return {key: (text, seen.get(key, 0)) for key, text in filled.items() if _is_news(last.get(key), text)}


def _by_key(page: DivisionPage) -> dict[str, DivisionAnswer]:
    return {one.answer.item.key: one for some in page.answers.values() for one in some}


def _is_news(one: DivisionAnswer | None, text: str) -> bool:
    return one is None or one.proposed is None or one.moved or one.proposed.text != text


def _index(cycle_id: int, form: Form) -> str:
    page = division_answers.of_cycle(actor(), catalog(), cycle_id)
    return render_template("pages/divisions.html", page=page, form=form, done=one_of("done", _DONE))


def _page(
    task_id: int,
    form: Form,
    *,
    typed: _Typed = _NOTHING_TYPED,
    plan: AnswerPlan | None = None,
    workbook: str = "",
) -> str:
    page = division_answers.of(actor(), catalog(), task_id)
    return render_template(
        "pages/division.html",
        page=page,
        is_asked=page.line.task.person_id == actor().person_id,
        form=form,
        typed=typed,
        plan=plan,
        workbook=workbook,
        most=MOST_BYTES // 1024 // 1024,
        longest=LONGEST_ANSWER,
        done=one_of("done", _DONE),
    )
