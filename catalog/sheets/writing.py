"""Lists as an Excel workbook (ECMA-376), written piece by piece.

The usual library writes the sheets to a temporary file first, unpacked: names of the catalog would lie outside its
folder. Here nothing waits, in a file or in memory, but what is being packed.
"""

import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from math import isfinite
from typing import cast
from xml.sax.saxutils import escape

from catalog.sheets.cells import Cell, Row
from catalog.sheets.reading import column_letters

#: What one sheet holds, its headings among them.
MOST_ROWS = 1_048_576
_MOST_UNITS = 32_767
_MOST_DIGITS = 15
_WIDEST, _NARROWEST, _MEASURED_ROWS = 60, 10, 100
_BYTES_AT_A_TIME = 64 * 1024
#: No XML can hold these; control characters have pictures of their own.
_UNFIT = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]")
#: How the format itself writes characters; a name that looks so has to be told apart.
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PLAIN, _TEXT, _HEADING = 0, 1, 2
_FIXED = {
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>'
    ),
    # Number format 49 is text, and quotePrefix is the apostrophe nobody sees: what is typed over stays text as well.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" '
        'applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself wherever it goes: which list, who took it, when."""

    title: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be written: its name, headings and rows, which are drawn when it is their turn.

    Parameters:
        choices: by heading, where its cells are chosen from: see :func:`one_of` and :func:`from_sheet`.
        folded: headings of columns that are there and not shown.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Row]
    choices: Mapping[str, str] = field(default_factory=dict)
    folded: Collection[str] = ()


@dataclass(slots=True)
class _Altered:
    """How many texts could not be written exactly."""

    replaced: int = 0
    cut: int = 0

    def sentences(self) -> Iterator[str]:
        if self.replaced:
            yield f"In {self.replaced} cells, characters that a workbook cannot hold are replaced by a sign for them."
        if self.cut:
            yield f"{self.cut} cells are cut and end in …, because a cell holds at most {_MOST_UNITS:,} characters."
        if self.replaced or self.cut:
            yield "The list as CSV or JSON has them whole."


class _Sink:
    """Where the packed bytes gather until they are sent; it cannot be gone back in."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def taken(self, at_least: int = 0) -> Iterator[bytes]:
        if len(self._held) > at_least:
            yield bytes(self._held)
            self._held.clear()


def pieces(
    properties: Properties, about: Sequence[tuple[str, str]], headings: Sequence[str], rows: Iterable[Row]
) -> Iterator[bytes]:
    """The workbook of one list: the list under its headings, and a second sheet that says what the list is.

    What a cell cannot hold is replaced or cut where one sees it, and the second sheet says so.
    """
    altered = _Altered()
    told = chain(about, (("Note", sentence) for sentence in altered.sentences()))
    yield from _book(properties, [Page("List", headings, rows), Page("About", ("About this list", ""), told)], altered)


def book(properties: Properties, pages: Sequence[Page]) -> Iterator[bytes]:
    """A workbook of several sheets; what a cell cannot hold is replaced or cut where one sees it, see :func:`fit`."""
    yield from _book(properties, pages, _Altered())


def one_of(words: Sequence[str]) -> str:
    """A choice among a few words of ours, none of which has a comma or a quotation mark in it."""
    return f'"{",".join(words)}"'


def from_sheet(name: str, rows: int) -> str:
    """A choice among what the first column of another sheet, of one word as its name, holds below its heading."""
    return f"{name}!$A$2:$A${rows + 1}"


def fit(text: str) -> str:
    """A text as a cell shows it: what no workbook can hold is replaced by a sign for it, what is too long is cut."""
    return _fit(text, _Altered())


def _book(properties: Properties, pages: Sequence[Page], altered: _Altered) -> Iterator[bytes]:
    """Every text is typed as text and marked as such, so that no program computes it."""
    sink = _Sink()
    with zipfile.ZipFile(cast("zipfile._ZipWritable", sink), "w") as archive:
        for name, text in (_FIXED | _parts([page.name for page in pages], properties)).items():
            archive.writestr(_member(name, properties.at), _XML + text)
        for number, page in enumerate(pages, 1):
            sheet = _sheet(page, altered)
            yield from _part(archive, sink, f"xl/worksheets/sheet{number}.xml", properties.at, sheet)
    yield from sink.taken()


def _parts(names: Sequence[str], properties: Properties) -> dict[str, str]:
    """The parts that say which sheets there are, and who made the workbook."""
    numbered = list(enumerate(names, 1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number, _ in numbered
    )
    sheets = "".join(
        f'<sheet name="{_escaped(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in numbered
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in numbered
    )
    styles = f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}{styles}'
        "</Relationships>",
        "docProps/core.xml": _core(properties),
    }


def _part(archive: zipfile.ZipFile, sink: _Sink, name: str, at: datetime, texts: Iterable[str]) -> Iterator[bytes]:
    with archive.open(_member(name, at), "w") as part:
        for text in texts:
            part.write(text.encode())
            yield from sink.taken(_BYTES_AT_A_TIME)


def _member(name: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _sheet(page: Page, altered: _Altered) -> Iterator[str]:
    left = iter(page.rows)
    first = list(islice(left, _MEASURED_ROWS))
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{''.join(_widths(page, first))}</cols><sheetData>"
    )
    yield f"<row>{''.join(_text(heading, _HEADING, altered) for heading in page.headings)}</row>"
    for row in chain(first, left):
        yield f"<row>{''.join(_cell(cell, altered) for cell in row)}</row>"
    yield f"</sheetData>{_choices(page)}</worksheet>"


def _choices(page: Page) -> str:
    if not page.choices:
        return ""
    told = []
    for heading, among in page.choices.items():
        letters = column_letters(page.headings.index(heading))
        told.append(
            '<dataValidation type="list" allowBlank="1" showErrorMessage="1" '
            f'sqref="{letters}2:{letters}{MOST_ROWS}"><formula1>{_escaped(among)}</formula1></dataValidation>'
        )
    return f'<dataValidations count="{len(told)}">{"".join(told)}</dataValidations>'


def _widths(page: Page, rows: Sequence[Row]) -> Iterator[str]:
    """As wide as what the first rows hold."""
    for place, heading in enumerate(page.headings):
        longest = max(len(heading), *(len(str(row[place])) for row in rows)) if rows else len(heading)
        width = min(max(longest + 2, _NARROWEST), _WIDEST)
        folded = ' hidden="1"' if heading in page.folded else ""
        yield f'<col min="{place + 1}" max="{place + 1}" width="{width}"{folded} customWidth="1"/>'


def _cell(cell: Cell, altered: _Altered) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, bool):
        return _text("yes" if cell else "no", _TEXT, altered)
    if isinstance(cell, str):
        return _text(cell, _TEXT, altered)
    if not isfinite(cell) or abs(cell) >= 10**_MOST_DIGITS:  # no spreadsheet keeps more digits
        return _text(str(cell), _TEXT, altered)
    return f"<c><v>{cell!r}</v></c>"


def _text(text: str, style: int, altered: _Altered) -> str:
    shown = _escaped(_fit(text, altered))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{shown}</t></is></c>'


def _fit(text: str, altered: _Altered) -> str:
    held = _UNFIT.sub(_sign, text)
    altered.replaced += held != text
    if len(held) * 2 > _MOST_UNITS and len(units := held.encode("utf-16-le")) > 2 * _MOST_UNITS:
        held = units[: 2 * (_MOST_UNITS - 1)].decode("utf-16-le", "ignore") + "…"
        altered.cut += 1
    return held


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def _escaped(text: str) -> str:
    """As XML; a carriage return would otherwise be read as a line feed."""
    return _LIKE_AN_ESCAPE.sub("_x005F_", escape(text, {"\r": "&#13;"}))


def _core(properties: Properties) -> str:
    person, title = (_escaped(_UNFIT.sub(_sign, text)) for text in (properties.person, properties.title))
    at = f"{properties.at:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>{person}</dc:creator>"
        f"<dc:description>Taken from Privacy Catalog by {person} at {at}</dc:description>"
        f"<cp:lastModifiedBy>{person}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified></cp:coreProperties>'
    )
