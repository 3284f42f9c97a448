"""Giving and ending roles: four eyes, never the last who can, and at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import event, text

from catalog.errors import CatalogError, Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.sessions import Door
from catalog.services import people, people_pages, roles, sessions
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.store import people as stored
from tests.support.builders import CPO, OPERATOR, RESEARCHER, officer


def held(catalog: Catalog, person_id: str) -> set[Grant]:
    who = sessions.actor_of(catalog, person_id)
    return set(who.grants) if who else set()


def begin(catalog: Catalog, person_id: str, *groups: str) -> str:
    return sessions.begin(catalog, person_id, Door.SINGLE_SIGN_ON, groups=groups)


def events(catalog: Catalog, action: str) -> list[tuple[str, str, str, str, str]]:
    asked = text("SELECT person_id, thing, agency_id, before, after FROM audit_events WHERE action = :action")
    with catalog.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(asked, {"action": action})]


def test_a_role_is_given_and_ended_and_both_are_recorded(catalog: Catalog) -> None:
    roles.give(OPERATOR, catalog, "cpo", Role.STEWARD, "dso")
    assert Grant(Role.STEWARD, "dso") in held(catalog, "cpo")
    roles.end_named(OPERATOR, catalog, "cpo", Role.STEWARD, "dso", "  moved \n on ")
    assert held(catalog, "cpo") == {Grant(Role.CPO)}
    ((who, thing, agency_id, before, after),) = events(catalog, "give_role")
    assert (who, thing, agency_id, before) == ("ops", "person:cpo", "dso", "")
    assert '"role":"steward"' in after
    ((_, _, agency_id, before, after),) = events(catalog, "end_role")
    assert agency_id == "dso", "the entry is of the role that ended, not of another the person holds"
    assert '"to_at"' in after
    assert '"to_at"' not in before


def test_nobody_gives_themselves_a_role_by_any_way(catalog: Catalog) -> None:
    with pytest.raises(NotAllowed, match="nobody gives"):
        roles.give(OPERATOR, catalog, "ops", Role.CPO)
    with pytest.raises(NotAllowed, match="nobody gives"):
        people.add_person(OPERATOR, catalog, "ops", "Olu", Role.CPO)
    roles.give_group(OPERATOR, catalog, "everybody", Role.CPO)
    assert Grant(Role.CPO) not in sessions.actor_of(catalog, "ops", ["everybody"]).grants  # type: ignore[union-attr]  # it is there
    assert Grant(Role.CPO) in sessions.actor_of(catalog, "apo-dso", ["everybody"]).grants  # type: ignore[union-attr]  # the same
    people.add_person(local_administrator(), catalog, "ops", "Olu", Role.CPO)
    assert Grant(Role.CPO) in held(catalog, "ops")


@pytest.mark.parametrize("who", [RESEARCHER, officer("dso"), Actor("aud", "A", frozenset({Grant(Role.AUDITOR)}))])
def test_who_does_not_look_after_people_changes_nothing(catalog: Catalog, who: Actor) -> None:
    for change in (
        lambda: roles.give(who, catalog, "cpo", Role.AUDITOR),
        lambda: roles.end(who, catalog, "cpo", 1, "because"),
        lambda: roles.end_named(who, catalog, "cpo", Role.CPO, None, "because"),
        lambda: roles.give_group(who, catalog, "team", Role.AUDITOR),
        lambda: roles.end_group(who, catalog, 1, "because"),
        lambda: roles.end_group_named(who, catalog, "team", Role.CPO, None, "because"),
        lambda: sessions.end_of(who, catalog, "cpo"),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_the_last_who_can_give_roles_keeps_theirs(catalog: Catalog) -> None:
    roles.end_named(CPO, catalog, "ops", Role.OPERATOR, None, "left")
    with pytest.raises(Conflict, match="the last"):
        roles.end_named(local_administrator(), catalog, "cpo", Role.CPO, None, "left")
    assert held(catalog, "cpo")
    people.add_person(CPO, catalog, "ops", "Olu", Role.OPERATOR)
    roles.give_group(OPERATOR, catalog, "team", Role.OPERATOR)
    roles.end_named(CPO, catalog, "ops", Role.OPERATOR, None, "left")
    roles.end_named(local_administrator(), catalog, "cpo", Role.CPO, None, "left")
    with pytest.raises(Conflict, match="the last"):
        roles.end_group_named(local_administrator(), catalog, "team", Role.OPERATOR, None, "dissolved")


def test_what_one_has_given_to_a_group_does_not_stand_in_for_ones_own(catalog: Catalog) -> None:
    roles.give_group(CPO, catalog, "team", Role.CPO)
    roles.end_named(CPO, catalog, "ops", Role.OPERATOR, None, "left")
    with pytest.raises(Conflict, match="the last"):
        roles.end_named(CPO, catalog, "cpo", Role.CPO, None, "left")
    assert held(catalog, "cpo")


def test_of_the_last_two_groups_that_can_give_roles_one_stays_also_when_both_are_ended_at_once(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "other"):
        roles.give_group(CPO, catalog, name, Role.OPERATOR)
    for who, role in (("ops", Role.OPERATOR), ("cpo", Role.CPO)):
        with catalog.engine.execution_options(writes=True).begin() as connection:
            connection.execute(
                text("DELETE FROM role_assignments WHERE person_id = :who AND role = :role"), {"who": who, "role": role}
            )
    barrier, real = Barrier(2, timeout=1), stored.held_by_anybody
    monkeypatch.setattr(stored, "held_by_anybody", lambda *given: (wait(barrier), real(*given))[1])

    def end(name: str) -> bool:
        try:
            roles.end_group_named(local_administrator(), catalog, name, Role.OPERATOR, None, "dissolved")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, ("one", "other"))) == [False, True]


def wait(barrier: Barrier) -> None:
    """Until the other is as far, where the database lets two be so far."""
    with suppress(BrokenBarrierError):
        barrier.wait()


def test_who_loses_a_role_is_signed_out_everywhere(catalog: Catalog) -> None:
    token, other = begin(catalog, "apo-dso"), begin(catalog, "cpo")
    roles.give(CPO, catalog, "apo-dso", Role.AUDITOR)
    assert sessions.visit(catalog, token)
    roles.end_named(CPO, catalog, "apo-dso", Role.OFFICER, "dso", "left")
    assert sessions.visit(catalog, token) is None
    assert sessions.visit(catalog, other)


def test_who_loses_a_role_through_a_group_is_signed_out(catalog: Catalog) -> None:
    roles.give_group(CPO, catalog, "team", Role.AUDITOR)
    through, beside = begin(catalog, "apo-dso", "team", "none"), begin(catalog, "apo-dch")
    visit = sessions.visit(catalog, through)
    assert visit is not None
    assert visit.session.groups == ("team",), "a group without a role is not kept"
    assert Grant(Role.AUDITOR) in visit.actor.grants
    roles.end_group_named(OPERATOR, catalog, "team", Role.AUDITOR, None, "dissolved")
    assert sessions.visit(catalog, through) is None
    assert sessions.visit(catalog, beside)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_ending_a_role_wants_a_reason(catalog: Catalog, reason: str) -> None:
    with pytest.raises(RequestError, match="The reason"):
        roles.end_named(CPO, catalog, "ops", Role.OPERATOR, None, reason)
    assert held(catalog, "ops")


def test_what_is_not_there_is_not_found(catalog: Catalog) -> None:
    for change in (
        lambda: roles.give(CPO, catalog, "nobody", Role.AUDITOR),
        lambda: roles.end(CPO, catalog, "ops", 10**6, "because"),
        lambda: roles.end_named(CPO, catalog, "ops", Role.AUDITOR, None, "because"),
        lambda: roles.end_group(CPO, catalog, 10**6, "because"),
        lambda: roles.end_group_named(CPO, catalog, "none", Role.CPO, None, "because"),
        lambda: sessions.end_of(CPO, catalog, "nobody"),
        lambda: sessions.end(CPO, catalog, "none"),
        lambda: people_pages.account(CPO, catalog, "nobody"),
    ):
        with pytest.raises(NotFound):
            change()


@pytest.mark.parametrize("account", ["", " ", "a b", "a/b", "a\nb", "..", "x" * 65, "a,b", "a:b", "a%2fb", "a?b"])
def test_what_is_no_account_is_not_added(catalog: Catalog, account: str) -> None:
    with pytest.raises(RequestError, match="The account"):
        people.add_person(OPERATOR, catalog, account, "Somebody", Role.AUDITOR)


@pytest.mark.parametrize("account", ["ada", "ada.cole", "ada@city.example", "ÅSA", "o'hara", "a+b_c-d"])
def test_accounts_are_named_as_identity_providers_name_them(catalog: Catalog, account: str) -> None:
    people.add_person(OPERATOR, catalog, account, "Somebody", Role.AUDITOR)
    assert people_pages.account(CPO, catalog, account).line.person.id == account


def test_a_role_added_twice_is_held_once(catalog: Catalog) -> None:
    for _ in range(2):
        people.add_person(OPERATOR, catalog, "apo-dso", "Officer", Role.OFFICER, "dso")
    page = people_pages.account(CPO, catalog, "apo-dso")
    assert len(page.line.roles) == 1


def test_the_list_says_how_each_signed_in_last(catalog: Catalog) -> None:
    sessions.begin(catalog, "cpo", Door.PROXY)
    begin(catalog, "apo-dso")
    begin(catalog, "cpo")
    lines = {line.person.id: line for line in people_pages.find(CPO, catalog, people_pages.PeopleFilter()).lines}
    assert lines["cpo"].last_door is Door.SINGLE_SIGN_ON
    assert lines["ops"].last_at is None
    assert people_pages.account(CPO, catalog, "cpo").line.last_door is Door.SINGLE_SIGN_ON
    assert people_pages.account(CPO, catalog, "ops").line.last_at is None


# PostgreSQL's planner reads small tables whole, which says nothing of large ones.
@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)
def test_how_each_signed_in_last_is_not_looked_for_through_the_whole_log(catalog: Catalog) -> None:
    asked: list[str] = []
    event.listen(catalog.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    people_pages.find(CPO, catalog, people_pages.PeopleFilter())
    (statement,) = [one for one in asked if "max(audit_events.sequence)" in one]
    with catalog.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("sign_in",)).all()
    assert not [row.detail for row in plan if row.detail.startswith("SCAN") and "people" not in row.detail]
    assert any("ix_audit_events_action_person_id_sequence (action=? AND person_id=?)" in row.detail for row in plan)


def test_a_stranger_is_welcome_with_a_group_that_has_a_role(catalog: Catalog) -> None:
    assert not people.welcome(catalog, "new", ["team"])
    roles.give_group(CPO, catalog, "team", Role.AUDITOR)
    assert people.welcome(catalog, "new", ["team"])
    assert people.welcome(catalog, "new", [])
    with pytest.raises(CatalogError):
        begin(catalog, "new")
    assert begin(catalog, "new", "team")


def test_no_door_lets_the_local_administrator_in(catalog: Catalog) -> None:
    people.add_person(CPO, catalog, "local", "Local", Role.CPO)
    with pytest.raises(NotFound):
        begin(catalog, "local")
