import pytest

from benchmarks.detection.judged import Judged, from_document, from_words
from benchmarks.detection.labelled import Label
from benchmarks.detection.scoring import misses, score
from catalog.model.identifiers import Grade
from catalog.taxonomy.loader import load

DIRECT, QUASI, NONE = Grade.DIRECT, Grade.QUASI, Grade.NONE


def label(grade: Grade, *codes: str, kind: str = "KIND", column: str = "a") -> Label:
    return Label("t.csv", column, kind, codes or ("NONE",), grade)


def said(grade: Grade, *codes: str) -> Judged:
    return Judged(grade, tuple((code, 0.9) for code in codes))


def one(truth: Label, judged: Judged | None):
    return score([truth], {truth.key: judged} if judged else {})


@pytest.mark.parametrize(
    ("truth", "judged", "direct", "typed"),
    [
        (label(DIRECT, "NAME"), said(DIRECT, "NAME"), (1, 0, 0), (1, 0, 0)),
        (label(DIRECT, "NAME"), said(DIRECT, "PHONE", "NAME"), (1, 0, 0), (0, 1, 1)),
        (label(DIRECT, "*"), said(DIRECT, "PHONE"), (1, 0, 0), (1, 0, 0)),
        (label(DIRECT, "NAME"), said(QUASI, "NAME"), (0, 0, 1), (0, 0, 1)),
        (label(DIRECT, "NAME"), None, (0, 0, 1), (0, 0, 1)),
        (label(NONE), said(DIRECT, "NAME"), (0, 1, 0), (0, 1, 0)),
        (label(NONE), said(NONE), (0, 0, 0), (0, 0, 0)),
        (label(QUASI, "DOB"), said(DIRECT, "NAME"), (0, 0, 0), (0, 0, 0)),
    ],
)
def test_direct_and_typed(truth: Label, judged: Judged | None, direct: tuple, typed: tuple) -> None:
    scores = one(truth, judged)
    assert (scores.direct.right, scores.direct.false, scores.direct.missed) == direct
    assert (scores.typed_micro.right, scores.typed_micro.false, scores.typed_micro.missed) == typed


@pytest.mark.parametrize(
    ("truth", "judged", "quasi", "alarmed_of"),
    [
        (label(QUASI, "DOB", "AGE"), said(QUASI, "AGE"), (1, 0, 0), (0, 1)),
        (label(QUASI, "DOB"), said(QUASI, "SEX"), (0, 0, 1), (0, 1)),
        (label(QUASI, "DOB"), said(DIRECT, "DOB"), (0, 0, 1), (1, 1)),
        (label(QUASI, "*"), said(DIRECT, "NAME"), (0, 0, 0), (0, 0)),
        (label(QUASI, "NAME", "NONE"), said(DIRECT, "NAME"), (0, 0, 0), (0, 0)),
        (label(NONE), said(QUASI, "DOB"), (0, 1, 0), (0, 0)),
        (label(NONE), said(DIRECT, "NAME"), (0, 0, 0), (0, 0)),
    ],
)
def test_quasi_and_over_alarm(truth: Label, judged: Judged, quasi: tuple, alarmed_of: tuple) -> None:
    scores = one(truth, judged)
    assert (scores.quasi.right, scores.quasi.false, scores.quasi.missed) == quasi
    assert (scores.alarmed, scores.in_combination) == alarmed_of


@pytest.mark.parametrize(
    ("truth", "judged", "pattern"),
    [
        (label(DIRECT, "SSN"), said(DIRECT, "TAXPAYER_ID"), (1, 0, 0)),
        (label(DIRECT, "SSN"), said(DIRECT, "PHONE"), (0, 1, 1)),
        (label(DIRECT, "NAME"), said(DIRECT, "PHONE"), (0, 1, 0)),
        (label(DIRECT, "NAME"), said(DIRECT, "NAME"), (0, 0, 0)),
        (label(DIRECT, "PHONE", "CONTACT_OTHER"), None, (0, 0, 1)),
        (label(DIRECT, "*"), said(DIRECT, "PHONE"), (0, 0, 0)),
        (label(QUASI, "PHONE"), said(DIRECT, "PHONE"), (0, 0, 0)),
    ],
)
def test_pattern_types_are_compared_coarsely(truth: Label, judged: Judged | None, pattern: tuple) -> None:
    counts = one(truth, judged).pattern
    assert (counts.right, counts.false, counts.missed) == pattern


def test_macro_is_the_mean_over_the_labels_that_columns_have_and_micro_counts_columns() -> None:
    labels = [
        label(DIRECT, "NAME", kind="PERSON", column="a"),
        label(DIRECT, "NAME", kind="PERSON", column="b"),
        label(DIRECT, "SSN", kind="SSN", column="c"),
        label(NONE, column="d"),
    ]
    judged = {one.key: said(DIRECT, "NAME") for one in labels}
    scores = score(labels, judged)
    assert scores.typed_macro_f1 == pytest.approx((1.0 + 0.0) / 2)
    assert scores.typed_micro.precision == pytest.approx(2 / 4)
    assert scores.typed_micro.recall == pytest.approx(2 / 3)
    assert scores.typed_micro.f1 == pytest.approx(4 / 7)


def test_columns_without_judgement_are_counted() -> None:
    assert one(label(NONE), None).unjudged == 1
    assert one(label(NONE), said(NONE)).unjudged == 0


def test_misses_are_the_columns_judged_wrong() -> None:
    right = label(DIRECT, "NAME", column="right")
    wrong = label(DIRECT, "NAME", column="wrong")
    either = label(QUASI, "NAME", "NONE", column="either")
    judged = {right.key: said(DIRECT, "NAME"), wrong.key: said(DIRECT, "PHONE"), either.key: said(NONE)}
    assert [truth.column for truth, _ in misses([right, wrong, either], judged)] == ["wrong"]


def test_our_answer_is_read_strongest_first_and_the_first_of_two_columns_of_a_name_counts() -> None:
    def column(*found: tuple[str, float]) -> dict:
        findings = [{"type": code, "strength": strength} for code, strength in found]
        return {"name": " n ", "grade": "direct", "findings": findings}

    columns = [column(("SEX", 0.2), ("NAME", 0.9)), column(("SSN", 0.9))]
    judgements = from_document({"tables": [{"path": "some/where/t.csv", "columns": columns}]})
    assert judgements == {("t.csv", "n"): Judged(DIRECT, (("NAME", 0.9), ("SEX", 0.2)))}


def test_a_peers_words_are_read_as_codes_and_graded_by_the_taxonomy() -> None:
    words = {"PERSON": "NAME", "BIRTH": "DOB"}
    columns = [
        {"file": "t.csv", "column": name, "words": found}
        for name, found in {"a": ["URL", "BIRTH", "PERSON"], "b": ["BIRTH"], "c": ["URL"]}.items()
    ]
    judgements = from_words(columns, words, load())
    assert {key[1]: (judged.grade, judged.strongest) for key, judged in judgements.items()} == {
        "a": (DIRECT, "DOB"),
        "b": (QUASI, "DOB"),
        "c": (NONE, None),
    }
