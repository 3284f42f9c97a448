"""What holds now: a person's decision stands until the evidence moves away from it, whatever scans do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model import decisions
from catalog.model.decisions import ABSENT, Decision, Standing, Verdict, band, digest, effective
from catalog.model.evidence import FindingRecord, Form

START = datetime(2026, 1, 1, tzinfo=UTC)
CODES = ("NAME", "SSN", "DOB")
STRENGTHS = st.floats(0.0, 1.0, allow_nan=False)


def found(code: str = "SSN", strength: float = 0.9, form: Form = Form.FULL, run: int = 1) -> FindingRecord:
    return FindingRecord(
        id=run,
        column_id=1,
        run_id=run,
        type_code=code,
        form=form,
        strength=strength,
        share_low=0.0,
        share_mid=0.5,
        share_high=1.0,
        without_name=0.0,
        digest=digest(form, strength),
    )


def decided(judged: FindingRecord | None, verdict: Verdict, *, code: str = "SSN", number: int = 1) -> Decision:
    return Decision(
        id=number,
        column_id=1,
        type_code=code,
        verdict=verdict,
        person_id="ana",
        reason="looked at the form",
        evidence_digest=judged.digest if judged else ABSENT,
        at=START + timedelta(minutes=number),
    )


def standing(now: FindingRecord | None, decision: Decision) -> Standing:
    (only,) = effective([now] if now else [], [decision])
    return only.standing


FINDINGS = st.builds(found, st.sampled_from(CODES), STRENGTHS, st.sampled_from(Form))
VERDICTS = st.sampled_from(decisions.VERDICTS)
SETTLED = {Verdict.CONFIRMED: Standing.CONFIRMED, Verdict.REJECTED: Standing.REJECTED}


def test_without_a_decision_a_finding_is_a_suggestion() -> None:
    (only,) = effective([found()], [])
    assert (only.standing, only.counts, only.decision) == (Standing.SUGGESTED, True, None)


@given(now=FINDINGS, verdict=VERDICTS)
def test_unchanged_evidence_never_reopens(now: FindingRecord, verdict: Verdict) -> None:
    decision = decided(now, verdict, code=now.type_code)
    assert standing(replace(now, id=7, run_id=7), decision) is SETTLED[verdict]


@given(verdict=VERDICTS)
def test_absent_evidence_that_stays_absent_never_reopens(verdict: Verdict) -> None:
    assert standing(None, decided(None, verdict)) is SETTLED[verdict]


@given(strength=STRENGTHS, move=st.floats(-0.05, 0.05), form=st.sampled_from(Form), verdict=VERDICTS)
def test_the_spread_between_two_samples_never_reopens(
    strength: float, move: float, form: Form, verdict: Verdict
) -> None:
    decision = decided(found(strength=strength, form=form), verdict)
    now = found(strength=min(1.0, max(0.0, strength + move)), form=form)
    assert standing(now, decision) is SETTLED[verdict]


@given(then=FINDINGS, now=FINDINGS, verdict=VERDICTS)
def test_another_form_always_reopens(then: FindingRecord, now: FindingRecord, verdict: Verdict) -> None:
    decision = decided(then, verdict, code=now.type_code)
    if then.form is not now.form:
        assert standing(now, decision) is Standing.REOPENED


@pytest.mark.parametrize(
    ("then", "now", "verdict", "expected"),
    [
        (0.90, 0.70, Verdict.CONFIRMED, Standing.REOPENED),
        (0.90, 0.30, Verdict.CONFIRMED, Standing.REOPENED),
        (0.60, 0.40, Verdict.CONFIRMED, Standing.REOPENED),
        (0.60, 0.95, Verdict.CONFIRMED, Standing.CONFIRMED),
        (0.30, 0.60, Verdict.REJECTED, Standing.REOPENED),
        (0.60, 0.90, Verdict.REJECTED, Standing.REOPENED),
        (0.90, 0.30, Verdict.REJECTED, Standing.REJECTED),
        (0.90, None, Verdict.CONFIRMED, Standing.REOPENED),
        (0.90, None, Verdict.REJECTED, Standing.REJECTED),
        (None, 0.30, Verdict.REJECTED, Standing.REOPENED),
        (None, 0.30, Verdict.CONFIRMED, Standing.CONFIRMED),
    ],
)
def test_evidence_that_moves_against_the_verdict_reopens_it(
    then: float | None, now: float | None, verdict: Verdict, expected: Standing
) -> None:
    judged = None if then is None else found(strength=then)
    assert standing(None if now is None else found(strength=now), decided(judged, verdict)) is expected


def test_a_decision_reopened_settles_again_when_the_evidence_returns() -> None:
    decision = decided(found(), Verdict.CONFIRMED)
    assert standing(None, decision) is Standing.REOPENED
    assert standing(found(), decision) is Standing.CONFIRMED


def test_what_counts() -> None:
    confirmed, rejected = decided(found(), Verdict.CONFIRMED), decided(found(strength=0.3), Verdict.REJECTED)
    assert effective([], [confirmed])[0].counts
    assert not effective([found(strength=0.3)], [rejected])[0].counts
    assert effective([found()], [rejected])[0].counts
    assert not effective([], [rejected])[0].counts


@given(
    scans=st.lists(st.lists(FINDINGS, unique_by=lambda f: f.type_code), min_size=1, max_size=5),
    decisions=st.lists(st.tuples(st.sampled_from(CODES), VERDICTS, FINDINGS), max_size=6),
    shuffle=st.randoms(use_true_random=False),
)
def test_decisions_survive_any_order_of_scans(
    scans: list[list[FindingRecord]], decisions: list[tuple[str, Verdict, FindingRecord]], shuffle: Random
) -> None:
    made = [decided(f, verdict, code=code, number=n) for n, (code, verdict, f) in enumerate(decisions, start=1)]
    latest = {decision.type_code: decision for decision in made}
    for findings in scans:
        result = {one.type_code: one for one in effective(findings, made)}
        assert result.keys() == latest.keys() | {f.type_code for f in findings}
        assert {code: one.decision for code, one in result.items() if one.decision} == latest
    again = list(made)
    shuffle.shuffle(again)
    assert effective(reversed(scans[-1]), again) == effective(scans[-1], made)


def test_a_later_decision_replaces_an_earlier_one() -> None:
    first = decided(found(), Verdict.REJECTED, number=1)
    second = decided(found(), Verdict.CONFIRMED, number=2)
    (only,) = effective([found()], [second, first])
    assert only.decision is second


def test_the_strongest_finding_comes_first() -> None:
    order = effective([found("NAME", 0.4), found("SSN", 0.9)], [decided(None, Verdict.CONFIRMED, code="DOB")])
    assert [one.type_code for one in order] == ["SSN", "NAME", "DOB"]


def test_bands() -> None:
    assert [band(s) for s in (1.0, 0.8, 0.79, 0.5, 0.49, 0.0)] == ["high", "high", "medium", "medium", "low", "low"]
