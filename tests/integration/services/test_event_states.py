"""Whatever people do with exigent events and violations, in any order: what is closed has every duty done or excused.

What must be true is written here by hand from §23-1202(c)(4), (d) and §10-502, and asks nothing of the machine.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import ClassVar, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from catalog.errors import RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.event_machine import EXIGENT_MOVES, VIOLATION_MOVES, BreachStep
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState
from catalog.model.parties import Party, PartyKind
from catalog.model.register import Verb
from catalog.model.revisions import RecordKind
from catalog.services import history, law_records, reporting, sources
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.support.builders import CPO, OPERATOR, a_catalog, an_agency, officer

TODAY = date(2026, 11, 22)
PLACES = st.integers(0, 59)
DAYS = st.integers(-1, 7).map(lambda days: TODAY - timedelta(days=days))
WORDS = st.sampled_from(["Because it was so", "It was told to whom it may concern", ""])
ACTORS = st.sampled_from([CPO, officer("dso"), Actor("d", "Noor Haddad", frozenset({Grant(Role.DEPUTY, "dso")}))])
TICK = st.booleans()
S = TypeVar("S", ExigentState, ViolationState)


class Machine(RuleBasedStateMachine):
    """One event and one violation in the hands of three people who click on everything, with whatever day and words."""

    catalog: ClassVar[Catalog]
    party: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        event = ExigentEvent(
            0, "dso", None, Verb.DISCLOSURE, "Cold", "", self.party, (), "", ExigentState.OCCURRED,
            TODAY - timedelta(days=6), None,
        )  # fmt: skip
        violation = Violation(
            0, "dso", None, "Astray", "", "", self.party, (), "", False, ViolationState.REPORTED,
            TODAY - timedelta(days=6), TODAY - timedelta(days=5), None, None,
        )  # fmt: skip
        self.event = reporting.add_exigent_event(CPO, self.catalog, event).id
        self.violation = reporting.add_violation(CPO, self.catalog, violation).id
        self.became: int | None = None

    def attempt(self, kind: RecordKind, act: Callable[[int], object]) -> None:
        """Do it as somebody who has just looked; what is refused changes nothing."""
        before = self.now()
        with self.catalog.reading() as connection:
            seen = history.latest(connection, kind, self.event if kind is RecordKind.EXIGENT_EVENT else self.violation)
        try:
            act(seen)
        except RequestError:
            assert self.now() == before

    def now(self) -> tuple[ExigentEvent, Violation]:
        with self.catalog.reading() as connection:
            event = law.one(connection, ExigentEvent, self.event)
            violation = law.one(connection, Violation, self.violation)
        assert event
        assert violation
        return event, violation

    @rule(actor=ACTORS, place=PLACES, on=DAYS, words=WORDS, exemption=st.sampled_from([None, *NoticeExemption]))
    def move_event(self, actor: Actor, place: int, on: date, words: str, exemption: NoticeExemption | None) -> None:
        to = _one_of(EXIGENT_MOVES[self.now()[0].state], list(ExigentState), place)
        self.attempt(
            RecordKind.EXIGENT_EVENT,
            lambda seen: reporting.move_exigent(
                actor, self.catalog, self.event, to, on=on, words=words, exemption=exemption, expected=seen
            ),
        )

    @rule(actor=ACTORS, place=PLACES, on=DAYS, words=WORDS)
    def move_violation(self, actor: Actor, place: int, on: date, words: str) -> None:
        to = _one_of(VIOLATION_MOVES[self.now()[1].state], list(ViolationState), place)
        self.attempt(
            RecordKind.VIOLATION,
            lambda seen: reporting.move_violation(
                actor, self.catalog, self.violation, to, on=on, words=words, expected=seen
            ),
        )

    @rule(step=st.sampled_from(BreachStep), on=DAYS, words=WORDS)
    def breach_step(self, step: BreachStep, on: date, words: str) -> None:
        self.attempt(
            RecordKind.VIOLATION,
            lambda seen: reporting.record_breach_step(
                CPO, self.catalog, self.violation, step, on=on, words=words, expected=seen
            ),
        )

    @rule(said=TICK, kind=TICK, told=st.none() | DAYS)
    def correct_event(self, said: bool, kind: bool, told: date | None) -> None:
        now, _ = self.now()
        words = "It could not wait" if said else ""
        wanted = ExigentEvent(
            now.id, "dso", None, Verb.DISCLOSURE, "Cold", words, self.party, ("NAME",) if said else (),
            "under 5" if said else "", now.state, now.occurred_on, told or now.cpo_notified_on, "Risk" if kind else "",
            now.exemption, now.reviewed_on, now.review,
        )  # fmt: skip
        self.attempt(
            RecordKind.EXIGENT_EVENT,
            lambda seen: reporting.revise_exigent(CPO, self.catalog, wanted, "Better", seen),
        )

    @rule(said=TICK, breach=TICK, many=TICK)
    def correct_violation(self, said: bool, breach: bool, many: bool) -> None:
        _, now = self.now()
        wanted = Violation(
            now.id, "dso", None, "Astray", "By mistake" if said else "", now.remedy, self.party,
            ("SSN",) if said else (), "under 5" if said else "", breach, now.state, now.occurred_on, now.reported_on,
            now.cpo_notified_on, now.individuals_notified_on, now.notice_reason, now.breach_told_on, many,
            now.bureaus_told_on, now.no_harm_on, now.no_harm_reason,
        )  # fmt: skip
        self.attempt(
            RecordKind.VIOLATION,
            lambda seen: reporting.revise_violation(CPO, self.catalog, wanted, "Better", seen),
        )

    @invariant()
    def an_event_that_is_closed_was_told_and_reviewed_or_excepted(self) -> None:
        now, _ = self.now()
        if now.state is ExigentState.CLOSED:
            assert now.explanation
            assert now.people
            assert now.type_codes
            assert now.exemption or (now.cpo_notified_on and now.reviewed_on and now.review and now.category)

    @invariant()
    def a_violation_that_is_closed_has_every_duty_done_or_excused(self) -> None:
        _, now = self.now()
        if now.state is ViolationState.CLOSED:
            assert now.cause
            assert now.remedy
            assert now.cpo_notified_on
            assert now.individuals_notified_on or now.notice_reason
            harmless = now.no_harm_on and now.no_harm_reason
            if now.breach:
                assert now.breach_told_on
                assert harmless or now.individuals_notified_on
                assert harmless or now.bureaus_told_on or not now.many_residents

    @invariant()
    def days_are_in_order_and_past(self) -> None:
        event, violation = self.now()
        told = [event.cpo_notified_on, event.reviewed_on]
        assert all(day is None or event.occurred_on <= day <= TODAY for day in told)
        if event.cpo_notified_on and event.reviewed_on:
            assert event.cpo_notified_on <= event.reviewed_on
        later = [
            violation.cpo_notified_on, violation.individuals_notified_on, violation.breach_told_on,
            violation.bureaus_told_on, violation.no_harm_on,
        ]  # fmt: skip
        assert all(day is None or violation.reported_on <= day <= TODAY for day in later)

    @invariant()
    def an_event_is_reclassified_once_and_with_its_violation(self) -> None:
        event, _ = self.now()
        assert (event.state is ExigentState.RECLASSIFIED) is (event.violation_id is not None)
        if event.violation_id is not None:
            assert self.became in {None, event.violation_id}
            self.became = event.violation_id


def _one_of(next_ones: Sequence[S], every: Sequence[S], place: int) -> S:
    """One that may follow, three times of four; else any."""
    among = next_ones if next_ones and place % 4 else every
    return among[place % len(among)]


@pytest.fixture(scope="module")
def one_catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    made = a_catalog(tmp_path_factory.mktemp("events"))
    sources.add_agency(OPERATOR, made, an_agency())
    yield made
    made.close()


def test_nothing_is_closed_before_every_duty_is_done_or_excused(one_catalog: Catalog) -> None:
    party = law_records.add_party(CPO, one_catalog, Party(0, "St. Anselm Hospital", PartyKind.NONPROFIT, None)).id
    over_it = type("OverIt", (Machine,), {"catalog": one_catalog, "party": party})
    run_state_machine_as_test(over_it, settings=settings(max_examples=3, stateful_step_count=40, deadline=None))
