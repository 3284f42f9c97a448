"""The sieve never misses what an expression would find."""

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.sieve import Sieve

EXPRESSIONS = [
    r"(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])",
    r"(?i)(?<=\bpin(?: is |[:=] ?))\d{4}",
    r"^[A-Z]{2}\d+$",
    r"\bdé\b|\p{Lu}\p{Ll}+ñ",
    r"(?<=(?<!x)ab{0,3}c)def",
    r"\Aonly at the start",
    r"(?<word>ab)(?&word)",
    r"x*",
]
PIECES = ["536-90-4399", "pin is 1234", "PIN:9999", "AB12", "\n", "dé", "Señ", "abbcdef", "xacdef", "only at the start",
          "abab", " ", "٣", "é", "\0", "zz"]  # fmt: skip


@given(st.lists(st.one_of(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), st.text(max_size=9)), max_size=9))
@settings(deadline=None, max_examples=300)
def test_nothing_is_missed(texts):
    suspects = SIEVE.suspects(texts)
    for place, text in enumerate(texts):
        found = {number for number, each in enumerate(EXPRESSIONS) if regex.search(each, text, regex.MULTILINE)}
        assert found <= suspects.get(place, set())


SIEVE = Sieve(EXPRESSIONS)


def test_texts_are_told_apart():
    assert SIEVE.suspects(["none here", "AB12", "nor here", "pin is 1234 "]).keys() >= {1, 3}
    assert 0 not in Sieve(EXPRESSIONS[:2]).suspects(["536-90-43", "99 and 5", "536-90-4399"])


def test_case_counts_as_the_flags_say():
    assert Sieve(["abc"]).suspects(["ABC"]) == {}
    assert Sieve(["abc"], regex.IGNORECASE).suspects(["ABC"]) == {0: {0}}


def test_a_sieve_of_nothing_suspects_nothing():
    assert Sieve([]).suspects(["a", "é"]) == {}


def test_what_may_hurt_is_suspected_rather_than_searched():
    hurting = Sieve([r"(?:a+)+$", "b"], unsearched=frozenset({0}))
    assert hurting.suspects(["é" + "a" * 4000 + "!", "aaa!", "é"]) == {0: {0}, 2: {0}}
