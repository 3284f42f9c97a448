"""The rules by which evidence becomes findings, as properties of any evidence."""

from dataclasses import replace
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners.combine import FOUND, combine, interval, share, wilson

KINDS = st.sampled_from(list(EvidenceKind))
CODES = st.sampled_from(["NAME", "SSN", "PHONE", "LOCALITY"])


@st.composite
def pieces(draw, *, least=-1.0):
    looked_at = draw(st.integers(1, 1000))
    agreed = draw(st.integers(0, looked_at))
    return Evidence(
        draw(CODES),
        draw(KINDS),
        draw(st.sampled_from(["a check", "a list"])),
        draw(st.floats(least, 1)),
        form=draw(st.sampled_from(list(Form))),
        looked_at=looked_at,
        agreed=agreed,
        distinct=draw(st.integers(0, agreed)),
        by_chance=draw(st.floats(0, 0.9)),
    )


def strengths(evidence, rows=1000):
    return {finding.type_code: finding.strength for finding in combine(evidence, rows=rows, filled=rows)}


def a_check(**changes):
    whole = Evidence("EMAIL", EvidenceKind.VALIDATOR, "e-mail address", 0.9, looked_at=100, agreed=100, distinct=100)
    return replace(whole, **changes)


@given(st.lists(pieces(), max_size=8), st.randoms())
def test_order_changes_nothing(evidence, random):
    shuffled = list(evidence)
    random.shuffle(shuffled)
    assert combine(evidence, rows=1000, filled=900) == combine(shuffled, rows=1000, filled=900)


@given(st.lists(pieces(), max_size=8))
def test_every_number_is_a_share_and_the_strongest_comes_first(evidence):
    findings = combine(evidence, rows=1000, filled=900)
    assert all(0 <= finding.strength <= 1 and 0 <= finding.without_name <= 1 for finding in findings)
    assert [finding.strength for finding in findings] == sorted((f.strength for f in findings), reverse=True)


@given(st.lists(pieces(least=0.0), max_size=6), pieces(least=0.0))
def test_more_support_never_lowers_its_own_type(evidence, more):
    more = replace(more, type_code="NAME")
    evidence = [replace(item, type_code="NAME") for item in evidence]
    assert strengths([*evidence, more]).get("NAME", 0) >= strengths(evidence).get("NAME", 0)


@given(st.lists(pieces(), max_size=6), st.floats(-1, 0))
def test_evidence_against_never_raises(evidence, weight):
    evidence = [replace(item, type_code="NAME") for item in evidence]
    against = Evidence("NAME", EvidenceKind.SHAPE, "plain numbers", weight)
    assert strengths([*evidence, against]).get("NAME", 0) <= strengths(evidence).get("NAME", 0)


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500), st.floats(0, 0.9))
def test_agreeing_rows_never_lower_certainty(agreed, other, more, by_chance):
    before = a_check(looked_at=agreed + other, agreed=agreed, distinct=agreed, by_chance=by_chance)
    after = a_check(looked_at=agreed + other + more, agreed=agreed + more, distinct=agreed + more, by_chance=by_chance)
    assert strengths([after]).get("EMAIL", 0) >= strengths([before]).get("EMAIL", 0)


@given(st.integers(1, 10), st.integers(0, 100_000))
def test_rows_of_other_things_never_hide_what_chance_cannot_explain(agreed, others):
    alone = a_check(looked_at=agreed, agreed=agreed, distinct=agreed)
    hidden = a_check(looked_at=agreed + others, agreed=agreed, distinct=agreed)
    assert strengths([hidden], rows=agreed + others) == strengths([alone], rows=agreed)


@given(st.integers(1, 1000))
def test_a_repeated_value_never_confirms_itself(repeats):
    once = a_check(looked_at=1000, agreed=1, distinct=1)
    often = a_check(looked_at=1000, agreed=repeats, distinct=1)
    assert strengths([often]) == strengths([once])
    guess = a_check(weight=0.8, looked_at=1000, agreed=repeats, distinct=1)
    assert strengths([guess])["EMAIL"] < FOUND


def test_one_text_alone_is_doubted_the_more_the_more_were_read():
    def strength(texts):
        name = Evidence("NAME", EvidenceKind.TEXT, "a name", 0.8, looked_at=texts, agreed=1, distinct=1)
        return strengths([name], rows=texts)["NAME"]

    assert strength(1) > strength(12) > strength(39) > strength(40) == strength(1000)
    assert strength(12) > 0.7 > FOUND > strength(40)


@pytest.mark.parametrize("kind", [EvidenceKind.PART, EvidenceKind.ATTRIBUTE])
def test_what_was_judged_by_all_values_of_a_part_is_not_doubted_again(kind):
    part = Evidence("NAME", kind, "a name", 0.6, looked_at=3, agreed=3, distinct=1)
    assert strengths([part], rows=3)["NAME"] == 0.6


def test_what_chance_gives_counts_for_nothing():
    """889 of 1,000 random nine-digit numbers pass the rules for Social Security numbers."""
    ssn = Evidence(
        "SSN", EvidenceKind.VALIDATOR, "rules", 1.0, looked_at=1000, agreed=889, distinct=889, by_chance=0.889
    )
    assert strengths([ssn]) == {}


@pytest.mark.parametrize("weight", [0.2, 0.3, 0.49])
def test_weak_patterns_of_one_kind_never_decide_alone(weight):
    weak = [a_check(clue=clue, weight=weight) for clue in ("one", "two", "three", "four")]
    assert strengths(weak).get("EMAIL", 0) < FOUND


def test_neighbours_raise_but_never_find():
    beside = Evidence("SSN", EvidenceKind.NEIGHBOUR, "details of persons", 0.9)
    assert strengths([beside]) == {}
    named = Evidence("SSN", EvidenceKind.NAME, "social security number", 0.45)
    assert strengths([named, beside])["SSN"] > strengths([named])["SSN"]


def test_a_weak_pattern_yields_to_a_name_that_says_something_else():
    weak = Evidence("PHONE", EvidenceKind.VALIDATOR, "plan", 0.62, looked_at=50, agreed=50, distinct=50, by_chance=0.3)
    named = Evidence("PROPERTY_ID", EvidenceKind.NAME, "property number", 0.62)
    assert strengths([weak, named])["PHONE"] < strengths([weak])["PHONE"]


def test_strength_without_the_name_is_that_of_the_values():
    named = Evidence("EMAIL", EvidenceKind.NAME, "e-mail", 0.85)
    (both,) = combine([named, a_check()], rows=100, filled=100)
    (values,) = combine([a_check()], rows=100, filled=100)
    assert both.without_name == values.strength < both.strength
    (name_only,) = combine([named], rows=100, filled=100)
    assert name_only.without_name == 0


def test_the_form_is_that_of_the_strongest_evidence():
    partial = Evidence("SSN", EvidenceKind.NAME, "last four", 0.9, form=Form.PARTIAL)
    whole = Evidence("SSN", EvidenceKind.COMMENT, "number", 0.4)
    assert combine([whole, partial], rows=1, filled=1)[0].form is Form.PARTIAL


def test_share_is_counted_over_all_rows_and_apart_from_strength():
    (finding,) = combine([a_check(looked_at=50, agreed=10, distinct=10)], rows=100, filled=50)
    assert finding.share.mid == 0.1
    assert finding.share.low < 0.1 < finding.share.high
    assert finding.strength > 0.8


def test_a_name_alone_bounds_the_share_by_what_is_filled():
    (finding,) = combine([Evidence("EMAIL", EvidenceKind.NAME, "e-mail", 0.8)], rows=200, filled=50)
    assert (finding.share.low, finding.share.mid, finding.share.high) == (0.0, 0.25, 0.25)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_interval_holds_the_share(agreed, others):
    share = wilson(agreed, agreed + others)
    assert 0 <= share.low <= share.mid <= share.high <= 1


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_narrows_with_more_rows(agreed, others):
    few, many = wilson(agreed, agreed + others), wilson(agreed * 10, (agreed + others) * 10)
    assert many.high - many.low <= few.high - few.low + 1e-9


def test_of_two_lists_that_overlap_the_one_that_knows_more_values_counts() -> None:
    given = Evidence("NAME", EvidenceKind.LEXICON, "given names", 0.7, looked_at=426, agreed=148, distinct=90)
    family = Evidence("NAME", EvidenceKind.LEXICON, "family names", 0.5, looked_at=426, agreed=398, distinct=200)
    assert share([given, family], rows=426, filled=426).mid == 398 / 426


def test_what_chance_would_often_do_counts_no_rows() -> None:
    sure = Evidence("PHONE", EvidenceKind.VALIDATOR, "telephone", 0.8, looked_at=100, agreed=60, distinct=60)
    often = Evidence(
        "PHONE", EvidenceKind.VALIDATOR, "ten digits", 0.6, looked_at=100, agreed=95, distinct=95, by_chance=0.3
    )
    assert share([sure, often], rows=100, filled=100).mid == 0.6


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_corrected_interval_is_wider_and_still_a_share(agreed, others):
    plain, corrected = wilson(agreed, agreed + others), interval(agreed, agreed + others)
    assert 0 <= corrected.low <= plain.low <= corrected.mid == plain.mid <= plain.high <= corrected.high <= 1


@pytest.mark.parametrize("share_of_all", [0.002, 0.01, 0.05, 0.3, 0.6])
def test_the_corrected_interval_holds_the_truth_as_often_as_it_says(share_of_all):
    chances = [comb(300, k) * share_of_all**k * (1 - share_of_all) ** (300 - k) for k in range(301)]
    said = [interval(agreed, 300) for agreed in range(301)]
    held = sum(chance for chance, of in zip(chances, said, strict=True) if of.low <= share_of_all <= of.high)
    assert held >= 0.95


def test_the_corrected_interval_is_that_of_its_source():
    assert (interval(81, 263).low, interval(81, 263).high) == pytest.approx((0.2535, 0.3682), abs=1e-4)


def test_the_range_of_names_in_texts_allows_for_those_nobody_knows():
    counts = {"looked_at": 100, "agreed": 20, "distinct": 20}
    seen = [Evidence(code, EvidenceKind.TEXT, "it", 0.8, **counts) for code in ("NAME", "SSN")]
    names, numbers = (share([each], rows=100, filled=100) for each in seen)
    assert names.low < numbers.low < names.mid == numbers.mid < numbers.high < names.high
