"""Notices: what happened while nobody watched, and what of it has not arrived."""

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.model.notice_words import path, sentence
from catalog.services import notice_pages
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.exports import Listing
from web.routing import Routes

routes = Routes("notices")

_HEADINGS = ("at", "kind", "agency", "source", "dataset", "types", "run", "says")


@routes.get("/notices", Action.READ_RUNS)
def index() -> ResponseReturnValue:
    """The latest notices; for operators also what waits and what was given up."""
    page = notice_pages.page(actor(), catalog())
    if exports.asked_for():
        rows = [
            (
                line.notice.at.isoformat(),
                line.notice.kind.value,
                line.agency.acronym if line.agency else None,
                line.source.name if line.source else None,
                line.dataset.name if line.dataset else None,
                " ".join(line.notice.type_codes),
                line.notice.run_id,
                sentence(line),
            )
            for line in page.notices
        ]
        return exports.answer(Listing("notices", _HEADINGS, rows))
    return render_template("pages/notices.html", page=page, says=sentence, where=path)
