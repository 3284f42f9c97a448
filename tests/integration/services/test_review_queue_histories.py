"""Whatever happens, in any order: the queue of review kept in step is the one made from nothing, and it counts."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.decisions import VERDICTS, Standing, effective
from catalog.model.evidence import Finding
from catalog.model.review import ActKind, Order, Pick, Why
from catalog.model.runs import ColumnResult, SafeName
from catalog.services import orphans, review, review_proposals, review_states
from catalog.services.catalog import _Joined
from catalog.store import holdings, judgements, register, scans
from catalog.store.review_schema import review_acts
from catalog.store.schema import columns, decisions
from tests.integration.services.test_review_queue import CONFIRM, REJECT, dispute, empty, look, tables, unread
from tests.support.builders import CPO, OPERATOR, a_column, a_finding
from tests.support.review_world import DCH, DSO, STEWARD, City, a_city, a_history


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("histories"), cluster)
    yield made
    made.catalog.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left for the end of many changes: the queue is kept in step with each, as in a change alone."""
    monkeypatch.setattr(_Joined, "postpone", lambda *_: False)


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


@settings(max_examples=2, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
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
