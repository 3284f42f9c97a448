"""Questions to stewards about what is in columns: asked of the visitor, and asked in agencies they decide for."""

import secrets

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.services import review_deferrals
from catalog.services.access import Action
from web import exports, forms, review_lists
from web.addresses import one_of
from web.context import actor, catalog
from web.forms import Form
from web.routing import Routes, number

routes = Routes("review_asked")

_DONE = ("", "answered")


@routes.get("/review/asked", Action.PROPOSE)
def index() -> ResponseReturnValue:
    """All questions, with the answers there are."""
    if exports.asked_for():
        return exports.answer(review_lists.questions(review_deferrals.questions(actor(), catalog())))
    return _page(Form.of())


@routes.post("/review/asked/<int:act_id>", Action.PROPOSE)
def answer(act_id: int) -> ResponseReturnValue:
    """Answer a question that was asked of the visitor."""

    def keep(form: Form) -> str:
        words = form.line("words", needed=True, longest=forms.LONGEST_REASON)
        form.check()
        review_deferrals.answer(actor(), catalog(), act_id, words, token=form.value("token") or None)
        return url_for("review_asked.index", done="answered")

    return forms.kept(keep, lambda form: _page(form, act_id))


def _page(form: Form, tried: int | None = None) -> str:
    every = review_deferrals.questions(actor(), catalog())
    mine = [one for one in every if one.act.to_person_id == actor().person_id and one.answer is None]
    others = [one for one in every if one not in mine]
    kinds, token = catalog().taxonomy.types, secrets.token_urlsafe()
    shown = {
        "form": form,
        "blank": Form.of(),
        "tried": tried,
        "done": one_of("done", _DONE),
        "undone": number(request.args.get("done", "")),
    }
    return render_template("pages/review_asked.html", mine=mine, others=others, types=kinds, token=token, **shown)
