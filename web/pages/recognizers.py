"""Recognizers: a city's own, from draft over trial to use, and those of ours beside them."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.recogniser_views import FlipLine, SetLine
from catalog.services import recognisers
from catalog.services.access import Action
from web import exports, filters
from web.addresses import page_number
from web.context import actor, catalog
from web.exports import Cell, Listing
from web.routing import Routes, number

routes = Routes("recognizers")

#: Largest form: a text may be longer than what other pages are sent, and grows on the way.
_MOST_BYTES = 500_000
_ALL = 1_000_000
_SET_HEADINGS = ("name", "version", "state", "recognizers", "types", "trial", "newly_suggested", "no_longer_suggested")
_SET_HEADINGS_REST = ("changed_by", "changed_at")
_FLIP_HEADINGS = ("change", "type", "agency", "system", "source", "dataset_id", "dataset", "column")
_FLIP_HEADINGS_REST = ("strength_before", "strength_after")

#: What a new text starts from. The form is invented, like everything it finds.
EXAMPLE = r"""# Every text under examples must be invented: it is kept and shown.
recognizers:
  - name: outreach file number
    supported_entity: CASE_ID
    patterns:
      - regex: '\bQX-\d{6}\b'
        score: 0.6
    context: [outreach, file]
    examples:
      match:
        - 'opened under file «QX-000123» last week'
      no_match:
        - 'gate QX-7 was closed'
"""


@routes.get("/recognizers", Action.MANAGE_RECOGNISERS)
def index() -> ResponseReturnValue:
    """The city's sets, and our own registry."""
    lines = recognisers.lines(actor(), catalog())
    if exports.asked_for():
        rows = [_set_row(line) for line in lines]
        return exports.answer(Listing("recognizers", _SET_HEADINGS + _SET_HEADINGS_REST, rows))
    ours = recognisers.registry(actor(), catalog())
    return render_template("pages/recognizers.html", lines=lines, ours=ours)


@routes.get("/recognizers/new", Action.MANAGE_RECOGNISERS)
def new() -> ResponseReturnValue:
    """A form to start from."""
    return _new_form("", EXAMPLE)


@routes.post("/recognizers/new", Action.MANAGE_RECOGNISERS)
def add() -> ResponseReturnValue:
    """Keep a text as a draft."""
    text, name = _text(), request.form.get("name", "")
    try:
        made = recognisers.add(actor(), catalog(), name, text)
    except RequestError as error:
        return _new_form(name, text, _for_the_form(error)), error.http_status
    return _to(made.id)


@routes.get("/recognizers/<int:set_id>", Action.MANAGE_RECOGNISERS)
def show(set_id: int) -> ResponseReturnValue:
    """One version: its text, its trial, what would change."""
    if exports.asked_for():
        page = recognisers.trial_page(actor(), catalog(), set_id, filters.chosen(recognisers.FACETS), per_page=_ALL)
        name = f"{page.line.set.name}-{page.line.set.version}-would-change"
        rows = [_flip_row(line) for line in page.flips]
        return exports.answer(Listing(name, _FLIP_HEADINGS + _FLIP_HEADINGS_REST, rows))
    return _set_page(set_id)


@routes.post("/recognizers/<int:set_id>/text", Action.MANAGE_RECOGNISERS)
def change(set_id: int) -> ResponseReturnValue:
    """Give a draft another text."""
    text = _text()
    try:
        recognisers.change(actor(), catalog(), set_id, text, request.form.get("seen", ""))
    except RequestError as error:
        return _set_page(set_id, text, _for_the_form(error)), error.http_status
    return _to(set_id)


@routes.post("/recognizers/<int:set_id>/trial", Action.MANAGE_RECOGNISERS)
def ask_trial(set_id: int) -> ResponseReturnValue:
    """Ask the scan side to try it, on all sources or on some."""
    chosen = _numbers(request.form.getlist("source"))
    if request.form.get("which") == "all":
        page = recognisers.trial_page(actor(), catalog(), set_id, per_page=1)
        chosen = [line.source.id for line in page.choices]
    recognisers.ask_trial(actor(), catalog(), set_id, chosen)
    return _to(set_id)


@routes.post("/recognizers/<int:set_id>/use", Action.MANAGE_RECOGNISERS, weighty=True)
def use(set_id: int) -> ResponseReturnValue:
    """Put it in use."""
    recognisers.use(actor(), catalog(), set_id)
    return _to(set_id)


@routes.post("/recognizers/<int:set_id>/retire", Action.MANAGE_RECOGNISERS, weighty=True)
def retire(set_id: int) -> ResponseReturnValue:
    """Stop using it."""
    recognisers.retire(actor(), catalog(), set_id)
    return _to(set_id)


@routes.post("/recognizers/<int:set_id>/revise", Action.MANAGE_RECOGNISERS)
def revise(set_id: int) -> ResponseReturnValue:
    """Begin the next version with this text."""
    return _to(recognisers.revise(actor(), catalog(), set_id).id)


@routes.post("/recognizers/<int:set_id>/discard", Action.MANAGE_RECOGNISERS)
def discard(set_id: int) -> ResponseReturnValue:
    """Forget a draft."""
    recognisers.discard(actor(), catalog(), set_id)
    return redirect(url_for("recognizers.index"), 303)


def _to(set_id: int) -> ResponseReturnValue:
    return redirect(url_for("recognizers.show", set_id=set_id), 303)


def _text() -> str:
    """The text of the form, with the line ends it was written with: browsers send others."""
    request.max_content_length = _MOST_BYTES
    try:
        return request.form.get("text", "").replace("\r\n", "\n")
    except RequestEntityTooLarge:
        raise RequestError("This text", "it is too long to be sent", "Split it, or use the command line.") from None


def _for_the_form(error: RequestError) -> RequestError:
    """An error to show beside what was typed.

    Raises:
        RequestError: the error itself, where no other typing helps.
    """
    if isinstance(error, NotFound | NotAllowed):
        raise error
    return error


def _new_form(name: str, text: str, error: RequestError | None = None) -> str:
    template = "pages/recognizer_new.html"
    about_name = error is not None and error.thing == recognisers.NAME
    return render_template(template, name=name, text=text, error=error, about_name=about_name, kinds=_kinds())


def _set_page(set_id: int, typed: str | None = None, error: RequestError | None = None) -> str:
    chosen = filters.chosen(recognisers.FACETS)
    page = recognisers.trial_page(actor(), catalog(), set_id, chosen, page=page_number())
    return render_template(
        "pages/recognizer_set.html",
        page=page,
        # What a colleague kept meanwhile may be overwritten by whoever has been told of it.
        seen=page.line.set.digest if typed is None or isinstance(error, Conflict) else request.form.get("seen", ""),
        text=page.line.set.text if typed is None else typed,
        error=error,
        chips=filters.chips(page.facets),
        kinds=_kinds(),
    )


def _kinds() -> list[tuple[str, str]]:
    """The codes that a text may name, with their labels."""
    return sorted((kind.label, kind.code) for kind in catalog().taxonomy.types.values())


def _numbers(texts: Sequence[str]) -> list[int]:
    found = [one for text in texts if (one := number(text)) is not None]
    if len(found) < len(texts):
        raise RequestError("This source", "there is no such source", "Use the boxes of the page.")
    return found


def _set_row(line: SetLine) -> tuple[Cell, ...]:
    tried = line.trial
    codes = {one.type.code for one in line.content.lines if one.type}
    return (
        line.set.name,
        line.set.version,
        line.set.state.value,
        len(line.content.lines),
        " ".join(sorted(codes)),
        tried.trial.state.value if tried else None,
        tried.gained if tried else None,
        tried.lost if tried else None,
        line.person,
        line.set.changed_at.isoformat(),
    )


def _flip_row(line: FlipLine) -> tuple[Cell, ...]:
    return (
        "newly suggested" if line.flip.gained else "no longer suggested",
        line.type.code,
        line.agency.acronym,
        line.system.name,
        line.source.name,
        line.dataset.id,
        line.dataset.name,
        line.flip.column_name,
        line.flip.before,
        line.flip.after,
    )
