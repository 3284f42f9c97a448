"""The queue of review: what is in it, in which order, for whom; and that it is what rebuilding it makes, always."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import delete, update

from catalog.errors import Conflict, NotAllowed
from catalog.model.actors import Actor, Scope
from catalog.model.decisions import Verdict
from catalog.model.review import (
    ActKind,
    Order,
    Pick,
    ReviewGroup,
    ReviewItem,
    ReviewState,
    ReviewTotal,
    SecondReading,
    Why,
)
from catalog.model.review_views import QueuePage
from catalog.model.runs import ColumnResult, RunState, SafeName
from catalog.services import (
    orphans,
    recording,
    review,
    review_proposals,
    review_queue,
    review_states,
    schedules,
)
from catalog.services.catalog import _Joined
from catalog.services.schedules import Terms
from catalog.store import holdings, rows, scans
from catalog.store import review_queue as store
from catalog.store.engine import Connection
from catalog.store.review_schema import review_groups, review_items, review_totals, second_readings
from tests.support.builders import CPO, OPERATOR, RESEARCHER, a_column, a_finding, a_result, listed, officer
from tests.support.review_world import DCH, DSO, STEWARD, City, a_city, a_history

CONFIRM, REJECT = Order(ActKind.CONFIRM), Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
SSNS = ("dso.clients.ssn", "dso.stays.ssn", "dch.patients.ssn")
ALL = Scope(None)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("review"), cluster)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City, at_once: None) -> Iterator[City]:
    with a_history(base) as made:
        yield unread(made)


def unread(city: City) -> City:
    """The same with no second readings drawn."""
    settings = city.catalog.settings.model_copy(update={"second_reading_percent": 0})
    return replace(city, catalog=replace(city.catalog, settings=settings))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left for the end of many changes: the queue is kept in step with each, as in a change alone."""
    monkeypatch.setattr(_Joined, "postpone", lambda *_: False)


def named(page: QueuePage) -> list[tuple[str, str, int]]:
    return [(one.name, one.type.code, one.columns) for one in page.lines]


def key_of(city: City, place: str = SSNS[0], code: str = "SSN") -> str:
    (item,) = city.items(place, code)
    return item.group_key


def counted(page: QueuePage, key: str) -> dict[str, int]:
    return {one.value: one.count for facet in page.facets if facet.key == key for one in facet.values}


def test_alike_columns_of_all_agencies_wait_as_one_and_the_most_worth_comes_first(city: City) -> None:
    page = review_queue.queue(CPO, city.catalog, {})
    assert named(page) == [("mail", "EMAIL", 3), ("ssn", "SSN", 3), ("ssn", "PHONE", 1)]
    mail, ssn, _ = page.lines
    assert (ssn.agencies, ssn.high, ssn.medium, ssn.low, ssn.band, ssn.lowered) == (2, 3, 0, 0, "high", False)
    assert (mail.high, mail.medium) == (2, 1)
    assert [one.value for one in page.lines] == sorted((one.value for one in page.lines), reverse=True)
    assert (page.total, page.page, page.pages) == (3, 1, 1)
    assert (page.counts.columns, page.counts.groups, dict(page.counts.bands)) == (
        7, 3, {"high": 5, "medium": 2, "low": 0}
    )  # fmt: skip
    assert named(review_queue.queue(CPO, city.catalog, {}, order="name"))[0] == ("mail", "EMAIL", 3)
    assert [many for _, _, many in named(review_queue.queue(CPO, city.catalog, {}, order="columns"))] == [3, 3, 1]


def test_an_officer_is_told_of_their_agency_alone(city: City) -> None:
    page = review_queue.queue(DCH, city.catalog, {})
    assert named(page) == [("ssn", "SSN", 1), ("mail", "EMAIL", 1)]
    assert {one.agencies for one in page.lines} == {1}
    assert counted(page, "agency") == {"dch": 2}
    assert page.counts.columns == 2
    review.act(DSO, city.catalog, CONFIRM, [city.pick(place) for place in SSNS[:2]])
    assert review_queue.queue(DCH, city.catalog, {}) == page
    told = str(review_queue.queue(DCH, city.catalog, {"agency": ["dso"]}))
    assert "Department dso" not in told
    assert review_queue.queue(DCH, city.catalog, {"agency": ["dso"]}).total == 0
    key = key_of(city)
    with city.catalog.reading() as connection:
        scope = Scope(frozenset({"dch"}))
        assert {one.agency_id for one in store.groups(connection, scope, [key])} == {"dch"}
        found = store.items_of_group(connection, scope, key, list(ReviewState), limit=9, offset=0)
        assert [one.agency_id for one in found] == ["dch"]
        assert store.count_of_group(connection, scope, key, list(ReviewState)) == 1
        assert store.items(connection, scope, [(city.columns[SSNS[0]], "SSN")]) == []
        assert [one.confirmed for one in store.totals(connection, scope, [key])] == [0]
        assert [one.confirmed for one in store.totals(connection, ALL, [key])] == [2]
    for who in (RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            review_queue.queue(who, city.catalog, {})


@pytest.mark.parametrize("who", [CPO, DSO], ids=["cpo", "officer"])
def test_filters_add_up_and_each_facet_tells_what_its_values_would_leave(city: City, who: Actor) -> None:
    review.act(CPO, city.catalog, REJECT, [city.pick("dso.clients.mail", "EMAIL")])
    whole = review_queue.queue(who, city.catalog, {})
    assert review_queue.facets(who, city.catalog, {}) == whole.facets
    for facet in whole.facets:
        for value in facet.values:
            left = review_queue.queue(who, city.catalog, {facet.key: [value.value]})
            assert value.count, "never an empty choice"
            (same,) = (one for one in left.facets if one.key == facet.key)
            assert [(one.value, one.count) for one in same.values] == [(one.value, one.count) for one in facet.values]
            told = {"band": {"high": "high", "medium": "medium", "low": "low"}.get(value.value, "")}.get(facet.key)
            assert sum(getattr(one, told or "columns") for one in left.lines) == value.count
    assert named(review_queue.queue(who, city.catalog, {"type": ["SSN"], "band": ["medium"]})) == []
    both = review_queue.queue(who, city.catalog, {"type": ["SSN", "PHONE"]})
    assert {code for _, code, _ in named(both)} == {"SSN", "PHONE"}
    chosen = review_queue.queue(who, city.catalog, {"type": ["NAME"], "tier": ["nonsense"], "band": ["odd"]})
    assert chosen.total == 0
    assert counted(chosen, "type") == {"NAME": 0}
    assert (counted(chosen, "tier"), counted(chosen, "band")) == ({"nonsense": 0}, {"odd": 0})


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("SSN", ["PHONE", "SSN"]), ("ssn_2 phone", ["PHONE"]), ("social security", ["SSN"]), ("Mail", ["EMAIL"]),
        ("", ["EMAIL", "PHONE", "SSN"]), ("%", ["EMAIL", "PHONE", "SSN"]), ("nothing", []),
    ],
)  # fmt: skip
def test_words_are_looked_for_in_names_and_types(city: City, words: str, codes: list[str]) -> None:
    page = review_queue.queue(CPO, city.catalog, {"q": [words]})
    assert sorted(code for _, code, _ in named(page)) == codes


def test_what_is_decided_leaves_and_what_its_evidence_moves_away_from_returns_wholly_uncertain(city: City) -> None:
    before = review_queue.queue(CPO, city.catalog, {}).lines[1]
    review.act(CPO, city.catalog, CONFIRM, [city.pick(SSNS[0])])
    after = next(one for one in review_queue.queue(CPO, city.catalog, {}).lines if one.type.code == "SSN")
    assert (after.columns, after.confirmed, after.key) == (2, 1, before.key)
    assert after.likely > before.likely
    assert city.state(SSNS[0]) is ReviewState.CONFIRMED
    city.move(SSNS[0], "SSN", None)
    page = review_queue.queue(CPO, city.catalog, {"state": ["reopened"]})
    assert [(code, many) for _, code, many in named(page)] == [("SSN", 3)]
    assert (page.lines[0].reopened, page.counts.reopened, page.lines[0].low) == (1, 1, 1)
    assert counted(page, "state") == {"suggested": 5, "reopened": 1}
    assert page.lines[0].value > after.value


def test_rejections_lower_what_is_alike_in_that_agency(city: City) -> None:
    review.act(DSO, city.catalog, REJECT, [city.pick("dso.clients.mail", "EMAIL")])
    own, other = (review_queue.queue(who, city.catalog, {"type": ["EMAIL"]}).lines[0] for who in (DSO, DCH))
    assert (own.rejected, own.band, own.lowered) == (1, "low", True)
    assert (other.rejected, other.band, other.lowered) == (0, "high", False)


def test_what_is_put_off_waits_elsewhere_and_again_on_its_day_though_nothing_scans(city: City) -> None:
    day = city.now.date() + timedelta(days=3)
    review.act(CPO, city.catalog, Order(ActKind.DEFER, until=day), [city.pick(SSNS[0])])
    (item,) = city.items(SSNS[0])
    assert (item.state, item.until, item.person_id) == (ReviewState.DEFERRED, day, None)
    counts = review_queue.counts(CPO, city.catalog)
    assert (counts.columns, counts.deferred, counts.handed) == (6, 1, 0)
    city.wait(days=2)
    assert review_queue.counts(CPO, city.catalog).deferred == 1
    city.wait(days=1)
    counts = review_queue.counts(CPO, city.catalog)
    assert (counts.columns, counts.deferred) == (7, 0)
    assert city.state(SSNS[0]) is ReviewState.SUGGESTED


def test_what_is_handed_to_somebody_waits_for_them_and_whoever_may_decide_may(city: City) -> None:
    order = Order(ActKind.DEFER, to_person_id=DSO.person_id)
    review.act(CPO, city.catalog, order, [city.pick(place) for place in SSNS[:2]])
    assert review_queue.counts(CPO, city.catalog).handed == 0
    mine = review_queue.queue(DSO, city.catalog, {"state": ["handed"]})
    assert (named(mine), mine.counts.handed, mine.counts.columns) == ([("ssn", "SSN", 2)], 2, 3)
    assert (mine.lines[0].high, mine.lines[0].likely) == (2, pytest.approx(0.925))
    assert counted(review_queue.queue(DSO, city.catalog, {}), "state") == {"suggested": 3, "handed": 2}
    both = review_queue.queue(DSO, city.catalog, {"state": ["suggested", "handed"]})
    assert sorted(named(both)) == [("mail", "EMAIL", 2), ("ssn", "PHONE", 1), ("ssn", "SSN", 2)]
    assert named(review_queue.queue(DSO, city.catalog, {"state": ["handed"], "band": ["low"]})) == []
    review.act(CPO, city.catalog, CONFIRM, [replace(city.pick(SSNS[0]), version=None)])
    assert review_queue.counts(DSO, city.catalog).handed == 1


def test_asked_proposed_and_disputed_are_told_apart(city: City) -> None:
    careful = city.with_four_eyes()
    question = Order(ActKind.ASK, reason="Is this the client's?", to_person_id=STEWARD)
    review.act(DSO, city.catalog, question, [city.pick("dso.clients.mail", "EMAIL")])
    review.act(DSO, city.catalog, CONFIRM, [city.pick(place) for place in SSNS[:2]])
    review.act(DSO, careful.catalog, REJECT, [city.pick(SSNS[1])])
    assert city.state("dso.clients.mail", "EMAIL") is ReviewState.ASKED
    assert city.state(SSNS[1]) is ReviewState.PROPOSED
    counts = review_queue.counts(DSO, city.catalog)
    assert (counts.asked, counts.proposed, counts.disputed) == (1, 1, 0)
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    review_proposals.settle(CPO, careful.catalog, waits.act.id, approve=False, reason="It is right")
    assert city.state(SSNS[1]) is ReviewState.CONFIRMED
    assert dispute(city, SSNS[0])
    assert city.state(SSNS[0]) is ReviewState.DISPUTED
    page = review_queue.queue(DSO, city.catalog, {"state": ["disputed"]})
    assert (named(page), page.counts.disputed) == ([("ssn", "SSN", 1)], 1)
    review.act(DSO, city.catalog, CONFIRM, [replace(city.pick(SSNS[0]), version=None)])
    assert city.state(SSNS[0]) is ReviewState.CONFIRMED


def dispute(city: City, place: str) -> bool:
    """A second reader says otherwise, of the decision in effect on a column."""
    made = city.decisions(place)[-1]
    other = Verdict.REJECTED if made.verdict is Verdict.CONFIRMED else Verdict.CONFIRMED
    agency = place.partition(".")[0]
    said = SecondReading(
        0, made.id, made.column_id, made.type_code, agency, made.evidence_digest, city.now, "cpo", other, Why.OTHER,
        "No", city.now,
    )  # fmt: skip
    with city.catalog.changing(CPO, "read_second", f"column:{made.column_id}") as change:
        change.alone()
        rows.add(change.connection, second_readings, said)
        review_states.touch(change, city.catalog, [city.datasets[place.rpartition(".")[0]]])
    return True


def test_the_groups_before_and_after_are_those_of_the_list(city: City) -> None:
    for order in review_queue.ORDERS:
        keys = [one.key for one in review_queue.queue(CPO, city.catalog, {}, order=order).lines]
        around = [review_queue.around(CPO, city.catalog, key, {}, order=order) for key in keys]
        assert around == list(zip([None, *keys], [*keys[1:], None], strict=False))
    assert review_queue.around(CPO, city.catalog, "gone", {}) == (
        None,
        review_queue.queue(CPO, city.catalog, {}).lines[0].key,
    )
    assert review_queue.around(CPO, city.catalog, "gone", {"q": ["nothing"]}) == (None, None)


def test_a_withheld_name_is_alike_to_none_and_told_to_nobody(city: City) -> None:
    hidden = [
        replace(a_column(f"c{n}", [a_finding("SSN")], position=n), name=SafeName("Aaaa 99", f"k{n}", True))
        for n in (0, 1)
    ]
    look(city, {"people": hidden, "clients": [], "stays": []})
    page = review_queue.queue(DSO, city.catalog, {})
    assert named(page) == [("", "SSN", 1), ("", "SSN", 1)]
    assert len({one.key for one in page.lines}) == 2
    assert named(review_queue.queue(DSO, city.catalog, {"q": ["aaaa"]})) == []
    assert named(review_queue.queue(DSO, city.catalog, {}, order="name")) == named(page)


def test_pages_follow_one_another_and_one_past_the_last_is_the_last(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [one.key for one in review_queue.queue(CPO, city.catalog, {}).lines]
    monkeypatch.setattr(review_queue, "PER_PAGE", 2)
    pages = [review_queue.queue(CPO, city.catalog, {}, page=number) for number in (1, 2)]
    assert [one.key for page in pages for one in page.lines] == whole
    assert [(page.page, page.pages, page.total) for page in pages] == [(1, 2, 3), (2, 2, 3)]
    assert review_queue.queue(CPO, city.catalog, {}, page=10**30) == pages[1]
    assert review_queue.queue(CPO, city.catalog, {}, page=-1) == pages[0]


def test_where_nothing_waits_the_next_scan_is_told(city: City) -> None:
    schedules.put(OPERATOR, city.catalog, 2, Terms(opens=time(2), closes=time(4)))
    assert review_queue.queue(DCH, city.catalog, {}).next_scan is None
    empty = {"q": ["nothing"]}
    told = review_queue.queue(DCH, city.catalog, empty).next_scan
    assert told is not None
    assert told > city.now
    assert review_queue.queue(DSO, city.catalog, empty).next_scan is None
    assert review_queue.queue(CPO, city.catalog, {**empty, "agency": ["dso"]}).next_scan is None
    schedules.hold(OPERATOR, city.catalog, 2, "Moving house")
    assert review_queue.queue(DCH, city.catalog, empty).next_scan is None


def test_columns_of_one_type_that_wait_are_counted(city: City) -> None:
    assert [review_queue.of_type(who, city.catalog, "SSN") for who in (CPO, DSO, DCH)] == [3, 2, 1]
    assert review_queue.of_type(CPO, city.catalog, "NAME") == 0


def test_a_catalog_of_before_there_was_a_queue_gets_one(city: City) -> None:
    before = tables(city)
    city.catalog.note(empty)
    assert review_queue.counts(CPO, city.catalog).columns == 0
    assert [review_queue.is_made(who, city.catalog) for who in (CPO, DSO, officer("none"))] == [False, False, True]
    assert review_states.rebuild(OPERATOR, city.catalog) > 0
    assert tables(city) == before
    assert review_queue.is_made(DSO, city.catalog)
    assert review_states.rebuild(OPERATOR, city.catalog) == 0
    with pytest.raises(NotAllowed):
        review_states.rebuild(DSO, city.catalog)


def test_rebuilding_mends_whatever_is_amiss(city: City) -> None:
    before = tables(city)

    def spoil(connection: Connection) -> None:
        (one, *_), (part, *_), (total, *_) = before
        connection.execute(update(review_items).where(review_items.c.column_id == one.column_id).values(version="x"))
        ghost = replace(part, group_key="ghost")
        rows.add(connection, review_groups, ghost)
        connection.execute(delete(review_groups).where(review_groups.c.group_key == part.group_key))
        connection.execute(update(review_totals).where(review_totals.c.group_key == total.group_key).values(value=-1))

    city.catalog.note(spoil)
    assert review_states.rebuild(OPERATOR, city.catalog) >= 4
    assert tables(city) == before


def test_what_somebody_put_off_does_not_go_on_under_another_name(city: City) -> None:
    """Nobody guesses where a person's word belongs."""
    same = [a_column(name, [a_finding(code)], position=place) for place, (name, code) in enumerate(_ALIKE)]
    look(city, {"clients": same, "stays": []})
    city.wait(days=1)
    run = recording.begin(OPERATOR, city.catalog, 1, seed=1, full=True)
    shown = [listed("stays"), listed("renamed")]
    ids = recording.record_listing(OPERATOR, city.catalog, run, shown, ())
    recording.record_result(OPERATOR, city.catalog, run, ids["renamed"], "v", a_result(same))
    with city.catalog.reading() as connection:
        (first, *_) = holdings.live_columns(connection, ids["renamed"])
    day = city.now.date() + timedelta(days=3)
    review.act(DSO, city.catalog, Order(ActKind.DEFER, until=day), [Pick(first.id, "SSN", None)])
    recording.finish(OPERATOR, city.catalog, run, RunState.DONE)
    with city.catalog.reading() as connection:
        assert {one.name for one in scans.datasets_of(connection, 1)} >= {"clients", "renamed"}
    assert review_states.rebuild(OPERATOR, city.catalog) == 0


_ALIKE = (("ssn", "SSN"), ("mail", "EMAIL"), ("who", "NAME"))


def test_what_is_carried_over_stays_when_the_act_it_was_made_in_is_undone(city: City) -> None:
    done = review.act(DSO, city.catalog, CONFIRM, [city.pick(SSNS[0])])
    look(city, {"clients": [a_column("number", [a_finding("SSN")])], "stays": []})
    (gone,) = orphans.waiting(DSO, city.catalog).orphans
    new = gone.others[0] if gone.others else gone.candidates[0].column
    orphans.settle(DSO, city.catalog, gone.column.id, new.id, "It was given another name")
    with suppress(Conflict):  # what is left of it is on a column that is gone
        review.undo(DSO, city.catalog, done.act.id)
    with city.catalog.reading() as connection:
        (item,) = store.items(connection, ALL, [(new.id, "SSN")])
    assert item.state is ReviewState.CONFIRMED
    assert review_states.rebuild(OPERATOR, city.catalog) == 0


Tables = tuple[list[ReviewItem], list[ReviewGroup], list[ReviewTotal]]


def tables(city: City) -> Tables:
    with city.catalog.reading() as connection:
        return (
            rows.find(connection, review_items, ReviewItem),
            rows.find(connection, review_groups, ReviewGroup),
            rows.find(connection, review_totals, ReviewTotal),
        )


def empty(connection: Connection) -> None:
    for table in (review_items, review_groups, review_totals):
        connection.execute(delete(table))


def look(city: City, made: dict[str, list[ColumnResult]], agency: str = "dso") -> None:
    """A complete run in which these tables are listed and looked at."""
    city.wait(days=1)
    run = recording.begin(OPERATOR, city.catalog, {"dso": 1, "dch": 2}[agency], seed=1, full=True)
    shown = [listed(name, change_key=str(city.now)) for name in made]
    for name, dataset_id in recording.record_listing(OPERATOR, city.catalog, run, shown, ()).items():
        recording.record_result(OPERATOR, city.catalog, run, dataset_id, str(city.now), a_result(made[name]))
    recording.finish(OPERATOR, city.catalog, run, RunState.DONE)
