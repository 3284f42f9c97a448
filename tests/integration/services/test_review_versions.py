"""What a form saw holds for as long as nobody says anything: it overrules no word that it did not show."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import Conflict, NotFound
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing, Verdict
from catalog.model.review import ActKind, LeftOutBecause, Order, Pick, ReviewState, Why
from catalog.services import orphans, people, review, review_proposals, second_readings
from catalog.services.catalog import Catalog
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


def test_one_decision_beside_the_evidence_overrides_no_word_that_it_did_not_show(city: City) -> None:
    one = shown(city, ONE)
    review.act(CPO, city.catalog, REJECT, [one])
    city.wait(seconds=40)
    with pytest.raises(Conflict, match="Casey Poole decided this 40 seconds ago: not this type"):
        review.decide(DSO, city.catalog, one.column_id, "SSN", Verdict.CONFIRMED, seen=one.version)
    assert city.standings(ONE)["SSN"] is Standing.REJECTED
    seen = shown(city, ONE).version
    assert review.decide(DSO, city.catalog, one.column_id, "SSN", Verdict.CONFIRMED, seen=seen)


def test_one_decision_beside_the_evidence_ends_no_proposal_that_it_did_not_show(city: City) -> None:
    city = city.with_four_eyes()
    one = shown(city, ONE)
    assert review.decide(DSO, city.catalog, one.column_id, "SSN", Verdict.REJECTED, seen=one.version) is None
    with pytest.raises(Conflict, match="waits for a second person"):
        review.decide(CPO, city.catalog, one.column_id, "SSN", Verdict.CONFIRMED, seen=one.version)
    with pytest.raises(Conflict, match="waits for a second person"):
        review.decide(CPO, city.catalog, one.column_id, "SSN", Verdict.REJECTED)  # the same, said again
    assert len(review_proposals.waiting(CPO, city.catalog)) == 1


NOT_IDENTIFYING, TO_PHONE = Order(ActKind.NOT_IDENTIFYING), Order(ActKind.CHANGE_TYPE, to_code="PHONE")


@pytest.mark.parametrize(
    ("order", "verdict", "stands"),
    [
        (NOT_IDENTIFYING, Verdict.CONFIRMED, Standing.CONFIRMED),
        (TO_PHONE, Verdict.REJECTED, Standing.REJECTED),
    ],
)
@pytest.mark.parametrize("is_late", [True, False])
def test_a_word_on_another_type_of_the_column_is_not_overridden_unseen(
    city: City, order: Order, verdict: Verdict, stands: Standing, *, is_late: bool
) -> None:
    before = shown(city, ONE)
    made = review.decide(CPO, city.catalog, before.column_id, "PHONE", verdict)
    assert made is not None
    one = before if is_late else shown(city, ONE)
    city.wait(seconds=40)
    preview = review.preview(DSO, city.catalog, order, [one, shown(city, TWO)])
    done = review.act(DSO, city.catalog, order, [one, shown(city, TWO)])
    for told in (preview.left_out, done.left_out):
        (left,) = told
        assert (left.column_id, left.type_code, left.because) == (
            one.column_id, "PHONE", LeftOutBecause.OTHER_TYPE_DECIDED,
        )  # fmt: skip
        assert left.last is not None
        assert (left.last.person, left.last.verdict) == ("Casey Poole", verdict)
    assert city.standings(ONE) == {"SSN": Standing.SUGGESTED, "PHONE": stands}
    with pytest.raises(Conflict, match="of another type of this column Casey Poole decided this 40 seconds ago"):
        review.act(DSO, city.catalog, order, [one])
    alone = replace(one, seen=made.id)
    assert review.preview(DSO, city.catalog, order, [alone]).left_out == ()
    assert review.act(DSO, city.catalog, order, [alone]).done == 1
    assert city.standings(ONE)["PHONE"] is not stands


def test_what_is_proposed_of_another_type_of_the_column_is_not_ended(city: City) -> None:
    city = city.with_four_eyes()
    review.act(DSO, city.catalog, TO_PHONE, [shown(city, ONE)])
    with pytest.raises(Conflict, match="waits for a second person"):
        review.act(CPO, city.catalog, NOT_IDENTIFYING, [shown(city, ONE)])
    assert len(review_proposals.waiting(CPO, city.catalog)) == 1


def test_the_log_and_the_preview_name_each_type_that_is_decided_on(city: City) -> None:
    preview = review.preview(DSO, city.catalog, NOT_IDENTIFYING, [shown(city, ONE)])
    assert [kind.code for kind in preview.types] == ["SSN", "PHONE"]
    done = review.act(DSO, city.catalog, NOT_IDENTIFYING, [shown(city, ONE)])
    assert done.act.type_code is None
    assert city.audited()[-1].detail == "not_identifying SSN,PHONE columns=1"
    review.undo(DSO, city.catalog, done.act.id)
    review.act(DSO, city.catalog, CONFIRM, [shown(city, ONE), shown(city, ONE, "PHONE")])
    assert city.audited()[-1].detail == "confirmed SSN,PHONE"
    changed = review.act(DSO, city.catalog, Order(ActKind.CHANGE_TYPE, to_code="EMAIL"), [shown(city, TWO)])
    assert (changed.act.type_code, city.audited()[-1].detail) == ("SSN", "change_type SSN to EMAIL columns=1")


def test_what_is_decided_is_not_called_proposed_where_somebody_decides_in_between(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = city.with_four_eyes()
    foresee = review._only_proposes

    def overtaken(actor: Actor, catalog: Catalog, order: Order, picks: Sequence[Pick]) -> bool:
        monkeypatch.undo()
        foreseen = foresee(actor, catalog, order, picks)
        made = review.act(CPO, city.catalog, REJECT, [shown(city, ONE)])
        review_proposals.settle(DEPUTY, city.catalog, made.act.id, approve=True)
        return foreseen

    one = shown(city, ONE, "PHONE")
    monkeypatch.setattr(review, "_only_proposes", overtaken)
    with pytest.raises(Conflict, match="at this moment"):
        review.act(DSO, city.catalog, NOT_IDENTIFYING, [one])
    assert city.standings(ONE)["PHONE"] is Standing.SUGGESTED


@pytest.mark.parametrize(
    ("does", "theirs"),
    [
        (lambda city, column_id: review.decide(DSO, city.catalog, column_id, "SSN", Verdict.CONFIRMED), THEIRS),
        (lambda city, column_id: orphans.settle(DSO, city.catalog, column_id, None), THEIRS),
        (lambda city, dataset_id: orphans.rest(DSO, city.catalog, dataset_id), "dch.patients"),
    ],
)
def test_what_another_agency_has_is_answered_like_what_is_not_there(
    city: City, does: Callable[[City, int], object], theirs: str
) -> None:
    said = []
    known: Mapping[str, int] = {**city.columns, **city.datasets}
    for number in (known[theirs], 10**6):
        with pytest.raises(NotFound) as refused:
            does(city, number)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_form_that_is_sent_once_more_for_something_else_is_not_told_that_it_was_done(city: City) -> None:
    one, other = shown(city, ONE), shown(city, TWO)
    until = Order(ActKind.DEFER, until=city.now.date() + timedelta(days=30))
    put_off = review.act(DSO, city.catalog, until, [one], token="page")
    assert review.act(DSO, city.catalog, until, [one], token="page").act == put_off.act
    with pytest.raises(Conflict, match="put it off"):
        review.act(DSO, city.catalog, CONFIRM, [one], token="page")
    done = review.act(DSO, city.catalog, CONFIRM, [other], token="page")
    assert (done.repeated, done.done, city.standings(TWO)["SSN"]) == (False, 1, Standing.CONFIRMED)
    back = review.undo(DSO, city.catalog, put_off.act.id, token="page")
    assert (back.repeated, back.act.of_id) == (False, put_off.act.id)
    assert review.undo(DSO, city.catalog, put_off.act.id, token="page").act == back.act
    assert not review.undo(DSO, city.catalog, done.act.id, token="page").repeated


def test_a_form_that_settled_a_proposal_settles_another(city: City) -> None:
    city = city.with_four_eyes()
    acts = [review.act(DSO, city.catalog, REJECT, [shown(city, place)]).act.id for place in (ONE, TWO)]
    for number in acts:
        done = review_proposals.settle(CPO, city.catalog, number, approve=True, token="page")
        assert (done.repeated, done.act.of_id) == (False, number)
    assert review_proposals.settle(CPO, city.catalog, acts[0], approve=True, token="page").repeated
