"""A person's decisions, and what holds now given them and the machine's opinion.

A scan never writes a decision. A decision remembers a digest of the evidence it judged, so that it re-opens when,
and only when, the evidence has moved materially away from it: another form, or against the verdict by a band.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog.model.evidence import FindingRecord, Form

#: From this strength on the machine suggests; below it there is a clue.
LIKELY = 0.5

#: Strengths at which a band starts.
BANDS: tuple[tuple[float, str], ...] = ((0.8, "high"), (LIKELY, "medium"), (0.0, "low"))

#: How far over a band's edge a strength has to move: two samples of the same column differ by about this much.
SLACK = 0.05

#: The digest of "the machine found nothing of this type".
ABSENT = "absent"


class Verdict(StrEnum):
    """What a person said about one type in one column; withdrawn is an earlier word taken back."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


#: What a person can say of a suggestion; taking a word back is undoing it.
VERDICTS = (Verdict.CONFIRMED, Verdict.REJECTED)


class Standing(StrEnum):
    """What holds for one type in one column."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision. Append-only: a later one on the same column and type replaces it in effect.

    Parameters:
        act_id: the act of review it was made in; None for those of before there were acts.
        restores: the earlier decision that it puts back in effect, where it undoes what came between.
    """

    id: int
    column_id: int
    type_code: str
    verdict: Verdict
    person_id: str
    reason: str
    evidence_digest: str
    at: datetime
    act_id: int | None = None
    restores: int | None = None


@dataclass(frozen=True, slots=True)
class StandingRecord:
    """What :func:`effective` says, kept beside findings and decisions so that filters and counts are plain SQL."""

    column_id: int
    type_code: str
    standing: Standing
    counts: bool


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds now for one type in one column, and who says so."""

    type_code: str
    standing: Standing
    finding: FindingRecord | None
    decision: Decision | None

    @property
    def counts(self) -> bool:
        """Whether the column is taken to hold the type: confirmed, likely, or re-opened after confirmation.

        What is less than likely stays a clue on its column: in totals and lists it would drown what is not.
        """
        if self.standing is Standing.SUGGESTED:
            return self.finding is not None and self.finding.strength >= LIKELY
        if self.standing is Standing.REOPENED:
            return self.finding is not None or self.decision_confirms
        return self.standing is Standing.CONFIRMED

    @property
    def decision_confirms(self) -> bool:
        """Whether a person confirmed it, re-opened or not."""
        return self.decision is not None and self.decision.verdict is Verdict.CONFIRMED


def band(strength: float) -> str:
    """The band of a strength: high, medium or low."""
    return next(name for floor, name in BANDS if strength >= floor)


def digest(form: Form, strength: float) -> str:
    """What a decision remembers of a finding: its form and band, so that small moves re-open nothing."""
    return f"{form.value}:{band(strength)}"


def effective(findings: Iterable[FindingRecord], decisions: Sequence[Decision]) -> tuple[Effective, ...]:
    """Join the machine's findings and the people's decisions on one column.

    Parameters:
        findings: the current findings on the column, at most one per type.
        decisions: all decisions ever made on it.

    Returns:
        One :class:`Effective` per type found or decided, strongest finding first, then by code.
    """
    found = {finding.type_code: finding for finding in findings}
    latest = in_effect(decisions)
    joined = [_join(code, found.get(code), latest.get(code)) for code in found.keys() | latest.keys()]
    return tuple(sorted(joined, key=lambda e: (-(e.finding.strength if e.finding else 0.0), e.type_code)))


def in_effect(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision in effect on each type of one column; none where the last word was taken back.

    Parameters:
        decisions: all decisions ever made on it.
    """
    latest: dict[str, Decision] = {}
    by_id = {}
    for decision in sorted(decisions, key=lambda d: (d.at, d.id)):
        latest[decision.type_code] = by_id[decision.id] = decision
    held = {code: _restored(decision, by_id) for code, decision in latest.items()}
    return {code: decision for code, decision in held.items() if decision.verdict is not Verdict.WITHDRAWN}


def _restored(decision: Decision, by_id: Mapping[int, Decision]) -> Decision:
    while decision.restores is not None:
        decision = by_id[decision.restores]
    return decision


def _join(code: str, finding: FindingRecord | None, decision: Decision | None) -> Effective:
    if decision is None:
        return Effective(code, Standing.SUGGESTED, finding, None)
    if _moved_away(decision, finding):
        return Effective(code, Standing.REOPENED, finding, decision)
    standing = Standing.CONFIRMED if decision.verdict is Verdict.CONFIRMED else Standing.REJECTED
    return Effective(code, standing, finding, decision)


def _moved_away(decision: Decision, finding: FindingRecord | None) -> bool:
    """Whether the evidence now speaks against the verdict more than the evidence it judged."""
    confirmed = decision.verdict is Verdict.CONFIRMED
    if decision.evidence_digest == (finding.digest if finding else ABSENT):
        return False
    if finding is None:
        return confirmed
    if decision.evidence_digest == ABSENT:
        return not confirmed
    return decision.evidence_digest not in _no_worse(finding, confirmed=confirmed)


def _no_worse(finding: FindingRecord, *, confirmed: bool) -> set[str]:
    """The digests that evidence may have had, so that this finding is no worse for the verdict."""
    if confirmed:
        bands = [name for floor, name in BANDS if floor <= finding.strength + SLACK]
    else:
        least = max(finding.strength - SLACK, 0.0)
        bands = [name for floor, name in BANDS if band(floor) == band(least) or floor > least]
    return {f"{finding.form.value}:{name}" for name in bands}


@dataclass(frozen=True, slots=True)
class Settlement:
    """A person's word on decisions whose column is no longer there.

    Parameters:
        column_id: the column that is gone.
        moved_to: the column its decisions go on with; None when they rest with the one that is gone.
    """

    column_id: int
    moved_to: int | None
    person_id: str
    reason: str
    at: datetime
