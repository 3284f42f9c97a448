"""Invented texts of one to a few sentences, with the places of the persons in them."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from training.ner import lists
from training.ner.wording import END, START, Plain, Wording
from training.stock import Part, Stock

#: Rules of which lists are made, too: one form in every line.
_LISTED = ("case_note", "office", "news", "report", "quoted", "legal", "listing", "begun")
_MARK = re.compile(f"[{START}{END}]")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where persons are named in it."""

    text: str
    persons: tuple[tuple[int, int], ...]


def texts(seed: int) -> Iterator[Text]:
    """Texts without end, the same for a seed."""
    plain = Plain(random.Random(seed), _stock())  # noqa: S311 - chance of training, nothing secret
    wording = Wording(plain)
    while True:
        yield unmarked(_cased(plain, _composed(plain, wording)))


@lru_cache(maxsize=1)
def _stock() -> Stock:
    return Stock(Part.ALL)


def unmarked(marked: str) -> Text:
    """Take the marks out, and note where they were."""
    pieces = _MARK.split(marked)
    places, at = [], 0
    for number, piece in enumerate(pieces):
        # Marks come in pairs: every other piece is a name.
        if number % 2:
            places.append((at, at + len(piece)))
        at += len(piece)
    return Text("".join(pieces), tuple(places))


def _composed(plain: Plain, wording: Wording) -> str:
    choice = plain.rng.random()
    if choice < 0.12:
        form = plain.one(
            lists.rules()[plain.one(["case_note", "office", "news", "report", "quoted", "legal", "listing", "begun"])]
        )
        return "\n".join(wording.filled(form) for _ in range(plain.number(2, 6)))
    count = plain.one([1, 1, 2, 3, 4])
    between = "\n" if choice < 0.25 else "\n\n" if choice < 0.3 else plain.one([" ", " ", " ", "  "])
    return between.join(_begun(plain, wording.filled("{sentence}")) for _ in range(count))


def _begun(plain: Plain, sentence: str) -> str:
    """With a capital, as most sentences begin."""
    return sentence if plain.chance(0.1) else sentence[:1].upper() + sentence[1:]


def _cased(plain: Plain, marked: str) -> str:
    choice = plain.rng.random()
    if choice < 0.05:
        return marked.upper()
    if choice < 0.055:
        return marked.lower()
    if choice < 0.075:
        return re.sub(r"\b[a-z]", lambda letter: letter.group().upper(), marked)
    return marked
