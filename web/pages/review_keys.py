"""The keys of the review queue: switched off and on, and changed, by each person for themselves."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.keyboard import Command
from catalog.services import review_keys
from catalog.services.access import Action
from web.addresses import one_of
from web.context import actor, catalog
from web.forms import Form, kept
from web.routing import Routes

routes = Routes("review_keys")


@routes.get("/review/keys", Action.DECIDE)
def show() -> ResponseReturnValue:
    """The keys as this person has them."""
    now = review_keys.shown(actor(), catalog())
    return _page(Form.of(on=now.is_on, **{command.value: key for command, key in now.by_command.items()}))


@routes.post("/review/keys", Action.DECIDE)
def keep() -> ResponseReturnValue:
    """Keep what was chosen, or go back to the usual keys."""

    def keep_(form: Form) -> str:
        if form.ticked("reset"):
            review_keys.reset(actor(), catalog())
        else:
            wished = {command: form.line(command.value) for command in Command}
            review_keys.keep(actor(), catalog(), wished, is_on=form.ticked("on"))
        return url_for("review_keys.show", done="keys")

    return kept(keep_, _page)


def _page(form: Form) -> str:
    return render_template("pages/review_keys.html", form=form, done=one_of("done", ("", "keys")))
