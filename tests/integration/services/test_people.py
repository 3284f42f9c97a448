"""Sign-in of the demo, and the end of sessions."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import Role
from catalog.services import people
from catalog.services.catalog import Catalog
from tests.support.builders import FixedClock


def test_signing_in_gives_the_roles_of_the_moment(catalog: Catalog) -> None:
    actor = people.actor(catalog, people.sign_in(catalog, "apo-dso"))
    assert actor is not None
    assert (actor.roles, actor.agency_ids) == (frozenset({Role.OFFICER}), frozenset({"dso"}))


def test_a_role_taken_away_is_gone_at_the_next_request(catalog: Catalog) -> None:
    token = people.sign_in(catalog, "cpo")
    with catalog.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM role_assignments WHERE person_id = 'cpo'"))
    assert people.actor(catalog, token) is None


@pytest.mark.parametrize(("pause", "times", "lives"), [(29, 1, True), (31, 1, False), (29, 26, False)])
def test_sessions_end_after_rest_and_after_twelve_hours(catalog: Catalog, pause: int, times: int, lives: bool) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    token = people.sign_in(catalog, "cpo")
    for _ in range(times):
        clock.time += timedelta(minutes=pause)
        actor = people.actor(catalog, token)
    assert (actor is not None) == lives


def test_signing_out_ends_the_session(catalog: Catalog) -> None:
    token = people.sign_in(catalog, "cpo")
    people.sign_out(catalog, token)
    assert people.actor(catalog, token) is None


def test_sessions_that_have_ended_are_forgotten(catalog: Catalog) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    people.sign_in(catalog, "cpo")
    clock.time += timedelta(hours=8)
    people.sign_in(catalog, "cpo")
    clock.time += timedelta(hours=8)
    people.sign_in(catalog, "cpo")
    with catalog.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 2


def test_a_token_is_not_in_the_database(catalog: Catalog) -> None:
    token = people.sign_in(catalog, "cpo")
    with catalog.engine.connect() as connection:
        assert token not in str(connection.execute(text("SELECT * FROM sessions")).all())


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\x00", "é" * 500])
def test_a_made_up_token_is_nobody(catalog: Catalog, token: str) -> None:
    assert people.actor(catalog, token) is None


def test_unknown_people_cannot_enter(catalog: Catalog) -> None:
    with pytest.raises(NotFound):
        people.sign_in(catalog, "nobody")


def test_outside_the_demo_nobody_enters_without_a_password(catalog: Catalog) -> None:
    closed = Catalog(
        catalog.settings.model_copy(update={"open_sign_in": False}),
        catalog.engine,
        catalog.search_index,
        catalog.taxonomy,
        catalog.clock,
    )
    assert people.offered(closed) == ()
    with pytest.raises(NotAllowed):
        people.sign_in(closed, "cpo")
