"""What a form saw holds for as long as nobody says anything: it overrules no word that it did not show."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalog.errors import Conflict
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing, Verdict
from catalog.model.review import ActKind, LeftOutBecause, Order, Pick, ReviewState, Why
from catalog.services import people, review, review_proposals, second_readings
from tests.support.builders import CPO, OPERATOR
from tests.support.review_world import DSO, City, a_city, a_history

CONFIRM, REJECT = Order(ActKind.CONFIRM), Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
ONE, TWO, THEIRS = "dso.clients.ssn", "dso.stays.ssn", "dch.patients.ssn"
DEPUTY = Actor("dep-dso", "Deputy of dso", frozenset({Grant(Role.DEPUTY, "dso")}))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("review"), cluster)
    people.add_person(OPERATOR, made.catalog, DEPUTY.person_id, DEPUTY.name, Role.DEPUTY, "dso")
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made


def shown(city: City, place: str, code: str = "SSN") -> Pick:
    """An item as a page of the queue shows it."""
    (item,) = city.items(place, code)
    assert item.version == city.version(place, code)
    return Pick(item.column_id, item.type_code, item.version)


def test_a_form_of_before_a_proposal_does_not_end_it(city: City) -> None:
    city = city.with_four_eyes()
    before = shown(city, ONE)
    review.act(DSO, city.catalog, REJECT, [before])
    with pytest.raises(Conflict, match="waits for a second person"):
        review.act(CPO, city.catalog, CONFIRM, [before])
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    proposed = shown(city, ONE)
    review_proposals.settle(CPO, city.catalog, waits.act.id, approve=False, reason="It is right")
    with pytest.raises(Conflict, match="meanwhile"):
        review.act(CPO, city.catalog, CONFIRM, [proposed])
    assert city.standings(ONE)["SSN"] is Standing.SUGGESTED
    assert review.act(CPO, city.catalog, CONFIRM, [shown(city, ONE)]).done == 1


def test_a_form_of_before_a_proposal_was_taken_back_is_told(city: City) -> None:
    city = city.with_four_eyes()
    made = review.act(DSO, city.catalog, REJECT, [shown(city, ONE)])
    proposed = shown(city, ONE)
    review.undo(DSO, city.catalog, made.act.id)
    with pytest.raises(Conflict, match="meanwhile"):
        review.act(CPO, city.catalog, CONFIRM, [proposed])


def test_a_form_of_before_a_second_reader_disagreed_does_not_end_the_dispute(city: City) -> None:
    settings = city.catalog.settings.model_copy(update={"second_reading_percent": 100})
    city = replace(city, catalog=replace(city.catalog, settings=settings))
    review.act(DSO, city.catalog, REJECT, [shown(city, ONE)])
    before = shown(city, ONE)
    reading = second_readings.next_one(DEPUTY, city.catalog)
    assert reading is not None
    second_readings.read(DEPUTY, city.catalog, reading.id, Verdict.CONFIRMED)
    assert city.state(ONE) is ReviewState.DISPUTED
    done = review.act(CPO, city.catalog, CONFIRM, [before, shown(city, TWO)])
    (left,) = done.left_out
    # Nobody decided: the last decision is the one that the form showed.
    assert (left.because, left.last) == (LeftOutBecause.DECIDED_MEANWHILE, None)
    assert city.state(ONE) is ReviewState.DISPUTED
    assert review.act(CPO, city.catalog, CONFIRM, [shown(city, ONE)]).done == 1
