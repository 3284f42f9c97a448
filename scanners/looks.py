"""One pass over a column's values: how many, how many distinct, of what kinds. Holds values, so it never leaves."""

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from scanners import lexicons
from scanners.shapes import shape_of

_FLAGS = frozenset({"0", "1", "y", "n", "yes", "no", "t", "f", "true", "false", "x", "si", "sí"})
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

    Parameters:
        values: all sampled values of the column.
    """

    __slots__ = ("counts", "filled", "rows", "shapes", "sorts")

    def __init__(self, values: Iterable[str | None]) -> None:
        self.counts: Counter[str] = Counter()
        self.rows = 0
        for value, count in Counter(values).items():
            self.rows += count
            clean = _clean(value)
            if clean:
                self.counts[clean] += count
        self.filled = sum(self.counts.values())
        self.shapes = {value: shape_of(value) for value in self.counts if len(value) <= _PROSE_CHARS}
        self.sorts: Counter[Sort] = Counter()
        for shape, count in self.shape_counts().items():
            self.sorts[_sort_of_shape(shape)] += count
        if len(self.shapes) < len(self.counts):
            self.sorts[Sort.PROSE] += self.filled - self.sorts.total()

    def __repr__(self) -> str:
        return f"<Look: {self.filled} of {self.rows} filled>"

    def shape_counts(self) -> Counter[str]:
        """How many rows have each shape; long texts have none."""
        counts: Counter[str] = Counter()
        for value, shape in self.shapes.items():
            counts[shape] += self.counts[value]
        return counts

    def fewer(self, limit: int) -> "Look":
        """The same column with at most ``limit`` distinct values, for what need not see every one."""
        if len(self.counts) <= limit:
            return self
        return Look(value for value in self.some(limit) for _ in range(self.counts[value]))

    def sort_of(self, value: str) -> Sort:
        """What one of the column's values is made of."""
        shape = self.shapes.get(value)
        return Sort.PROSE if shape is None else _sort_of_shape(shape)

    def share(self, *sorts: Sort) -> float:
        """Share of the filled rows that are of these sorts."""
        return sum(self.sorts[sort] for sort in sorts) / self.filled if self.filled else 0.0

    @property
    def is_flag(self) -> bool:
        """Whether the column answers yes or no."""
        held = {value.lower() for value in self.counts}
        return 0 < len(held) <= 3 and held <= _FLAGS and not held & _LETTER_FLAGS - {"f"} - {"t"}

    def tally(self, values: Iterable[str]) -> tuple[int, int]:
        """Rows and distinct values among ``values``."""
        held = list(values)
        return sum(self.counts[value] for value in held), len(held)

    def some(self, limit: int = 20) -> list[str]:
        """At most ``limit`` distinct values, spread over the column, the same ones each time."""
        held = list(self.counts)
        step = max(1, len(held) // limit)
        return held[::step][:limit]


def _clean(value: str | None) -> str:
    if value is None:
        return ""
    text = value.strip().strip('"')
    if text.lower() in lexicons.phrases("blank"):
        return ""
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text


@lru_cache(maxsize=8192)
def _sort_of_shape(shape: str) -> Sort:
    for pattern, sort in _PATTERNS:
        if pattern.fullmatch(shape):
            return sort
    if shape.count(" ") >= _PROSE_WORDS:
        return Sort.PROSE
    has_digit = "9" in shape
    if "A" in shape or "a" in shape:
        return Sort.MIXED if has_digit else Sort.WORDS
    return Sort.MIXED if has_digit else Sort.OTHER
