"""What it costs to say a text in a language, in bits: the less, the more it looks like one.

It is the negative logarithm of how likely each letter is after the one before it, as counted in ``letters.toml``.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

# Bits, all of them; what is not counted was set by hand and is held to by `benchmarks/encodings.py`.
_UNKNOWN = 18
_UNSEEN_PAIR = 3
_DEAREST_PAIR = 15
_RISE = 6
_EDGE = "_"
_SIGN = 13
_SIGNS = dict.fromkeys("“”„‘’‚–—…•°«»€£©®§½¼¾·¿¡№", 8) | dict.fromkeys("¤¦¨´¸¬¯", 18) | {"\xa0": 10}
_STRANGE_SIGN = 20
_CLOSING = frozenset("’”»…°ºª®©¹²³¼½¾")
_OPENING = frozenset("“„‘‚«¿¡£€‰½¼¾")
_WITHIN = frozenset("’–—·\xa0\xad")
_ODDLY_PLACED = 8
_UNSEEN_END = 8
_SELDOM = 14
_HALF_WIDTH = 9
_LATIN_AMONG_OTHERS = 5
#: Encodings of Eastern Asia begin with the characters that are in use; those above this first byte are rare ones.
_USUAL_HALF = {"zh": ("gb2312", 0xD8), "tw": ("big5", 0xC9), "ja": ("euc_jp", 0xD0), "ko": ("euc_kr", 0xC9)}
_NO_CHARACTER = 30


@dataclass(frozen=True, slots=True)
class _Language:
    letters: Mapping[str, int]
    pairs: Mapping[str, int]


@lru_cache(maxsize=1)
def languages() -> Mapping[str, _Language]:
    """All languages by their names in ``letters.toml``."""
    text = files("connectors.files").joinpath("letters.toml").read_text(encoding="utf-8")
    return {
        name: _Language(_costs(table["letters"], 1), _costs(table["pairs"], 2))
        for name, table in tomllib.loads(text).items()
    }


def _costs(levels: Sequence[str], width: int) -> Mapping[str, int]:
    return {level[at : at + width]: cost for cost, level in enumerate(levels) for at in range(0, len(level), width)}


def costs(texts: Sequence[str], name: str) -> list[int]:
    """What it costs to say each text in a language, in bits."""
    language = languages()[name]
    return [_cost_of(text, language, name) for text in texts]


def _cost_of(text: str, language: _Language, name: str) -> int:
    total, before, was_small = 0, _EDGE, False
    for letter in text + " ":
        small, is_small = sort_of(letter)
        if small:
            total += _cost_after(before, small, language, name)
            total += _RISE if was_small and not is_small and small != letter else 0
            before, was_small = small, is_small
        else:
            is_after_letter = bool(sort_of(before)[0])
            if is_after_letter and language.pairs:
                total += language.pairs.get(before + _EDGE, _UNSEEN_END)
            if letter > "\x7f":
                total += language.letters.get(letter) or _sign(letter)
                total += _ODDLY_PLACED if is_after_letter and letter in _OPENING else 0
            before, was_small = _gap(letter, is_after_letter=is_after_letter), False
    return total


def _cost_after(before: str, small: str, language: _Language, name: str) -> int:
    cost = language.pairs.get(before + small)
    if cost is None:
        cost = language.letters.get(small, 0)
        if cost and language.pairs:
            cost = min(cost + _UNSEEN_PAIR, _DEAREST_PAIR)
        cost = cost or _rare(small, name)
    return cost + (_ODDLY_PLACED if not sort_of(before)[0] and before != _EDGE else 0)


def _gap(sign: str, *, is_after_letter: bool) -> str:
    """What a letter that follows stands after: an edge, or a sign that seldom stands right before one."""
    is_odd = sign in _CLOSING if not is_after_letter else sign > "\x7f" and sign not in _WITHIN
    return sign if is_odd else _EDGE


@lru_cache(maxsize=65_536)
def sort_of(letter: str) -> tuple[str, bool]:
    """A letter as its small form and whether it is small itself; nothing for what is no letter."""
    if unicodedata.category(letter)[0] not in "LM":
        return "", False
    small = letter.lower()
    return (small if len(small) == 1 else "i"), small == letter != letter.upper()


def _sign(letter: str) -> int:
    cost = _SIGNS.get(letter)
    if cost:
        return cost
    if unicodedata.category(letter)[0] == "C":
        return _NO_CHARACTER
    return _STRANGE_SIGN if "\u2500" <= letter < "\u25a0" else _SIGN


def _rare(letter: str, name: str) -> int:
    """What a letter costs that the tables of a language do not have."""
    if name not in _USUAL_HALF:
        return _UNKNOWN
    if letter <= "\x7f":
        return _LATIN_AMONG_OTHERS
    if name == "ja" and "\uff66" <= letter <= "\uff9f":
        return _HALF_WIDTH
    encoding, end = _USUAL_HALF[name]
    code = letter.encode(encoding, "ignore")
    return _SELDOM if len(code) == 2 and code[0] < end else _UNKNOWN
