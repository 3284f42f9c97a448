"""What taking back brings back, what it leaves alone, and that what is offered to be undone can be."""

from collections.abc import Iterator

import pytest

from catalog.errors import Conflict
from catalog.model.review import ActKind, LeftOutBecause, Order, Pick, ReviewState, Why
from catalog.services import reconciling, resolutions, review, review_proposals
from tests.support.builders import CPO
from tests.support.review_world import DSO, City, a_city, a_history

CONFIRM, REJECT = Order(ActKind.CONFIRM), Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
ONE, TWO = "dso.clients.ssn", "dso.stays.ssn"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("review"), cluster)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made


@pytest.fixture
def strict(city: City) -> City:
    """The same with a second person asked."""
    return city.with_four_eyes()


def pick(city: City, place: str, code: str = "SSN") -> Pick:
    """An item as it is, whatever it was when somebody looked."""
    return Pick(city.columns[place], code, None)


def test_of_one_item_one_thing_is_proposed_at_a_time(strict: City) -> None:
    confirmed = review.act(DSO, strict.catalog, CONFIRM, [pick(strict, ONE)])
    first = review.undo(DSO, strict.catalog, confirmed.act.id)
    assert first.proposed == 1
    with pytest.raises(Conflict, match="waits for a second person"):
        review.act(CPO, strict.catalog, REJECT, [pick(strict, ONE)])
    done = review.act(CPO, strict.catalog, REJECT, [pick(strict, ONE), pick(strict, TWO)])
    assert (done.proposed, [one.because for one in done.left_out]) == (1, [LeftOutBecause.PROPOSED])
    assert review.preview(CPO, strict.catalog, REJECT, [pick(strict, ONE)]).left_out == done.left_out
    assert {one.act.id for one in review_proposals.waiting(CPO, strict.catalog)} == {first.act.id, done.act.id}


def test_what_is_said_again_of_a_difference_waits_for_a_second_person_already(strict: City) -> None:
    chosen = {"dataset": [str(strict.datasets["dso.clients"])], "type": ["SSN"]}
    (line,) = reconciling.find(DSO, strict.catalog, chosen).lines
    review.act(DSO, strict.catalog, REJECT, [pick(strict, TWO), pick(strict, ONE)])
    with pytest.raises(Conflict, match="waits for a second person"):
        resolutions.reject(CPO, strict.catalog, line.difference.id, "Seen", line.difference.facts)
    with pytest.raises(Conflict, match="waits for a second person"):
        review.act(CPO, strict.catalog, REJECT, [pick(strict, ONE), pick(strict, TWO)])
    assert strict.state(ONE) is ReviewState.PROPOSED
