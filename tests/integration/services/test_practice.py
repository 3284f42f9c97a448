"""The practice queue as its people use it: turns, what counts, and that nobody sees another's."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.practice_views import PracticePage
from catalog.model.review import ActKind, PracticeAnswer
from catalog.model.review_views import PracticeItem
from catalog.services import people, practice
from catalog.services.catalog import Catalog
from catalog.store import practice as stored
from catalog.taxonomy import practice as taxonomy
from tests.integration.services.conftest import DATABASES, two_agencies
from tests.support.builders import OPERATOR

ITEMS = taxonomy.load()
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(params=DATABASES, scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """A catalog for all tests here; each has people of its own."""
    with two_agencies(request, tmp_path_factory.mktemp("practice")) as made:
        yield made


def somebody(catalog: Catalog, name: str) -> Actor:
    people.add_person(OPERATOR, catalog, name, f"Officer {name}", Role.OFFICER, "dso")
    return Actor(name, f"Officer {name}", frozenset({Grant(Role.OFFICER, "dso")}))


def answer(actor: Actor, catalog: Catalog, page: PracticePage, *, rightly: bool = True, ms: int = 1000) -> None:
    assert page.item
    kind, code = page.item.answers[0] if rightly else (ActKind.CHANGE_TYPE, page.item.type.code)
    practice.answer(actor, catalog, page.item.id, kind, code, ms, turn=page.turn)


def kept(person: str, item: PracticeItem, at: int) -> PracticeAnswer:
    """An answer in a first turn as it is kept, wrong every fourth time."""
    return PracticeAnswer(0, person, 1, item.id, ActKind.CONFIRM, None, bool(at % 4), at, NOW)


def test_a_turn_goes_through_every_item_once_and_ends_with_its_result(shared: Catalog) -> None:
    ada = somebody(shared, "ada")
    every = practice.order("ada", 1, ITEMS.values())
    with shared.changing(OPERATOR, "read", "practice", "for a test") as change:
        for at, item in enumerate(every[:-9]):
            stored.keep(change.connection, kept("ada", item, at))
    for at, item in enumerate(every[-9:-1], len(every) - 9):
        answer(ada, shared, page := practice.page(ada, shared), rightly=bool(at % 4), ms=at)
        assert page.item == item
    page = practice.page(ada, shared)
    assert page.item == every[-1]
    answer(ada, shared, page, ms=199)
    page = practice.page(ada, shared)
    assert page.item is None
    assert page.result.answered == page.result.total == 200
    assert page.result.right == 150
    assert page.result.median_ms in (99, 100)
    assert sum(right for right, _ in page.result.bands.values()) == 150
    assert {band: answered for band, (_, answered) in page.result.bands.items()} == {
        "high": 90, "medium": 60, "low": 50
    }  # fmt: skip
    assert [one.item for one in page.missed] == every[:-1:4]


def test_the_first_answer_in_a_turn_counts_and_another_turn_asks_anew(shared: Catalog) -> None:
    ben = somebody(shared, "ben")
    page = practice.page(ben, shared)
    assert page.item
    answer(ben, shared, page, rightly=False)
    kind, code = page.item.answers[0]
    again = practice.answer(ben, shared, page.item.id, kind, code, 1, turn=1)
    assert not again.is_right
    assert practice.page(ben, shared).result.answered == 1
    anew = practice.page(ben, shared, turn=2)
    assert (anew.turn, anew.result.answered, anew.last) == (2, 0, None)
    assert practice.page(ben, shared).turn == 1
    assert practice.page(ben, shared, turn=9).turn == 2  # none is skipped
    assert practice.answer(ben, shared, page.item.id, kind, code, 1, turn=9).is_right
    assert practice.page(ben, shared).turn == 2
    assert practice.page(ben, shared, turn=1).result.right == 0


def test_to_change_a_type_is_right_only_to_the_type_it_is(shared: Catalog) -> None:
    ivy = somebody(shared, "ivy")
    to = {item.id: [code for _, code in item.answers if code] for item in ITEMS.values()}
    one, other = [item for item in ITEMS.values() if len(to[item.id]) == 1][:2]
    assert practice.answer(ivy, shared, one.id, ActKind.CHANGE_TYPE, to[one.id][0], 1, turn=1).is_right
    assert not practice.answer(ivy, shared, other.id, ActKind.CHANGE_TYPE, other.type.code, 1, turn=1).is_right


def test_where_a_column_is_of_two_types_either_is_right(shared: Catalog) -> None:
    jo = somebody(shared, "jo")
    both = [item for item in ITEMS.values() if (item.table, item.column) == ("BENEFIT_CASE", "CASE_NO")]
    item = next(item for item in both if (ActKind.CONFIRM, None) in item.answers)
    other = next(code for _, code in item.answers if code)
    assert {item.type.code, other} == {"CASE_ID", "BENEFIT_ID"}
    assert practice.answer(jo, shared, item.id, ActKind.CHANGE_TYPE, other, 1, turn=1).is_right
    assert practice.answer(jo, shared, item.id, ActKind.CONFIRM, None, 1, turn=2).is_right


def test_nobody_sees_what_another_answered(shared: Catalog) -> None:
    cy, dee = somebody(shared, "cy"), somebody(shared, "dee")
    answer(cy, shared, practice.page(cy, shared))
    assert practice.page(dee, shared).result.answered == 0
    assert practice.page(dee, shared).last is None


def test_only_who_decides_practises(shared: Catalog) -> None:
    steward = Actor("eve", "Eve", frozenset({Grant(Role.STEWARD, "dso")}))
    item = next(iter(ITEMS.values()))
    with pytest.raises(NotAllowed):
        practice.page(steward, shared)
    with pytest.raises(NotAllowed):
        practice.answer(steward, shared, item.id, ActKind.CONFIRM, None, 1, turn=1)


def test_what_cannot_be_answered_is_refused_and_keeps_nothing(shared: Catalog) -> None:
    fay = somebody(shared, "fay")
    item = next(iter(ITEMS.values()))
    with pytest.raises(NotFound):
        practice.answer(fay, shared, "none", ActKind.CONFIRM, None, 1, turn=1)
    for kind, code in ((ActKind.DEFER, None), (ActKind.CHANGE_TYPE, None), (ActKind.CHANGE_TYPE, "NONE")):
        with pytest.raises(RequestError):
            practice.answer(fay, shared, item.id, kind, code, 1, turn=1)
    assert practice.page(fay, shared).result.answered == 0


def test_who_was_away_is_not_taken_to_have_thought_all_the_while(shared: Catalog) -> None:
    gus = somebody(shared, "gus")
    for ms in (-5, 10**9):
        answer(gus, shared, practice.page(gus, shared), ms=ms)
    with shared.reading() as connection:
        kept = stored.of_turn(connection, "gus", 1)
    assert [one.ms for one in kept] == [0, practice.LONGEST_MS]


@given(person=st.text(max_size=8), turn=st.integers(1, 50), items=st.permutations(list(ITEMS.values())[:12]))
@settings(max_examples=50)
def test_an_order_is_the_same_for_the_same_turn_of_the_same_person(
    person: str, turn: int, items: Sequence[PracticeItem]
) -> None:
    order = practice.order(person, turn, items)
    assert order == practice.order(person, turn, reversed(items))
    assert sorted(item.id for item in order) == sorted(item.id for item in items)


def test_turns_and_persons_have_orders_of_their_own() -> None:
    orders = {tuple(item.id for item in practice.order(*one, ITEMS.values())) for one in (("a", 1), ("a", 2), ("b", 1))}
    assert len(orders) == 3
