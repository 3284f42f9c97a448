"""The queue of review: what is in it, in which order, for whom; and that it is what rebuilding it makes, always."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Scope
from catalog.model.decisions import VERDICTS, Standing, Verdict, effective
from catalog.model.evidence import Finding
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
from catalog.store import holdings, judgements, register, rows, scans
from catalog.store import review_queue as store
from catalog.store.engine import Connection
from catalog.store.review_schema import review_acts, review_groups, review_items, review_totals, second_readings
from catalog.store.schema import columns, decisions
from tests.support.builders import CPO, OPERATOR, RESEARCHER, a_column, a_finding, a_result, listed
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
    assert review_states.rebuild(OPERATOR, city.catalog) > 0
    assert tables(city) == before
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


NAMES = ("ssn", "ssn_2", "mail", "who", "zip")
CODES = ("SSN", "EMAIL", "NAME")


def scan(city: City, chance: Random) -> None:
    """Tables come, go and change their names, and so do columns and what is found in them."""
    names = [name for name in ("clients", "stays", "visits") if chance.random() < 0.8]
    names += ["moved"] if chance.random() < 0.3 else []
    look(city, {name: drawn(chance) for name in names}, chance.choice(("dso", "dch")))


def drawn(chance: Random) -> list[ColumnResult]:
    chosen = [name for name in NAMES if chance.random() < 0.7]
    made = [a_column(name, found(chance), position=place) for place, name in enumerate(chosen)]
    if chance.random() < 0.3:
        hidden = a_column("h", found(chance), position=9)
        made.append(replace(hidden, name=SafeName("Aa", "key", True)))
    return made


def found(chance: Random) -> list[Finding]:
    return [a_finding(code, chance.choice((0.3, 0.6, 0.9))) for code in CODES if chance.random() < 0.4]


def act(city: City, chance: Random) -> None:
    items, _, _ = tables(city)
    picks = [Pick(one.column_id, one.type_code, one.version) for one in chance.sample(items, min(3, len(items)))]
    until = city.now.date() + timedelta(days=chance.randint(1, 3))
    order = chance.choice(
        (
            CONFIRM, REJECT, Order(ActKind.CHANGE_TYPE, Why.WRONG_TYPE, to_code=chance.choice(CODES)),
            Order(ActKind.NOT_IDENTIFYING, Why.TEST_DATA), Order(ActKind.DEFER, until=until),
            Order(ActKind.DEFER, to_person_id="cpo"),
            Order(ActKind.ASK, reason="Is it?", to_person_id=STEWARD),
        )
    )  # fmt: skip
    who, where = chance.choice((CPO, DSO, DCH)), chance.choice((city, city.with_four_eyes()))
    review.act(who, where.catalog, order, picks)


def say(city: City, chance: Random) -> None:
    """A word on one column, of whatever type, found or not."""
    with city.catalog.reading() as connection:
        live = list(connection.execute(select(columns.c.id).where(columns.c.retired_at.is_(None))).scalars())
    review.decide(CPO, city.catalog, chance.choice(live), chance.choice(CODES), chance.choice(VERDICTS))


def undo(city: City, chance: Random) -> None:
    with city.catalog.reading() as connection:
        made = connection.execute(select(review_acts.c.id, review_acts.c.person_id).order_by(review_acts.c.id)).all()
    who = {one.person_id: one for one in (CPO, DSO, DCH)}
    number, person_id = chance.choice(made[-4:])
    review.undo(who[person_id], chance.choice((city, city.with_four_eyes())).catalog, number)


def settle(city: City, chance: Random) -> None:
    """A second person's word on a proposal, or a person's on decisions whose column is gone."""
    for one in review_proposals.waiting(CPO, city.catalog)[:1]:
        review_proposals.settle(CPO, city.catalog, one.act.id, approve=chance.random() < 0.5, reason="Because")
    for gone in orphans.waiting(CPO, city.catalog).orphans[:1]:
        to = [one.column.id for one in gone.candidates]
        orphans.settle(CPO, city.catalog, gone.column.id, chance.choice([*to, None]))


def contradict(city: City, chance: Random) -> None:
    with city.catalog.reading() as connection:
        made = connection.execute(select(decisions.c.column_id).order_by(decisions.c.id)).scalars().all()
    names = {column_id: place for place, column_id in city.columns.items()}
    known = [names[column_id] for column_id in made if column_id in names]
    if known:
        dispute(city, chance.choice(known))


def days(city: City, chance: Random) -> None:
    city.wait(days=chance.randint(1, 2))


STEPS: tuple[Callable[[City, Random], None], ...] = (
    scan, act, act, say, undo, act, settle, contradict, days, scan, undo, scan,
)  # fmt: skip


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(STEPS), st.integers(0, 10**6))
def test_the_queue_kept_in_step_is_the_one_made_from_nothing(
    base: City, at_once: None, steps: list[Callable[[City, Random], None]], seed: int
) -> None:
    with a_history(base) as made:
        city = unread(made)
        for place, step in enumerate(steps):
            with suppress(Conflict, NotFound, NotAllowed, RequestError, IndexError):  # what the rules refuse
                step(city, Random(f"{seed} {place}"))
            review_states.catch_up(city.catalog)  # runs take days here
            assert review_states.rebuild(OPERATOR, city.catalog) == 0, (place, step.__name__)
        agrees(city)
        kept = tables(city)
        city.catalog.note(empty)
        review_states.rebuild(OPERATOR, city.catalog)
        assert tables(city) == kept


def agrees(city: City) -> None:
    """The queue against what is on record, counted by hand."""
    items, groups, totals = tables(city)
    with city.catalog.reading() as connection:
        live = [
            column
            for source in register.all_sources(connection)
            for dataset in scans.datasets_of(connection, source.id)
            if dataset.retired_at is None
            for column in holdings.live_columns(connection, dataset.id)
        ]
        ids = [column.id for column in live]
        found = judgements.by_column(judgements.findings_of(connection, ids))
        decided = judgements.by_column(judgements.decisions_of(connection, ids))
    stand = {
        (column_id, one.type_code): one.standing.value
        for column_id in ids
        for one in effective(found.get(column_id, ()), decided.get(column_id, ()))
    }
    assert stand.keys() == {(one.column_id, one.type_code) for one in items}
    plain = {one.value for one in Standing}
    for one in items:
        assert one.state.value not in plain or one.state.value == stand[one.column_id, one.type_code]
    of = Counter((one.group_key, one.agency_id, one.state.value) for one in items)
    waits = Counter((key, agency_id) for key, agency_id, state in of.elements() if state in _WAITING)
    for group in groups:
        pair = group.group_key, group.agency_id
        assert group.columns == waits[pair] == group.high + group.medium + group.low
        for state in ("reopened", "disputed", "deferred", "asked", "proposed", "confirmed", "rejected"):
            assert getattr(group, state) == of[*pair, state]
    assert {(one.group_key, one.agency_id) for one in items} == {(one.group_key, one.agency_id) for one in groups}
    for total in totals:
        parts = [one for one in groups if one.group_key == total.group_key]
        assert (total.columns, total.agencies) == (
            sum(one.columns for one in parts),
            sum(one.columns > 0 for one in parts),
        )
        assert total.value == pytest.approx(sum(one.value for one in parts))


_WAITING = {"suggested", "reopened", "disputed"}
