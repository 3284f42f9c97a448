"""What the services answer where approvals are what is asked for."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalog.model.designations import Designation, DesignationEvent, DesignationState, DesignationStep, Signature
from catalog.model.holdings import Agency
from catalog.model.policy_rules import PolicyRule
from catalog.model.procedure import Asked, Outcome, Question
from catalog.model.register import Protocol
from catalog.model.revisions import FieldChange
from catalog.model.views import ActivityView, Facet


class Waits(StrEnum):
    """What an approval in the queue waits for, as seen by whoever looks."""

    FOR_ME = "for_me"
    FOR_OTHERS = "for_others"
    REVIEW_DUE = "review_due"
    EXPIRED = "expired"
    ENDS_SOON = "ends_soon"
    NOTHING = "nothing"


WAITS_TEXT: dict[Waits, str] = {
    Waits.FOR_ME: "Waits for you",
    Waits.FOR_OTHERS: "Waits for somebody else",
    Waits.REVIEW_DUE: "Review due",
    Waits.EXPIRED: "Expired",
    Waits.ENDS_SOON: "In force, ends within 90 days",
    Waits.NOTHING: "Waits for nothing",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the procedure and what was answered: the code, and its words."""

    question: Question
    asked: Asked
    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """Where an officer is in the decision procedure: at a question, or at its outcome.

    Parameters:
        rules: the rules of the policies that fit.
        agreements: the agreements in force that the activity stands on.
        open: the approval of this activity that is not decided yet, or is in force: a draft would meet it.
    """

    view: ActivityView
    answered: tuple[Answered, ...]
    question: Question | None
    asked: Asked | None
    outcome: Outcome | None
    rules: tuple[PolicyRule, ...]
    agreements: tuple[Protocol, ...]
    open: Designation | None


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """A move there is from where the approval stands. ``refused`` is why the actor may not make it; empty if they may.

    ``needs_reason`` and ``needs_statement`` say what has to be written for it; ``needs_review_day`` when it asks for
    the day of the next review.
    """

    event: DesignationEvent
    refused: str
    needs_reason: bool
    needs_statement: bool
    needs_review_day: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """One approval.

    Parameters:
        signatures: with the agency each is for, None for the city.
        possible: the moves there are; those a person makes, whoever it is.
        content: what is approved, as (label, words).
        differs: what of it the record says otherwise today.
        agreements: the agreements in force that the activity stands on.
        answered: what was answered in the procedure.
        supersedes: the approval that it amends; ``amended_by`` the one that amends it.
        is_paper: whether it was recorded from paper.
    """

    designation: Designation
    view: ActivityView
    signatures: tuple[tuple[Signature, Agency | None], ...]
    steps: tuple[DesignationStep, ...]
    possible: tuple[PossibleMove, ...]
    content: tuple[tuple[str, str], ...]
    differs: tuple[FieldChange, ...]
    agreements: tuple[Protocol, ...]
    answered: tuple[Answered, ...]
    supersedes: int | None
    amended_by: int | None
    is_paper: bool


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """An approval in the queue.

    Parameters:
        waits: what it waits for, as seen by the actor; ``waits_for`` says it of whom, in words.
        since: when it came to where it stands; None where nobody noted it. ``days`` ago.
        due_on: the day of its review or end, whichever comes first.
    """

    designation: Designation
    view: ActivityView
    waits: Waits
    waits_for: str
    since: datetime | None
    days: int | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Decided:
    """An approval that was denied, returned, declined or suspended: its number, its flow's title, and the day."""

    id: int
    title: str
    state: DesignationState
    on: date


@dataclass(frozen=True, slots=True)
class ApprovalsPage:
    """One page of the ``total`` approvals that pass the filters; ``known`` counts all the actor sees, ``for_me`` those
    of them that wait for the actor; ``lately`` is what was decided against what the actor had asked for.
    """

    lines: tuple[ApprovalLine, ...]
    total: int
    known: int
    for_me: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
    lately: tuple[Decided, ...] = ()


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule of the policies; ``expected`` is the revision that a change of it is made from."""

    rule: PolicyRule
    expected: int
