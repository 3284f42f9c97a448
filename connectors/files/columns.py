"""Columns named by paths, for formats whose values nest: ``address.street``, ``phones[]``, ``contacts[].name``.

A column of lists holds every value of every list one by one, so it may be longer than there are rows. Joined into one
cell, no check of a whole value would recognise them; only the first of each would hide the others.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.table import MOST_COLUMNS
from connectors.rows import choose

MOST_VALUES = 100_000
"""Of the lists in a column, so many values are looked at."""
DEEPEST = 64
"""Levels of nesting; what is deeper was made to do harm."""

_NO_VALUE: list[str | None] = [None]


class Step(Enum):
    """A step of a path that is no name."""

    EACH = "[]"
    """Every value of a list."""
    STAR = "*"
    """Every value of an object whose keys are data; at the end of a path: its keys."""
    VALUE = "value"
    """A plain value under such a key."""


Path = tuple[str | Step, ...]


@dataclass(slots=True)
class _Column:
    declared_type: str
    values: list[str | None] = field(default_factory=list, repr=False)


class Columns:
    """Collects columns in the order in which they are first seen, within the bounds of a plan."""

    def __init__(self, plan: SamplePlan) -> None:
        self._plan = plan
        self._columns: dict[Path, _Column] = {}
        self._caveats: set[Caveat] = set()

    @property
    def cut(self) -> bool:
        """Whether columns or values were left out."""
        return bool(self._caveats)

    def note_cut(self) -> None:
        """Note that values were left out before they came here."""
        self._caveats.add(Caveat.CUT)

    def put(self, path: Path, placed: Iterable[tuple[int, str | None]], rows: int, declared_type: str = "") -> None:
        """Add so many rows to the column at ``path``.

        Parameters:
            placed: the values, each with the number of its row; of a row there may be several and none.
        """
        if path not in self._columns and len(self._columns) >= MOST_COLUMNS:
            self._caveats.add(Caveat.TOO_WIDE)
            return
        held: dict[int, list[str | None]] = {}
        for row, value in placed:
            if text := _clean(value, self._plan.cell_chars):
                held.setdefault(row, []).append(text)
        column = self._columns.setdefault(path, _Column(declared_type))
        for row in range(rows):
            column.values.extend(held.get(row, _NO_VALUE))

    def sample(self, thing: str, *, rows: int, method: SampleMethod, rows_total: int | None) -> Sample:
        """The sample of ``rows`` rows that these columns are.

        Raises:
            DatasetError: when there is not one column.
        """
        if not self._columns:
            raise DatasetError(thing, "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
        values = [self._bounded(column.values, rows) for column in self._columns.values()]
        return Sample(
            self._schema(),
            values,
            method=method,
            rows_total=rows_total,
            rows=rows,
            caveats=frozenset(self._caveats),
        )

    def _bounded(self, values: list[str | None], rows: int) -> list[str | None]:
        most = max(MOST_VALUES, rows)
        if len(values) <= most:
            return values
        self._caveats.add(Caveat.CUT)
        return choose(values, most, self._plan.seed)[0]

    def _schema(self) -> list[ColumnSchema]:
        met: Counter[str] = Counter()
        taken: set[str] = set()
        schema = []
        for position, (path, column) in enumerate(self._columns.items()):
            name = key = rendered(path)[: self._plan.cell_chars]
            # A key that holds a point may read like a path of two; one identity for two columns would mix them.
            while key in taken or not met[name]:
                met[name] += 1
                key = name if met[name] == 1 else f"{name}#{met[name]}"
            taken.add(key)
            schema.append(
                ColumnSchema(
                    name,
                    position,
                    column.declared_type,
                    key=key,
                    name_is_made_up=not any(isinstance(step, str) for step in path),
                )
            )
        return schema


def rendered(path: Path) -> str:
    """A path as people read it."""
    text = ""
    for place, step in enumerate(path):
        word = step if isinstance(step, str) else step.value
        text += word if step is Step.EACH or place == 0 else f".{word}"
    return text or Step.EACH.value


def too_deep(thing: str) -> DatasetError:
    """The error of what is nested deeper than anything honest."""
    return DatasetError(
        thing, "it is nested too deep", "Ask its owner for a copy with fewer levels.", reason=SkipReason.TOO_LARGE
    )


def _clean(value: str | None, characters: int) -> str | None:
    """A cell within its bound, without NULs and halves of characters, which no text may hold."""
    if not value:
        return None
    text = value[:characters]
    if not text.isprintable():
        text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return text or None
