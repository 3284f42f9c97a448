"""People and the roles they hold."""

from catalog.errors import RequestError
from catalog.model import mail_addresses
from catalog.model.actors import AGENCY_ROLES, Actor, Person, Role, RoleAssignment
from catalog.model.holdings import Agency
from catalog.model.marks import DEMONSTRATION
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import marks, people, register


def add_person(
    actor: Actor,
    catalog: Catalog,
    person_id: str,
    name: str,
    role: Role,
    agency_id: str | None = None,
    email: str | None = None,
) -> Person:
    """Add an account holder with one role, or give a known one another.

    Parameters:
        email: where notices reach them; a known one keeps theirs where it is None, and has none where it is empty.

    Raises:
        RequestError: when a role of agencies has none, or one that is not in the catalog, or the address is none.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    if email:
        mail_addresses.check(email)
    with catalog.reading() as connection:
        known = agency_id is None or register.agency(connection, agency_id) is not None
        someone = people.person(connection, person_id)
    if not known or (role in AGENCY_ROLES) != (agency_id is not None):
        agencies = ", ".join(sorted(AGENCY_ROLES))
        raise RequestError(
            f"Person {person_id}",
            f"these roles need an agency that is in the catalog, and no others have one: {agencies}",
            "Name the agency by its id; leave it out for every other role.",
        )
    with catalog.changing(
        actor, "add_person", f"person:{person_id}", f"role={role} agency={agency_id or ''}"
    ) as change:
        address = email if email is not None else someone.email if someone else None
        person = Person(person_id, name, address or None, change.at)
        people.put_person(change.connection, person)
        people.assign(change.connection, RoleAssignment(0, person_id, role, agency_id, change.at, None))
    return person


def demo_is_open(catalog: Catalog) -> bool:
    """Whether anybody may enter as anybody: asked for in the settings, and in a catalog whose data is made up."""
    if not catalog.settings.open_sign_in:
        return False
    with catalog.reading() as connection:
        return marks.value(connection, DEMONSTRATION) == "yes"


def offered(catalog: Catalog) -> tuple[tuple[Person, Role, Agency | None], ...]:
    """Whom the sign-in page offers: everybody where the demo is open, nobody otherwise."""
    if not demo_is_open(catalog):
        return ()
    with catalog.reading() as connection:
        agencies = {agency.id: agency for agency in register.all_agencies(connection)}
        held = people.assigned(connection, catalog.clock.now())
        order = list(Role)
    everybody = [(someone, role.role, agencies.get(role.agency_id or "")) for someone, role in held]
    return tuple(sorted(everybody, key=lambda entry: (order.index(entry[1]), entry[2].name if entry[2] else "")))
