"""Samples of several files as few tables: files of the same columns are put together, of others never."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Inner, Sample
from connectors.files.table import MOST_COLUMNS

_LETTER = re.compile(r"[^\W\d_]")
Values = list[str | None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """The sample of one of the files, or of a table inside it.

    Parameters:
        sample: of it.
        file: the number of the file.
        is_drawn: whether the file was drawn at random.
    """

    sample: Sample = field(repr=False)
    file: int
    is_drawn: bool


@dataclass(slots=True)
class _Kind:
    """What the samples of one table have in common: names of columns, or where nothing is named, how many they are,
    which first cells are met in others too, and whether the first row may be a header of its own.
    """

    is_first_row: bool
    names: frozenset[str]
    shared: frozenset[str]
    may_be_named: bool
    width: int
    parts: list[Part]

    def fits(self, other: "_Kind", *, is_inner: bool) -> bool:
        """Whether most of the fewer names are the others' too. Files that name nothing are of one width, and no first
        row of theirs can be a header; tables inside documents have to begin alike.
        """
        if self.is_first_row != other.is_first_row or bool(self.names) != bool(other.names):
            return False
        if not self.names:
            is_alike = bool(self.shared & other.shared) if is_inner else not (self.may_be_named or other.may_be_named)
            return self.width == other.width and is_alike
        return 2 * len(self.names & other.names) > min(len(self.names), len(other.names))


def tables(parts: Sequence[Part], *, is_all: bool, is_inner: bool = False) -> list[Sample]:
    """The samples put together, the table of most files first.

    Where first rows may be headers, those that files share are. One that no other file has may be the header of another
    table, which stays alone for whoever tells headers from data; where it can be none, all are data, and the columns
    have made-up names.

    Args:
        parts: single files.
        is_all: whether there are no other files.
        is_inner: whether they are no files but tables inside them.
    """
    kinds: list[_Kind] = []
    for kind in _kinds(parts):
        for known in kinds:
            if known.fits(kind, is_inner=is_inner):
                known.names |= kind.names
                known.parts += kind.parts
                break
        else:
            kinds.append(kind)
    kinds.sort(key=lambda kind: (-len(kind.parts), -sum(part.sample.row_count for part in kind.parts)))
    return [_joined(kind, is_all=is_all) for kind in kinds]


def inner_tables(parts: Sequence[Part], *, is_all: bool) -> list[Inner]:
    """The tables inside the files, alike ones put together."""
    inside = [Part(inner.sample, part.file, part.is_drawn) for part in parts for inner in part.sample.inner]
    found = tables(inside, is_all=is_all, is_inner=True)
    return [Inner(f"table {number}", sample) for number, sample in enumerate(found, start=1)]


def _kinds(parts: Sequence[Part]) -> list[_Kind]:
    """Each sample alone, with the names its columns are known to have."""
    samples = [part.sample for part in parts]
    firsts = [_first_cells(sample) if sample.header_is_first_row else frozenset() for sample in samples]
    telling = [(sample, cells) for sample, cells in zip(samples, firsts, strict=True) if cells and sample.row_count]
    shared = _met_again(cell for _, cells in telling for cell in cells)
    whole = _met_again(tuple(_keys(sample)) for sample, _ in telling)
    below = _below(samples)
    kinds = []
    for part, sample, cells in zip(parts, samples, firsts, strict=True):
        is_named = not sample.header_is_first_row or tuple(_keys(sample)) in whole or _is_header(sample, cells & shared)
        names = frozenset(_keys(sample)) if is_named else frozenset()
        may_be_named = bool(sample.row_count) and 0 < _given(sample) == len(cells) and not _is_met(sample, below)
        kinds.append(
            _Kind(sample.header_is_first_row, names, cells & shared, may_be_named, len(sample.columns), [part])
        )
    return kinds


def _met_again(items: Iterable[T]) -> frozenset[T]:
    return frozenset(item for item, count in Counter(items).items() if count > 1)


def _first_cells(sample: Sample) -> frozenset[str]:
    """Cells of the first row that can be names: with a letter, and not met again below, as what all rows share is."""
    return frozenset(
        key
        for place, (key, column) in enumerate(zip(_keys(sample), sample.columns, strict=True))
        if not column.name_is_made_up and _LETTER.search(column.name) and column.name not in sample.values(place)
    )


def _below(samples: Iterable[Sample]) -> Mapping[tuple[int, int], set[str | None]]:
    """What stands below the first rows of tables of one width, at one place."""
    below: defaultdict[tuple[int, int], set[str | None]] = defaultdict(set)
    for sample in samples:
        for place in range(len(sample.columns)):
            if sample.header_is_first_row:
                below[len(sample.columns), place].update(sample.values(place))
    return below


def _is_met(sample: Sample, below: Mapping[tuple[int, int], set[str | None]]) -> bool:
    """Whether a cell of the first row is one of the rows of another file: then all files are rows from the first on."""
    width = len(sample.columns)
    return any(column.name in below[width, place] for place, column in enumerate(sample.columns))


def _is_header(sample: Sample, shared: frozenset[str]) -> bool:
    """Whether most of the first row is in first rows of other files too; all of it where nothing below tells more."""
    given = _given(sample)
    return 2 * len(shared) > given if sample.row_count else 0 < given <= len(shared)


def _given(sample: Sample) -> int:
    """How many cells its first row has."""
    return sum(not column.name_is_made_up for column in sample.columns)


def _keys(sample: Sample) -> list[str]:
    """What makes columns of two files one, each once in a file."""
    met: Counter[str] = Counter()
    keys = []
    for column in sample.columns:
        key = (column.key or column.name).strip().casefold()
        met[key] += 1
        keys.append(key if met[key] == 1 else f"{key}\0{met[key]}")
    return keys


def _joined(kind: _Kind, *, is_all: bool) -> Sample:
    samples = [part.sample for part in kind.parts]
    drawn = len({part.file for part in kind.parts if part.is_drawn})
    if len(samples) == 1:
        return _told(samples[0], samples, is_all=is_all, drawn=drawn)
    columns, values = _by_name(samples) if kind.names else _by_place(samples)
    caveats = frozenset[Caveat]().union(*(sample.caveats for sample in samples))
    is_wide = len(columns) > MOST_COLUMNS
    rows = sum(sample.row_count for sample in samples) + (0 if kind.names else len(samples))
    together = Sample(
        columns[:MOST_COLUMNS],
        values[:MOST_COLUMNS],
        method=SampleMethod.ALL_ROWS,
        header_is_first_row=bool(kind.names) and kind.is_first_row,
        rows=rows,
        caveats=caveats | {Caveat.TOO_WIDE} if is_wide else caveats,
    )
    return _told(together, samples, is_all=is_all, drawn=drawn)


def _by_name(samples: Sequence[Sample]) -> tuple[list[ColumnSchema], list[Values]]:
    """Columns of the same name put together; what a file has no column for lacks values."""
    columns: dict[str, ColumnSchema] = {}
    for sample in samples:
        for key, column in zip(_keys(sample), sample.columns, strict=True):
            columns.setdefault(key, column)
    values: dict[str, Values] = {key: [] for key in columns}
    for sample in samples:
        of_this = {key: place for place, key in enumerate(_keys(sample))}
        for key, gathered in values.items():
            gathered.extend(sample.values(of_this[key]) if key in of_this else [None] * sample.row_count)
    return [replace(column, position=place) for place, column in enumerate(columns.values())], list(values.values())


def _by_place(samples: Sequence[Sample]) -> tuple[list[ColumnSchema], list[Values]]:
    """Columns at the same place put together, first rows given back to the rows."""
    width = len(samples[0].columns)
    columns = [ColumnSchema(f"column {place + 1}", place, name_is_made_up=True) for place in range(width)]
    values: list[Values] = [[] for _ in range(width)]
    for sample in samples:
        for place, column in enumerate(sample.columns):
            values[place] += [None if column.name_is_made_up else column.name, *sample.values(place)]
    return columns, values


def _told(sample: Sample, parts: Sequence[Sample], *, is_all: bool, drawn: int) -> Sample:
    """The sample, true about how its rows were chosen."""
    given_back = sample.row_count - sum(part.row_count for part in parts)
    totals = [part.rows_total for part in parts]
    known = [total for total in totals if total is not None]
    is_known = is_all and len(known) == len(totals)
    sample.rows_total = sum(known) + given_back if is_known else None
    sample.method, sample.draws = _method(parts, is_all=is_all, drawn=drawn)
    return sample


def _method(parts: Sequence[Sample], *, is_all: bool, drawn: int) -> tuple[SampleMethod, int | None]:
    """How the rows of all were chosen, and how many draws that is worth: as many as if all were of the file of which
    the smallest share was looked at.
    """
    methods = {part.method for part in parts}
    if SampleMethod.FIRST_ROWS in methods:
        return SampleMethod.FIRST_ROWS, None
    if not is_all:
        return SampleMethod.PLACES, drawn
    if methods == {SampleMethod.ALL_ROWS}:
        return SampleMethod.ALL_ROWS, None
    parts = [part for part in parts if part.row_count]
    draws = [part.row_count if part.draws is None else part.draws for part in parts]
    method = SampleMethod.PLACES if SampleMethod.PLACES in methods else SampleMethod.RANDOM_ROWS
    totals = [part.rows_total for part in parts if part.rows_total]
    if len(totals) < len(parts):
        return method, min(draws, default=0)
    worth = min((draw / total for draw, total in zip(draws, totals, strict=True)), default=0.0)
    return method, min(int(worth * sum(totals)), sum(draws))
