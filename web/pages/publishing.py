"""Describing a dataset in people's words, and setting what researchers are told of it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.decisions import Standing
from catalog.model.holdings import Disclosure, Words
from catalog.services import describing, holdings, published
from catalog.services.access import Action
from web.context import actor, catalog
from web.routing import Routes

routes = Routes("publishing")

_LONGEST_LINE = 200
_LONGEST_TEXT = 2000


@routes.get("/datasets/<int:dataset_id>/description", Action.DESCRIBE)
def description(dataset_id: int) -> ResponseReturnValue:
    """What people say of a dataset, to change it."""
    page = holdings.dataset(actor(), catalog(), dataset_id)
    return render_template("pages/description.html", page=page, line=_LONGEST_LINE, text=_LONGEST_TEXT)


@routes.post("/datasets/<int:dataset_id>/description", Action.DESCRIBE)
def describe(dataset_id: int) -> ResponseReturnValue:
    """Keep what people say of a dataset."""
    words = Words(
        title=_line("title"),
        text=_line("text", _LONGEST_TEXT),
        contact=_line("contact"),
        retention=_line("retention"),
        subject_categories=tuple(filter(None, (part.strip() for part in _line("subjects").split(",")))),
    )
    describing.describe(actor(), catalog(), dataset_id, words)
    return redirect(url_for("datasets.show", dataset_id=dataset_id), 303)


@routes.get("/datasets/<int:dataset_id>/publishing", Action.PUBLISH)
def show(dataset_id: int) -> ResponseReturnValue:
    """What researchers are told of a dataset, and what they would be told at each level."""
    return _form(dataset_id)


@routes.post("/datasets/<int:dataset_id>/publishing", Action.PUBLISH, weighty=True)
def publish(dataset_id: int) -> ResponseReturnValue:
    """Set what researchers are told of a dataset."""
    try:
        describing.publish(actor(), catalog(), dataset_id, _level(), _line("reason"))
    except RequestError as error:
        if error.http_status != RequestError.http_status:
            raise
        reason = "".join(one for one in _line("reason") if one.isprintable())  # no page shows the others again
        return _form(dataset_id, request.form.get("level", ""), reason, str(error)), error.http_status
    return redirect(url_for("datasets.show", dataset_id=dataset_id), 303)


def _form(dataset_id: int, chosen: str = "", reason: str = "", error: str = "") -> str:
    """The form as it was filled in, or with what is so now; and what it lets researchers see."""
    page = holdings.dataset(actor(), catalog(), dataset_id)
    waiting = sum(any(tag.standing is Standing.SUGGESTED for tag in column.tags) for column in page.columns)
    seen = {level: published.seen_by_researchers(actor(), catalog(), dataset_id, level) for level in Disclosure}
    chosen = chosen or page.line.disclosure.value
    given = {"error": error, "chosen": chosen, "reason": reason, "line": _LONGEST_LINE}
    return render_template("pages/publishing.html", page=page, seen=seen, waiting=waiting, **given)


def _level() -> Disclosure:
    try:
        return Disclosure(request.form.get("level", ""))
    except ValueError:
        raise RequestError("What researchers are told", "there is no such level", "Choose one of the three.") from None


def _line(name: str, longest: int = _LONGEST_LINE) -> str:
    return request.form.get(name, "").strip()[:longest]
