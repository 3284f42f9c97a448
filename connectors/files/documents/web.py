"""Web pages, through lxml: blocks of text in reading order, tables and the values of forms.

The parser tells of tags as they come; no tree is built, so no depth of nesting is too deep.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from catalog.model.coverage import Caveat
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import Binary
from connectors.files.documents.charsets import encoding_of
from connectors.files.documents.grids import Grid
from connectors.files.documents.passages import LINE_BROKE, Gathering, refuse_what_is_no_text
from connectors.files.encodings import AS_WINDOWS, guess

ENDINGS = (".html", ".htm", ".xhtml")

_CHUNK = 65_536
_HEAD_BYTES = 65_536
_MOST_FIELDS = 4096
_DEEPEST_TABLE = 20
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,500}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_SAID_BY_NOBODY = frozenset({"script", "style", "template", "svg", "iframe", "noframes"})
_WITHIN_A_LINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "meter",
        "nobr",
        "output",
        "progress",
        "q",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_TYPED = frozenset({"", "text", "email", "tel", "number", "date", "datetime-local", "search", "url", "hidden", "month"})


def sample_web(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a bounded, seeded sample of a web page.

    Raises:
        DatasetError: when it cannot be read or holds nothing.
    """
    into = Gathering(plan, thing)
    return into.sample(Page(into).passages(_texts(stream, into)))


def passages_of(markup: str, into: Gathering) -> Iterator[str]:
    """The passages of a page that is at hand as text; tables go to ``into``."""
    yield from Page(into).passages(markup[start : start + _CHUNK] for start in range(0, len(markup), _CHUNK))


def _texts(stream: Binary, into: Gathering) -> Iterator[str]:
    try:
        head = stream.read1(_HEAD_BYTES)
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(_encoding(head, into))(AS_WINDOWS)
        refuse_what_is_no_text(decoder.decode(head), into)
        decoder.reset()
        while chunk := stream.read(_CHUNK):
            yield decoder.decode(chunk)
    except LINE_BROKE:
        raise
    except OSError:
        into.caveats.add(Caveat.TORN)


def _encoding(head: bytes, into: Gathering) -> str:
    """By a mark at the beginning, by what the page says of itself, by what it looks like; in this order."""
    said = _CHARSET.search(head)
    looks = guess(head)
    if said is not None and looks.is_ascii_based and not head.startswith(codecs.BOM_UTF8):
        return encoding_of(head, said.group(1).decode("ascii", "replace")).encoding
    if not looks.certain:
        into.caveats.add(Caveat.ENCODING)
    return looks.encoding


class Page:
    """The passages of a page, which come as its text does; what a tag means is told to :class:`_Target`."""

    def __init__(self, into: Gathering) -> None:
        self._into = into
        self._target = _Target(into)

    def passages(self, texts: Iterable[str]) -> Iterator[str]:
        """Read on, as long as there is time."""
        parser = etree.HTMLParser(target=self._target, encoding="utf-8", no_network=True, huge_tree=False)
        try:
            for text in texts:
                parser.feed(text.encode("utf-8", "replace"))
                yield from self._target.taken()
                if not self._into.goes_on(len(text)):
                    break
            parser.close()
        except etree.LxmlError:
            # Raised for what has no tag at all, and for what the parser gives up; what was met before it stays.
            self._target.close()
        yield from self._target.taken()
        self._into.record("form", self._target.fields)


class _Table:
    """A table that has begun, and the cell in it that has."""

    def __init__(self, into: Gathering) -> None:
        self.grid = Grid(into)
        self.cell: list[str] | None = None
        self.across = self.down = 1

    def open_cell(self, attributes: Mapping[str, str]) -> None:
        self.close_cell()
        self.cell = []
        self.across, self.down = (_number(attributes.get(name, "")) for name in ("colspan", "rowspan"))

    def close_cell(self) -> None:
        if self.cell is not None:
            self.grid.cell("\n".join(self.cell), self.across, self.down)
            self.cell = None

    def open_row(self) -> None:
        self.close_cell()
        self.grid.open_row()

    def close_row(self) -> None:
        self.close_cell()
        self.grid.close_row()


class _Target:
    """What the parser tells of tags and text."""

    def __init__(self, into: Gathering) -> None:
        self.fields: list[tuple[str, str]] = []
        self._into = into
        self._ready: list[str] = []
        self._text: list[str] = []
        self._tables: list[_Table] = []
        self._tables_too_deep = 0
        self._passed_over, self._levels = "", 0
        self._select, self._option, self._area = "", False, ""

    def taken(self) -> list[str]:
        """The passages that are complete, which are then the caller's."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        if self._passed_over:
            self._levels += tag == self._passed_over
            return
        if tag in _SAID_BY_NOBODY:
            self._passed_over, self._levels = tag, 1
        elif tag == "br":
            self._text.append("\n")
        elif tag == "a":
            self._start_link(attributes.get("href", ""))
        elif tag not in _WITHIN_A_LINE:
            self._flush()
            self._start_block(tag, attributes)

    def end(self, tag: str) -> None:
        """A tag ends."""
        if self._passed_over:
            self._levels -= tag == self._passed_over
            self._passed_over = self._passed_over if self._levels else ""
        elif tag not in _WITHIN_A_LINE and tag != "br":
            self._end_block(tag)

    def data(self, text: str) -> None:
        """Text, in one piece or several."""
        if not self._passed_over:
            self._text.append(text)

    def close(self) -> None:
        """The page ends; what is still open ends with it."""
        self._passed_over = ""
        self._tables_too_deep = 0
        self._flush()
        while self._tables:
            self._end_table()

    @property
    def _table(self) -> _Table | None:
        """The table whose rows and cells these are; none where it is nested too deep to be one."""
        return self._tables[-1] if self._tables and not self._tables_too_deep else None

    def _start_link(self, address: str) -> None:
        kind, _, rest = address.partition(":")
        if kind.lower() in ("mailto", "tel"):
            self._text.append(f" {rest.partition('?')[0]} ")

    def _start_block(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self._start_table()
        elif tag == "tr" and self._table is not None:
            self._table.open_row()
        elif tag in ("td", "th") and self._table is not None:
            self._table.open_cell(attributes)
        elif tag == "select":
            self._select = attributes.get("name", "")
        elif tag == "option":
            self._option = "selected" in attributes
        elif tag == "textarea":
            self._area = attributes.get("name", "") or "field"
        elif tag == "input" and attributes.get("type", "").lower() in _TYPED:
            self._field(attributes.get("name", "") or attributes.get("id", ""), attributes.get("value", ""))

    def _start_table(self) -> None:
        if len(self._tables) < _DEEPEST_TABLE:
            self._tables.append(_Table(self._into))
        else:
            self._tables_too_deep += 1

    def _end_block(self, tag: str) -> None:
        if tag == "option" and self._option:
            self._field(self._select, "".join(self._text))
            self._option = False
        if tag == "textarea" and self._area:
            self._field(self._area, "".join(self._text))
            self._area = ""
            self._text.clear()
        self._flush()
        if tag == "table":
            self._end_table()
        elif tag == "tr" and self._table is not None:
            self._table.close_row()
        elif tag in ("td", "th") and self._table is not None:
            self._table.close_cell()

    def _end_table(self) -> None:
        if self._tables_too_deep:
            self._tables_too_deep -= 1
        elif self._tables:
            table = self._tables.pop()
            table.close_row()
            self._put(*self._into.table(table.grid.rows))

    def _field(self, name: str, value: str) -> None:
        if len(self.fields) < _MOST_FIELDS:
            self.fields.append((name, value))

    def _flush(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if text:
            self._put(text)

    def _put(self, *passages: str) -> None:
        cell = self._tables[-1].cell if self._tables else None
        (self._ready if cell is None else cell).extend(passages)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
