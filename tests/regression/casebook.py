"""Reads the casebook: what stands in ``cases/*.toml`` as tables of made-up values. ``README.md`` tells the format.

Expected answers are written by people; values are drawn from templates with a seed of their own, so that a case is the
same each time and adding one changes no other.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample

_Made = TypeVar("_Made")
HERE = Path(__file__).parent
_ROWS = 60
_SLOT = re.compile(r"\{([^{}]+)\}|([#?])")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})(?: as (.+))?")
_NUMBERS = re.compile(r"(-?\d+)\.\.(-?\d+)")
_HEX = re.compile(r"hex (\d+)")
_PARTS_OF_DAYS = (("YYYY", "%Y"), ("YY", "%y"), ("MON", "%b"), ("MM", "%m"), ("DD", "%d"), ("hh", "%H"), ("mm", "%M"))
_CAPITALS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True)
class Expected:
    """What a column of a case must hold, and must not."""

    grade: str = ""
    holds: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    form: str = ""
    strength: tuple[float, float] | None = None
    share: tuple[float, float] | None = None


@dataclass(frozen=True)
class Column:
    """One column of a case: how it is called, what it holds, what is expected."""

    schema: ColumnSchema
    cells: tuple[str | None, ...]
    expected: Expected


@dataclass(frozen=True)
class Case:
    """One table with its reason."""

    theme: str
    name: str
    reason: str
    columns: tuple[Column, ...]
    first_row_is_header: bool

    def sample(self) -> Sample:
        """The table as a connector would hand it over."""
        return Sample(
            [column.schema for column in self.columns],
            [column.cells for column in self.columns],
            method=SampleMethod.ALL_ROWS,
            header_is_first_row=self.first_row_is_header,
        )


def cases() -> Iterator[Case]:
    """Every case of every file, in the order of the files."""
    for path in sorted((HERE / "cases").glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            yield _case(path.stem, dict(entry))


def _case(theme: str, entry: dict[str, Any]) -> Case:
    name, reason, rows = entry.pop("name"), entry.pop("reason"), entry.pop("rows", _ROWS)
    columns = [_column(name, position, rows, dict(each)) for position, each in enumerate(entry.pop("columns"))]
    case = Case(theme, name, reason, tuple(columns), entry.pop("first_row_is_header", False))
    return _all_used(entry, case, f"{theme}, case {name!r}")


def _column(case: str, position: int, rows: int, entry: dict[str, Any]) -> Column:
    title = entry.pop("name", None)
    schema = ColumnSchema(
        name=f"column {position + 1}" if title is None else title,
        position=position,
        declared_type=entry.pop("type", ""),
        comment=entry.pop("comment", ""),
        in_key=entry.pop("in_key", False),
        name_is_made_up=title is None,
    )
    cells = _cells(random.Random(f"{case}/{title}/{position}"), rows, entry)
    names = {each.name for each in fields(Expected)}
    said = {key: entry.pop(key) for key in sorted(names & entry.keys())}
    expected = Expected(**{key: tuple(value) if isinstance(value, list) else value for key, value in said.items()})
    return _all_used(entry, Column(schema, cells, expected), f"case {case!r}, column {title!r}")


def _all_used(entry: Mapping[str, Any], made: _Made, where: str) -> _Made:
    if entry:
        raise ValueError(f"{where}: {', '.join(sorted(entry))} is no word of the format, see README.md")
    return made


def _cells(dice: random.Random, rows: int, entry: dict[str, Any]) -> tuple[str | None, ...]:
    written, like = entry.pop("values", []), entry.pop("like", [])
    templates = [like] if isinstance(like, str) else like
    cells: list[str | None] = [
        written[row % len(written)] if written else _drawn(dice.choice(templates), dice) for row in range(rows)
    ]
    empty = entry.pop("empty", 0.0)
    cells = [None if dice.random() < empty else cell for cell in cells]
    rare: Sequence[str] = entry.pop("among", [])
    for row, cell in zip(sorted(dice.sample(range(rows), len(rare))), rare, strict=True):
        cells[row] = cell
    return tuple(cells)


def _drawn(template: str, dice: random.Random) -> str:
    return _SLOT.sub(lambda slot: _filled(slot, dice), template)


def _filled(slot: re.Match[str], dice: random.Random) -> str:
    said = slot[1]
    if said is None:
        return dice.choice("0123456789" if slot[2] == "#" else _CAPITALS)
    if days := _DAYS.fullmatch(said):
        return _day(dice, *days.groups())
    if numbers := _NUMBERS.fullmatch(said):
        return str(dice.randint(int(numbers[1]), int(numbers[2])))
    if digits := _HEX.fullmatch(said):
        return "".join(dice.choices("0123456789abcdef", k=int(digits[1])))
    return _listed(said, dice)


def _day(dice: random.Random, first: str, last: str, form: str | None) -> str:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    day = start + timedelta(days=dice.randint(0, (end - start).days))
    shown = form or "YYYY-MM-DD"
    clock = {"%H": f"{dice.randint(8, 17):02}", "%M": f"{dice.randrange(0, 60, 5):02}"}
    for letters, code in _PARTS_OF_DAYS:
        shown = shown.replace(letters, clock.get(code) or day.strftime(code))
    return shown


def _listed(said: str, dice: random.Random) -> str:
    """A word of a list, written as the name of the list is: ``{Given}``, ``{GIVEN}``, ``{given}``."""
    word = dice.choice(_lists()[said.lower()])
    return word.upper() if said.isupper() else word.lower() if said.islower() else word


@cache
def _lists() -> dict[str, list[str]]:
    data: dict[str, list[str]] = tomllib.loads((HERE / "lists.toml").read_text(encoding="utf-8"))
    return data
