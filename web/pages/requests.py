"""Requests for identifying information, and proposals to disclose it unasked (§23-1202(c)(3))."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.request_views import RequestPage
from catalog.model.requests import Request, RequestKind, RequestState
from catalog.model.revisions import RecordKind
from catalog.services import access, register_pages, requests
from catalog.services.access import Action
from web import exports, register_lists
from web.addresses import page_number
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("requests")

_ALL = 1_000_000


@routes.get("/requests", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """All that this actor may see, narrowed down by kind and state."""
    asked = Form.asked("kind", "state")
    kind, state = asked.choice_if_any("kind", RequestKind), asked.choice_if_any("state", RequestState)
    if exports.asked_for():
        page = requests.every(actor(), catalog(), kind=kind, state=state, per_page=_ALL)
        return exports.answer(register_lists.requests(page.lines))
    page = requests.every(actor(), catalog(), kind=kind, state=state, page=page_number())
    return render_template("pages/requests.html", page=page, kind=kind, state=state)


@routes.get("/requests/new", Action.PROPOSE)
def new() -> ResponseReturnValue:
    """A form to record one."""
    agency, today = Form.asked("agency").value("agency"), catalog().clock.now().date()
    return _show(Form.of(agency=agency, kind=RequestKind.REQUEST, received_on=today))


@routes.post("/requests/new", Action.PROPOSE)
def add() -> ResponseReturnValue:
    """Record one."""

    def keep(form: Form) -> str:
        return _to(requests.add(actor(), catalog(), _read(form, None)).id)

    return kept(keep, _show)


@routes.get("/requests/<int:request_id>", Action.READ_FLOWS)
def show(request_id: int) -> ResponseReturnValue:
    """One request, and what may be done about it."""
    return _request(request_id, Form.of(on=catalog().clock.now().date()))


@routes.post("/requests/<int:request_id>/move", Action.READ_FLOWS)
def move(request_id: int) -> ResponseReturnValue:
    """Pass it on, or decide it: a request under the law on records is its officer's to decide (§23-1201)."""

    def keep(form: Form) -> str:
        to, on, expected = form.choice("to", RequestState), form.day("on"), form.number("expected")
        words, activity_id = form.text("words"), form.number_if_any("activity")
        form.check()
        requests.move(
            actor(), catalog(), request_id, to, on=on, words=words, activity_id=activity_id, expected=expected
        )
        return _to(request_id)

    return kept(keep, lambda form: _request(request_id, form))


@routes.post("/requests/<int:request_id>/link", Action.PROPOSE)
def link(request_id: int) -> ResponseReturnValue:
    """Say which disclosure an approved one became or is covered by."""

    def keep(form: Form) -> str:
        activity_id, expected = form.number("activity"), form.number("expected")
        form.check()
        requests.link(actor(), catalog(), request_id, activity_id, expected)
        return _to(request_id)

    return kept(keep, lambda form: _request(request_id, form))


@routes.get("/requests/<int:request_id>/edit", Action.PROPOSE)
def edit(request_id: int) -> ResponseReturnValue:
    """A form to change what was recorded of one."""
    return _edit(request_id)


@routes.post("/requests/<int:request_id>/edit", Action.PROPOSE)
def revise(request_id: int) -> ResponseReturnValue:
    """Change what was recorded of one."""

    def keep(form: Form) -> str:
        now = requests.one(actor(), catalog(), request_id).line.request
        reason, expected = form.why()
        requests.revise(actor(), catalog(), _read(form, now), reason=reason, expected=expected)
        return _to(request_id)

    return kept(keep, lambda form: _edit(request_id, form))


def _to(request_id: int) -> str:
    return url_for("requests.show", request_id=request_id)


def _request(request_id: int, form: Form) -> str:
    page = requests.one(actor(), catalog(), request_id)
    options = [(str(one.activity.id), one.activity.title) for one in page.candidates]
    return render_template("pages/request.html", page=page, form=form, candidate_options=options)


def _read(form: Form, now: Request | None) -> Request:
    """The request as the form has it; how far it is, is moved and not edited."""
    read = Request(
        id=now.id if now else 0,
        agency_id=form.line("agency", needed=True),
        kind=form.choice("kind", RequestKind),
        party_id=form.number("party"),
        title=form.line("title", needed=True),
        reason=form.text("why", needed=True),
        type_codes=form.many("type"),
        received_on=form.day("received_on"),
        state=now.state if now else RequestState.RECEIVED,
        decided_on=now.decided_on if now else None,
        decided_by=now.decided_by if now else None,
        decision=now.decision if now else "",
        activity_id=now.activity_id if now else None,
        passed_on=now.passed_on if now else None,
    )
    form.check()
    return read


def _show(form: Form) -> str:
    frame = Frame("Record a request or proposal", _crumbs(), url_for("requests.index"), RecordKind.REQUEST)
    return _page(form, frame)


def _edit(request_id: int, form: Form | None = None) -> str:
    page = requests.one(actor(), catalog(), request_id)
    if not page.may_revise:
        raise access.nothing_here()
    title = f"Change “{page.line.request.title}”"
    number, expected = request_id, page.expected
    frame = Frame(title, _crumbs(), _to(number), RecordKind.REQUEST, number, expected, wants_reason=True)
    return _page(form or _filled(page), frame)


def _filled(page: RequestPage) -> Form:
    now = page.line.request
    return Form.of(
        agency=now.agency_id,
        kind=now.kind,
        party=now.party_id,
        title=now.title,
        why=now.reason,
        type=now.type_codes,
        received_on=now.received_on,
    )


def _crumbs() -> list[tuple[str, str]]:
    return [("Requests and proposals", url_for("requests.index"))]


def _page(form: Form, frame: Frame) -> str:
    choices = register_pages.choices(actor(), catalog(), action=Action.PROPOSE)
    return render_template("forms/request.html", form=form, frame=frame, choices=choices)
