"""A review workbook and what people said after it was taken: it overrides nothing, and says done only what is."""

from collections.abc import Iterator

import pytest

from catalog.model.decisions import Standing, Verdict
from catalog.model.review import MOST_AT_ONCE, ActKind, Order, Pick, ReviewState
from catalog.model.review_sheets import SheetRow
from catalog.services import review, review_proposals, review_sheet_plan
from tests.integration.services.test_review_sheets import SSN, STAYS, filled, taken, told
from tests.support.builders import CPO
from tests.support.review_world import DSO, City, a_city, a_history

REJECTED = {"Decision": "Not this type", "Why": "Test data"}
NOTHING = {"Decision": "Not identifying"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("sheets"), cluster)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made


@pytest.mark.parametrize("settles", ["refused", "taken back"])
def test_a_row_is_proposed_once_more_when_it_was_refused_or_taken_back(city: City, settles: str) -> None:
    city = city.with_four_eyes()
    rows = {(SSN, "SSN"): REJECTED}
    before = filled(city, taken(city, DSO), rows)
    assert review_sheet_plan.apply(DSO, city.catalog, before).acts[0].proposed == 1
    assert city.state(SSN) is ReviewState.PROPOSED
    again = review_sheet_plan.apply(DSO, city.catalog, before)
    assert (again.acts, again.same, again.problems) == ((), 1, ())
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    if settles == "refused":
        review_proposals.settle(CPO, city.catalog, waits.act.id, approve=False, reason="It is right")
    else:
        review.undo(DSO, city.catalog, waits.act.id)
    assert city.state(SSN) is ReviewState.SUGGESTED
    ((_, why),) = told(review_sheet_plan.apply(DSO, city.catalog, before))
    assert "proposed something of it" in why
    anew = review_sheet_plan.apply(DSO, city.catalog, filled(city, taken(city, DSO), rows))
    assert (anew.acts[0].proposed, anew.problems) == (1, ())
    assert city.state(SSN) is ReviewState.PROPOSED


def test_a_row_of_before_a_proposal_says_that_it_waits(city: City) -> None:
    city = city.with_four_eyes()
    data = filled(city, taken(city), {(SSN, "SSN"): {"Decision": "Confirm"}})
    review.decide(DSO, city.catalog, city.columns[SSN], "SSN", Verdict.REJECTED)
    assert city.state(SSN) is ReviewState.PROPOSED
    ((_, why),) = told(review_sheet_plan.apply(CPO, city.catalog, data))
    assert "second person" in why


def test_a_row_says_nothing_of_another_type_on_which_somebody_decided(city: City) -> None:
    review.decide(CPO, city.catalog, city.columns[SSN], "PHONE", Verdict.CONFIRMED)
    data = filled(city, taken(city, DSO), {(SSN, "SSN"): NOTHING, (STAYS, "SSN"): NOTHING})
    for work in (review_sheet_plan.plan, review_sheet_plan.apply):
        ((_, why),) = told(work(DSO, city.catalog, data))
        assert why.startswith("Casey Poole decided on PHONE in this column")
    assert city.standings(SSN) == {"SSN": Standing.SUGGESTED, "PHONE": Standing.CONFIRMED}
    assert city.decisions(STAYS) == []


def test_rows_that_say_of_one_column_why_it_is_not_identifying_say_the_same(city: City) -> None:
    data = filled(city, taken(city), {(SSN, "SSN"): {**NOTHING, "Reason": "Made up"}, (SSN, "PHONE"): NOTHING})
    for work in (review_sheet_plan.plan, review_sheet_plan.apply):
        plan = work(CPO, city.catalog, data)
        assert [why.endswith("keep one of them") for _, why in told(plan)] == [True, True]
    same = filled(city, taken(city), {(SSN, "SSN"): NOTHING, (SSN, "PHONE"): NOTHING})
    assert review_sheet_plan.apply(CPO, city.catalog, same).columns == 1


def test_the_rows_of_one_column_are_of_one_act() -> None:
    order = Order(ActKind.NOT_IDENTIFYING)
    rows = [
        SheetRow(number, f"L{number}", Pick(column_id, code, "full:high.0.0"), order)
        for number, (column_id, code) in enumerate(
            [*((each, "SSN") for each in range(MOST_AT_ONCE + 1)), (MOST_AT_ONCE - 1, "PHONE"), (MOST_AT_ONCE, "PHONE")]
        )
    ]
    acts = list(review_sheet_plan._acts(rows))
    assert [len({row.pick.column_id for row in act}) for act in acts] == [MOST_AT_ONCE, 1]
    assert [len(act) for act in acts] == [MOST_AT_ONCE + 1, 2]
