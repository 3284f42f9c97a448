"""Whatever is done to a city's recognisers, in any order: nothing untried is in use, and no name twice."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from catalog.errors import Conflict
from catalog.model.actors import Role
from catalog.model.recogniser_sets import RecogniserSet, SetState, Trial, TrialOutcome, digest_of
from catalog.services import people, recognisers, sources
from catalog.services.catalog import Catalog
from tests.support.builders import OPERATOR, a_catalog, an_agency
from tests.support.recognisers import text_of

PLACES = st.integers(0, 30)


class Machine(RuleBasedStateMachine):
    """People and the scan side at work; each example under names of its own."""

    catalog: ClassVar[Catalog]
    numbers: ClassVar[Iterator[int]]

    def __init__(self) -> None:
        super().__init__()
        self.prefix = f"{next(self.numbers)}-"
        self.taken: list[Trial] = []
        self.done: set[tuple[int, str]] = set()

    def mine(self) -> list[RecogniserSet]:
        return [one for one in recognisers.sets(OPERATOR, self.catalog) if one.name.startswith(self.prefix)]

    def with_one(self, place: int, verb: Callable[[RecogniserSet], object]) -> None:
        if mine := self.mine():
            one = mine[place % len(mine)]
            try:
                verb(one)
            except Conflict:
                assert one in self.mine(), "what is refused changes nothing"

    def text(self, word: int) -> str:
        return text_of(f"{self.prefix}{word}")

    @rule(name=st.sampled_from("ab"), word=st.integers(0, 2))
    def add(self, name: str, word: int) -> None:
        try:
            recognisers.add(OPERATOR, self.catalog, f"{self.prefix}{name}", self.text(word))
        except Conflict:
            assert any(one.state is SetState.DRAFT for one in self.mine())

    @rule(place=PLACES, word=st.integers(0, 2))
    def change(self, place: int, word: int) -> None:
        self.with_one(
            place, lambda one: recognisers.change(OPERATOR, self.catalog, one.id, self.text(word), one.digest)
        )

    @rule(place=PLACES)
    def ask(self, place: int) -> None:
        self.with_one(place, lambda one: recognisers.ask_trial(OPERATOR, self.catalog, one.id, [1]))

    @rule()
    def take(self) -> None:
        for trial in recognisers.waiting(OPERATOR, self.catalog):
            recognisers.take(OPERATOR, self.catalog, trial)
            self.taken.append(trial)

    @rule(problem=st.sampled_from(["", "", "It failed."]))
    def finish(self, problem: str) -> None:
        if self.taken:
            trial = self.taken.pop()
            recognisers.finish(OPERATOR, self.catalog, trial, TrialOutcome(problem, 1, 0, 1, ()))
            one = recognisers.set_of(OPERATOR, self.catalog, trial.set_id)
            assert one.digest == trial.digest, "the text stands still while it is tried"
            key = (trial.set_id, trial.digest)
            self.done = self.done - {key} if problem else self.done | {key}

    @rule(place=PLACES, verb=st.sampled_from(["use", "use", "retire", "revise", "discard"]))
    def move(self, place: int, verb: str) -> None:
        self.with_one(place, lambda one: getattr(recognisers, verb)(OPERATOR, self.catalog, one.id))

    @invariant()
    def nothing_untried_is_in_use(self) -> None:
        used = [one for one in self.mine() if one.state is SetState.IN_USE]
        assert {(one.id, one.digest) for one in used} <= self.done
        assert all(digest_of(one.text) == one.digest for one in self.mine())

    @invariant()
    def no_name_has_two_drafts_or_two_in_use(self) -> None:
        held = [(one.name, one.state) for one in self.mine() if one.state is not SetState.RETIRED]
        assert len(held) == len(set(held))

    def teardown(self) -> None:
        for one in self.mine():
            if one.state is SetState.IN_USE:
                recognisers.retire(OPERATOR, self.catalog, one.id)


@pytest.fixture(scope="module")
def one_catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    made = a_catalog(tmp_path_factory.mktemp("machine"))
    sources.add_agency(OPERATOR, made, an_agency())
    people.add_person(OPERATOR, made, "ops", "Olu Peters", Role.OPERATOR)
    system = sources.add_system(OPERATOR, made, "dso", "System")
    sources.add_source(OPERATOR, made, system.id, "shelter-db", "sqlite", {"path": "/srv/shelter.db"})
    yield made
    made.close()


def test_nothing_untried_is_in_use_and_no_name_twice(one_catalog: Catalog) -> None:
    over_it = type("OverIt", (Machine,), {"catalog": one_catalog, "numbers": count()})
    often = settings(max_examples=10, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(over_it, settings=often)
