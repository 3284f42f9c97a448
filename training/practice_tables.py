"""The made-up tables that the practice queue is made of: what is written in ``practice_tables.toml``, as a database.

What a column truly holds is what its line says, or its kind; no scanner is asked.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from catalog.demo.kinds import KINDS
from catalog.demo.make import make_table
from catalog.demo.people import Resident, residents
from catalog.demo.plans import ColumnPlan, DatasetPlan
from catalog.demo.tables import Cell

_PLANS = Path(__file__).with_suffix(".toml")
_ROWS, _PEOPLE = 300, 400
_UNJUDGEABLE = "?"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A column with what is true of it.

    Parameters:
        holds: codes of what it truly holds.
        told: what it holds, in words; empty where the name of the type says it.
        judgeable: whether a person can tell from the page alone.
    """

    plan: ColumnPlan
    declared: str
    comment: str
    holds: tuple[str, ...]
    told: str
    judgeable: bool

    def told_or_known(self, code: str) -> bool:
        """Whether it can be said what the column holds, where ``code`` is suggested."""
        return bool(self.told) or code in self.holds


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """A table with what is true of its columns."""

    name: str
    columns: tuple[Labelled, ...]


def planned() -> tuple[LabelledTable, ...]:
    """All tables as they are written down.

    Raises:
        ValueError: naming the line that is malformed.
    """
    entries = tomllib.loads(_PLANS.read_text(encoding="utf-8"))["table"]
    return tuple(LabelledTable(each["name"], tuple(_columns(each))) for each in entries)


def skipped() -> frozenset[str]:
    """Suggestions that may be judged either way, as ``TABLE.COLUMN TYPE``."""
    return frozenset(tomllib.loads(_PLANS.read_text(encoding="utf-8"))["skip"])


def write(path: Path, tables: Sequence[LabelledTable], seed: int) -> None:
    """Write the tables into a new DuckDB file, with declared types and comments; the same for the same seed."""
    people = residents(seed, _PEOPLE)
    with duckdb.connect(str(path)) as database:
        for table in tables:
            _write(database, table, seed, people)


def _columns(entry: dict[str, str]) -> Iterator[Labelled]:
    for line in entry["columns"].strip().splitlines():
        name, made, changes, holds, declared, comment, told = (*(cell.strip() for cell in line.split("|")), "")[:7]
        kind, *words = made.split()
        if kind not in KINDS or not declared:
            raise ValueError(f"{entry['name']}: {line}")
        steps = tuple(tuple(change.split()) for change in changes.split(",") if change)
        truly = tuple(code.rstrip("?") for code in KINDS[kind].holds) if not holds else _codes(holds)
        plan = ColumnPlan(name, kind, tuple(words), steps, truly)
        yield Labelled(plan, declared, comment, truly, told.strip("? "), not told.startswith(_UNJUDGEABLE))


def _codes(holds: str) -> tuple[str, ...]:
    return tuple(code for code in holds.split() if code != "-")


def _write(database: duckdb.DuckDBPyConnection, table: LabelledTable, seed: int, people: Sequence[Resident]) -> None:
    plan = DatasetPlan(
        "practice", table.name, tuple(one.plan for one in table.columns), rows=_ROWS, people=(0, _PEOPLE)
    )
    made = make_table(plan, seed, people)
    declared = ", ".join(f'"{one.plan.name}" {one.declared}' for one in table.columns)
    database.execute(f'CREATE TABLE "{table.name}" ({declared})')
    marks = ", ".join("?" * len(table.columns))
    for row in made.rows:
        database.execute(f'INSERT INTO "{table.name}" VALUES ({marks})', [_filled(one) for one in row])  # noqa: S608 - our own names
    for one in table.columns:
        said = one.comment.replace("'", "''")
        database.execute(f'COMMENT ON COLUMN "{table.name}"."{one.plan.name}" IS \'{said}\'')


def _filled(value: Cell) -> Cell:
    return None if value == "" else value
