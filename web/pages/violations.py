"""One violation: a disclosure against the law, who has to be told of it, and what a breach asks for beside it.

Source: §23-1202(c)(4), §23-1203(6), §23-1204(e); of breaches §§10-501 and 10-502.
"""

import json
from dataclasses import replace

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.event_machine import BreachStep
from catalog.model.events import Violation, ViolationState
from catalog.model.revisions import RecordKind, Revision
from catalog.services import event_pages, histories, register_pages, reporting
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("violations")

_PEOPLE_LONGEST = 100


@routes.get("/events/new-violation", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to report one."""
    return _form(Form.asked("agency", "activity"))


@routes.post("/events/new-violation", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Report one."""

    def keep(form: Form) -> str:
        agency_id, occurred_on = form.line("agency", needed=True), form.day("occurred_on")
        blank = Violation(
            0, agency_id, None, "", "", "", None, (), "", False, ViolationState.REPORTED, occurred_on,
            form.day("reported_on"), None, None,
        )  # fmt: skip
        violation = _read(form, blank)
        form.check()
        return _address(reporting.add_violation(actor(), catalog(), violation).id)

    return kept(keep, _form)


@routes.get("/events/violations/<int:violation_id>", Action.READ_EVENTS)
def show(violation_id: int) -> ResponseReturnValue:
    """What happened, how far its report is, and which steps may follow."""
    return _page(violation_id)


@routes.post("/events/violations/<int:violation_id>/step", Action.KEEP_REGISTER)
def step(violation_id: int) -> ResponseReturnValue:
    """Record that a step was taken."""

    def keep(form: Form) -> str:
        to, on, words = form.choice("to", ViolationState), form.day("on"), form.text("words")
        expected = form.number("expected")
        form.check()
        reporting.move_violation(actor(), catalog(), violation_id, to, on=on, words=words, expected=expected)
        return _address(violation_id)

    return kept(keep, lambda form: _page(violation_id, form=form))


@routes.post("/events/violations/<int:violation_id>/breach", Action.KEEP_REGISTER)
def breach(violation_id: int) -> ResponseReturnValue:
    """Record that something was done that §10-502 asks for."""

    def keep(form: Form) -> str:
        duty, on = form.choice("duty", BreachStep), form.day("done_on")
        words, expected = form.text("determination"), form.number("expected")
        form.check()
        reporting.record_breach_step(actor(), catalog(), violation_id, duty, on=on, words=words, expected=expected)
        return _address(violation_id)

    return kept(keep, lambda form: _page(violation_id, duties=form))


@routes.get("/events/violations/<int:violation_id>/edit", Action.KEEP_REGISTER)
def edit(violation_id: int) -> ResponseReturnValue:
    """A form to correct or complete the report."""
    return _edit(violation_id)


@routes.post("/events/violations/<int:violation_id>/edit", Action.KEEP_REGISTER)
def revise(violation_id: int) -> ResponseReturnValue:
    """Correct or complete the report."""

    def keep(form: Form) -> str:
        now = event_pages.violation(actor(), catalog(), violation_id).line.violation
        violation = _read(form, now)
        violation = replace(violation, occurred_on=form.day("occurred_on"), reported_on=form.day("reported_on"))
        if now.cpo_notified_on:
            violation = replace(violation, cpo_notified_on=form.day("cpo_notified_on"))
        reason, expected = form.line("reason", longest=500), form.number("expected")
        form.check()
        reporting.revise_violation(actor(), catalog(), violation, reason=reason, expected=expected)
        return _address(violation_id)

    return kept(keep, lambda form: _edit(violation_id, form))


def _read(form: Form, violation: Violation) -> Violation:
    """The violation with what the form says of it; of its state it says nothing."""
    return replace(
        violation,
        activity_id=form.number_if_any("activity"),
        title=form.line("title", needed=True),
        cause=form.text("cause"),
        remedy=form.text("remedy"),
        party_id=form.number_if_any("party"),
        type_codes=form.many("type", catalog().taxonomy.types),
        people=form.line("people", longest=_PEOPLE_LONGEST),
        breach=form.ticked("breach"),
        many_residents=form.ticked("many_residents"),
    )


def _address(violation_id: int) -> str:
    return url_for("violations.show", violation_id=violation_id)


def _trail(violation_id: int) -> list[tuple[ViolationState, Revision]]:
    """Each step as it was recorded, the first one first: where it led, and when, by whom and with which words."""
    kept = [line.revision for line in histories.of(actor(), catalog(), RecordKind.VIOLATION, violation_id).revisions]
    states = [(ViolationState(json.loads(one.content)["state"]), one) for one in reversed(kept)]
    before = [None, *(state for state, _ in states)]
    return [(state, one) for was, (state, one) in zip(before, states, strict=False) if state is not was]


def _page(violation_id: int, form: Form | None = None, duties: Form | None = None) -> str:
    page = event_pages.violation(actor(), catalog(), violation_id)
    today = catalog().clock.now().date()
    told = page.line.violation.remedy if any(one.move.to is ViolationState.REMEDIATED for one in page.moves) else ""
    form, duties = form or Form.of(on=today, words=told), duties or Form.of(done_on=today)
    trail = _trail(violation_id)
    return render_template("pages/violation.html", page=page, form=form, duties=duties, trail=trail)


def _form(form: Form) -> str:
    events = url_for("events.index")
    title = "Report a violation"
    return _render(form, Frame(title, [("Exigent events and violations", events)], events, RecordKind.VIOLATION))


def _edit(violation_id: int, form: Form | None = None) -> str:
    page = event_pages.violation(actor(), catalog(), violation_id)
    now = page.line.violation
    form = form or Form.of(
        agency=now.agency_id, activity=now.activity_id, title=now.title, cause=now.cause, remedy=now.remedy,
        party=now.party_id, type=now.type_codes, people=now.people, breach=now.breach,
        many_residents=now.many_residents, occurred_on=now.occurred_on, reported_on=now.reported_on,
        cpo_notified_on=now.cpo_notified_on,
    )  # fmt: skip
    crumbs = [("Exigent events and violations", url_for("events.index")), (now.title, _address(violation_id))]
    frame = Frame(
        "Correct or complete the report", crumbs, _address(violation_id), RecordKind.VIOLATION, violation_id,
        page.expected,
    )  # fmt: skip
    return _render(form, frame, told=now.cpo_notified_on is not None)


def _render(form: Form, frame: Frame, *, told: bool = False) -> str:
    choices = register_pages.choices(actor(), catalog())
    return render_template("forms/violation.html", form=form, frame=frame, choices=choices, told=told)
