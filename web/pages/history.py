"""The history of one record of the register: what each change did, who made it and why, and bringing a state back."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.revisions import HistoryPage, RecordKind
from catalog.services import access, histories, history
from catalog.services.access import Action
from web import exports, register_lists
from web.context import actor, catalog
from web.forms import LONGEST_REASON, Form, kept
from web.register_wording import record_address
from web.routing import Routes

routes = Routes("history")


@routes.get("/history/<kind>/<int:record_id>", Action.READ_FLOWS)
def show(kind: str, record_id: int) -> ResponseReturnValue:
    """All its revisions, latest first."""
    page = _history(kind, record_id)
    if exports.asked_for():
        return exports.answer(register_lists.history(page))
    return _page(page, Form.of())


@routes.post("/history/<kind>/<int:record_id>/restore", Action.KEEP_REGISTER)
def restore(kind: str, record_id: int) -> ResponseReturnValue:
    """Bring an earlier state back, as a new revision."""
    of = _kind(kind)

    def keep(form: Form) -> str:
        reason, expected = form.line("reason", needed=True, longest=LONGEST_REASON), form.number("expected")
        number = form.number("number")
        form.check()
        histories.restore(actor(), catalog(), of, record_id, number, reason, expected)
        return url_for("history.show", kind=of.value, record_id=record_id)

    return kept(keep, lambda form: _page(_history(kind, record_id), form))


def _history(kind: str, record_id: int) -> HistoryPage:
    return histories.of(actor(), catalog(), _kind(kind), record_id)


def _kind(text: str) -> RecordKind:
    """The kind of record that an address names.

    Raises:
        NotFound: when there is no such kind.
    """
    try:
        return RecordKind(text)
    except ValueError:
        raise access.nothing_here() from None


def _page(page: HistoryPage, form: Form) -> str:
    gone = bool(page.revisions and history.said(page.revisions[0].revision).get("withdrawn_on"))
    address = "" if gone else record_address(page.kind, page.record_id)
    return render_template("pages/history.html", page=page, form=form, address=address)
