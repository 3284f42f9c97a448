"""Splits identifiers and texts into words, the same way wherever names are searched or compared."""

import re
import unicodedata

# A character's class, so that one expression finds the words of any alphabet: upper, lower, digit, other, gap.
_WORD = re.compile(r"U+(?=UL)|U?L+|U+|D+|O+")


def split(text: str) -> tuple[str, ...]:
    """The words of an identifier or a text, folded: ``firstName``, ``FIRST_NAME`` and ``first name`` agree."""
    plain = _without_marks(text)
    shape = "".join(map(_class_of, plain))
    return tuple(plain[found.start() : found.end()].casefold() for found in _WORD.finditer(shape))


def clean(text: str) -> str:
    """The text as typed, without what cannot be stored as UTF-8 and without outer blanks."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", clean(text))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _class_of(character: str) -> str:
    if character.isdigit():
        return "D"
    if not character.isalpha():
        return " "
    if character.isupper():
        return "U"
    return "L" if character.islower() else "O"
