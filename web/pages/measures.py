"""What agencies considered or did to collect, keep or disclose less (§23-1205(a)(3))."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.measures import Measure, MeasureState
from catalog.model.revisions import RecordKind
from catalog.services import measures, register_pages
from catalog.services.access import Action
from web import exports, register_lists
from web.context import actor, catalog
from web.forms import LONGEST_REASON, Form, Frame, kept
from web.routing import Routes

routes = Routes("measures")


@routes.get("/register/measures", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """Those of the agencies whose flows this actor sees."""
    lines = measures.every(actor(), catalog())
    if exports.asked_for():
        return exports.answer(register_lists.measures(lines))
    return render_template("pages/measures.html", lines=lines)


@routes.get("/register/measures/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to record one."""
    return _page(Form.asked("agency", "activity"), "Record a measure")


@routes.post("/register/measures/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Record one."""

    def keep(form: Form) -> str:
        measures.add(actor(), catalog(), _read(form, 0))
        return url_for("measures.index")

    return kept(keep, lambda form: _page(form, "Record a measure"))


@routes.get("/register/measures/<int:measure_id>/edit", Action.KEEP_REGISTER)
def edit(measure_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(measure_id)


@routes.post("/register/measures/<int:measure_id>/edit", Action.KEEP_REGISTER)
def revise(measure_id: int) -> ResponseReturnValue:
    """Change one."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        measures.revise(actor(), catalog(), _read(form, measure_id), reason=reason, expected=expected)
        return url_for("measures.index")

    return kept(keep, lambda form: _edit(measure_id, form))


@routes.get("/register/measures/<int:measure_id>/withdraw", Action.KEEP_REGISTER)
def ask_withdrawal(measure_id: int) -> ResponseReturnValue:
    """What withdrawing one means, and why it is done."""
    return _withdrawal(measure_id, Form.of())


@routes.post("/register/measures/<int:measure_id>/withdraw", Action.KEEP_REGISTER)
def withdraw(measure_id: int) -> ResponseReturnValue:
    """Take out one that was recorded by mistake."""

    def keep(form: Form) -> str:
        reason, expected = form.line("reason", needed=True, longest=LONGEST_REASON), form.number("expected")
        form.check()
        measures.withdraw(actor(), catalog(), measure_id, reason=reason, expected=expected)
        return url_for("measures.index")

    return kept(keep, lambda form: _withdrawal(measure_id, form))


def _read(form: Form, measure_id: int) -> Measure:
    read = Measure(
        id=measure_id,
        agency_id=form.line("agency", needed=True),
        title=form.line("title", needed=True),
        text=form.text("text", needed=True),
        state=form.choice("state", MeasureState),
        activity_id=form.number_if_any("activity"),
        before=form.text("before"),
        after=form.text("after"),
        decided_on=form.day_if_any("decided_on"),
    )
    form.check()
    return read


def _filled(now: Measure) -> Form:
    return Form.of(
        agency=now.agency_id,
        title=now.title,
        text=now.text,
        state=now.state,
        activity=now.activity_id,
        before=now.before,
        after=now.after,
        decided_on=now.decided_on,
    )


def _withdrawal(measure_id: int, form: Form) -> str:
    return render_template("pages/measure_withdraw.html", line=measures.one(actor(), catalog(), measure_id), form=form)


def _edit(measure_id: int, form: Form | None = None) -> str:
    line = measures.one(actor(), catalog(), measure_id)
    return _page(form or _filled(line.measure), f"Change “{line.measure.title}”", measure_id, line.expected)


def _page(form: Form, title: str, measure_id: int | None = None, expected: int = 0) -> str:
    back = url_for("measures.index")
    frame = Frame(title, [("Measures to keep less", back)], back, RecordKind.MEASURE, measure_id, expected)
    choices = register_pages.choices(actor(), catalog())
    own = {agency.id for agency in choices.agencies}
    about = [(one.id, f"{one.title} ({one.agency_id})") for one in choices.activities if one.agency_id in own]
    return render_template("forms/measure.html", form=form, frame=frame, choices=choices, about=about)
