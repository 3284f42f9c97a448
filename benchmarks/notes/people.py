"""Names of nobody in the forms clerks write them in, from words that no training may use."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from random import Random
from typing import Final

from benchmarks.notes.fills import DATA, Fill

_TITLES = ("Mr.", "Ms.", "Mrs.", "Mr", "Ms", "Mrs", "Miss")
_SUFFIXES = (" Jr.", " Sr.", " III", " Jr")
_BREAKS = re.compile(r"[\s\-]+")
#: The title before a surname must not outweigh it: whoever takes it for a part of the name is not wrong for that.
_LONG_ENOUGH = 5


def is_held_out(word: str) -> bool:
    """Whether a word (lower case, letters only) belongs to the half that is kept for examinations."""
    return hashlib.sha256(word.encode()).digest()[0] % 2 == 1


def name_words(name: str) -> Iterator[str]:
    """The words of a name, lower case and letters only: with their accents, and without them where they have any."""
    for part in _BREAKS.split(name):
        for written in dict.fromkeys((part, plain(part))):
            yield "".join(char for char in written.lower() if char.isalpha())


def may_be_used(name: str) -> bool:
    """Whether every word of a name is held out, however it is written."""
    return all(is_held_out(word) for word in name_words(name))


def plain(text: str) -> str:
    """A name as mail addresses and old systems write it: without accents and apostrophes."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if char.isascii() and char != "'")


@cache
def given_names() -> Sequence[str]:
    """The given names that may be used."""
    return tuple(filter(may_be_used, written_names()["given"]))


@cache
def surnames() -> Sequence[str]:
    """The surnames that may be used."""
    return tuple(filter(may_be_used, written_names()["surnames"]))


def written_names() -> Mapping[str, Sequence[str]]:
    """All names of the lists, held out or not."""
    lists = tomllib.loads((DATA / "people.toml").read_text(encoding="utf-8"))
    return {kind: tuple(dict.fromkeys(re.split(r",\s+", names.strip()))) for kind, names in lists.items()}


def someone(rng: Random) -> tuple[str, str]:
    """A given name and a surname, often without the accents they should have; some have two surnames."""
    given, surname = rng.choice(given_names()), rng.choice(surnames())
    if rng.random() < 0.06:
        surname += rng.choice(("-", " ")) + rng.choice(surnames())
    if rng.random() < 0.5:
        given, surname = _without_accents(given), _without_accents(surname)
    return given, surname


def _without_accents(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))


def whole(rng: Random) -> Fill:
    """A person's name in whichever form comes to the clerk's mind."""
    return rng.choices(_FORMS, weights=_WEIGHTS)[0](rng)


def first_last(rng: Random) -> Fill:
    """First Last, now and then with what comes behind it in a family."""
    given, surname = someone(rng)
    return Fill(f"{given} {surname}{rng.choice(_SUFFIXES) if rng.random() < 0.04 else ''}")


def _with_initial(rng: Random) -> Fill:
    given, surname = someone(rng)
    return Fill(f"{given} {rng.choice('ABCDEFGJKLMNPRSTVW')}{rng.choice(('.', ''))} {surname}")


def last_first(rng: Random) -> Fill:
    """Last, First as lists have it; half of them in capitals."""
    given, surname = someone(rng)
    name = f"{surname}, {given}"
    return Fill(name.upper() if rng.random() < 0.5 else name)


def _capitals(rng: Random) -> Fill:
    return Fill(first_last(rng).marked.upper())


def titled(rng: Random) -> Fill:
    """Ms. Last: the title is not marked."""
    return Fill(last(rng).marked, before=f"{rng.choice(_TITLES)} ")


def first(rng: Random) -> Fill:
    """A given name alone."""
    return Fill(someone(rng)[0])


def last(rng: Random) -> Fill:
    """A surname alone, behind a word that says what its bearer is."""
    while True:
        surname = someone(rng)[1]
        if len(surname) >= _LONG_ENOUGH:
            return Fill(surname)


_FORMS: Final[Sequence[Callable[[Random], Fill]]] = (first_last, _with_initial, last_first, _capitals, titled)
_WEIGHTS: Final = (50, 12, 12, 6, 20)

#: Slots of templates by their names.
PEOPLE: Final[Mapping[str, Callable[[Random], Fill]]] = {
    "NAME": whole,
    "NAME.full": first_last,
    "NAME.listed": last_first,
    "NAME.titled": titled,
    "NAME.first": first,
    "NAME.last": last,
}
