"""What the XML of Word and PowerPoint says, told by its tags as they come.

Both write paragraphs of runs and tables of rows of cells, under the same names in different name spaces.
"""

import xml.sax
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from connectors.files.documents.grids import Grid
from connectors.files.documents.passages import Gathering

_DEEPEST = 1000
_MOST_AUTHORS = 1000
_TEXT = frozenset({"t", "delText", "text"})
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_YES = frozenset({"1", "true", "on"})


class TooDeep(xml.sax.SAXException):
    """Levels take memory within the parser, so there are not more of them than anybody needs."""


class Levels(ContentHandler):
    """Counts the levels of a part, to refuse too many."""

    def __init__(self) -> None:
        super().__init__()
        self._level = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802, ARG002 - the parser's name for it
        """A tag begins."""
        self._level += 1
        if self._level > _DEEPEST:
            raise TooDeep("too deep")

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002 - the parser's name for it
        """A tag ends."""
        self._level -= 1


class _Paragraph:
    """A paragraph that has begun. What was deleted and is still there, as a tracked change, is kept apart."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.deleted: list[str] = []


class _Table:
    """A table that has begun, and the cell in it that has."""

    def __init__(self, into: Gathering) -> None:
        self.grid = Grid(into)
        self.cell: list[str] | None = None
        self.across = 1
        self.goes_on = ""

    def open_cell(self, attributes: AttributesImpl) -> None:
        """Begin a cell; PowerPoint says at once whether it goes on with another."""
        self.cell = []
        self.across = 1
        self.goes_on = next((name for name in ("hMerge", "vMerge") if attributes.get(name) in _YES), "")

    def close_cell(self) -> None:
        """Complete a cell."""
        if self.cell is None:
            return
        if self.goes_on == "vMerge":
            self.grid.cell_as_above(self.across)
        elif self.goes_on == "hMerge":
            self.grid.cell_as_before()
        else:
            self.grid.cell("\n".join(self.cell), self.across)
        self.cell = None


class Story(Levels):
    """The passages and tables of parts, and who wrote the comments and tracked changes in them."""

    def __init__(self, into: Gathering) -> None:
        super().__init__()
        self.authors: dict[str, None] = {}
        self._into = into
        self._ready: list[str] = []
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._said_twice = 0
        self._text = ""

    def taken(self) -> list[str]:
        """The passages that are complete, which are then the caller's."""
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> None:
        """A part ends; what is still open in it ends too."""
        while self._paragraphs:
            self._end_paragraph()
        while self._tables:
            self._end_table()
        self._said_twice = self._level = 0
        self._text = ""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser's name for it
        """A tag begins."""
        super().startElement(name, attrs)
        tag = name.rpartition(":")[2]
        # What a newer program shows is said a second time, for older ones.
        if self._said_twice or tag == "Fallback":
            self._said_twice += 1
        elif tag in _TEXT:
            self._text = tag
            if not self._paragraphs:
                self._paragraphs.append(_Paragraph())
        elif tag in _SIGNS:
            self._say(_SIGNS[tag])
        else:
            self._start(tag, attrs)

    def endElement(self, name: str) -> None:  # noqa: N802 - the parser's name for it
        """A tag ends."""
        super().endElement(name)
        tag = name.rpartition(":")[2]
        if self._said_twice:
            self._said_twice -= 1
        elif tag in _TEXT:
            self._text = ""
            if tag == "text":
                self._end_paragraph()
        elif tag == "p":
            self._end_paragraph()
        else:
            self._end_of_table(tag)

    def characters(self, content: str) -> None:
        """Text, in one piece or several."""
        if self._text and self._paragraphs:
            (self._paragraphs[-1].deleted if self._text == "delText" else self._paragraphs[-1].said).append(content)

    def _start(self, tag: str, attrs: AttributesImpl) -> None:
        if tag == "p":
            self._paragraphs.append(_Paragraph())
        elif tag == "tbl":
            self._tables.append(_Table(self._into))
        elif tag in ("comment", "ins", "del", "cmAuthor", "author"):
            self._note_author(attrs)
        elif self._tables:
            self._start_in_table(self._tables[-1], tag, attrs)

    def _start_in_table(self, table: _Table, tag: str, attrs: AttributesImpl) -> None:
        if tag == "tr":
            table.grid.open_row()
        elif tag == "tc":
            table.open_cell(attrs)
        elif tag == "gridSpan":
            span = _value(attrs)
            table.across = int(span) if span.isascii() and span.isdigit() and len(span) < 6 else 1
        elif tag == "vMerge" and _value(attrs) != "restart":
            table.goes_on = "vMerge"

    def _end_of_table(self, tag: str) -> None:
        if not self._tables:
            return
        if tag == "tc":
            self._tables[-1].close_cell()
        elif tag == "tr":
            self._tables[-1].grid.close_row()
        elif tag == "tbl":
            self._end_table()

    def _end_paragraph(self) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs.pop()
        for words in (paragraph.said, paragraph.deleted):
            if text := "".join(words).strip():
                self._put(text)

    def _end_table(self) -> None:
        table = self._tables.pop()
        table.close_cell()
        table.grid.close_row()
        self._put(*self._into.table(table.grid.rows))

    def _put(self, *passages: str) -> None:
        cell = self._tables[-1].cell if self._tables else None
        (self._ready if cell is None else cell).extend(passages)

    def _say(self, sign: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].said.append(sign)

    def _note_author(self, attrs: AttributesImpl) -> None:
        name = next((attrs.get(key) for key in ("w:author", "author", "name") if key in attrs), None)
        if name and len(self.authors) < _MOST_AUTHORS:
            self.authors[name] = None


def _value(attrs: AttributesImpl) -> str:
    """The value of a setting of Word's, whatever prefix its name space has."""
    return next((attrs.getValue(name) for name in attrs.getNames() if name.rpartition(":")[2] == "val"), "")


class Types(Levels):
    """The content types of the parts of a document, by their names."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser's name for it
        """A tag begins."""
        super().startElement(name, attrs)
        if name.rpartition(":")[2] == "Override":
            self.of[attrs.get("PartName", "").removeprefix("/")] = attrs.get("ContentType", "")


class Properties(Levels):
    """What a document says of itself: the text of these tags, under these names."""

    def __init__(self, names: dict[str, str]) -> None:
        super().__init__()
        self._names = names
        self._open = ""
        self._text: list[str] = []
        self.fields: list[tuple[str, str]] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser's name for it
        """A tag begins."""
        super().startElement(name, attrs)
        self._open = self._names.get(name.rpartition(":")[2], "")
        self._text.clear()

    def endElement(self, name: str) -> None:  # noqa: N802 - the parser's name for it
        """A tag ends."""
        super().endElement(name)
        if self._open and len(self.fields) < len(self._names):
            self.fields.append((self._open, "".join(self._text)))
        self._open = ""

    def characters(self, content: str) -> None:
        """Text, in one piece or several."""
        if self._open:
            self._text.append(content)
