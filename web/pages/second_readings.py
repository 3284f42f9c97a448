"""Second readings: a decision that somebody made comes back to another person, who is not told what it was."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.decisions import VERDICTS, Verdict
from catalog.model.review import Why
from catalog.services import second_readings
from catalog.services.access import Action
from web import forms
from web.addresses import one_of
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes

routes = Routes("second_readings")

_DONE = ("", "read")


@routes.get("/review/second", Action.DECIDE)
def index() -> ResponseReturnValue:
    """The next one that waits for the visitor."""
    return _page(Form.of())


@routes.post("/review/second/<int:reading_id>", Action.DECIDE)
def read(reading_id: int) -> ResponseReturnValue:
    """Say what is in the column. Whether the first person said the same is told of many together, never of one."""

    def keep(form: Form) -> str:
        verdict = _verdict(form)
        rejects = verdict is Verdict.REJECTED
        why = form.choice("why", Why) if rejects else None
        reason = form.line("reason", needed=why is Why.OTHER, longest=forms.LONGEST_REASON)
        form.check()
        second_readings.read(actor(), catalog(), reading_id, verdict, why, reason)
        return url_for("second_readings.index", done="read")

    return forms.kept(keep, lambda form: _page(form, reading_id))


def _verdict(form: Form) -> Verdict:
    for verdict in VERDICTS:
        if form.value("verdict") == verdict:
            return verdict
    raise RequestError("This answer", "it is neither yes nor no", "Use one of the two buttons.")


def _page(form: Form, tried: int | None = None) -> str:
    """The next one; what was filled in for one that is no longer the next is not carried over to it."""
    one = second_readings.next_one(actor(), catalog())
    if one is None or one.id != tried:
        form = Form({}, problem=form.problem)
    shown = {"one": one, "form": form, "whys": Why, "done": one_of("done", _DONE)}
    return render_template("pages/review_second.html", **shown)
