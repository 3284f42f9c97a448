"""How detection finds each identifier type, where it is known to fail, and how often it was right when measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: A figure on fewer labelled columns says little; of as many, so many in ten have to be found to speak of absence.
ENOUGH = 5
_FOUND_OF_TEN = 9


@dataclass(frozen=True, slots=True)
class DetectionNote:
    """In plain words: which evidence is used, what is known to be missed, and the shapes of values (9, A and a)."""

    found_by: str
    misses: str
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Labelled columns that were said to hold a type rightly, said so falsely, and missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __post_init__(self) -> None:
        if min(self.right, self.false, self.missed) < 0:
            raise ValueError("a tally counts from 0")

    @property
    def said(self) -> int:
        """Columns said to hold the type."""
        return self.right + self.false

    @property
    def held(self) -> int:
        """Columns that hold it."""
        return self.right + self.missed

    @property
    def is_enough(self) -> bool:
        """Whether it was measured on enough columns to go by."""
        return self.held >= ENOUGH

    @property
    def is_well_found(self) -> bool:
        """Whether it is known to be found where it is, so that finding none says something."""
        return self.is_enough and 10 * self.right >= _FOUND_OF_TEN * self.held


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured, when, on what and with which detector.

    Parameters:
        sets: what the labelled tables were, in words.
        whole: by code, columns that hold the type as a whole.
        part: by code, columns that hold a part of a type that identifies on its own, such as an initial.
    """

    on: date
    detector: str
    tables: int
    columns: int
    sets: tuple[str, ...]
    whole: Mapping[str, Tally]
    part: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class TypeDetection:
    """All of it for one type."""

    note: DetectionNote
    whole: Tally
    part: Tally
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class Detection:
    """The notes by code, as written on a day, and the last measurement."""

    written: date
    notes: Mapping[str, DetectionNote]
    measurement: Measurement

    def of(self, code: str) -> TypeDetection:
        """What is known of finding the type ``code``."""
        measured = self.measurement
        nothing = Tally()
        return TypeDetection(
            note=self.notes[code],
            whole=measured.whole.get(code, nothing),
            part=measured.part.get(code, nothing),
            measurement=measured,
        )
