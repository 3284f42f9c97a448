"""How an inventory cycle goes on: which step may follow which, and who takes it. Source: ``docs`` and §23-1205."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.model.cycles import Cycle, CycleEvent, CycleState


class By(StrEnum):
    """Who takes a step: who answers for the agency, its privacy officer, its head, or the privacy office."""

    ANSWERER = "answerer"
    OFFICER = "officer"
    HEAD = "head"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class CycleMove:
    """A step that may follow: where it leads, who takes it, and whether it has to be told in words."""

    event: CycleEvent
    to: CycleState
    by: By
    needs_words: bool = False


_S, _E = CycleState, CycleEvent
_START = CycleMove(_E.STARTED, _S.IN_PROGRESS, By.ANSWERER)
_READY = CycleMove(_E.READY, _S.APO_REVIEW, By.ANSWERER)
_RETURN = CycleMove(_E.RETURNED, _S.RETURNED, By.OFFICE, needs_words=True)
#: What may follow. The first thing said in a cycle that is open or returned starts it; the officer may take back what
#: the head has not signed.
MOVES: Mapping[CycleState, tuple[CycleMove, ...]] = {
    _S.OPEN: (_START,),
    _S.IN_PROGRESS: (_READY,),
    _S.APO_REVIEW: (
        CycleMove(_E.SIGNED_BY_OFFICER, _S.AGENCY_HEAD_SIGNOFF, By.OFFICER),
        CycleMove(_E.TAKEN_BACK, _S.IN_PROGRESS, By.ANSWERER),
    ),
    _S.AGENCY_HEAD_SIGNOFF: (
        CycleMove(_E.SIGNED_BY_HEAD, _S.SUBMITTED, By.HEAD),
        CycleMove(_E.RETURNED, _S.RETURNED, By.HEAD, needs_words=True),
        CycleMove(_E.TAKEN_BACK, _S.IN_PROGRESS, By.OFFICER, needs_words=True),
    ),
    _S.SUBMITTED: (CycleMove(_E.TO_COMMITTEE, _S.UNDER_COMMITTEE_REVIEW, By.OFFICE), _RETURN),
    _S.UNDER_COMMITTEE_REVIEW: (
        CycleMove(_E.RECOMMENDED, _S.RECOMMENDATIONS_RECEIVED, By.OFFICE, needs_words=True),
        _RETURN,
    ),
    _S.RECOMMENDATIONS_RECEIVED: (CycleMove(_E.CLOSED, _S.CLOSED, By.OFFICE),),
    _S.RETURNED: (_START,),
    _S.CLOSED: (),
}
#: The states in which what the report says can be changed.
WRITABLE = frozenset({_S.OPEN, _S.IN_PROGRESS, _S.APO_REVIEW, _S.RETURNED})
#: The states a report reaches by being signed by both.
SIGNED = frozenset({_S.SUBMITTED, _S.UNDER_COMMITTEE_REVIEW, _S.RECOMMENDATIONS_RECEIVED, _S.CLOSED})


def moves(cycle: Cycle, *who: By) -> tuple[CycleMove, ...]:
    """The steps that these may take now."""
    return tuple(move for move in MOVES[cycle.state] if move.by in who)


def is_late(cycle: Cycle, today: date) -> bool:
    """Whether it was not submitted by the day it was due, or was sent back, is past due, and not submitted again."""
    submitted_on = cycle.submitted_on if cycle.state in SIGNED else None
    return (submitted_on or today) > cycle.due_on
