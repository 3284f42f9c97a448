"""Tables as documents lay them out: a cell that spans columns or rows says the same at each of its places."""

from catalog.ports import SamplePlan
from connectors.files.documents.passages import Rows
from connectors.files.table import MOST_COLUMNS

_MOST_ACROSS = 1000
_MOST_DOWN = 65_534


class Grid:
    """A table whose cells come one after the other; ``rows`` are those that are complete."""

    def __init__(self, plan: SamplePlan) -> None:
        self.rows = Rows(plan)
        self._row: list[str] | None = None
        self._above: list[str] = []
        self._hanging: dict[int, tuple[str, int]] = {}

    def open_row(self) -> None:
        """Begin a row; the one before is complete."""
        self.close_row()
        self._row = []

    def close_row(self) -> None:
        """Complete the row, if one has begun."""
        if self._row is None:
            return
        self._fill()
        self.rows.add(self._row)
        self._above, self._row = self._row, None

    def cell(self, text: str, across: int = 1, down: int = 1) -> None:
        """Add a cell, which spans so many columns and rows."""
        if self._row is None:
            self._row = []
        self._fill()
        start = len(self._row)
        places = range(start, min(start + max(1, min(across, _MOST_ACROSS)), MOST_COLUMNS + 1))
        self._row.extend(text for _ in places)
        if down > 1:
            self._hanging |= dict.fromkeys(places, (text, min(down, _MOST_DOWN) - 1))

    def cell_as_above(self, across: int = 1) -> None:
        """Add a cell that goes on with the one above it."""
        place = len(self._row or ())
        self.cell(self._above[place] if place < len(self._above) else "", across)

    def cell_as_before(self) -> None:
        """Add a cell that goes on with the one to its left."""
        self.cell(self._row[-1] if self._row else "")

    def _fill(self) -> None:
        """Add what hangs down from rows above at the places that follow."""
        row = self._row if self._row is not None else []
        while (place := len(row)) in self._hanging:
            text, left = self._hanging.pop(place)
            row.append(text)
            if left > 1:
                self._hanging[place] = (text, left - 1)
