"""Accounts: who is known here, and whom the demo lets in."""

from collections.abc import Collection

from catalog.errors import Conflict, RequestError
from catalog.model import mail_addresses
from catalog.model.actors import Actor, Person, Role, RoleAssignment
from catalog.model.holdings import Agency
from catalog.model.marks import DEMONSTRATION
from catalog.services import access, roles
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import marks, people, register

#: The most characters of an account and of a name.
_LONGEST_ACCOUNT, _LONGEST_NAME = 64, 200
#: What no account may hold: it stands in addresses, headers and lists.
_APART = frozenset("/\\?#%,:;")


def add_person(
    actor: Actor,
    catalog: Catalog,
    person_id: str,
    name: str,
    role: Role,
    agency_id: str | None = None,
    email: str | None = None,
    *,
    must_be_new: bool = False,
) -> Person:
    """Add an account holder with one role, or give a known one another.

    Parameters:
        email: where notices reach them; a known one keeps theirs where it is None, and has none where it is empty.
        must_be_new: whether a known account is refused, so that nobody is renamed unawares.

    Raises:
        RequestError: when the account or the name is none, a role of agencies has no agency that is in the catalog, or
            the address is none.
        Conflict: when the account must be new and is not.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    check_account(person_id)
    name = _name(name)
    if email:
        mail_addresses.check(email)
    told = f"role={role} agency={agency_id or ''}"
    with catalog.changing(actor, "add_person", f"person:{person_id}", told, agency_id=agency_id or "") as change:
        roles.check(change.connection, role, agency_id)
        before = people.person(change.connection, person_id)
        if before and must_be_new:
            raise Conflict(
                "This account", "it is there already", "Look for it in the list, and give it the role there."
            )
        address = email if email is not None else before.email if before else None
        person = Person(person_id, name, address or None, before.created_at if before else change.at)
        people.put_person(change.connection, person)
        if not roles.holds(change.connection, person_id, role, agency_id, change.at):
            if before:
                roles.refuse_oneself(actor, person_id)
            people.assign(change.connection, RoleAssignment(0, person_id, role, agency_id, change.at, None))
        change.compare(before, person)
    return person


def check_account(person_id: str) -> None:
    """Refuse what cannot be an account's name.

    Raises:
        RequestError: when it is empty or too long, holds a blank, a control character, or one that sets apart, or
            begins as an option does.
    """
    if not 0 < len(person_id) <= _LONGEST_ACCOUNT or not person_id.isprintable() or _APART & set(person_id):
        cause = f"it must have 1 to {_LONGEST_ACCOUNT} characters, and none of {''.join(sorted(_APART))}"
        raise RequestError("The account", cause, "Take the name by which the identity provider knows it.")
    if any(each.isspace() for each in person_id) or not person_id.strip(".") or person_id.startswith("-"):
        cause = "it holds a blank, or nothing but dots, or begins with a hyphen"
        raise RequestError("The account", cause, "Leave them out.")


def _name(text: str) -> str:
    name = " ".join(text.split())[:_LONGEST_NAME]
    if not name or not name.isprintable():
        raise RequestError("The name", "it is empty, or holds a control character", "Write it as others know it.")
    return name


def welcome(catalog: Catalog, person_id: str, groups: Collection[str]) -> bool:
    """Make an account for somebody unknown whom a group with a role vouches for.

    Returns:
        Whether the account is known now.

    Raises:
        RequestError: when it cannot be an account's name.
    """
    with catalog.reading() as connection:
        if people.person(connection, person_id) is not None:
            return True
        is_vouched_for = bool(groups and people.roles_of_groups(connection, groups, catalog.clock.now()))
    if not is_vouched_for:
        return False
    check_account(person_id)
    newcomer = Actor(person_id, person_id, frozenset())
    with catalog.changing(newcomer, "welcome_person", f"person:{person_id}") as change:
        if people.person(change.connection, person_id) is None:
            people.put_person(change.connection, Person(person_id, person_id, None, change.at))
    return True


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
