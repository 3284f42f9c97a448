"""What the report of a quarter counts, and how (§23-1202(c)(4), (d)). Pure: records in, what may be told out.

**Which events.** The law has the CPO report what agencies told the CPO. So an event belongs to the quarter in which the
CPO was told of it, whenever it occurred: one that is told late is reported late, and in no quarter twice. Violations
count once their privacy officer has confirmed them and the CPO was told. Exigent events count once the CPO was told,
except those that §23-1202(d) excepts from being told, and those found to be violations: these count among the
violations of the quarter in which the CPO was told of the violation. An event that the privacy office has not reviewed
yet counts all the same, for the law asks for what was told; what the review finds corrects the report.

**By what.** By types, kinds of agency, how many people, kind of recipient, whether individuals were told and whether it
was put right; exigent events by verb, kind of reason and kind of party. Causes are recorded in free words alone and
there is no category of them, so nothing is counted by cause. Kinds of reason are free words too: those the form
proposes are counted, every other counts as another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.model.cell_suppression import Telling, Told, beside, total
from catalog.model.event_duties import has_reached
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.quarterly_content import (
    Breakdown,
    Correction,
    CorrectionReason,
    Counts,
    Difference,
    Part,
    PartName,
    Quarter,
    QuarterlyContent,
)
from catalog.model.quarterly_counts import Known, of_exigent, of_violations

#: What a line is called that has all categories that are not told, and a number that is not told.
ALL_OTHERS, NOT_TOLD = "All others together", "not told"
#: The report tells no smaller number, whatever smaller one the catalog is set to.
LEAST_FLOOR = 5


class Standing(StrEnum):
    """Whether an event counts in a report, or why it does not."""

    COUNTED = "counted"
    NOT_CONFIRMED = "not_confirmed"
    NOT_A_VIOLATION = "not_a_violation"
    CPO_NOT_TOLD = "cpo_not_told"
    NEED_NOT_BE_TOLD = "need_not_be_told"
    FOUND_A_VIOLATION = "found_a_violation"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the records say: every violation and exigent event, and what is needed to count them."""

    violations: Sequence[Violation]
    exigent: Sequence[ExigentEvent]
    known: Known


def quarter_of(record: Violation | ExigentEvent) -> Quarter | None:
    """The quarter to which an event belongs; None while the CPO was not told of it."""
    return Quarter.of(record.cpo_notified_on) if record.cpo_notified_on else None


def standing(record: Violation | ExigentEvent) -> Standing:
    """Whether an event counts in the report of its quarter, or why it does not."""
    return _of_violation(record) if isinstance(record, Violation) else _of_exigent(record)


def counts(record: Violation | ExigentEvent, quarter: Quarter) -> bool:
    """Whether the report of a quarter counts an event."""
    return standing(record) is Standing.COUNTED and quarter_of(record) == quarter


def content(
    kept: Kept,
    quarter: Quarter,
    floor: int,
    *,
    agencies_named: bool = False,
    earlier: Sequence[QuarterlyContent] = (),
    reason: CorrectionReason | None = None,
) -> QuarterlyContent:
    """The report of a quarter, with nothing in it that may not be told beside its earlier issues.

    Parameters:
        earlier: the issues there are, the first one first.
        reason: why it is corrected, where there are any.
    """
    violations = [one for one in kept.violations if counts(one, quarter)]
    exigent = [one for one in kept.exigent if counts(one, quarter)]
    by_violation = of_violations(violations, kept.known, floor, agencies_named=agencies_named)
    made = QuarterlyContent(
        year=quarter.year,
        quarter=quarter.number,
        number=len(earlier) + 1,
        floor=floor,
        agencies_named=agencies_named,
        violations=_part(PartName.VIOLATIONS, len(violations), by_violation, floor, earlier),
        exigent=_part(PartName.EXIGENT, len(exigent), of_exigent(exigent, kept.known, floor), floor, earlier),
    )
    if not earlier:
        return made
    told = differences(earlier[-1], made)
    return replace(made, correction=Correction(reason or CorrectionReason.RECORDS_CORRECTED, told))


def differences(before: QuarterlyContent, after: QuarterlyContent) -> tuple[Difference, ...]:
    """What one issue tells otherwise than another: both as they are told, so that it tells nothing more."""
    parts = zip(before.parts, after.parts, strict=True)
    return tuple(one for (name, was), (_, now) in parts for one in _of_part(name, was, now, before.floor, after.floor))


def told_total(part: Part, floor: int) -> str:
    """A total in words."""
    return f"fewer than {floor}" if part.total is None else f"{part.total:,}"


def _part(
    name: PartName, count: int, counts: tuple[Counts, ...], floor: int, earlier: Sequence[QuarterlyContent]
) -> Part:
    """A part with only those breakdowns that may stand beside each of the earlier issues; of nothing there are none."""
    if count < floor:
        return Part(total(count, floor), ())
    return Part(count, tuple(_beside(name, count, one, floor, earlier) for one in counts))


def _beside(name: PartName, count: int, counts: Counts, floor: int, earlier: Sequence[QuarterlyContent]) -> Counts:
    for issue in earlier:
        was = dict(issue.parts)[name]
        before = next((one for one in was.counts if one.by is counts.by), None)
        told = beside(_told(counts), count, _told(before), was.total, max(floor, issue.floor)) if before else None
        if told and told.telling is not Telling.TOLD:
            counts = Counts(counts.by, told.telling, (), None)
    return counts


def _told(counts: Counts) -> Told:
    return Told(counts.telling, {line.code: line.count for line in counts.lines}, counts.rest)


def _of_violation(violation: Violation) -> Standing:
    if violation.state is ViolationState.NOT_A_VIOLATION:
        return Standing.NOT_A_VIOLATION
    if violation.state is ViolationState.REPORTED:
        return Standing.NOT_CONFIRMED
    was_told = has_reached(violation, ViolationState.CPO_NOTIFIED) and violation.cpo_notified_on is not None
    return Standing.COUNTED if was_told else Standing.CPO_NOT_TOLD


def _of_exigent(event: ExigentEvent) -> Standing:
    if event.state is ExigentState.RECLASSIFIED:
        return Standing.FOUND_A_VIOLATION
    if event.exemption is not None:
        return Standing.NEED_NOT_BE_TOLD
    was_told = event.state not in _BEFORE_TOLD and event.cpo_notified_on is not None
    return Standing.COUNTED if was_told else Standing.CPO_NOT_TOLD


_BEFORE_TOLD = frozenset({ExigentState.OCCURRED, ExigentState.EXPLAINED})


def _of_part(name: PartName, was: Part, now: Part, floor_before: int, floor: int) -> Iterator[Difference]:
    before, after = told_total(was, floor_before), told_total(now, floor)
    if before != after:
        yield Difference(name, None, "", before, after)
    earlier = {one.by: one for one in was.counts}
    later = {one.by: one for one in now.counts}
    for by in Breakdown:
        if by in earlier or by in later:
            yield from _of_counts(name, by, earlier.get(by), later.get(by))


def _of_counts(name: PartName, by: Breakdown, was: Counts | None, now: Counts | None) -> Iterator[Difference]:
    before, after = _lines(was), _lines(now)
    if before and now and now.telling is Telling.BESIDE_EARLIER:
        yield Difference(name, by, "", "told", "not told anew")
        return
    for label in dict.fromkeys((*before, *after)):
        if before.get(label) != after.get(label):
            yield Difference(name, by, label, before.get(label, NOT_TOLD), after.get(label, NOT_TOLD))


def _lines(counts: Counts | None) -> dict[str, str]:
    """The lines of a breakdown by their labels, in words; of one that is not told, none."""
    if counts is None or counts.telling is not Telling.TOLD:
        return {}
    lines = {line.label: f"{line.count:,}" for line in counts.lines}
    return {**lines, ALL_OTHERS: f"{counts.rest:,}"} if counts.rest else lines
