"""Parquet, through pyarrow, on one thread and in batches; see docs/decisions/0010-json-and-parquet.md.

Nested columns become paths as in JSON (see :mod:`connectors.files.columns`); the keys of a map are data.
"""

import itertools
import random
import re
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.columns import Columns, Path, Step
from connectors.files.delimited import Binary
from connectors.files.encodings import AS_WINDOWS
from connectors.files.table import MOST_COLUMNS
from connectors.rows import SAMPLE_CHARACTERS

ENDINGS = (".parquet", ".pq")
ROW_GROUPS = 32
"""Of a larger file, rows come from at least so many of its row groups."""

_BUFFER_BYTES = 1_000_000
_BATCH_BYTES = 8_000_000
_LARGEST_BATCH = 8192
_SMALLEST_BATCH = 16
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BINARY = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
_VIEWS = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
_SIZES = re.compile(r"(?<=[a-z])(?:8|16|32|64|128|256)(?![0-9])|large_|_view")


def sample_parquet(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a bounded, seeded sample of a Parquet file.

    Raises:
        DatasetError: when it is damaged, encrypted or has no columns.
    """
    try:
        rows = _Rows(stream, plan)
        spread = _Spread(plan, rows.schema)
        for batch in rows:
            spread.add(batch)
    except (DatasetError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - the parser raises anything, and quotes data in it
        if "crypt" in str(error).lower():
            _refuse_encrypted(thing)
        _refuse(thing)
    is_short = rows.cut or spread.rows < rows.wanted
    method = SampleMethod.ALL_ROWS if rows.wanted == rows.total else SampleMethod.RANDOM_ROWS
    sample = spread.columns.sample(
        thing,
        rows=spread.rows,
        method=SampleMethod.FIRST_ROWS if is_short and method is SampleMethod.ALL_ROWS else method,
        rows_total=rows.total,
    )
    if is_short:
        sample.warn(Caveat.CUT)
    return sample


class _Rows:
    """The chosen rows of a file: all of a small one, else some of row groups that lie all over it.

    ``cut`` says afterwards whether time or memory ended it early.
    """

    def __init__(self, stream: Binary, plan: SamplePlan) -> None:
        self._deadline = time.monotonic() + plan.seconds
        self._left = SAMPLE_CHARACTERS
        # Buffered, not read ahead: that would take threads, and a whole row group at once.
        self._file = pq.ParquetFile(stream, buffer_size=_BUFFER_BYTES, pre_buffer=False)
        metadata = self._file.metadata
        self._sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        self.total = sum(self._sizes)
        self.wanted = min(self.total, plan.rows)
        is_wide = metadata.num_columns > MOST_COLUMNS
        self._names = [metadata.schema.column(place).path for place in range(MOST_COLUMNS)] if is_wide else None
        self._chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
        self.cut = False

    @property
    def schema(self) -> Any:
        """The columns, as pyarrow declares them."""
        return self._file.schema_arrow

    def __iter__(self) -> Iterator[Any]:
        for group, places in self._chosen():
            batches = self._file.iter_batches(
                self._batch_rows(group), row_groups=[group], columns=self._names, use_threads=False
            )
            for batch in _taken(batches, places):
                self._left -= batch.nbytes
                if self._left < 0 or time.monotonic() > self._deadline:
                    self.cut = True
                    return
                yield batch

    def _chosen(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Row groups, each with the places of the rows chosen in it."""
        if self.wanted == self.total:
            yield from ((group, range(size)) for group, size in enumerate(self._sizes) if size)
            return
        groups = self._groups()
        starts = list(itertools.accumulate((self._sizes[group] for group in groups), initial=0))
        places: dict[int, list[int]] = {group: [] for group in groups}
        for row in sorted(self._chance.sample(range(starts[-1]), self.wanted)):
            turn = bisect_right(starts, row) - 1
            places[groups[turn]].append(row - starts[turn])
        yield from ((group, chosen) for group, chosen in places.items() if chosen)

    def _groups(self) -> list[int]:
        """Row groups in an order of chance, enough of them; large ones come sooner."""
        starts = list(itertools.accumulate(self._sizes, initial=0))
        picks = (bisect_right(starts, row) - 1 for row in self._chance.sample(range(self.total), self.wanted))
        groups: list[int] = []
        rows = 0
        for group in dict.fromkeys(picks):
            groups.append(group)
            rows += self._sizes[group]
            if len(groups) >= ROW_GROUPS and rows >= self.wanted:
                break
        return groups

    def _batch_rows(self, group: int) -> int:
        size: int = self._file.metadata.row_group(group).total_byte_size
        rows: int = _BATCH_BYTES * self._sizes[group] // max(size, 1)
        return max(_SMALLEST_BATCH, min(_LARGEST_BATCH, rows))


def _taken(batches: Iterator[Any], places: Sequence[int]) -> Iterator[Any]:
    """The rows at these places, which ascend, of all batches together; empty batches where none is of it."""
    start = at = 0
    for batch in batches:
        end = at
        while end < len(places) and places[end] < start + batch.num_rows:
            end += 1
        yield _plain(batch).take(pa.array([place - start for place in places[at:end]], pa.int64()))
        start, at = start + batch.num_rows, end
        if at == len(places):
            return


def _plain(batch: Any) -> Any:
    """A batch without views of texts, from which single rows cannot be taken."""
    for place, name in enumerate(batch.schema.names):
        plain = _VIEWS.get(batch.column(place).type)
        if plain is not None:
            batch = batch.set_column(place, name, batch.column(place).cast(plain))
    return batch


class _Spread:
    """Spreads the columns of batches over paths."""

    def __init__(self, plan: SamplePlan, schema: Any) -> None:
        self.columns = Columns(plan)
        self.rows = self._now = 0
        self.add(schema.empty_table())

    def add(self, batch: Any) -> None:
        """Add the rows of a batch."""
        self._now = batch.num_rows
        self.rows += batch.num_rows
        for name, array in zip(batch.schema.names, batch.columns, strict=True):
            self._spread((name,), array, range(batch.num_rows))

    def _spread(self, path: Path, array: Any, rows: Sequence[int]) -> None:
        """Put what stands at a path; each value belongs to the row whose number stands at the same place."""
        array = _whole(array)
        kind = array.type
        if pa.types.is_struct(kind):
            for field, child in zip(kind, array.flatten(), strict=True):
                self._spread((*path, field.name), child, rows)
        elif pa.types.is_map(kind):
            self._spread_map((*path, Step.STAR), *_elements(array, rows))
        elif pa.types.is_nested(kind):
            self._spread((*path, Step.EACH), *_elements(array, rows))
        else:
            self._put(path, array, rows)

    def _spread_map(self, path: Path, pairs: Any, rows: Sequence[int]) -> None:
        keys, values = map(_whole, pairs.flatten())
        self._put(path, keys, rows)
        self._spread(path if pa.types.is_nested(values.type) else (*path, Step.VALUE), values, rows)

    def _put(self, path: Path, array: Any, rows: Sequence[int]) -> None:
        self.columns.put(path, zip(rows, _texts(array), strict=True), self._now, _declared(array.type))


def _whole(array: Any) -> Any:
    """An array in one piece, as it is stored, without a dictionary."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _elements(array: Any, rows: Sequence[int]) -> tuple[Any, list[int]]:
    """The elements of lists or maps one after the other, and the rows they belong to."""
    pieces = [(row, cell.values) for row, cell in zip(rows, array, strict=True) if cell.is_valid]
    if not pieces:
        kind = array.type
        is_map = pa.types.is_map(kind)
        return pa.array(
            [], pa.struct([("key", kind.key_type), ("value", kind.item_type)]) if is_map else kind.value_type
        ), []
    owners = [row for row, piece in pieces for _ in range(len(piece))]
    return pa.concat_arrays([piece for _, piece in pieces]), owners


def _texts(array: Any) -> list[str | None]:
    """Values as text; times without their zone, whose name may be anything."""
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp(array.type.unit))
    if not any(is_kind(array.type) for is_kind in _BINARY):
        with suppress(UnicodeDecodeError):
            texts: list[str | None] = array.cast(pa.large_string()).to_pylist()
            return texts
    return [None if value is None else _decoded(value) for value in array.cast(pa.large_binary()).to_pylist()]


def _decoded(value: bytes) -> str:
    """Bytes as text where they are any, else in figures."""
    text = value.decode("utf-8", AS_WINDOWS)
    return value.hex() if _CONTROL.search(text) else text


def _declared(kind: Any) -> str:
    """A type in the words of databases: ``decimal(10, 2)``, not ``decimal128(10, 2)``."""
    return _SIZES.sub("", re.sub(r"\[.*", "", str(kind)))


def _refuse(thing: str) -> NoReturn:
    raise DatasetError(
        thing,
        "its content is damaged or not Parquet",
        "Ask its owner for an intact copy.",
        reason=SkipReason.UNREADABLE,
    ) from None


def _refuse_encrypted(thing: str) -> NoReturn:
    raise DatasetError(
        thing, "it is encrypted", "Ask its owner for a copy that is not.", reason=SkipReason.PASSWORD_PROTECTED
    ) from None
