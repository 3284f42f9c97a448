"""Where one type in one column stands in review: what the machine and the people said of it, joined by one rule."""

from dataclasses import dataclass
from datetime import date, datetime

from catalog.model.decisions import Decision, Standing
from catalog.model.review import ActKind, ReviewState, version

_DECIDED = frozenset({Standing.CONFIRMED, Standing.REJECTED})


@dataclass(frozen=True, slots=True)
class PutOff:
    """The latest word that puts an item off, asks about it, or takes it up again (``ends``), with that of its act."""

    id: int
    act_id: int
    kind: ActKind
    at: datetime
    until: date | None
    person_id: str | None
    digest: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """An act that proposes a decision and that nobody has approved, refused or undone."""

    act_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of an item.

    Parameters:
        last: the last decision, whatever it says; it need not be the one in effect.
        contradicted: whether a second reader contradicted the decision in effect.
        proposing_id: the last act that proposed something of it, or that settled or took back what one proposed.
        held: the decision in effect: where the last puts an earlier one back, that one.
    """

    last: Decision | None = None
    contradicted: bool = False
    put_off: PutOff | None = None
    proposed: Proposed | None = None
    proposing_id: int | None = None
    held: Decision | None = None

    def version(self, digest: str) -> str:
        """The version of the item, given the digest of its evidence; see :func:`catalog.model.review.version`."""
        decision_id, deferral_id = self.last.id if self.last else None, self.put_off.id if self.put_off else None
        return version(digest, decision_id, deferral_id, self.proposing_id, is_contradicted=self.contradicted)


NOTHING = Said()


def state(standing: Standing, digest: str, said: Said, today: date) -> ReviewState:
    """Where an item stands on a day.

    What waits for a second person does so until they have spoken. What was put off stays so while the evidence that was
    seen then holds, until its day comes, or while no later decision is in effect: one that is taken back leaves it put
    off. What a second reader contradicted waits while the decision is in effect and the evidence has not moved away
    from it, which says more.
    """
    if said.proposed is not None and not decided_since(said.last, said.proposed.act_id, said.proposed.at):
        return ReviewState.PROPOSED
    if said.put_off is not None and _holds(said.put_off, digest, said.held, today):
        return ReviewState.ASKED if said.put_off.kind is ActKind.ASK else ReviewState.DEFERRED
    if said.contradicted and standing in _DECIDED:
        return ReviewState.DISPUTED
    return ReviewState(standing.value)


def _holds(put_off: PutOff, digest: str, held: Decision | None, today: date) -> bool:
    is_over = put_off.ends or put_off.digest != digest or (put_off.until is not None and put_off.until <= today)
    return not is_over and not decided_since(held, put_off.act_id, put_off.at)


def decided_since(decision: Decision | None, act_id: int, at: datetime) -> bool:
    """Whether a decision came after an act; acts are numbered in order, decisions of no act have a time."""
    if decision is None:
        return False
    return decision.act_id > act_id if decision.act_id is not None else decision.at > at
