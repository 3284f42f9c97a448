"""Which words no training name may hold, so that a test can ask for names the pipeline has never met."""

import re
import unicodedata
from hashlib import sha256

_PART = re.compile(r"[^\W\d_]{2,}")


def is_held_out(word: str) -> bool:
    """Whether a word is kept from all training names: so is every other one, by a digest of its letters."""
    letters = "".join(letter for letter in word.lower() if letter.isalpha())
    return sha256(letters.encode()).digest()[0] % 2 == 1


def holds_held_out(name: str) -> bool:
    """Whether any word of a name is held out: whole or by its parts, with its accents or without.

    A single letter is no word: initials tell no name.
    """
    return any(is_held_out(word) for word in _words(name) if len(word) > 1)


def _words(name: str) -> set[str]:
    found = {"".join(filter(str.isalpha, word)) for word in name.split()} | set(_PART.findall(name))
    return found | {_plain(word) for word in found}


def _plain(word: str) -> str:
    split = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in split if not unicodedata.combining(letter))
