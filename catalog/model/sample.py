"""The only holder of values: bounded, silent in ``repr``, refusing to be pickled, cleared when done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import NoReturn, Protocol, Self

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema


class ArrowColumn(Protocol):
    """A column of texts in Arrow memory, which this package hands on without looking at it."""

    def __len__(self) -> int:
        """How many values there are."""

    def to_pylist(self) -> list[str | None]:
        """The values as Python's own."""

    @property
    def nbytes(self) -> int:
        """Bytes they take."""


Column = Sequence[str | None] | ArrowColumn


class Sample:
    """Some rows of one dataset, column by column, as text (None where the source has no value).

    Parameters:
        columns: the columns, in order.
        values: one column of texts each, as a sequence or in Arrow memory, all of the same length unless ``rows`` is
            given.
        method: how the rows were chosen.
        rows_total: rows in the dataset where known.
        header_is_first_row: True when the names were taken from the first row of a file, which may be data.
        rows: rows held, where a column of lists has several values a row and others have none of their own.
        draws: independent draws among the rows; all rows where None.
        oldest: rows held that were taken from the old end, besides those drawn.
        newest: the same from the new end.
        caveats: why this is only a part, or may be misread.
        inner: tables inside a document, each judged as a table of its own.
    """

    __slots__ = (
        "_rows",
        "_values",
        "caveats",
        "columns",
        "draws",
        "header_is_first_row",
        "inner",
        "method",
        "newest",
        "oldest",
        "rows_total",
    )

    def __init__(
        self,
        columns: Sequence[ColumnSchema],
        values: Sequence[Column],
        *,
        method: SampleMethod,
        rows_total: int | None = None,
        header_is_first_row: bool = False,
        rows: int | None = None,
        draws: int | None = None,
        oldest: int = 0,
        newest: int = 0,
        caveats: frozenset[Caveat] = frozenset(),
        inner: Sequence["Inner"] = (),
    ) -> None:
        if len(columns) != len(values) or (rows is None and len({len(column) for column in values}) > 1):
            raise ValueError("a sample needs one sequence of the same length per column")
        self.columns = tuple(columns)
        self._values = tuple(values)
        self._rows = rows
        self.method = method
        self.rows_total = rows_total
        self.caveats = caveats
        self.inner = tuple(inner)
        self.header_is_first_row = header_is_first_row
        self.draws = draws
        self.oldest = oldest
        self.newest = newest

    @property
    def partly(self) -> bool:
        """Whether something could not be read, or may be misread."""
        return bool(self.caveats)

    @property
    def row_count(self) -> int:
        """Rows held."""
        if not self._values:
            return 0
        return len(self._values[0]) if self._rows is None else self._rows

    def column(self, position: int) -> Column:
        """The column at ``position`` (0-based), as its connector gave it."""
        return self._values[position]

    def values(self, position: int) -> Sequence[str | None]:
        """The values of the column at ``position`` (0-based) as Python's own texts."""
        column = self._values[position]
        return column if isinstance(column, Sequence) else column.to_pylist()

    def __repr__(self) -> str:
        return f"<Sample: {len(self.columns)} columns, {self.row_count} rows>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Sample never leaves its process")

    def warn(self, *caveats: Caveat) -> None:
        """Note why it is only a part, or may be misread."""
        self.caveats |= frozenset(caveats)

    def clear(self) -> None:
        """Let the values go."""
        self._values = ()
        for each in self.inner:
            each.sample.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()


@dataclass(frozen=True, slots=True)
class Inner:
    """A table inside a document: ``label`` is in our words, such as "table 2" or "attachment 1"."""

    label: str
    sample: Sample = field(repr=False)
