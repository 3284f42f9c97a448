"""English words by what they can be in a sentence, told from their forms: no list at hand says it of so many."""

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from scanners import lexicons
from training.stock import Words

_WORDS = 50_000
_FEWEST_LETTERS = 3


@lru_cache(maxsize=1)
def words() -> Words:
    """All of them, frequent ones more often."""
    return _weighed(_counts())


@lru_cache(maxsize=1)
def nouns() -> Words:
    """Words with a plural."""
    return _weighed({word for word in _counts() if f"{word}s" in _counts()} - _verbs())


@lru_cache(maxsize=1)
def adjectives() -> Words:
    """Words with an adverb."""
    return _weighed({word for word in _counts() if f"{word}ly" in _counts()} - _verbs())


@lru_cache(maxsize=1)
def verbs() -> Words:
    """Words with a past and a gerund."""
    return _weighed(_verbs())


def is_given_name(word: str) -> bool:
    """Whether a word is somebody's name and little else; counts of words of the web are full of them."""
    return word in _given_names()


def past(verb: str) -> str:
    """Regular ones only."""
    return verb + "d" if verb.endswith("e") else verb + "ed"


def gerund(verb: str) -> str:
    """Regular ones only."""
    return verb.removesuffix("e") + "ing"


@lru_cache(maxsize=1)
def _verbs() -> frozenset[str]:
    return frozenset(word for word in _counts() if {past(word), gerund(word), f"{word}s"} <= _counts().keys())


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return lexicons.given_names() - lexicons.ordinary_words()


@lru_cache(maxsize=1)
def _counts() -> dict[str, float]:
    text = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    lines = (line.split() for line in text.splitlines()[:_WORDS])
    return {word: float(count) for word, count in lines if len(word) >= _FEWEST_LETTERS and not is_given_name(word)}


def _weighed(held: Iterable[str]) -> Words:
    """Frequent words more often, but not by as much as in texts: rare ones have to be met as well."""
    ordered = sorted(held)
    return Words(ordered, [_counts()[word] ** 0.5 for word in ordered])
