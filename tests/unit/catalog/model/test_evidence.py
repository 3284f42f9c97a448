"""Machine opinion refuses what could be a value and says itself in plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.evidence import Evidence, EvidenceKind, Share, sentence


@pytest.mark.parametrize("clue", ["", "Maria", "x" * 81, "a\nb", "naïve", "a@b", '"'])
def test_a_clue_that_is_no_word_of_ours_is_refused(clue: str) -> None:
    with pytest.raises(ValueError, match="our own vocabulary"):
        Evidence("NAME", EvidenceKind.NAME, clue, 0.5)


@given(weight=st.floats(allow_nan=True).filter(lambda w: not -1 <= w <= 1))
def test_a_weight_out_of_range_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="between -1 and 1"):
        Evidence("NAME", EvidenceKind.NAME, "name", weight)


@given(st.lists(st.floats(-0.5, 1.5), min_size=3, max_size=3))
def test_a_share_is_ordered_and_within_bounds(numbers: list[float]) -> None:
    low, mid, high = numbers
    if 0 <= low <= mid <= high <= 1:
        assert Share(low, mid, high).mid == mid
    else:
        with pytest.raises(ValueError, match="low <= mid <= high"):
            Share(low, mid, high)


@pytest.mark.parametrize("kind", EvidenceKind)
def test_every_kind_has_a_sentence(kind: EvidenceKind) -> None:
    evidence = Evidence("SSN", kind, "nine digits", 0.5, looked_at=1234, agreed=900, by_chance=0.889)
    assert "nine digits" in sentence(evidence)


def test_a_sentence_gives_counts_and_chance() -> None:
    evidence = Evidence("SSN", EvidenceKind.VALIDATOR, "ssn", 0.5, looked_at=1234, agreed=900, by_chance=0.889)
    assert sentence(evidence) == "900 of 1,234 values pass the ssn check (89% would by chance)"


@pytest.mark.parametrize(
    ("kind", "clue", "said"),
    [
        (EvidenceKind.LEXICON, "street words beside a number", "9 of 10 values hold street words beside a number"),
        (EvidenceKind.LEXICON, "words of companies", "9 of 10 values hold words of companies"),
        (EvidenceKind.PATTERN, "person names", "9 of 10 values read like person names"),
        (EvidenceKind.SHAPE, "plain numbers", "9 of 10 values are plain numbers"),
    ],
)
def test_a_sentence_reads_well_with_its_clue(kind: EvidenceKind, clue: str, said: str) -> None:
    assert sentence(Evidence("NAME", kind, clue, 0.5, looked_at=10, agreed=9)) == said


def test_evidence_against_says_so() -> None:
    assert sentence(Evidence("NAME", EvidenceKind.NAME, "street", -0.4)).startswith("against it: ")
