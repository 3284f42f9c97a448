"""Plain English: lists, counts, days and quotations."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.days import day_words
from catalog.model.register import Ground
from catalog.model.report_drafts_words import capital, counted, ended, listed, on_ground, quoted, sentences


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ""),
        (("name",), "name"),
        (("name", "age"), "name and age"),
        (("name", "age", "race"), "name, age, and race"),
        (("home address, current or previous", "age"), "home address, current or previous; and age"),
        (("age", "home address, current", "race"), "age; home address, current; and race"),
    ],
)
def test_lists(words: tuple[str, ...], said: str) -> None:
    assert listed(words) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "no requests"), (1, "one request"), (2, "two requests"), (9, "nine requests"), (10, "10 requests"),
     (1234, "1,234 requests")],
)  # fmt: skip
def test_counts_agree_with_what_they_count(count: int, said: str) -> None:
    assert counted(count, "request") == said


def test_a_plural_of_its_own() -> None:
    assert (counted(1, "agency", "agencies"), counted(3, "agency", "agencies")) == ("one agency", "three agencies")


def test_days_read_as_people_write_them() -> None:
    assert day_words(date(2027, 3, 1)) == "March 1, 2027"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Find a bed", "“Find a bed.”"),
        ("Find a bed.", "“Find a bed.”"),
        (" Find a bed.. ", "“Find a bed.”"),
        ("Who sleeps outside?", "“Who sleeps outside?”"),
        ("Help now!", "“Help now!”"),
    ],
)
def test_quotations_end_once(text: str, said: str) -> None:
    assert quoted(text) == said


@given(st.text())
def test_what_ends_has_ended(text: str) -> None:
    assert ended(ended(text)) == ended(text)
    assert not ended(text).endswith("..")


def test_sentences_leave_out_what_says_nothing() -> None:
    assert sentences("", "One.", "", "Two.") == "One. Two."
    assert (capital("one event"), capital("")) == ("One event", "")


def test_each_ground_is_a_sentence_and_none_is_made_up() -> None:
    assert on_ground("This", None) == ""
    assert {on_ground("This", one) for one in Ground} == {
        "This furthers the purpose or mission of the agency.",
        "This is required by law or treaty.",
        "This is authorized in writing by the individual.",
        "This is in the best interests of the city, as the Chief Privacy Officer found.",
    }
