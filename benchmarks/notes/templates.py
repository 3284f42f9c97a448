"""Sentences with slots, by who writes them, and how a sentence is filled so that what is true of it is known.

A slot is ``{date}`` (harmless) or ``{NAME.full:third}``: the code of an identifier, the form it is written in, and
whose it is where the words around tell.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from random import Random
from typing import Final, NamedTuple

from benchmarks.notes.chaff import harmless
from benchmarks.notes.fills import DATA, Fill
from benchmarks.notes.numbers import IDENTIFYING
from benchmarks.notes.people import PEOPLE

SLOTS: Final = {**IDENTIFYING, **PEOPLE}
#: The types this examination asks for. What is found of others is neither right nor wrong.
EXAMINED: Final = frozenset(slot.partition(".")[0] for slot in SLOTS)
COMMON: Final = "common"

_SLOT = re.compile(r"\{([A-Za-z_.0-9]+)(?::(\w+))?\}")
_WHO = {"client": "client", "staff": "staff", "third": "third party", None: None}
#: What is typed small where names are: names, homes, and what is harmless. Numbers keep their capitals.
_LIKE_NAMES = frozenset({"NAME", "ADDR_HOME", None})
_NAMES_SMALL_TOO = 0.7


class Mark(NamedTuple):
    """Something identifying in a text: its type, its place, and whose it is where the words around tell."""

    code: str
    start: int
    end: int
    who: str | None = None


class Case(StrEnum):
    """How a sentence is typed."""

    AS_IS = "as is"
    CAPITALS = "capitals"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sentence to be filled."""

    name: str
    who: str | None

    @property
    def code(self) -> str | None:
        """The type that stands here, or None where it is harmless."""
        return self.name.partition(".")[0] if self.name in SLOTS else None


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence, or some, as one clerk writes it: texts and slots in turn."""

    parts: Sequence[str | Slot]

    @property
    def codes(self) -> frozenset[str]:
        """The types that occur in it."""
        return frozenset(part.code for part in self.parts if isinstance(part, Slot) and part.code)

    @property
    def case(self) -> Case:
        """How its own words are typed."""
        own = "".join(part for part in self.parts if isinstance(part, str))
        if own.upper() == own:
            return Case.CAPITALS if any(char.isalpha() for char in own) else Case.AS_IS
        return Case.SMALL if own.lower() == own else Case.AS_IS


@dataclass(frozen=True, slots=True)
class Writer:
    """All that the clerks of one kind of office write."""

    harmless: Sequence[Template]
    telling: Sequence[Template]


@cache
def writers() -> Mapping[str, Writer]:
    """The kinds of offices by their names, and what all offices have in common."""
    return {path.stem: _read(path.read_text(encoding="utf-8")) for path in sorted((DATA / "writers").glob("*.toml"))}


def _read(text: str) -> Writer:
    lists = tomllib.loads(text)
    return Writer(*(tuple(map(parsed, lists[kind])) for kind in ("harmless", "telling")))


def parsed(text: str) -> Template:
    """A template from its written form."""
    parts: list[str | Slot] = []
    place = 0
    for found in _SLOT.finditer(text):
        parts += [text[place : found.start()], Slot(found[1], _WHO[found[2]])]
        place = found.end()
    return Template((*parts, text[place:]))


def filled(template: Template, rng: Random, case: Case = Case.AS_IS) -> tuple[str, tuple[Mark, ...]]:
    """A sentence, and what is true of it; small letters and capitals of its own stay unless all is in capitals."""
    if case is not Case.CAPITALS and template.case is not Case.AS_IS:
        case = template.case
    # Who types in small letters does not always do so with names.
    of_names = Case.AS_IS if case is Case.SMALL and rng.random() >= _NAMES_SMALL_TOO else case
    text, marks = "", []
    for part in template.parts:
        if isinstance(part, str):
            text += _typed(part, case)
            continue
        fill = _fill(part, rng)
        typed = of_names if part.code in _LIKE_NAMES or case is Case.CAPITALS else Case.AS_IS
        text += _typed(fill.before, typed)
        start = len(text)
        text += _typed(fill.marked, typed)
        if part.code:
            marks.append(Mark(part.code, start, len(text), part.who))
        text += _typed(fill.after, typed)
    return text, tuple(marks)


def _fill(slot: Slot, rng: Random) -> Fill:
    drawn = SLOTS[slot.name](rng) if slot.code else harmless(slot.name, rng)
    return drawn if isinstance(drawn, Fill) else Fill(drawn)


def _typed(text: str, case: Case) -> str:
    if case is Case.CAPITALS:
        return text.upper()
    return text.lower() if case is Case.SMALL else text
