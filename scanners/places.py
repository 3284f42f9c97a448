"""Addresses: what a text looks like, by house number and street words first, by the address model where unsure."""

import re
from collections.abc import Iterable

from scanners import lexicons

_NUMBER_FIRST = re.compile(r"#?\d+[A-Za-z]?(?:\s?[-/]\s?\d+[A-Za-z]?)?\s+\S")
_DIGIT = re.compile(r"\d")
_BOX = re.compile(r"\bp\.?\s?o\.?\s*box\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
#: Where the kind of street comes first or is part of the word, the number follows.
_STREET_FIRST = frozenset({"calle", "avenida", "rua", "via", "rue", "camino", "paseo", "carrera"})
_STREET_ENDINGS = ("strasse", "straße", "gasse", "straat", "gatan")
#: Endings that hardly anything but a street has.
_STREET_LAST = frozenset("street st avenue ave boulevard blvd road rd drive dr lane ln parkway pkwy terrace".split())  # noqa: SIM905 - one line
_DIRECTIONS = frozenset({"north", "south", "east", "west", "n", "s", "e", "w"})
_STREET_PARTS = {"StreetName", "StreetNamePostType", "StreetNamePreType"}


def is_street_address(text: str) -> bool:
    """Whether a number and a street word stand together (or it is a post office box)."""
    if not 5 <= len(text) <= 160 or not _DIGIT.search(text):
        return False
    lower = text.lower()
    if "box" in lower and _BOX.search(text):
        return True
    words = _WORD.findall(lower)
    if _NUMBER_FIRST.match(text):
        return not lexicons.words("street").isdisjoint(words)
    return bool(words) and (words[0] in _STREET_FIRST or words[0].endswith(_STREET_ENDINGS))


def is_street_name(text: str) -> bool:
    """Whether it is the name of a street alone: words that end in a street word."""
    if len(text) > 60 or " " not in text:
        return False
    words = _WORD.findall(text.lower())
    if len(words) > 2 and words[-1] in _DIRECTIONS:
        words.pop()
    return 2 <= len(words) <= 5 and words[-1] in _STREET_LAST and not text[:1].isspace()


def parsed_as_address(texts: Iterable[str]) -> int:
    """How many texts the address model finds a house number and a street in."""
    import usaddress  # noqa: PLC0415 - loaded with the first address that is suspected

    count = 0
    for text in texts:
        labels = {label for _, label in usaddress.parse(text)}
        count += "AddressNumber" in labels and bool(_STREET_PARTS & labels)
    return count
