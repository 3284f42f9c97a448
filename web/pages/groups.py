"""Groups of the identity provider or the proxy, and the roles they have here."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.services import people_pages, roles
from catalog.services.access import Action
from web.context import actor, catalog
from web.pages.people import chosen_agency, chosen_role
from web.routing import Routes

routes = Routes("groups")


@routes.get("/groups", Action.READ_PEOPLE)
def index() -> ResponseReturnValue:
    """Every group that has a role."""
    return _page()


@routes.post("/groups", Action.MANAGE_PEOPLE, weighty=True)
def give() -> ResponseReturnValue:
    """Give a role to a group."""
    try:
        roles.give_group(actor(), catalog(), request.form.get("group", ""), chosen_role(), chosen_agency())
    except RequestError as error:
        return _told(error)
    return redirect(url_for("groups.index"), 303)


@routes.post("/groups/<int:given_id>/end", Action.MANAGE_PEOPLE, weighty=True)
def end(given_id: int) -> ResponseReturnValue:
    """End a role of a group."""
    try:
        roles.end_group(actor(), catalog(), given_id, request.form.get("reason", ""))
    except RequestError as error:
        return _told(error)
    return redirect(url_for("groups.index"), 303)


def _told(error: RequestError) -> ResponseReturnValue:
    if error.http_status not in {RequestError.http_status, 409}:
        raise error
    return _page(error=str(error)), error.http_status


def _page(error: str = "") -> str:
    page = people_pages.groups(actor(), catalog())
    given = request.form.get("group", "")
    group = given if given.isprintable() else ""  # what cannot stand in a page is not shown again
    return render_template("pages/groups.html", page=page, error=error, form=request.form, group=group)
