"""The agency's report every two years: its tasks, what is said of each answer, checking, and steps up to signing."""

from collections.abc import Iterable
from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.report_answers import Answer
from catalog.model.report_entries import Entry, EntryKind
from catalog.model.report_form import Element, Task, task_of
from catalog.model.report_views import TaskPage
from catalog.services import access, cycles, report_answering, report_pages
from catalog.services.access import Action
from web import inventory_shown
from web.addresses import one_of
from web.context import actor, catalog
from web.forms import Form, kept
from web.pages import inventory_forms
from web.pages.inventory_forms import Saying
from web.report_wording import answer_id
from web.routing import Routes

routes = Routes("inventory")

_DONE = ("", *(kind.value for kind in EntryKind))
#: The page of checking, where what is said there leads back to.
_CHECK = "check"


@routes.get("/inventory", Action.READ_HOLDINGS)
def index() -> ResponseReturnValue:
    """The visitor's reports, what was asked of them, and what changed since the last report."""
    page = report_pages.hub(actor(), catalog())
    return render_template("pages/inventory.html", page=page, since=inventory_shown.since(page))


@routes.get("/inventory/<int:cycle_id>", Action.READ_REPORTS)
def show(cycle_id: int) -> ResponseReturnValue:
    """One report: its tasks, and how it went so far."""
    return _cycle(cycle_id, Form.of())


@routes.get("/inventory/<int:cycle_id>/tasks/<task>", Action.READ_REPORTS)
def task(cycle_id: int, task: str) -> ResponseReturnValue:
    """One task: how it differs from the last report, then all its answers."""
    return _task(cycle_id, _known_task(task), Form.of())


@routes.post("/inventory/<int:cycle_id>/say", Action.ANSWER_REPORT)
def say(cycle_id: int) -> ResponseReturnValue:
    """Say something of one answer: as a plain form, or field by field while it is filled in."""
    form = Form.sent()
    said = inventory_forms.saying(form)
    try:
        form.check()
        key = _say(cycle_id, said)
    except NotAllowed:
        raise
    except RequestError as error:
        return _not_said(cycle_id, form, said, error)
    if _by_field():
        return render_template("fragments/saved.html", at=datetime.now(UTC), problem=None)
    return redirect(_place(cycle_id, key, said.kind, form.value("back")), 303)


@routes.post("/inventory/<int:cycle_id>/tasks/<task>/attest", Action.ANSWER_REPORT)
def attest(cycle_id: int, task: str) -> ResponseReturnValue:
    """Say that all of a task holds, as it was seen."""
    which = _known_task(task)

    def keep(form: Form) -> str:
        if not form.ticked("holds"):
            form.errors["holds"] = "Tick this first: it is what you say."
        form.check()
        report_answering.attest(actor(), catalog(), cycle_id, which, digest=form.value("digest"))
        return url_for("inventory.task", cycle_id=cycle_id, task=which.value, done=EntryKind.ATTESTED.value)

    return kept(keep, lambda form: _task(cycle_id, which, form))


@routes.get("/inventory/<int:cycle_id>/check", Action.READ_REPORTS)
def check(cycle_id: int) -> ResponseReturnValue:
    """The report as it will read, and what is lacking before it can be signed."""
    return _check(cycle_id, Form.of())


@routes.post("/inventory/<int:cycle_id>/move", Action.READ_REPORTS)
def move(cycle_id: int) -> ResponseReturnValue:
    """Take a step that needs no signature."""

    def keep(form: Form) -> str:
        step = inventory_forms.step(form)
        form.check()
        cycles.move(actor(), catalog(), cycle_id, step.event, words=step.words, expected=step.expected)
        return url_for("inventory.show", cycle_id=cycle_id, done=step.event.value)

    return kept(keep, lambda form: _cycle(cycle_id, form))


def _known_task(text: str) -> Task:
    """The task that an address names.

    Raises:
        NotFound: when there is none of the kind.
    """
    found = inventory_forms.task(text)
    if found is None:
        raise access.nothing_here("This task")
    return found


def _say(cycle_id: int, said: Saying) -> str:
    """Say it, unless it is said already; the key of the answer that it is now about. A field that saves itself and the
    button beside it are sent at once: whichever comes second is held against what the first one said.

    Raises:
        Conflict: when somebody else said something of the answer meanwhile, or its records changed.
    """
    try:
        return _say_once(cycle_id, said, said.expected)
    except Conflict:
        if said.kind in {EntryKind.ADDED, EntryKind.ANSWERED} or inventory_forms.task_about(said.key) is not None:
            raise
        now = _answer(cycle_id, said.key)
        if _is_said(now, said):
            return said.key
        # What one said oneself one has seen: by field a moment ago, or in another tab.
        latest = _latest(now)
        if latest is None or latest.person_id != actor().person_id or now.latest == said.expected:
            raise
        return _say_once(cycle_id, said, now.latest)


def _say_once(cycle_id: int, said: Saying, expected: int) -> str:
    entry = report_answering.say(
        actor(), catalog(), cycle_id, said.key, said.kind,
        text=said.text, reason=said.reason, answers_id=said.answers_id, expected=expected, seen=said.seen,
    )  # fmt: skip
    return entry.item_key


def _answer(cycle_id: int, key: str) -> Answer:
    """One answer as it is now.

    Raises:
        NotFound: when the report has none of this key.
    """
    name = key.partition("/")[0]
    if name in set(Element):
        page = report_pages.task(actor(), catalog(), cycle_id, task_of(Element(name)))
        found = next((one for some in page.answers.values() for one in some if one.item.key == key), None)
        if found is not None:
            return found
    raise access.nothing_here("This answer")


def _is_said(now: Answer, said: Saying) -> bool:
    """Whether the very same words stand there already, by this actor and of the same records."""
    if said.kind is not EntryKind.WROTE or now.said is None or now.moved or said.answers_id is not None:
        return False
    is_mine = now.said.person_id == actor().person_id and now.said.kind is EntryKind.WROTE
    return is_mine and now.text == said.text


def _latest(now: Answer) -> Entry | None:
    """The latest entry of an answer, as far as it still counts."""
    beside: Iterable[Entry | None] = (now.said, now.withheld, now.told, now.explained, *now.proposals)
    told = [each for one in now.comments for each in (one.entry, one.answer)]
    return next((one for one in (*beside, *told) if one is not None and one.id == now.latest), None)


def _by_field() -> bool:
    """Whether a field is saved by itself, while one goes on filling in."""
    return "HX-Request" in request.headers


def _not_said(cycle_id: int, form: Form, said: Saying, error: RequestError) -> ResponseReturnValue:
    """Where it was said, with what is there now and what was sent beside it, so that nothing is lost."""
    if _by_field():
        words = next(iter(form.errors.values()), "")
        problem = RequestError("This field", words.rstrip("."), "Correct it.") if words else error
        return render_template("fragments/saved.html", at=datetime.now(UTC), problem=problem), error.http_status
    form.problem = error
    if form.value("back") == _CHECK:
        return _check(cycle_id, form), error.http_status
    which, name = inventory_forms.task_about(said.key), said.key.partition("/")[0]
    if which is not None:
        return _task(cycle_id, which, form), error.http_status
    if isinstance(error, NotFound) or name not in set(Element):
        raise error
    return _task(cycle_id, task_of(Element(name)), form), error.http_status


def _place(cycle_id: int, key: str, kind: EntryKind, back: str) -> str:
    """Where a thing said leads: to the answer it is about, on the page it was said on."""
    anchor = answer_id(key)
    if back == _CHECK:
        return url_for("inventory.check", cycle_id=cycle_id, done=kind.value, item=key, _anchor=anchor)
    which = inventory_forms.task_about(key) or task_of(Element(key.partition("/")[0]))
    return url_for("inventory.task", cycle_id=cycle_id, task=which.value, done=kind.value, item=key, _anchor=anchor)


def _cycle(cycle_id: int, form: Form) -> str:
    page = report_pages.cycle(actor(), catalog(), cycle_id)
    return render_template("pages/inventory_cycle.html", page=page, form=form, **inventory_shown.of_cycle(page))


def _task(cycle_id: int, which: Task, form: Form) -> str:
    page: TaskPage = report_pages.task(actor(), catalog(), cycle_id, which)
    opened = form.value("item") or request.args.get("open", "")
    told = {"open": opened, "done": one_of("done", _DONE), "said": request.args.get("item", ""), "saves": True}
    return render_template("pages/inventory_task.html", page=page, form=form, **told)


def _check(cycle_id: int, form: Form) -> str:
    page = report_pages.check(actor(), catalog(), cycle_id)
    told = {"done": one_of("done", _DONE), "said": request.args.get("item", "")}
    return render_template("pages/inventory_check.html", page=page, form=form, **told)
