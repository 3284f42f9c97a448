"""People: who has which role, giving and ending roles and sessions."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Role
from catalog.model.people_views import AccountLine, PeopleFilter
from catalog.services import people, people_pages, roles, sessions
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.exports import Listing
from web.filters import words
from web.routing import Routes

routes = Routes("people")

_HEADINGS = ("account", "name", "roles", "agencies", "last_sign_in", "by")
#: The mistakes that are told beside the form in which they were made.
_OF_FORMS = frozenset({RequestError.http_status, Conflict.http_status})


@routes.get("/people", Action.READ_PEOPLE)
def index() -> ResponseReturnValue:
    """Accounts, narrowed down by words, role and agency."""
    if exports.asked_for():
        page = people_pages.find(actor(), catalog(), _wanted())
        return exports.answer(Listing("people", _HEADINGS, [_row(line) for line in page.lines]))
    return _list()


@routes.post("/people", Action.MANAGE_PEOPLE, weighty=True)
def add() -> ResponseReturnValue:
    """Add an account with one role."""
    given = {name: request.form.get(name, "").strip() for name in ("account", "name", "email")}
    try:
        role, email = chosen_role(), given["email"] or None
        person = people.add_person(
            actor(), catalog(), given["account"], given["name"], role, chosen_agency(), email, must_be_new=True
        )
    except RequestError as error:
        if error.http_status not in _OF_FORMS:
            raise
        return _list(str(error)), error.http_status
    return redirect(url_for("people.show", account=person.id), 303)


@routes.get("/people/<account>", Action.READ_PEOPLE)
def show(account: str) -> ResponseReturnValue:
    """One account, its roles and its sessions."""
    return _page(account)


@routes.post("/people/<account>/roles", Action.MANAGE_PEOPLE, weighty=True)
def give(account: str) -> ResponseReturnValue:
    """Give a role."""
    try:
        roles.give(actor(), catalog(), account, chosen_role(), chosen_agency())
    except RequestError as error:
        return _told(account, error)
    return redirect(url_for("people.show", account=account), 303)


@routes.post("/people/<account>/roles/<int:held_id>/end", Action.MANAGE_PEOPLE, weighty=True)
def end(account: str, held_id: int) -> ResponseReturnValue:
    """End a role."""
    try:
        roles.end(actor(), catalog(), account, held_id, request.form.get("reason", ""))
    except RequestError as error:
        return _told(account, error)
    return redirect(url_for("people.show", account=account), 303)


@routes.post("/people/<account>/sessions/end", Action.MANAGE_PEOPLE, weighty=True)
def end_sessions(account: str) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    sessions.end_of(actor(), catalog(), account)
    return redirect(url_for("people.show", account=account), 303)


def chosen_role() -> Role:
    """The role chosen in a form.

    Raises:
        RequestError: when none is.
    """
    role = request.form.get("role", "")
    if role not in set(Role):
        raise RequestError("The role", "none is chosen", "Choose one.")
    return Role(role)


def chosen_agency() -> str | None:
    """The agency chosen in a form; None is the city."""
    return request.form.get("agency", "") or None


def _told(account: str, error: RequestError) -> ResponseReturnValue:
    """The mistakes of a form beside it; everything else is a page of its own."""
    if error.http_status not in _OF_FORMS:
        raise error
    return _page(account, error=str(error)), error.http_status


def _wanted() -> PeopleFilter:
    role = request.args.get("role", "")
    return PeopleFilter(words(), Role(role) if role in set(Role) else None, request.args.get("agency", ""))


def _list(error: str = "") -> str:
    wanted = _wanted()
    page = people_pages.find(actor(), catalog(), wanted)
    # What cannot stand in a page is not shown again.
    form = {name: text for name, text in request.form.items() if text.isprintable()}
    return render_template("pages/people.html", page=page, wanted=wanted, error=error, form=form)


def _page(account: str, error: str = "") -> str:
    page = people_pages.account(actor(), catalog(), account)
    return render_template("pages/person.html", page=page, error=error, form=request.form)


def _row(line: AccountLine) -> tuple[str | None, ...]:
    return (
        line.person.id,
        line.person.name,
        " ".join(one.held.role.value for one in line.roles),
        " ".join(dict.fromkeys(one.agency.acronym for one in line.roles if one.agency)),
        line.last_at.isoformat() if line.last_at else None,
        line.last_door.value if line.last_door else None,
    )
