"""Canaries: made-up people, unique in the world, so that a single one found somewhere is proof of a leak.

Persons among values have syllables no list of names holds. Persons as names of columns, tables and files have ordinary
names, since those are what a guard can know; the rare ones are counted apart, as its limit.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files


def _words(text: str) -> list[str]:
    return text.split()


_ONSETS = _words("Vor Tzi Kwe Plor Zhu Drae Skov Gry Yth Bjo Nyx Fjo Qui Wro Xan Ohz")
_MIDDLES = _words("ven lim bru dox gast mirk phel rund tesk vax wolp zeng kith jorb hask nuld")
_ENDS = _words("ika brandt oquin ustra elmov idzic angrove ewicz oplex atzky ulfen orvik yndal ebsky imbra owthe")
_GIVEN = _words(
    "Maria Jose Ana Miguel Linda Robert Jennifer Michael Elizabeth David Barbara Richard Susan Thomas Jessica "
    "Daniel Nancy Matthew Karen Anthony Margaret Steven Michelle Andrew Laura Kenneth Deborah Kevin Amanda Brian "
    "Rebecca Timothy Cynthia Jeffrey Kathleen Jacob Angela Nicholas Anna Jonathan"
)
_SURNAMES = _words(
    "Rodriguez Hernandez Martinez Johnson Williams Thompson Sanchez Ramirez Lewis Robinson Nguyen Flores Nelson "
    "Mitchell Roberts Gomez Phillips Evans Diaz Edwards Collins Stewart Morales Murphy Gutierrez Ortiz Morgan "
    "Bailey Kelly Howard Ramos Richardson Watson Chavez Bennett Mendoza Ruiz Hughes Alvarez Castillo Sanders Patel"
)
_STREETS = _words("Street Avenue Place Road Lane")
_AREAS = _words("212 718 917 646 347 929 516 914 202 305 312 404 415 503 602 617 702 713 808 901")
_NOTES = (
    "Spoke with {person} on arrival; the {odd} matter stays with the {strange} unit until it is settled.",
    "Home visit. {person} says the {odd} was never returned, see also the {strange} file of last spring.",
    "{person} called twice about {odd}, was upset, and asked that {strange} be told at once.",
)


@dataclass(frozen=True)
class Canary:
    """One thing that must not be found again.

    Parameters:
        kind: what it is: person, ssn, phone, email, address, card, note, label, word.
        place: where it is planted.
        text: what is planted.
        needles: what is searched for, in all disguises.
    """

    kind: str
    place: str
    text: str = field(repr=False)
    needles: tuple[str, ...] = field(repr=False)


class Breeder:
    """Makes canaries from a seed and remembers them all."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._used = _shown_anyway()
        self.bred: list[Canary] = []

    def row(self, place: str) -> list[str]:
        """One made-up person with everything about them, in the order of :data:`HEADER`."""
        person = self.person(place)
        rest = (self.ssn, self.phone, self.email, self.address, self.card, self.note)
        return [person, *(make(place) for make in rest)]

    def person(self, place: str) -> str:
        """A person's name of invented syllables; each half alone is searched for too."""
        given, surname = self._word(), self._word()
        return self._keep("person", place, f"{given} {surname}", given, surname)

    def ordinary_person(self, place: str) -> str:
        """A person's name as thousands bear it; only the pair is searched for."""
        given, surname = self._fresh(lambda: f"{self._pick(_GIVEN)} {self._pick(_SURNAMES)}").split(" ")
        return self._keep("person", place, f"{given} {surname}", f"{surname} {given}", f"{surname}, {given}")

    def ssn(self, place: str) -> str:
        """A social security number of valid form."""

        def make() -> str:
            area = self._chance.choice([self._number(1, 665), self._number(667, 899)])
            return f"{area:03d}-{self._number(1, 99):02d}-{self._number(1, 9999):04d}"

        return self._keep("ssn", place, self._fresh(make))

    def phone(self, place: str) -> str:
        """A phone number reserved for fiction."""
        number = self._fresh(lambda: f"{self._pick(_AREAS)}-555-{self._number(100, 199):04d}")
        area, exchange, line = number.split("-")
        return self._keep("phone", place, number, f"({area}) {exchange}-{line}")

    def email(self, place: str) -> str:
        """An address at a host reserved for examples."""
        local = self._word().lower()
        return self._keep("email", place, f"{local}@example.org", local)

    def address(self, place: str) -> str:
        """A house in a street that does not exist."""
        street = f"{self._number(10, 9999)} {self._word()}"
        return self._keep("address", place, f"{street} {self._pick(_STREETS)}", street)

    def card(self, place: str) -> str:
        """A payment card's number with its check digit."""
        return self._keep("card", place, self._fresh(lambda: _with_check_digit(f"4{self._number(0, 10**14 - 1):014d}")))

    def note(self, place: str) -> str:
        """A sentence from somebody's case, with words met nowhere else."""
        person, odd, strange = f"{self._word()} {self._word()}", self._word().lower(), self._word().lower()
        text = self._pick(_NOTES).format(person=person, odd=odd, strange=strange)
        return self._keep("note", place, text, person, odd, strange)

    def label(self, place: str) -> str:
        """One odd word, as in a list of values or a default."""
        word = self._word()
        return self._keep("label", place, word)

    def _keep(self, kind: str, place: str, text: str, *others: str) -> str:
        self.bred.append(Canary(kind, place, text, (text, *others)))
        return text

    def _word(self) -> str:
        return self._fresh(
            lambda: self._pick(_ONSETS) + self._pick(_MIDDLES) + self._pick(_MIDDLES) + self._pick(_ENDS)
        )

    def _fresh(self, make: Callable[[], str]) -> str:
        for text in iter(make, None):
            if text not in self._used:
                self._used.add(text)
                return text
        raise AssertionError("never reached")

    def _pick(self, words: list[str] | tuple[str, ...]) -> str:
        return self._chance.choice(words)

    def _number(self, low: int, high: int) -> int:
        return self._chance.randint(low, high)


HEADER = ("client", "ssn", "phone", "email", "home_address", "card_no", "notes")


def rows(breeder: Breeder, place: str, count: int) -> Iterator[list[str]]:
    """Rows under :data:`HEADER`."""
    for _ in range(count):
        yield breeder.row(place)


def _shown_anyway() -> set[str]:
    """Numbers of fiction that our own recognisers have for examples: pages show them whatever a source holds."""
    texts = (each.read_text() for each in files("scanners").joinpath("data").iterdir() if each.name.endswith(".yaml"))
    found = (re.findall(r"(\d{3})\)?[ -](555)-(\d{4})", text) for text in texts)
    return {"-".join(number) for numbers in found for number in numbers}


def _with_check_digit(digits: str) -> str:
    total = sum(sum(divmod(int(each) * (2 - at % 2), 10)) for at, each in enumerate(digits))
    return f"{digits}{-total % 10}"
