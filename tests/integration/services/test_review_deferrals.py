"""What is put off until a day, handed to somebody, or asked of a data steward, who answers once and in words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.review import ActKind, Order, ReviewAct, ReviewState
from catalog.model.review_views import QuestionView
from catalog.services import people, review, review_deferrals, review_states, roles
from catalog.services.catalog import _Joined
from tests.support.builders import CPO, OPERATOR, RESEARCHER
from tests.support.review_world import DCH, DSO, STEWARD, City, a_city, a_history

SSN, STAYS, THEIRS = "dso.clients.ssn", "dso.stays.ssn", "dch.patients.ssn"
SAM = Actor(STEWARD, "Sam Teward", frozenset({Grant(Role.STEWARD, "dso")}))
OTHER = Actor("steward-two", "Tilda Wo", frozenset({Grant(Role.STEWARD, "dso")}))
ELSEWHERE = Actor("steward-dch", "Cho Steward", frozenset({Grant(Role.STEWARD, "dch")}))
ASK = Order(ActKind.ASK, reason="Are these of clients?", to_person_id=STEWARD)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("deferrals"), cluster)
    people.add_person(OPERATOR, made.catalog, OTHER.person_id, OTHER.name, Role.STEWARD, "dso")
    people.add_person(OPERATOR, made.catalog, ELSEWHERE.person_id, ELSEWHERE.name, Role.STEWARD, "dch")
    people.add_person(OPERATOR, made.catalog, "deputy", "Dee Puty", Role.DEPUTY, "dso")
    people.add_person(OPERATOR, made.catalog, "apo-dch", "Officer of dch", Role.OFFICER, "dso")
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made


def act(city: City, actor: Actor, order: Order, *places: str) -> ReviewAct:
    """One act, and the queue brought up to date with it."""
    done = review.act(actor, city.catalog, order, [replace(city.pick(place), version=None) for place in places])
    caught_up(city)
    return done.act


def caught_up(city: City) -> None:
    joined = cast("_Joined", city.catalog)
    joined.catch_up()
    joined._postponed.clear()  # so that what comes next has to say itself what it moves


def questions(city: City, actor: Actor) -> tuple[QuestionView, ...]:
    caught_up(city)
    return review_deferrals.questions(actor, city.catalog)


def put_off(city: City, actor: Actor) -> list[tuple[str, date | None, str]]:
    caught_up(city)
    items, total, page, pages = review_deferrals.later(actor, city.catalog)
    assert (total, page, pages) == (len(items), 1, 1)
    return [(f"{one.dataset.name}.{one.column.name}", one.until, one.waits_for) for one in items]


def today(city: City) -> date:
    return city.now.date()


def test_what_is_put_off_is_listed_by_day_and_then_what_was_handed_to_somebody(city: City) -> None:
    soon, late = (today(city) + timedelta(days=days) for days in (1, 365))
    act(city, DSO, Order(ActKind.DEFER, until=late), SSN)
    handed = Order(ActKind.DEFER, to_person_id="deputy")
    review.act(DSO, city.catalog, handed, [city.pick("dso.clients.mail", "EMAIL")])
    act(city, CPO, Order(ActKind.DEFER, until=soon), STAYS, THEIRS)
    of_dso = [("stays.ssn", soon, ""), ("clients.ssn", late, ""), ("clients.mail", None, "Dee Puty")]
    assert put_off(city, CPO) == [of_dso[0], ("patients.ssn", soon, ""), *of_dso[1:]]
    assert put_off(city, DSO) == of_dso
    assert put_off(city, DCH) == [("patients.ssn", soon, "")]
    assert city.state(SSN) is ReviewState.DEFERRED


def test_what_was_handed_to_somebody_is_theirs_to_see_and_anybodys_to_decide(city: City) -> None:
    act(city, DSO, Order(ActKind.DEFER, to_person_id="deputy"), SSN)
    assert put_off(city, DSO) == [("clients.ssn", None, "Dee Puty")]
    act(city, DSO, Order(ActKind.CONFIRM), SSN)
    assert put_off(city, DSO) == []


def test_on_its_day_it_waits_again_though_nobody_scans(city: City) -> None:
    act(city, DSO, Order(ActKind.DEFER, until=today(city) + timedelta(days=2)), SSN)
    city.wait(days=1)
    assert len(put_off(city, DSO)) == 1
    city.wait(days=1)
    assert put_off(city, DSO) == []
    review_states.catch_up(city.catalog)
    assert city.state(SSN) is ReviewState.SUGGESTED


def test_a_day_is_that_of_where_people_are_and_not_of_the_meridian(city: City) -> None:
    city.wait(hours=12)  # ten in the evening in New York, and the next day in Greenwich
    assert (city.now.day, city.catalog.day().day) == (23, 22)
    act(city, DSO, Order(ActKind.DEFER, until=date(2026, 11, 23)), SSN)
    assert len(put_off(city, DSO)) == 1
    review_states.catch_up(city.catalog)
    assert city.state(SSN) is ReviewState.DEFERRED
    city.wait(hours=3)
    review_states.catch_up(city.catalog)
    assert city.state(SSN) is ReviewState.SUGGESTED


def test_what_waits_for_somebody_who_left_waits_for_everybody_again(city: City) -> None:
    people.add_person(OPERATOR, city.catalog, "second", "Sasha Econd", Role.OFFICER, "dso")
    handed = act(city, DSO, Order(ActKind.DEFER, to_person_id="second"), SSN)
    act(city, DSO, ASK, STAYS)
    assert [city.state(SSN), city.state(STAYS)] == [ReviewState.DEFERRED, ReviewState.ASKED]
    roles.end_named(OPERATOR, city.catalog, "second", Role.OFFICER, "dso", "Left")
    assert [city.state(SSN), city.state(STAYS)] == [ReviewState.SUGGESTED, ReviewState.ASKED]
    roles.end_named(OPERATOR, city.catalog, STEWARD, Role.STEWARD, "dso", "Left")
    assert city.state(STAYS) is ReviewState.SUGGESTED
    assert questions(city, DSO) == ()
    assert [one.action for one in city.audited()[-2:]] == ["end_role"] * 2
    assert review_states.rebuild(OPERATOR, city.catalog) == 0
    with pytest.raises(Conflict):
        review.undo(DSO, city.catalog, handed.id)


def test_who_may_still_decide_there_by_another_role_keeps_what_was_handed_to_them(city: City) -> None:
    people.add_person(OPERATOR, city.catalog, "second", "Sasha Econd", Role.OFFICER, "dso")
    roles.give(OPERATOR, city.catalog, "second", Role.CPO_STAFF)
    act(city, DSO, Order(ActKind.DEFER, to_person_id="second"), SSN)
    roles.end_named(OPERATOR, city.catalog, "second", Role.OFFICER, "dso", "Moved")
    assert city.state(SSN) is ReviewState.DEFERRED


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_day_is_one_to_come_within_a_year(city: City, days: int) -> None:
    with pytest.raises(RequestError):
        act(city, DSO, Order(ActKind.DEFER, until=today(city) + timedelta(days=days)), SSN)
    assert put_off(city, DSO) == []


@pytest.mark.parametrize(
    ("actor", "order", "places"),
    [
        (DSO, Order(ActKind.DEFER, to_person_id=STEWARD), [SSN]),
        (DSO, Order(ActKind.DEFER, to_person_id="nobody"), [SSN]),
        (CPO, Order(ActKind.DEFER, to_person_id="deputy"), [SSN, THEIRS]),
        (DSO, Order(ActKind.DEFER, until=date(2026, 12, 1), to_person_id="cpo"), [SSN]),
        (DSO, Order(ActKind.DEFER), [SSN]),
        (DSO, replace(ASK, to_person_id="deputy"), [SSN]),
        (DSO, replace(ASK, to_person_id=ELSEWHERE.person_id), [SSN]),
        (CPO, ASK, [SSN, THEIRS]),
        (DSO, replace(ASK, reason="  "), [SSN]),
        (DSO, replace(ASK, reason="x" * 501), [SSN]),
    ],
)
def test_who_cannot_decide_or_answer_is_not_handed_or_asked_anything(
    city: City, actor: Actor, order: Order, places: list[str]
) -> None:
    entries = len(city.audited())
    with pytest.raises(RequestError):
        act(city, actor, order, *places)
    assert len(city.audited()) == entries
    assert city.state(SSN) is ReviewState.SUGGESTED


def test_those_are_offered_who_may_decide_in_each_agency_and_the_stewards_of_one(city: City) -> None:
    def ids(agencies: list[str]) -> list[str]:
        return [one.person_id for one in review_deferrals.deciders(CPO, city.catalog, agencies)]

    assert ids(["dso"]) == ["cpo", "deputy", "apo-dch", "apo-dso"]
    assert ids(["dso", "dch"]) == ["cpo", "apo-dch"]
    offered = review_deferrals.stewards(DSO, city.catalog, ["dso"])
    assert [(one.person_id, one.name, one.role) for one in offered] == [
        (STEWARD, "Sam Teward", "Data steward"),
        (OTHER.person_id, "Tilda Wo", "Data steward"),
    ]
    assert review_deferrals.stewards(CPO, city.catalog, ["dso", "dch"]) == ()
    for offers in (review_deferrals.deciders, review_deferrals.stewards):
        with pytest.raises(NotFound):
            offers(DSO, city.catalog, ["dch"])
        with pytest.raises(NotAllowed):
            offers(SAM, city.catalog, ["dso"])


def test_the_steward_sees_the_question_with_its_evidence_and_answers_it_once(city: City) -> None:
    asked = act(city, DSO, ASK, SSN, STAYS)
    assert city.state(SSN) is ReviewState.ASKED
    (question,) = questions(city, SAM)
    assert (question.act.reason, question.asked_by, question.asked) == (ASK.reason, DSO.name, SAM.name)
    assert [(one.dataset.name, one.column.name) for one in question.items] == [("clients", "ssn"), ("stays", "ssn")]
    assert question.items[0].tag.reasons == ("the column name says “social security number”",)
    assert (question.total, question.answer) == (2, None)
    assert [review_deferrals.open_for(who, city.catalog) for who in (SAM, OTHER, DSO, CPO)] == [1, 0, 0, 0]
    city.wait(hours=1)
    done = review_deferrals.answer(SAM, city.catalog, asked.id, " They are. ", token="form")
    assert (done.done, done.repeated, done.act.kind, done.act.of_id) == (2, False, ActKind.ANSWER, asked.id)
    assert [city.state(place) for place in (SSN, STAYS)] == [ReviewState.SUGGESTED] * 2
    for actor in (SAM, DSO, CPO):
        (question,) = questions(city, actor)
        assert question.answer is not None
        assert (question.answer.reason, question.answer.person_id) == ("They are.", STEWARD)
    assert review_deferrals.open_for(SAM, city.catalog) == 0
    (entry,) = (one for one in city.audited() if one.action == "answer_steward")
    assert (entry.thing, entry.agency_id) == (f"review_act:{asked.id}", "dso")
    assert (entry.before, entry.after) == ("asked=2", "answered=2")
    again = review_deferrals.answer(SAM, city.catalog, asked.id, "They are.", token="form")
    assert again == replace(done, repeated=True)
    with pytest.raises(Conflict):
        review_deferrals.answer(SAM, city.catalog, asked.id, "No, they are not.", token="another")
    assert sum(one.action == "answer_steward" for one in city.audited()) == 1


def test_nobody_but_who_was_asked_answers_and_elsewhere_nothing_is_known_of_it(city: City) -> None:
    asked = act(city, DSO, ASK, SSN)
    for actor in (OTHER, DSO, CPO):
        with pytest.raises(NotAllowed, match="somebody else was asked"):
            review_deferrals.answer(actor, city.catalog, asked.id, "Yes")
    refused = []
    for number in (asked.id, 10**6):
        with pytest.raises(NotFound) as said:
            review_deferrals.answer(ELSEWHERE, city.catalog, number, "Yes")
        refused.append(str(said.value))
    assert refused[0] == refused[1]
    with pytest.raises(NotAllowed):
        review_deferrals.answer(RESEARCHER, city.catalog, asked.id, "Yes")
    assert [len(questions(city, actor)) for actor in (SAM, DSO, CPO, OTHER, ELSEWHERE, DCH)] == [1, 1, 1, 0, 0, 0]
    assert city.state(SSN) is ReviewState.ASKED


def test_an_act_that_asks_nothing_is_no_question(city: City) -> None:
    confirmed = act(city, DSO, Order(ActKind.CONFIRM), SSN)
    deferred = act(city, DSO, Order(ActKind.DEFER, until=today(city) + timedelta(days=1)), STAYS)
    for number in (confirmed.id, deferred.id):
        with pytest.raises(NotFound):
            review_deferrals.answer(SAM, city.catalog, number, "Yes")


@pytest.mark.parametrize("words", ["", " \n ", "x" * 501])
def test_an_answer_is_some_words(city: City, words: str) -> None:
    asked = act(city, DSO, ASK, SSN)
    with pytest.raises(RequestError):
        review_deferrals.answer(SAM, city.catalog, asked.id, words)
    assert city.state(SSN) is ReviewState.ASKED


def test_a_question_taken_back_or_decided_without_its_answer_waits_for_none(city: City) -> None:
    taken_back, decided = act(city, DSO, ASK, SSN), act(city, DSO, ASK, STAYS)
    assert review_deferrals.open_for(SAM, city.catalog) == 2
    undone = review.undo(DSO, city.catalog, taken_back.id)
    act(city, DSO, Order(ActKind.CONFIRM), STAYS)
    assert questions(city, SAM) == questions(city, DSO) == ()
    for asked in (taken_back, decided):
        with pytest.raises(Conflict):
            review_deferrals.answer(SAM, city.catalog, asked.id, "Yes")
    review.undo(DSO, city.catalog, undone.act.id)
    assert [one.act.id for one in questions(city, SAM)] == [taken_back.id]


def test_a_question_of_which_a_part_was_decided_is_answered_for_the_rest(city: City) -> None:
    asked = act(city, DSO, ASK, SSN, STAYS)
    act(city, DSO, Order(ActKind.CONFIRM), SSN)
    assert review_deferrals.answer(SAM, city.catalog, asked.id, "Yes").done == 1
    assert [city.state(place) for place in (SSN, STAYS)] == [ReviewState.CONFIRMED, ReviewState.SUGGESTED]


def test_what_waits_for_an_answer_comes_first_the_oldest_of_it_and_then_the_latest_answers(city: City) -> None:
    asked = [act(city, DSO, ASK, place).id for place in (SSN, STAYS)]
    later = act(city, DSO, replace(ASK, reason="And again?"), SSN).id
    answered = [review_deferrals.answer(SAM, city.catalog, number, "Yes").act.of_id for number in asked[1:]]
    assert [one.act.id for one in questions(city, SAM)] == [later, *answered]


def test_who_may_not_decide_or_propose_is_shown_nothing(city: City) -> None:
    act(city, DSO, ASK, SSN)
    for actor in (RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            review_deferrals.questions(actor, city.catalog)
        with pytest.raises(NotAllowed):
            review_deferrals.later(actor, city.catalog)
        assert review_deferrals.open_for(actor, city.catalog) == 0
    with pytest.raises(NotAllowed):
        review_deferrals.later(SAM, city.catalog)
