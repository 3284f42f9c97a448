"""JSON, JSON Lines and GeoJSON as the rows and columns of one dataset.

Every place a value can stand in is a column, named by its path (see :mod:`connectors.files.columns`). The rows are the
elements of the largest array of objects, wherever objects lead to it, or the members of an object whose keys are data;
whatever stands beside is looked at too. An array of arrays is a table with a header, as in delimited text.
"""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.columns import Columns, Path, Step
from connectors.files.delimited import Binary
from connectors.files.geometry import is_geometry
from connectors.files.json_text import Chosen, Json, Nothing, Object, Reader
from connectors.files.maplike import keys_are_data
from connectors.files.spread import Spread, seen_of, text_of
from connectors.files.table import sample_of
from connectors.rows import choose

ENDINGS = (".json", ".jsonl", ".ndjson", ".geojson")


def sample_json(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:
    """Read a bounded, seeded sample of a JSON file.

    Raises:
        DatasetError: when it is no JSON, holds nothing or is nested too deep.
    """
    binary: Binary = gzip.GzipFile(fileobj=stream) if name.lower().endswith(".gz") else stream
    reader = Reader(binary, name, plan, thing)
    values = reader.values()
    if not values and (reader.torn or reader.spoiled or reader.cut):
        raise reader.unreadable()
    document = values[0] if values.seen == 1 else values
    try:
        if isinstance(document, list) and document and all(map(_is_row, document)):
            return _told(_table(document, plan, thing), reader)
        return _told(_Parts(plan, thing).sample(document), reader)
    except DatasetError as error:
        if error.reason is SkipReason.EMPTY and (reader.torn or reader.spoiled or reader.cut):
            raise reader.unreadable() from None
        raise


def _told(sample: Sample, reader: Reader) -> Sample:
    """The sample, true about what was not read."""
    is_short = reader.torn or reader.cut
    if reader.torn or reader.spoiled:
        sample.warn(Caveat.TORN)
    if reader.cut or reader.squeezed:
        sample.warn(Caveat.CUT)
    if not reader.is_certain:
        sample.warn(Caveat.ENCODING)
    if is_short:
        sample.rows_total = None
        if sample.method is SampleMethod.ALL_ROWS:
            sample.method = SampleMethod.RANDOM_ROWS if reader.excerpted else SampleMethod.FIRST_ROWS
    return sample


def _is_row(value: Json) -> bool:
    return isinstance(value, list) and not any(isinstance(cell, list | Object) for cell in value)


def _table(records: list[Json], plan: SamplePlan, thing: str) -> Sample:
    """The sample of an array of arrays: the first is the header, even where it was not chosen."""
    first = records.first if isinstance(records, Chosen) else records[0]
    rows = [first, *(record for record in records if record is not first)]
    sample = sample_of(([text_of(cell) or "" for cell in row] for row in rows if isinstance(row, list)), plan, thing)
    if (seen := seen_of(records)) > len(records):
        sample.rows_total, sample.method = seen - 1, SampleMethod.RANDOM_ROWS
    return sample


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows that stand at one place of a file: ``seen`` of them, of which these are some."""

    path: Path
    rows: Sequence[Json] = field(repr=False)
    seen: int
    keys: Sequence[str] | None = field(default=None, repr=False)


class _Parts:
    """Takes a file apart into the rows that stand at its places, and spreads these over columns."""

    def __init__(self, plan: SamplePlan, thing: str) -> None:
        self._plan = plan
        self._thing = thing
        self._columns = Columns(plan)
        self._spread = Spread(self._columns, thing)

    def sample(self, document: Json) -> Sample:
        """The sample of a whole file."""
        parts: list[_Part] = []
        rest = self._without_parts((), document, parts)
        if not isinstance(rest, Nothing):
            parts.append(_Part((), [rest], 1))
        for part in parts:
            self._spread_part(part)
        main = max(parts, key=lambda part: part.seen)
        rows = min(len(main.rows), self._plan.rows)
        return self._columns.sample(
            self._thing,
            rows=rows,
            method=SampleMethod.ALL_ROWS if rows == main.seen else SampleMethod.RANDOM_ROWS,
            rows_total=main.seen,
        )

    def _without_parts(self, path: Path, value: Json, parts: list[_Part]) -> Json | Nothing:
        """What is left of a value when its arrays of objects and its objects of data keys are taken out as parts."""
        self._spread.check_depth(path)
        if isinstance(value, list) and (not path or any(isinstance(each, list | Object) for each in value)):
            parts.append(_Part((*path, Step.EACH) if path else (), value, seen_of(value)))
            return Nothing()
        if not isinstance(value, Object) or is_geometry(value):
            return value
        if keys_are_data([value]):
            keys = [key for key, _ in value]
            parts.append(_Part((*path, Step.STAR), [each for _, each in value], seen_of(value), keys))
            return Nothing()
        self._spread.note_choice([value])
        left = [(key, self._without_parts((*path, key), each, parts)) for key, each in value]
        rest = Object((key, each) for key, each in left if not isinstance(each, Nothing))
        return rest if rest or not value else Nothing()

    def _spread_part(self, part: _Part) -> None:
        chosen, _ = choose(range(len(part.rows)), self._plan.rows, self._plan.seed)
        rows = [(number, part.rows[place]) for number, place in enumerate(chosen)]
        if part.keys is None:
            self._spread.put(part.path, rows, len(rows))
        else:
            self._columns.put(part.path, [(row, part.keys[place]) for row, place in enumerate(chosen)], len(rows))
            self._spread.put_members(part.path, rows, len(rows))
