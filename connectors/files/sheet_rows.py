"""The rows of a sheet's tables as texts: merged cells filled, headers of several rows made one, numbers as shown."""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Inner, Sample
from catalog.ports import SamplePlan
from connectors.files.sheet_layout import MOST_TABLES, Block, Outline, laid_out
from connectors.files.sheet_parts import as_shown
from connectors.files.table import sample_of
from connectors.rows import choose

_MOST_HEADER_ROWS = 3
_MOST_MERGED = 100_000
_EXACT_BELOW = 1e15

Merged = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of what is merged into one, row before column, from 0."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as its parser gives it.

    Parameters:
        rows: gives its rows from the first, each time it is called, all beginning at the column ``left``.
        merged: what is merged, counted from the corner of the sheet; nothing where the parser does not tell.
        shown: by column, counted from there too, how its numbers are shown: see :mod:`connectors.files.sheet_parts`.
    """

    rows: Callable[[], Iterable[Sequence[object]]]
    left: int = 0
    merged: Sequence[Merged] = ()
    shown: Mapping[int, str] = field(default_factory=dict)

    def between(self, top: int, bottom: int) -> Iterator[tuple[int, list[str]]]:
        """The rows from one to another, with their numbers, as texts."""
        for number, row in enumerate(islice(self.rows(), top, bottom + 1), start=top):
            yield number, [_text(cell, self.shown.get(place, "")) for place, cell in enumerate(row, start=self.left)]


def sample_of_grid(grid: Grid, plan: SamplePlan, thing: str) -> Sample:
    """Choose rows of the largest table of a sheet; its other tables, and what is in none, stand inside the sample.

    Raises:
        DatasetError: when no cell is filled, or none was met in time.
    """
    deadline = time.monotonic() + plan.seconds
    outline = Outline.of(grid.rows(), plan.seconds)
    layout = laid_out(outline)
    if not layout.tables and outline.cut:
        cause, next_step = "no cell of it was met before time ended", "Ask its owner to remove its empty rows."
        raise DatasetError(thing, cause, next_step, reason=SkipReason.TIMED_OUT)
    if not layout.tables:
        raise DatasetError(thing, "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
    samples: list[Sample] = []
    for block in layout.tables[:MOST_TABLES]:
        if samples and time.monotonic() > deadline:
            break
        samples.append(sample_of(_Table(grid, outline, block), plan, thing))
    sample, *others = samples
    inner = [Inner(f"table {number}", other) for number, other in enumerate(others, start=2)]
    if layout.notes:
        inner.append(Inner("notes", _notes(grid, layout.notes, plan)))
    sample.inner = tuple(inner)
    if outline.cut or len(samples) < len(layout.tables):
        sample.warn(Caveat.CUT)
    if outline.cut:
        sample.method, sample.rows_total = SampleMethod.FIRST_ROWS, None
    return sample


class _Table:
    """The rows of one table, the first of which is its header, whatever rows that is made of."""

    def __init__(self, grid: Grid, outline: Outline, block: Block) -> None:
        self._grid = grid
        self._outline = outline
        self._block = block
        self._merged = [
            ((top, left - grid.left), (bottom, right - grid.left))
            for (top, left), (bottom, right) in islice(grid.merged, _MOST_MERGED)
            if block.top - _MOST_HEADER_ROWS < bottom + 1 and top <= block.bottom
        ]
        self._top = block.top
        while self._top > max(block.top - _MOST_HEADER_ROWS + 1, 0) and self._has_names_below(self._top - 1):
            self._top -= 1

    def __iter__(self) -> Iterator[list[str]]:
        block = self._block
        below = self._top + self._header_rows()
        header = self._header(below)
        yield header
        first = [row[block.left : block.right + 1] for _, row in self._grid.between(self._top, below - 1)]
        for row in self._filled(below):
            # Long lists say their header again on every page.
            if row not in first:
                yield row

    def _header_rows(self) -> int:
        """How many rows the header is made of: a cell merged over several columns has names of its own below it."""
        rows = self._block.top - self._top + 1
        while rows < _MOST_HEADER_ROWS and self._has_names_below(self._top + rows - 1):
            rows += 1
        return rows

    def _has_names_below(self, row: int) -> bool:
        block = self._block
        if row >= block.bottom:
            return False
        covered = 0
        for (top, left), (bottom, right) in self._merged:
            if top == bottom == row and right > left:
                covered |= (1 << min(right, block.right) + 1) - (1 << max(left, block.left))
        below = self._outline.filled[row + 1] & block.columns
        return bool(covered) and covered & ~below == 0 and self._outline.words[row + 1] & below == below

    def _header(self, below: int) -> list[str]:
        """The texts of the header's rows, column by column, what is merged as a text of each of its columns."""
        block = self._block
        names: list[list[str]] = [[] for _ in range(block.left, block.right + 1)]
        for number, row in self._grid.between(self._top, below - 1):
            for (top, left), (bottom, right) in self._merged:
                if top == number <= bottom and 0 <= left < len(row):
                    width = min(right + 1, len(row)) - left
                    row[left : left + width] = [row[left]] * width
            for name, text in zip(names, row[block.left : block.right + 1], strict=False):
                if text.strip() and text not in name:
                    name.append(text)
        return [" ".join(name) for name in names]

    def _filled(self, below: int) -> Iterator[list[str]]:
        """The rows below the header; what is merged over several rows is a text of each of them."""
        block = self._block
        begin: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for (top, left), (bottom, _) in self._merged:
            if bottom > top >= below and block.left <= left <= block.right:
                begin[top].append((left, bottom))
        held: dict[int, tuple[str, int]] = {}
        for number, row in self._grid.between(below, block.bottom):
            if not self._outline.filled[number] & block.columns:
                continue
            held |= {column: (row[column], bottom) for column, bottom in begin.get(number, ())}
            for column, (text, bottom) in list(held.items()):
                if number > bottom:
                    del held[column]
                elif not row[column].strip():
                    row[column] = text
            yield row[block.left : block.right + 1]


def _notes(grid: Grid, notes: Sequence[Block], plan: SamplePlan) -> Sample:
    """What stands outside of tables (titles, remarks, totals), a row a text."""
    by_row: defaultdict[int, list[Block]] = defaultdict(list)
    for note in notes:
        for number in range(note.top, note.bottom + 1):
            by_row[number].append(note)
    texts = (
        " ".join(cell for cell in row[note.left : note.right + 1] if cell.strip())
        for number, row in grid.between(min(by_row), max(by_row))
        for note in by_row.get(number, ())
    )
    kept, seen = choose(filter(None, texts), plan.rows, plan.seed)
    return Sample(
        [ColumnSchema("text", 0, key="text", name_is_made_up=True)],
        [[text[: plan.cell_chars] for text in kept]],
        method=SampleMethod.ALL_ROWS if seen <= plan.rows else SampleMethod.RANDOM_ROWS,
        rows_total=seen,
    )


def _text(cell: object, shown: str) -> str:
    """A cell as a person would type it: whole numbers without ``.0``, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT_BELOW:
        return as_shown(int(cell), shown) if shown else str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)
