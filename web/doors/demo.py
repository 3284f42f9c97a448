"""The demo's way in: choose whose eyes to look through. It is there only where all data is made up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import Person, Role
from catalog.model.holdings import Agency
from catalog.model.sessions import Door
from catalog.services import people, sessions
from catalog.services.access import Action
from web.auth import admit, browser
from web.context import catalog
from web.routing import Routes

routes = Routes("demo")


@dataclass(frozen=True, slots=True)
class Doors:
    """The accounts on offer: those of the city by role, those of agencies by agency."""

    city: Mapping[Role, Sequence[Person]]
    agencies: Mapping[Agency, Sequence[tuple[Role, Person]]]


@routes.post("/sign-in", Action.SIGN_IN)
def enter() -> ResponseReturnValue:
    """Enter without a password, under a new session."""
    if not people.demo_is_open(catalog()):
        raise NotAllowed("Signing in without a password", "it is switched off here", "Ask the privacy office.")
    person_id = request.form.get("person", "")
    if person_id not in {person.id for person, _, _ in people.offered(catalog())}:
        raise NotFound("This account", "there is no such account", "Choose one on the sign-in page.")
    return admit(sessions.begin(catalog(), person_id, Door.DEMO, browser=browser()), request.form.get("next", ""))


def doors() -> Doors | None:
    """The accounts on offer; None where the demo is closed or has none."""
    found = people.offered(catalog())
    city: dict[Role, list[Person]] = {}
    agencies: dict[Agency, list[tuple[Role, Person]]] = {}
    for person, role, agency in found:
        if agency is None:
            city.setdefault(role, []).append(person)
        else:
            agencies.setdefault(agency, []).append((role, person))
    by_name = sorted(agencies, key=lambda agency: agency.name)
    return Doors(city, {agency: agencies[agency] for agency in by_name}) if found else None
