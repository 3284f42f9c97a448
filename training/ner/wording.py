"""Fills the blanks of sentences, and marks where persons are named."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from scanners import lexicons
from training.forms import filled, listed
from training.making import Draw, Maker
from training.ner import english, lists
from training.ner.held_out import holds_held_out
from training.ner.names import Names
from training.stock import Words

#: Around the names of persons, until their places are known: no text holds these.
START, END = "\ue000", "\ue001"
_BLANK = re.compile(r"\{(\w+)(:[\d-]+)?\}")


@dataclass(frozen=True)
class Plain(Draw):
    """Words of everything that is no person. Names in them are those persons have: the word alone tells nothing."""

    @cached_property
    def names(self) -> Names:
        """Where names come from."""
        return Names(self)

    def given(self) -> str:
        """A given name, of a school or a storm."""
        return self.names.given()

    def family(self) -> str:
        """A family name, of a firm or a street."""
        return self.names.family()

    def english(self) -> str:
        """An English word that is no name."""
        return english.words().draw(self.rng)

    def city(self) -> str:
        """A city; where it is called like a person, only one a person in training may be called like."""
        while _is_only_a_place(drawn := Draw.city(self)):
            pass
        return drawn

    def phrase(self, length: int) -> list[str]:
        """English words that follow each other, without names."""
        return [self.english() if english.is_given_name(word) else word for word in Draw.phrase(self, length)]


def _is_only_a_place(name: str) -> bool:
    return holds_held_out(name) and any(word in _names() for word in name.lower().split())


def _beside_names(noun: Callable[[], str]) -> str:
    """A noun that is hardly ever a surname: behind a name it makes a thing of it."""
    while (drawn := noun()) in lexicons.frequent_surnames():
        pass
    return drawn


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return lexicons.given_names() | lexicons.surnames()


@dataclass(frozen=True)
class Wording:
    """Turns a form into text.

    Parameters:
        plain: chance and words.
    """

    plain: Plain

    def filled(self, form: str) -> str:
        """The form with something in every blank; "|" becomes a new line."""
        return _BLANK.sub(self._something, form).replace("|", "\n")

    def _something(self, blank: re.Match[str]) -> str:
        name, size = blank.groups()
        if name in self._persons:
            return START + self._persons[name]() + END
        if name in self._words:
            return self._words[name]()
        if name in lists.rules():
            return self.filled(self.plain.one(lists.rules()[name]))
        return filled(self.plain, f"{{{name}{size or ''}}}", {})

    @cached_property
    def _persons(self) -> dict[str, Callable[[], str]]:
        names = self.plain.names
        return {
            "P": names.person,
            "G": names.given,
            "S": names.family,
            "I": names.initials,
            "L": names.last_first,
            "P_low": lambda: names.person().lower(),
            "G_UP": lambda: names.given().upper(),
        }

    @cached_property
    def _words(self) -> dict[str, Callable[[], str]]:
        plain, noun, adjective, verb = self.plain, self._noun, self._adjective, self._verb
        return {
            "G_not": plain.given,
            "S_not": plain.family,
            "E": lambda: plain.english().capitalize(),
            "e": plain.english,
            "regular_n": noun,
            "regular_ns": lambda: noun() + "s",
            "N": lambda: noun().capitalize(),
            "Head": lambda: _beside_names(noun).capitalize(),
            "Ns": lambda: noun().capitalize() + "s",
            "ns_cap": lambda: noun().capitalize() + "s",
            "regular_a": adjective,
            "A": lambda: adjective().capitalize(),
            "regular_adv": lambda: adjective() + "ly",
            "regular_v": verb,
            "V": lambda: verb().capitalize(),
            "regular_vs": lambda: verb() + "s",
            "Vs": lambda: verb().capitalize() + "s",
            "regular_ved": lambda: english.past(verb()),
            "regular_ving": lambda: english.gerund(verb()),
            "ving": lambda: english.gerund(verb()),
            "Ving": lambda: english.gerund(verb()).capitalize(),
            "Syl": lambda: plain.own("syllables").capitalize(),
            "syl": lambda: plain.own("syllables"),
            "PLACE_UP": lambda: plain.city().upper(),
            "UP_phrase": lambda: " ".join(plain.phrase(plain.number(2, 7))).upper(),
            **{f"m_{kind}": self._of_makers(makers) for kind, makers in _makers().items()},
        }

    def _noun(self) -> str:
        return english.nouns().draw(self.plain.rng)

    def _adjective(self) -> str:
        return english.adjectives().draw(self.plain.rng)

    def _verb(self) -> str:
        return english.verbs().draw(self.plain.rng)

    def _of_makers(self, makers: Iterable[Maker]) -> Callable[[], str]:
        """Things as columns of a kind hold them (training/makers.toml)."""
        drawn = list(makers)
        makes = Words([str(at) for at in range(len(drawn))], [one.weight for one in drawn])
        return lambda: str(drawn[int(makes.draw(self.plain.rng))].make(self.plain)())


@lru_cache(maxsize=1)
def _makers() -> dict[str, list[Maker]]:
    found: dict[str, list[Maker]] = {}
    for one in listed():
        found.setdefault(one.kind.value, []).append(one)
    return found
