"""Signing in with a password and a code when nothing else works: each is needed, none is told apart, tries are few."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text

from catalog.errors import CatalogError, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.notices import NoticeKind
from catalog.model.sessions import Door
from catalog.services import local_sign_in, notice_pages, people, sessions
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from tests.support.builders import CPO, OPERATOR, RESEARCHER, FixedClock, a_catalog

PASSWORD = "river lamp eleven canoe"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=30)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = a_catalog(tmp_path)
    opened = Catalog(
        made.settings.model_copy(update={"local_sign_in": True}),
        made.engine, made.search_index, made.taxonomy, made.clock,
    )  # fmt: skip
    for account in ("glass", "other"):
        people.add_person(OPERATOR, opened, account, "Break Glass", Role.OPERATOR)
    local_sign_in.set_credential(OPERATOR, opened, "glass", PASSWORD, KEY, code(opened))
    later(opened)
    yield opened
    made.close()


def clock(catalog: Catalog) -> FixedClock:
    assert isinstance(catalog.clock, FixedClock)
    return catalog.clock


def switched_off(catalog: Catalog) -> Catalog:
    return replace(catalog, settings=catalog.settings.model_copy(update={"local_sign_in": False}))


def later(catalog: Catalog, by: timedelta = STEP) -> None:
    clock(catalog).time += by


def code(catalog: Catalog, off: timedelta = timedelta()) -> str:
    return pyotp.TOTP(KEY).at(clock(catalog).time + off)


def enter(catalog: Catalog, account: str = "glass", password: str = PASSWORD, given: str | None = None) -> str:
    return local_sign_in.sign_in(catalog, account, password, code(catalog) if given is None else given)


def fail(catalog: Catalog, times: int) -> None:
    for _ in range(times):
        with pytest.raises(NotAllowed):
            enter(catalog, password="wrong password, long enough")


def test_account_password_and_code_open_together(catalog: Catalog) -> None:
    visit = sessions.visit(catalog, enter(catalog))
    assert visit is not None
    assert (visit.actor.person_id, visit.session.door) == ("glass", Door.LOCAL)


@pytest.mark.parametrize(
    ("account", "password", "given"),
    [
        ("glass", PASSWORD + "x", None),
        ("glass", "", None),
        ("glass", PASSWORD, "000000"),
        ("glass", PASSWORD, ""),
        ("glass", PASSWORD, "١٢٣٤٥٦"),
        ("other", PASSWORD, None),
        ("nobody", PASSWORD, None),
        ("", PASSWORD, None),
        ("' or 1=1 --", PASSWORD, None),
    ],
)
def test_what_does_not_fit_is_refused_in_the_same_words(
    catalog: Catalog, account: str, password: str, given: str | None
) -> None:
    with pytest.raises(NotAllowed) as refused:
        enter(catalog, account, password, given)
    with pytest.raises(NotAllowed) as unknown:
        enter(catalog, "nobody at all")
    assert str(refused.value) == str(unknown.value)


def test_unknown_accounts_cost_the_work_of_known_ones(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = local_sign_in._is_password
    monkeypatch.setattr(local_sign_in, "_is_password", lambda *args: checked.append(args[0]) or real(*args))
    for account in ("glass", "nobody"):
        with pytest.raises(NotAllowed):
            enter(catalog, account, "wrong password, long enough")
    fail(catalog, 5)
    assert len(checked) == 7, "a closed account is checked as well"
    assert len({one.rsplit("$", 2)[0] for one in checked}) == 1, "with the same parameters"


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, False), (0, True), (1, True), (2, False)])
def test_a_code_is_good_for_a_step_before_and_after(catalog: Catalog, steps: int, opens: bool) -> None:
    # The step before is that of the code by which the key was set: it is used up.
    given = code(catalog, steps * STEP)
    if opens:
        assert enter(catalog, given=given)
    else:
        with pytest.raises(NotAllowed):
            enter(catalog, given=given)


def test_no_code_is_taken_twice_nor_an_older_one_after_it(catalog: Catalog) -> None:
    later(catalog)
    older, newer = code(catalog, -STEP), code(catalog)
    enter(catalog, given=newer)
    for given in (newer, older):
        with pytest.raises(NotAllowed):
            enter(catalog, given=given)
    later(catalog)
    assert enter(catalog)


def test_after_five_failures_nothing_opens_for_a_while(catalog: Catalog) -> None:
    fail(catalog, 5)
    with pytest.raises(NotAllowed):
        enter(catalog)
    later(catalog, timedelta(minutes=14, seconds=30))
    with pytest.raises(NotAllowed):
        enter(catalog)
    later(catalog, timedelta(minutes=1))
    assert enter(catalog)
    later(catalog)
    fail(catalog, 4)
    assert enter(catalog), "failures before a success are forgotten"


def test_the_second_closing_is_longer(catalog: Catalog) -> None:
    fail(catalog, 5)
    later(catalog, timedelta(minutes=16))
    fail(catalog, 5)
    later(catalog, timedelta(minutes=16))
    with pytest.raises(NotAllowed):
        enter(catalog)
    later(catalog, timedelta(minutes=16))
    assert enter(catalog)


def test_the_fifth_try_may_be_the_right_one(catalog: Catalog) -> None:
    fail(catalog, 4)
    assert enter(catalog)
    assert not [one for one in told(catalog) if one.startswith("closed")]


def told(catalog: Catalog) -> list[str]:
    found = notice_pages.page(CPO, catalog).notices
    return [line.notice.key for line in found if line.notice.kind is NoticeKind.LOCAL_SIGN_IN]


def test_every_entering_and_closing_is_told_and_alarms_for_a_day(catalog: Catalog) -> None:
    enter(catalog)
    fail(catalog, 5)
    assert sorted(one.split(":")[:2] for one in told(catalog)) == [["closed", "glass"], ["in", "glass"]]
    assert notice_pages.alarm(OPERATOR, catalog).by_password == 2
    later(catalog, timedelta(days=1, minutes=1))
    assert notice_pages.alarm(OPERATOR, catalog).by_password == 0


def test_notices_that_name_accounts_are_for_those_who_see_accounts(catalog: Catalog) -> None:
    enter(catalog)
    staff = Actor("staff", "Staff", frozenset({Grant(Role.CPO_STAFF)}))
    assert notice_pages.page(staff, catalog).notices == ()
    assert len(notice_pages.page(OPERATOR, catalog).notices) == 1


def test_of_too_many_at_once_none_waits_nor_is_counted(catalog: Catalog) -> None:
    for _ in range(local_sign_in._AT_ONCE):
        assert local_sign_in._places.acquire(blocking=False)
    try:
        for _ in range(5):
            with pytest.raises(NotAllowed, match="too many"):
                enter(catalog, password="wrong password, long enough")
    finally:
        for _ in range(local_sign_in._AT_ONCE):
            local_sign_in._places.release()
    fail(catalog, local_sign_in._AT_ONCE)
    assert enter(catalog), "each gives its place back"


def test_a_session_ends_when_passwords_are_switched_off(catalog: Catalog) -> None:
    token = enter(catalog)
    assert sessions.visit(catalog, token)
    assert sessions.visit(switched_off(catalog), token) is None


def test_switched_off_it_opens_nothing(catalog: Catalog) -> None:
    with pytest.raises(NotAllowed, match="switched off"):
        enter(switched_off(catalog))


def test_proving_again_takes_ones_own_password_and_code(catalog: Catalog) -> None:
    visit = sessions.visit(catalog, enter(catalog))
    assert visit is not None
    later(catalog, timedelta(minutes=catalog.settings.proof_minutes + 1))
    assert not sessions.is_proved(catalog, visit.session)
    with pytest.raises(NotAllowed):
        local_sign_in.prove(catalog, visit, PASSWORD, "000000")
    token = enter(catalog)
    again = sessions.visit(catalog, token)
    assert again is not None
    assert sessions.is_proved(catalog, again.session)


def test_a_key_is_stored_only_with_a_code_it_gives(catalog: Catalog) -> None:
    with pytest.raises(RequestError, match="does not give it"):
        local_sign_in.set_credential(OPERATOR, catalog, "other", PASSWORD, KEY, "000000")
    assert not local_sign_in.has_credential(catalog, "other")
    with pytest.raises(RequestError, match="characters"):
        local_sign_in.set_credential(OPERATOR, catalog, "other", "too short", KEY, code(catalog))
    with pytest.raises(NotFound):
        local_sign_in.set_credential(OPERATOR, catalog, "nobody", PASSWORD, KEY, code(catalog))


def test_who_does_not_look_after_people_sets_none(catalog: Catalog) -> None:
    with pytest.raises(NotAllowed):
        local_sign_in.set_credential(RESEARCHER, catalog, "other", PASSWORD, KEY, code(catalog))
    with pytest.raises(NotAllowed):
        local_sign_in.remove(RESEARCHER, catalog, "glass")


def test_a_new_one_opens_a_closed_account_and_ends_its_sessions(catalog: Catalog) -> None:
    token = enter(catalog)
    fail(catalog, 5)
    later(catalog)
    local_sign_in.set_credential(local_administrator(), catalog, "glass", PASSWORD, KEY, code(catalog))
    assert sessions.visit(catalog, token) is None
    later(catalog)
    assert enter(catalog)


def test_taken_away_it_opens_nothing(catalog: Catalog) -> None:
    local_sign_in.remove(OPERATOR, catalog, "glass")
    with pytest.raises(CatalogError):
        enter(catalog)
    with pytest.raises(NotFound):
        local_sign_in.remove(OPERATOR, catalog, "glass")


def test_neither_password_nor_key_is_in_the_database(catalog: Catalog) -> None:
    enter(catalog)
    with catalog.engine.connect() as connection:
        tables = ("local_credentials", "audit_events", "notices", "sessions")
        stored = str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
    assert PASSWORD not in stored
    assert KEY not in stored


def test_a_key_stored_for_one_account_is_worth_nothing_at_another(catalog: Catalog) -> None:
    with catalog.engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO local_credentials SELECT 'other', password_hash, code_key, last_step, failures,"
                " closed_until, set_at FROM local_credentials"
            )
        )
    with pytest.raises(NotAllowed):
        enter(catalog, "other")
