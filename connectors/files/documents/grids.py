"""Tables as documents lay them out: a cell that spans columns or rows says the same at each of its places."""

from connectors.files.documents.passages import Gathering, Rows
from connectors.files.table import MOST_COLUMNS

_MOST_ACROSS = 1000
_MOST_DOWN = 65_534


class Grid:
    """A table whose cells come one after the other; ``rows`` are those that are complete."""

    def __init__(self, into: Gathering) -> None:
        self.rows = Rows(into.plan)
        self._into = into
        self._row: list[str] | None = None
        self._above: list[str] = []
        # What hangs down into this row and into the next, with the rows it hangs down further.
        self._hanging: dict[int, tuple[str, int]] = {}
        self._next: dict[int, tuple[str, int]] = {}

    def open_row(self) -> None:
        """Begin a row; the one before is complete."""
        self.close_row()
        self._row = []

    def close_row(self) -> None:
        """Complete the row, if one has begun; what hangs down beyond its own cells is part of it."""
        if self._row is None:
            return
        self._fill()
        while self._hanging and max(self._hanging) >= len(self._row) and self._into.may_span():
            self._row.append("")
            self._fill()
        self.rows.add(self._row)
        self._above, self._row = self._row, None
        self._hanging, self._next = self._next, {}

    def cell(self, text: str, across: int = 1, down: int = 1) -> None:
        """Add a cell, which spans so many columns, as far as they are free, and rows."""
        if self._row is None:
            self._row = []
        self._fill()
        start = len(self._row)
        end = min(start + max(1, min(across, _MOST_ACROSS)), MOST_COLUMNS + 1)
        for place in range(start, end):
            if place in self._hanging or (place > start and not self._into.may_span()):
                break
            self._put(text, down - 1)

    def cell_as_above(self, across: int = 1) -> None:
        """Add a cell that goes on with the one above it."""
        place = len(self._row or ())
        self.cell(self._above[place] if place < len(self._above) else "", across)

    def cell_as_before(self) -> None:
        """Add a cell that goes on with the one to its left."""
        self.cell(self._row[-1] if self._row else "")

    def _fill(self) -> None:
        """Add what hangs down from rows above at the places that follow."""
        while self._row is not None and len(self._row) in self._hanging and self._into.may_span():
            self._put(*self._hanging.pop(len(self._row)))

    def _put(self, text: str, rows_left: int) -> None:
        """Add a text at the next place, and for so many rows below."""
        if self._row is None:
            return
        if rows_left > 0:
            self._next[len(self._row)] = (text, min(rows_left, _MOST_DOWN) - 1)
        self._row.append(text)
