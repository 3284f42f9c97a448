"""How the report of an exigent event and of a violation goes on: which step may follow which, and what each rests on.

What a state asks of its record is written once, as what the record must say to be in it; so a record that is entered
late, one that is corrected and one that takes its next step are held to the same. Source: §23-1202(c)(4) and (d),
§23-1204(e); §10-502 for breaches.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

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
_NOTICES = (
    ViolationState.INDIVIDUAL_NOTICE_SENT,
    ViolationState.NOTICE_NOT_REQUIRED,
    ViolationState.NOTICE_BARRED,
)
#: What may follow. What barred the notice may end; a report that was closed too early is opened again.
VIOLATION_MOVES: Mapping[ViolationState, tuple[ViolationState, ...]] = {
    ViolationState.REPORTED: (ViolationState.APO_CONFIRMED, ViolationState.NOT_A_VIOLATION),
    ViolationState.NOT_A_VIOLATION: (ViolationState.REPORTED,),
    ViolationState.APO_CONFIRMED: (ViolationState.CPO_NOTIFIED,),
    ViolationState.CPO_NOTIFIED: (ViolationState.NOTICE_ASSESSED,),
    ViolationState.NOTICE_ASSESSED: _NOTICES,
    ViolationState.INDIVIDUAL_NOTICE_SENT: (ViolationState.INCLUDED_IN_QUARTERLY,),
    ViolationState.NOTICE_NOT_REQUIRED: (ViolationState.INCLUDED_IN_QUARTERLY,),
    ViolationState.NOTICE_BARRED: (
        ViolationState.INDIVIDUAL_NOTICE_SENT,
        ViolationState.INCLUDED_IN_QUARTERLY,
    ),
    ViolationState.INCLUDED_IN_QUARTERLY: (ViolationState.REMEDIATED,),
    ViolationState.REMEDIATED: (ViolationState.CLOSED,),
    ViolationState.CLOSED: (ViolationState.REMEDIATED,),
}

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
        case ViolationState.REPORTED:
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
    return violation_lacks(after, notice_is_due=notice_is_due)


def exigent_lacks(event: ExigentEvent) -> tuple[str, ...]:
    """What an event would have to say to be in the state it is in; empty where it says all of it."""
    return tuple(_exigent_lacks(event))


def violation_lacks(violation: Violation, *, notice_is_due: bool = False) -> tuple[str, ...]:
    """What a violation would have to say to be in the state it is in; empty where it says all of it."""
    return tuple(_violation_lacks(violation, notice_is_due=notice_is_due))


_EXPLAINED = frozenset(ExigentState) - {ExigentState.OCCURRED, ExigentState.RECLASSIFIED}
_REVIEWED = frozenset({ExigentState.CPO_REVIEWED, ExigentState.INCLUDED_IN_QUARTERLY})


def _exigent_lacks(event: ExigentEvent) -> Iterator[str]:
    if (event.state is ExigentState.RECLASSIFIED) is not (event.violation_id is not None):
        yield "a violation that it was found to be, which it has exactly where it was found to be one"
    if event.state in _EXPLAINED:
        yield from _unexplained(event)
    if event.state in _EXPLAINED - {ExigentState.EXPLAINED}:
        yield from _untold(event)
    if event.state in _REVIEWED or (event.state is ExigentState.CLOSED and event.exemption is None):
        yield from _unreviewed(event)


def _untold(event: ExigentEvent) -> Iterator[str]:
    """Whether the CPO was told, or need not be."""
    if event.state is ExigentState.CPO_NOTIFIED and event.cpo_notified_on is None:
        yield "the day the CPO was told"
    elif event.state is ExigentState.NOTICE_NOT_REQUIRED and event.exemption is None:
        yield "which of the three reasons of §23-1202(d) there was for not telling the CPO"
    elif event.cpo_notified_on is None and event.exemption is None:
        yield "the day the CPO was told, or which of the three reasons of §23-1202(d) there was for not telling"


def _unreviewed(event: ExigentEvent) -> Iterator[str]:
    if event.reviewed_on is None or not event.review.strip():
        yield "what the privacy office found, and when"
    if event.state is not ExigentState.CPO_REVIEWED and not event.category.strip():
        yield "the kind of reason, which the quarterly report counts by"


def _unexplained(event: ExigentEvent) -> Iterator[str]:
    """What "an explanation of why exigent circumstances existed" has to tell, and of what (§23-1202(d))."""
    if not event.title.strip():
        yield "what was collected or disclosed"
    if not event.explanation.strip():
        yield "why there were exigent circumstances"
    if event.party_id is None:
        yield "from whom or to whom it went"
    if not event.type_codes:
        yield "which types of information"
    if not event.people.strip():
        yield "how many people it was about"


_ORDER = (
    ViolationState.REPORTED,
    ViolationState.APO_CONFIRMED,
    ViolationState.CPO_NOTIFIED,
    ViolationState.NOTICE_ASSESSED,
    *_NOTICES,
    ViolationState.INCLUDED_IN_QUARTERLY,
    ViolationState.REMEDIATED,
    ViolationState.CLOSED,
)


def has_reached(violation: Violation, state: ViolationState) -> bool:
    """Whether the report is at this state or past it; what was found to be no violation is past nothing."""
    return violation.state in _ORDER and _ORDER.index(violation.state) >= _ORDER.index(state)


def _violation_lacks(violation: Violation, *, notice_is_due: bool) -> Iterator[str]:
    state = violation.state
    if state is ViolationState.NOT_A_VIOLATION and not violation.notice_reason.strip():
        yield "why it is no violation"
    if has_reached(violation, ViolationState.CPO_NOTIFIED) and violation.cpo_notified_on is None:
        yield "the day the CPO was told"
    yield from _of_notice(violation, notice_is_due=notice_is_due)
    if has_reached(violation, ViolationState.INCLUDED_IN_QUARTERLY):
        yield from _uncounted(violation)
    if has_reached(violation, ViolationState.REMEDIATED) and not violation.remedy.strip():
        yield "what was done to put it right"
    if state is ViolationState.CLOSED and violation.breach:
        yield from breach_duties(violation)


def _of_notice(violation: Violation, *, notice_is_due: bool) -> Iterator[str]:
    state = violation.state
    if state is ViolationState.INDIVIDUAL_NOTICE_SENT:
        if violation.individuals_notified_on is None:
            yield "the day the individuals were told"
        if not violation.type_codes:
            yield "which types of information were disclosed, for the individuals are told"
    if state in _NOTICES[1:] and not violation.notice_reason.strip():
        yield "why the individuals are not told"
    if state is ViolationState.NOTICE_NOT_REQUIRED and notice_is_due:
        yield "a reason that the CPO's policies leave: a rule of theirs asks that the individuals be told"
    # Once it has gone on, the record no longer says which of the three it was, but must bear out one of them.
    if has_reached(violation, ViolationState.INCLUDED_IN_QUARTERLY) and not (
        violation.individuals_notified_on or violation.notice_reason.strip()
    ):
        yield "the day the individuals were told, or why they were not"


def _uncounted(violation: Violation) -> Iterator[str]:
    """What the quarterly report tells of a violation (§23-1202(c)(4))."""
    if not violation.cause.strip():
        yield "its cause"
    if not violation.type_codes:
        yield "which types of information"
    if not violation.people.strip():
        yield "how many people it was about"


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


def breach_duties(violation: Violation) -> Iterator[str]:
    """What §10-502 still asks for after a breach of private information."""
    if violation.breach_told_on is None:
        yield "the day the CPO, Cyber Command and the Office of Technology and Innovation were told"
    if violation.no_harm_on is not None and violation.no_harm_reason.strip():
        return
    if violation.individuals_notified_on is None:
        yield "the day the individuals were told, or a written determination that no harm is likely"
    if violation.many_residents and violation.bureaus_told_on is None:
        yield "the day the consumer reporting agencies were told"


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
