"""What the pages of exigent events and violations show: the record, its clock, and the steps that may follow."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from catalog.model.event_machine import BreachStep, Move
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.law_views import EventLine, ViolationLine
from catalog.model.policy_rules import PolicyRule

S = TypeVar("S", ExigentState, ViolationState)


@dataclass(frozen=True, slots=True)
class NextMove(Generic[S]):
    """A step that may follow. ``allowed`` is whether this actor may take it; ``move.lacks`` what it still waits for."""

    move: Move[S]
    allowed: bool


@dataclass(frozen=True, slots=True)
class ExigentPage:
    """An exigent event.

    ``days_to_cpo`` are the days from when it occurred until the CPO was told, None while they were not; ``days_open``
    the days since it occurred. ``expected`` is the number of its latest revision.
    """

    line: EventLine
    moves: tuple[NextMove[ExigentState], ...]
    days_to_cpo: int | None
    days_open: int
    violation: Violation | None
    expected: int
    may_revise: bool


@dataclass(frozen=True, slots=True)
class BreachLine:
    """A duty of §10-502 and the day it was done."""

    step: BreachStep
    done_on: date | None


@dataclass(frozen=True, slots=True)
class ViolationPage:
    """A violation.

    ``rules`` are the policies' rules that ask for telling the individuals (§23-1203(6)); ``breach_is_likely`` whether
    its types are private information of §10-501; ``breach_lacks`` what §10-502 still asks for; ``kept_until`` the day
    until which a written determination of no harm is kept; ``event`` the exigent event it was first reported as.
    """

    line: ViolationLine
    moves: tuple[NextMove[ViolationState], ...]
    rules: tuple[PolicyRule, ...]
    breach_is_likely: bool
    breach: tuple[BreachLine, ...]
    breach_lacks: tuple[str, ...]
    kept_until: date | None
    days_to_cpo: int | None
    days_open: int
    event: ExigentEvent | None
    expected: int
    may_revise: bool
