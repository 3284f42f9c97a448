"""A document as a Word file (ECMA-376): real headings, tables whose first row is their heading on every page.

The library writes when a file was made; here that is the day of the document, inside and in the archive around it.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import docx
from docx.document import Document as Writing
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Inches, Pt, RGBColor

from catalog.documents.document import (
    Block,
    BulletList,
    Document,
    KeyValues,
    Paragraph,
    Table,
    every_section,
    shares,
)

_DEEPEST = 6
_LINE, _BESIDE, _MARGIN = 10080, 60, Inches(0.75)
"""The width of a line and of what stands empty beside a cell, in twentieths of a point; the margin of a page."""
_SMALL, _SMALLER, _MANY = "18", "16", 5
"""The size of what stands in cells, in halves of a point, and in those of a table with more columns than that."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_INK = RGBColor(0x1B, 0x1B, 0x1B)


def write(document: Document) -> bytes:
    """The file; equal documents make equal bytes."""
    writing = docx.Document()
    _properties(writing, document)
    _looks(writing, document)
    end = writing.element.body.sectPr
    for element in _elements(document):
        end.addprevious(element)
    out = io.BytesIO()
    writing.save(out)
    return _undated(out.getvalue())


def _properties(writing: Writing, document: Document) -> None:
    on = datetime(document.on.year, document.on.month, document.on.day, tzinfo=UTC)
    said = writing.core_properties
    # What these fields hold is bounded by the library; the whole title stands in the document.
    said.title, said.subject, said.author = document.title[:255], document.subject[:255], document.author[:255]
    said.last_modified_by, said.language = document.author[:255], document.language
    said.comments, said.keywords, said.category, said.revision = "", "", "", 1
    said.created = said.modified = on


def _looks(writing: Writing, document: Document) -> None:
    for name, size in (("Heading 1", 19), ("Heading 2", 14), ("Heading 3", 12), ("Heading 4", 11), ("Caption", 9)):
        style = writing.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), _INK
    language = writing.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    language.set(qn("w:val"), document.language)
    writing.styles["Normal"].paragraph_format.space_after = Pt(4)
    section = writing.sections[0]
    section.left_margin = section.right_margin = _MARGIN
    foot = section.footer.paragraphs[0]
    foot.add_run("Page ")
    number = _element("w:fldSimple", instr="PAGE")
    number.append(_run("1"))
    foot._p.append(number)  # the library has no fields


def _elements(document: Document) -> Iterator[BaseOxmlElement]:
    """What stands in the body. Put together here: the library searches the whole file for each paragraph and cell."""
    yield _paragraph(document.title, "Heading1")
    yield _paragraph(document.subtitle)
    for level, section in every_section(document.sections):
        yield _paragraph(section.heading, f"Heading{min(level, _DEEPEST)}")
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[BaseOxmlElement]:
    match block:
        case Paragraph(text):
            yield _paragraph(text)
        case BulletList(items):
            yield from (_paragraph(item, "ListBullet") for item in items)
        case KeyValues(pairs):
            for name, words in pairs:
                line = _paragraph(f"{name}: ", bold=True)
                line.append(_run(words))
                yield line
        case Table():
            yield _paragraph(block.caption, "Caption")
            yield _table(block)


def _paragraph(text: str, style: str = "", *, bold: bool = False) -> BaseOxmlElement:
    about = _holding("w:pPr", _element("w:pStyle", val=style)) if style else _holding("w:pPr")
    if style == "Caption":
        about.append(_element("w:keepNext"))
    return _holding("w:p", about, _run(text, bold=bold))


def _table(table: Table) -> BaseOxmlElement:
    parts = shares(table)
    widths = [_LINE * part // sum(parts) for part in parts]
    made = _holding("w:tbl", _table_properties(table.caption))
    made.append(_holding("w:tblGrid", *(_element("w:gridCol", w=str(width)) for width in widths)))
    heading = _holding("w:trPr", _element("w:cantSplit"), _element("w:tblHeader"))
    size = _SMALLER if len(widths) > _MANY else _SMALL
    heads = [_cell(text, width, size, bold=True) for text, width in zip(table.columns, widths, strict=True)]
    made.append(_holding("w:tr", heading, *heads))
    for row in table.rows:
        cells = (_cell(text, width, size) for text, width in zip(row, widths, strict=True))
        made.append(_holding("w:tr", *cells))
    return made


def _table_properties(caption: str) -> BaseOxmlElement:
    return _holding(
        "w:tblPr",
        _element("w:tblStyle", val="TableGrid"),
        _element("w:tblW", w=str(_LINE), type="dxa"),
        _element("w:tblLayout", type="fixed"),
        _holding("w:tblCellMar", *(_element(f"w:{side}", w=str(_BESIDE), type="dxa") for side in ("left", "right"))),
        _element("w:tblLook", val="00A0", firstRow="1", firstColumn="1", noHBand="1", noVBand="1"),
        _element("w:tblCaption", val=caption),
    )


def _cell(text: str, width: int, size: str, *, bold: bool = False) -> BaseOxmlElement:
    about = _holding("w:tcPr", _element("w:tcW", w=str(width), type="dxa"))
    if bold:
        about.append(_element("w:shd", val="clear", color="auto", fill="EBEBEB"))
    return _holding("w:tc", about, _holding("w:p", _run(text, bold=bold, size=size)))


def _run(text: str, *, bold: bool = False, size: str = "") -> BaseOxmlElement:
    run = _element("w:r")
    run.text = text
    looks = ([_element("w:b")] if bold else []) + ([_element("w:sz", val=size)] if size else [])
    run.insert(0, _holding("w:rPr", *looks))
    return run


def _holding(name: str, *inside: BaseOxmlElement) -> BaseOxmlElement:
    element = _element(name)
    element.extend(inside)
    return element


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name)
    for each, value in attributes.items():
        element.set(qn(f"w:{each}"), value)
    return element


def _undated(packed: bytes) -> bytes:
    """The same archive as if every part of it had been packed at one time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
