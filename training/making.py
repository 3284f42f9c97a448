"""What a maker of columns is: it settles how a column is written, then gives one value after the other."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from training.lists import function_words
from training.stock import Stock
from training.stock import Words as Drawn

T = TypeVar("T")
Value = Callable[[], str]


class Words(StrEnum):
    """Kinds of columns of words."""

    PERSON = "person"
    GIVEN = "given"
    FAMILY = "family"
    EITHER = "either"
    ORGANISATION = "organisation"
    LOCALITY = "locality"
    COUNTY = "county"
    PLACE = "place"
    TITLE = "title"
    JOB = "job"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Draw:
    """Chance and words of one column."""

    rng: random.Random
    stock: Stock

    def chance(self, share: float) -> bool:
        """True in so many of all cases."""
        return self.rng.random() < share

    def one(self, choices: Sequence[T]) -> T:
        """One of these."""
        return choices[int(self.rng.random() * len(choices))]

    def own(self, name: str) -> str:
        """A word of one of our own lists."""
        return self.stock.own(name).draw(self.rng)

    def given(self) -> str:
        """An American given name."""
        return self.stock.given.draw(self.rng)

    def family(self) -> str:
        """An American surname."""
        return self.stock.family.draw(self.rng)

    def english(self) -> str:
        """An English word."""
        return self.stock.english.draw(self.rng)

    def city(self) -> str:
        """A city, American every other time."""
        cities = self.stock.american_cities if self.chance(0.5) else self.stock.cities
        return self.crossed(cities) if self.chance(0.15) else cities.draw(self.rng)

    def crossed(self, words: Drawn) -> str:
        """A word that nobody has heard but that sounds like these: the front of one, the end of another."""
        front, end = words.draw(self.rng), words.draw(self.rng)
        return front[: (len(front) + 1) // 2] + end[len(end) // 2 :]

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self.rng.randint(least, most)

    def letters(self, count: int) -> str:
        """Capital letters."""
        return "".join(self.one("ABCDEFGHIJKLMNOPRSTUVWYZ") for _ in range(count))

    def coined(self) -> str:
        """A word nobody uses, as of brands."""
        return (self.own("syllables") + self.own("syllables") + self.own("endings")).capitalize()

    def phrase(self, length: int) -> list[str]:
        """So many words that follow each other in English, or fewer; no end that asks for more."""
        word = self.one(["the", "a", self.english(), self.english(), self.english()])
        words = [word]
        while len(words) < length:
            following = self.stock.following.get(word)
            word = following.draw(self.rng) if following and self.chance(0.85) else self.english()
            words.append(word)
        while words and words[-1] in function_words():
            words.pop()
        return words or [self.english()]

    def headline(self, length: int) -> str:
        """A phrase with capitals, small words small."""
        words = self.phrase(length)
        return " ".join(
            word if at and word in function_words() else word[:1].upper() + word[1:] for at, word in enumerate(words)
        )


@dataclass(frozen=True, slots=True)
class Maker:
    """One way of making columns of a kind.

    Parameters:
        make: settles a column and gives its values.
        kind: what the column is.
        weight: how often it is made among those of its kind.
        held_back: whether it is kept for measuring.
    """

    make: Callable[[Draw], Value]
    kind: StrEnum
    weight: float
    held_back: bool


MAKERS: list[Maker] = []


def maker(
    kind: StrEnum, weight: float = 1.0, *, held_back: bool = False
) -> Callable[[Callable[[Draw], Value]], Callable[[Draw], Value]]:
    """Enter a maker into the list of all."""

    def enter(make: Callable[[Draw], Value]) -> Callable[[Draw], Value]:
        MAKERS.append(Maker(make, kind, weight, held_back))
        return make

    return enter
