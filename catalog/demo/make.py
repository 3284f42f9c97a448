"""From a plan to a table."""

from collections.abc import Callable, Sequence
from random import Random

from catalog.demo import numbers
from catalog.demo.kinds import KINDS
from catalog.demo.people import Resident
from catalog.demo.plans import ColumnPlan, DatasetPlan
from catalog.demo.row import Row
from catalog.demo.tables import Cell, Table, cell

_LEFT_OPEN = ("", "", "", "N/A", "UNK")


def make_table(plan: DatasetPlan, seed: int, people: Sequence[Resident]) -> Table:
    """The rows of a plan; the same for the same seed and people."""
    names = tuple(column.name for column in plan.columns)
    if plan.literal:
        return Table(plan.name, plan.literal[0], plan.literal[1:])
    rng = numbers.stream(seed, f"{plan.source}/{plan.name}")
    return Table(plan.name, names, tuple(_row(plan, rng, number, people) for number in range(plan.rows)))


def _row(plan: DatasetPlan, rng: Random, number: int, people: Sequence[Resident]) -> tuple[Cell, ...]:
    start, stop = plan.people
    place = start + number if plan.rows <= stop - start else rng.randrange(start, stop)
    row = Row(rng, number, place, people[place], rng.choice(people))
    for column in plan.columns:
        row.made[column.name] = _cell(row, column)
    return tuple(cell(row.made[column.name]) for column in plan.columns)


def _cell(row: Row, column: ColumnPlan) -> object:
    value = KINDS[column.kind].make(row, column.words)
    for name, *words in column.changes:
        value = _CHANGES[name](value, row.rng, words)
    return value


def _fill(value: object, rng: Random, words: Sequence[str]) -> object:
    """Filled in that share of the rows, empty in the others."""
    return value if rng.random() < float(words[0]) else None


def _messy(value: object, rng: Random, words: Sequence[str]) -> object:
    """Filled in that share of the rows; else one of the ways clerks leave a field open."""
    return value if rng.random() < float(words[0]) else rng.choice(_LEFT_OPEN)


def _after(value: object, _rng: Random, words: Sequence[str]) -> object:
    """With the words before it: ``after Dr.`` makes Dr. Cole of Cole."""
    return f"{' '.join(words)} {value}"


_CHANGES: dict[str, Callable[[object, Random, Sequence[str]], object]] = {
    "fill": _fill,
    "messy": _messy,
    "after": _after,
    "upper": lambda value, _rng, _words: str(value).upper(),
    "lower": lambda value, _rng, _words: str(value).lower(),
    "text": lambda value, _rng, _words: str(value),
    "int": lambda value, _rng, _words: int(str(value)),
    "digits": lambda value, _rng, _words: "".join(filter(str.isdigit, str(value))),
}
