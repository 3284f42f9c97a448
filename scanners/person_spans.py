"""Which spans of a language model are kept as names of persons: it takes names of other things for theirs, too."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from scanners import lexicons

Place = tuple[int, int]

_TYPED_IN_CAPITALS = 0.7

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
#: What names do not hold: digits, and signs of addresses, lists and code.
_FOREIGN = re.compile(r"[\d@#/\\_:;|<>=+*()\[\]{}\n]")
#: Behind "Barnett, Melton" it tells that each is one of several.
_GOES_ON = re.compile(r",? (?:and|or|&) |, ")


def full_names(text: str, spans: Iterable[Place]) -> Iterator[Place]:
    """Yield the spans that are a whole name: one word alone is too often something else.

    Parameters:
        text: where they were found.
        spans: their beginnings and ends.
    """
    if typed_in_capitals(text):
        return iter(())
    return ((start, end) for start, end in spans if _is_full_name(text[start:end], text[end:]))


def typed_in_capitals(text: str) -> bool:
    """Whether so many letters are capitals that they tell nothing."""
    return sum(map(str.isupper, text)) >= _TYPED_IN_CAPITALS * sum(map(str.isalpha, text))


def _is_full_name(name: str, behind: str) -> bool:
    words = _WORD.findall(name)
    if sum(word[0].isupper() for word in words) < 2 or _FOREIGN.search(name):
        return False
    if "," in name and (_GOES_ON.match(behind) or _ends_with_place(name)):
        return False
    return _of_things().isdisjoint((words[0].lower(), words[-1].lower()))


def _ends_with_place(name: str) -> bool:
    """As "Grantham, Ohio" does."""
    return name.rpartition(",")[2].strip().lower() in _places()


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return lexicons.phrases("states") | lexicons.phrases("countries") | lexicons.phrases("cities")


@lru_cache(maxsize=1)
def _of_things() -> frozenset[str]:
    """Words of firms and streets that nobody bears."""
    return (lexicons.words("company") | lexicons.words("street")) - lexicons.surnames()
