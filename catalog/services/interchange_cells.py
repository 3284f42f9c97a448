"""What cells of the register's workbook say: words, days, lists, and names of other records; written and read."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from catalog.sheets import reading, writing

E = TypeVar("E", bound=StrEnum)
_MOST_SHOWN = 60
_CODES = re.compile(r"[\s,;]+")
_CUT = " …"
_DOT = " · "


class Refused(Exception):
    """A cell that cannot be taken over, and why; it never leaves the import."""


class Later(Exception):
    """A cell that names a record of a row further on."""


class Names(Protocol):
    """What records are called in this workbook; ``types`` are the codes of the taxonomy."""

    types: Collection[str]

    def label(self, sheet: str, key: object) -> str:
        """What the record with this key is called; nothing where the actor may not know of it."""

    def find(self, sheet: str, name: str) -> object:
        """The key of what is called so.

        Raises:
            Later: when it is a row that is not recorded yet.
            Refused: when nothing, or more than one thing, is called so.
        """


def one_line(said: str) -> str:
    """A text as a name: on one line, single blanks."""
    return " ".join(said.split())


def lines(cell: str) -> list[str]:
    """The lines of a cell that say something."""
    return [one_line(line) for line in cell.splitlines() if line.strip()]


def as_cell(said: str) -> str:
    """A text as a cell holds it and gives it back: what does not fit is cut, line ends are of one kind."""
    held = writing.fit("\n".join(said.strip().splitlines()))
    return held if len(held) <= reading.MOST_CHARACTERS else held[: reading.MOST_CHARACTERS - len(_CUT)] + _CUT


def shown(cell: str) -> str:
    """As much of a cell as tells its writer which one is meant."""
    line = one_line(cell)
    return line if len(line) <= _MOST_SHOWN else line[:_MOST_SHOWN] + _CUT


def _same(said: str) -> str:
    return one_line(said).casefold().replace("’", "'")


@dataclass(frozen=True, slots=True)
class Form:
    """How a value stands in a cell: ``words`` are what may stand there; ``show`` writes it, ``read`` reads it or raises
    :class:`Refused` or :class:`Later`.
    """

    words: str
    show: Callable[[Any, Names], str]
    read: Callable[[str, Names], Any]


def text(among: Sequence[str] = ()) -> Form:
    """Any text; where words are given, one of them or nothing."""

    def read(said: str, _names: Names) -> str:
        if among and said and said not in among:
            raise Refused(f"“{shown(said)}” is none of the words allowed here")
        return said

    return Form(_DOT.join(among), lambda value, _names: str(value), read)


def word(kind: type[E], texts: Mapping[E, str] | None = None) -> Form:
    """One of the words of an enumeration, or nothing; ``texts`` are how people say them."""
    said = {one: (texts or {}).get(one) or one.value.replace("_", " ").capitalize() for one in kind}
    known = {_same(way): one for one, words in said.items() for way in (one.value, words)}

    def read(cell: str, _names: Names) -> E | None:
        if cell and _same(cell) not in known:
            raise Refused(f"“{shown(cell)}” is none of the words allowed here")
        return known[_same(cell)] if cell else None

    return Form(_DOT.join(said.values()), lambda value, _names: said[value] if value else "", read)


def one(sheet: str) -> Form:
    """The name of one record of another sheet, or nothing."""
    return Form(
        f"a name from {sheet}",
        lambda value, names: names.label(sheet, value) if value else "",
        lambda cell, names: names.find(sheet, cell) if cell else None,
    )


def many(sheet: str) -> Form:
    """The names of records of another sheet, one a line."""

    def show(keys: Iterable[object], names: Names) -> str:
        return "\n".join(sorted(filter(None, (names.label(sheet, key) for key in keys))))

    def read(cell: str, names: Names) -> tuple[object, ...]:
        return tuple(dict.fromkeys(names.find(sheet, line) for line in lines(cell)))

    return Form(f"names from {sheet}, one a line", show, read)


def _day(cell: str, _names: Names) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise Refused(f"“{shown(cell)}” is no day: write it as 2026-07-31") from None


def _flag(cell: str, _names: Names) -> bool:
    if cell.casefold() not in {"yes", "no"}:
        raise Refused("it is neither yes nor no")
    return cell.casefold() == "yes"


def _codes(cell: str, names: Names) -> tuple[str, ...]:
    codes = sorted({code.upper() for code in _CODES.split(cell) if code})
    unknown = [code for code in codes if code not in names.types]
    if unknown:
        raise Refused(f"“{shown(unknown[0])}” is no identifier type")
    return tuple(codes)


TEXT = text()
LINES = Form(
    "one a line",
    lambda value, _names: "\n".join(filter(None, map(one_line, value))),
    lambda cell, _names: tuple(lines(cell)),
)
DAY = Form("a day, such as 2026-07-31", lambda value, _names: value.isoformat() if value else "", _day)
FLAG = Form("yes · no", lambda value, _names: "yes" if value else "no", _flag)
CODES = Form("codes of identifier types, one a line", lambda value, _names: "\n".join(sorted(value)), _codes)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the field of the record it holds, what it means, how it stands there; ``fixed`` why it
    stays as it is once recorded.
    """

    heading: str
    field: str
    meaning: str
    form: Form = TEXT
    needed: bool = False
    fixed: str = ""
