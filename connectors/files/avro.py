"""Avro: the blocks of a file are found by their heads, chosen by seed, unpacked within bounds and read by fastavro.

Values that nest become columns named by paths, as in Parquet (see :mod:`connectors.files.columns`); keys of maps are
data.
"""

import itertools
import random
import re
import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.avro_blocks import Blocks
from connectors.files.avro_schema import Schema, refuse, schema_of
from connectors.files.columns import Columns, Path, Step
from connectors.files.delimited import Binary
from connectors.files.encodings import AS_WINDOWS
from connectors.rows import SAMPLE_CHARACTERS

FEWEST_BLOCKS = 32
"""Of a larger file, rows come from at least so many of its blocks."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BETWEEN_LOOKS = 500
"""Records between two looks at the clock."""


def sample_avro(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a bounded, seeded sample of an Avro file.

    Raises:
        DatasetError: when it is damaged, packed in a way nobody can unpack here, or has no columns.
    """
    deadline = time.monotonic() + plan.seconds
    blocks = Blocks(stream, thing)
    schema = schema_of(blocks.schema, thing)
    if not schema.least:
        # Records without one byte: there may be as many as there are numbers.
        return Columns(plan).sample(thing, rows=0, method=SampleMethod.ALL_ROWS, rows_total=0)
    blocks.find(schema.least, deadline)
    rows = _Rows(blocks, schema, plan, deadline)
    leaves = _Leaves(schema)
    for row in rows:
        leaves.add(row)
        if leaves.characters > SAMPLE_CHARACTERS:
            rows.cut = True
            break
    if blocks.torn and not leaves.rows:
        refuse(thing)
    return _told(leaves.columns(plan), rows, leaves.rows, thing)


def _told(columns: Columns, rows: "_Rows", count: int, thing: str) -> Sample:
    """The sample, true about what was not read."""
    blocks = rows.blocks
    is_short = rows.cut or rows.torn or blocks.cut or blocks.torn or count < rows.wanted
    method = SampleMethod.ALL_ROWS if rows.wanted == rows.total else SampleMethod.RANDOM_ROWS
    sample = columns.sample(
        thing,
        rows=count,
        method=SampleMethod.FIRST_ROWS if is_short and method is SampleMethod.ALL_ROWS else method,
        rows_total=None if blocks.cut or blocks.torn else rows.total,
    )
    if rows.torn or blocks.torn:
        sample.warn(Caveat.TORN)
    if rows.cut or blocks.cut:
        sample.warn(Caveat.CUT)
    return sample


class _Rows:
    """The chosen records: all of a small file, else some of blocks that lie all over it."""

    def __init__(self, blocks: Blocks, schema: Schema, plan: SamplePlan, deadline: float) -> None:
        self.blocks = blocks
        self._schema = schema
        self._deadline = deadline
        self._chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
        self.total = sum(blocks.counts)
        self.wanted = min(self.total, plan.rows)
        self.cut = self.torn = False

    def __iter__(self) -> Iterator[Any]:
        for number, places in self._chosen():
            yield from self._read(number, places)
            if self.cut:
                return

    def _read(self, number: int, places: Sequence[int]) -> Iterator[Any]:
        """The records of a block at these places, which ascend; what follows a damaged one is lost."""
        content = self.blocks.content(number)
        wanted = iter(places)
        place = next(wanted, None)
        for at in range(places[-1] + 1):
            if at % _BETWEEN_LOOKS == 0 and time.monotonic() > self._deadline:
                self.cut = True
                return
            try:
                record = self._schema.read(content)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - the parser raises anything, and quotes data in it
                self.torn = True
                return
            if at == place:
                yield record
                place = next(wanted, None)

    def _chosen(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Blocks, each with the places of the records chosen in it."""
        counts = self.blocks.counts
        if self.wanted == self.total:
            yield from ((number, range(count)) for number, count in enumerate(counts) if count)
            return
        numbers = self._some_blocks()
        starts = list(itertools.accumulate((counts[number] for number in numbers), initial=0))
        places: dict[int, list[int]] = {number: [] for number in numbers}
        for row in sorted(self._chance.sample(range(starts[-1]), self.wanted)):
            turn = bisect_right(starts, row) - 1
            places[numbers[turn]].append(row - starts[turn])
        yield from ((number, chosen) for number, chosen in places.items() if chosen)

    def _some_blocks(self) -> list[int]:
        """Blocks drawn by chance, enough of them, in the order in which they lie; large ones are drawn sooner."""
        counts = self.blocks.counts
        starts = list(itertools.accumulate(counts, initial=0))
        drawn = (bisect_right(starts, row) - 1 for row in self._chance.sample(range(self.total), self.wanted))
        numbers: list[int] = []
        rows = 0
        for number in dict.fromkeys(drawn):
            numbers.append(number)
            rows += counts[number]
            if len(numbers) >= FEWEST_BLOCKS and rows >= self.wanted:
                break
        return sorted(numbers)


@dataclass(slots=True)
class _Leaf:
    declared_type: str
    placed: list[tuple[int, str | None]] = field(default_factory=list, repr=False)


class _Leaves:
    """The values of records by the paths at which they stand, which the schema tells beforehand."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._leaves: dict[Path, _Leaf] = {}
        self.rows = self.characters = 0
        self._note(schema.parsed, ())

    def add(self, record: Any) -> None:
        """Add a record."""
        self._put(self._schema.parsed, (), record)
        self.rows += 1

    def columns(self, plan: SamplePlan) -> Columns:
        """All of them as columns."""
        columns = Columns(plan)
        for path, leaf in self._leaves.items():
            columns.put(path, leaf.placed, self.rows, leaf.declared_type)
        return columns

    def _note(self, kind: Any, path: Path) -> None:
        """Give every place that a type means its column."""
        for each, below in self._within(kind, path):
            if each is None:
                self._leaves.setdefault(below, _Leaf(_declared(self._schema.resolved(kind))))
            else:
                self._note(each, below)

    def _within(self, kind: Any, path: Path) -> Iterator[tuple[Any, Path]]:
        """What a type is made of and where; None stands for a value that does not nest."""
        kind = self._schema.resolved(kind)
        if isinstance(kind, list):
            yield from ((each, path) for each in kind if each != "null")
        elif _sort(kind) == "record":
            yield from ((each["type"], (*path, each["name"])) for each in kind["fields"])
        elif _sort(kind) == "array":
            yield kind["items"], (*path, Step.EACH)
        elif _sort(kind) == "map":
            yield "string", (*path, Step.STAR)
            yield kind["values"], self._of_values(kind, path)
        else:
            yield None, path

    def _of_values(self, kind: Mapping[str, Any], path: Path) -> Path:
        values = self._schema.resolved(kind["values"])
        branches = map(self._schema.resolved, values if isinstance(values, list) else [values])
        nests = any(_sort(each) in ("record", "array", "map") for each in branches)
        return (*path, Step.STAR) if nests else (*path, Step.STAR, Step.VALUE)

    def _put(self, kind: Any, path: Path, value: Any) -> None:
        if value is None:
            return
        kind = self._schema.resolved(kind)
        if isinstance(kind, list):
            self._put(self._branch(kind, value), path, value)
        elif isinstance(value, list):
            for each in value:
                self._put(kind["items"], (*path, Step.EACH), each)
        elif isinstance(value, dict):
            self._put_members(kind, path, value)
        else:
            self._put_text(path, _text(value))

    def _put_members(self, kind: Any, path: Path, value: Mapping[str, Any]) -> None:
        if _sort(kind) == "record":
            for each in kind["fields"]:
                self._put(each["type"], (*path, each["name"]), value.get(each["name"]))
            return
        below = self._of_values(kind, path)
        for key, each in value.items():
            self._put_text((*path, Step.STAR), key)
            self._put(kind["values"], below, each)

    def _put_text(self, path: Path, text: str) -> None:
        self.characters += len(text)
        self._leaves.setdefault(path, _Leaf("")).placed.append((self.rows, text))

    def _branch(self, kinds: Sequence[Any], value: Any) -> Any:
        """Which of several types a value is of, as far as it matters to where it is put."""
        if isinstance(value, list):
            return next(each for each in map(self._schema.resolved, kinds) if _sort(each) == "array")
        if not isinstance(value, dict):
            return kinds[0]
        nesting = [each for each in map(self._schema.resolved, kinds) if _sort(each) in ("record", "map")]
        names = [{one["name"] for one in each["fields"]} if _sort(each) == "record" else None for each in nesting]
        return nesting[names.index(set(value))] if set(value) in names else nesting[-1]


def _sort(kind: Any) -> str:
    """The word for a type that nests."""
    sort = str(kind["type"]) if isinstance(kind, dict) and isinstance(kind["type"], str) else ""
    return "record" if sort == "error" else sort


def _declared(kind: Any) -> str:
    """A type in the words of databases."""
    if not isinstance(kind, dict):
        return str(kind)
    logical = str(kind.get("logicalType", ""))
    if logical == "decimal":
        return f"decimal({kind.get('precision', 38)}, {kind.get('scale', 0)})"
    return re.sub(r"^local-|-(millis|micros|nanos)$", "", logical) or str(kind["type"])


def _text(value: Any) -> str:
    """A value as people would type it: whole numbers without ``.0``, days as ISO 8601, bytes where they are text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, bytes):
        text = value.decode("utf-8", AS_WINDOWS)
        return value.hex() if _CONTROL.search(text) else text
    if hasattr(value, "tzinfo"):
        value = value.replace(tzinfo=None)
    return value.isoformat(sep=" ") if hasattr(value, "date") else str(value)
