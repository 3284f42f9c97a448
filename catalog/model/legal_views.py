"""What the services answer where laws are what is asked for; see :mod:`catalog.model.views`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType, Origin
from catalog.model.law import Law, LegalClass, TypeEffect


@dataclass(frozen=True, slots=True)
class Held:
    """How many datasets hold something: those in which somebody confirmed it, and those in which it is suggested."""

    confirmed: int = 0
    suggested: int = 0

    @property
    def total(self) -> int:
        """Both."""
        return self.confirmed + self.suggested

    def __add__(self, other: "Held") -> "Held":
        return Held(self.confirmed + other.confirmed, self.suggested + other.suggested)


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of a law with its types, and the datasets that fall in it, in all and by agency."""

    legal_class: LegalClass
    types: tuple[IdentifierType, ...]
    together_with: tuple[IdentifierType, ...]
    held: Held
    by_agency: tuple[tuple[Agency, Held], ...]


@dataclass(frozen=True, slots=True)
class LawPage:
    """A law as it reads on a day. ``origins`` are the types that it names by where they come from; ``classes`` what
    else it names; ``first_day`` the first day on which it names anything; ``looked`` whether every dataset that is
    known was looked at.
    """

    law: Law
    on: date
    origins: Mapping[Origin, tuple[IdentifierType, ...]]
    classes: tuple[ClassLine, ...]
    first_day: date | None
    looked: bool


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """What a bill would do to one type, and where that type is: datasets by agency, and the collections and disclosures
    that declare it.
    """

    effect: TypeEffect
    held: Held
    by_agency: tuple[tuple[Agency, Held], ...]
    activities: int


@dataclass(frozen=True, slots=True)
class ImpactPage:
    """What would change if a bill passed. ``agencies`` have something of what it names; ``looked`` whether every
    dataset that is known was looked at, so that nothing found means that there is nothing.
    """

    bill: Law
    amends: Law
    on: date
    lines: tuple[ImpactLine, ...]
    agencies: tuple[Agency, ...]
    not_seen: tuple[str, ...]
    looked: bool
