"""People's full names inside text, by lists of names: certain enough to act on, blind to rare names.

One word of a pair may mean something else ("Grace", "Park"), but hardly both: so an ambiguous given name needs a
surname that is nothing but one, and the other way round.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from scanners import lexicons

_MORE_LETTERS = r"(?:['’]?[^\W\d_])+(?:-[^\W\d_]+)*"
_WORD = re.compile(rf"[^\W\d_]{_MORE_LETTERS}")
#: What does not begin it stands behind its first letter: so the search leaps from capital to capital.
_CAPITALISED = re.compile(rf"[A-ZÀ-ÖØ-Þ](?<!\w.){_MORE_LETTERS}")
_BETWEEN = re.compile(r"[ \t]{1,2}(?:[A-Z]\.?[ \t])?")
_NEXT = re.compile(r" ([^\W\d_]+)")
_COMMA = re.compile(r",[ \t]{0,2}")
#: Surnames too, but hardly ever behind a given name: "Elton Street" is a street.
_STREETS = frozenset({"street", "avenue", "boulevard", "road", "drive", "parkway", "terrace", "place", "square"})
_PEOPLES_AND_PLACES = ("cities", "boroughs", "states", "countries", "races", "languages", "religions")


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    text = files("scanners").joinpath("data", "full_names.toml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(text).items()}


def full_names(text: str, *, any_case: bool = False) -> Iterator[tuple[int, int]]:
    """Yield the places of full names: "Jane Smith", "JANE Q. SMITH", "Smith, Jane".

    Parameters:
        text: what to look through.
        any_case: also take words without a capital, as in file and column names.
    """
    words = list((_WORD if any_case else _CAPITALISED).finditer(text))
    for first, second in pairwise(words):
        gap = text[first.end() : second.start()]
        has_comma = _COMMA.fullmatch(gap) is not None
        if not has_comma and not _BETWEEN.fullmatch(gap):
            continue
        one, two = plain(first.group()), plain(second.group())
        # "DEB_CARD" is an abbreviation, "Deb Card" hardly.
        strict = any_case and not (first.group().istitle() and second.group().istitle())
        if has_comma:
            found = _is_pair(two, one, strict=strict) and one not in _lists()["surname_and_word"]
        else:
            found = _is_pair(one, two, strict=strict)
        if found and two not in _STREETS and not _is_place(text, second.end()):
            yield first.start(), second.end()


def is_lone_name(text: str) -> bool:
    """Whether a text is two words of which one is a given name and nothing else, the other perhaps a rare surname.

    Too little to say of words within a text, but enough for the whole name of a file, a table or a column.
    """
    words = [plain(word) for word in text.split()]
    if len(words) != 2 or min(map(len, words)) < 3 or any(word in _with_other_meaning() for word in words):
        return False
    pairs = (words, words[::-1])
    return any(
        given in lexicons.given_names() and (len(given) >= 6 or (len(given) >= 4 and other in lexicons.surnames()))
        for given, other in pairs
    )


def is_surname(word: str) -> bool:
    """Whether a word is a frequent surname and nothing else."""
    return _is_nothing_but_surname(plain(word))


def is_given(word: str) -> bool:
    """Whether a word, as :func:`plain` writes it, is a given name and nothing else."""
    return word in _given_alone()


@lru_cache(maxsize=1)
def given() -> frozenset[str]:
    """Given names of the census and of many peoples, those that mean something else as well included."""
    text = files("scanners").joinpath("data", "given_names.toml").read_text(encoding="utf-8")
    return lexicons.given_names().union(tomllib.loads(text)["of_peoples"].split())


@lru_cache(maxsize=1)
def _given_alone() -> frozenset[str]:
    return given() - _lists()["given_and_word"] - lexicons.ordinary_words()


def is_place_word(word: str) -> bool:
    """Whether what bears a name before this word is a street, a body or a building."""
    return word in _place_words()


def _is_place(text: str, end: int) -> bool:
    following = _NEXT.match(text, end)
    return following is not None and following[1].lower() in _place_words()


def plain(word: str) -> str:
    """A word as the lists write it: small letters, no apostrophes, no accents."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return letters if letters.isalpha() else "".join(letter for letter in letters if letter.isalpha() or letter == "-")


def _is_pair(given: str, surname: str, *, strict: bool) -> bool:
    if given not in lexicons.given_names() or given in lexicons.ordinary_words():
        return False
    is_doubtful = strict or len(given) < 3 or given in _lists()["given_and_word"]
    return _is_nothing_but_surname(surname) or (not is_doubtful and surname in lexicons.frequent_surnames())


def _is_nothing_but_surname(word: str) -> bool:
    return all(
        part in lexicons.frequent_surnames() and part not in _lists()["surname_and_word"] for part in word.split("-")
    )


@lru_cache(maxsize=1)
def _with_other_meaning() -> frozenset[str]:
    """Words of the lists of names, and words beside them, that say something else in the name of a thing."""
    listed = _lists()["given_and_word"] | _lists()["surname_and_word"] | lexicons.ordinary_words() | _place_words()
    return listed.union(*map(lexicons.phrases, _PEOPLES_AND_PLACES))


@lru_cache(maxsize=1)
def _place_words() -> frozenset[str]:
    return _lists()["institution"] | lexicons.words("street") | lexicons.words("company")
