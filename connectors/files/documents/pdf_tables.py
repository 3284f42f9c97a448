"""Ruled tables on the pages of a PDF, through pdfplumber: a help, without which the text is there all the same."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any, cast

import pdfplumber.pdf

from connectors.files.delimited import Binary
from connectors.files.documents.passages import LINE_BROKE, Gathering, Rows

_SHARE_OF_TIME = 0.6
"""It takes several times as long as reading the text, which goes first."""

_MOST_PAGES = 5000
"""All pages are opened to reach one."""

# It says in its log what it stumbles over, which is data.
for _name in ("pdfminer", "pdfplumber"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Tables:
    """The tables of a document, those that go on from page to page as one."""

    def __init__(self, stream: Binary, pages: int, into: Gathering) -> None:
        self._stream = stream
        self._into = into
        self._document: Any = None
        self._has_failed = pages > _MOST_PAGES
        self._open: _Table | None = None
        self._ready: list[str] = []

    def of(self, number: int) -> Sequence[str] | None:
        """Take the tables of a page, and give back the lines of text around them; None where there are none."""
        if self._has_failed or self._into.time_left < 1 - _SHARE_OF_TIME:
            return None
        try:
            return self._of(number)
        except (MemoryError, *LINE_BROKE):
            raise
        except Exception:  # noqa: BLE001 - the parser raises anything, and quotes data in it
            self._has_failed = True
            return None

    def ready(self) -> list[str]:
        """What looked like tables and was text, which is then the caller's."""
        ready, self._ready = self._ready, []
        return ready

    def rest(self) -> Iterator[str]:
        """Complete the last table."""
        self._complete()
        yield from self.ready()

    def close(self) -> None:
        """Let the document go."""
        if self._document is not None:
            self._document.close()

    def _of(self, number: int) -> Sequence[str] | None:
        if self._document is None:
            # The stream is the caller's, who closes it.
            self._document = pdfplumber.pdf.PDF(cast("Any", self._stream))
        page = self._document.pages[number]
        try:
            found = page.find_tables()
            if not found:
                return None
            for table in found:
                self._take(number, table)
            boxes = [table.bbox for table in found]
            text: str = page.filter(lambda thing: not _is_within(thing, boxes)).extract_text()
            return text.splitlines()
        finally:
            page.close()

    def _take(self, number: int, table: Any) -> None:
        edges = tuple(round(cell[0]) for cell in table.rows[0].cells if cell)
        rows = [[cell or "" for cell in row] for row in table.extract()]
        if self._open is None or not self._open.goes_on(number, edges):
            self._complete()
            self._open = _Table(self._into, edges)
        self._open.add(number, rows)

    def _complete(self) -> None:
        if self._open is not None:
            self._ready.extend(self._into.table(self._open.rows))
            self._open = None


class _Table:
    """A table that may go on on the next page, where its columns begin at the same places."""

    def __init__(self, into: Gathering, edges: tuple[int, ...]) -> None:
        self.rows = Rows(into.plan)
        self._edges = edges
        self._page = -1
        self._header: list[str] = []

    def goes_on(self, number: int, edges: tuple[int, ...]) -> bool:
        """Whether a table of that page is more of this one."""
        return edges == self._edges and number == self._page + 1

    def add(self, number: int, rows: Sequence[list[str]]) -> None:
        """Add the rows of one page; a header said again on it is not another row."""
        if self._page < 0 and rows:
            self._header = rows[0]
        elif rows and rows[0] == self._header:
            rows = rows[1:]
        for row in rows:
            self.rows.add(row)
        self._page = number


def _is_within(thing: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    across, down = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return any(left <= across <= right and top <= down <= bottom for left, top, right, bottom in boxes)
