"""The one policy, against expectations written by hand."""

import re
from pathlib import Path

import pytest

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import AGENCY_ROLES, Actor, Grant, Role, Scope
from catalog.services import access
from catalog.services.access import Action
from tests.support.builders import CPO, OPERATOR, RESEARCHER, officer

ROOT = Path(__file__).parents[4]
INSIDERS = "cpo cpo_staff officer deputy steward foil_officer agency_head auditor"
ALLOWED = {
    Action.SIGN_IN: f"{INSIDERS} researcher operator",
    Action.READ_HOME: f"{INSIDERS} researcher operator",
    Action.KEEP_OWN_ACCOUNT: f"{INSIDERS} researcher operator",
    Action.READ_PUBLISHED: f"{INSIDERS} researcher",
    Action.READ_HOLDINGS: INSIDERS,
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
    Action.PROPOSE: "cpo cpo_staff officer deputy steward",
    Action.DESIGNATE: "cpo officer",
    Action.APPROVE_FOIL: "foil_officer",
    Action.REVIEW_SECOND: "cpo cpo_staff agency_head",
    Action.READ_REPORTS: "cpo cpo_staff officer deputy agency_head auditor",
    Action.ANSWER_REPORT: "officer deputy",
    Action.ANSWER_FOR_DIVISION: "officer deputy steward",
    Action.SIGN_REPORT: "officer",
    Action.SIGN_FOR_AGENCY: "officer agency_head",
    Action.KEEP_CYCLES: "cpo cpo_staff",
    Action.READ_CITY_REPORTS: "cpo cpo_staff auditor",
    Action.RECORD_RESTORE: "cpo auditor",
    Action.ADMINISTER: "operator",
}
ACTORS = {
    role.value: Actor(role.value, "Somebody", frozenset({Grant(role, "dso" if role in AGENCY_ROLES else None)}))
    for role in Role
}


def test_every_action_has_an_expectation() -> None:
    assert set(ALLOWED) == set(Action)


def test_every_action_is_asked_for_somewhere() -> None:
    """A line of the policy that nothing asks for promises what nothing keeps."""
    files = [path for package in ("catalog", "web", "scanners") for path in (ROOT / package).rglob("*.py")]
    asking = {path.relative_to(ROOT).as_posix(): path.read_text() for path in files}
    # The words for what a role may do ask for nothing; nor does the policy itself, but the functions below it.
    del asking["web/role_wording.py"]
    asking["catalog/services/access.py"] = asking["catalog/services/access.py"].partition("\ndef ")[2]
    asked = {name for text in asking.values() for name in re.findall(r"\bAction\.([A-Z_]+)", text)}
    assert {action.name for action in Action} - asked == set()


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
    assert access.scope(without, action) == Scope(frozenset())


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


def test_a_role_without_the_action_is_refused_before_anything_is_looked_up() -> None:
    with pytest.raises(NotAllowed):
        access.require(RESEARCHER, Action.DECIDE, "dso")


def test_an_actor_without_roles_may_do_nothing_and_sees_nothing() -> None:
    nobody = Actor("x", "X", frozenset())
    assert not any(access.may(nobody, action) for action in Action)
    assert access.scope(nobody) == Scope(frozenset())


@pytest.mark.parametrize(
    ("actor", "scope"),
    [
        (CPO, Scope(None)),
        (officer("dso"), Scope(frozenset({"dso"}))),
        (RESEARCHER, Scope(frozenset())),
        (OPERATOR, Scope(frozenset())),
    ],
)
def test_scopes(actor: Actor, scope: Scope) -> None:
    assert access.scope(actor) == scope


def test_an_operator_counts_every_dataset_and_is_given_nothing_that_another_role_does() -> None:
    assert access.scope_of_counts(OPERATOR) == Scope(None)
    assert access.scope_of_counts(officer("dso")) == Scope(frozenset({"dso"}))
    both = Actor("b", "B", frozenset({Grant(Role.STEWARD, "dso"), Grant(Role.OPERATOR)}))
    assert access.scope_of_counts(both) == Scope(frozenset({"dso"}))
    for action in Action:
        if Role.OPERATOR.value not in ALLOWED[action].split():
            assert access.scope(OPERATOR, action) == Scope(frozenset()), action


def test_several_roles_add_up() -> None:
    both = Actor("b", "B", frozenset({Grant(Role.OFFICER, "dso"), Grant(Role.OPERATOR)}))
    assert access.may(both, Action.RUN_SCANS)
    assert access.may(both, Action.DECIDE, "dso")
    assert not access.may(both, Action.DECIDE, "dch")
    assert access.scope(both) == Scope(frozenset({"dso"})), "running scans opens no holdings"
    assert access.scope(both, Action.READ_RUNS) == Scope(None)
    two = Actor("t", "T", frozenset({Grant(Role.OFFICER, "dso"), Grant(Role.STEWARD, "dch")}))
    assert access.scope(two) == Scope(frozenset({"dso", "dch"}))
    assert access.scope(two, Action.DECIDE) == Scope(frozenset({"dso"}))


@pytest.mark.parametrize(
    ("actor", "agencies", "sees"),
    [
        (CPO, ("dch", None), True),
        (officer("dso"), ("dso", "dch"), True),
        (officer("dso"), ("dch", "dso"), True),
        (officer("dso"), ("dch", None), False),
        (officer("dso"), ("dch", "osr"), False),
        (RESEARCHER, ("dso", None), False),
        (OPERATOR, ("dso", "dch"), False),
    ],
)
def test_who_sees_a_flow(actor: Actor, agencies: tuple[str | None, ...], sees: bool) -> None:
    assert access.concerns(actor, agencies) == sees
