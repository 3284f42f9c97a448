"""The practice queue: made-up suggestions with known answers, judged as real ones are."""

from datetime import UTC, datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import NotAllowed, RequestError
from catalog.model.practice_views import PracticePage
from catalog.model.review import ActKind
from catalog.model.review_views import PracticeItem
from catalog.services import practice, practice_shown, review_keys
from catalog.services.access import Action
from catalog.services.review_pages import sentence
from web import review_answers
from web.context import actor, catalog
from web.forms import Form
from web.register_wording import by_group
from web.review_shown import Choices
from web.routing import Routes, number

routes = Routes("practice")

#: Until that many digits, milliseconds since 1970 are no more than a clock shows.
_LONGEST_TIME = 15


@routes.get("/review/practice", Action.DECIDE)
def index() -> ResponseReturnValue:
    """The next item, and whether the last answer was right."""
    return _page(Form.of(), _asked())


@routes.post("/review/practice", Action.DECIDE)
def answer() -> ResponseReturnValue:
    """Answer the item shown, and go on with the next."""
    form = Form.sent()
    turn = number(form.value("turn")) or 1
    try:
        kind = form.choice("kind", ActKind)
        form.check()
        practice.answer(
            actor(), catalog(), form.value("item"), kind, form.value("to_code") or None, _taken(form), turn=turn
        )
    except NotAllowed:
        raise
    except RequestError as error:
        form.problem = error
        return _page(form, practice.page(actor(), catalog(), turn=turn)), error.http_status
    return review_answers.on(url_for("practice.index", turn=turn))


@routes.post("/review/practice/again", Action.DECIDE)
def again() -> ResponseReturnValue:
    """Begin anew, with the items in another order; it begins in truth with its first answer."""
    now = practice.page(actor(), catalog())
    return review_answers.on(url_for("practice.index", turn=now.turn + 1 if now.result.answered else now.turn))


@routes.get("/review/practice/result", Action.DECIDE)
def result() -> ResponseReturnValue:
    """How it went so far: what was right by band, how long it took, what was missed."""
    return _result(_asked())


def _answers(item: PracticeItem) -> list[tuple[ActKind, str]]:
    """What is right to say of an item: the act, and the label of the type to change to.

    Where the type is right, that is said alone: that another is right beside it matters to who said so.
    """
    if item.answers[0][0] is ActKind.CONFIRM:
        return [(ActKind.CONFIRM, "")]
    return [(kind, _label(code)) for kind, code in item.answers]


def _label(code: str | None) -> str:
    return catalog().taxonomy.types[code].label if code else ""


def _asked() -> PracticePage:
    return practice.page(actor(), catalog(), turn=number(request.args.get("turn", "")))


def _page(form: Form, page: PracticePage) -> str:
    item = page.item
    if item is None:
        return _result(page)
    shown = practice_shown.shown(catalog(), item)
    told = {
        "page": page,
        "item": item,
        "shown": shown,
        "sentence": sentence(shown.tag),
        "form": form,
        "keys": review_keys.shown(actor(), catalog()),
        "choices": _choices(item),
        "now": _now(),
        "answers": _answers,
    }
    return render_template("pages/practice.html", **told)


def _result(page: PracticePage) -> str:
    return render_template("pages/practice_result.html", page=page, answers=_answers, label_of=_label)


def _choices(item: PracticeItem) -> Choices:
    suggested = tuple(kind for kind, _ in item.competing)
    others = [kind for kind in catalog().taxonomy.types.values() if kind is not item.type]
    return Choices(suggested=suggested, types=by_group(others), deciders=(), stewards=())


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def _taken(form: Form) -> int:
    """How long ago the page was made, in milliseconds: by the form, which works without a script."""
    text = form.value("shown")
    known = text.isascii() and text.isdigit() and len(text) <= _LONGEST_TIME
    return _now() - int(text) if known else 0
