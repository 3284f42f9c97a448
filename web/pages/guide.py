"""The officer's guide: the decision procedure of §23-1202, one question a page, and the draft it ends in.

The answers so far stand in the address; nothing is stored until a draft is made of them.
"""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.model.designations import AgreementException
from catalog.model.procedure import YES, Question
from catalog.services import access, approval_pages, approvals
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import Form, kept
from web.routing import Routes

routes = Routes("guide")


@routes.get("/flows/<int:activity_id>/guide", Action.PROPOSE)
def show(activity_id: int) -> ResponseReturnValue:
    """The next question, or where the answers lead."""
    return _page(activity_id, _answers(request.args), Form.of())


@routes.post("/flows/<int:activity_id>/guide", Action.PROPOSE)
def draft(activity_id: int) -> ResponseReturnValue:
    """Draft the approval the answers lead to, and submit it where that is asked for."""

    def keep(form: Form) -> str:
        review_due_on, expires_on = form.day_if_any("review_due_on"), form.day_if_any("expires_on")
        exception = form.choice_if_any("agreement_exception", AgreementException)
        exception_reason, reason = form.text("exception_reason"), form.text("reason")
        form.check()
        made = approvals.draft(
            actor(), catalog(), activity_id, answers=_answers(request.form),
            review_due_on=review_due_on, expires_on=expires_on, single_use=form.ticked("single_use"),
            agreement_exception=exception, exception_reason=exception_reason,
            submit=form.ticked("submit"), reason=reason,
        )  # fmt: skip
        return url_for("approvals.show", designation_id=made.id)

    return kept(keep, lambda form: _page(activity_id, _answers(request.form), form))


def _answers(given: Mapping[str, str]) -> dict[str, str]:
    return {question.value: given[question.value] for question in Question if question.value in given}


def _page(activity_id: int, answers: dict[str, str], form: Form) -> str:
    page = approval_pages.guide(actor(), catalog(), activity_id, answers)
    alone = answers.get(Question.SINGLE_OFFICER.value) == YES
    colleagues = not alone and access.is_officer_of(actor(), page.view.agency.id)
    return render_template("pages/guide.html", page=page, answers=answers, form=form, colleagues=colleagues)
