"""The one policy, against expectations written by hand."""

import pytest

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import Actor, Role, Scope
from catalog.model.holdings import Magnitude
from catalog.services import access
from catalog.services.access import Action
from tests.support.builders import CPO, OPERATOR, RESEARCHER, officer

ALLOWED = {
    Action.SIGN_IN: "cpo officer researcher operator",
    Action.READ_HOME: "cpo officer researcher operator",
    Action.READ_HOLDINGS: "cpo officer researcher",
    Action.READ_EVIDENCE: "cpo officer",
    Action.READ_FLOWS: "cpo officer",
    Action.READ_EVENTS: "cpo officer",
    Action.READ_RUNS: "cpo officer operator",
    Action.READ_AUDIT: "cpo operator",
    Action.MANAGE_SOURCES: "operator",
    Action.RUN_SCANS: "operator",
    Action.MANAGE_RECOGNISERS: "cpo operator",
    Action.DECIDE: "cpo officer",
    Action.KEEP_REGISTER: "cpo officer",
    Action.KEEP_CITY_REGISTER: "cpo",
    Action.ADMINISTER: "operator",
}
ACTORS = {"cpo": CPO, "officer": officer("dso"), "researcher": RESEARCHER, "operator": OPERATOR}


def test_every_action_has_an_expectation() -> None:
    assert set(ALLOWED) == set(Action)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(ACTORS))
def test_who_may_do_what(action: Action, role: str) -> None:
    assert access.may(ACTORS[role], action) == (role in ALLOWED[action].split())


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
    both = Actor("b", "B", frozenset({Role.OFFICER, Role.OPERATOR}), frozenset({"dso"}))
    assert access.may(both, Action.RUN_SCANS)
    assert access.may(both, Action.DECIDE, "dso")
    assert not access.may(both, Action.DECIDE, "dch")


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
