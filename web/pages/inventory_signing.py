"""Signing an agency's report: by its privacy officer, then for the agency by its head, here or on paper."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.cycles import CycleState
from catalog.services import access, report_pages, report_signing
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import Form, kept
from web.pages import inventory_forms
from web.routing import Routes

routes = Routes("inventory_signing")


@routes.get("/inventory/<int:cycle_id>/sign", Action.SIGN_REPORT)
def sign_page(cycle_id: int) -> ResponseReturnValue:
    """What is signed, and the button that signs it."""
    return _sign(cycle_id, Form.of())


@routes.post("/inventory/<int:cycle_id>/sign", Action.SIGN_REPORT, weighty=True)
def sign(cycle_id: int) -> ResponseReturnValue:
    """Sign the report as the agency's privacy officer; it is frozen as it was checked."""

    def keep(form: Form) -> str:
        seen, capacity = form.line("content_hash", needed=True), form.line("capacity")
        form.check()
        report_signing.sign(actor(), catalog(), cycle_id, content_hash=seen, capacity=capacity)
        return url_for("inventory.show", cycle_id=cycle_id, done="signed_by_officer")

    return kept(keep, lambda form: _sign(cycle_id, form))


@routes.get("/inventory/<int:cycle_id>/signature", Action.SIGN_FOR_AGENCY)
def signature_page(cycle_id: int) -> ResponseReturnValue:
    """What the officer signed, for the head to sign too; or for the officer to record that the head signed on paper."""
    return _signature(cycle_id, Form.of())


@routes.post("/inventory/<int:cycle_id>/signature", Action.SIGN_FOR_AGENCY, weighty=True)
def signature(cycle_id: int) -> ResponseReturnValue:
    """Sign for the agency, or record a signature on paper: with that it is submitted."""
    on_paper = not _is_head(cycle_id)

    def keep(form: Form) -> str:
        given = inventory_forms.head_signature(form, on_paper=on_paper)
        form.check()
        report_signing.sign_for_agency(
            actor(), catalog(), cycle_id,
            content_hash=given.content_hash, signer=given.signer, capacity=given.capacity, on=given.on,
            filed=given.filed,
        )  # fmt: skip
        return url_for("inventory.show", cycle_id=cycle_id, done="signed_by_head")

    return kept(keep, lambda form: _signature(cycle_id, form))


def _is_head(cycle_id: int) -> bool:
    """Whether the visitor is the head of the agency whose report it is."""
    return access.is_head_of(actor(), report_pages.known(actor(), catalog(), cycle_id).agency_id)


def _sign(cycle_id: int, form: Form) -> str:
    page = report_pages.check(actor(), catalog(), cycle_id)
    cycle = page.page.line.cycle
    shown = {
        "is_officer": access.is_officer_of(actor(), cycle.agency_id),
        "is_ready": cycle.state is CycleState.APO_REVIEW,
        "blocking": [gap for gap in page.page.gaps if gap.blocks],
    }
    return render_template("pages/inventory_sign.html", page=page, form=form, **shown)


def _signature(cycle_id: int, form: Form) -> str:
    page = report_pages.cycle(actor(), catalog(), cycle_id)
    waits = page.line.cycle.state is CycleState.AGENCY_HEAD_SIGNOFF
    frozen = report_pages.frozen(actor(), catalog(), cycle_id) if page.frozen else None
    shown = {"waits": waits, "frozen": frozen, "is_head": _is_head(cycle_id)}
    return render_template("pages/inventory_signature.html", page=page, form=form, **shown)
