"""The one policy, against expectations written by hand."""

import pytest

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import AGENCY_ROLES, Actor, Grant, Role, Scope
from catalog.model.holdings import Magnitude
from catalog.services import access
from catalog.services.access import Action
from tests.support.builders import CPO, OPERATOR, RESEARCHER, officer

INSIDERS = "cpo cpo_staff officer deputy steward foil_officer agency_head auditor"
ALLOWED = {
    Action.SIGN_IN: f"{INSIDERS} researcher operator",
    Action.READ_HOME: f"{INSIDERS} researcher operator",
    Action.KEEP_OWN_ACCOUNT: f"{INSIDERS} researcher operator",
    Action.READ_PUBLISHED: f"{INSIDERS} researcher",
    Action.READ_HOLDINGS: f"{INSIDERS} researcher",
    Action.READ_EVIDENCE: INSIDERS,
    Action.READ_FLOWS: INSIDERS,
    Action.READ_EVENTS: "cpo cpo_staff officer deputy agency_head auditor",
    Action.READ_RUNS: "cpo cpo_staff officer deputy auditor operator",
    Action.READ_AUDIT: "cpo auditor operator",
    Action.READ_PEOPLE: "cpo auditor operator",
    Action.MANAGE_PEOPLE: "cpo operator",
    Action.MANAGE_SOURCES: "operator",
    Action.RUN_SCANS: "operator",
    Action.MANAGE_RECOGNISERS: "cpo operator",
    Action.DECIDE: "cpo cpo_staff officer deputy",
    Action.DESCRIBE: "cpo cpo_staff officer deputy steward",
    Action.PUBLISH: "cpo officer",
    Action.KEEP_REGISTER: "cpo cpo_staff officer deputy",
    Action.KEEP_CITY_REGISTER: "cpo cpo_staff",
    Action.DESIGNATE: "cpo officer",
    Action.RECORD_RESTORE: "cpo auditor",
    Action.ADMINISTER: "operator",
}
ACTORS = {
    role.value: Actor(role.value, "Somebody", frozenset({Grant(role, "dso" if role in AGENCY_ROLES else None)}))
    for role in Role
}


def test_every_action_has_an_expectation() -> None:
    assert set(ALLOWED) == set(Action)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(ACTORS))
def test_who_may_do_what(action: Action, role: str) -> None:
    assert access.may(ACTORS[role], action) == (role in ALLOWED[action].split())


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", sorted(AGENCY_ROLES))
def test_a_role_of_an_agency_ends_at_its_border(action: Action, role: Role) -> None:
    assert not access.may(ACTORS[role.value], action, "dch")
    without = Actor("x", "X", frozenset({Grant(role, None)}))
    assert not access.may(without, action), "a role that has lost its agency is worth nothing"
    assert access.scope(without, action) == Scope(None, published_only=True)


def test_an_officer_acts_in_their_own_agency_only_and_learns_nothing_of_others() -> None:
    access.require(officer("dso"), Action.DECIDE, "dso")
    with pytest.raises(NotFound):
        access.require(officer("dso"), Action.DECIDE, "dch")


def test_what_belongs_to_no_agency_is_recorded_by_the_chief_privacy_officer_alone() -> None:
    access.require_register(CPO, None)
    access.require_register(officer("dso"), "dso")
    with pytest.raises(NotAllowed):
        access.require_register(officer("dso"), None)
    with pytest.raises(NotFound):
        access.require_register(officer("dso"), "dch")


@pytest.mark.parametrize("people", Magnitude)
def test_fewer_than_five_people_are_told_to_those_alone_who_see_more_than_is_published(people: Magnitude) -> None:
    for actor in (CPO, OPERATOR, officer("dso")):
        assert access.people_shown(access.scope(actor), people) is people
    hidden = people is Magnitude.FEWER_THAN_5
    assert access.people_shown(access.scope(RESEARCHER), people) is (Magnitude.NOT_KNOWN if hidden else people)


def test_a_role_without_the_action_is_refused_before_anything_is_looked_up() -> None:
    with pytest.raises(NotAllowed):
        access.require(RESEARCHER, Action.DECIDE, "dso")


def test_an_actor_without_roles_may_do_nothing_and_sees_only_what_is_published() -> None:
    nobody = Actor("x", "X", frozenset())
    assert not any(access.may(nobody, action) for action in Action)
    assert access.scope(nobody) == Scope(None, published_only=True)


@pytest.mark.parametrize(
    ("actor", "scope"),
    [
        (CPO, Scope(None, published_only=False)),
        (officer("dso"), Scope(frozenset({"dso"}), published_only=False)),
        (RESEARCHER, Scope(None, published_only=True)),
    ],
)
def test_scopes(actor: Actor, scope: Scope) -> None:
    assert access.scope(actor) == scope


def test_several_roles_add_up() -> None:
    both = Actor("b", "B", frozenset({Grant(Role.OFFICER, "dso"), Grant(Role.OPERATOR)}))
    assert access.may(both, Action.RUN_SCANS)
    assert access.may(both, Action.DECIDE, "dso")
    assert not access.may(both, Action.DECIDE, "dch")
    assert access.scope(both) == Scope(frozenset({"dso"}), published_only=False), "running scans opens no holdings"
    assert access.scope(both, Action.READ_RUNS) == Scope(None, published_only=False)
    two = Actor("t", "T", frozenset({Grant(Role.OFFICER, "dso"), Grant(Role.STEWARD, "dch")}))
    assert access.scope(two) == Scope(frozenset({"dso", "dch"}), published_only=False)
    assert access.scope(two, Action.DECIDE) == Scope(frozenset({"dso"}), published_only=False)


@pytest.mark.parametrize(
    ("actor", "agency_id", "party", "is_published", "sees"),
    [
        (CPO, "dch", None, False, True),
        (officer("dso"), "dso", "dch", False, True),
        (officer("dso"), "dch", "dso", False, True),
        (officer("dso"), "dch", None, True, False),
        (officer("dso"), "dch", "osr", True, False),
        (RESEARCHER, "dso", None, True, True),
        (RESEARCHER, "dso", None, False, False),
        (OPERATOR, "dso", "dch", False, False),
    ],
)
def test_who_sees_a_flow(actor: Actor, agency_id: str, party: str | None, is_published: bool, sees: bool) -> None:
    assert access.sees_flow(actor, agency_id, party, is_published=is_published) == sees
