"""What taking back brings back, what it leaves alone, and that what is offered to be undone can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from catalog.errors import Conflict
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing
from catalog.model.review import ActKind, LeftOutBecause, Order, Pick, ReviewState, Why
from catalog.services import (
    people,
    reconciling,
    resolutions,
    review,
    review_acts,
    review_deferrals,
    review_proposals,
    review_states,
    roles,
)
from tests.support.builders import CPO, OPERATOR
from tests.support.review_world import DCH, DSO, STEWARD, City, a_city, a_history

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


def test_what_was_agreed_to_meanwhile_is_not_withdrawn(strict: City) -> None:
    done = review.act(DSO, strict.catalog, REJECT, [pick(strict, ONE), pick(strict, TWO)])
    review_proposals.settle(CPO, strict.catalog, done.act.id, approve=True)
    assert review_acts.one(DSO, strict.catalog, done.act.id).can_undo == 0
    with pytest.raises(Conflict, match="Casey Poole approved it meanwhile"):
        review.undo(DSO, strict.catalog, done.act.id)
    assert strict.standings(ONE)["SSN"] is Standing.REJECTED


def test_what_was_done_is_taken_back_where_the_rest_was_agreed_to(strict: City) -> None:
    done = review.act(DSO, strict.catalog, REJECT, [pick(strict, ONE), pick(strict, "dso.stays.mail", "EMAIL")])
    review_proposals.settle(CPO, strict.catalog, done.act.id, approve=True)
    back = review.undo(DSO, strict.catalog, done.act.id)
    assert (back.done, [one.because for one in back.left_out]) == (1, [LeftOutBecause.DECIDED_MEANWHILE])
    assert strict.standings(ONE)["SSN"] is Standing.REJECTED
    assert strict.standings("dso.stays.mail")["EMAIL"] is Standing.SUGGESTED


def test_what_was_withdrawn_is_proposed_again_with_its_reason(strict: City) -> None:
    done = review.act(DSO, strict.catalog, REJECT, [pick(strict, ONE), pick(strict, "dso.stays.mail", "EMAIL")])
    back = review.undo(DSO, strict.catalog, done.act.id)
    assert review_acts.one(DSO, strict.catalog, back.act.id).can_undo == 2
    again = review.undo(DSO, strict.catalog, back.act.id)
    assert (again.done, again.proposed, again.left_out) == (1, 1, ())
    assert (again.act.why, again.act.reason) == (REJECT.why, REJECT.reason)
    assert strict.state(ONE) is ReviewState.PROPOSED
    assert review_acts.one(DSO, strict.catalog, back.act.id).can_undo == 0
    review_proposals.settle(CPO, strict.catalog, again.act.id, approve=True)
    assert strict.standings(ONE)["SSN"] is Standing.REJECTED
    (last,) = strict.decisions(ONE)
    assert (last.reason, last.person_id) == (REJECT.reason, "cpo")


def test_a_decision_taken_back_twice_is_proposed_to_be_and_agreed_to(strict: City) -> None:
    review.act(CPO, strict.catalog, CONFIRM, [pick(strict, ONE)])
    confirmed = review.act(DSO, strict.catalog, CONFIRM, [pick(strict, TWO)])
    proposing = review.undo(DSO, strict.catalog, confirmed.act.id)
    withdrawn = review.undo(DSO, strict.catalog, proposing.act.id)
    again = review.undo(DSO, strict.catalog, withdrawn.act.id)
    assert (proposing.proposed, withdrawn.done, again.proposed) == (1, 1, 1)
    review_proposals.settle(CPO, strict.catalog, again.act.id, approve=True)
    assert strict.standings(TWO)["SSN"] is Standing.SUGGESTED


def test_a_refused_proposal_is_not_proposed_again_by_undoing(strict: City) -> None:
    done = review.act(DSO, strict.catalog, REJECT, [pick(strict, ONE)])
    review_proposals.settle(CPO, strict.catalog, done.act.id, approve=False, reason="They are real")
    with pytest.raises(Conflict, match="Casey Poole refused it meanwhile"):
        review.undo(DSO, strict.catalog, done.act.id)


def test_undoing_one_after_the_other_takes_back_all_that_can_be(city: City) -> None:
    until = city.now.date() + timedelta(days=30)
    first = review.act(DSO, city.catalog, CONFIRM, [pick(city, TWO)])
    deferred = review.act(DSO, city.catalog, Order(ActKind.DEFER, until=until), [pick(city, ONE)])
    decided = review.act(DSO, city.catalog, CONFIRM, [pick(city, ONE)])
    undone = []
    city.items(ONE)
    while last := review_acts.last(DSO, city.catalog):
        review.undo(DSO, city.catalog, last.act.id)
        city.items(ONE)
        undone.append(last.act.id)
    assert undone == [decided.act.id, deferred.act.id, first.act.id]
    assert [city.state(place) for place in (ONE, TWO)] == [ReviewState.SUGGESTED] * 2


def test_what_waits_for_a_second_person_is_not_offered_to_be_undone(strict: City) -> None:
    first = review.act(DSO, strict.catalog, CONFIRM, [pick(strict, "dso.stays.mail", "EMAIL")])
    confirmed = review.act(DSO, strict.catalog, CONFIRM, [pick(strict, ONE)])
    review.undo(DSO, strict.catalog, confirmed.act.id)
    assert review_acts.one(DSO, strict.catalog, confirmed.act.id).can_undo == 0
    with pytest.raises(Conflict, match="waits for a second person"):
        review.undo(DSO, strict.catalog, confirmed.act.id)
    last = review_acts.last(DSO, strict.catalog)
    assert last is not None
    assert last.act.id == first.act.id


def test_what_somebody_may_not_decide_on_any_more_is_not_offered_to_be_undone(city: City) -> None:
    review.act(DSO, city.catalog, CONFIRM, [pick(city, ONE)])
    assert review_acts.last(DSO, city.catalog) is not None
    moved = Actor(DSO.person_id, DSO.name, frozenset({Grant(Role.OFFICER, "dch")}))
    assert review_acts.last(moved, city.catalog) is None


@pytest.mark.parametrize("kind", [ActKind.DEFER, ActKind.ASK])
def test_what_was_put_off_before_is_so_again_where_putting_it_off_anew_is_taken_back(city: City, kind: ActKind) -> None:
    earlier = Order(kind, reason="What is it?", to_person_id=STEWARD if kind is ActKind.ASK else "apo-dso")
    review.act(CPO, city.catalog, earlier, [pick(city, ONE)])
    (before,) = city.items(ONE)
    anew = Order(ActKind.DEFER, until=city.now.date() + timedelta(days=30))
    deferred = review.act(DSO, city.catalog, anew, [pick(city, ONE), pick(city, TWO)])
    back = review.undo(DSO, city.catalog, deferred.act.id)
    (now,) = city.items(ONE)
    assert (now.state, now.person_id, now.until) == (before.state, before.person_id, before.until)
    assert city.state(TWO) is ReviewState.SUGGESTED
    assert review_acts.one(DSO, city.catalog, back.act.id).can_undo == 2
    assert review.undo(DSO, city.catalog, back.act.id).done == 2
    assert [city.items(place)[0].until for place in (ONE, TWO)] == [anew.until] * 2
    city.items(ONE)
    assert review_acts.one(DSO, city.catalog, back.act.id).can_undo == 0
    review.undo(DSO, city.catalog, deferred.act.id)
    assert city.items(ONE)[0].state is before.state


def test_a_question_that_was_answered_is_not_asked_again_by_taking_something_back(city: City) -> None:
    steward = Actor(STEWARD, "Sam Teward", frozenset({Grant(Role.STEWARD, "dso")}))
    asked = review.act(
        CPO, city.catalog, Order(ActKind.ASK, reason="?", to_person_id=STEWARD), [pick(city, ONE), pick(city, TWO)]
    )
    anew = Order(ActKind.DEFER, until=city.now.date() + timedelta(days=30))
    deferred = review.act(DSO, city.catalog, anew, [pick(city, ONE)])
    city.items(ONE)
    review_deferrals.answer(steward, city.catalog, asked.act.id, "Of clients")
    review.undo(DSO, city.catalog, deferred.act.id)
    assert city.state(ONE) is ReviewState.SUGGESTED


def test_what_was_put_off_is_so_again_where_the_decision_on_it_is_taken_back(city: City) -> None:
    until = city.now.date() + timedelta(days=30)
    review.act(CPO, city.catalog, Order(ActKind.DEFER, until=until), [pick(city, ONE)])
    decided = review.act(DSO, city.catalog, CONFIRM, [pick(city, ONE)])
    assert city.state(ONE) is ReviewState.CONFIRMED
    back = review.undo(DSO, city.catalog, decided.act.id)
    assert (city.state(ONE), city.items(ONE)[0].until) == (ReviewState.DEFERRED, until)
    review.undo(DSO, city.catalog, back.act.id)
    assert city.state(ONE) is ReviewState.CONFIRMED
    assert review_states.rebuild(OPERATOR, city.catalog) == 0


def test_nothing_is_put_off_again_for_somebody_whose_role_ended(city: City) -> None:
    people.add_person(OPERATOR, city.catalog, "deputy", "Dee Puty", Role.DEPUTY, "dso")
    handed = review.act(DSO, city.catalog, Order(ActKind.DEFER, to_person_id="deputy"), [pick(city, ONE)])
    back = review.undo(DSO, city.catalog, handed.act.id)
    roles.end_named(OPERATOR, city.catalog, "deputy", Role.DEPUTY, "dso", "Left")
    with pytest.raises(Conflict, match="may not decide"):
        review.undo(DSO, city.catalog, back.act.id)
    assert city.state(ONE) is ReviewState.SUGGESTED


def test_nothing_comes_back_to_somebody_whose_role_ended(city: City) -> None:
    people.add_person(OPERATOR, city.catalog, "deputy", "Dee Puty", Role.DEPUTY, "dso")
    review.act(DSO, city.catalog, Order(ActKind.DEFER, to_person_id="deputy"), [pick(city, ONE)])
    anew = Order(ActKind.DEFER, until=city.now.date() + timedelta(days=30))
    deferred = review.act(DSO, city.catalog, anew, [pick(city, ONE)])
    roles.end_named(OPERATOR, city.catalog, "deputy", Role.DEPUTY, "dso", "Left")
    review.undo(DSO, city.catalog, deferred.act.id)
    assert city.state(ONE) is ReviewState.SUGGESTED


def test_of_a_column_all_that_was_proposed_is_agreed_to_or_nothing(strict: City) -> None:
    change = Order(ActKind.CHANGE_TYPE, to_code="PHONE")
    done = review.act(DSO, strict.catalog, change, [pick(strict, ONE), pick(strict, TWO)])
    review.act(CPO, strict.catalog, REJECT, [pick(strict, ONE, "PHONE")])
    settled = review_proposals.settle(CPO, strict.catalog, done.act.id, approve=True)
    told = {(one.column_id, one.type_code, one.because) for one in settled.left_out}
    because = LeftOutBecause.DECIDED_MEANWHILE
    assert told == {(strict.columns[ONE], "SSN", because), (strict.columns[ONE], "PHONE", because)}
    assert strict.standings(ONE) == {"SSN": Standing.SUGGESTED, "PHONE": Standing.REJECTED}
    assert strict.standings(TWO) == {"SSN": Standing.REJECTED, "PHONE": Standing.CONFIRMED}
    assert strict.audited()[-1].detail == "change_type SSN columns=1 left_out=2"
    assert strict.state(ONE) is ReviewState.SUGGESTED


def test_what_cannot_be_agreed_to_any_more_is_refused(strict: City) -> None:
    change = Order(ActKind.CHANGE_TYPE, to_code="PHONE")
    done = review.act(DSO, strict.catalog, change, [pick(strict, ONE)])
    review.act(CPO, strict.catalog, REJECT, [pick(strict, ONE, "PHONE")])
    with pytest.raises(Conflict, match="was decided"):
        review_proposals.settle(CPO, strict.catalog, done.act.id, approve=True)
    review_proposals.settle(CPO, strict.catalog, done.act.id, approve=False, reason="It is none")
    assert strict.state(ONE) is ReviewState.SUGGESTED


def test_what_waits_is_told_page_by_page_with_as_many_statements_for_many_as_for_one(
    strict: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_proposals, "PER_PAGE", 2)
    acts, statements = [], []
    for actor, place in ((DSO, ONE), (DCH, "dch.patients.ssn"), (DSO, TWO)):
        acts.append(review.act(actor, strict.catalog, REJECT, [pick(strict, place)]).act.id)
        strict.items(place)
        with statements_of(strict) as made:
            told = [one.act.id for one in review_proposals.waiting(CPO, strict.catalog)]
        assert told == acts[:2]
        statements.append(len(made))
    assert statements == [statements[0]] * 3
    assert [one.act.id for one in review_proposals.waiting(CPO, strict.catalog, 2)] == acts[2:]
    assert review_proposals.count(CPO, strict.catalog) == (3, 2)
    assert review_proposals.count(DCH, strict.catalog) == (1, 1)


def test_what_was_refused_is_not_proposed_again_with_what_is_put_back(strict: City) -> None:
    done = review.act(DSO, strict.catalog, REJECT, [pick(strict, ONE), pick(strict, "dso.stays.mail", "EMAIL")])
    review_proposals.settle(CPO, strict.catalog, done.act.id, approve=False, reason="They are real")
    back = review.undo(DSO, strict.catalog, done.act.id)
    assert review_acts.one(DSO, strict.catalog, back.act.id).can_undo == 1
    again = review.undo(DSO, strict.catalog, back.act.id)
    assert (again.done, again.proposed) == (1, 0)


def test_what_was_put_off_and_then_decided_is_not_offered_to_be_taken_up(city: City) -> None:
    until = city.now.date() + timedelta(days=30)
    deferred = review.act(DSO, city.catalog, Order(ActKind.DEFER, until=until), [pick(city, ONE)])
    review.act(CPO, city.catalog, CONFIRM, [pick(city, ONE)])
    city.items(ONE)
    assert review_acts.one(DSO, city.catalog, deferred.act.id).can_undo == 0
    with pytest.raises(Conflict, match="Casey Poole decided this"):
        review.undo(DSO, city.catalog, deferred.act.id)


@pytest.mark.parametrize("passes", ["day", "evidence"])
def test_what_cannot_be_put_off_once_more_is_not_offered_to_be(city: City, passes: str) -> None:
    until = city.now.date() + timedelta(days=3)
    deferred = review.act(DSO, city.catalog, Order(ActKind.DEFER, until=until), [pick(city, ONE)])
    back = review.undo(DSO, city.catalog, deferred.act.id)
    city.items(ONE)
    assert review_acts.one(DSO, city.catalog, back.act.id).can_undo == 1
    if passes == "day":
        city.wait(days=3)
    else:
        city.move(ONE, "SSN", 0.6)
        city.items(ONE)
    assert review_acts.one(DSO, city.catalog, back.act.id).can_undo == 0
    with pytest.raises(Conflict):
        review.undo(DSO, city.catalog, back.act.id)


@contextmanager
def statements_of(city: City) -> Iterator[list[str]]:
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        made.append(statement)

    with city.catalog.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    yield made
    event.remove(engine, "before_cursor_execute", note)
