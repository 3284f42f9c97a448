import pytest

from benchmarks.notes import scoring
from benchmarks.notes.columns import Character, written
from benchmarks.notes.examination import examine
from benchmarks.notes.scoring import Counts, Coverage, Range, Told
from benchmarks.notes.templates import EXAMINED, Mark


def name(start: int, end: int, who: str | None = None) -> Mark:
    return Mark("NAME", start, end, who)


@pytest.mark.parametrize(
    ("true", "found", "counts"),
    [
        ([name(0, 10)], [name(0, 10)], Counts(right=1)),
        ([name(0, 10)], [name(0, 5)], Counts(right=1)),
        ([name(0, 10)], [name(0, 4)], Counts(false=1, missed=1)),
        ([name(0, 10)], [name(0, 20)], Counts(right=1)),
        ([name(0, 10)], [name(0, 21)], Counts(false=1, missed=1)),
        ([name(0, 10)], [name(6, 16)], Counts(false=1, missed=1)),
        ([name(0, 10)], [name(10, 20)], Counts(false=1, missed=1)),
        ([name(0, 10)], [name(0, 10), name(0, 10)], Counts(right=1)),
        ([name(0, 10)], [name(0, 10), name(0, 9)], Counts(right=1, false=1)),
        ([name(0, 10), name(10, 20)], [name(0, 20)], Counts(right=1, missed=1)),
        ([], [name(0, 3)], Counts(false=1)),
        ([name(0, 3)], [], Counts(missed=1)),
    ],
)
def test_spans(true: list[Mark], found: list[Mark], counts: Counts) -> None:
    assert scoring.spans([true], [found]) == {"NAME": counts}


def test_of_two_found_spans_the_nearer_counts() -> None:
    nearer = name(0, 10, "staff")
    assert scoring.matched([name(0, 10)], [name(0, 9), nearer]) == [(name(0, 10), nearer)]


def test_spans_of_another_type_do_not_count_and_types_not_examined_count_for_nothing() -> None:
    found = [[Mark("PHONE", 0, 9), Mark("AGE", 0, 9)]]
    counted = {"SSN": Counts(missed=1), "PHONE": Counts(false=1)}
    assert scoring.spans([[Mark("SSN", 0, 9)]], found) == counted
    assert scoring.rows([[Mark("SSN", 0, 9)]], found) == counted


def test_rows_count_once_wherever_the_type_stands() -> None:
    true = [[name(0, 5), name(9, 12)], [name(0, 5)], [], []]
    found = [[name(20, 25)], [], [name(0, 5)], []]
    assert scoring.rows(true, found) == {"NAME": Counts(right=1, false=1, missed=1)}


def test_figures_of_counts() -> None:
    counts = Counts(3, 1, 0) + Counts(0, 0, 3)
    assert (counts.precision, counts.recall, counts.f1) == (0.75, 0.5, 0.6)
    assert (Counts().precision, Counts().recall, Counts().f1) == (None, None, None)
    assert scoring.total([Counts(1), Counts(0, 1)]) == Counts(1, 1)


@pytest.mark.parametrize(
    ("share", "said", "inside"),
    [
        (0.0, None, True),
        (0.0, Range(0.0, 0.1), False),
        (0.003, None, True),
        (0.0031, None, False),
        (0.05, Range(0.05, 0.1), True),
        (0.1, Range(0.05, 0.1), True),
        (0.11, Range(0.05, 0.1), False),
        (0.04, Range(0.05, 0.1), False),
        (0.001, Range(0.0, 0.01), True),
    ],
)
def test_a_share_is_inside(share: float, said: Range | None, inside: bool) -> None:
    assert scoring.is_inside(share, said) is inside


def test_coverage_tells_types_that_occur_from_those_that_do_not() -> None:
    said = {"NAME": Range(0.4, 0.6), "SSN": Range(0.1, 0.2)}
    counted = scoring.coverage({"NAME": 0.5, "PHONE": 0.1, "SSN": 0.0, "DOB": 0.0}, said)
    whole = sum(counted.values(), Coverage())
    assert whole == Coverage(occurring=2, occurring_inside=1, absent=2, absent_inside=1)
    assert (whole.of_occurring, whole.of_all) == (0.5, 0.5)


def test_whose_it_is() -> None:
    true = [[name(0, 5, "client"), name(10, 15, "staff"), name(20, 25, "staff"), name(30, 35), name(40, 45, "client")]]
    found = [[name(0, 5, "client"), name(10, 15, "client"), name(20, 25), name(30, 35, "staff")]]
    counted = scoring.whose(true, found)["NAME"]
    assert counted == Told(found=3, told=2, right=1, made_up=1)
    assert (counted.precision, counted.share_told) == (0.5, 2 / 3)


COLUMN = written(Character("casework", {"NAME": 0.5, "PHONE": 0.2}), 1, 300)
TRUTH = dict(zip(COLUMN.texts, COLUMN.truth, strict=True))


def test_who_knows_the_truth_is_always_right() -> None:
    shares = {code: (share, share) for code, share in COLUMN.shares().items() if share}
    figures = examine([COLUMN, COLUMN], lambda _: shares, TRUTH.__getitem__, sample=200)
    assert figures.columns == 2
    assert set(figures.spans) == set(figures.rows) == {"NAME", "PHONE"}
    assert all(counts.f1 == 1 for counts in (*figures.spans.values(), *figures.rows.values()))
    assert set(figures.coverage) == EXAMINED
    assert all(counts.of_all == 1 for counts in figures.coverage.values())
    assert figures.coverage["NAME"].occurring == 2
    assert (figures.whose["NAME"].precision, figures.whose["NAME"].share_told, figures.whose["NAME"].made_up) == (
        1,
        1,
        0,
    )


def test_who_says_nothing_misses_everything() -> None:
    figures = examine([COLUMN], lambda _: {}, lambda _: [], sample=200)
    assert all(counts.recall == 0 for counts in figures.spans.values())
    assert figures.coverage["NAME"].of_occurring == 0
    assert figures.coverage["SSN"].of_all == 1


def test_only_the_sample_is_shown() -> None:
    seen: list[list[str]] = []
    examine([COLUMN], lambda texts: seen.append(texts) or {}, lambda _: [], sample=7)
    assert [len(texts) for texts in seen] == [7]
