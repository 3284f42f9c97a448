"""The demo's way in: choose whose eyes to look through. It is there only where all data is made up."""

from flask import request
from flask.typing import ResponseReturnValue

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import ROLE_TITLES, Role
from catalog.model.sessions import Door
from catalog.services import people, sessions
from catalog.services.access import Action
from web.auth import admit, browser
from web.context import catalog
from web.routing import Routes

routes = Routes("demo")


@routes.post("/sign-in", Action.SIGN_IN)
def enter() -> ResponseReturnValue:
    """Enter without a password, under a new session."""
    if not people.demo_is_open(catalog()):
        raise NotAllowed("Signing in without a password", "it is switched off here", "Ask the privacy office.")
    person_id = request.form.get("person", "")
    if person_id not in {person.id for person, _, _ in people.offered(catalog())}:
        raise NotFound("This account", "there is no such account", "Choose one on the sign-in page.")
    return admit(sessions.begin(catalog(), person_id, Door.DEMO, browser=browser()), request.form.get("next", ""))


def doors() -> list[tuple[str, list[tuple[str, str]]]]:
    """The accounts on offer by role, as (title, [(account, agency or name)])."""
    found = people.offered(catalog())
    return [
        (
            ROLE_TITLES[role],
            [(person.id, agency.name if agency else "") for person, its, agency in found if its is role],
        )
        for role in Role
        if any(its is role for _, its, _ in found)
    ]
