"""Which of the spans a language model finds are kept, and what was judged of some."""

import csv
from pathlib import Path

import pytest

from scanners.person_spans import full_names

ROOT = Path(__file__).resolve().parents[3]


def _kept(text: str) -> bool:
    """Whether the words between the brackets are kept."""
    start, end = text.index("["), text.index("]") - 1
    return list(full_names(text.replace("[", "").replace("]", ""), [(start, end)])) == [(start, end)]


@pytest.mark.parametrize(
    "text",
    [
        "Met [Tamika Robinson] today.",
        "and [LOPEZ, ANA M.] came to the meeting",
        "Signed [J. Okonkwo].",
        "Spoke with [Jean-Baptiste van der Berg] on Monday.",
        "The tenant is [Grace Park], the owner is not.",
    ],
)
def test_a_full_name_is_kept(text):
    assert _kept(text)


@pytest.mark.parametrize(
    "text",
    [
        "Met [Tamika] today.",  # one word
        "It was [rather good] again.",  # no capitals
        "See [Route Twelve 12] for it.",  # a digit
        "Write to [Ann Lee@example] at once.",  # a sign of an address
        "[Barnett, Melton] and Garcia founded it.",  # each is one of several
        "They live in [Grantham, Ohio] now.",  # behind the comma, a place
        "She works for [Okonkwo Ltd] now.",  # a firm
        "Turn into [Okonkwo Blvd] there.",  # a street
    ],
)
def test_what_looks_like_something_else_is_not_kept(text):
    assert not _kept(text)


def test_every_judgement_of_a_span_is_one_of_three_and_holds_no_text():
    with (ROOT / "benchmarks" / "prose" / "labels.csv").open(encoding="ascii", newline="") as rows:
        read = list(csv.DictReader(rows))
    assert len({row["span"] for row in read}) == len(read) >= 200
    assert {row["judgement"] for row in read} == {"right", "boundary", "wrong"}
    assert all(len(row["span"]) == 24 and int(row["span"], 16) for row in read)
