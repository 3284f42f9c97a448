"""Person, company or neither: what a short text looks like, judged by name lists, company words and word order."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from scanners import lexicons

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: A birth date keyed behind the name, where a form has no field for it.
_DATE_BEHIND = re.compile(r" +\(?(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{6}|\d{8})\)?$")
_DIGIT = re.compile(r"\d")
#: A crossing of streets, or one of two things: ``Adams/Wabash``.
_ONE_OR_OTHER = re.compile(r"[^\W\d_]{3,} ?/ ?[^\W\d_]{3,}")
_COUPLE = re.compile(r"\s(?:&|and|y)\s", re.IGNORECASE)
_PARTICLES = frozenset("de la del da di van von der den el al bin y dos le st".split())  # noqa: SIM905 - one line
_MOST_WORDS = 6


class Kind(StrEnum):
    """What a short text looks like."""

    PERSON = "person"
    GIVEN = "given"
    FAMILY = "family"
    COMPANY = "company"
    OTHER = "other"


def kind_of(text: str) -> Kind:
    """Judge one short text by lists and word order; a single word is at most a given or family name."""
    is_address = "@" in text and " " not in text  # the words of an e-mail address are nobody's name
    if len(text) > 60 or is_address or (_DIGIT.search(text) and _DIGIT.search(text := _DATE_BEHIND.sub("", text))):
        return Kind.OTHER
    first, comma, rest = text.lower().partition(",")
    words = _WORD.findall(first)
    later = _WORD.findall(rest) if comma else []
    if not lexicons.words("company").isdisjoint((*words, *later)) or (
        "&" in text and not comma and not _COUPLE.search(text)
    ):
        return Kind.COMPANY
    if not comma and "/" in text and _ONE_OR_OTHER.search(text):
        return Kind.OTHER
    if comma and not text.isupper() and _is_state(text.rpartition(",")[2]):
        return Kind.OTHER
    honored = bool(words) and words[0] in lexicons.words("honorific")
    if comma and later and set(later) - lexicons.words("generation"):
        return _kind_reversed(_bare(words), _bare(later))
    return _kind_in_order(_bare(words), honored, has_initial=any(len(word) == 1 for word in words))


def has_date_behind(text: str) -> bool:
    """Whether a date stands behind words, as clerks key it behind a name."""
    return _DATE_BEHIND.search(text) is not None


def names_company(text: str) -> bool:
    """Whether a text of any length holds a word of companies and other bodies."""
    return not lexicons.words("company").isdisjoint(_WORD.findall(text.lower()))


def _is_state(text: str) -> bool:
    """Whether capitals after a comma say in which state a place lies: ``San Juan, PR``."""
    code = text.strip().partition("-")[0]
    return code.isupper() and code.lower() in lexicons.phrases("state_codes")


def _bare(words: Iterable[str]) -> list[str]:
    """The words without titles, generations, initials and particles."""
    return [word for word in words if len(word) > 1 and word not in _beside_names()]


@lru_cache(maxsize=1)
def _beside_names() -> frozenset[str]:
    return lexicons.words("honorific") | lexicons.words("generation") | _PARTICLES


def _kind_reversed(family: list[str], given: list[str]) -> Kind:
    """``LAST, FIRST``: the comma itself says much, so ordinary words may be names here."""
    words = {*family, *given}
    if not 1 <= len(family) <= 3 or not 1 <= len(given) <= 3 or lexicons.words("function") & words:
        return Kind.OTHER
    if words <= lexicons.ordinary_words():
        return Kind.OTHER
    hits = _is_given(given[0]) + any(map(_is_family, family))
    return Kind.PERSON if hits == 2 or (hits == 1 and len(family) + len(given) <= 3) else Kind.OTHER


def _kind_in_order(words: list[str], honored: bool, *, has_initial: bool) -> Kind:
    words = [word for word in words if word != "and"]
    if not words or len(words) > _MOST_WORDS or lexicons.words("function") & set(words):
        return Kind.OTHER
    if len(words) == 1:
        return Kind.PERSON if honored or (has_initial and _is_frequent(words[0])) else _single(words[0])
    if honored or _reads_as_name(words) or _reads_as_name(words[::-1]):
        return Kind.PERSON
    return Kind.OTHER


def _reads_as_name(words: list[str]) -> bool:
    """A given name that is no ordinary word, followed somewhere by a family name."""
    ordinary = lexicons.ordinary_words()
    if not _is_given(words[0]) or words[0] in ordinary or words[-1] in lexicons.words("place"):
        return False
    return any(_is_family(word) or _is_given(word) for word in words[1:])


def _single(word: str) -> Kind:
    if word in lexicons.ordinary_words() or word in lexicons.phrases("cities"):
        return Kind.OTHER
    if _is_given(word):
        return Kind.GIVEN
    return Kind.FAMILY if _is_frequent(word) else Kind.OTHER


def _is_given(word: str) -> bool:
    given = lexicons.given_names()
    return word in given or ("-" in word and word.split("-", maxsplit=1)[0] in given)


def _is_family(word: str) -> bool:
    family = lexicons.surnames()
    parts = word.split("-")
    return word in family or (len(parts) > 1 and any(part in family for part in parts)) or word.startswith(("o'", "mc"))


def _is_frequent(word: str) -> bool:
    return word in lexicons.frequent_surnames()


def parsed_as_person(texts: Iterable[str]) -> int:
    """How many texts the sequence model takes for persons: only once a name is suspected, as it has no "neither"."""
    import probablepeople  # noqa: PLC0415 - loaded with the first name that is suspected

    count = 0
    for text in texts:
        try:
            count += probablepeople.tag(text)[1] == "Person"
        except probablepeople.RepeatedLabelError:
            continue
    return count
