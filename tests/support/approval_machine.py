"""Random histories of approvals, as Hypothesis plays them: anybody tries anything, and every invariant holds."""

from contextlib import ExitStack
from random import Random
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog.model.designations import DesignationEvent
from catalog.model.parties import PartyKind
from tests.support.approval_invariants import Watch
from tests.support.approval_world import ANSWERS, NAMES, PAPER_STATES, REVIEWED_BY, Base, a_history

_SEEDS = st.integers(0, 2**48)
_FLOWS = 9
_PARTIES = (PartyKind.RESEARCHER, PartyKind.INDIVIDUAL, PartyKind.CITY_AGENCY, PartyKind.FOIL_REQUESTER)
#: Who proposes which flow by which way through the guide, until when: what people do.
_COMMON = (
    ("steward-alpha", 0, 1, 0),
    ("steward-alpha", 1, 1, 0),
    ("officer-both", 0, 1, 0),
    ("deputy-beta", 7, 1, 0),
    ("steward-alpha", 2, 0, 0),
    ("officer-alpha", 2, 0, 0),
    ("steward-alpha", 8, 0, 0),
    ("steward-alpha", 8, 0, 0),
    ("officer-gamma", 6, 0, 0),
    ("steward-alpha", 3, 2, 51),
    ("steward-alpha", 3, 2, 50),
    ("steward-alpha", 3, 0, 0),
    ("officer-both", 3, 2, 51),
    ("steward-alpha", 4, 2, 51),
    ("steward-alpha", 0, 6, 0),
    ("steward-alpha", 2, 6, 0),
)
_EVENTS = tuple(event for event in DesignationEvent if event not in {DesignationEvent.RECORD, DesignationEvent.DRAFT})


class ApprovalMachine(RuleBasedStateMachine):
    """One history after another in one catalog; each is taken back at its end.

    Hypothesis draws a number for every act, and the number decides which it is: drawn one by one, acts would be
    repeated far more often than people repeat them, and few approvals would ever be given.
    """

    base: ClassVar[Base]

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.world = self._open.enter_context(a_history(self.base))
        self.watch = Watch()

    @initialize(number=_SEEDS)
    def begins(self, number: int) -> None:
        chance = Random(number)
        if chance.random() < 0.5:
            self._policies(chance)
        for _ in range(chance.randrange(1, 3)):
            self._propose(chance)

    @rule(number=_SEEDS)
    def somebody_acts(self, number: int) -> None:
        # Hypothesis likes to draw what it drew before: the same number is another act later on.
        chance = Random(f"{number} {len(self.world.told)}")
        acts = (
            (self._go_on, 50),
            (self._propose, 10),
            (self._draft, 6),
            (self._anything, 12),
            (self._edit, 8),
            (self._reclassify, 5),
            (self._record, 5),
            (self._withdraw, 2),
            (self._days_pass, 5),
            (self._policies, 3),
            (self._overwrite, 1),
            (self._appoint, 1),
        )
        (act,) = chance.choices([each for each, _ in acts], [weight for _, weight in acts])
        act(chance)

    @invariant()
    def every_invariant_holds(self) -> None:
        self.watch.look(self.world)

    def teardown(self) -> None:
        self._open.close()

    def _go_on(self, chance: Random) -> None:
        self.world.likely(chance.randrange(12), chance.choice((0, 0, 0, 1, 1, 2, 3, 4, 5)), said=chance.random() < 0.9)

    def _propose(self, chance: Random) -> None:
        person, flow, way, days = chance.choice(_COMMON)
        alone = person == "officer-gamma"
        self.world.draft(person, flow, way, days, alone=alone, submit=True, excused=days % 2 == 1)

    def _draft(self, chance: Random) -> None:
        person, flow, way = chance.choice(NAMES), chance.randrange(_FLOWS), chance.randrange(len(ANSWERS))
        alone, submit = chance.random() < 0.5, chance.random() < 0.7
        self.world.draft(person, flow, way, chance.choice((0, 50, 51)), alone=alone, submit=submit, excused=submit)

    def _anything(self, chance: Random) -> None:
        every = self.world.designations()
        if every:
            one, person, event = chance.choice(every), chance.choice(NAMES), chance.choice(_EVENTS)
            self.world.move(person, one, event, said=chance.random() < 0.8, stale=chance.random() < 0.2)

    def _edit(self, chance: Random) -> None:
        self.world.edit(chance.randrange(_FLOWS), chance.randrange(20), agreed=chance.random() < 0.3)

    def _reclassify(self, chance: Random) -> None:
        self.world.reclassify(chance.randrange(12), chance.randrange(12))

    def _record(self, chance: Random) -> None:
        person, flow = chance.choice(NAMES), chance.randrange(_FLOWS)
        signers, ago = chance.choice((1, 1, 3, 3, 4, chance.randrange(8))), chance.choice((0, 1, 1, 90, -5))
        state = 0 if chance.random() < 0.7 else chance.randrange(len(PAPER_STATES))
        self.world.record(
            chance.choice((person, "chief")), flow, chance.randrange(6), state, signers, ago,
            said=chance.random() < 0.7, excused=chance.random() < 0.5, one_name=chance.random() < 0.3,
            ends=chance.choice((0, 30, 400)), fits=chance.random() < 0.8,
        )  # fmt: skip

    def _withdraw(self, chance: Random) -> None:
        self.world.withdraw(chance.randrange(_FLOWS))

    def _days_pass(self, chance: Random) -> None:
        self.world.pass_days(chance.choice((1, 60, 250)))

    def _policies(self, chance: Random) -> None:
        if self.world.rules and chance.random() < 0.5:
            self.world.end_rules()
        else:
            self.world.add_rule(chance.choice(_PARTIES), chance.choice((None, *REVIEWED_BY)))

    def _appoint(self, _chance: Random) -> None:
        self.world.appoint()

    def _overwrite(self, chance: Random) -> None:
        self.world.overwrite(chance.choice(("signatures", "designation_steps")))
