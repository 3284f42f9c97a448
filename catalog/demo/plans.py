"""What each agency of Port Meridian keeps, as written down in ``agencies/*.toml``."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from catalog.demo.kinds import KINDS
from catalog.model.holdings import Disclosure

_AGENCIES = Path(__file__).parent / "agencies"
_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column: its name, the kind that makes it with its words, what is done to the cells, what it truly holds."""

    name: str
    kind: str
    words: tuple[str, ...]
    changes: tuple[tuple[str, ...], ...]
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatasetPlan:
    """One dataset. ``literal`` is a table written out; ``view`` a SELECT; otherwise ``rows`` rows are made.

    ``people`` is the slice of the residents the rows are about; one row each where there are no more rows than
    people, else at random.
    """

    source: str
    name: str
    columns: tuple[ColumnPlan, ...]
    rows: int = 0
    people: tuple[int, int] = (0, 1000)
    literal: tuple[tuple[str, ...], ...] = ()
    view: str = ""
    header: bool = True
    delimiter: str = ","
    encoding: str = "utf-8"
    above: tuple[str, ...] = ()
    wrap: str = ""
    title: str = ""
    text: str = ""
    retention: str = ""
    subjects: tuple[str, ...] = ()
    disclosure: Disclosure = Disclosure.HIDDEN

    @property
    def holds(self) -> frozenset[str]:
        """The codes of all it truly holds."""
        return frozenset(code.rstrip("?") for column in self.columns for code in column.holds)


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """One database or share of a system; ``path`` below the demo's folder."""

    agency_id: str
    name: str
    kind: str
    path: str
    system: str
    description: str
    owner_unit: str


class Fault(StrEnum):
    """What is the matter with a file nobody can read."""

    EMPTY = "empty"
    TORN = "torn"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class BrokenPlan:
    """A file of a share that cannot be read."""

    source: str
    name: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class AgencyPlan:
    """All an agency keeps."""

    agency_id: str
    sources: tuple[SourcePlan, ...]
    datasets: tuple[DatasetPlan, ...]
    broken: tuple[BrokenPlan, ...]


@cache
def agency_plans() -> tuple[AgencyPlan, ...]:
    """Every agency's plan, by id.

    Raises:
        ValueError: naming the file and line that is malformed.
    """
    return tuple(_agency(path) for path in sorted(_AGENCIES.glob("*.toml")))


def _agency(path: Path) -> AgencyPlan:
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    sources = tuple(SourcePlan(agency_id=path.stem, **entry) for entry in read.get("source", ()))
    datasets = tuple(plan for entry in read.get("dataset", ()) for plan in _datasets(path.stem, entry))
    broken = tuple(BrokenPlan(e["source"], e["name"], Fault(e["fault"])) for e in read.get("broken", ()))
    return AgencyPlan(path.stem, sources, datasets, broken)


def _datasets(agency_id: str, entry: Mapping[str, Any]) -> Iterator[DatasetPlan]:
    """The dataset of an entry, or one for each word of its ``series``, which stands for ``{}`` in name and title."""
    words: dict[str, Any] = dict(entry)
    place = f"{agency_id}, {words['name']}"
    literal = tuple(_cells(line) for line in words.pop("literal", "").strip().splitlines())
    lines = words.pop("columns", "").strip().splitlines()
    words["columns"] = tuple(column for line in lines for column in _columns(place, line))
    words["literal"] = literal
    words["people"] = tuple(words.get("people", (0, 1000)))
    words["above"] = tuple(words.get("above", ()))
    words["subjects"] = tuple(words.get("subjects", ()))
    for part in words.pop("series", ("",)):
        titled: dict[str, Any] = {key: str(words[key]).replace("{}", part) for key in ("name", "title") if key in words}
        yield DatasetPlan(**(words | titled))


def _columns(place: str, line: str) -> Iterator[ColumnPlan]:
    cells = (*_cells(line), "", "", "")
    name, (kind, *words) = cells[0], cells[1].split() or [""]
    if kind not in KINDS:
        raise ValueError(f"{place}, column {name}: there is no kind {kind!r}")
    changes = tuple(tuple(change.split()) for change in cells[2].split(",") if change.strip())
    holds = KINDS[kind].holds if not cells[3] else tuple(code for code in cells[3].split() if code != "-")
    for each in _numbered(name):
        yield ColumnPlan(each, kind, tuple(words), changes, holds)


def _numbered(name: str) -> Iterator[str]:
    """``Q{1..60}`` as Q1 to Q60, with as many digits as the first number is written with."""
    found = _RANGE.search(name)
    if found is None:
        yield name
        return
    first, last = found.groups()
    for number in range(int(first), int(last) + 1):
        yield name.replace(found.group(0), f"{number:0{len(first)}}")


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))
