"""How the report of an exigent event and of a violation goes on: which step may follow which, and what each rests on.

What a state asks of its record stands in :mod:`catalog.model.event_duties`. Source: §23-1202(c)(4) and (d),
§23-1204(e); §10-502 for breaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from catalog.model.event_duties import NOTICES, REVIEWED, exigent_lacks, has_reached, violation_lacks
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState

S = TypeVar("S", ExigentState, ViolationState)


class By(StrEnum):
    """Who takes a step: whoever keeps the agency's records, its privacy officer (or the CPO), or the privacy office."""

    KEEPER = "keeper"
    OFFICER = "officer"
    OFFICE = "office"


class Need(StrEnum):
    """What a step has to be told."""

    DAY = "day"
    WORDS = "words"
    EXEMPTION = "exemption"


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """A step that may follow: what it has to be told, who takes it, and what the record still lacks for it."""

    to: S
    needs: frozenset[Need]
    by: By
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told with a step: the day it took place, words, and for one step the exemption it rests on."""

    on: date
    words: str = ""
    exemption: NoticeExemption | None = None


#: What may follow. What §23-1202(d) excepts from being told to the CPO need not be reviewed; it may be all the same.
#: That there were no exigent circumstances may be found at any time, also when the report was closed.
EXIGENT_MOVES: Mapping[ExigentState, tuple[ExigentState, ...]] = {
    ExigentState.OCCURRED: (ExigentState.EXPLAINED, ExigentState.RECLASSIFIED),
    ExigentState.EXPLAINED: (
        ExigentState.CPO_NOTIFIED,
        ExigentState.NOTICE_NOT_REQUIRED,
        ExigentState.RECLASSIFIED,
    ),
    ExigentState.CPO_NOTIFIED: (ExigentState.CPO_REVIEWED, ExigentState.RECLASSIFIED),
    ExigentState.NOTICE_NOT_REQUIRED: (
        ExigentState.CPO_REVIEWED,
        ExigentState.CLOSED,
        ExigentState.RECLASSIFIED,
    ),
    ExigentState.CPO_REVIEWED: (ExigentState.INCLUDED_IN_QUARTERLY, ExigentState.RECLASSIFIED),
    ExigentState.INCLUDED_IN_QUARTERLY: (ExigentState.CLOSED, ExigentState.RECLASSIFIED),
    ExigentState.CLOSED: (ExigentState.RECLASSIFIED,),
    ExigentState.RECLASSIFIED: (),
}
#: What may follow. What barred the notice may end, whether one is required may be assessed anew, and a report that was
#: ended too early is opened again.
VIOLATION_MOVES: Mapping[ViolationState, tuple[ViolationState, ...]] = {
    ViolationState.REPORTED: (ViolationState.APO_CONFIRMED, ViolationState.NOT_A_VIOLATION),
    ViolationState.NOT_A_VIOLATION: (ViolationState.REPORTED,),
    ViolationState.APO_CONFIRMED: (ViolationState.CPO_NOTIFIED,),
    ViolationState.CPO_NOTIFIED: (ViolationState.NOTICE_ASSESSED,),
    ViolationState.NOTICE_ASSESSED: NOTICES,
    ViolationState.INDIVIDUAL_NOTICE_SENT: (ViolationState.INCLUDED_IN_QUARTERLY,),
    ViolationState.NOTICE_NOT_REQUIRED: (
        ViolationState.INCLUDED_IN_QUARTERLY,
        ViolationState.NOTICE_ASSESSED,
    ),
    ViolationState.NOTICE_BARRED: (
        ViolationState.INDIVIDUAL_NOTICE_SENT,
        ViolationState.INCLUDED_IN_QUARTERLY,
    ),
    ViolationState.INCLUDED_IN_QUARTERLY: (ViolationState.REMEDIATED,),
    ViolationState.REMEDIATED: (ViolationState.CLOSED,),
    ViolationState.CLOSED: (ViolationState.REMEDIATED,),
}

_UNSENT = ViolationState.NOTICE_NOT_REQUIRED
_DUE = "that the individuals were told, for a rule of the CPO's policies asks for it (§23-1203(6))"

_DAY, _WORDS = frozenset({Need.DAY}), frozenset({Need.WORDS})
_BOTH = _DAY | _WORDS
_EXIGENT_NEEDS: Mapping[ExigentState, frozenset[Need]] = {
    ExigentState.CPO_NOTIFIED: _DAY,
    ExigentState.NOTICE_NOT_REQUIRED: frozenset({Need.EXEMPTION}),
    ExigentState.CPO_REVIEWED: _BOTH,
    ExigentState.RECLASSIFIED: _BOTH,
}
_VIOLATION_NEEDS: Mapping[ViolationState, frozenset[Need]] = {
    ViolationState.REPORTED: _WORDS,
    ViolationState.NOT_A_VIOLATION: _WORDS,
    ViolationState.CPO_NOTIFIED: _DAY,
    ViolationState.NOTICE_ASSESSED: _WORDS,
    ViolationState.INDIVIDUAL_NOTICE_SENT: _BOTH,
    ViolationState.NOTICE_NOT_REQUIRED: _WORDS,
    ViolationState.NOTICE_BARRED: _WORDS,
    ViolationState.REMEDIATED: _WORDS,
}
_EXIGENT_BY: Mapping[ExigentState, By] = {
    ExigentState.NOTICE_NOT_REQUIRED: By.OFFICER,
    ExigentState.CPO_REVIEWED: By.OFFICE,
    ExigentState.INCLUDED_IN_QUARTERLY: By.OFFICE,
    ExigentState.RECLASSIFIED: By.OFFICER,
}
_VIOLATION_BY: Mapping[ViolationState, By] = {
    ViolationState.REPORTED: By.OFFICER,
    ViolationState.APO_CONFIRMED: By.OFFICER,
    ViolationState.NOT_A_VIOLATION: By.OFFICER,
    ViolationState.INCLUDED_IN_QUARTERLY: By.OFFICE,
}


def exigent_moves(event: ExigentEvent) -> tuple[Move[ExigentState], ...]:
    """The steps that may follow, each with what it needs and what the event still lacks for it."""
    return tuple(
        Move(to, _EXIGENT_NEEDS.get(to, frozenset()), _EXIGENT_BY.get(to, By.KEEPER), _before_exigent(event, to))
        for to in EXIGENT_MOVES[event.state]
    )


def violation_moves(violation: Violation, *, notice_is_due: bool = False) -> tuple[Move[ViolationState], ...]:
    """The steps that may follow.

    Parameters:
        notice_is_due: whether a rule of the CPO's policies asks that the individuals be told (§23-1203(6)).
    """
    return tuple(
        Move(
            to,
            _VIOLATION_NEEDS.get(to, frozenset()),
            _VIOLATION_BY.get(to, By.KEEPER),
            _before_violation(violation, to, notice_is_due=notice_is_due),
        )
        for to in VIOLATION_MOVES[violation.state]
    )


def exigent_after(event: ExigentEvent, to: ExigentState, told: Told) -> ExigentEvent:
    """The event after a step, with what was told of it. Of its violation the number is not known here."""
    match to:
        case ExigentState.CPO_NOTIFIED:
            return replace(event, state=to, cpo_notified_on=told.on)
        case ExigentState.NOTICE_NOT_REQUIRED:
            return replace(event, state=to, exemption=told.exemption)
        case ExigentState.CPO_REVIEWED:
            return replace(event, state=to, reviewed_on=told.on, review=told.words)
        case _:
            return replace(event, state=to)


def violation_after(violation: Violation, to: ViolationState, told: Told) -> Violation:
    """The violation after a step, with what was told of it."""
    match to:
        case ViolationState.CPO_NOTIFIED:
            return replace(violation, state=to, cpo_notified_on=told.on)
        case ViolationState.INDIVIDUAL_NOTICE_SENT:
            return replace(violation, state=to, individuals_notified_on=told.on)
        case ViolationState.NOT_A_VIOLATION | ViolationState.NOTICE_NOT_REQUIRED | ViolationState.NOTICE_BARRED:
            return replace(violation, state=to, notice_reason=told.words)
        case ViolationState.REMEDIATED if violation.state is not ViolationState.CLOSED:
            return replace(violation, state=to, remedy=told.words)
        case ViolationState.REPORTED | ViolationState.NOTICE_ASSESSED:
            return replace(violation, state=to, notice_reason="")
        case _:
            return replace(violation, state=to)


def found_not_exigent(event: ExigentEvent, told: Told) -> Violation:
    """The violation that an exigent event was found to be, as it is reported."""
    return Violation(
        id=0,
        agency_id=event.agency_id,
        activity_id=event.activity_id,
        title=event.title,
        cause=told.words,
        remedy="",
        party_id=event.party_id,
        type_codes=event.type_codes,
        people=event.people,
        breach=False,
        state=ViolationState.REPORTED,
        occurred_on=event.occurred_on,
        reported_on=told.on,
        cpo_notified_on=None,
        individuals_notified_on=None,
    )


def _before_exigent(event: ExigentEvent, to: ExigentState) -> tuple[str, ...]:
    """What the event lacks for a step, beside what is told with it."""
    day = event.occurred_on
    told = Told(day, "words", NoticeExemption.POLICE)
    after = exigent_after(event, to, told)
    return exigent_lacks(replace(after, violation_id=0) if to is ExigentState.RECLASSIFIED else after)


def _before_violation(violation: Violation, to: ViolationState, *, notice_is_due: bool) -> tuple[str, ...]:
    after = violation_after(violation, to, Told(violation.reported_on, "words"))
    leaves_it_unsent = to is _UNSENT or (violation.state is _UNSENT and to is ViolationState.INCLUDED_IN_QUARTERLY)
    return violation_lacks(after) + ((_DUE,) if notice_is_due and leaves_it_unsent else ())


def exigent_acted(event: ExigentEvent) -> frozenset[By]:
    """Who must have acted for an event to be what it is: what is entered late is entered by them."""
    acted = {By.KEEPER}
    if event.state is ExigentState.NOTICE_NOT_REQUIRED or (
        event.state is ExigentState.CLOSED and event.exemption is not None
    ):
        acted.add(By.OFFICER)
    if event.reviewed_on is not None or event.state in REVIEWED:
        acted.add(By.OFFICE)
    return frozenset(acted)


def violation_acted(violation: Violation) -> frozenset[By]:
    """Who must have acted for a violation to be what it is."""
    acted = {By.KEEPER}
    if violation.state is not ViolationState.REPORTED:
        acted.add(By.OFFICER)
    if has_reached(violation, ViolationState.INCLUDED_IN_QUARTERLY):
        acted.add(By.OFFICE)
    return frozenset(acted)


class BreachStep(StrEnum):
    """The duties of §10-502, beside the steps of the report."""

    AUTHORITIES = "authorities"
    INDIVIDUALS = "individuals"
    BUREAUS = "bureaus"
    NO_HARM = "no_harm"


BREACH_TEXT: Mapping[BreachStep, str] = {
    BreachStep.AUTHORITIES: "The CPO, Cyber Command and the Office of Technology and Innovation were told",
    BreachStep.INDIVIDUALS: "The individuals were told",
    BreachStep.BUREAUS: "The consumer reporting agencies were told, as 5,000 residents or more are concerned",
    BreachStep.NO_HARM: "It was determined in writing that no harm is likely, in place of telling the individuals",
}

#: How long the written determination is kept at least (§10-502).
KEPT_YEARS = 5


def breach_done(violation: Violation) -> Mapping[BreachStep, date | None]:
    """The duties that apply to a breach, each with the day it was done."""
    done = {
        BreachStep.AUTHORITIES: violation.breach_told_on,
        BreachStep.INDIVIDUALS: violation.individuals_notified_on,
        BreachStep.BUREAUS: violation.bureaus_told_on,
        BreachStep.NO_HARM: violation.no_harm_on,
    }
    if not violation.many_residents:
        del done[BreachStep.BUREAUS]
    return done if violation.breach else {}


def breach_after(violation: Violation, step: BreachStep, told: Told) -> Violation:
    """The violation after a step of §10-502."""
    match step:
        case BreachStep.AUTHORITIES:
            return replace(violation, breach_told_on=told.on)
        case BreachStep.INDIVIDUALS:
            return replace(violation, individuals_notified_on=told.on)
        case BreachStep.BUREAUS:
            return replace(violation, bureaus_told_on=told.on)
        case BreachStep.NO_HARM:
            return replace(violation, no_harm_on=told.on, no_harm_reason=told.words)


def kept_until(no_harm_on: date) -> date:
    """The day until which a written determination is kept at least: five years on, not a day less in a leap year."""
    try:
        return no_harm_on.replace(year=no_harm_on.year + KEPT_YEARS)
    except ValueError:  # 29 February
        return date(no_harm_on.year + KEPT_YEARS, 3, 1)
