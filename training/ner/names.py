"""Names of persons of many peoples, in the forms prose has them; none holds a word that is held out."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from training.making import Draw
from training.ner import lists
from training.ner.held_out import holds_held_out
from training.stock import Words

_AMERICAN = 0.55
_UNKNOWN = 0.2
_FRONT = 0.06
#: Some entries of the lists hold remarks or broken letters.
_CLEAN = re.compile(r"[^\W\d_]+(?:[-' ’][^\W\d_]+)*")

People = tuple[Words, Words]


@dataclass(frozen=True)
class Names:
    """Draws names.

    Parameters:
        draw: the chance and the words.
    """

    draw: Draw

    def person(self) -> str:
        """A whole name as prose has it."""
        return self._in("person")

    def initials(self) -> str:
        """A name with initials."""
        return self._in("initials")

    def last_first(self) -> str:
        """A name as lists have it."""
        return self._in("last_first")

    def given(self) -> str:
        """A given name alone."""
        return self._given(self._people())

    def family(self) -> str:
        """A family name alone."""
        return self._family(self._people())

    def _in(self, forms: str) -> str:
        people = self._people()
        family = self._family(people)
        words = {
            "g": self._given(people),
            "h": self._given(people),
            "s": family,
            "S": family.upper(),
            "t": self._family(people),
            "i": self.draw.letters(1),
            "j": self.draw.letters(1),
            "p": _allowed(lambda: self.draw.one(lists.own("particles"))),
        }
        return self.draw.one(lists.own(forms)).format(**words)

    def _people(self) -> People:
        if self.draw.chance(_AMERICAN):
            return self.draw.stock.given, self.draw.stock.family
        return self.draw.one([*self.draw.stock.peoples, _HAITIAN])

    def _given(self, people: People) -> str:
        return _allowed(lambda: self._word(people[0]))

    def _family(self, people: People) -> str:
        def word() -> str:
            front = self.draw.one(lists.own("fronts")) if self.draw.chance(_FRONT) else ""
            return front + self._word(people[1])

        return _allowed(word)

    def _word(self, words: Words) -> str:
        """A name of a list, or one that no list has but that sounds like them: most of the world's are in none."""
        word = self.draw.crossed(words) if self.draw.chance(_UNKNOWN) else words.draw(self.draw.rng)
        return word.title() if word.islower() or word.isupper() else word


_HAITIAN: People = (Words(lists.own("haitian_given")), Words(lists.own("haitian_family")))


def _allowed(name: Callable[[], str]) -> str:
    while holds_held_out(drawn := name()) or not _CLEAN.fullmatch(drawn.replace("St. ", "")):
        pass
    return drawn
