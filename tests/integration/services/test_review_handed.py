"""What of the queue was put off or handed to somebody: counted where nothing waits, and decided on from the queue."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from catalog.errors import NotFound
from catalog.model.review import ActKind, Order, Pick, ReviewState
from catalog.services import review, review_pages, review_queue
from tests.support.builders import CPO
from tests.support.review_world import DCH, DSO, City, a_city, a_history


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("handed"), cluster)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made


def later(city: City) -> Order:
    return Order(ActKind.DEFER, until=city.now.date() + timedelta(days=5))


TO_CPO = Order(ActKind.DEFER, to_person_id="cpo")


def test_what_is_put_off_is_counted_under_the_filters_under_which_nothing_waits(city: City) -> None:
    review.act(DCH, city.catalog, later(city), [city.pick("dch.patients.ssn"), city.pick("dch.patients.mail", "EMAIL")])
    review.act(DSO, city.catalog, later(city), [city.pick("dso.clients.mail", "EMAIL")])
    city.items("dso.clients.mail", "EMAIL")

    def told(**chosen: str) -> int:
        return review_queue.queue(CPO, city.catalog, {key: [value] for key, value in chosen.items()}).put_off

    assert told() == 0, "something waits"
    assert told(agency="dch") == 2
    assert told(agency="dch", type="EMAIL") == 1
    assert told(agency="dch", tier="2") == 1
    assert told(agency="dch", q="mail") == 1
    assert told(agency="dch", band="high") == 2
    assert told(agency="dch", band="low") == 0
    assert told(agency="dch", state="reopened") == 0
    assert told(agency="nowhere") == 0
    assert review_queue.queue(DCH, city.catalog, {}).put_off == 2
    assert review_queue.queue(DCH, city.catalog, {"agency": ["dso"]}).put_off == 0


def test_what_was_handed_to_somebody_is_a_group_of_their_own_and_decided_on_at_once(city: City) -> None:
    ssns = [city.pick(place) for place in ("dso.clients.ssn", "dso.stays.ssn")]
    review.act(DSO, city.catalog, TO_CPO, ssns)
    review.act(DSO, city.catalog, later(city), [city.pick("dso.clients.mail", "EMAIL")])
    (item,) = city.items("dch.patients.ssn")
    handed = review_queue.queue(CPO, city.catalog, {"state": ["handed"]})
    assert [(line.key, line.columns) for line in handed.lines] == [(item.group_key, 2)]
    page = review_pages.group(CPO, city.catalog, item.group_key, states=("handed",))
    assert {view.column.id for view in page.items} == {pick.column_id for pick in ssns}
    assert (page.line, page.unusual) == (handed.lines[0], 0)
    waits = review_pages.group(CPO, city.catalog, item.group_key)
    assert [view.column.id for view in waits.items] == [item.column_id]
    both = review_pages.group(CPO, city.catalog, item.group_key, states=("handed", "suggested"))
    assert [view.column.id for view in both.items] == [item.column_id]
    for who, agency_id in ((DSO, None), (DCH, None), (CPO, "dch")):
        with pytest.raises(NotFound):
            review_pages.group(who, city.catalog, item.group_key, states=("handed",), agency_id=agency_id)
    review.act(
        CPO,
        city.catalog,
        Order(ActKind.CONFIRM),
        [Pick(view.column.id, "SSN", view.version) for view in page.items],
    )
    assert city.state("dso.stays.ssn") is ReviewState.CONFIRMED
    assert review_queue.queue(CPO, city.catalog, {"state": ["handed"]}).total == 0
    with pytest.raises(NotFound):
        review_pages.group(CPO, city.catalog, item.group_key, states=("handed",))


def test_what_was_decided_before_it_was_handed_on_is_no_usual_one(city: City) -> None:
    review.act(DCH, city.catalog, Order(ActKind.CONFIRM), [city.pick("dch.patients.ssn")])
    city.move("dch.patients.ssn", "SSN", 0.5)
    assert city.state("dch.patients.ssn") is ReviewState.REOPENED
    review.act(DCH, city.catalog, TO_CPO, [city.pick("dch.patients.ssn")])
    (item,) = city.items("dch.patients.ssn")
    (view,) = review_pages.group(CPO, city.catalog, item.group_key, states=("handed",)).items
    assert view.unusual == "Somebody decided on it before it was put off"
