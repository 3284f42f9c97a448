"""Prose in plain text."""

import gzip

import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.ports import SamplePlan
from connectors.files.documents import passages
from connectors.files.documents.text import sample_text
from tests.support.documents import read, texts

LETTER = """Dear Ms. Ruiz,

we write to you about the repair of the heating in your apartment, which the
inspector saw on Monday.

- bring the lease
- bring the letter
"""
PASSAGES = [
    "Dear Ms. Ruiz,",
    "we write to you about the repair of the heating in your apartment, which the inspector saw on Monday.",
    "- bring the lease",
    "- bring the letter",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp037"])
def test_a_letter_is_read_by_its_paragraphs_in_whatever_encoding(encoding: str) -> None:
    sample = read(sample_text, LETTER.encode(encoding), "letter.txt")

    assert texts(sample) == PASSAGES
    assert (sample.method, sample.rows_total, sample.caveats) == (SampleMethod.ALL_ROWS, 4, frozenset())


def test_line_ends_of_every_kind_end_lines() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert texts(read(sample_text, LETTER.replace("\n", end).encode(), "letter.md")) == PASSAGES


def test_a_log_is_read_by_its_lines() -> None:
    lines = [
        f"2026-02-0{day} 10:00 INFO the account of user {day} was opened for the first time today" for day in (1, 2)
    ]

    assert texts(read(sample_text, "\n".join(lines).encode(), "a.log")) == lines
    assert len(texts(read(sample_text, "\n".join(lines).encode(), "a.txt"))) == 1


def test_a_packed_text_is_read_like_one_that_is_not() -> None:
    assert texts(read(sample_text, gzip.compress(LETTER.encode()), "letter.txt.gz")) == PASSAGES


def test_a_packed_text_that_is_cut_short_says_so() -> None:
    lines = "".join(f"line {number * number}\n\n" for number in range(300_000)).encode()

    sample = read(sample_text, gzip.compress(lines)[:-2000], "letter.txt.gz")

    assert sample.row_count > 0
    assert sample.caveats & {Caveat.TORN, Caveat.CUT}
    assert sample.rows_total is None


def test_one_line_of_millions_of_signs_is_cut_into_passages_and_not_lost() -> None:
    sample = read(sample_text, b"word " * 400_000, "a.txt", SamplePlan(1000, 1))

    assert all(len(text or "") <= 4096 for text in texts(sample))
    assert sum((text or "").count("word") for text in texts(sample)) == 400_000


def test_reading_ends_at_the_limit_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "MOST_CHARACTERS", 1000)

    sample = read(sample_text, b"a line\n\n" * 1000, "a.txt")

    assert sample.caveats == {Caveat.CUT}


@pytest.mark.parametrize("content", [bytes(range(32)) * 100, b"\x00\x01\x02" * 1000])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(DatasetError) as refusal:
        read(sample_text, content, "a.txt")

    assert refusal.value.reason is SkipReason.UNREADABLE


def test_an_empty_text_is_empty() -> None:
    with pytest.raises(DatasetError) as refusal:
        read(sample_text, b" \n\n", "a.txt")

    assert refusal.value.reason is SkipReason.EMPTY
