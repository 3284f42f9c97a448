"""Four eyes hold by every way: a dispute, a decision carried over from a column that is gone, a difference."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing, Verdict
from catalog.model.review import ActKind, Order, Pick, ReviewState, Why
from catalog.services import people, review, review_proposals, second_readings
from tests.support.builders import CPO, OPERATOR
from tests.support.review_world import DSO, City, a_city, a_history

REJECT = Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
STAFF = Actor("staff", "Sidney Taff", frozenset({Grant(Role.CPO_STAFF)}))
SSN = "dso.clients.ssn"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("eyes"), cluster)
    people.add_person(OPERATOR, made.catalog, "staff", "Sidney Taff", Role.CPO_STAFF)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    """With a second person asked, and every decision coming back to a second reader."""
    with a_history(base) as made:
        settings = made.catalog.settings.model_copy(update={"four_eyes": True, "second_reading_percent": 100})
        yield replace(made, catalog=replace(made.catalog, settings=settings))


def agree(city: City) -> None:
    """The chief privacy officer agrees to what waits for a second person."""
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    assert review_proposals.settle(CPO, city.catalog, waits.act.id, approve=True).left_out == ()


@pytest.mark.parametrize("is_put_off", [False, True])
def test_who_was_contradicted_does_not_end_the_dispute_alone(city: City, *, is_put_off: bool) -> None:
    review.act(DSO, city.catalog, REJECT, [city.pick(SSN)])
    agree(city)
    city.items(SSN)
    view = second_readings.next_one(STAFF, city.catalog)
    assert view is not None
    second_readings.read(STAFF, city.catalog, view.id, Verdict.CONFIRMED)
    assert city.state(SSN) is ReviewState.DISPUTED
    if is_put_off:
        review.act(DSO, city.catalog, Order(ActKind.DEFER, to_person_id="cpo"), [unversioned(city)])
    assert review.act(DSO, city.catalog, REJECT, [unversioned(city)]).proposed == 1
    assert city.state(SSN) is ReviewState.PROPOSED
    agree(city)
    assert (city.state(SSN), city.standings(SSN)["SSN"]) == (ReviewState.REJECTED, Standing.REJECTED)


def unversioned(city: City) -> Pick:
    return replace(city.pick(SSN), version=None)
