"""Random histories of approvals, as Hypothesis plays them: anybody tries anything, and every invariant holds."""

from contextlib import ExitStack
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog.model.designations import DesignationEvent
from catalog.model.parties import PartyKind
from tests.support.approval_invariants import Watch
from tests.support.approval_world import NAMES, REVIEWED_BY, Base, a_history

_PEOPLE = st.sampled_from(NAMES)
_PROPOSERS = st.sampled_from(("steward-alpha", "steward-alpha", "officer-alpha", "officer-both", "staff"))
_FLOWS = st.integers(0, 7)
_TERMS = st.sampled_from((0, 50, 51))
_PARTIES = st.sampled_from(
    (PartyKind.RESEARCHER, PartyKind.INDIVIDUAL, PartyKind.CITY_AGENCY, PartyKind.FOIL_REQUESTER)
)


class ApprovalMachine(RuleBasedStateMachine):
    """One history after another in one catalog; each is taken back at its end."""

    base: ClassVar[Base]

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.world = self._open.enter_context(a_history(self.base))
        self.watch = Watch()

    @initialize(party=_PARTIES, reviewer=st.sampled_from((None, *REVIEWED_BY)), ruled=st.booleans())
    def policies(self, party: PartyKind, reviewer: object, ruled: bool) -> None:
        if ruled:
            self.world.add_rule(party, reviewer)  # type: ignore[arg-type]  # a role or none

    @rule(person=_PROPOSERS, flow=st.integers(0, 4), way=st.integers(0, 6), days=_TERMS, submit=st.booleans())
    def propose(self, person: str, flow: int, way: int, days: int, submit: bool) -> None:
        self.world.draft(person, flow, way, days, alone=False, submit=submit, excused=days % 2 == 1)

    @rule(person=_PEOPLE, flow=_FLOWS, way=st.integers(0, 9), days=_TERMS, alone=st.booleans(), submit=st.booleans())
    def draft(self, person: str, flow: int, way: int, days: int, alone: bool, submit: bool) -> None:
        self.world.draft(person, flow, way, days, alone=alone, submit=submit, excused=days > 0)

    @rule(pick=st.integers(0, 9), choice=st.integers(0, 9), said=st.sampled_from((True, True, True, False)))
    def likely(self, pick: int, choice: int, said: bool) -> None:
        self.world.likely(pick, choice, said=said)

    @rule(pick=st.integers(0, 9), choice=st.integers(0, 9))
    def likely_again(self, pick: int, choice: int) -> None:
        self.world.likely(pick, choice)

    @rule(
        person=_PEOPLE,
        pick=st.integers(0, 9),
        event=st.sampled_from(DesignationEvent),
        said=st.booleans(),
        stale=st.sampled_from((False, False, False, True)),
    )
    def anything(self, person: str, pick: int, event: DesignationEvent, said: bool, stale: bool) -> None:
        every = self.world.designations()
        if every and event not in {DesignationEvent.RECORD, DesignationEvent.DRAFT}:
            self.world.move(person, every[pick % len(every)], event, said=said, stale=stale)

    @rule(flow=_FLOWS, what=st.integers(0, 20), agreed=st.booleans())
    def edit(self, flow: int, what: int, agreed: bool) -> None:
        self.world.edit(flow, what, agreed=agreed)

    @rule(
        person=_PEOPLE,
        flow=_FLOWS,
        kind=st.integers(0, 5),
        state=st.integers(0, 2),
        signers=st.integers(0, 7),
    )
    def record(self, person: str, flow: int, kind: int, state: int, signers: int) -> None:
        self.world.record(person, flow, kind, state, signers)

    @rule(days=st.sampled_from((1, 60, 250)))
    def days_pass(self, days: int) -> None:
        self.world.pass_days(days)

    @rule(party=_PARTIES, reviewer=st.sampled_from((None, *REVIEWED_BY)), ends=st.booleans())
    def policies_change(self, party: PartyKind, reviewer: object, ends: bool) -> None:
        if ends:
            self.world.end_rules()
        else:
            self.world.add_rule(party, reviewer)  # type: ignore[arg-type]  # a role or none

    @rule(table=st.sampled_from(("signatures", "designation_steps")))
    def overwrite(self, table: str) -> None:
        self.world.overwrite(table)

    @invariant()
    def every_invariant_holds(self) -> None:
        self.watch.look(self.world)

    def teardown(self) -> None:
        self._open.close()
