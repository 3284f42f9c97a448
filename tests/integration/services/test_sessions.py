"""Sessions: whom they speak for, and when they end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog.errors import NotFound
from catalog.model.actors import Grant, Role
from catalog.model.sessions import Door
from catalog.services import sessions
from catalog.services.catalog import Catalog
from tests.support.builders import FixedClock


def begin(catalog: Catalog, person_id: str) -> str:
    return sessions.begin(catalog, person_id, Door.DEMO)


def test_signing_in_gives_the_roles_of_the_moment(catalog: Catalog) -> None:
    visit = sessions.visit(catalog, begin(catalog, "apo-dso"))
    assert visit is not None
    assert visit.actor.grants == {Grant(Role.OFFICER, "dso")}


def test_a_role_taken_away_is_gone_at_the_next_request(catalog: Catalog) -> None:
    token = begin(catalog, "cpo")
    with catalog.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM role_assignments WHERE person_id = 'cpo'"))
    assert sessions.visit(catalog, token) is None


@pytest.mark.parametrize(("pause", "times", "lives"), [(29, 1, True), (31, 1, False), (29, 26, False)])
def test_sessions_end_after_rest_and_after_twelve_hours(catalog: Catalog, pause: int, times: int, lives: bool) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    token = begin(catalog, "cpo")
    for _ in range(times):
        clock.time += timedelta(minutes=pause)
        visit = sessions.visit(catalog, token)
    assert (visit is not None) == lives


def test_signing_out_ends_the_session(catalog: Catalog) -> None:
    token = begin(catalog, "cpo")
    visit = sessions.visit(catalog, token)
    assert visit is not None
    sessions.leave(catalog, visit)
    assert sessions.visit(catalog, token) is None


def test_sessions_that_have_ended_are_forgotten(catalog: Catalog) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    begin(catalog, "cpo")
    clock.time += timedelta(hours=8)
    begin(catalog, "cpo")
    clock.time += timedelta(hours=8)
    begin(catalog, "cpo")
    with catalog.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 2


def test_a_token_is_not_in_the_database(catalog: Catalog) -> None:
    token = begin(catalog, "cpo")
    with catalog.engine.connect() as connection:
        assert token not in str(connection.execute(text("SELECT * FROM sessions")).all())


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\x00", "é" * 500])
def test_a_made_up_token_is_nobody(catalog: Catalog, token: str) -> None:
    assert sessions.visit(catalog, token) is None


def test_a_session_of_the_demo_ends_when_the_demo_does(catalog: Catalog) -> None:
    token = begin(catalog, "cpo")
    closed = replace(catalog, settings=catalog.settings.model_copy(update={"open_sign_in": False}))
    assert sessions.visit(closed, token) is None


def test_unknown_people_cannot_enter(catalog: Catalog) -> None:
    with pytest.raises(NotFound):
        begin(catalog, "nobody")
