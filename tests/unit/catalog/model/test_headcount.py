"""How many people: by the strongest key, in powers of ten, and not known rather than guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.evidence import Form
from catalog.model.headcount import KeyColumn, amount, headcount, magnitude
from catalog.model.holdings import Band, Magnitude


def key(
    code: str,
    many: Magnitude = Magnitude.FROM_100,
    form: Form = Form.FULL,
    empty: Band = Band.NONE,
    distinct: Band = Band.ALL,
) -> KeyColumn:
    return KeyColumn(code, form, empty, distinct, many)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "fewer than 5"),
        (4, "fewer than 5"),
        (5, "5 to 99"),
        (99, "5 to 99"),
        (100, "100 to 999"),
        (999, "100 to 999"),
        (1_000, "1,000 to 9,999"),
        (9_999, "1,000 to 9,999"),
        (10_000, "10,000 or more"),
        (8_000_000, "10,000 or more"),
    ],
)
def test_counts_are_told_in_powers_of_ten(count: int, words: str) -> None:
    assert magnitude(count).label == words


def of_sample(distinct: int, filled: int, rows_total: int | None = 50_000) -> Magnitude:
    return amount(distinct=distinct, filled=filled, rows_seen=1_000, rows_total=rows_total, all_rows=False)


def test_all_rows_are_counted() -> None:
    assert amount(distinct=40, filled=900, rows_seen=900, rows_total=900, all_rows=True) is Magnitude.FROM_5
    assert amount(distinct=40, filled=900, rows_seen=900, rows_total=None, all_rows=True) is Magnitude.FROM_5


def test_of_a_sample_only_values_that_never_come_back_say_something_about_the_rest() -> None:
    assert of_sample(1_000, 1_000) is Magnitude.FROM_10000
    assert of_sample(1_000, 1_000, rows_total=5_000) is Magnitude.FROM_1000
    assert of_sample(999, 1_000) is Magnitude.NOT_KNOWN
    assert of_sample(1_000, 1_000, rows_total=None) is Magnitude.NOT_KNOWN
    assert of_sample(0, 0) is Magnitude.NOT_KNOWN


def test_empty_cells_and_lists_count_as_in_the_sample() -> None:
    assert of_sample(100, 100, rows_total=5_000) is Magnitude.FROM_100
    assert of_sample(3_000, 3_000, rows_total=5_000) is Magnitude.FROM_10000


def test_an_estimate_from_statistics_that_are_behind_is_no_less_than_what_was_seen() -> None:
    assert of_sample(1_000, 1_000, rows_total=3) is Magnitude.FROM_1000


def test_the_strongest_key_counts_and_the_largest_of_its_kind() -> None:
    few, some, many = Magnitude.FROM_5, Magnitude.FROM_100, Magnitude.FROM_1000
    assert headcount([key("EMAIL", many), key("CASE_ID", some), key("SSN", few)]) is few
    assert headcount([key("CASE_ID", some), key("EMAIL", many)]) is some
    assert headcount([key("SSN", few), key("SSN", some)]) is some
    assert headcount([]) is Magnitude.NOT_KNOWN


def test_workers_who_come_again_and_again_are_not_who_a_table_is_about() -> None:
    workers = key("EMPLOYEE_ID", Magnitude.FROM_5, distinct=Band.SOME)
    assert headcount([key("CASE_ID"), workers]) is Magnitude.FROM_100
    assert headcount([key("NAME"), workers]) is Magnitude.FROM_100
    assert headcount([workers]) is Magnitude.NOT_KNOWN
    for other in ("EMAIL", "NAME", "PHONE"):
        assert headcount([key("EMPLOYEE_ID", Magnitude.FROM_5), key(other)]) is Magnitude.FROM_5, "a roster"


def test_a_key_that_cannot_be_counted_gives_way_to_the_next() -> None:
    assert headcount([key("SSN", Magnitude.NOT_KNOWN), key("EMAIL")]) is Magnitude.FROM_100


@pytest.mark.parametrize("empty", [Band.MOST, Band.ALL])
def test_a_key_most_rows_lack_counts_nobody(empty: Band) -> None:
    assert headcount([key("SSN", empty=empty)]) is Magnitude.NOT_KNOWN
    assert headcount([key("SSN", empty=Band.SOME)]) is Magnitude.FROM_100


@pytest.mark.parametrize("form", Form)
def test_digests_and_tokens_tell_people_apart_and_parts_do_not(form: Form) -> None:
    counts = form in {Form.FULL, Form.HASHED, Form.TOKENISED}
    assert (headcount([key("SSN", form=form)]) is Magnitude.FROM_100) == counts


@pytest.mark.parametrize("code", ["NAME", "EMAIL", "PHONE"])
def test_what_several_people_share_counts_only_where_it_hardly_comes_back(code: str) -> None:
    assert headcount([key(code, distinct=Band.MOST)]) is Magnitude.FROM_100
    assert headcount([key(code, distinct=Band.SOME)]) is Magnitude.NOT_KNOWN
    assert headcount([key("CASE_ID", distinct=Band.SOME)]) is Magnitude.FROM_100


@pytest.mark.parametrize("code", ["DOB", "SEX", "SUMMONS_NO", "LICENSE_PLATE"])
def test_what_is_no_key_counts_nobody(code: str) -> None:
    assert headcount([key(code)]) is Magnitude.NOT_KNOWN


KEYS = st.builds(
    KeyColumn,
    st.sampled_from(["SSN", "CASE_ID", "NAME", "DOB"]),
    st.sampled_from(Form),
    st.sampled_from(Band),
    st.sampled_from(Band),
    st.sampled_from(Magnitude),
)


@given(st.lists(KEYS))
def test_the_answer_is_one_of_the_columns_or_not_known_and_order_plays_no_part(keys: list[KeyColumn]) -> None:
    found = headcount(keys)
    assert found in {Magnitude.NOT_KNOWN, *(column.amount for column in keys)}
    assert found is headcount(keys[::-1])


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_is_never_told_as_less(few: int, more: int) -> None:
    assert magnitude(few) <= magnitude(few + more)
