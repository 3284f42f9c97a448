"""Second readings: who is given what to read, that nothing tells the first word, and what becomes of the second."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model import quality
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing, Verdict
from catalog.model.quality import lot
from catalog.model.review import ActKind, Order, ReviewState, Why
from catalog.model.review_views import ReadingView
from catalog.services import people, review, review_proposals, second_readings
from catalog.services import review_pages as review_queue_pages
from catalog.services.catalog import _Joined
from catalog.store import review_pages
from catalog.store.review_schema import second_readings as table
from tests.support.builders import CPO, OPERATOR, RESEARCHER
from tests.support.review_world import DCH, DSO, STEWARD, City, a_city, a_history

CONFIRM, REJECT = Order(ActKind.CONFIRM), Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
SSN, MAIL, THEIRS = "dso.clients.ssn", "dso.clients.mail", "dch.patients.ssn"
STAFF = Actor("staff", "Sidney Taff", frozenset({Grant(Role.CPO_STAFF)}))
NO = Verdict.REJECTED, Why.SAMPLE_NOISE


def all_read(city: City, percent: int = 100) -> City:
    """The same with so many percent of decisions coming back."""
    settings = city.catalog.settings.model_copy(update={"second_reading_percent": percent})
    return replace(city, catalog=replace(city.catalog, settings=settings))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("readings"), cluster)
    people.add_person(OPERATOR, made.catalog, "staff", "Sidney Taff", Role.CPO_STAFF)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with history(base) as made:
        yield made


def history(base: City) -> AbstractContextManager[City]:
    return a_history(all_read(base))


def decide(city: City, actor: Actor, order: Order, *places: str) -> None:
    review.act(actor, city.catalog, order, [replace(city.pick(place), version=None) for place in places])


def first(city: City, actor: Actor = CPO) -> ReadingView:
    caught_up(city)
    view = second_readings.next_one(actor, city.catalog)
    assert view is not None
    return view


def left(city: City, actor: Actor) -> int:
    """How many wait for somebody, counted both ways."""
    caught_up(city)
    view = second_readings.next_one(actor, city.catalog)
    with city.catalog.reading() as connection:
        counted = second_readings.waiting(connection, actor)
    assert counted == (view.left if view else 0)
    return counted


def caught_up(city: City) -> None:
    """Bring the queue up to date, which many changes that happen together leave for their end."""
    joined = cast("_Joined", city.catalog)
    joined.catch_up()
    joined._postponed.clear()  # so that what comes next has to say itself what it moves


def entries(city: City) -> list[tuple[str, str, str]]:
    return [(one.action, one.thing, one.agency_id) for one in city.audited() if one.action == "read_second"]


def test_nothing_that_is_shown_tells_the_first_word(base: City) -> None:
    shown = []
    for order in (CONFIRM, REJECT, Order(ActKind.NOT_IDENTIFYING, Why.TEST_DATA)):
        with history(base) as city:
            review.act(CPO, city.catalog, CONFIRM, [city.pick(MAIL, "EMAIL")])  # beside it, by the reader
            decide(city, DSO, order, SSN)
            view = first(city)
            shown.append(replace(view, id=0, left=0))
            assert DSO.name not in repr(view)
            assert DSO.person_id not in repr(view)
            assert "Made up for a course" not in repr(view)
            tags = [view.tag, *(tag for column in view.neighbours for tag in column.tags)]
            assert {tag.standing for tag in tags} == {Standing.SUGGESTED}
            assert not any(tag.decision or tag.decided_by for tag in tags)
    confirmed, rejected, nothing = shown
    assert confirmed == rejected
    assert nothing.tag.type.code in {"SSN", "PHONE"}
    assert nothing.neighbours == confirmed.neighbours
    assert (confirmed.tag.type.code, confirmed.column.name, confirmed.tag.strength) == ("SSN", "ssn", 0.9)
    assert [view.column.name for view in confirmed.neighbours] == ["ssn", "mail", "note"]


def past(city: City, actor: Actor) -> dict[str, tuple[int, int, str]]:
    """What the queue tells somebody of what was decided of columns alike to one that waits, by agency."""
    caught_up(city)
    page = review_queue_pages.one(actor, city.catalog, city.columns["dso.stays.ssn"], "SSN")
    return {one.agency.id: (one.confirmed, one.rejected, one.last.person) for one in page.past}


def test_the_readers_own_queue_does_not_tell_the_first_word_as_what_was_decided_of_alike_columns(city: City) -> None:
    decide(city, DSO, CONFIRM, SSN)
    decide(city, DCH, CONFIRM, THEIRS)
    assert past(city, DSO) == {"dso": (1, 0, DSO.name)}
    assert past(city, CPO) == {}
    for _ in range(2):
        second_readings.read(CPO, city.catalog, first(city).id, Verdict.CONFIRMED)
    assert past(city, CPO) == {"dso": (1, 0, DSO.name), "dch": (1, 0, DCH.name)}


def test_what_nothing_speaks_for_does_not_come_back_for_that_would_tell(city: City) -> None:
    change = Order(ActKind.CHANGE_TYPE, Why.WRONG_TYPE, to_code="DRIVER_LICENSE")
    decide(city, DSO, change, SSN)
    assert left(city, CPO) == 1  # the one that was rejected; nothing was found of what it was changed to
    view = first(city)
    assert view.tag.type.code == "SSN"
    assert {tag.type.code for column in view.neighbours for tag in column.tags} == {"SSN", "PHONE", "EMAIL"}


def test_it_is_given_to_who_decides_there_and_said_nothing_on_it_before(city: City) -> None:
    decide(city, STAFF, REJECT, SSN)
    decide(city, DSO, CONFIRM, SSN)
    assert [left(city, actor) for actor in (CPO, DSO, STAFF, DCH)] == [1, 0, 0, 0]
    number = first(city).id
    for actor in (DSO, STAFF, DCH):
        with pytest.raises(NotFound) as refused:
            second_readings.read(actor, city.catalog, number, Verdict.CONFIRMED)
        with pytest.raises(NotFound) as nothing:
            second_readings.read(actor, city.catalog, 10**6, Verdict.CONFIRMED)
        assert str(refused.value) == str(nothing.value)
    steward = Actor(STEWARD, "Sam Teward", frozenset({Grant(Role.STEWARD, "dso")}))
    for actor in (steward, RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            second_readings.next_one(actor, city.catalog)
        with pytest.raises(NotAllowed):
            second_readings.read(actor, city.catalog, number, Verdict.CONFIRMED)
        with city.catalog.reading() as connection:
            assert second_readings.waiting(connection, actor) == 0
    assert entries(city) == []


def test_who_proposed_on_it_or_agreed_to_a_proposal_has_spoken(city: City) -> None:
    city = city.with_four_eyes()
    decide(city, DSO, REJECT, SSN)
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    review_proposals.settle(CPO, city.catalog, waits.act.id, approve=True, reason="So it is")
    assert city.standings(SSN)["SSN"] is Standing.REJECTED
    assert [left(city, actor) for actor in (DSO, CPO, STAFF)] == [0, 0, 1]
    decide(city, STAFF, CONFIRM, SSN)
    assert [left(city, actor) for actor in (DSO, CPO, STAFF)] == [0, 0, 0]


def test_that_it_comes_back_does_not_tell_the_first_word_where_a_second_person_is_asked(city: City) -> None:
    city = city.with_four_eyes()
    decide(city, DSO, REJECT, SSN)
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    review_proposals.settle(CPO, city.catalog, waits.act.id, approve=True)
    decide(city, DSO, CONFIRM, "dso.stays.ssn")
    assert left(city, STAFF) == 2  # a rejection that two agreed to, and a confirmation


def test_where_two_agree_all_stays_as_it_is(city: City) -> None:
    decide(city, DSO, CONFIRM, SSN)
    made, view = city.decisions(SSN), first(city)
    assert second_readings.read(CPO, city.catalog, view.id, Verdict.CONFIRMED) is True
    assert (city.decisions(SSN), city.state(SSN)) == (made, ReviewState.CONFIRMED)
    assert entries(city) == [("read_second", f"column:{city.columns[SSN]}", "dso")]
    assert left(city, CPO) == 0


def test_where_two_disagree_it_waits_again_until_somebody_decides_and_nothing_is_overwritten(city: City) -> None:
    decide(city, DSO, CONFIRM, SSN)
    made = city.decisions(SSN)
    assert second_readings.read(CPO, city.catalog, first(city).id, *NO, "Only in the sample") is False
    assert city.decisions(SSN) == made
    assert city.standings(SSN)["SSN"] is Standing.CONFIRMED
    assert city.state(SSN) is ReviewState.DISPUTED
    with city.catalog.reading() as connection:
        (kept,) = review_pages.readings_of(connection, [made[0].id]).values()
    assert (kept.reader_id, kept.verdict, kept.why, kept.reason) == ("cpo", *NO, "Only in the sample")
    assert kept.read_at == city.now
    (entry,) = (one for one in city.audited() if one.action == "read_second")
    assert '"verdict":"rejected"' in entry.after
    assert "Only in the sample" not in entry.after
    decide(city, CPO, REJECT, SSN)
    assert city.state(SSN) is ReviewState.REJECTED


def test_what_is_said_twice_by_one_is_said_once_and_another_comes_too_late(city: City) -> None:
    decide(city, DSO, CONFIRM, SSN)
    number = first(city).id
    assert first(city, STAFF).id == number
    assert second_readings.read(CPO, city.catalog, number, *NO) is False
    assert second_readings.read(CPO, city.catalog, number, *NO) is False
    assert len(entries(city)) == 1
    for actor, said in ((CPO, Verdict.CONFIRMED), (STAFF, Verdict.REJECTED)):
        with pytest.raises(Conflict, match="read it meanwhile"):
            second_readings.read(actor, city.catalog, number, said, Why.TEST_DATA)
    assert len(entries(city)) == 1


def test_it_drops_out_when_the_decision_is_no_longer_the_one_in_effect_and_comes_back_with_it(city: City) -> None:
    decide(city, DSO, CONFIRM, SSN)
    number = first(city).id
    taken_back = review.undo(DSO, city.catalog, city.decisions(SSN)[0].act_id or 0)
    assert left(city, CPO) == 0
    with pytest.raises(Conflict):
        second_readings.read(CPO, city.catalog, number, Verdict.CONFIRMED)
    review.undo(DSO, city.catalog, taken_back.act.id)
    assert first(city).id == number
    decide(city, DSO, REJECT, SSN)
    assert first(city).id != number


@pytest.mark.parametrize("strength", [0.3, None])
def test_it_drops_out_when_the_evidence_is_no_longer_what_was_judged(city: City, strength: float | None) -> None:
    decide(city, DSO, CONFIRM, SSN)
    city.move(SSN, "SSN", strength)
    assert city.standings(SSN)["SSN"] is Standing.REOPENED
    assert left(city, CPO) == 0


def test_it_drops_out_while_nothing_is_found_or_the_table_is_gone(city: City) -> None:
    decide(city, DSO, REJECT, SSN)
    decide(city, DCH, CONFIRM, THEIRS)
    assert left(city, CPO) == 2
    city.move(SSN, "SSN", None)
    assert city.standings(SSN)["SSN"] is Standing.REJECTED
    assert first(city).column.id == city.columns[THEIRS]
    assert left(city, CPO) == 1


def test_few_of_one_act_and_type_come_back_however_many_it_decides(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "MOST_OF_ONE", 2)
    decide(city, CPO, CONFIRM, SSN, "dso.stays.ssn", THEIRS)
    assert left(city, STAFF) == 2
    assert left(city, DSO) + left(city, DCH) == 2


def test_none_comes_back_where_the_setting_says_none(base: City) -> None:
    with a_history(all_read(base, 0)) as city:
        decide(city, DSO, CONFIRM, SSN, "dso.stays.ssn")
        assert left(city, CPO) == 0


def test_what_comes_first_is_each_readers_own_lot(city: City) -> None:
    for place in (SSN, "dso.stays.ssn", THEIRS):
        decide(city, DCH if place is THEIRS else DSO, CONFIRM, place)
    with city.catalog.reading() as connection:
        ids = [row.id for row in connection.execute(table.select())]
    key = city.catalog.audit_key
    for actor in (CPO, STAFF):
        lots = {lot(key, number, actor.person_id): number for number in ids}
        assert first(city, actor).id == lots[min(lots)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE second_readings SET reason = 'Another' WHERE verdict IS NOT NULL",
        "UPDATE second_readings SET verdict = NULL, read_at = NULL WHERE verdict IS NOT NULL",
        "UPDATE second_readings SET type_code = 'PHONE' WHERE verdict IS NULL",
        "UPDATE second_readings SET verdict = 'rejected', agency_id = 'dch' WHERE verdict IS NULL",
        "DELETE FROM second_readings WHERE verdict IS NULL",
        "DELETE FROM second_readings WHERE verdict IS NOT NULL",
    ],
)
def test_what_was_read_or_drawn_is_not_changed_past_the_application(city: City, change: str) -> None:
    decide(city, DSO, CONFIRM, SSN, "dso.stays.ssn")
    second_readings.read(CPO, city.catalog, first(city).id, Verdict.CONFIRMED)
    with city.catalog.reading() as connection, pytest.raises(DatabaseError, match="only ever added to"):
        connection.execute(text(change))


@pytest.mark.parametrize(
    ("verdict", "why", "reason"),
    [
        (Verdict.WITHDRAWN, None, ""),
        (Verdict.REJECTED, None, "Because"),
        (Verdict.REJECTED, Why.OTHER, "  "),
        (Verdict.REJECTED, Why.TEST_DATA, "x" * 501),
    ],
)
def test_what_cannot_be_said_is_refused(city: City, verdict: Verdict, why: Why | None, reason: str) -> None:
    decide(city, DSO, CONFIRM, SSN)
    with pytest.raises(RequestError):
        second_readings.read(CPO, city.catalog, first(city).id, verdict, why, reason)
    assert entries(city) == []
