"""One exigent event: what happened, what the law asks for afterward, and each step of it (§23-1202(d))."""

from dataclasses import replace

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption
from catalog.model.register import Verb
from catalog.model.revisions import RecordKind
from catalog.services import event_pages, register_pages, reporting
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("exigent")

_PEOPLE_LONGEST = 100


@routes.get("/events/new-exigent", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to report one."""
    return _form(Form.asked("agency", "activity"))


@routes.post("/events/new-exigent", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Report one."""

    def keep(form: Form) -> str:
        verb, agency_id = form.choice("verb", Verb), form.line("agency", needed=True)
        occurred_on = form.day("occurred_on")
        blank = ExigentEvent(
            0, agency_id, None, verb, "", "", None, (), "", ExigentState.OCCURRED, occurred_on, None
        )  # fmt: skip
        event = _read(form, blank)
        form.check()
        return _address(reporting.add_exigent_event(actor(), catalog(), event).id)

    return kept(keep, _form)


@routes.get("/events/exigent/<int:event_id>", Action.READ_EVENTS)
def show(event_id: int) -> ResponseReturnValue:
    """What happened, how far its report is, and which steps may follow."""
    return _page(event_id, Form.of(on=catalog().clock.now().date()))


@routes.post("/events/exigent/<int:event_id>/step", Action.KEEP_REGISTER)
def step(event_id: int) -> ResponseReturnValue:
    """Record that a step was taken."""

    def keep(form: Form) -> str:
        apart = "apart_" if "apart_on" in form.given else ""
        day, why = f"{apart}on", f"{apart}words"
        to, on, words = form.choice("to", ExigentState), form.day(day), form.text(why)
        exemption, expected = form.choice_if_any("exemption", NoticeExemption), form.number("expected")
        form.check()
        reporting.move_exigent(
            actor(), catalog(), event_id, to, on=on, words=words, exemption=exemption, expected=expected
        )
        return _address(event_id)

    return kept(keep, lambda form: _page(event_id, form))


@routes.get("/events/exigent/<int:event_id>/edit", Action.KEEP_REGISTER)
def edit(event_id: int) -> ResponseReturnValue:
    """A form to correct or complete the report."""
    return _edit(event_id)


@routes.post("/events/exigent/<int:event_id>/edit", Action.KEEP_REGISTER)
def revise(event_id: int) -> ResponseReturnValue:
    """Correct or complete the report."""

    def keep(form: Form) -> str:
        now = event_pages.exigent(actor(), catalog(), event_id).line.event
        event = replace(_read(form, now), occurred_on=form.day("occurred_on"), verb=form.choice("verb", Verb))
        if now.cpo_notified_on:
            event = replace(event, cpo_notified_on=form.day("cpo_notified_on"))
        reason, expected = form.line("reason", longest=500), form.number("expected")
        form.check()
        reporting.revise_exigent(actor(), catalog(), event, reason=reason, expected=expected)
        return _address(event_id)

    return kept(keep, lambda form: _edit(event_id, form))


def _read(form: Form, event: ExigentEvent) -> ExigentEvent:
    """The event with what the form says of it; of its state it says nothing."""
    return replace(
        event,
        activity_id=form.number_if_any("activity"),
        title=form.line("title", needed=True),
        explanation=form.text("explanation"),
        category=form.line("category"),
        party_id=form.number_if_any("party"),
        type_codes=form.many("type", catalog().taxonomy.types),
        people=form.line("people", longest=_PEOPLE_LONGEST),
    )


def _address(event_id: int) -> str:
    return url_for("exigent.show", event_id=event_id)


def _page(event_id: int, form: Form) -> str:
    page = event_pages.exigent(actor(), catalog(), event_id)
    return render_template("pages/exigent.html", page=page, form=form)


def _form(form: Form) -> str:
    events = url_for("events.index")
    title = "Report an exigent event"
    return _render(form, Frame(title, [("Exigent events and violations", events)], events, RecordKind.EXIGENT_EVENT))


def _edit(event_id: int, form: Form | None = None) -> str:
    page = event_pages.exigent(actor(), catalog(), event_id)
    now = page.line.event
    form = form or Form.of(
        agency=now.agency_id, activity=now.activity_id, verb=now.verb, title=now.title, explanation=now.explanation,
        category=now.category, party=now.party_id, type=now.type_codes, people=now.people,
        occurred_on=now.occurred_on, cpo_notified_on=now.cpo_notified_on,
    )  # fmt: skip
    crumbs = [("Exigent events and violations", url_for("events.index")), (now.title, _address(event_id))]
    frame = Frame(
        "Correct or complete the report", crumbs, _address(event_id), RecordKind.EXIGENT_EVENT, event_id, page.expected
    )
    return _render(form, frame, told=now.cpo_notified_on is not None)


def _render(form: Form, frame: Frame, *, told: bool = False) -> str:
    choices = register_pages.choices(actor(), catalog())
    return render_template("forms/exigent.html", form=form, frame=frame, choices=choices, told=told)
