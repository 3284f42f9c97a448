"""Approvals of before, signed on paper: recorded with who signed them and when."""

from collections.abc import Iterator

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.actors import ROLE_TITLES, Role
from catalog.model.designation_machine import APPROVABLE
from catalog.model.designations import AgreementException, Designation, DesignationState, Signature
from catalog.model.law_views import FlowPage
from catalog.model.register import Classification
from catalog.services import access, approvals, flows
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import Form, kept
from web.routing import Routes

routes = Routes("paper_approvals")

#: Where an approval on paper may stand today.
_STATES = (
    DesignationState.ACTIVE, DesignationState.SUSPENDED, DesignationState.EXPIRED, DesignationState.REVOKED,
)  # fmt: skip
#: Who may have signed: the agency's own privacy officer, the other agency's, the agency's head, the Chief Privacy
#: Officer.
_OWN, _OTHER, _HEAD, _CPO = "own", "other", "head", "cpo"
_OFFICES = {_HEAD: ROLE_TITLES[Role.AGENCY_HEAD], _CPO: ROLE_TITLES[Role.CPO]}


@routes.get("/flows/<int:activity_id>/paper-approval", Action.KEEP_REGISTER)
def new(activity_id: int) -> ResponseReturnValue:
    """A form to record one."""
    page = _flow(activity_id)
    return _form(page, Form.of(classification=page.line.view.activity.classification, state=DesignationState.ACTIVE))


@routes.post("/flows/<int:activity_id>/paper-approval", Action.KEEP_REGISTER, weighty=True)
def add(activity_id: int) -> ResponseReturnValue:
    """Record one."""
    page = _flow(activity_id)

    def keep(form: Form) -> str:
        designation, signatures = _read(form, page), tuple(_signatures(form, page))
        form.check()
        made = approvals.record(actor(), catalog(), designation, signatures)
        return url_for("approvals.show", designation_id=made.id)

    return kept(keep, lambda form: _form(page, form))


def _flow(activity_id: int) -> FlowPage:
    """The collection or disclosure that was approved.

    Raises:
        NotAllowed: when the actor records no approvals.
        NotFound: when there is none whose approvals the actor records.
    """
    page = flows.flow(actor(), catalog(), activity_id)
    if not access.may(actor(), Action.KEEP_CITY_REGISTER):
        access.require(actor(), Action.DESIGNATE, page.line.view.agency.id)
    return page


def _read(form: Form, page: FlowPage) -> Designation:
    activity = page.line.view.activity
    return Designation(
        id=0,
        activity_id=activity.id,
        classification=form.choice("classification", Classification),
        state=form.choice("state", DesignationState),
        policy_edition=form.line("policy_edition", longest=100),
        content_hash="",
        approved_on=form.day("approved_on"),
        review_due_on=form.day_if_any("review_due_on"),
        expires_on=form.day_if_any("expires_on"),
        single_use=form.ticked("single_use"),
        agreement_exception=form.choice_if_any("agreement_exception", AgreementException),
        exception_reason=form.text("exception_reason"),
        ground=activity.ground,
    )


def _signatures(form: Form, page: FlowPage) -> Iterator[Signature]:
    view = page.line.view
    own, other = view.agency.id, view.party.agency_id if view.party else None
    for who, agency_id in ((_OWN, own), (_OTHER, other), (_HEAD, own), (_CPO, None)):
        names = f"{who}_signer", f"{who}_statement"
        signer, statement = form.line(names[0]), form.text(names[1])
        if signer and (agency_id or who == _CPO):
            signed_on = form.day(f"{who}_signed_on")
            office = _OFFICES.get(who, ROLE_TITLES[Role.OFFICER])
            yield Signature(0, 0, agency_id, signer, office, statement, signed_on)


def _form(page: FlowPage, form: Form) -> str:
    classes = sorted(APPROVABLE, key=list(Classification).index)
    return render_template("pages/paper_approval.html", page=page, form=form, classes=classes, states=_STATES)
