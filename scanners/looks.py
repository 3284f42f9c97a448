"""One pass over a column's values: how many, how many distinct, of what kinds. Holds values, so it never leaves."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache

import numpy as np

from catalog.model.sample import Column
from scanners import arrays
from scanners.shapes import MANY_SHAPES

_FLAGS = frozenset({"0", "1", "y", "n", "yes", "no", "t", "f", "true", "false", "x", "si", "sí"})
_MOST_FLAGS = 12
_LETTER_FLAGS = frozenset({"m", "f", "u"})
_MONTH = r"(?:Aaa|AAA|aaa|A?a{3,9})"
_DATE = re.compile(
    rf"9{{4}}[-/.]9{{1,2}}[-/.]9{{1,2}}(?:[T ].*|A.*)?|9{{1,2}}[-/.]9{{1,2}}[-/.](?:9{{4}}|99)(?: .*)?"
    rf"|9{{1,2}}[- ]{_MONTH}[- ,]{{1,2}}(?:9{{4}}|99)(?: .*)?|{_MONTH}\.? 9{{1,2}},? 9{{4}}(?: .*)?"
)
_NUMBER = re.compile(r"[-+]?\$?[-+]?9{1,3}(?:,9{3})+(?:\.9+)?|[-+(]?\$? ?[-+]?9+\)?")
_DECIMAL = re.compile(r"[-+(]?\$? ?[-+]?(?:9{1,3}(?:,9{3})+|9*)\.9+(?:[Ee][-+]?9+)?\)?%?|9+%")
_TIME = re.compile(r"9{1,2}:99(?::99(?:\.9+)?)?(?: ?[AaPp]\.?[AaMm]\.?)?")
_PROSE_CHARS = 60
_PROSE_WORDS = 9


class Sort(StrEnum):
    """What a value is made of."""

    NUMBER = "plain numbers"
    DECIMAL = "decimal numbers"
    DATE = "dates"
    TIME = "times"
    WORDS = "words"
    MIXED = "letters and digits"
    PROSE = "prose"
    OTHER = "signs"


_PATTERNS = ((_DATE, Sort.DATE), (_NUMBER, Sort.NUMBER), (_DECIMAL, Sort.DECIMAL), (_TIME, Sort.TIME))


class Look:
    """What one column holds: distinct values with their counts, and the sorts of value.

    The values stay in Arrow memory; what is asked of all of them is asked of their shapes, which are few.

    Parameters:
        values: all sampled values of the column, as a list or an Arrow array of strings.
    """

    def __init__(self, values: Column | Iterable[str | None]) -> None:
        ((texts, row_counts, rows),) = arrays.distinct([values])
        self._hold(texts, row_counts, rows, *arrays.shapes([texts], _PROSE_CHARS)[0])

    def _hold(
        self, texts: arrays.Texts, row_counts: arrays.Numbers, rows: int, numbers: arrays.Places, outlines: list[str]
    ) -> "Look":
        self.texts, self.row_counts, self.rows = texts, row_counts, rows
        self.filled = int(row_counts.sum())
        #: The number of each value's shape (-1 where it is too long for one), and the distinct shapes.
        self.numbers, self.outlines = numbers, outlines
        return self

    @classmethod
    def together(cls, columns: Sequence[Column | Iterable[str | None]]) -> list["Look"]:
        """Look at all columns of a table, in a fraction of the time that one after the other takes."""
        held = arrays.distinct(columns)
        drawn = arrays.shapes([texts for texts, *_ in held], _PROSE_CHARS)
        return [cls.__new__(cls)._hold(*one, *shapes) for one, shapes in zip(held, drawn, strict=True)]

    def __repr__(self) -> str:
        return f"<Look: {self.filled} of {self.rows} filled>"

    @cached_property
    def counts(self) -> Counter[str]:
        """The distinct values and their rows: Python's own texts, so only for what cannot ask for less."""
        return Counter(dict(zip(self.texts.to_pylist(), self.row_counts.tolist(), strict=True)))

    @cached_property
    def shapes(self) -> dict[str, str]:
        """The shapes of the values that are not too long for one."""
        pairs = zip(self.texts.to_pylist(), self.numbers.tolist(), strict=True)
        return {value: self.outlines[number] for value, number in pairs if number >= 0}

    @cached_property
    def sorts(self) -> Counter[Sort]:
        """How many rows are of each sort."""
        sorts: Counter[Sort] = Counter()
        for sort, count in zip(self._sorts_of_shapes, self.shape_counts().values(), strict=True):
            sorts[sort] += count
        if sorts.total() < self.filled:
            sorts[Sort.PROSE] += self.filled - sorts.total()
        return sorts

    @cached_property
    def _sorts_of_shapes(self) -> list[Sort]:
        return list(map(sort_of_shape, self.outlines))

    @property
    def mean_length(self) -> float:
        """How many bytes a distinct value has on average."""
        starts, ends, _ = arrays.parts(self.texts)
        return int(ends[-1] - starts[0]) / len(self.texts) if len(self.texts) else 0.0

    @property
    def distinct(self) -> int:
        """How many distinct values there are."""
        return len(self.texts)

    def shape_counts(self) -> Counter[str]:
        """How many rows have each shape; long texts have none."""
        return self._shape_counts[0]

    def shape_tallies(self) -> Iterator[tuple[str, int, int]]:
        """Each shape with its rows and its distinct values."""
        rows, distinct = self._shape_counts
        return zip(self.outlines, rows.values(), distinct, strict=True)

    @cached_property
    def _shape_counts(self) -> tuple[Counter[str], list[int]]:
        if len(self.outlines) == 1 and self.numbers.min() == 0:
            return Counter({self.outlines[0]: self.filled}), [self.distinct]
        # Long texts, of number -1, are counted in the place before the first.
        rows = np.bincount(self.numbers + 1, self.row_counts, len(self.outlines) + 1)[1:].astype(np.int64)
        distinct = np.bincount(self.numbers + 1, minlength=len(self.outlines) + 1)[1:]
        return Counter(dict(zip(self.outlines, rows.tolist(), strict=True))), distinct.tolist()

    def distinct_of(self, sort: Sort) -> int:
        """How many distinct values are of a sort."""
        short = sum(
            count for each, count in zip(self._sorts_of_shapes, self._shape_counts[1], strict=True) if each is sort
        )
        return short + (int((self.numbers < 0).sum()) if sort is Sort.PROSE else 0)

    @property
    def ending_sentences(self) -> int:
        """How many distinct values end with a full stop or its like."""
        return arrays.ending_sentences(self.texts)

    def counts_of(self, holds: Callable[[str], bool]) -> dict[str, int]:
        """The distinct values, with their rows, whose shape says so, and all those too long for a shape."""
        # The last place is for the number -1, which too long ones have.
        chosen = np.array([*map(holds, self.outlines), True])[self.numbers]
        if not chosen.any():
            return {}
        return dict(zip(self.texts.filter(chosen).to_pylist(), self.row_counts[chosen].tolist(), strict=True))

    def places_of(self, numbers: Sequence[int]) -> arrays.Numbers:
        """The places, among the distinct values, of those of some shapes."""
        # One more place than there are shapes: the number -1 of long texts is the last.
        chosen = np.zeros(len(self.outlines) + 1, dtype=bool)
        chosen[numbers] = True
        return np.flatnonzero(chosen[self.numbers])

    def of_shape(self, number: int) -> list[str]:
        """The distinct values of one shape, by its number in ``outlines``."""
        found: list[str] = self.texts.filter(self.numbers == number).to_pylist()
        return found

    def fewer(self, limit: int) -> "Look":
        """The same column with at most ``limit`` distinct values, for what need not see every one."""
        if self.distinct <= limit:
            return self
        if limit not in self._fewer:
            self._fewer[limit] = self._part(self._spread(limit))
        return self._fewer[limit]

    def only(self, sort: Sort) -> "Look":
        """What is of one sort, as if the column held nothing else."""
        chosen = [number for number, each in enumerate(self._sorts_of_shapes) if each is sort]
        return self._part(self.places_of(chosen))

    def _part(self, places: arrays.Numbers) -> "Look":
        kept: dict[int, int] = {-1: -1}
        numbers = [kept.setdefault(number, len(kept) - 1) for number in self.numbers[places].tolist()]
        outlines = [self.outlines[number] for number in kept if number >= 0]
        counts = self.row_counts[places]
        part = Look.__new__(Look)
        return part._hold(
            arrays.taken(self.texts, places), counts, int(counts.sum()), np.array(numbers, np.int32), outlines
        )

    @cached_property
    def _fewer(self) -> dict[int, "Look"]:
        return {}

    def sort_of(self, value: str) -> Sort:
        """What one of the column's values is made of."""
        shape = self.shapes.get(value)
        return Sort.PROSE if shape is None else sort_of_shape(shape)

    def share(self, *sorts: Sort) -> float:
        """Share of the filled rows that are of these sorts."""
        return sum(self.sorts[sort] for sort in sorts) / self.filled if self.filled else 0.0

    @cached_property
    def is_flag(self) -> bool:
        """Whether the column answers yes or no."""
        if self.distinct > _MOST_FLAGS:
            return False
        held = {value.lower() for value in self.counts}
        return 0 < len(held) <= 3 and held <= _FLAGS and not held & _LETTER_FLAGS - {"f"} - {"t"}

    def tally(self, values: Iterable[str]) -> tuple[int, int]:
        """Rows and distinct values among ``values``."""
        held = list(values)
        return sum(self.counts[value] for value in held), len(held)

    def some(self, limit: int = 20) -> list[str]:
        """At most ``limit`` distinct values, spread over the column, the same ones each time."""
        if limit not in self._some:
            self._some[limit] = arrays.at(self.texts, self._spread(limit))
        return self._some[limit]

    @cached_property
    def _some(self) -> dict[int, list[str]]:
        return {}

    def _spread(self, limit: int) -> arrays.Numbers:
        return np.arange(0, self.distinct, max(1, self.distinct // limit))[:limit]


@lru_cache(maxsize=MANY_SHAPES)
def sort_of_shape(shape: str) -> Sort:
    """What values of a shape are made of."""
    for pattern, sort in _PATTERNS:
        if pattern.fullmatch(shape):
            return sort
    if shape.count(" ") >= _PROSE_WORDS:
        return Sort.PROSE
    has_digit = "9" in shape
    if "A" in shape or "a" in shape:
        return Sort.MIXED if has_digit else Sort.WORDS
    return Sort.MIXED if has_digit else Sort.OTHER
