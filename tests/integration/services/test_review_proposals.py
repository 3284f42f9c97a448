"""Four eyes: what would be Restricted is not taken away by one person alone, where the setting says so."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing, Verdict
from catalog.model.identifiers import Tier
from catalog.model.review import ActKind, LeftOutBecause, Order, ReviewState, Why
from catalog.services import reconciling, resolutions, review, review_acts, review_proposals
from tests.support.builders import CPO
from tests.support.review_world import DCH, DSO, City, a_city, a_history

REJECT = Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
CONFIRM = Order(ActKind.CONFIRM)
ONE, TWO, THEIRS = "dso.clients.ssn", "dso.stays.ssn", "dch.patients.ssn"
BOTH = Actor("apo-dso", "Officer of dso", frozenset({Grant(Role.OFFICER, "dso"), Grant(Role.OFFICER, "dch")}))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("review"), cluster)
    assert made.catalog.taxonomy.types["SSN"].tier is Tier.RESTRICTED
    assert made.catalog.taxonomy.types["EMAIL"].tier is not Tier.RESTRICTED
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made.with_four_eyes()


def test_a_rejection_waits_and_then_counts_when_another_agrees(city: City) -> None:
    picks = [city.pick(ONE), city.pick(TWO)]
    done = review.act(DSO, city.catalog, REJECT, picks, token="one")
    assert (done.done, done.proposed) == (0, 2)
    assert review.act(DSO, city.catalog, REJECT, picks, token="one") == replace(done, repeated=True)
    assert [city.standings(place)["SSN"] for place in (ONE, TWO)] == [Standing.SUGGESTED] * 2
    assert city.state(ONE) is ReviewState.PROPOSED
    assert city.audited()[-1].action == "propose_decision"
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    assert (waits.person, waits.total, waits.may_settle, waits.mine) == ("Officer of dso", 2, True, False)
    assert {view.column.name for view in waits.items} == {"ssn"}
    (own,) = review_proposals.waiting(DSO, city.catalog)
    assert (own.may_settle, own.mine) == (False, True)
    settled = review_proposals.settle(CPO, city.catalog, done.act.id, approve=True, token="two")
    assert (settled.done, settled.left_out) == (2, ())
    assert review_proposals.settle(CPO, city.catalog, done.act.id, approve=True, token="two").repeated
    assert [city.standings(place)["SSN"] for place in (ONE, TWO)] == [Standing.REJECTED] * 2
    assert city.audited()[-1].action == "approve_decision"
    assert review_proposals.waiting(CPO, city.catalog) == ()
    with pytest.raises(Conflict, match="does not wait"):
        review_proposals.settle(CPO, city.catalog, done.act.id, approve=True)


def test_nobody_agrees_to_their_own_proposal(city: City) -> None:
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    with pytest.raises(NotAllowed, match="you proposed it"):
        review_proposals.settle(DSO, city.catalog, done.act.id, approve=True)
    assert city.standings(ONE)["SSN"] is Standing.SUGGESTED


def test_who_may_not_decide_there_does_not_hear_of_it(city: City) -> None:
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    assert review_proposals.waiting(DCH, city.catalog) == ()
    for act_id in (done.act.id, 10**6):
        with pytest.raises(NotFound):
            review_proposals.settle(DCH, city.catalog, act_id, approve=True)


def test_who_may_decide_on_a_part_leaves_it_to_who_may_on_all(city: City) -> None:
    done = review.act(BOTH, city.catalog, REJECT, [city.pick(ONE), city.pick(THEIRS)])
    (waits,) = review_proposals.waiting(DCH, city.catalog)
    assert (waits.total, waits.may_settle) == (1, False)
    with pytest.raises(NotAllowed, match="may not decide on all of it"):
        review_proposals.settle(DCH, city.catalog, done.act.id, approve=True)
    assert review_proposals.settle(CPO, city.catalog, done.act.id, approve=True).done == 2


def test_what_is_refused_waits_again(city: City) -> None:
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    with pytest.raises(RequestError, match="no reason"):
        review_proposals.settle(CPO, city.catalog, done.act.id, approve=False)
    settled = review_proposals.settle(CPO, city.catalog, done.act.id, approve=False, reason="They are real")
    assert (settled.act.kind, settled.act.reason, settled.done) == (ActKind.REFUSE, "They are real", 0)
    assert city.state(ONE) is ReviewState.SUGGESTED
    assert city.decisions(ONE) == []
    assert city.audited()[-1].action == "refuse_decision"


def test_evidence_that_moved_leaves_an_item_out(city: City) -> None:
    city.move("dso.stays.ssn", "SSN", 0.6)
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE), city.pick(TWO)])
    city.move("dso.stays.ssn", "SSN", 0.95)
    settled = review_proposals.settle(CPO, city.catalog, done.act.id, approve=True)
    assert [one.because for one in settled.left_out] == [LeftOutBecause.EVIDENCE_MOVED]
    assert [city.standings(place)["SSN"] for place in (ONE, TWO)] == [Standing.REJECTED, Standing.SUGGESTED]


def test_where_all_evidence_moved_it_is_refused_or_stays(city: City) -> None:
    city.move(ONE, "SSN", 0.6)
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    city.move(ONE, "SSN", 0.95)
    with pytest.raises(Conflict, match="has changed since"):
        review_proposals.settle(CPO, city.catalog, done.act.id, approve=True)
    assert len(review_proposals.waiting(CPO, city.catalog)) == 1


def test_a_confirmation_takes_the_place_of_a_proposal(city: City) -> None:
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    review.act(CPO, city.catalog, CONFIRM, [city.pick(ONE)])
    assert review_proposals.waiting(CPO, city.catalog) == ()
    with pytest.raises(Conflict, match="does not wait"):
        review_proposals.settle(CPO, city.catalog, done.act.id, approve=True)
    assert city.standings(ONE)["SSN"] is Standing.CONFIRMED


def test_the_same_is_proposed_once(city: City) -> None:
    review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    with pytest.raises(Conflict):
        review.act(CPO, city.catalog, REJECT, [city.pick(ONE)])


def test_a_proposal_is_taken_back_by_who_made_it(city: City) -> None:
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    assert review_acts.one(DSO, city.catalog, done.act.id).can_undo == 1
    assert review.undo(DSO, city.catalog, done.act.id).done == 1
    assert review_proposals.waiting(CPO, city.catalog) == ()
    assert city.state(ONE) is ReviewState.SUGGESTED


@pytest.mark.parametrize("agreed", [True, False])
def test_undoing_a_confirmation_waits_too(city: City, *, agreed: bool) -> None:
    done = review.act(DSO, city.catalog, CONFIRM, [city.pick(ONE)])
    back = review.undo(DSO, city.catalog, done.act.id)
    assert (back.done, back.proposed) == (0, 1)
    assert city.standings(ONE)["SSN"] is Standing.CONFIRMED
    review_proposals.settle(CPO, city.catalog, back.act.id, approve=agreed, reason="Seen")
    assert city.standings(ONE)["SSN"] is (Standing.SUGGESTED if agreed else Standing.CONFIRMED)


def test_an_agreed_rejection_is_taken_back_by_who_agreed(city: City) -> None:
    done = review.act(DSO, city.catalog, REJECT, [city.pick(ONE)])
    settled = review_proposals.settle(CPO, city.catalog, done.act.id, approve=True)
    assert review.undo(CPO, city.catalog, settled.act.id).done == 1
    assert city.standings(ONE)["SSN"] is Standing.SUGGESTED


@pytest.mark.parametrize("kind", [ActKind.CHANGE_TYPE, ActKind.NOT_IDENTIFYING])
def test_all_that_is_said_of_a_column_waits_together(city: City, kind: ActKind) -> None:
    order = Order(kind, to_code="EMAIL" if kind is ActKind.CHANGE_TYPE else None)
    code = "PHONE" if kind is ActKind.NOT_IDENTIFYING else "SSN"
    done = review.act(DSO, city.catalog, order, [city.pick(ONE, code)])
    assert (done.done, done.proposed) == (0, 1)
    assert city.standings(ONE) == {"SSN": Standing.SUGGESTED, "PHONE": Standing.SUGGESTED}
    review_proposals.settle(CPO, city.catalog, done.act.id, approve=True)
    after = {"SSN": Standing.REJECTED, "PHONE": Standing.REJECTED}
    if kind is ActKind.CHANGE_TYPE:
        after = {"SSN": Standing.REJECTED, "PHONE": Standing.SUGGESTED, "EMAIL": Standing.CONFIRMED}
    assert city.standings(ONE) == after


def test_what_is_not_restricted_waits_for_nobody(city: City) -> None:
    done = review.act(DSO, city.catalog, REJECT, [city.pick("dso.clients.mail", "EMAIL"), city.pick(ONE)])
    assert (done.done, done.proposed) == (1, 1)
    assert (city.audited()[-1].action, city.audited()[-1].after) == ("decide", "proposed=1 rejected=1")
    assert review.act(DSO, city.catalog, CONFIRM, [city.pick(TWO)]).done == 1


def test_what_is_a_clue_only_counts_nowhere_and_waits_for_nobody(city: City) -> None:
    city.move(ONE, "SSN", 0.3)
    assert review.act(DSO, city.catalog, REJECT, [city.pick(ONE)]).done == 1
    review.decide(DSO, city.catalog, city.columns[ONE], "SSN", Verdict.CONFIRMED)
    assert review.act(DSO, city.catalog, REJECT, [city.pick(ONE)]).proposed == 1


def test_one_decision_elsewhere_waits_as_well_and_says_so(city: City) -> None:
    assert review.decide(DSO, city.catalog, city.columns[ONE], "SSN", Verdict.REJECTED, "Seen") is None
    assert len(review_proposals.waiting(CPO, city.catalog)) == 1
    assert review.decide(DSO, city.catalog, city.columns[TWO], "SSN", Verdict.CONFIRMED) is not None


def test_what_is_rejected_of_a_difference_waits_as_well(city: City) -> None:
    chosen = {"dataset": [str(city.datasets["dso.clients"])], "type": ["SSN"]}
    (line,) = reconciling.find(DSO, city.catalog, chosen).lines
    assert resolutions.reject(DSO, city.catalog, line.difference.id, "Seen", line.difference.facts)
    assert city.standings(ONE)["SSN"] is Standing.SUGGESTED
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    review_proposals.settle(CPO, city.catalog, waits.act.id, approve=True)
    assert city.standings(ONE)["SSN"] is Standing.REJECTED


def test_without_the_setting_nothing_waits(base: City) -> None:
    with a_history(base) as city:
        assert review.act(DSO, city.catalog, REJECT, [city.pick(ONE)]).done == 1
