"""What a state asks of its record: what an exigent event or a violation must say to be in it.

So a record that is entered late, one that is corrected and one that takes its next step are held to the same. Source:
§23-1202(c)(4) and (d), §23-1204(e); §10-502 for breaches.
"""

from collections.abc import Iterator
from datetime import date

from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState

#: What may come of assessing whether the individuals are to be told.
NOTICES = (
    ViolationState.INDIVIDUAL_NOTICE_SENT,
    ViolationState.NOTICE_NOT_REQUIRED,
    ViolationState.NOTICE_BARRED,
)


def exigent_lacks(event: ExigentEvent) -> tuple[str, ...]:
    """What an event would have to say to be in the state it is in; empty where it says all of it."""
    return tuple(_exigent_lacks(event))


def violation_lacks(violation: Violation) -> tuple[str, ...]:
    """What a violation would have to say to be in the state it is in; empty where it says all of it."""
    return tuple(_violation_lacks(violation))


_EXPLAINED = frozenset(ExigentState) - {ExigentState.OCCURRED, ExigentState.RECLASSIFIED}
REVIEWED = frozenset({ExigentState.CPO_REVIEWED, ExigentState.INCLUDED_IN_QUARTERLY})


def _exigent_lacks(event: ExigentEvent) -> Iterator[str]:
    if (event.state is ExigentState.RECLASSIFIED) is not (event.violation_id is not None):
        yield "a violation that it was found to be, which it has exactly where it was found to be one"
    if event.state in _EXPLAINED:
        yield from _unexplained(event)
    if event.state in _EXPLAINED - {ExigentState.EXPLAINED}:
        yield from _untold(event)
    if event.state in REVIEWED or (event.state is ExigentState.CLOSED and event.exemption is None):
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
    *NOTICES,
    ViolationState.INCLUDED_IN_QUARTERLY,
    ViolationState.REMEDIATED,
    ViolationState.CLOSED,
)


def has_reached(violation: Violation, state: ViolationState) -> bool:
    """Whether the report is at this state or past it; what was found to be no violation is past nothing."""
    return violation.state in _ORDER and _ORDER.index(violation.state) >= _ORDER.index(state)


def _violation_lacks(violation: Violation) -> Iterator[str]:
    state = violation.state
    if state is ViolationState.NOT_A_VIOLATION and not violation.notice_reason.strip():
        yield "why it is no violation"
    if has_reached(violation, ViolationState.CPO_NOTIFIED) and violation.cpo_notified_on is None:
        yield "the day the CPO was told"
    yield from _of_notice(violation)
    if has_reached(violation, ViolationState.INCLUDED_IN_QUARTERLY):
        yield from _uncounted(violation)
    if has_reached(violation, ViolationState.REMEDIATED) and not violation.remedy.strip():
        yield "what was done to put it right"
    if state is ViolationState.CLOSED and violation.breach:
        yield from breach_duties(violation)


def _of_notice(violation: Violation) -> Iterator[str]:
    state = violation.state
    if state is ViolationState.INDIVIDUAL_NOTICE_SENT:
        if violation.individuals_notified_on is None:
            yield "the day the individuals were told"
        if not violation.type_codes:
            yield "which types of information were disclosed, for the individuals are told"
    if state in NOTICES[1:] and not violation.notice_reason.strip():
        yield "why the individuals are not told"
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


def days_in_order(record: ExigentEvent | Violation) -> tuple[tuple[tuple[str, date | None], ...], ...]:
    """The days a report tells, each row in the order in which they must follow one another, with what each says."""
    occurred = "the day it occurred", record.occurred_on
    told = "the day the CPO was told", record.cpo_notified_on
    if isinstance(record, ExigentEvent):
        return ((occurred, told, ("the day of the review", record.reviewed_on)),)
    known = occurred, ("the day it was reported", record.reported_on)
    later = (
        told,
        ("the day the individuals were told", record.individuals_notified_on),
        ("the day Cyber Command was told of the breach", record.breach_told_on),
        ("the day the consumer reporting agencies were told", record.bureaus_told_on),
        ("the day of the determination that no harm is likely", record.no_harm_on),
    )
    return tuple((*known, one) for one in later)


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
