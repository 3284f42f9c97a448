"""What the trained model sees of short texts: traits of a few values, as numbers; training and judging share it."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scanners import lexicons, persons
from scanners.looks import Look
from scanners.persons import Kind

Numbers = NDArray[np.float32]

#: Distinct values looked at, and how much of a longer one.
FEW = 20
LONGEST = 80
#: Places for hashed pieces of words.
PIECES = 1 << 14
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_LATIN_ENDS = "\u024f"
_SIGNS = ",&().':-/\"#!?;"
#: The lists a word may be in, each a letter of the pattern a value makes; of several the last one counts.
_LISTS = (
    ("o", "common_not_name"), ("t", "title_noise"), ("p", "place"), ("j", "job"), ("r", "street"), ("c", "company"),
    ("f", "function"), ("x", "generation"), ("h", "honorific"),
)  # fmt: skip
_LETTERS = "ihxfcrjptobgszun9"
_PHRASES = ("cities", "states", "countries", "nationalities", "languages")


@dataclass(frozen=True, slots=True)
class Traits:
    """Hashed pieces of words with their weights, and the general traits of a column."""

    places: NDArray[np.int64]
    weights: Numbers
    general: Numbers


def only_general(general: Sequence[float]) -> Traits:
    """Traits of a column that is not of words."""
    nothing = np.zeros(0, dtype=np.float32)
    return Traits(nothing.astype(np.int64), nothing, np.array(general, dtype=np.float32))


def of_words(look: Look) -> Traits:
    """The traits of a column of short texts."""
    some = [value[:LONGEST] for value in look.some(FEW)]
    words = [_WORD.findall(value) for value in some]
    patterns = ["".join(map(_letter, held)) for held in words]
    pieces = [_pieces([word.lower() for word in held], pattern) for held, pattern in zip(words, patterns, strict=True)]
    # Each value counts the same, however many pieces it falls into.
    counts = [len(held) for held in pieces]
    weights = np.repeat([1 / (len(some) * math.sqrt(count)) for count in counts], counts)
    return Traits(
        np.array([crc32(piece.encode()) % PIECES for held in pieces for piece in held], dtype=np.int64),
        weights.astype(np.float32),
        np.array(_general(look, some, words, patterns), dtype=np.float32),
    )


def _pieces(words: Sequence[str], pattern: str) -> list[str]:
    """Words, their threes of letters and their ends; the first and the last one; the pattern and its pairs."""
    pieces = [f"={pattern}", *(f"{one}~{two}" for one, two in pairwise(pattern))]
    if words:
        pieces += [f"<{words[0]}", f"{words[-1]}>"]
    for word in words:
        ringed = f"^{word}$"
        pieces += [word, ringed[-4:], *(ringed[at : at + 3] for at in range(len(ringed) - 2))]
    return pieces


def _letter(word: str) -> str:
    """The list a word is in, as one letter."""
    if not word.isalpha() and _DIGIT.search(word):
        return "9" if word.isdecimal() else "n"
    if len(word) == 1 and word.isalpha():
        return "i"
    lower = word.lower()
    listed = _listed().get(lower)
    if listed:
        return listed
    is_given = lower in lexicons.given_names()
    if lower in lexicons.frequent_surnames():
        return "b" if is_given else "s"
    return "g" if is_given else "z" if lower in lexicons.surnames() else "u"


@lru_cache(maxsize=1)
def _listed() -> dict[str, str]:
    return {word: letter for letter, name in _LISTS for word in lexicons.words(name)}


def _general(look: Look, some: Sequence[str], words: Sequence[Sequence[str]], patterns: Sequence[str]) -> list[float]:
    count = max(1, len(some))
    kinds = [persons.kind_of(value) for value in some]
    lower = [value.lower() for value in some]
    return [
        *(sum(sign in value for value in some) / count for sign in _SIGNS),
        *(kinds.count(kind) / count for kind in Kind),
        *(sum(value in lexicons.phrases(name) for value in lower) / count for name in _PHRASES),
        *_letters(patterns),
        *_writing(some, words),
        *_lengths(words),
        *_repetition(look, words),
    ]


def _letters(patterns: Sequence[str]) -> list[float]:
    """How often each list holds a word, the first and the last one of a value."""
    joined = "".join(patterns)
    total, count = max(1, len(joined)), max(1, len(patterns))
    firsts = "".join(pattern[:1] for pattern in patterns)
    lasts = "".join(pattern[-1:] for pattern in patterns)
    return [
        *(joined.count(letter) / total for letter in _LETTERS),
        *(firsts.count(letter) / count for letter in _LETTERS),
        *(lasts.count(letter) / count for letter in _LETTERS),
        1 - len(firsts) / count,
    ]


def _writing(some: Sequence[str], words: Sequence[Sequence[str]]) -> list[float]:
    """Capitals, digits, letters of other scripts."""
    count = max(1, len(some))
    all_words = [word for held in words for word in held] or [""]
    return [
        sum(value.isupper() for value in some) / count,
        sum(value.islower() for value in some) / count,
        sum(word[:1].isupper() and word[1:].islower() for word in all_words) / len(all_words),
        sum(word[:1].islower() for word in all_words) / len(all_words),
        sum(_DIGIT.search(value) is not None for value in some) / count,
        sum(not value.isascii() for value in some) / count,
        sum(max(value, default="") > _LATIN_ENDS for value in some) / count,
        sum(any(len(word) == 1 for word in held) for held in words) / count,
    ]


def _lengths(words: Sequence[Sequence[str]]) -> list[float]:
    counts = [len(held) for held in words] or [0]
    lengths = [len(word) for held in words for word in held] or [0]
    return [
        *_spread(counts),
        *_spread(lengths),
        *(counts.count(number) / len(counts) for number in (1, 2, 3, 4)),
        sum(count > 4 for count in counts) / len(counts),
    ]


def _spread(numbers: Sequence[int]) -> tuple[float, float]:
    mean = sum(numbers) / len(numbers)
    return mean, math.sqrt(sum((number - mean) ** 2 for number in numbers) / len(numbers))


def _repetition(look: Look, words: Iterable[Sequence[str]]) -> list[float]:
    """How often values, words, first words and last words come again: codes do, names hardly."""
    held = [[word.lower() for word in found] for found in words if found]
    return [
        look.distinct / max(1, look.filled),
        math.log1p(min(look.distinct, FEW)),
        _new([word for found in held for word in found]),
        _new([found[0] for found in held]),
        _new([found[-1] for found in held]),
    ]


def _new(words: Sequence[str]) -> float:
    return len(set(words)) / max(1, len(words))
