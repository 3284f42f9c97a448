"""``privacy-catalog people``: accounts, their roles and sessions, the roles of groups, and passwords for when nothing
else works.
"""

import click

from catalog.cli import answer, needs, opened, say
from catalog.model.actors import ROLE_TITLES, Role
from catalog.model.people_views import PeopleFilter
from catalog.services import local_sign_in, people_pages, roles, sessions, single_sign_on
from catalog.services import people as accounts
from catalog.services.access import Action, local_administrator

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_role = click.Choice([role.value for role in Role])
_agency = click.option("--agency", help="The agency, by id or short name; for roles of agencies.")
_reason = click.option("--reason", required=True, help="Why it ends; kept for good in the audit log: name nobody.")


@click.group()
def people() -> None:
    """Look after the people who may sign in."""


@needs(Action.READ_PEOPLE)
@people.command("list")
@as_json
def people_list(*, as_json: bool) -> None:
    """List accounts with their roles and how they last signed in."""
    page = people_pages.find(local_administrator(), opened(), PeopleFilter())
    rows = [
        {
            "account": line.person.id,
            "name": line.person.name,
            "roles": [_named(one.held.role, one.held.agency_id) for one in line.roles],
            "last_sign_in": line.last_at.isoformat(timespec="minutes") if line.last_at else "",
            "by": line.last_door.value if line.last_door else "",
        }
        for line in page.lines
    ]
    answer(rows, as_json=as_json, title=f"{page.total:,} accounts", empty="Nobody yet: people add.")


@needs(Action.MANAGE_PEOPLE)
@people.command("add")
@click.argument("account")
@click.option("--name", required=True, help="The person's name, as others see it.")
@click.option("--role", required=True, type=_role, help="What they do here.")
@_agency
@click.option("--email", help="Where notices reach them.")
def people_add(account: str, name: str, role: str, agency: str | None, email: str | None) -> None:
    """Add an account with a role, or give a known account another role."""
    actor, catalog = local_administrator(), opened()
    person = accounts.add_person(
        actor, catalog, account, name, Role(role), roles.agency_named(actor, catalog, agency), email
    )
    say(f"{person.name} may act as {ROLE_TITLES[Role(role)]}.")


@needs(Action.MANAGE_PEOPLE)
@people.command("end")
@click.argument("account")
@click.argument("role", type=_role)
@_agency
@_reason
def people_end(account: str, role: str, agency: str | None, reason: str) -> None:
    """End a role of an account; it takes effect at once, and signs the person out."""
    actor, catalog = local_administrator(), opened()
    roles.end_named(actor, catalog, account, Role(role), roles.agency_named(actor, catalog, agency), reason)
    say(f"{account} acts as {ROLE_TITLES[Role(role)]} no more.")


@needs(Action.MANAGE_PEOPLE)
@people.command("local")
@click.argument("account")
@click.option("--remove", "removing", is_flag=True, help="Take the password and the codes away.")
def people_local(account: str, *, removing: bool) -> None:
    """Give an account a password and one-time codes, for when nothing else works; it also opens a closed one."""
    actor, catalog = local_administrator(), opened()
    if removing:
        local_sign_in.remove(actor, catalog, account)
        say(f"{account} has no password any more.")
        return
    people_pages.account(actor, catalog, account)  # before anybody thinks of a password for nobody
    say(local_sign_in.PASSWORD_RULES)
    password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    local_sign_in.check_password(account, password)
    key = local_sign_in.new_key()
    say("Add this key to an authenticator app; it is shown this once:")
    say(local_sign_in.address_of(account, key))
    say(key)
    code = click.prompt("The code that the app shows now")
    local_sign_in.set_credential(actor, catalog, account, password, key, code)
    say(f"{account} can sign in with them.")
    if not catalog.settings.local_sign_in:
        say("Signing in with them is switched off: set PRIVACY_CATALOG_LOCAL_SIGN_IN=true and start anew to open it.")


@needs(Action.MANAGE_PEOPLE)
@people.command("unlink")
@click.argument("account")
def people_unlink(account: str) -> None:
    """Forget who an account is at the identity provider; its next sign-in there links it anew."""
    single_sign_on.unlink(local_administrator(), opened(), account)
    say(f"{account} is linked to nobody at the identity provider any more.")


@people.group("group")
def group() -> None:
    """Look after the roles of groups of the identity provider or the proxy."""


@needs(Action.READ_PEOPLE)
@group.command("list")
@as_json
def group_list(*, as_json: bool) -> None:
    """List the roles of groups."""
    page = people_pages.groups(local_administrator(), opened())
    rows = [
        {
            "group": line.given.group_name,
            "role": line.given.role.value,
            "agency": line.given.agency_id or "",
            "since": line.given.from_at.isoformat(timespec="minutes"),
            "given_by": line.given.given_by,
        }
        for line in page.lines
    ]
    answer(rows, as_json=as_json, title=f"{len(rows):,} roles of groups", empty="No group has a role.")


@needs(Action.MANAGE_PEOPLE)
@group.command("add")
@click.argument("name")
@click.argument("role", type=_role)
@_agency
def group_add(name: str, role: str, agency: str | None) -> None:
    """Give a role to everybody in a group."""
    actor, catalog = local_administrator(), opened()
    roles.give_group(actor, catalog, name, Role(role), roles.agency_named(actor, catalog, agency))
    say(f"Everybody in {name} may act as {ROLE_TITLES[Role(role)]}.")


@needs(Action.MANAGE_PEOPLE)
@group.command("end")
@click.argument("name")
@click.argument("role", type=_role)
@_agency
@_reason
def group_end(name: str, role: str, agency: str | None, reason: str) -> None:
    """End a role of a group; whoever is signed in through it is signed out."""
    actor, catalog = local_administrator(), opened()
    roles.end_group_named(actor, catalog, name, Role(role), roles.agency_named(actor, catalog, agency), reason)
    say(f"{name} has the role of {ROLE_TITLES[Role(role)]} no more.")


@people.group("sessions")
def sessions_group() -> None:
    """Look after signed-in browsers."""


@needs(Action.MANAGE_PEOPLE)
@sessions_group.command("end")
@click.argument("account")
def sessions_end(account: str) -> None:
    """Sign somebody out everywhere."""
    count = sessions.end_of(local_administrator(), opened(), account)
    say(f"{count:,} sessions of {account} ended.")


def _named(role: Role, agency_id: str | None) -> str:
    return f"{role.value} of {agency_id}" if agency_id else role.value
