"""The queue of review: groups of alike columns, one of them with its evidence, and what is decided about it."""

import secrets
from dataclasses import replace

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.review import WAITING, ActKind, Order, Pick
from catalog.model.review_views import ActLine, GroupPage, Outcome, Preview, QueuePage
from catalog.services import (
    review,
    review_act_pages,
    review_acts,
    review_keys,
    review_named,
    review_pages,
    review_queue,
)
from catalog.services.access import Action
from web import review_answers, review_forms, review_shown
from web.context import actor, catalog
from web.forms import Form
from web.review_place import Place, after, below, group_as_in, in_queue
from web.review_wording import left_out_in_short, place_of
from web.routing import Routes, number

routes = Routes("review")

#: Said in the same words of what is not there any more and of what the visitor may not know of.
_GONE = NotFound("This column", "there is nothing like it that you may see", "Go on with the next.")


@routes.get("/review", Action.DECIDE)
def index() -> ResponseReturnValue:
    """The queue, and the first of its groups."""
    return _first(Form.of())


@routes.get("/review/groups/<key>", Action.DECIDE)
def group(key: str) -> ResponseReturnValue:
    """The queue, and one of its groups; with ``show`` one of its columns, to be decided alone."""
    show = number(request.args.get("show", ""))
    try:
        page = _group(key, show)
    except NotFound:
        if not request.args.get("done"):
            raise
        # Decided meanwhile, by somebody else or one by one: whoever comes from a decision goes on with what is left.
        return redirect(Place.asked().queue(done=request.args["done"]), 303)
    return _show(Form.of(), page, is_single=show is not None)


@routes.get("/review/columns/<int:column_id>/<type_code>", Action.DECIDE)
def one(column_id: int, type_code: str) -> ResponseReturnValue:
    """One type in one column, whatever its state."""
    return _show_one(Form.of(), column_id, type_code)


@routes.post("/review/preview", Action.DECIDE)
def preview() -> ResponseReturnValue:
    """What a decision on several columns would do, to be confirmed. Nothing changes."""
    form = Form.sent()
    try:
        picks = review_forms.picks(form)
        wanted = review_forms.order(form)
        return _ask(form, picks, wanted)
    except NotAllowed:
        raise
    except RequestError as error:
        return _again(form, error)


@routes.post("/review/act", Action.DECIDE)
def act() -> ResponseReturnValue:
    """Decide, put off or ask: one act, over as many columns as were chosen."""
    form = Form.sent()
    try:
        picks = review_forms.picks(form)
        wanted = review_forms.order(form)
        review_forms.require(form, wanted)
        outcome = review.act(actor(), catalog(), wanted, picks, token=review_forms.token(form))
    except NotAllowed:
        raise
    except RequestError as error:
        return _again(form, error)
    return _go_on(outcome, form.value("go"), below(form.value("back")) if form.value("back") else "")


@routes.post("/review/undo/<int:act_id>", Action.DECIDE)
def undo(act_id: int) -> ResponseReturnValue:
    """Take back one act of this actor's own, as far as nobody decided since."""
    form = Form.sent()
    back = form.value("back")
    try:
        outcome = review.undo(actor(), catalog(), act_id, token=review_forms.token(form))
    except Conflict as error:
        if not in_queue(back):
            raise
        return _again(form, error)
    return _go_on(outcome, _put_back(act_id, back) if in_queue(back) else back)


def _put_back(act_id: int, back: str) -> str:
    """The group that waits again once an act is undone, in the view of the queue that one comes from."""
    _, items, *_ = review_act_pages.columns(actor(), catalog(), act_id)
    waits = next((item for item in items if item.state in WAITING), None)
    if waits is None:
        return back
    page = review_pages.one(actor(), catalog(), waits.column.id, waits.tag.type.code)
    return group_as_in(back, page.line.key)


def _go_on(outcome: Outcome, address: str, back: str = "") -> ResponseReturnValue:
    """To what comes next; where something was left out, that is said first."""
    target = after(address, outcome.act.id)
    by_script = review_answers.is_by_script()
    if by_script:
        target = target.removesuffix("#queue")  # our script gives it the focus, and leaves a wide page where it is
    if not outcome.left_out or by_script:
        told = [f"{words}: {', '.join(map(place_of, some))}" for words, some in left_out_in_short(outcome.left_out)]
        return review_answers.on(target, told, done=review_shown.in_short(outcome))
    return render_template(
        "pages/review_done.html", outcome=outcome, done=review_shown.in_short(outcome), go=target, back=back
    )


def _again(form: Form, error: RequestError) -> ResponseReturnValue:
    """Where the form was sent from, as it is now, with what was wrong; what was entered is still there."""
    form.problem = _GONE if isinstance(error, NotFound) else error
    if form.value("until") and not form.errors and error.http_status == RequestError.http_status:
        form.errors["until"] = f"{error.cause}. {error.next_step}"
    return _where_it_was(form), error.http_status


def _where_it_was(form: Form) -> str:
    key, show = request.args.get("key", ""), number(request.args.get("show", ""))
    code = request.args.get("code", "")
    if form.value("from") == "preview" and form.errors:
        return _ask(form, review_forms.picks(form), review_forms.order(form))
    try:
        if code and show is not None:
            return _show_one(form, show, code)
        return _show(form, _group(key, show), is_single=show is not None)
    except NotFound:
        return _decided_meanwhile(form, show)


def _decided_meanwhile(form: Form, show: int | None) -> str:
    """A group that nothing waits in any more: its one column as it is now, or else what comes first in the queue."""
    chosen = next((pick for text in form.values("pick") for pick in review_forms.unpacked(text)), None)
    if show is None and chosen is not None and len(form.values("pick")) == 1:
        show = chosen.column_id
    if show is not None and chosen is not None:
        try:
            return _show_one(form, chosen.column_id, chosen.type_code)
        except NotFound:
            pass
    return _first(form)


def _first(form: Form) -> str:
    place = Place.asked()
    queue = review_queue.queue(actor(), catalog(), place.chosen, order=place.order, page=place.page)
    page = None
    for line in queue.lines[:1]:
        try:
            page = _group(line.key, None)
        except NotFound:  # decided meanwhile
            page = None
    return _show(form, page, queue=queue)


def _group(key: str, show: int | None) -> GroupPage:
    at = number(request.args.get("at", "")) or 1
    place, listed = Place.asked(), review_shown.LISTED
    states, agency_id = place.chosen.get("state", ()), place.agency_id
    page = review_pages.group(
        actor(), catalog(), key, page=at, show=show, agency_id=agency_id, listed=listed, states=states
    )
    if show is None or page.line.columns == 1:
        return page
    one = review_pages.one(actor(), catalog(), page.shown.column.id, page.shown.tag.type.code)
    # What is decided is the one column.
    return replace(page, if_confirmed=one.if_confirmed, if_rejected=one.if_rejected, second_person=one.second_person)


def _show(form: Form, page: GroupPage | None, *, queue: QueuePage | None = None, is_single: bool = False) -> str:
    """The queue beside one of its groups, where it has any."""
    place = Place.asked()
    if queue is None:
        queue = review_queue.queue(actor(), catalog(), place.chosen, order=place.order, page=place.page)
    at = review_shown.in_queue(place, page, _around(place, queue, page), is_single=is_single) if page else None
    return _page(form, place, page, at, queue=queue)


def _show_one(form: Form, column_id: int, type_code: str) -> str:
    page = review_pages.one(actor(), catalog(), column_id, type_code)
    return _page(form, Place.asked(), page, review_shown.alone(page), queue=None)


def _page(
    form: Form, place: Place, page: GroupPage | None, at: review_shown.Shown | None, *, queue: QueuePage | None
) -> str:
    told = {
        "form": form,
        "place": place,
        "page": page,
        "at": at,
        "queue": queue,
        "keys": review_keys.shown(actor(), catalog()),
        "done": _done(),
        "is_made": queue is None or queue.total > 0 or review_queue.is_made(actor(), catalog()),
        "names": review_named.of_one(actor(), catalog(), queue.lines) if queue else {},
        "last": review_acts.last(actor(), catalog()),
        "token": secrets.token_urlsafe,
        "choices": review_shown.choices(page) if at and at.is_single and page else None,
    }
    return render_template("pages/review.html", **told)


def _around(place: Place, queue: QueuePage, page: GroupPage) -> tuple[str | None, str | None]:
    """The groups before and after this one; those on the same page of the list are known."""
    keys = [line.key for line in queue.lines]
    if page.line.key in keys[1:-1]:
        at = keys.index(page.line.key)
        return keys[at - 1], keys[at + 1]
    return review_queue.around(actor(), catalog(), page.line.key, place.chosen, order=place.order)


def _done() -> ActLine | None:
    """What the actor did just before; nothing where the address says something else."""
    act_id = number(request.args.get("done", ""))
    if act_id is None:
        return None
    try:
        return review_acts.one(actor(), catalog(), act_id)
    except NotFound:
        return None


def _ask(form: Form, picks: tuple[Pick, ...], wanted: Order) -> str:
    """What the decision would do, what has still to be said of it, and the button that takes it."""
    told: Preview = review.preview(actor(), catalog(), wanted, picks, is_complete=False)
    left_out = {(one.column_id, one.type_code) for one in told.left_out}
    taken = {(pick.column_id, pick.type_code) for pick in picks} - left_out
    shown = {
        "form": form,
        "told": told,
        "first": review_named.first(actor(), catalog(), taken, review_shown.NAMED),
        "kind": wanted.kind,
        "picks": review_forms.packed(picks),
        "chosen": len(picks),
        "keys": review_keys.shown(actor(), catalog()),
        "choices": review_shown.choices_of(told, picks),
        "token": secrets.token_urlsafe,
        "back": below(form.value("back")),
        "go": below(form.value("go")),
        "kinds": [kind for kind in review_forms.KINDS if kind is not wanted.kind],
        "is_plain": wanted.kind in review_forms.PLAIN,
        "query": request.query_string.decode("ascii", "ignore"),
        "ActKind": ActKind,
    }
    return render_template("pages/review_preview.html", **shown)
