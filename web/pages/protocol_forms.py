"""Recording protocols and the terms of agreements, changing them, and putting a new edition in the place of an old."""

from dataclasses import replace

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.agreements import Agreement, OnwardDisclosure
from catalog.model.register import Protocol, ProtocolType
from catalog.model.register_views import ProtocolForm
from catalog.model.revisions import RecordKind
from catalog.services import register, register_pages
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import LONGEST_REASON, Form, Frame, kept
from web.routing import Routes

routes = Routes("protocol_forms")

_TERMS = ("permitted_uses", "onward", "security", "destruction")


@routes.get("/protocols/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to record one."""
    return _show(Form.asked("agency"))


@routes.post("/protocols/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Record one, with its terms where it is an agreement."""

    def keep(form: Form) -> str:
        protocol, agreement, parties = _read(form, 0)
        with catalog().together() as together:
            stored = register.add_protocol(actor(), together, protocol)
            if agreement is not None:
                register.add_agreement(actor(), together, replace(agreement, protocol_id=stored.id), parties)
        return url_for("protocols.show", protocol_id=stored.id)

    return kept(keep, _show)


@routes.get("/protocols/<int:protocol_id>/edit", Action.KEEP_REGISTER)
def edit(protocol_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(protocol_id)


@routes.post("/protocols/<int:protocol_id>/edit", Action.KEEP_REGISTER)
def revise(protocol_id: int) -> ResponseReturnValue:
    """Change one."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        protocol, agreement, parties = _read(form, protocol_id)
        register.revise_protocol(
            actor(), catalog(), protocol, agreement=agreement, party_ids=parties, reason=reason, expected=expected
        )
        return url_for("protocols.show", protocol_id=protocol_id)

    return kept(keep, lambda form: _edit(protocol_id, form))


@routes.get("/protocols/<int:protocol_id>/supersede", Action.KEEP_REGISTER)
def ask_successor(protocol_id: int) -> ResponseReturnValue:
    """A form to record what takes the place of one, filled in with what that one says but for its dates."""
    return _successor(protocol_id)


@routes.post("/protocols/<int:protocol_id>/supersede", Action.KEEP_REGISTER)
def supersede(protocol_id: int) -> ResponseReturnValue:
    """Record what takes the place of one, and let what stands on the old one stand on it."""

    def keep(form: Form) -> str:
        reason = form.line("reason", needed=True, longest=LONGEST_REASON)
        protocol, agreement, parties = _read(form, 0)
        if form.ticked("move") and protocol.effective_on > catalog().clock.now().date():
            form.errors["move"] = (
                "The new one is not in effect yet. Move what stands on the earlier one from that day on."
            )
        form.check()
        with catalog().together() as together:
            made = register.supersede(
                actor(), together, protocol_id, protocol, move=form.ticked("move"), reason=reason
            ).protocol
            if agreement is not None:
                register.add_agreement(actor(), together, replace(agreement, protocol_id=made.id), parties)
        return url_for("protocols.show", protocol_id=made.id)

    return kept(keep, lambda form: _successor(protocol_id, form))


def _read(form: Form, protocol_id: int) -> tuple[Protocol, Agreement | None, tuple[int, ...]]:
    read = Protocol(
        id=protocol_id,
        type=form.choice("type", ProtocolType),
        title=form.line("title", needed=True),
        issuer=form.line("issuer", needed=True),
        issuer_agency_id=form.value("agency") or None,
        edition=form.line("edition", longest=100),
        citation=form.line("citation"),
        effective_on=form.day("effective_on"),
        review_due_on=form.day_if_any("review_due_on"),
        expires_on=form.day_if_any("expires_on"),
        supersedes_id=form.number_if_any("supersedes"),
        document=form.line("document"),
    )
    agreement, parties = _terms(form, read), form.numbers("party")
    form.check()
    return read, agreement, parties


def _terms(form: Form, protocol: Protocol) -> Agreement | None:
    """The terms, where any are given: whether the protocol may have some is the register's rule."""
    if not any(form.value(name).strip() for name in _TERMS) and not form.values("party"):
        return None
    return Agreement(
        protocol_id=protocol.id,
        permitted_uses=form.text("permitted_uses"),
        onward_disclosure=form.choice("onward", OnwardDisclosure),
        security=form.text("security"),
        destruction=form.text("destruction"),
    )


def _show(form: Form) -> str:
    frame = Frame("Add a protocol", _crumbs(), url_for("protocols.index"), RecordKind.PROTOCOL)
    return _page(form, frame)


def _edit(protocol_id: int, form: Form | None = None) -> str:
    page = register_pages.protocol_form(actor(), catalog(), protocol_id)
    back = url_for("protocols.show", protocol_id=protocol_id)
    title = f"Change {page.protocol.title}"
    return _page(form or _filled(page), Frame(title, _crumbs(), back, RecordKind.PROTOCOL, protocol_id, page.expected))


def _successor(protocol_id: int, form: Form | None = None) -> str:
    page = register_pages.protocol_form(actor(), catalog(), protocol_id)
    old = page.protocol
    form = form or _filled(page).without("edition", "effective_on", "review_due_on", "expires_on")
    back = url_for("protocols.show", protocol_id=protocol_id)
    frame = Frame(f"Put another in the place of {old.title}", _crumbs(), back, RecordKind.PROTOCOL)
    return _page(form, frame, old)


def _filled(page: ProtocolForm) -> Form:
    """A form with what a protocol says now."""
    now, terms = page.protocol, page.agreement
    return Form.of(
        type=now.type,
        title=now.title,
        issuer=now.issuer,
        agency=now.issuer_agency_id,
        edition=now.edition,
        citation=now.citation,
        effective_on=now.effective_on,
        review_due_on=now.review_due_on,
        expires_on=now.expires_on,
        supersedes=now.supersedes_id,
        document=now.document,
        permitted_uses=terms and terms.permitted_uses,
        onward=terms and terms.onward_disclosure,
        security=terms and terms.security,
        destruction=terms and terms.destruction,
        party=page.party_ids,
    )


def _crumbs() -> list[tuple[str, str]]:
    return [("Protocols", url_for("protocols.index"))]


def _page(form: Form, frame: Frame, old: Protocol | None = None) -> str:
    choices = register_pages.choices(actor(), catalog())
    return render_template("forms/protocol.html", form=form, frame=frame, choices=choices, old=old)
