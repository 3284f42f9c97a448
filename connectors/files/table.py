"""From the rows of a file to a sample: where the header is, how wide the table is, which rows are chosen."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.rows import Window, choose, columns_of

MOST_COLUMNS = 4096
_LEADING_ROWS = 25

Cells = Sequence[str]


def sample_of(rows: Iterable[Cells], plan: SamplePlan, thing: str) -> Sample:
    """Choose rows of a table whose first row is its header.

    Raises:
        DatasetError: when there is not one column.
    """
    # Cut before rows are kept: a line of commas alone would fill the memory.
    filled = (row[: MOST_COLUMNS + 1] for row in rows if any(cell.strip() for cell in row))
    header, following = _header(filled)
    if not header:
        raise DatasetError(thing, "it has no columns", "Nothing is to be done.", reason=SkipReason.EMPTY)
    kept, seen = choose(following, plan.rows, plan.seed)
    window = Window(_cut(row, plan.cell_chars) for row in kept)
    chosen = list(window)
    width = max(len(header), *(len(row) for row in chosen), 1)
    sample = Sample(
        _columns([name[: plan.cell_chars] for name in header], min(width, MOST_COLUMNS)),
        columns_of(chosen, min(width, MOST_COLUMNS)),
        method=SampleMethod.ALL_ROWS if seen <= plan.rows else SampleMethod.RANDOM_ROWS,
        rows_total=seen,
        header_is_first_row=True,
    )
    if window.cut:
        sample.warn(Caveat.CUT)
    if width > MOST_COLUMNS:
        sample.warn(Caveat.TOO_WIDE)
    return sample


def _header(rows: Iterator[Cells]) -> tuple[Cells, Iterator[Cells]]:
    """The first row that is not a title: one lone cell above rows of several is a title."""
    leading = list(itertools.islice(rows, _LEADING_ROWS))
    widest = max((_filled(row) for row in leading), default=0)
    first = next((place for place, row in enumerate(leading) if widest < 2 or _filled(row) > 1), 0)
    return (leading[first] if leading else ()), itertools.chain(leading[first + 1 :], rows)


def _filled(row: Cells) -> int:
    return sum(1 for cell in row if cell.strip())


def _cut(row: Cells, characters: int) -> list[str | None]:
    return [cell[:characters] or None for cell in row]


def _columns(header: Cells, width: int) -> list[ColumnSchema]:
    met: Counter[str] = Counter()
    taken: set[str] = set()
    columns = []
    for position in range(width):
        given = header[position] if position < len(header) else ""
        name = given if given.strip() else f"column {position + 1}"
        key = name
        # A repeated name would be one identity for two columns; so would one that is written like our own mark.
        while key in taken or not met[name]:
            met[name] += 1
            key = name if met[name] == 1 else f"{name}#{met[name]}"
        taken.add(key)
        columns.append(ColumnSchema(name, position, key=key, name_is_made_up=not given.strip()))
    return columns
