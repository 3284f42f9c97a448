"""Which account somebody is whom the identity provider has signed in, also when two come at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pyotp
import pytest

from catalog.errors import CatalogError, NotAllowed, NotFound
from catalog.model.actors import Grant, GroupRole, Role
from catalog.services import local_sign_in, sessions, single_sign_on
from catalog.services.catalog import Catalog
from catalog.services.single_sign_on import Told
from catalog.store import identities, rows
from catalog.store.people_schema import group_roles
from tests.support.builders import OPERATOR, RESEARCHER, FixedClock

ISSUER = "https://login.city.example"
AT_ONCE = 6


def told(catalog: Catalog, subject: str = "s1", account: str = "cpo", *groups: str) -> Told:
    return Told(ISSUER, subject, account, "Somebody", frozenset(groups), catalog.clock.now())


def at_once(act: Callable[[int], object]) -> list[object]:
    """What each of several gets who do something at the same moment."""
    barrier = Barrier(AT_ONCE)

    def one(number: int) -> object:
        barrier.wait()
        try:
            return act(number)
        except CatalogError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_of_many_who_come_first_under_one_name_one_is_let_in(catalog: Catalog) -> None:
    got = at_once(lambda number: single_sign_on.enter(catalog, told(catalog, f"s{number}")))
    assert sum(isinstance(one, str) for one in got) == 1
    with catalog.reading() as connection:
        linked = [identities.of_subject(connection, ISSUER, f"s{number}") for number in range(AT_ONCE)]
    assert sum(one is not None for one in linked) == 1


def test_a_state_counts_once_however_often_it_comes_at_once(catalog: Catalog) -> None:
    state, attempt = single_sign_on.begin(catalog, "twin", "/types")
    got = at_once(lambda _: single_sign_on.take(catalog, state, "twin"))
    assert [one for one in got if one is not None] == [attempt]


def test_a_state_is_worth_nothing_without_its_twin_nor_after_ten_minutes(catalog: Catalog) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    state, attempt = single_sign_on.begin(catalog, "twin", "")
    assert single_sign_on.take(catalog, state, "another") is None
    clock.time += timedelta(minutes=10)
    assert single_sign_on.take(catalog, state, "twin") == attempt
    state, _ = single_sign_on.begin(catalog, "twin", "")
    clock.time += timedelta(minutes=10, seconds=1)
    assert single_sign_on.take(catalog, state, "twin") is None


def test_groups_count_that_have_a_role(catalog: Catalog) -> None:
    from_at = catalog.clock.now()
    roles = [GroupRole(0, "dso officers", Role.OFFICER, "dso", from_at, None)]
    roles.append(GroupRole(0, "auditors of old", Role.AUDITOR, None, from_at - timedelta(9), from_at - timedelta(8)))
    catalog.note(lambda connection: rows.add_all(connection, group_roles, roles))
    token = single_sign_on.enter(catalog, told(catalog, "s1", "zoe", "dso officers", "auditors of old", "cpo"))
    visit = sessions.visit(catalog, token)
    assert visit is not None
    assert visit.actor.grants == {Grant(Role.OFFICER, "dso")}
    assert visit.session.groups == ("dso officers",)


@pytest.mark.parametrize(
    ("account", "groups"), [("nobody", ()), ("nobody", ("dso officers",)), ("local", ()), ("", ())]
)
def test_who_has_neither_account_nor_group_stays_outside(
    account: str, groups: tuple[str, ...], catalog: Catalog
) -> None:
    with pytest.raises(NotAllowed):
        single_sign_on.enter(catalog, told(catalog, "s1", account, *groups))
    with catalog.reading() as connection:
        assert identities.of_subject(connection, ISSUER, "s1") is None


def test_a_sign_in_that_breaks_off_links_nobody(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(sessions, "begin", breaks)
    with pytest.raises(RuntimeError):
        single_sign_on.enter(catalog, told(catalog))
    with catalog.reading() as connection:
        assert identities.of_subject(connection, ISSUER, "s1") is None


def test_the_local_administrator_is_nobody_there(catalog: Catalog) -> None:
    roles = [GroupRole(0, "operators", Role.OPERATOR, None, catalog.clock.now(), None)]
    catalog.note(lambda connection: rows.add_all(connection, group_roles, roles))
    with pytest.raises(NotAllowed):
        single_sign_on.enter(catalog, told(catalog, "s1", "local", "operators"))


def test_an_emergency_account_is_not_taken_over_by_whom_the_provider_calls_so(catalog: Catalog) -> None:
    key = local_sign_in.new_key()
    code = pyotp.TOTP(key).at(catalog.clock.now())
    local_sign_in.set_credential(OPERATOR, catalog, "cpo", "river lamp eleven canoe", key, code)
    with pytest.raises(NotAllowed, match="somebody else"):
        single_sign_on.enter(catalog, told(catalog))
    with catalog.reading() as connection:
        assert identities.of_subject(connection, ISSUER, "s1") is None


def test_an_account_is_linked_anew_once_it_is_unlinked(catalog: Catalog) -> None:
    token = single_sign_on.enter(catalog, told(catalog, "wrong"))
    with pytest.raises(NotAllowed):
        single_sign_on.enter(catalog, told(catalog, "right"))
    single_sign_on.unlink(OPERATOR, catalog, "cpo")
    assert sessions.visit(catalog, token) is None
    assert single_sign_on.enter(catalog, told(catalog, "right"))
    with pytest.raises(NotAllowed):
        single_sign_on.enter(catalog, told(catalog, "wrong"))
    with pytest.raises(NotFound):
        single_sign_on.unlink(OPERATOR, catalog, "ops")
    with pytest.raises(NotAllowed):
        single_sign_on.unlink(RESEARCHER, catalog, "cpo")


@pytest.mark.parametrize(("account", "comes_in"), [("ÅSA", True), ("o'hara", True), ("a b", False), ("a/b", False)])
def test_an_account_that_is_made_is_named_as_one_that_is_added(account: str, comes_in: bool, catalog: Catalog) -> None:
    given = [GroupRole(0, "auditors", Role.AUDITOR, None, catalog.clock.now(), None)]
    catalog.note(lambda connection: rows.add_all(connection, group_roles, given))
    if comes_in:
        assert single_sign_on.enter(catalog, told(catalog, "s1", account, "auditors"))
    else:
        with pytest.raises(NotAllowed, match="no account"):
            single_sign_on.enter(catalog, told(catalog, "s1", account, "auditors"))


def test_a_sign_in_proves_as_much_as_the_provider_says(catalog: Catalog) -> None:
    now = catalog.clock.now()
    earlier, never = now - timedelta(hours=3), datetime(1970, 1, 1, tzinfo=UTC)
    for says, proved in ((earlier, earlier), (None, never), (now + timedelta(minutes=1), now)):
        token = single_sign_on.enter(catalog, replace(told(catalog), authenticated_at=says))
        visit = sessions.visit(catalog, token)
        assert visit is not None
        assert visit.session.proved_at == proved


def test_a_proof_is_of_ones_own_account(catalog: Catalog) -> None:
    token = single_sign_on.enter(catalog, replace(told(catalog), authenticated_at=None))
    visit = sessions.visit(catalog, token)
    assert visit is not None
    with pytest.raises(NotAllowed):
        single_sign_on.prove(catalog, visit, told(catalog, "another"))
    single_sign_on.prove(catalog, visit, told(catalog))
    after = sessions.visit(catalog, token)
    assert after is not None
    assert after.session.proved_at == catalog.clock.now()
