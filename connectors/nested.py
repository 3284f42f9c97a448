"""Columns of a database whose cells are JSON, as the columns named by paths that the same records in a file would be.

``profile`` becomes ``profile.email``, ``contacts`` becomes ``contacts[].name``; an object whose keys are data becomes
``*``. Keys that are data, lists and depth are treated in :mod:`connectors.files.spread`.
"""

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from catalog.errors import DatasetError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Column
from catalog.ports import SamplePlan
from connectors.files.columns import Columns
from connectors.files.delimited import Binary
from connectors.files.json_text import DECODER, Json, Object, Reader
from connectors.files.spread import Spread
from connectors.files.table import MOST_COLUMNS

JSON_CHARACTERS = 65_536
"""So many characters of a cell are worth asking for where it holds JSON: cut at ``SamplePlan.cell_chars`` as other
cells are, much of it would be torn. What is torn all the same is read as far as it goes."""

_MOST_CHARACTERS = 8_000_000
_NEARLY_ALL = 0.9
_OPENINGS = ("{", "[")


@dataclass(frozen=True, slots=True)
class Widened:
    """Columns of a sample with JSON as paths; ``caveats`` say why something was left out or misread.

    A column of lists holds every value of every list, so it may be longer than there are rows: ``Sample`` needs to be
    told its ``rows``.
    """

    columns: Sequence[ColumnSchema]
    values: Sequence[Column] = field(repr=False)
    caveats: frozenset[Caveat] = frozenset()


def widened(
    columns: Sequence[ColumnSchema], values: Sequence[Column], places: Collection[int], plan: SamplePlan, *, rows: int
) -> Widened:
    """Replace each column of JSON texts by its paths, in its place; all others stay as they are.

    A column of which only some texts are objects or lists stays text, cut at ``plan.cell_chars``. The key of a path is
    the column's key (its name where it has none) and what the path adds to the column's name.

    Parameters:
        columns: all columns of the sample, in order.
        values: their texts.
        places: the positions of the columns declared to hold JSON, read with up to :data:`JSON_CHARACTERS` a cell.
        rows: rows in the sample.
    """
    made: list[ColumnSchema] = []
    texts: list[Column] = []
    caveats: frozenset[Caveat] = frozenset()
    room = max(MOST_COLUMNS - len(columns), 0)
    for place, (column, held) in enumerate(zip(columns, values, strict=True)):
        wide = _paths(column, _listed(held), plan, rows) if place in places else Widened([column], [held])
        kept = min(len(wide.columns), room + 1)
        room -= kept - 1
        caveats |= wide.caveats | ({Caveat.TOO_WIDE} if kept < len(wide.columns) else frozenset())
        made += wide.columns[:kept]
        texts += wide.values[:kept]
    return Widened([replace(column, position=place) for place, column in enumerate(made)], texts, caveats)


def _listed(values: Column) -> Sequence[str | None]:
    return values if isinstance(values, Sequence) else values.to_pylist()


def _paths(column: ColumnSchema, texts: Sequence[str | None], plan: SamplePlan, rows: int) -> Widened:
    parsed = _Parsed(texts, plan)
    nesting = sum(1 for _, value in parsed.placed if isinstance(value, list | Object))
    if not parsed.placed or 0 < nesting < _NEARLY_ALL * len(parsed.placed):
        return _as_text(column, texts, plan)
    columns = Columns(plan)
    try:
        Spread(columns, "").put((column.name,), parsed.placed, rows)
        sample = columns.sample("", rows=rows, method=SampleMethod.ALL_ROWS, rows_total=None)
    except DatasetError:
        # Nested deeper than anything honest.
        return _as_text(column, texts, plan)
    found = [sample.column(place) for place in range(len(sample.columns))]
    return Widened([_named(column, path) for path in sample.columns], found, sample.caveats | parsed.caveats)


def _named(column: ColumnSchema, path: ColumnSchema) -> ColumnSchema:
    if path.key == column.name:
        return column
    # A comment on the whole would be taken for one on each of its parts.
    return replace(path, key=(column.key or column.name) + path.key.removeprefix(column.name))


def _as_text(column: ColumnSchema, texts: Sequence[str | None], plan: SamplePlan) -> Widened:
    cut = [text and text[: plan.cell_chars] for text in texts]
    return Widened([column], [cut])


class _Parsed:
    """Texts as values, each with the number of its row; ``caveats`` say why some were not read to their end.

    Objects of Python take up to twenty times the room of their text, so of many long texts each is cut to a fair part.
    """

    def __init__(self, texts: Sequence[str | None], plan: SamplePlan) -> None:
        self._plan = plan
        self.caveats: frozenset[Caveat] = frozenset()
        held = [(row, text) for row, text in enumerate(texts) if text]
        is_much = sum(len(text) for _, text in held) > _MOST_CHARACTERS
        most = _MOST_CHARACTERS // len(held) if is_much else JSON_CHARACTERS
        values = ((row, self._value(text[:most], is_cut=len(text) >= most)) for row, text in held)
        self.placed = [(row, value) for row, value in values if value is not None]

    def _value(self, text: str, *, is_cut: bool) -> Json:
        try:
            value: Json = DECODER.decode(text)
        except RecursionError:
            return text
        except ValueError:
            return self._torn_value(text, is_cut=is_cut) if text.lstrip().startswith(_OPENINGS) else text
        return value

    def _torn_value(self, text: str, *, is_cut: bool) -> Json:
        try:
            stream: Binary = io.BufferedReader(io.BytesIO(text.encode("utf-8", "replace")))
            values = Reader(stream, "", self._plan, "").values()
        except DatasetError:
            return text
        self.caveats |= {Caveat.CUT if is_cut else Caveat.TORN}
        return values[0] if len(values) == 1 else text
